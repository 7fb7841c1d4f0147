/** The sender's side, as src/outbox/ledger/{lease,step,polls}.ts do in SQL. */
import { begun, nextAction, standingOf } from '../../../src/outbox/decide.ts';
import type { Done, Lease, PendingPush, Work } from '../../../src/outbox/ledger-port.ts';
import type { Durations } from '../../../src/outbox/model.ts';
import { missingMessage } from '../../../src/outbox/told.ts';
import {
  closedGate,
  factsOf,
  openPush,
  stateOf,
  wakeConnection,
  writePush,
  type Connection,
  type Feed,
  type Push,
  type Store,
  type Unit,
} from './data.ts';
import { block, seal, settle } from './pushes.ts';

const byNumber = (one: number, other: number): number => one - other;

/** `storeNow` is the store's own clock. */
export const claim = (store: Store, now: number, storeNow: number, limit: number, lease: number): Lease[] =>
  [...store.connections.values()]
    .filter(({ wakeAt, leaseUntil }) => wakeAt !== undefined && wakeAt <= now && (leaseUntil ?? -Infinity) < storeNow)
    .toSorted((one, other) => byNumber(one.wakeAt ?? 0, other.wakeAt ?? 0))
    .slice(0, limit)
    .map((connection) => {
      connection.token += 1;
      connection.leaseUntil = storeNow + lease;
      const { id, companyId, connectionId, token } = connection;
      return { connectionRef: String(id), companyId, connectionId, token: String(token) };
    });

const held = (store: Store, { connectionRef, token }: Lease): Connection | undefined => {
  const connection = store.connections.get(Number(connectionRef));
  const mine = String(connection?.token) === token && connection?.leaseUntil !== undefined;
  return mine ? connection : undefined;
};

export const renew = (store: Store, lease: Lease, storeNow: number, duration: number): boolean => {
  const connection = held(store, lease);
  if (connection !== undefined) connection.leaseUntil = storeNow + duration;
  return connection !== undefined;
};

const send = (unit: Unit, feed: Feed, push: Push): Work => {
  const { companyId, connectionId, accountId, failures } = feed;
  const state = begun(factsOf(push, failures), unit.now);
  const { failures: _, ...facts } = state;
  writePush(unit.store, push, { ...facts, state: 'sending' });
  feed.dueAt = undefined;
  unit.changed(feed);
  return { kind: 'send', push: { id: push.id, key: { companyId, connectionId, accountId }, state }, body: push.body };
};

/** The account that has waited longest. */
const nextFeed = ({ store, now }: Unit, connection: Connection): Feed | undefined => {
  let next: Feed | undefined;
  for (const feed of store.feeds.values()) {
    if (feed.connection !== connection || feed.dueAt === undefined || feed.dueAt > now) continue;
    const earlier = feed.dueAt - (next?.dueAt ?? Infinity);
    if (earlier < 0 || (earlier === 0 && feed.id < (next?.id ?? 0))) next = feed;
  }
  return next;
};

const takeNext = (unit: Unit, connection: Connection): Work | undefined => {
  for (let feed = nextFeed(unit, connection); feed !== undefined; feed = nextFeed(unit, connection)) {
    if (standingOf(stateOf(feed)).kind === 'open') {
      const found = openPush(unit.store, feed);
      if (found?.state === 'sealed') return send(unit, feed, found);
      if (found === undefined) {
        if ((feed.loadingUntil ?? 0) > unit.now) {
          feed.dueAt = feed.loadingUntil;
          continue;
        }
        const sealed = seal(unit, feed);
        if (sealed !== undefined) return send(unit, feed, sealed);
        if (feed.queued > 0) block(unit, feed, 'fault', missingMessage(feed.queued));
      }
    }
    feed.dueAt = undefined;
  }
  return undefined;
};

/** A push that is sending or in doubt comes before everything else on its connection. */
const goOn = (unit: Unit, push: Push): Work | { readonly until: number } => {
  const feed = unit.store.feeds.get(push.feedId);
  if (feed === undefined) return { kind: 'idle' };
  const { companyId, connectionId, accountId, failures } = feed;
  const state = factsOf(push, failures);
  const action = nextAction(state, standingOf(stateOf(feed)).kind === 'open', unit.now, unit.durations);
  if (action.kind === 'wait') return { until: action.until };
  if (action.kind === 'send') return send(unit, feed, push);
  return {
    kind: 'reconcile',
    push: { id: push.id, key: { companyId, connectionId, accountId }, state },
    since: action.since,
  };
};

const record = (unit: Unit, done: Done): void => {
  const push = unit.store.pushes.get(done.pushId);
  const feed = push && unit.store.feeds.get(push.feedId);
  if (push === undefined || feed === undefined) return;
  if (push.state === 'sending' && push.attempts === done.attempt) settle(unit, feed, push, done.outcome);
};

