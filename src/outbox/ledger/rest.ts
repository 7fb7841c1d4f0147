/** What keeps feeds from sending beside their own state, as people are told of it; nothing here changes anything. */
import type { Queryable } from '../../store/database.ts';
import { askedAt, standingOf } from '../decide.ts';
import { endedOf } from '../holds.ts';
import type { Durations } from '../model.ts';
import type { Rest } from '../told.ts';
import { parked, readFeeds, type FeedRecord } from './feeds.ts';
import { closedGate } from './gate.ts';
import { readPushes } from './pushes.ts';
import { restoredAskedAt } from './restored.ts';

type Reading = Queryable & { readonly now: number };

/** When Codat is asked about what is in doubt, by connection: it sends nothing else before. */
const readDoubts = async (
  tx: Reading,
  feeds: readonly Pick<FeedRecord, 'connectionRef'>[],
  durations: Durations,
): Promise<ReadonlyMap<string, number>> => {
  const refs = [...new Set(feeds.map(({ connectionRef }) => connectionRef))];
  const doubtful = `p.connection_ref = any($1::bigint[]) and p.state = 'sending' and p.spent`;
  const pushes = await readPushes(tx, doubtful, [refs]);
  return new Map(
    pushes.map(({ connectionRef, facts }) => [
      connectionRef,
      Math.max(tx.now, askedAt({ ...facts, failures: 0 }, tx.now, durations)),
    ]),
  );
};

/** Feeds on known connections of the accounts for which lines are parked. */
const readParkedFor = async (tx: Queryable, feeds: readonly FeedRecord[]): Promise<readonly FeedRecord[]> => {
  const waiting = feeds.filter(({ connectionId }) => connectionId === parked);
  if (waiting.length === 0) return [];
  return readFeeds(
    tx,
    `f.connection_id <> '' and (f.company_id, f.account_id) in (select * from unnest($1::text[], $2::text[]))`,
    [waiting.map(({ companyId }) => companyId), waiting.map(({ accountId }) => accountId)],
  );
};

/** The same for a feed that just took lines in. */
export const readOwnRest = async (
  tx: Reading,
  { companyId, connectionRef, state }: FeedRecord,
  durations: Durations,
): Promise<Rest> => {
  const gate = await closedGate(tx, companyId);
  if (gate !== undefined || standingOf(state).kind !== 'open') return { gate };
  return { askedAt: (await readDoubts(tx, [{ connectionRef }], durations)).get(connectionRef) };
};

/** What these feeds rest for. `tx.now` is when it is looked at. */
export const readRest = async (
  tx: Reading,
  feeds: readonly FeedRecord[],
  durations: Durations,
): Promise<(feed: FeedRecord) => Rest> => {
  const gates = new Map<string, Rest['gate']>();
  for (const { companyId } of feeds) if (!gates.has(companyId)) gates.set(companyId, await closedGate(tx, companyId));
  const isRestored = [...gates.values()].some((gate) => gate?.reason === 'restored');
  const restored = isRestored ? Math.max(tx.now, await restoredAskedAt(tx, durations)) : undefined;
  const doubts = await readDoubts(tx, feeds, durations);
  const others = await readParkedFor(tx, feeds);
  return ({ companyId, connectionId, connectionRef, accountId }) => {
    const gate = gates.get(companyId);
    const ended =
      connectionId === parked
        ? endedOf(others.filter((feed) => feed.companyId === companyId && feed.accountId === accountId))
        : undefined;
    return { gate, ended, askedAt: gate?.reason === 'restored' ? restored : doubts.get(connectionRef) };
  };
};
