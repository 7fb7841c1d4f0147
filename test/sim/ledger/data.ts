/**
 * What the store keeps, in memory: the tables of src/store/migrations.ts as plain objects. Everything that happens
 * between two awaits is one transaction; the unique indexes are assertions.
 */
import type { PlatformKey } from '../../../src/contract/platforms.ts';
import {
  askedAt,
  mayShareBooks,
  mostLines,
  type FeedState,
  type Gate,
  type PushState,
} from '../../../src/outbox/decide.ts';
import { endedOf } from '../../../src/outbox/holds.ts';
import type { News } from '../../../src/outbox/ledger-port.ts';
import type { FeedRecord } from '../../../src/outbox/ledger/feeds.ts';
import type { EventBody } from '../../../src/outbox/ledger/news.ts';
import type { Durations, FeedEvent, FeedFacts, FeedKey, Reason } from '../../../src/outbox/model.ts';
import type { Rest } from '../../../src/outbox/told.ts';

type Writable<Of> = { -readonly [Key in keyof Of]: Of[Key] };

export const parked = '';

export interface Txn {
  readonly id: string;
  seq: number;
  readonly at: string;
  readonly body: string;
  mark?: 'straggler' | 'sent' | 'late' | 'before-start' | 'skipped' | undefined;
  /** Why it was skipped. */
  note?: string | undefined;
  readonly acceptedAt: number;
  /** When it joined its feed, counted in the store's own sequence. */
  arrived: number;
}

export interface Connection {
  readonly id: number;
  readonly companyId: string;
  readonly connectionId: string;
  platform?: PlatformKey | undefined;
  status: FeedFacts['connection'];
  wakeAt?: number | undefined;
  token: number;
  leaseUntil?: number | undefined;
}

export type Feed = Writable<Omit<FeedRecord, 'id' | 'connectionRef' | 'state' | 'blockedMessage'>> & {
  readonly id: number;
  connection: Connection;
  account: FeedFacts['account'];
  startDate?: string | undefined;
  blocked?: Reason | undefined;
  blockedMessage?: string | undefined;
  sealedLocal: string;
  skipped: number;
  formerOpen?: string | undefined;
  readonly lines: Map<string, Txn>;
};

export interface Push extends Writable<Omit<PushState, 'failures'>> {
  readonly id: string;
  readonly number: number;
  readonly feedId: number;
  readonly connectionRef: number;
  readonly companyId: string;
  state: 'sealed' | 'sending' | 'pending' | 'success' | 'failed' | 'timed-out' | 'dropped';
  readonly ids: readonly string[];
  readonly body: string;
  readonly firstLocal: string;
  readonly lastLocal: string;
  polls: number;
  operationKey?: string | undefined;
  reason?: string | undefined;
  message?: string | undefined;
  errors?: string | undefined;
  readonly sealedAt: number;
  /** When its lines were chosen, in the store's own sequence. */
  readonly sealedNumber: number;
  finishedAt?: number | undefined;
}

export interface StoredEvent {
  readonly event: FeedEvent;
  told: boolean;
  acknowledged: boolean;
}

export interface Store {
  sequence: number;
  readonly connections: Map<number, Connection>;
  readonly feeds: Map<number, Feed>;
  readonly pushes: Map<string, Push>;
  /** Pushes that are sealed, sending or pending. */
  readonly open: Set<Push>;
  readonly gates: Map<string, { until: number; reason: Gate['reason'] }>;
  events: StoredEvent[];
  readonly hints: Map<string, FeedKey & { version: number }>;
}

export const newStore = (): Store => ({
  sequence: 0,
  connections: new Map(),
  feeds: new Map(),
  pushes: new Map(),
  open: new Set(),
  gates: new Map(),
  events: [],
  hints: new Map(),
});

/** What the database itself would refuse; a rule of the outbox was broken before it came to that. */
export class ConstraintError extends Error {
  override readonly name = 'ConstraintError';
}

/** A transaction that remembers what it has to tell. */
export interface Unit {
  readonly store: Store;
  readonly now: number;
  readonly durations: Durations;
  readonly newId: () => string;
  emit(key: FeedKey, body: EventBody): void;
  changed(key: FeedKey): void;
}

const keyOf = ({ companyId, connectionId, accountId }: FeedKey): FeedKey => ({ companyId, connectionId, accountId });
const textOf = ({ companyId, connectionId, accountId }: FeedKey): string =>
  `${companyId}\n${connectionId}\n${accountId}`;

