/** What Codat says of a feed's other end, as src/outbox/ledger/observe.ts takes it in. */
import {
  beginsAnew,
  firstDay,
  isConnected,
  ordersStrictly,
  standingOf,
  type FeedState,
} from '../../../src/outbox/decide.ts';
import type { FeedFacts, FeedKey } from '../../../src/outbox/model.ts';
import { heldMessages, isFactReason, strandedMessage } from '../../../src/outbox/told.ts';
import { sameLine } from '../../../src/outbox/transaction-text.ts';
import {
  behindSealed,
  findFeed,
  findOrMakeFeed,
  knownElsewhere,
  openPush,
  parked,
  siblingsOf,
  stateOf,
  wakeConnection,
  type Feed,
  type Store,
  type Unit,
} from './data.ts';
import { carryOver, sealRemainder, unblock } from './pushes.ts';

const skipBeforeStart = (feed: Feed, first: string): void => {
  const stragglers = [...feed.lines.values()].filter(({ mark, at }) => mark === 'straggler' && at < first);
  const early = [...behindSealed(feed).filter(({ at }) => at < first), ...stragglers];
  const lines = early.length;
  if (lines === 0) return;
  for (const line of early) line.mark = 'before-start';
  feed.stragglers -= stragglers.length;
  if (feed.queued + feed.inPush <= lines) feed.waitingSince = undefined;
  feed.queued -= lines;
  feed.skipped += lines;
};

/** Moves parked lines into the feed behind its own. A line it, or a sibling, knows already stays where it is. */
const moveLines = (unit: Unit, from: Feed, to: Feed): void => {
  const late = ordersStrictly(to.connection.platform) ? 'late' : 'straggler';
  const arrived = (unit.store.sequence += 1);
  const counts = { '': 0, straggler: 0, late: 0, 'before-start': 0, sent: 0, skipped: 0 };
  for (const line of from.lines.values()) {
    const known = to.lines.get(line.id) ?? knownElsewhere(unit.store, to, line.id);
    if (known !== undefined) {
      if (line.mark === 'skipped' || sameLine(known.body, line.body)) from.lines.delete(line.id);
      continue;
    }
    from.lines.delete(line.id);
    line.seq += to.arrivals;
    line.arrived = arrived;
    if (line.mark === undefined && line.at < to.sealedLocal) line.mark = late;
    counts[line.mark ?? ''] += 1;
    to.lines.set(line.id, line);
  }
  const queued = counts[''] + counts.straggler;
  to.arrivals += from.arrivals;
  to.queued += queued;
  to.stragglers += counts.straggler;
  to.late += counts.late;
  to.skipped += counts['before-start'] + counts.skipped;
  if (counts.late > 0) to.lateAt ??= unit.now;
  if (from.loadingUntil !== undefined) to.loadingUntil = Math.max(to.loadingUntil ?? 0, from.loadingUntil);
  if (queued > 0) to.waitingSince = Math.min(to.waitingSince ?? Infinity, from.waitingSince ?? unit.now);
  if (from.lines.size === 0) {
    unit.store.feeds.delete(from.id);
    return;
  }
  const message = strandedMessage(from.lines.size);
  from.queued = from.lines.size;
  from.skipped = 0;
  from.blocked = 'fault';
  from.blockedMessage = message;
  from.blockedAt = unit.now;
  from.sealedSeq = from.arrivals;
  unit.emit(to, { type: 'held', reason: 'fault', message });
};

const waitsForFeed = (feed: Feed | undefined): boolean => feed !== undefined && feed.arrivals > feed.sealedSeq;

/** Binds parked lines to a feed that just connected: by name where nothing can be known to it, else line by line. */
const bindParked = (unit: Unit, waiting: Feed, feed: Feed): Feed => {
  if (feed.arrivals > 0 || siblingsOf(unit.store, feed).length > 0) {
    moveLines(unit, waiting, feed);
    return feed;
  }
  unit.store.feeds.delete(feed.id);
  Object.assign(waiting, {
    connection: feed.connection,
    connectionId: feed.connectionId,
    account: feed.account,
    startDate: feed.startDate,
    sealedSeq: 0,
    blocked: undefined,
    blockedMessage: undefined,
    blockedAt: undefined,
  });
  return waiting;
};

const retryRefused = (unit: Unit, feed: Feed): void => {
  if (feed.blocked !== 'refused' || feed.blockedPush === undefined) return;
  const push = unit.store.pushes.get(feed.blockedPush);
  if (push?.state !== 'failed') return;
  if (feed.inPush < push.ids.length) sealRemainder(unit, feed, push, unit.now);
  else carryOver(unit, push, unit.now);
  unblock(feed);
};

