/** What people do about held lines, as src/outbox/ledger/{held,operate,remainder,given-up}.ts do in SQL. */
import { mostLines, standingOf } from '../../../src/outbox/decide.ts';
import {
  awaitsResume,
  heldAnew,
  holdsOf,
  isSkippable,
  placeOfLine,
  refusesCompanyResume,
  refusesResume,
  refusesRetry,
  type LinePlace,
  type Refusal,
} from '../../../src/outbox/holds.ts';
import { chooseHeld, errorsOf, heldFeedOf, sinceOf, type HeldRecord } from '../../../src/outbox/ledger/held.ts';
import { waitingOf } from '../../../src/outbox/ledger/read.ts';
import type { HoldAction } from '../../../src/outbox/model.ts';
import type {
  Acted,
  FeedLine,
  HeldAddress,
  HeldFeed,
  HeldFilter,
  ResumeAddress,
  Skipped,
} from '../../../src/outbox/operating.ts';
import { OutboxError } from '../../../src/outbox/outbox-error.ts';
import { knownBy } from '../../../src/outbox/transaction-text.ts';
import {
  closedGate,
  inOrder,
  isBehind,
  openPush,
  parked,
  recordOf,
  restOf,
  stateOf,
  wakeConnection,
  type Feed,
  type Push,
  type Store,
  type Unit,
} from './data.ts';
import { sealRemainder, unblock } from './pushes.ts';

type Reading = Pick<Unit, 'store' | 'now' | 'durations'>;

const mostItems = 100;

/** The feed's push that is open, or that stopped it. */
const currentPush = (store: Store, feed: Feed): Push | undefined =>
  openPush(store, feed) ?? store.pushes.get(feed.blockedPush ?? '');

const holdsOn = (unit: Reading, feed: Feed): HeldRecord => {
  const push = unit.store.pushes.get(feed.blockedPush ?? '');
  const batch = push && {
    id: push.id,
    lines: push.ids.length,
    mayBeWritten: push.state === 'timed-out',
    operationKey: push.operationKey,
    errors: push.errors ?? null,
  };
  const { queued, inPush, late } = feed;
  const rest = restOf(unit, feed);
  const gate = rest.gate?.reason;
  const holds = holdsOf({ state: stateOf(feed), queued, inPush, late, gate, ended: rest.ended, batch });
  return { feed: recordOf(feed), batch, rest, holds };
};

const inScope = (feed: Feed, { companyId, accountId, connectionId }: HeldFilter): boolean =>
  (companyId === undefined || feed.companyId === companyId) &&
  (accountId === undefined || feed.accountId === accountId) &&
  (connectionId === undefined || feed.connectionId === (connectionId ?? parked));

const feedsOf = ({ feeds }: Store, filter: HeldFilter): Feed[] =>
  [...feeds.values()].filter((feed) => inScope(feed, filter)).toSorted((one, other) => one.id - other.id);

const find = (store: Store, address: HeldAddress): Feed => {
  const { id } = chooseHeld(feedsOf(store, address).map(recordOf));
  return store.feeds.get(Number(id))!;
};

const itemsOf = (feed: Feed, { batch }: HeldRecord, late: boolean, stopped: boolean): HeldFeed['items'] => {
  if (late)
    return [...feed.lines.values()]
      .filter(({ mark }) => mark === 'late')
      .toSorted((one, other) => one.seq - other.seq)
      .slice(0, mostItems)
      .map(({ id, at }) => ({ id, message: `Dated ${at.slice(0, 10)}.` }));
  if (!stopped || batch === undefined) return [];
  return errorsOf(batch)
    .filter(({ itemId }) => itemId === undefined || feed.lines.get(itemId)?.mark !== 'skipped')
    .map(({ itemId, message }) => ({ id: itemId, message }));
};

export const held = (unit: Reading, filter: HeldFilter, after: string | undefined, limit: number) => {
  const items: HeldFeed[] = [];
  let shown: Feed | undefined;
  let count = 0;
  for (const feed of feedsOf(unit.store, filter)) {
    const record = holdsOn(unit, feed);
    if (feed.id <= Number(after ?? 0) || record.holds.length === 0) continue;
    if (count === limit) return { items, next: String(shown?.id) };
    for (const hold of record.holds)
      items.push(heldFeedOf(record, hold, itemsOf(feed, record, hold.reason === 'late', hold.batch)));
    shown = feed;
    count += 1;
  }
  return { items, next: undefined };
};

