import { Hono } from 'hono';
import type { Clock } from '../../outbox/model.ts';
import type { ProxyEnv } from '../access.ts';
import { readBytes, webhookBodyLimit } from '../body.ts';
import type { Log } from '../log.ts';
import { Problem } from '../problem.ts';
import type { VerifiedWebhook } from '../webhook-signature.ts';
import type { WebhookInbox } from '../webhooks.ts';

/** Between two warnings, in milliseconds: whoever sends nonsense fills no log. */
const warnEvery = 300_000;

/** Warns of what was refused, with its last reason; never with an id or a body. */
const createRefusals = (clock: Pick<Clock, 'now'>, log: Log) => {
  let refused = 0;
  let warnAt = Number.NEGATIVE_INFINITY;
  return (reason: string): void => {
    refused += 1;
    if (clock.now() < warnAt) return;
    log.warn({ refused, reason }, 'webhooks were refused: check webhookSecrets, the clock, and what stands before it');
    refused = 0;
    warnAt = clock.now() + warnEvery;
  };
};

/** POST /v1/webhooks/codat: answered when the verified delivery is stored, handled after. */
export const webhookRoutes = (parts: {
  readonly verify: (headers: Headers, raw: Uint8Array) => VerifiedWebhook;
  readonly inbox: Pick<WebhookInbox, 'receive'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}) => {
  const { verify, inbox, clock, log } = parts;
  const refusal = createRefusals(clock, log);

  return new Hono<ProxyEnv>().post('/webhooks/codat', async (context) => {
    const raw = await readBytes(context.req.raw, webhookBodyLimit);
    const { headers } = context.req.raw;
    let webhook: VerifiedWebhook;
    try {
      webhook = verify(headers, raw);
    } catch (error) {
      if (error instanceof Problem && headers.has('webhook-id')) refusal(error.detail);
      throw error;
    }
    await inbox.receive(webhook);
    return context.body(null, 204);
  });
};
