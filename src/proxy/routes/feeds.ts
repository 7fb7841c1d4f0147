import { Hono } from 'hono';
import type { SourceAccount } from '../../codat/schemas/source-account.ts';
import type { Feed, FeedPage, Push, PushPage } from '../../contract/schemas.ts';
import type { FeedKey, FeedOverview, PushRecord } from '../../outbox/model.ts';
import { opens, requireScope, type ProxyEnv } from '../access.ts';
import { json } from '../answer.ts';
import { currentConnection } from '../company-view.ts';
import { countsOf } from '../feed-counts.ts';
import { wordsAbout } from '../known-words.ts';
import { readPage, slicePage } from '../page.ts';
import { notFound } from '../problem.ts';
import type { Session } from '../sessions.ts';
import type { RouteParts } from './parts.ts';

const historyPage = 50;

/** Field by field: what is not named here stays on the server. */
const wirePush = (push: PushRecord, words: (text: string) => string): Push => ({
  id: push.id,
  status: push.status,
  lines: push.lines,
  firstDate: push.firstDate,
  lastDate: push.lastDate,
  startedAt: push.startedAt,
  finishedAt: push.finishedAt,
  errors: push.errors.map(({ itemId, code, message }) => ({ itemId, code, message: words(message) })),
});

interface AccountFeed {
  readonly key: FeedKey;
  /** As the current connection has it. */
  readonly account: SourceAccount | undefined;
  readonly overview: FeedOverview | undefined;
}

/** Lines handed over before their connection was known wait beside the account that they are for. */
const withParked = (own: FeedOverview | undefined, parked: FeedOverview | undefined): FeedOverview | undefined => {
  if (own === undefined || parked === undefined) return own ?? parked;
  return {
    ...own,
    counts: {
      delivered: own.counts.delivered,
      waiting: own.counts.waiting + parked.counts.waiting,
      held: own.counts.held + parked.counts.held,
    },
    waiting: own.waiting ?? parked.waiting,
    held: own.held ?? parked.held,
  };
};

/** What was delivered, what waits and what is held, per account; and the history of one account. */
export const feedRoutes = ({ authenticate, companies, ids, outbox, hooks, view }: RouteParts) => {
  /** The accounts of the current connection, each with its feed; then feeds of earlier connections with lines left. */
  const feedsOf = async (session: Session): Promise<AccountFeed[]> => {
    const { companyId } = session;
    const [connections, all] = await Promise.all([view.connections(companyId), outbox.overview(companyId)]);
    const overview = all.filter((feed) => feed.connectionId === undefined || opens(session, feed.connectionId));
    const current = currentConnection(connections.filter(({ id }) => opens(session, id)));
    const accounts = current ? await view.accounts(companyId, current) : [];
    const own = (feed: FeedOverview, accountId: string): boolean =>
      feed.connectionId === current?.id && feed.accountId === accountId;
    const listed = accounts.map((account) => ({
      key: { companyId, connectionId: current?.id ?? '', accountId: account.id },
      account,
      overview: withParked(
        overview.find((feed) => own(feed, account.id)),
        overview.find((feed) => feed.connectionId === undefined && feed.accountId === account.id),
      ),
    }));
    const shown = new Set(accounts.map(({ id }) => id));
    const others = overview
      .filter(
        (feed) => feed.connectionId !== undefined && !(feed.connectionId === current?.id && shown.has(feed.accountId)),
      )
      .filter(({ counts }) => counts.waiting + counts.held > 0)
      .map((feed) => ({
        key: { companyId, connectionId: feed.connectionId ?? '', accountId: feed.accountId },
        account: accounts.find(({ id }) => id === feed.accountId),
        overview: feed,
      }));
    return [...listed, ...others];
  };

  const wireFeed = async (key: FeedKey, overview: FeedOverview | undefined): Promise<Feed> => ({
    accountId: await ids.account(key.companyId, key.connectionId, key.accountId),
    connectionId: await ids.connection(key.companyId, key.connectionId),
    counts: overview ? countsOf(overview) : { delivered: 0, waiting: 0, held: 0 },
    waiting: overview?.waiting,
    held: overview?.held,
    lastDelivery: overview?.lastDelivery,
    days: [...(overview?.days ?? [])],
  });

  return new Hono<ProxyEnv>()
    .get('/feeds', requireScope(authenticate, 'feeds:read'), async (context) => {
      const session = context.get('session');
      const page = slicePage(
        await feedsOf(session),
        readPage((name) => context.req.query(name)),
      );
      const answer: FeedPage = {
        timeZone: (await hooks.timeZone(await companies.get(session.companyId))) ?? 'UTC',
        items: await Promise.all(page.items.map(({ key, overview }) => wireFeed(key, overview))),
        nextCursor: page.nextCursor,
      };
      return json(answer);
    })

    .get('/feeds/:account/pushes', requireScope(authenticate, 'feeds:read'), async (context) => {
      const session = context.get('session');
      const { companyId } = session;
      const wireId = context.req.param('account');
      const { offset, limit } = readPage((name) => context.req.query(name), historyPage);
      for (const { key, account } of await feedsOf(session)) {
        if ((await ids.account(companyId, key.connectionId, key.accountId)) !== wireId) continue;
        const history = await outbox.pushes(key, { offset, limit });
        const about = [account ?? { id: key.accountId }];
        // Amounts stand in these words too: what only looks like the number of an account is left.
        const words = ({ operationKey: id }: PushRecord) =>
          wordsAbout(companyId, key.connectionId, about, [{ id }], (text) => text);
        const items = history.items.map((push) => wirePush(push, words(push)));
        const answer: PushPage = { items, nextCursor: history.more ? `o${offset + limit}` : undefined };
        return json(answer);
      }
      throw notFound();
    });
};
