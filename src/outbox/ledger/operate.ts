/** Carries out what a person decided about held lines. What is allowed: holds.ts. */
import type { Database } from '../../store/database.ts';
import { mostLines, standingOf } from '../decide.ts';
import {
  awaitsResume,
  heldAnew,
  isSkippable,
  placeOfLine,
  refusesCompanyResume,
  refusesResume,
  refusesRetry,
  type LinePlace,
  type Refusal,
} from '../holds.ts';
import type { Durations, HoldAction } from '../model.ts';
import type { Acted, HeldAddress, Operating, Skipped } from '../operating.ts';
import { OutboxError } from '../outbox-error.ts';
import { alarm, claimAudit, settledSince, unfinished } from './audit.ts';
import { hasNext, instant, lockFeedById, lockFeeds, readFeeds, wakeConnection, type FeedRecord } from './feeds.ts';
import { closedGate } from './gate.ts';
import { currentPush, findHeld, readHeld, readHolds, readLines, sinceOf } from './held.ts';
import type { Unit } from './news.ts';
import { prune } from './prune.ts';
import { holdRestored, judgeRestored, letCompanyGo, restored } from './restored.ts';
import { readPushes } from './pushes.ts';
import { readWaiting } from './read.ts';
import { sealRemainder } from './remainder.ts';
import { readStanding } from './standing.ts';
import type { Run } from './step.ts';

const refuse = ({ code, field, message }: Refusal): OutboxError => new OutboxError(code, field, message);

const tell = async (
  unit: Unit,
  feed: FeedRecord,
  action: HoldAction,
  lines: number,
  reason?: string,
): Promise<Acted> => {
  unit.changed(feed);
  await unit.emit(feed, { type: 'operated', action, lines, reason });
  return { lines };
};

/** The feed is due and its connection awake, where its other end takes lines. */
const goOn = async (unit: Unit, id: string): Promise<void> => {
  const feed = await lockFeedById(unit, id);
  if (feed === undefined || standingOf(feed.state).kind !== 'open') return;
  await unit.query(
    `update feed f set due_at = coalesce(f.due_at, $2::timestamptz) where f.id = $1::bigint and ${hasNext}`,
    [id, instant(unit.now)],
  );
  await wakeConnection(unit, feed.connectionRef, unit.now);
};

const unblock = async (unit: Unit, feed: FeedRecord): Promise<void> => {
  await unit.query(
    `update feed set blocked = null, blocked_message = null, blocked_push = null, blocked_at = null,
       waiting_since = case when queued + in_push > 0 then waiting_since end where id = $1::bigint`,
    [feed.id],
  );
  if (standingOf({ ...feed.state, blocked: undefined }).kind === 'open') await unit.emit(feed, { type: 'recovered' });
};

const lock = async (unit: Unit, address: HeldAddress, durations: Durations) => {
  const feed = await findHeld(unit, address, true);
  const [record] = await readHolds(unit, [feed], durations);
  const hold = record?.holds[0];
  const batch = hold?.batch === true ? record?.batch : undefined;
  // Locked as well: a webhook may be about to finish it.
  if (batch !== undefined) await readPushes(unit, 'p.id = $1::uuid for update', [batch.id]);
  return { feed, hold, batch };
};

/** Lines that came too late, on software that turned out to take them. */
const releaseLate = async (unit: Unit, feed: FeedRecord): Promise<void> => {
  await unit.query(`update txn set mark = 'straggler' where feed_id = $1::bigint and mark = 'late'`, [feed.id]);
  await unit.query(
    `update feed set queued = queued + late, stragglers = stragglers + late, late = 0, late_at = null,
       waiting_since = coalesce(waiting_since, late_at) where id = $1::bigint`,
    [feed.id],
  );
};

const retryHeld = async (
  unit: Unit,
  address: HeldAddress,
  notWritten: boolean,
  since: string | undefined,
  durations: Durations,
): Promise<Acted> => {
  const { feed, hold, batch } = await lock(unit, address, durations);
  const refusal = refusesRetry(hold, notWritten);
  if (refusal !== undefined) throw refuse(refusal);
  if (since !== undefined && hold !== undefined && since !== sinceOf(feed, hold)) throw refuse(heldAnew);
  if (batch === undefined) await releaseLate(unit, feed);
  else {
    await sealRemainder(unit, feed, batch.id, unit.now);
    await unblock(unit, feed);
  }
  await goOn(unit, feed.id);
  return tell(unit, feed, 'retry', batch === undefined ? feed.late : feed.inPush);
};

