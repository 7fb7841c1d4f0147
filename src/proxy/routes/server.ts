import { Hono } from 'hono';
import { requireServerSecret, type ProxyEnv } from '../access.ts';
import { json } from '../answer.ts';
import { pushBodyLimit, readJson, refuseUnreadable, widgetBodyLimit } from '../body.ts';
import { parseJsonAsWritten } from '../../codat/schemas/json.ts';
import type { Companies } from '../companies.ts';
import type { createFeedEvents } from '../feed-events.ts';
import type { PushResult } from '../../outbox/model.ts';
import { readPage } from '../page.ts';
import { Problem } from '../problem.ts';
import { isLines, pushLinesResponse } from '../push-answer.ts';
import type { TokenSessions } from '../sessions.ts';
import type { UnderWay } from '../under-way.ts';

/** Never a real hand-over by a slip of the pen. */
const readDryRun = (value: string | undefined): boolean => {
  if (value === undefined || value === 'true' || value === 'false') return value === 'true';
  throw new Problem('invalid_request', 'dryRun must be true or false.', { field: 'dryRun' });
};

/** Routes for the host's own servers, behind the server secret; never for a page. */
export const serverRoutes = (parts: {
  readonly serverSecret: string | undefined;
  readonly sessions: TokenSessions | undefined;
  readonly companies: Companies;
  readonly events: ReturnType<typeof createFeedEvents>;
  readonly push: (input: unknown) => Promise<PushResult>;
  /** Logs an error and says what the caller is told of it. */
  readonly report: (error: unknown, requestId: string) => Problem;
  readonly underWay: UnderWay;
}) => {
  const { companies, events, push, report, sessions, underWay } = parts;
  const serverOnly = requireServerSecret(parts.serverSecret);

  return new Hono<ProxyEnv>()
    .post('/sessions', serverOnly(), async (context) => {
      if (!sessions)
        throw new Problem(
          'invalid_request',
          'This proxy is mounted: the host authorizes each call, no token is minted.',
        );
      // Checked by mint(), which names the field.
      return json(await sessions.mint(await readJson(context.req.raw, widgetBodyLimit)), 201);
    })
    .post('/sessions/revoke', serverOnly(), async (context) => {
      if (!sessions)
        throw new Problem(
          'invalid_request',
          'This proxy is mounted: the host authorizes each call, there are no tokens.',
        );
      await sessions.revoke(await readJson(context.req.raw, widgetBodyLimit));
      return context.body(null, 204);
    })
    .post('/companies', serverOnly(), async (context) =>
      json(await companies.ensure(await readJson(context.req.raw, widgetBodyLimit))),
    )
    .post('/push', serverOnly('dryRun'), async (context) => {
      const dryRun = readDryRun(context.req.query('dryRun'));
      const request = context.req.raw;
      refuseUnreadable(request);
      if (isLines(request))
        return pushLinesResponse(request.body, {
          push,
          dryRun,
          report: (error) => report(error, context.get('requestId')),
          ended: underWay.begin(),
        });
      const input = await readJson(request, pushBodyLimit, parseJsonAsWritten);
      return json(await push(dryRun && typeof input === 'object' ? { ...input, dryRun } : input));
    })
    .get('/events', serverOnly('after', 'limit'), async (context) => {
      const { limit } = readPage((name) => (name === 'limit' ? context.req.query(name) : undefined));
      const { items } = await events.list({ after: context.req.query('after'), limit });
      return json({ items: items.map((event) => ({ ...event, at: new Date(event.at).toISOString() })) });
    })
    .post('/events/acknowledge', serverOnly(), async (context) => {
      await events.acknowledge(await readJson(context.req.raw, widgetBodyLimit));
      return context.body(null, 204);
    });
};
