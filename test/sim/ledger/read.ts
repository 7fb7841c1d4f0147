/** What people and the proxy are told, as src/outbox/ledger/{read,events,forget}.ts do in SQL. */
import { isConnected } from '../../../src/outbox/decide.ts';
import { overviewOf, recordOf as pushRecordOf } from '../../../src/outbox/ledger/read.ts';
import { toldOf } from '../../../src/outbox/told.ts';
import { todayIn } from '../../../src/outbox/local-date.ts';
import type { Change, FeedAddress, FeedEvent, FeedKey, FeedOverview } from '../../../src/outbox/model.ts';
import { findFeed, isBehind, parked, recordOf, restOf, stateOf, type Feed, type Store, type Unit } from './data.ts';

const shownDays = 30;

const daysOf = (store: Store, feed: Feed, timeZone: string, now: number, isHeld: boolean): FeedOverview['days'] => {
  const days = new Map<string, { date: string; delivered: number; held: number }>();
  const count = (at: number, delivered: number, held: number): void => {
    if (at < now - shownDays * 86_400_000) return;
    const date = todayIn(at, timeZone);
    const day = days.get(date) ?? { date, delivered: 0, held: 0 };
    days.set(date, day);
    day.delivered += delivered;
    day.held += held;
  };
  for (const { feedId, state, id, ids, number, finishedAt } of store.pushes.values()) {
    if (feedId !== feed.id || finishedAt === undefined) continue;
    if (state === 'success') {
      if (number > feed.formerPush) count(finishedAt, ids.length, 0);
    } else if ((state === 'failed' || state === 'timed-out') && id === feed.blockedPush)
      count(finishedAt, 0, ids.length);
  }
  if (feed.late > 0)
    for (const { mark, acceptedAt } of feed.lines.values()) if (mark === 'late') count(acceptedAt, 0, 1);
  if (isHeld)
    for (const line of feed.lines.values())
      if (line.mark === 'straggler' || (line.mark === undefined && isBehind(feed, line))) count(line.acceptedAt, 0, 1);
  return [...days.values()].toSorted((one, other) => (one.date < other.date ? -1 : 1));
};

export const overview = (
  unit: Pick<Unit, 'store' | 'now' | 'durations'>,
  companyId: string,
  timeZone: string,
): FeedOverview[] =>
  [...unit.store.feeds.values()]
    .filter((feed) => feed.companyId === companyId)
    .toSorted((one, other) =>
      one.accountId === other.accountId ? one.id - other.id : one.accountId < other.accountId ? -1 : 1,
    )
    .map((feed) => {
      const rest = restOf(unit, feed);
      const isHeld = toldOf(stateOf(feed), rest).kind === 'held';
      return overviewOf(recordOf(feed), rest, daysOf(unit.store, feed, timeZone, unit.now, isHeld));
    });

export const history = (store: Store, key: FeedKey, offset: number, limit: number) => {
  const feed = findFeed(store, key);
  const pushes = [...store.pushes.values()]
    .filter(({ feedId, state }) => feedId === feed?.id && state !== 'dropped')
    .filter(
      ({ id, number, state }) => number > (feed?.formerPush ?? 0) || state === 'pending' || id === feed?.blockedPush,
    )
    .toSorted((one, other) => other.number - one.number)
    .slice(offset, offset + limit + 1);
  const items = pushes.slice(0, limit).map((push) =>
    pushRecordOf({
      id: push.id,
      operation_key: push.operationKey ?? null,
      state: push.state,
      lines: push.ids.length,
      first_local: push.firstLocal,
      last_local: push.lastLocal,
      reason: push.reason ?? null,
      message: push.message ?? null,
      errors: push.errors ?? null,
      sealed_at: String(push.sealedAt),
      finished_at: push.finishedAt === undefined ? null : String(push.finishedAt),
    }),
  );
  return { items, more: pushes.length > limit };
};

export const awaited = (store: Store): FeedAddress[] =>
  [...store.feeds.values()]
    .filter((feed) => feed.queued + feed.inPush > 0 && !isConnected(stateOf(feed)))
    .map(({ companyId, connectionId, accountId }) => ({
      companyId,
      accountId,
      connectionId: connectionId === parked ? undefined : connectionId,
    }));

export const feedKeys = (store: Store, companyId: string): FeedKey[] =>
  [...store.feeds.values()]
    .filter((feed) => feed.companyId === companyId && feed.connectionId !== parked)
    .map(({ connectionId, accountId }) => ({ companyId, connectionId, accountId }));

export const changes = (store: Store, after: number, companyId: string | undefined) => {
  const found: Change[] = [...store.hints.values()]
    .filter((hint) => hint.version >= after && (companyId === undefined || hint.companyId === companyId))
    .toSorted((one, other) => one.version - other.version);
  return { version: store.sequence + 1, changes: found };
};

export const events = (store: Store, after: string | undefined, limit: number): FeedEvent[] => {
  const page = store.events
    .filter(({ event, acknowledged }) => !acknowledged && Number(event.id) > Number(after ?? 0))
    .slice(0, limit);
  for (const stored of page) stored.told = true;
  return page.map(({ event }) => event);
};

export const acknowledge = (store: Store, upTo: string): boolean => {
  if (Number(upTo) > store.sequence) return false;
  for (const stored of store.events)
    if (stored.told && Number(stored.event.id) <= Number(upTo)) stored.acknowledged = true;
  return true;
};

export const forget = (store: Store, companyId: string): void => {
  for (const push of store.pushes.values()) {
    if (push.companyId !== companyId) continue;
    store.pushes.delete(push.id);
    store.open.delete(push);
  }
  for (const table of [store.feeds, store.connections, store.hints])
    for (const [id, row] of table) if (row.companyId === companyId) table.delete(id as never);
  store.events = store.events.filter(({ event }) => event.companyId !== companyId);
  store.gates.delete(companyId);
};
