import { Hono } from 'hono';
import { requireServerSecret, type ProxyEnv } from '../access.ts';
import { json } from '../answer.ts';
import { readJson } from '../body.ts';
import type { createHeldFeeds } from '../held-feeds.ts';
import { readPage } from '../page.ts';
import { Problem } from '../problem.ts';

/** A thousand ids of 200 characters. */
const bodyLimit = 512 * 1024;

const feedNames = ['companyId', 'accountId', 'connectionId'] as const;

/** `none` names the lines that are parked on no connection. */
const feedOf = (query: (name: string) => string | undefined) => {
  const connectionId = query('connectionId');
  return {
    companyId: query('companyId'),
    accountId: query('accountId'),
    connectionId: connectionId === 'none' ? null : connectionId,
  };
};

const queryOf = (query: (name: string) => string | undefined) => {
  const cursor = query('cursor');
  const after = cursor === undefined ? undefined : (/^f(\d{1,18})$/.exec(cursor)?.[1] ?? '');
  if (after === '')
    throw new Problem('invalid_request', 'cursor must be the nextCursor of the page before.', { field: 'cursor' });
  const { limit } = readPage((name) => (name === 'limit' ? query(name) : undefined));
  return { ...feedOf(query), after, limit };
};

const pageFrom = <Item>({ items, next }: { readonly items: readonly Item[]; readonly next?: string | undefined }) => ({
  items,
  nextCursor: next === undefined ? undefined : `f${next}`,
});

/** Held lines, for the host's own servers and its operations, behind the server secret. */
export const heldRoutes = (parts: {
  readonly serverSecret: string | undefined;
  readonly feeds: ReturnType<typeof createHeldFeeds>;
  /** Removes everything that is kept of a company; false where nothing is. */
  readonly forget: (companyId: string) => Promise<boolean>;
}) => {
  const { feeds, forget } = parts;
  const serverOnly = requireServerSecret(parts.serverSecret);

  return new Hono<ProxyEnv>()
    .get('/held', serverOnly(...feedNames, 'cursor', 'limit'), async (context) =>
      json(pageFrom(await feeds.held(queryOf((name) => context.req.query(name))))),
    )
    .get('/waiting', serverOnly(...feedNames, 'cursor', 'limit'), async (context) =>
      json(pageFrom(await feeds.waiting(queryOf((name) => context.req.query(name))))),
    )
    .get('/held/lines', serverOnly(...feedNames, 'cursor', 'limit'), async (context) => {
      const { offset, limit } = readPage((name) => context.req.query(name));
      const { items, more } = await feeds.lines({ ...feedOf((name) => context.req.query(name)), offset, limit });
      return json({ items, nextCursor: more ? `o${offset + limit}` : undefined });
    })
    .post('/held/:action{retry|skip|resume}', serverOnly(), async (context) => {
      const body = await readJson(context.req.raw, bodyLimit);
      switch (context.req.param('action')) {
        case 'retry':
          return json(await feeds.retry(body));
        case 'skip':
          return json(await feeds.skip(body));
        default:
          return json(await feeds.resume(body));
      }
    })
    .get('/companies/:companyId/feeds', serverOnly(), async (context) =>
      json({ items: await feeds.list(context.req.param('companyId')) }),
    )
    .delete('/companies/:companyId', serverOnly(), async (context) => {
      // A word with a slip in it must not pass for done.
      if (!(await forget(context.req.param('companyId'))))
        throw new Problem('not_found', 'Nothing is kept of a company with this id.');
      return context.body(null, 204);
    });
};
