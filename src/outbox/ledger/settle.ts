/** Carries out what was decided about a push. Feed and push are locked by the caller. */
import { goesOn, standingOf, type Outcome } from '../decide.ts';
import type { Durations, Reason } from '../model.ts';
import { foreignMessage, unauthorizedMessage } from '../told.ts';
import { instant, lockFeedOfPush, wakeConnection, type FeedRecord } from './feeds.ts';
import { closeGate, openRefusedGate } from './gate.ts';
import { unskip, writtenAfterAll } from './given-up.ts';
import type { Unit } from './news.ts';
import { carryOver, readPushes, writeState, type PushRow } from './pushes.ts';

type Of<Kind extends Outcome['kind']> = Extract<Outcome, { kind: Kind }>;

const setDue = async (unit: Unit, feed: FeedRecord, at: number | undefined): Promise<void> => {
  await unit.query('update feed set due_at = $2::timestamptz where id = $1::bigint', [
    feed.id,
    at === undefined ? null : instant(at),
  ]);
};

/**
 * `owned`: another push of this company already owns the operation, so it is never ours. `refused`: Codat refused the
 * company until now.
 */
const standingAt = async (unit: Unit, feed: FeedRecord, push: PushRow, operationKey: string) => {
  const { rows } = await unit.query<{ owned: boolean; refused: boolean }>(
    `select exists (select 1 from push p where p.company_id = $1 and p.operation_key = $2 and p.id <> $3::uuid) as owned,
       exists (select 1 from gate where scope = $1 and reason = 'unauthorized') as refused`,
    [feed.companyId, operationKey, push.id],
  );
  return { owned: rows[0]?.owned === true, refused: rows[0]?.refused === true };
};

/** Stops a feed until a person acts. */
export const block = async (
  unit: Unit,
  feed: FeedRecord,
  reason: Reason,
  message: string,
  pushId?: string,
): Promise<void> => {
  await unit.query(
    `update feed set blocked = $2, blocked_message = $3, blocked_push = $4::uuid, blocked_at = $5::timestamptz,
       due_at = null where id = $1::bigint`,
    [feed.id, reason, message, pushId ?? null, instant(unit.now)],
  );
  unit.changed(feed);
  await unit.emit(feed, { type: 'held', reason, message });
};

/** What was answered before the account was mapped anew, and is not written after all, goes where it leads now. */
const openAgain = async (unit: Unit, feed: FeedRecord, push: PushRow): Promise<void> => {
  if (feed.formerPush === 0) return;
  await unit.query(
    `update feed f set former_open = p.id from push p
     where f.id = $1::bigint and p.id = $2::uuid and p.number <= f.former_push`,
    [feed.id, push.id],
  );
};

const stop = async (unit: Unit, feed: FeedRecord, push: PushRow, outcome: Of<'stop'>): Promise<void> => {
  await unit.query(
    `update push set state = $2, reason = $3, message = $4, errors = $5, in_flight = false,
       operation_key = coalesce($6, operation_key), finished_at = $7::timestamptz where id = $1::uuid`,
    [
      push.id,
      outcome.state,
      outcome.reason,
      outcome.message,
      JSON.stringify(outcome.errors),
      outcome.operationKey ?? null,
      instant(unit.now),
    ],
  );
  await openAgain(unit, feed, push);
  await block(unit, feed, outcome.reason, outcome.message, push.id);
};

/** Answers when the feed wants a sender again. */
const finish = async (
  unit: Unit,
  feed: FeedRecord,
  push: PushRow,
  operationKey: string,
): Promise<number | undefined> => {
  const unblocks = feed.blockedPush === push.id;
  // What a person skipped out of it was written with the rest.
  if (unblocks && feed.inPush < push.lines) await unskip(unit, feed, push);
  const open = standingOf({ ...feed.state, blocked: unblocks ? undefined : feed.state.blocked }).kind === 'open';
  const due = open && feed.queued > 0 ? unit.now : undefined;
  // Those that still wait: since the oldest of them came.
  await unit.query(
    `with ended as (
       update push set state = 'success', in_flight = false, operation_key = $7, reason = null, message = null,
         finished_at = $3::timestamptz where id = $6::uuid
     )
     update feed f set delivered = f.delivered + $2::integer, in_push = f.in_push - $2::integer, failures = 0,
       former_delivered = f.former_delivered + case when p.number <= f.former_push then $2::integer else 0 end,
       former_open = case when p.number > f.former_push or p.id <> f.former_open then f.former_open end,
       last_delivery_at = case when p.number <= f.former_push then f.last_delivery_at else $3::timestamptz end,
       last_delivery_lines = case when p.number <= f.former_push then f.last_delivery_lines else $2::integer end,
       blocked = case when $4 then null else f.blocked end,
       blocked_message = case when $4 then null else f.blocked_message end,
       blocked_push = case when $4 then null else f.blocked_push end,
       blocked_at = case when $4 then null else f.blocked_at end,
       due_at = $5::timestamptz,
       waiting_since = case when f.queued > 0 then coalesce(
         (select t.accepted_at from txn t where t.feed_id = f.id
            and (t.local_at, t.seq) > (f.sealed_local, f.sealed_seq) and t.mark is null
          order by t.local_at, t.seq limit 1), f.waiting_since) end
     from push p where f.id = $1::bigint and p.id = $6::uuid`,
    [feed.id, push.lines, instant(unit.now), unblocks, due === undefined ? null : instant(due), push.id, operationKey],
  );
  await unit.emit(feed, { type: 'delivered', operationKey, lines: push.lines });
  if (unblocks) await unit.emit(feed, { type: 'recovered' });
  return due;
};

