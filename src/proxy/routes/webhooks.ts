import { Hono } from 'hono';
import type { ProxyEnv } from '../access.ts';
import { readBytes, webhookBodyLimit } from '../body.ts';
import type { VerifiedWebhook } from '../webhook-signature.ts';
import type { WebhookInbox } from '../webhooks.ts';

/** POST /v1/webhooks/codat: answered when the verified delivery is stored, handled after. */
export const webhookRoutes = (verify: (headers: Headers, raw: Uint8Array) => VerifiedWebhook, inbox: WebhookInbox) =>
  new Hono<ProxyEnv>().post('/webhooks/codat', async (context) => {
    const raw = await readBytes(context.req.raw, webhookBodyLimit);
    await inbox.receive(verify(context.req.raw.headers, raw));
    return context.body(null, 204);
  });