const follow = (unit: Unit, before: FeedState, feed: Feed, bound: boolean): void => {
  const connects = !isConnected(before) && isConnected(stateOf(feed));
  if (connects) retryRefused(unit, feed);
  const state = stateOf(feed);
  const [was, is] = [standingOf(before), standingOf(state)];
  const first = isConnected(state) ? firstDay(state) : undefined;
  // As in SQL, whether there is work is what was read before lines were skipped.
  const hasWork = feed.queued + feed.inPush > 0;
  if (first !== undefined && (connects || bound || first !== before.startDate)) skipBeforeStart(feed, first);
  if (connects) unit.emit(feed, { type: 'account-connected', feedStartDate: state.startDate });
  unit.changed(feed);
  if (is.kind !== 'open') feed.dueAt = undefined;
  else if ((feed.inPush === 0 && feed.queued > 0) || openPush(unit.store, feed)?.state === 'sealed')
    feed.dueAt ??= unit.now;
  const ends = was.kind === 'held' ? is.kind === 'held' && was.reason !== is.reason : was.kind === 'open' || hasWork;
  const held = ends && is.kind === 'held' ? is.reason : undefined;
  if (held !== undefined && isFactReason(held))
    unit.emit(feed, { type: 'held', reason: held, message: heldMessages[held] });
  if (is.kind === 'open' && was.kind === 'held') unit.emit(feed, { type: 'recovered' });
};

const openOf = (store: Store, feed: Feed) => {
  const push = openPush(store, feed);
  return push?.state === 'pending' ? undefined : push;
};

const beginAnew = (store: Store, feed: Feed): void => {
  const answered = [...store.pushes.values()].filter(
    ({ feedId, state }) => feedId === feed.id && state !== 'sealed' && state !== 'sending',
  );
  feed.formerPush = Math.max(0, ...answered.map(({ number }) => number));
  feed.formerOpen = feed.blockedPush ?? openOf(store, feed)?.id;
  feed.formerArrivals = feed.arrivals;
  feed.formerDelivered = feed.delivered;
  feed.lastDelivery = undefined;
  const others = [...feed.lines.values()].filter(({ mark }) => mark === 'straggler' || mark === 'late');
  const waits = [...behindSealed(feed), ...others].toSorted((one, other) => one.seq - other.seq);
  for (const [n, line] of waits.entries()) line.seq = feed.arrivals + n + 1;
  feed.arrivals += waits.length;
};

const lastSeen = (feed: Feed): FeedState => ({
  ...stateOf(feed),
  ...(feed.relinked ? { connection: 'unlinked' } : {}),
});

export const observeFacts = (unit: Unit, key: FeedKey, facts: FeedFacts): boolean => {
  const { store } = unit;
  const own = findFeed(store, key) ?? findOrMakeFeed(store, key, facts.platform);
  const seen = stateOf(own);
  const startDate = facts.feedStartDate?.slice(0, 10) ?? seen.startDate;
  const platform = facts.platform ?? seen.platform;
  const connectionChanged = facts.connection !== seen.connection || platform !== seen.platform;
  const same = !connectionChanged && facts.account === seen.account && startDate === seen.startDate;
  const waitingFor = (accountId: string): Feed | undefined => {
    const found = findFeed(store, { companyId: key.companyId, connectionId: parked, accountId });
    return waitsForFeed(found) ? found : undefined;
  };
  const anew = beginsAnew(lastSeen(own), { ...facts, startDate });
  own.relinked = false;
  if (same && !anew && !(isConnected(facts) && waitingFor(key.accountId))) return false;

  const touched = [...store.feeds.values()]
    .filter((feed) => feed.connection === own.connection && (connectionChanged || feed.accountId === key.accountId))
    .toSorted((one, other) => one.id - other.id)
    .map((feed) => ({ feed, before: stateOf(feed) }));
  if (own.arrivals > 0 && anew) beginAnew(store, own);
  if (seen.connection !== 'linked' && facts.connection === 'linked')
    for (const feed of store.feeds.values())
      if (feed.connection === own.connection && feed !== own && feed.arrivals > 0) feed.relinked = true;
  own.account = facts.account;
  own.startDate = startDate;
  own.connection.status = facts.connection;
  own.connection.platform = platform;
  let wake = false;
  for (const { feed, before } of touched) {
    if (feed.connectionId === parked) continue;
    const waiting = isConnected(stateOf(feed)) ? waitingFor(feed.accountId) : undefined;
    const current = waiting ? bindParked(unit, waiting, feed) : feed;
    follow(unit, before, current, waiting !== undefined);
    wake = wake || current.dueAt !== undefined;
  }
  if (wake) wakeConnection(own.connection, unit.now);
  return true;
};