export const waiting = (unit: Reading, filter: HeldFilter, after: string | undefined, limit: number) => {
  const busy = feedsOf(unit.store, filter).filter(
    (feed) => feed.queued + feed.inPush > 0 && feed.id > Number(after ?? 0),
  );
  const shown = busy.slice(0, limit);
  const items = shown.flatMap((feed) => waitingOf(recordOf(feed), restOf(unit, feed)) ?? []);
  return { items, next: busy.length > limit ? String(shown.at(-1)?.id) : undefined };
};

export const lines = (store: Store, address: HeldAddress, offset: number, limit: number) => {
  const feed = find(store, address);
  const batch = new Set(currentPush(store, feed)?.ids);
  const found = [...feed.lines.values()]
    .filter((line) => {
      const { id, mark } = line;
      return batch.has(id) || (mark !== undefined && mark !== 'sent') || (mark === undefined && isBehind(feed, line));
    })
    .toSorted(inOrder)
    .slice(offset, offset + limit + 1);
  const stateIn = ({ id, mark }: (typeof found)[number]): FeedLine['state'] => {
    if (mark === 'late' || mark === 'skipped' || mark === 'before-start') return mark;
    if (!batch.has(id)) return 'waiting';
    return feed.blockedPush === undefined ? 'sending' : 'stopped';
  };
  const items = found.slice(0, limit).map((line): FeedLine => ({
    id: line.id,
    date: line.at,
    ...knownBy(line.body),
    state: stateIn(line),
    note: line.note,
  }));
  return { items, more: found.length > limit };
};

export const doubtfulOperation = (unit: Reading, address: HeldAddress): string | undefined => {
  const { batch } = holdsOn(unit, find(unit.store, address));
  return batch?.mayBeWritten === true ? batch.operationKey : undefined;
};

const tell = (unit: Unit, feed: Feed, action: HoldAction, count: number, reason?: string): Acted => {
  unit.changed(feed);
  unit.emit(feed, { type: 'operated', action, lines: count, reason });
  return { lines: count };
};

const goOn = (unit: Unit, feed: Feed): void => {
  if (standingOf(stateOf(feed)).kind !== 'open') return;
  const ready = openPush(unit.store, feed)?.state === 'sealed';
  if (ready || (feed.inPush === 0 && feed.queued > 0)) feed.dueAt ??= unit.now;
  wakeConnection(feed.connection, unit.now);
};

const letGo = (unit: Unit, feed: Feed): void => {
  unblock(feed);
  if (feed.queued + feed.inPush === 0) feed.waitingSince = undefined;
  if (standingOf(stateOf(feed)).kind === 'open') unit.emit(feed, { type: 'recovered' });
};

const releaseLate = (unit: Unit, feed: Feed): void => {
  const arrived = (unit.store.sequence += 1);
  for (const line of feed.lines.values()) if (line.mark === 'late') Object.assign(line, { mark: 'straggler', arrived });
  feed.queued += feed.late;
  feed.stragglers += feed.late;
  feed.waitingSince ??= feed.lateAt;
  feed.late = 0;
  feed.lateAt = undefined;
};

const allowed = (refusal: Refusal | undefined): void => {
  if (refusal !== undefined) throw new OutboxError(refusal.code, refusal.field, refusal.message);
};

const locked = (unit: Unit, address: HeldAddress) => {
  const feed = find(unit.store, address);
  const { holds, batch } = holdsOn(unit, feed);
  const [hold] = holds;
  const push = hold?.batch === true && batch ? unit.store.pushes.get(batch.id) : undefined;
  return { feed, hold, push };
};

export const retry = (unit: Unit, address: HeldAddress, notWritten: boolean, since: string | undefined): Acted => {
  const { feed, hold, push } = locked(unit, address);
  allowed(refusesRetry(hold, notWritten));
  if (since !== undefined && hold && since !== sinceOf(recordOf(feed), hold)) allowed(heldAnew);
  const count = push === undefined ? feed.late : feed.inPush;
  if (push === undefined) releaseLate(unit, feed);
  else {
    sealRemainder(unit, feed, push, unit.now);
    letGo(unit, feed);
  }
  goOn(unit, feed);
  return tell(unit, feed, 'retry', count);
};

