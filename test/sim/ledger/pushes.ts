/** Sealing and settling, as src/outbox/ledger/{pushes,settle}.ts do in SQL. */
import { cut, goesOn, isConnected, standingOf, type Outcome } from '../../../src/outbox/decide.ts';
import type { Reason } from '../../../src/outbox/model.ts';
import { foreignMessage, unauthorizedMessage, writtenTwiceMessage } from '../../../src/outbox/told.ts';
import { requestText } from '../../../src/outbox/transaction-text.ts';
import {
  behindSealed,
  closeGate,
  factsOf,
  queuedLines,
  stateOf,
  wakeConnection,
  writePush,
  type Feed,
  type Push,
  type Unit,
} from './data.ts';

const fresh = {
  state: 'sealed',
  attempts: 0,
  inFlight: false,
  unanswered: false,
  spent: false,
  polls: 0,
} as const;

/** Freezes the next batch of a feed under a new key. Undefined where nothing waits. */
export const seal = ({ store, now, newId }: Unit, feed: Feed): Push | undefined => {
  const { lines, stragglers } = queuedLines(feed);
  const batch = cut(lines);
  const [first, last] = [batch.at(0), batch.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const number = (store.sequence += 1);
  const push: Push = {
    ...fresh,
    id: newId(),
    number,
    sealedNumber: number,
    feedId: feed.id,
    connectionRef: feed.connection.id,
    companyId: feed.companyId,
    ids: batch.map(({ id }) => id),
    body: requestText(
      feed.accountId,
      batch.map(({ body }) => body),
    ),
    firstLocal: first.at,
    lastLocal: last.at,
    sealedAt: now,
  };
  writePush(store, push);
  let late = 0;
  for (const { id } of batch) {
    const line = stragglers.has(id) ? feed.lines.get(id) : undefined;
    if (line === undefined) continue;
    line.mark = 'sent';
    late += 1;
  }
  const newest = batch.findLast(({ id }) => !stragglers.has(id));
  feed.sealedLocal = newest?.at ?? feed.sealedLocal;
  feed.sealedSeq = newest?.seq ?? feed.sealedSeq;
  feed.queued -= batch.length;
  feed.stragglers -= late;
  feed.inPush += batch.length;
  return push;
};

/** The lines of a push that was not written, under a new key, ready at `at`. The old push is dropped. */
export const carryOver = ({ store, now, newId }: Unit, push: Push, at: number, failed?: string): void => {
  const operationKey = failed ?? push.operationKey;
  writePush(store, push, { state: 'dropped', inFlight: false, operationKey, finishedAt: now });
  const { feedId, connectionRef, companyId, ids, body, firstLocal, lastLocal, sealedNumber } = push;
  writePush(store, {
    ...fresh,
    id: newId(),
    number: (store.sequence += 1),
    feedId,
    connectionRef,
    companyId,
    ids,
    body,
    firstLocal,
    lastLocal,
    sealedNumber,
    nextAt: at,
    sealedAt: now,
  });
};

/** The same without the lines that a person skipped. A push that ended stays as it ended. */
export const sealRemainder = ({ store, now, newId }: Unit, feed: Feed, push: Push, at: number): void => {
  if (push.state === 'sealed') writePush(store, push, { state: 'dropped', finishedAt: now });
  const left = push.ids.map((id) => feed.lines.get(id)!).filter(({ mark }) => mark !== 'skipped');
  const [first, last] = [left.at(0), left.at(-1)];
  if (first === undefined || last === undefined) return;
  const { feedId, connectionRef, companyId, sealedNumber } = push;
  writePush(store, {
    ...fresh,
    id: newId(),
    number: (store.sequence += 1),
    sealedNumber,
    feedId,
    connectionRef,
    companyId,
    ids: left.map(({ id }) => id),
    body: requestText(
      feed.accountId,
      left.map(({ body }) => body),
    ),
    firstLocal: first.at,
    lastLocal: last.at,
    nextAt: at,
    sealedAt: now,
  });
};

export const unblock = (feed: Feed): void => {
  feed.blocked = undefined;
  feed.blockedMessage = undefined;
  feed.blockedPush = undefined;
  feed.blockedAt = undefined;
};

/** Stops a feed until a person acts. */
export const block = (unit: Unit, feed: Feed, reason: Reason, message: string, pushId?: string): void => {
  feed.blocked = reason;
  feed.blockedMessage = message;
  feed.blockedPush = pushId;
  feed.blockedAt = unit.now;
  feed.dueAt = undefined;
  unit.changed(feed);
  unit.emit(feed, { type: 'held', reason, message });
};

type Of<Kind extends Outcome['kind']> = Extract<Outcome, { kind: Kind }>;

/** What was answered before the account was mapped anew, and is not written after all, goes where it leads now. */
const openAgain = (feed: Feed, push: Push): void => {
  if (push.number <= feed.formerPush) feed.formerOpen = push.id;
};

const stop = (unit: Unit, feed: Feed, push: Push, outcome: Of<'stop'>): void => {
  writePush(unit.store, push, {
    state: outcome.state,
    reason: outcome.reason,
    message: outcome.message,
    errors: JSON.stringify(outcome.errors),
    inFlight: false,
    operationKey: outcome.operationKey ?? push.operationKey,
    finishedAt: unit.now,
  });
  openAgain(feed, push);
  block(unit, feed, outcome.reason, outcome.message, push.id);
};

/** The skipped lines of a push count as in it again: they were written. Answers how many. */
const unskip = (feed: Feed, push: Push): number => {
  const back = push.ids.map((id) => feed.lines.get(id)).filter((line) => line?.mark === 'skipped');
  for (const line of back) Object.assign(line!, { mark: undefined, note: undefined });
  feed.skipped -= back.length;
  feed.inPush += back.length;
  return back.length;
};

/** A push that timed out and was given up ended well. */
const writtenAfterAll = (unit: Unit, feed: Feed, push: Push, operationKey: string): void => {
  const lines = unskip(feed, push);
  const finishedAt = unit.now;
  writePush(unit.store, push, { state: 'success', reason: undefined, message: undefined, operationKey, finishedAt });
  unit.changed(feed);
  feed.inPush -= lines;
  feed.delivered += lines;
  if (push.number <= feed.formerPush) feed.formerDelivered += lines;
  if (lines > 0) unit.emit(feed, { type: 'delivered', operationKey, lines });
  const again = push.ids.length - lines;
  if (again > 0) unit.emit(feed, { type: 'alarm', operationKey, message: writtenTwiceMessage(again) });
};

const finish = (unit: Unit, feed: Feed, push: Push, operationKey: string): void => {
  writePush(unit.store, push, {
    state: 'success',
    inFlight: false,
    operationKey,
    reason: undefined,
    message: undefined,
    finishedAt: unit.now,
  });
  const unblocks = feed.blockedPush === push.id;
  // What a person skipped out of it was written with the rest.
  if (unblocks) unskip(feed, push);
  if (unblocks) unblock(feed);
  const lines = push.ids.length;
  feed.delivered += lines;
  feed.inPush -= lines;
  feed.failures = 0;
  if (push.number > feed.formerPush) feed.lastDelivery = { at: unit.now, lines };
  else {
    feed.formerDelivered += lines;
    if (feed.formerOpen === push.id) feed.formerOpen = undefined;
  }
  feed.dueAt = standingOf(stateOf(feed)).kind === 'open' && feed.queued > 0 ? unit.now : undefined;
  if (feed.queued === 0) feed.waitingSince = undefined;
  else {
    let first: ReturnType<typeof behindSealed>[number] | undefined;
    for (const line of behindSealed(feed))
      if (first === undefined || line.at < first.at || (line.at === first.at && line.seq < first.seq)) first = line;
    feed.waitingSince = first?.acceptedAt ?? feed.waitingSince;
  }
  unit.emit(feed, { type: 'delivered', operationKey, lines });
  if (unblocks) unit.emit(feed, { type: 'recovered' });
};

const ownedByAnother = ({ store }: Unit, push: Push, operationKey: string): boolean => {
  for (const other of store.pushes.values())
    if (other !== push && other.operationKey === operationKey && other.companyId === push.companyId) return true;
  return false;
};

/** Applies an outcome and says when this feed wants a sender again. */
export const settle = (unit: Unit, feed: Feed, push: Push, outcome: Outcome): void => {
  const { store, durations } = unit;
  unit.changed(feed);
  if ('operationKey' in outcome && outcome.operationKey !== undefined && push.state === 'sending') {
    if (ownedByAnother(unit, push, outcome.operationKey)) {
      const message = foreignMessage(outcome.operationKey);
      stop(unit, feed, push, { kind: 'stop', state: 'timed-out', reason: 'fault', message, errors: [] });
      return;
    }
    if (store.gates.delete(feed.companyId)) unit.emit(feed, { type: 'recovered' });
  }
  if ('gate' in outcome && outcome.gate !== undefined) {
    const fresh = closeGate(store, feed.companyId, outcome.gate);
    if (fresh && outcome.gate.reason === 'unauthorized')
      unit.emit(feed, { type: 'held', reason: 'unauthorized', message: unauthorizedMessage });
  }
  switch (outcome.kind) {
    case 'pending':
      if (push.state !== 'pending')
        writePush(store, push, {
          state: 'pending',
          inFlight: false,
          operationKey: outcome.operationKey,
          polls: 0,
          nextAt: unit.now + durations.pollFirst,
        });
      return;
    case 'success':
      finish(unit, feed, push, outcome.operationKey);
      return;
    case 'stop':
      stop(unit, feed, push, outcome);
      return;
    case 'sealed':
    case 'again':
    case 'reconcile': {
      const { failures: _, ...next } = goesOn(factsOf(push, feed.failures), outcome);
      writePush(store, push, next);
      if (next.state === 'sealed') feed.dueAt = outcome.at;
      return;
    }
    case 'new-key':
      carryOver(unit, push, outcome.at, outcome.operationKey);
      openAgain(feed, push);
      if (outcome.failed) feed.failures += 1;
      feed.dueAt = standingOf(stateOf(feed)).kind === 'open' ? outcome.at : undefined;
  }
};

/** The outcome of a poll or a webhook: an answered push only moves forward. */
export const settleAnswered = (unit: Unit, pushId: string, outcome: Outcome): boolean => {
  if (outcome.kind === 'pending') return false;
  const push = unit.store.pushes.get(pushId);
  const feed = push && unit.store.feeds.get(push.feedId);
  if (push === undefined || feed === undefined) return false;
  const success = push.state === 'timed-out' && outcome.kind === 'success';
  const late = success && feed.blockedPush === pushId;
  if (success && !late) {
    writtenAfterAll(unit, feed, push, outcome.operationKey);
    return true;
  }
  if (push.state !== 'pending' && !late) return false;
  settle(unit, feed, push, outcome);
  if (feed.dueAt !== undefined && isConnected(stateOf(feed))) wakeConnection(feed.connection, feed.dueAt);
  return true;
};