const pend = async (unit: Unit, push: PushRow, operationKey: string, durations: Durations): Promise<void> => {
  await unit.query(
    `update push set state = 'pending', in_flight = false, operation_key = $2, polls = 0, next_at = $3::timestamptz
     where id = $1::uuid and state <> 'pending'`,
    [push.id, operationKey, instant(unit.now + durations.pollFirst)],
  );
};

/** Applies an outcome and answers when this feed wants a sender again. */
export const settle = async (
  unit: Unit,
  feed: FeedRecord,
  push: PushRow,
  outcome: Outcome,
  durations: Durations,
): Promise<number | undefined> => {
  unit.changed(feed);
  if ('operationKey' in outcome && outcome.operationKey !== undefined && push.state === 'sending') {
    const { owned, refused } = await standingAt(unit, feed, push, outcome.operationKey);
    if (owned) {
      const message = foreignMessage(outcome.operationKey);
      await stop(unit, feed, push, { kind: 'stop', state: 'timed-out', reason: 'fault', message, errors: [] });
      return undefined;
    }
    if (refused && (await openRefusedGate(unit, feed.companyId))) await unit.emit(feed, { type: 'recovered' });
  }
  if ('gate' in outcome && outcome.gate !== undefined) {
    const fresh = await closeGate(unit, feed.companyId, outcome.gate);
    if (fresh && outcome.gate.reason === 'unauthorized')
      await unit.emit(feed, { type: 'held', reason: 'unauthorized', message: unauthorizedMessage });
  }
  switch (outcome.kind) {
    case 'pending':
      await pend(unit, push, outcome.operationKey, durations);
      return undefined;
    case 'success':
      return finish(unit, feed, push, outcome.operationKey);
    case 'stop':
      await stop(unit, feed, push, outcome);
      return undefined;
    case 'sealed':
    case 'again':
    case 'reconcile': {
      const next = goesOn({ ...push.facts, failures: feed.failures }, outcome);
      await writeState(unit, push.id, next.state, next);
      const due = next.state === 'sealed' ? outcome.at : undefined;
      if (due !== undefined) await setDue(unit, feed, due);
      return due;
    }
    case 'new-key': {
      await carryOver(unit, push, outcome.at, outcome.operationKey);
      await openAgain(unit, feed, push);
      if (outcome.failed) await unit.query('update feed set failures = failures + 1 where id = $1::bigint', [feed.id]);
      // A feed whose other end is gone gets its turn when that comes back.
      const due = standingOf(feed.state).kind === 'open' ? outcome.at : undefined;
      await setDue(unit, feed, due);
      return due;
    }
  }
};

/**
 * The outcome of a poll or a webhook: no lease is needed, as an answered push only moves forward. Idempotent: a
 * push that is finished already stays as it is, but for one that timed out and, as now seen, was written.
 */
export const settleAnswered = async (
  unit: Unit,
  pushId: string,
  outcome: Outcome,
  durations: Durations,
): Promise<boolean> => {
  if (outcome.kind === 'pending') return false;
  const feed = await lockFeedOfPush(unit, pushId);
  if (feed === undefined) return false;
  const [push] = await readPushes(unit, 'p.id = $1::uuid for update', [pushId]);
  const late = push?.state === 'timed-out' && outcome.kind === 'success' && feed.blockedPush === pushId;
  if (push?.state === 'timed-out' && outcome.kind === 'success' && !late) {
    await writtenAfterAll(unit, feed, push, outcome.operationKey);
    return true;
  }
  if (push === undefined || (push.state !== 'pending' && !late)) return false;
  const due = await settle(unit, feed, push, outcome, durations);
  if (due !== undefined) await wakeConnection(unit, feed.connectionRef, due);
  return true;
};