const openCompany = ({ store, now }: Unit, companyId: string, feeds: readonly Feed[]): void => {
  store.gates.delete(companyId);
  for (const feed of feeds) if (feed.dueAt !== undefined) feed.dueAt = Math.min(feed.dueAt, now);
  for (const connection of store.connections.values())
    if (connection.companyId === companyId && connection.wakeAt !== undefined) wakeConnection(connection, now);
};

const resumeCompany = (unit: Unit, companyId: string): Acted => {
  const feeds = feedsOf(unit.store, { companyId });
  allowed(refusesCompanyResume(closedGate(unit, companyId)?.reason));
  openCompany(unit, companyId, feeds);
  let all = 0;
  for (const connectionId of new Set(feeds.map((feed) => feed.connectionId))) {
    const own = feeds.filter((feed) => feed.connectionId === connectionId);
    for (const feed of own) unit.changed(feed);
    const count = own.reduce((sum, { queued, inPush }) => sum + queued + inPush, 0);
    unit.emit({ companyId, connectionId, accountId: '' }, { type: 'operated', action: 'resume', lines: count });
    all += count;
  }
  return { lines: all };
};

export const resume = (unit: Unit, { accountId, ...named }: ResumeAddress): Acted => {
  if (accountId === undefined) return resumeCompany(unit, named.companyId);
  const address = { ...named, accountId };
  const { now } = unit;
  const { feed, hold, push } = locked(unit, address);
  allowed(refusesResume(hold));
  if (hold?.gate !== undefined) {
    openCompany(unit, feed.companyId, [feed]);
    return tell(unit, feed, 'resume', hold.lines);
  }
  const count = feed.inPush + feed.queued;
  if (push === undefined) {
    const stragglers = [...feed.lines.values()].filter(({ mark }) => mark === 'straggler').length;
    const behind = [...feed.lines.values()].filter((line) => line.mark === undefined && isBehind(feed, line)).length;
    Object.assign(feed, { stragglers, queued: stragglers + behind });
  } else if (feed.inPush > 0) sealRemainder(unit, feed, push, now);
  letGo(unit, feed);
  goOn(unit, feed);
  return tell(unit, feed, 'resume', count);
};

export const skip = (unit: Unit, address: HeldAddress, asked: readonly string[], reason: string): Skipped => {
  const { store, now } = unit;
  const feed = find(store, address);
  const ids = [...new Set(asked)];
  const push = currentPush(store, feed);
  const batch = new Set(push?.ids);
  const frozen = push?.state === 'sending' || push?.state === 'pending';
  const placeOf = (id: string): LinePlace => {
    const line = feed.lines.get(id);
    return line
      ? placeOfLine({ mark: line.mark, behind: isBehind(feed, line), inPush: batch.has(id) }, frozen)
      : 'unknown';
  };
  const places = ids.map(placeOf);
  if (ids.length > mostLines || !places.every(isSkippable))
    throw new OutboxError('invalid_ids', 'ids', 'Not all of these lines can be skipped. Nothing was skipped.');
  const fresh = ids.filter((_, n) => places[n] !== 'skipped');
  for (const id of fresh) Object.assign(feed.lines.get(id)!, { mark: 'skipped', note: reason });
  const count = (place: LinePlace): number => places.filter((each) => each === place).length;
  feed.queued -= count('queue') + count('straggler');
  feed.stragglers -= count('straggler');
  feed.late -= count('late');
  feed.inPush -= count('batch');
  feed.skipped += fresh.length;
  if (feed.late === 0) feed.lateAt = undefined;
  if (feed.queued + feed.inPush === 0) feed.waitingSince = undefined;
  if (push?.state === 'sealed' && count('batch') > 0) {
    sealRemainder(unit, feed, push, push.nextAt ?? now);
    goOn(unit, feed);
  }
  tell(unit, feed, 'skip', fresh.length, reason);
  const left = feed.queued + feed.inPush + feed.late;
  return { lines: fresh.length, left, ...(awaitsResume(holdsOn(unit, feed).holds[0]) ? { resume: true } : {}) };
};