export const transact = <Result>(
  parts: Pick<Unit, 'store' | 'now' | 'durations' | 'newId'>,
  news: News,
  work: (unit: Unit) => Result,
): Result => {
  const { store, now } = parts;
  const touched = new Map<string, FeedKey>();
  const result = work({
    ...parts,
    emit(feed, body) {
      const key = keyOf(feed);
      if (key.connectionId === parked) return;
      const event: FeedEvent = { ...key, ...body, id: String((store.sequence += 1)), at: now };
      store.events.push({ event, told: false, acknowledged: false });
      news.events.push(event);
    },
    changed: (feed) => touched.set(textOf(feed), keyOf(feed)),
  });
  const version = (store.sequence += 1);
  for (const [text, key] of touched) {
    const change = { ...key, version };
    store.hints.set(text, change);
    news.changes.push(change);
  }
  return result;
};

// ---- Feeds ---------------------------------------------------------------------------------------

export const stateOf = (feed: Feed): FeedState => ({
  platform: feed.connection.platform,
  connection: feed.connection.status,
  account: feed.account,
  startDate: feed.startDate,
  blocked: feed.blocked,
  sealedLocal: feed.sealedLocal,
});

export const recordOf = (feed: Feed): FeedRecord => ({
  ...feed,
  id: String(feed.id),
  connectionRef: String(feed.connection.id),
  state: stateOf(feed),
});

export const findFeed = ({ feeds }: Store, { companyId, connectionId, accountId }: FeedKey): Feed | undefined => {
  for (const feed of feeds.values())
    if (feed.accountId === accountId && feed.connectionId === connectionId && feed.companyId === companyId) return feed;
  return undefined;
};

const connectionOf = (store: Store, companyId: string, connectionId: string, platform?: PlatformKey): Connection => {
  for (const connection of store.connections.values())
    if (connection.companyId === companyId && connection.connectionId === connectionId) return connection;
  const id = (store.sequence += 1);
  const made: Connection = { id, companyId, connectionId, platform, status: 'pending', token: 0 };
  store.connections.set(id, made);
  return made;
};

export const findOrMakeFeed = (store: Store, key: FeedKey, platform?: PlatformKey): Feed => {
  const found = findFeed(store, key);
  if (found !== undefined) return found;
  const connection = connectionOf(store, key.companyId, key.connectionId, platform);
  const id = (store.sequence += 1);
  const feed: Feed = {
    ...keyOf(key),
    id,
    connection,
    account: 'none',
    sealedLocal: '',
    arrivals: 0,
    sealedSeq: 0,
    queued: 0,
    stragglers: 0,
    inPush: 0,
    late: 0,
    delivered: 0,
    formerDelivered: 0,
    formerPush: 0,
    formerArrivals: 0,
    relinked: false,
    skipped: 0,
    failures: 0,
    lines: new Map(),
  };
  store.feeds.set(id, feed);
  return feed;
};

/** The account's feeds on other connections to the same software, the newest one first. */
export const siblingsOf = ({ feeds }: Store, own: Feed): Feed[] =>
  [...feeds.values()]
    .filter(
      (feed) =>
        feed !== own &&
        feed.companyId === own.companyId &&
        feed.accountId === own.accountId &&
        feed.connectionId !== parked &&
        feed.arrivals > 0 &&
        mayShareBooks(feed.connection.platform, own.connection.platform),
    )
    .toSorted((one, other) => other.id - one.id);

/** The line of this id that only they know. */
export const knownElsewhere = (store: Store, own: Feed, id: string): (Txn & { connectionId: string }) | undefined => {
  if (own.connectionId === parked) return undefined;
  for (const { connectionId, lines } of siblingsOf(store, own)) {
    const line = lines.get(id);
    if (line !== undefined && line.mark !== 'before-start') return { ...line, connectionId };
  }
  return undefined;
};

/** Behind the newest sealed line: what `(local_at, seq) > (…)` finds. */
export const isBehind = ({ sealedLocal, sealedSeq }: Feed, { at, seq }: Txn): boolean =>
  at > sealedLocal || (at === sealedLocal && seq > sealedSeq);