/** What waits is counted anew: a feed stops where its count and its lines differ. */
const recount = async (unit: Unit, feed: FeedRecord): Promise<void> => {
  await unit.query(
    `update feed f set stragglers = found.stragglers, queued = found.stragglers + found.behind
     from (select count(*) filter (where t.mark = 'straggler')::integer as stragglers,
         count(*) filter (where t.mark is null and (t.local_at, t.seq) > ($2, $3::bigint))::integer as behind
       from txn t where t.feed_id = $1::bigint) found
     where f.id = $1::bigint`,
    [feed.id, feed.state.sealedLocal, feed.sealedSeq],
  );
};

const makeDue = async (unit: Unit, feeds: readonly string[]): Promise<void> => {
  await unit.query(
    'update feed set due_at = $2::timestamptz where id = any($1::bigint[]) and due_at > $2::timestamptz',
    [feeds, instant(unit.now)],
  );
};

/** What stopped the company as a whole does not any more. */
const resumeCompany = async (unit: Unit, companyId: string): Promise<Acted> => {
  const feeds = await lockFeeds(unit, 'f.company_id = $1 order by f.id', [companyId]);
  const refusal = refusesCompanyResume((await closedGate(unit, companyId))?.reason);
  if (refusal !== undefined) throw refuse(refusal);
  await makeDue(
    unit,
    feeds.map(({ id }) => id),
  );
  await letCompanyGo(unit, companyId);
  let all = 0;
  for (const connectionId of new Set(feeds.map((feed) => feed.connectionId))) {
    const own = feeds.filter((feed) => feed.connectionId === connectionId);
    for (const feed of own) unit.changed(feed);
    const lines = own.reduce((sum, { queued, inPush }) => sum + queued + inPush, 0);
    await unit.emit({ companyId, connectionId, accountId: '' }, { type: 'operated', action: 'resume', lines });
    all += lines;
  }
  return { lines: all };
};

const resumeHeld = async (unit: Unit, address: HeldAddress, durations: Durations): Promise<Acted> => {
  const { feed, hold, batch } = await lock(unit, address, durations);
  const refusal = refusesResume(hold);
  if (refusal !== undefined) throw refuse(refusal);
  if (hold?.gate !== undefined) {
    await makeDue(unit, [feed.id]);
    await letCompanyGo(unit, feed.companyId);
    return tell(unit, feed, 'resume', hold.lines);
  }
  if (batch === undefined) await recount(unit, feed);
  else if (feed.inPush > 0) await sealRemainder(unit, feed, batch.id, unit.now);
  await unblock(unit, feed);
  await goOn(unit, feed.id);
  return tell(unit, feed, 'resume', feed.inPush + feed.queued);
};

interface AskedRow {
  id: string;
  mark: string | null;
  behind: boolean;
  in_push: boolean;
}

const named = (ids: readonly string[]): string =>
  `${ids.slice(0, 5).join(', ')}${ids.length > 5 ? ` and ${ids.length - 5} more` : ''}`;

