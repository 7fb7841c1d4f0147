import { Hono } from 'hono';
import * as z from 'zod';
import { requireServerSecret, type ProxyEnv } from '../access.ts';
import { pushBodyLimit, readJson, widgetBodyLimit } from '../body.ts';
import type { Companies } from '../companies.ts';
import type { PushResult } from '../../outbox/model.ts';
import type { Outbox } from '../../outbox/outbox.ts';
import { readPage } from '../page.ts';
import { Problem } from '../problem.ts';
import type { TokenSessions } from '../sessions.ts';

/** Routes for the host's own servers, behind the server secret; never for a page. */
export const serverRoutes = (parts: {
  readonly serverSecret: string | undefined;
  readonly sessions: TokenSessions | undefined;
  readonly companies: Companies;
  readonly outbox: Outbox;
  readonly push: (input: unknown) => Promise<PushResult>;
}) => {
  const { companies, outbox, push, sessions } = parts;
  const serverOnly = requireServerSecret(parts.serverSecret);
  const acknowledgement = z.object({ upTo: z.string() });

  return new Hono<ProxyEnv>()
    .post('/sessions', serverOnly, async (context) => {
      if (!sessions)
        throw new Problem(
          'invalid_request',
          'This proxy is mounted: the host authorizes each call, no token is minted.',
        );
      // Checked by mint(), which names the field.
      return context.json(await sessions.mint(await readJson(context.req.raw, widgetBodyLimit)), 201);
    })
    .post('/companies', serverOnly, async (context) =>
      context.json(await companies.ensure(await readJson(context.req.raw, widgetBodyLimit))),
    )
    .post('/push', serverOnly, async (context) =>
      context.json(await push(await readJson(context.req.raw, pushBodyLimit))),
    )
    .get('/events', serverOnly, async (context) => {
      const { limit } = readPage((name) => (name === 'limit' ? context.req.query(name) : undefined));
      const items = await outbox.events({ limit });
      return context.json({ items: items.map((event) => ({ ...event, at: new Date(event.at).toISOString() })) });
    })
    .post('/events/acknowledge', serverOnly, async (context) => {
      const body = acknowledgement.safeParse(await readJson(context.req.raw, widgetBodyLimit));
      if (!body.success)
        throw new Problem('invalid_request', 'upTo must be the id of the last event you have dealt with.', {
          field: 'upTo',
        });
      await outbox.acknowledge(body.data.upTo);
      return context.body(null, 204);
    });
};