const release = (unit: Unit, connection: Connection, until: number | undefined): void => {
  let wake = until;
  if (wake === undefined)
    for (const feed of unit.store.feeds.values())
      if (feed.connection === connection && feed.dueAt !== undefined) wake = Math.min(wake ?? Infinity, feed.dueAt);
  const gate = closedGate(unit, connection.companyId);
  connection.leaseUntil = undefined;
  connection.wakeAt = wake === undefined ? undefined : Math.max(wake, gate?.until ?? 0);
};

/** The fence first: what SQL undoes at the end where the lease is lost is not begun here. */
export const step = (unit: Unit, lease: Lease, done: Done | undefined, take: boolean, storeNow: number): Work => {
  const { store, durations } = unit;
  const connection = held(store, lease);
  if (connection === undefined) return { kind: 'lost' };
  if (done !== undefined) record(unit, done);
  let unanswered: Push | undefined;
  for (const push of store.open)
    if (push.connectionRef === connection.id && push.state === 'sending') unanswered = push;
  let until: number | undefined;
  if (take && closedGate(unit, lease.companyId) === undefined) {
    const next = unanswered ? goOn(unit, unanswered) : takeNext(unit, connection);
    if (next !== undefined && 'kind' in next && next.kind !== 'idle') {
      connection.leaseUntil = storeNow + durations.lease;
      return next;
    }
    if (next !== undefined && 'until' in next) until = next.until;
  } else if (unanswered !== undefined) until = unanswered.nextAt ?? unit.now;
  release(unit, connection, until);
  return { kind: 'idle' };
};

// ---- Behind the senders ----------------------------------------------------------------------------

export const untilDue = (store: Store, now: number, storeNow: number): number | undefined => {
  let due = Infinity;
  for (const { wakeAt, leaseUntil } of store.connections.values())
    if (wakeAt !== undefined) due = Math.min(due, Math.max(wakeAt - now, (leaseUntil ?? -Infinity) - storeNow));
  for (const push of store.open) if (push.state === 'pending') due = Math.min(due, (push.nextAt ?? Infinity) - now);
  return due === Infinity ? undefined : Math.max(0, due);
};

export const sweep = (store: Store, now: number): void => {
  for (const feed of store.feeds.values()) {
    const stands = standingOf(stateOf(feed)).kind === 'open';
    if (!stands || feed.dueAt !== undefined) continue;
    const waits = feed.inPush === 0 ? feed.queued > 0 : openPush(store, feed)?.state === 'sealed';
    if (waits) feed.dueAt = now;
  }
  for (const { connection, dueAt } of store.feeds.values()) if (dueAt !== undefined) connection.wakeAt ??= now;
  for (const push of store.open) {
    const connection = store.connections.get(push.connectionRef);
    if (push.state === 'sending' && connection !== undefined) connection.wakeAt ??= now;
  }
};

export const openGate = (store: Store, now: number): void => {
  store.gates.delete('');
  for (const connection of store.connections.values())
    if (connection.wakeAt !== undefined) wakeConnection(connection, now);
};

const toPending = (store: Store, { id, companyId, operationKey = '', attempts, feedId }: Push): PendingPush => {
  const failures = store.feeds.get(feedId)?.failures ?? 0;
  return {
    id,
    companyId,
    operationKey,
    state: { attempts, failures, inFlight: false, unanswered: false, spent: false },
  };
};

export const claimPolls = (
  store: Store,
  now: number,
  limit: number,
  { pollFirst, pollMax }: Durations,
): PendingPush[] => {
  const due = [...store.open].filter(({ state, nextAt }) => state === 'pending' && (nextAt ?? Infinity) <= now);
  due.sort((one, other) => byNumber(one.nextAt ?? 0, other.nextAt ?? 0));
  return due.slice(0, limit).map((push) => {
    push.polls += 1;
    push.nextAt = now + Math.min(pollMax, pollFirst * 2 ** Math.min(push.polls, 20));
    return toPending(store, push);
  });
};

export const findOperation = (store: Store, companyId: string, operationKey: string): PendingPush | undefined => {
  for (const push of store.pushes.values()) {
    if (push.companyId !== companyId || push.operationKey !== operationKey) continue;
    if (push.state === 'pending' || push.state === 'timed-out') return toPending(store, push);
  }
  return undefined;
};

export const knownOperations = (store: Store, companyId: string, keys: readonly string[]): ReadonlySet<string> => {
  const known = new Set<string>();
  for (const push of store.pushes.values())
    if (push.companyId === companyId && push.operationKey !== undefined && keys.includes(push.operationKey))
      known.add(push.operationKey);
  return known;
};