/** Lines that wait in no push. */
export const behindSealed = (feed: Feed): Txn[] => {
  const found: Txn[] = [];
  for (const line of feed.lines.values()) if (line.mark === undefined && isBehind(feed, line)) found.push(line);
  return found;
};

export const inOrder = (one: Txn, other: Txn): number =>
  one.at === other.at ? one.seq - other.seq : one.at < other.at ? -1 : 1;

/** The next candidates for a batch, and of them the stragglers. */
export const queuedLines = (feed: Feed): { readonly lines: Txn[]; readonly stragglers: ReadonlySet<string> } => {
  const ordinary = behindSealed(feed).toSorted(inOrder).slice(0, mostLines);
  const late =
    feed.stragglers > 0 ? [...feed.lines.values()].filter(({ mark }) => mark === 'straggler').toSorted(inOrder) : [];
  const stragglers = late.slice(0, mostLines);
  return { lines: [...ordinary, ...stragglers], stragglers: new Set(stragglers.map(({ id }) => id)) };
};

export const wakeConnection = (connection: Connection, at: number): void => {
  if (connection.wakeAt === undefined || connection.wakeAt > at) connection.wakeAt = at;
};

// ---- The gate ------------------------------------------------------------------------------------

export const closedGate = ({ store, now }: Pick<Unit, 'store' | 'now'>, companyId: string) => {
  let closed: { readonly until: number; readonly reason: Gate['reason'] } | undefined;
  for (const scope of ['', companyId]) {
    const gate = store.gates.get(scope);
    if (gate !== undefined && gate.until > Math.max(now, closed?.until ?? 0)) closed = gate;
  }
  return closed;
};

/** True where it was not closed for this reason before. */
export const closeGate = (store: Store, companyId: string, { scope, until, reason }: Gate): boolean => {
  const key = scope === 'all' ? '' : companyId;
  const before = store.gates.get(key);
  store.gates.set(key, { until: Math.max(until, before?.until ?? 0), reason });
  return before === undefined;
};

/** What keeps feeds of these accounts from sending beside their own state, as src/outbox/ledger/rest.ts reads it. */
export const restOf = ({ store, now, durations }: Pick<Unit, 'store' | 'now' | 'durations'>, feed: Feed): Rest => {
  const gate = closedGate({ store, now }, feed.companyId);
  let inDoubt: number | undefined;
  for (const push of store.open)
    if (push.connectionRef === feed.connection.id && push.state === 'sending' && push.spent)
      inDoubt = Math.max(now, askedAt(factsOf(push, 0), now, durations));
  if (feed.connectionId !== parked) return { gate, askedAt: inDoubt };
  const account = [...store.feeds.values()].filter(
    ({ companyId, accountId }) => companyId === feed.companyId && accountId === feed.accountId,
  );
  return { gate, askedAt: inDoubt, ended: endedOf(account.map(recordOf)) };
};

// ---- Pushes --------------------------------------------------------------------------------------

/** What decisions need of a push. */
export const factsOf = (push: Push, failures: number): PushState => {
  const { attempts, inFlight, unanswered, spent, firstTryAt, lastTryAt, nextAt } = push;
  return { attempts, inFlight, unanswered, spent, firstTryAt, lastTryAt, nextAt, failures };
};

const isOpen = ({ state }: Push): boolean => state === 'sealed' || state === 'sending' || state === 'pending';

/** Writes a push, as an UPDATE or INSERT would, under the unique indexes. */
export const writePush = (store: Store, push: Push, changes: Partial<Push> = {}): void => {
  Object.assign(push, changes);
  store.pushes.set(push.id, push);
  if (isOpen(push)) store.open.add(push);
  else store.open.delete(push);
  for (const other of store.open) {
    if (other === push) continue;
    if (other.feedId === push.feedId && isOpen(push)) throw new ConstraintError('two open pushes on one feed');
    if (other.connectionRef === push.connectionRef && other.state === 'sending' && push.state === 'sending')
      throw new ConstraintError('two unanswered pushes on one connection');
  }
  if (changes.operationKey === undefined) return;
  for (const other of store.pushes.values())
    if (other !== push && other.companyId === push.companyId && other.operationKey === changes.operationKey)
      throw new ConstraintError('two pushes with one operation');
};

export const openPush = (store: Store, feed: Feed): Push | undefined => {
  for (const push of store.open) if (push.feedId === feed.id) return push;
  return undefined;
};