/** Named lines are never sent: those that wait, came too late, or are in a batch that was stopped. All or none. */
const skipHeld = async (
  unit: Unit,
  address: HeldAddress,
  asked: readonly string[],
  reason: string,
  durations: Durations,
): Promise<Skipped> => {
  const feed = await findHeld(unit, address, true);
  const ids = [...new Set(asked)];
  if (ids.length > mostLines) throw new OutboxError('invalid_ids', 'ids', `ids has more than ${mostLines} entries.`);
  const [push] = await readPushes(unit, `${currentPush('$1::bigint', '$2')} for update`, [
    feed.id,
    feed.blockedPush ?? null,
  ]);
  const { rows } = await unit.query<AskedRow>(
    `with batch as (select unnest(p.ids) as id from push p where p.id = $5::uuid)
     select t.id, t.mark, (t.local_at, t.seq) > ($3, $4::bigint) as behind, batch.id is not null as in_push
     from txn t left join batch on batch.id = t.id where t.feed_id = $1::bigint and t.id = any($2::text[])`,
    [feed.id, ids, feed.state.sealedLocal, feed.sealedSeq, push?.id ?? null],
  );
  const frozen = push?.state === 'sending' || push?.state === 'pending';
  const places = new Map(rows.map((row) => [row.id, placeOfLine({ ...row, inPush: row.in_push }, frozen)]));
  const wrong = ids.filter((id) => !isSkippable(places.get(id) ?? 'unknown'));
  if (wrong.length > 0) {
    const message = `Delivered, on their way, or not of this feed: ${named(wrong)}. Nothing was skipped.`;
    throw new OutboxError('invalid_ids', 'ids', message);
  }

  const at = (place: LinePlace): string[] => ids.filter((id) => places.get(id) === place);
  const [queue, stragglers, late, batch] = [at('queue'), at('straggler'), at('late'), at('batch')];
  const all = [...queue, ...stragglers, ...late, ...batch];
  await unit.query(`update txn set mark = 'skipped', note = $3 where feed_id = $1::bigint and id = any($2::text[])`, [
    feed.id,
    all,
    reason,
  ]);
  await unit.query(
    `update feed set queued = queued - $2, stragglers = stragglers - $3, late = late - $4, in_push = in_push - $5,
       skipped = skipped + $6, late_at = case when late > $4 then late_at end,
       waiting_since = case when queued + in_push > $2 + $5 then waiting_since end
     where id = $1::bigint`,
    [feed.id, queue.length + stragglers.length, stragglers.length, late.length, batch.length, all.length],
  );
  // A batch that stopped is sealed anew when the feed goes on; one that is ready to be sent, now.
  if (push?.state === 'sealed' && batch.length > 0) {
    await sealRemainder(unit, feed, push.id, push.facts.nextAt ?? unit.now);
    await goOn(unit, feed.id);
  }
  await tell(unit, feed, 'skip', all.length, reason);
  const left = feed.queued + feed.inPush + feed.late - all.length;
  const [now] =
    feed.blockedPush === undefined
      ? []
      : await readHolds(unit, await readFeeds(unit, 'f.id = $1::bigint', [feed.id]), durations);
  return { lines: all.length, left, ...(awaitsResume(now?.holds[0]) ? { resume: true } : {}) };
};

/** The part of the ledger that operations use. */
export const operatingOn = (database: Database, run: Run, durations: Durations): Operating => ({
  held: (now, filter, after, limit) => run(now, (unit) => readHeld(unit, filter, after, limit, durations)),
  waiting: (now, filter, after, limit) => run(now, (unit) => readWaiting(unit, filter, after, limit, durations)),
  standing: (now) => readStanding(database, now),
  lines: (address, offset, limit) => run(0, (unit) => readLines(unit, address, offset, limit)),
  doubtfulOperation: (address) =>
    run(0, async (unit) => {
      const [record] = await readHolds(unit, [await findHeld(unit, address)], durations);
      return record?.batch?.mayBeWritten === true ? record.batch.operationKey : undefined;
    }),
  retry: (now, address, notWritten, since) =>
    run(now, (unit) => retryHeld(unit, address, notWritten, since, durations)),
  skip: (now, address, ids, reason) => run(now, (unit) => skipHeld(unit, address, ids, reason, durations)),
  resume: (now, { accountId, ...address }) =>
    run(now, (unit) =>
      accountId === undefined
        ? resumeCompany(unit, address.companyId)
        : resumeHeld(unit, { ...address, accountId }, durations),
    ),
  holdRestored: (now) => run(now, holdRestored),
  restored: () => restored(database),
  judgeRestored: (now, company, operationKeys) => run(now, (unit) => judgeRestored(unit, company, operationKeys)),
  claimAudit: (now, every) => claimAudit(database, now, every),
  settledSince: (since, until) => settledSince(database, since, until),
  unfinished: (before) => unfinished(database, before),
  alarm: (now, key, operationKey, message) => run(now, (unit) => alarm(unit, key, operationKey, message)),
  prune: (now) => prune(database, now, durations),
});
