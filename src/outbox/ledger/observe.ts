/** What Codat says of a feed's other end, taken in: releases lines, holds them, binds those that were parked. */
import type { Queryable } from '../../store/database.ts';
import { beginsAnew, firstDay, isConnected, ordersStrictly, standingOf, type FeedState } from '../decide.ts';
import type { FeedFacts, FeedKey } from '../model.ts';
import { heldMessages, isFactReason, strandedMessage } from '../told.ts';
import { sameLine } from '../transaction-text.ts';
import { isKnown, knownLine, siblingsOf } from './elsewhere.ts';
import {
  findFeed,
  hasNext,
  instant,
  lockFeed,
  lockFeeds,
  lockParking,
  parked,
  readFeeds,
  wakeConnection,
  type FeedRecord,
} from './feeds.ts';
import type { Unit } from './news.ts';
import { carryOver, readPushes } from './pushes.ts';
import { sealRemainder } from './remainder.ts';

const hasWork = (feed: FeedRecord): boolean => feed.queued + feed.inPush > 0;

/** Lines that wait and lie before the start date are never sent. */
const skipBeforeStart = async (unit: Unit, feed: FeedRecord, first: string): Promise<number> => {
  const { rows } = await unit.query<{ lines: number; stragglers: number }>(
    `with early as (
       select id, mark from txn where feed_id = $1::bigint and local_at < $4
         and (mark = 'straggler' or (mark is null and (local_at, seq) > ($2, $3::bigint)))
     ), marked as (
       update txn t set mark = 'before-start' from early where t.feed_id = $1::bigint and t.id = early.id
       returning early.mark
     ) select count(*)::integer as lines, count(mark)::integer as stragglers from marked`,
    [feed.id, feed.state.sealedLocal, feed.sealedSeq, first],
  );
  const { lines = 0, stragglers = 0 } = rows[0] ?? {};
  if (lines > 0) {
    await unit.query(
      `update feed set queued = queued - $2, stragglers = stragglers - $3, skipped = skipped + $2,
         waiting_since = case when queued + in_push > $2 then waiting_since end where id = $1::bigint`,
      [feed.id, lines, stragglers],
    );
  }
  return lines;
};

const atOnce = 1000;

/**
 * Parked lines whose ids are known go: with the same content it is the same line, and what a person skipped was not
 * to be sent. Answers how many are left, whose content is another one.
 */
const dropKnown = async (unit: Unit, from: FeedRecord, to: FeedRecord, known: readonly string[]): Promise<number> => {
  let left = 0;
  let after = '';
  for (;;) {
    const { rows } = await unit.query<{ id: string; body: string; mark: string | null; known: string }>(
      `select t.id, t.body, t.mark, known.body as known from txn t ${knownLine('t.id', '$2', '$3')}
       where t.feed_id = $1::bigint and t.id > $4 order by t.id limit ${atOnce}`,
      [from.id, to.id, known, after],
    );
    const same = rows.filter((row) => row.mark === 'skipped' || sameLine(row.known, row.body)).map(({ id }) => id);
    await unit.query('delete from txn where feed_id = $1::bigint and id = any($2::text[])', [from.id, same]);
    left += rows.length - same.length;
    const last = rows.at(-1);
    if (last === undefined || rows.length < atOnce) return left;
    after = last.id;
  }
};

/** Moves parked lines into the feed behind its own. A line it, or a sibling, knows already stays where it is. */
const moveLines = async (unit: Unit, from: FeedRecord, to: FeedRecord, siblings: readonly string[]): Promise<void> => {
  const known = [to.id, ...siblings];
  const late = ordersStrictly(to.state.platform) ? 'late' : 'straggler';
  const { rows } = await unit.query<{ mark: string; lines: number }>(
    `with moved as (
       update txn t set feed_id = $2::bigint, seq = t.seq + $3::bigint,
         mark = case when t.mark is null and t.local_at < $4 then $5 else t.mark end
       where t.feed_id = $1::bigint
         and not exists (select 1 from txn o where o.id = t.id and ${isKnown('$2', '$6')})
       returning t.mark
     ) select coalesce(mark, '') as mark, count(*)::integer as lines from moved group by 1`,
    [from.id, to.id, to.arrivals, to.state.sealedLocal, late, known],
  );
  const counts = new Map(rows.map((row) => [row.mark, row.lines]));
  const stragglers = counts.get('straggler') ?? 0;
  const skipped = (counts.get('before-start') ?? 0) + (counts.get('skipped') ?? 0);
  const lateLines = counts.get('late') ?? 0;
  await unit.query(
    `update feed set arrivals = arrivals + $2::bigint, queued = queued + $3, stragglers = stragglers + $4,
       late = late + $5, skipped = skipped + $6,
       late_at = case when $5 > 0 then coalesce(late_at, $7::timestamptz) else late_at end,
       waiting_since = case when $3 > 0 then least(waiting_since, $8::timestamptz) else waiting_since end,
       loading_until = greatest(loading_until, $9::timestamptz)
     where id = $1::bigint`,
    [
      to.id,
      from.arrivals,
      (counts.get('') ?? 0) + stragglers,
      stragglers,
      lateLines,
      skipped,
      instant(unit.now),
      instant(from.waitingSince ?? unit.now),
      from.loadingUntil === undefined ? null : instant(from.loadingUntil),
    ],
  );
  const remaining = await dropKnown(unit, from, to, known);
  if (remaining === 0) {
    await unit.query('delete from feed where id = $1::bigint', [from.id]);
    return;
  }
  const message = strandedMessage(remaining);
  await unit.query(
    `update feed set queued = $2, skipped = 0, blocked = 'fault', blocked_message = $3, blocked_at = $4::timestamptz,
       sealed_seq = arrivals where id = $1::bigint`,
    [from.id, remaining, message, instant(unit.now)],
  );
  await unit.emit(to, { type: 'held', reason: 'fault', message });
};

/** Whether parked lines wait for a feed; those that could not join one are behind `sealedSeq`. */
const waitsForFeed = (feed: FeedRecord | undefined): boolean => feed !== undefined && feed.arrivals > feed.sealedSeq;

/** Binds parked lines to a feed that just connected: by name where nothing can be known to it, else line by line. */
const bindParked = async (
  unit: Unit,
  waiting: FeedRecord,
  feed: FeedRecord,
  siblings: readonly string[],
): Promise<string> => {
  if (feed.arrivals > 0 || siblings.length > 0) {
    await moveLines(unit, waiting, feed, siblings);
    return feed.id;
  }
  await unit.query('delete from feed where id = $1::bigint', [feed.id]);
  await unit.query(
    `update feed set connection_ref = $2::bigint, connection_id = $3, account_status = $4, start_date = $5,
       sealed_seq = 0, blocked = null, blocked_message = null, blocked_at = null where id = $1::bigint`,
    [waiting.id, feed.connectionRef, feed.connectionId, feed.state.account, feed.state.startDate ?? null],
  );
  return waiting.id;
};

const reload = async (unit: Unit, id: string): Promise<FeedRecord | undefined> =>
  (await readFeeds(unit, 'f.id = $1::bigint', [id]))[0];

/**
 * A refused batch was not written. When the other end comes back it is tried once more, under a new key: it may
 * have been refused because that end had gone. What is wrong in itself is refused, and held, again.
 */
const retryRefused = async (unit: Unit, feed: FeedRecord): Promise<FeedRecord> => {
  if (feed.state.blocked !== 'refused' || feed.blockedPush === undefined) return feed;
  const [push] = await readPushes(unit, `p.id = $1::uuid and p.state = 'failed' for update`, [feed.blockedPush]);
  if (push === undefined) return feed;
  if (feed.inPush < push.lines) await sealRemainder(unit, feed, push.id, unit.now);
  else await carryOver(unit, push, unit.now);
  await unit.query(
    `update feed set blocked = null, blocked_message = null, blocked_push = null, blocked_at = null
     where id = $1::bigint`,
    [feed.id],
  );
  return (await reload(unit, feed.id)) ?? feed;
};

/** What follows for one feed of a change from `before` to how it stands now. `bound`: parked lines just joined it. */
const follow = async (unit: Unit, before: FeedState, seen: FeedRecord, bound: boolean): Promise<FeedRecord> => {
  const connects = !isConnected(before) && isConnected(seen.state);
  const feed = connects ? await retryRefused(unit, seen) : seen;
  const { state } = feed;
  const [was, is] = [standingOf(before), standingOf(state)];
  const first = isConnected(state) ? firstDay(state) : undefined;
  if (first !== undefined && (connects || bound || first !== before.startDate))
    await skipBeforeStart(unit, feed, first);
  if (connects) await unit.emit(feed, { type: 'account-connected', feedStartDate: state.startDate });
  unit.changed(feed);
  await unit.query(
    `update feed f set due_at = case when not $2 then null else coalesce(f.due_at, case
       when ${hasNext} then $3::timestamptz end) end
     where f.id = $1::bigint`,
    [feed.id, is.kind === 'open', instant(unit.now)],
  );
  // Nobody waits for a feed that never was one; of any other it is told that it ended, also where nothing waits now.
  const ends =
    was.kind === 'held' ? is.kind === 'held' && was.reason !== is.reason : was.kind === 'open' || hasWork(feed);
  const held = ends && is.kind === 'held' ? is.reason : undefined;
  if (held !== undefined && isFactReason(held))
    await unit.emit(feed, { type: 'held', reason: held, message: heldMessages[held] });
  if (is.kind === 'open' && was.kind === 'held') await unit.emit(feed, { type: 'recovered' });
  return (await reload(unit, feed.id)) ?? feed;
};

/**
 * What was answered went where the account led until now; what was not goes, or is sent again, where it leads then.
 * So do lines that wait, or came too late: they count as arrived after all others.
 */
const beginAnew = async (unit: Unit, feed: FeedRecord): Promise<void> => {
  await unit.query(
    `update feed f set former_arrivals = f.arrivals, former_delivered = f.delivered, last_delivery_at = null,
       last_delivery_lines = null, former_push = coalesce((select max(p.number) from push p
         where p.feed_id = f.id and p.state not in ('sealed', 'sending')), 0),
       former_open = coalesce(f.blocked_push, (select p.id from push p
         where p.feed_id = f.id and p.state in ('sealed', 'sending')))
     where f.id = $1::bigint`,
    [feed.id],
  );
  if (feed.queued + feed.late === 0) return;
  await unit.query(
    `with waits as (
       select id, row_number() over (order by seq) as n from txn where feed_id = $1::bigint
         and (mark in ('straggler', 'late') or (mark is null and (local_at, seq) > ($2, $3::bigint)))
     ), moved as (
       update txn t set seq = $4::bigint + waits.n from waits where t.feed_id = $1::bigint and t.id = waits.id returning 1
     ) update feed set arrivals = arrivals + (select count(*) from moved) where id = $1::bigint`,
    [feed.id, feed.state.sealedLocal, feed.sealedSeq, feed.arrivals],
  );
};

/** As the account itself was seen last: that its connection is linked again, another one may have told. */
const lastSeen = ({ state, relinked }: FeedRecord): FeedState =>
  relinked ? { ...state, connection: 'unlinked' } : state;

/** How a feed stands after a fact, and what of that is new. */
const readFacts = (seen: FeedRecord, facts: FeedFacts, waits: boolean) => {
  const startDate = facts.feedStartDate?.slice(0, 10) ?? seen.state.startDate;
  const platform = facts.platform ?? seen.state.platform;
  const next: FeedState = { ...seen.state, platform, connection: facts.connection, account: facts.account, startDate };
  const connectionChanged = next.connection !== seen.state.connection || next.platform !== seen.state.platform;
  const differs = connectionChanged || next.account !== seen.state.account || next.startDate !== seen.state.startDate;
  const isNews = differs || (waits && isConnected(next)) || beginsAnew(lastSeen(seen), next);
  return { next, connectionChanged, isNews };
};

/** Which of a connection's accounts a listing says something new of: one question, where each `observeFacts` is several. */
export const newsAmong = async (
  tx: Queryable,
  companyId: string,
  connectionId: string,
  told: ReadonlyMap<string, FeedFacts>,
): Promise<readonly string[]> => {
  const feeds = await readFeeds(tx, 'f.company_id = $1 and f.connection_id in ($2, $3)', [
    companyId,
    connectionId,
    parked,
  ]);
  const seen = new Map(
    feeds.filter((feed) => feed.connectionId === connectionId).map((feed) => [feed.accountId, feed]),
  );
  const waiting = new Set(
    feeds.filter((feed) => feed.connectionId === parked && waitsForFeed(feed)).map(({ accountId }) => accountId),
  );
  return [...told].flatMap(([accountId, facts]) => {
    const feed = seen.get(accountId);
    const isKnown = feed && !feed.relinked && !readFacts(feed, facts, waiting.has(accountId)).isNews;
    return isKnown === true ? [] : [accountId];
  });
};

/** Takes a fact in. True where something changed. */
export const observeFacts = async (unit: Unit, key: FeedKey, facts: FeedFacts): Promise<boolean> => {
  const seen = (await findFeed(unit, key)) ?? (await lockFeed(unit, key, facts.platform));
  const waits = waitsForFeed(await findFeed(unit, { ...key, connectionId: parked }));
  const { next, connectionChanged, isNews } = readFacts(seen, facts, waits);
  if (!isNews) {
    if (seen.relinked) await unit.query('update feed set relinked = false where id = $1::bigint', [seen.id]);
    return false;
  }

  if (next.connection === 'linked') await lockParking(unit, key.companyId);
  // All feeds this touches or looks at, locked in one order; a change of the connection touches every account on it.
  const locked = await lockFeeds(unit, 'f.company_id = $1 and ($2 or f.account_id = $3) order by f.id', [
    key.companyId,
    connectionChanged,
    key.accountId,
  ]);
  const own = locked.find((feed) => feed.connectionId === key.connectionId && feed.accountId === key.accountId);
  if (own === undefined) return false;
  if (own.arrivals > 0 && beginsAnew(lastSeen(own), next)) await beginAnew(unit, own);
  await unit.query('update feed set account_status = $2, start_date = $3, relinked = false where id = $1::bigint', [
    own.id,
    next.account,
    next.startDate ?? null,
  ]);
  if (own.state.connection !== 'linked' && next.connection === 'linked')
    await unit.query(
      'update feed set relinked = true where connection_ref = $1::bigint and id <> $2::bigint and arrivals > 0',
      [own.connectionRef, own.id],
    );
  if (connectionChanged)
    await unit.query('update connection set status = $2, platform = $3 where id = $1::bigint', [
      own.connectionRef,
      next.connection,
      next.platform ?? null,
    ]);
  let wake = false;
  for (const before of locked) {
    const current = before.connectionRef === own.connectionRef ? await reload(unit, before.id) : undefined;
    if (current === undefined) continue;
    // Whichever account tells that the connection is linked: what is parked for the others joins them as well.
    const waiting = isConnected(current.state)
      ? locked.find((feed) => feed.connectionId === parked && feed.accountId === before.accountId && waitsForFeed(feed))
      : undefined;
    const siblings = siblingsOf(current, locked);
    const feed = waiting ? await reload(unit, await bindParked(unit, waiting, current, siblings)) : current;
    if (feed === undefined) continue;
    wake = (await follow(unit, before.state, feed, waiting !== undefined)).dueAt !== undefined || wake;
  }
  if (wake) await wakeConnection(unit, own.connectionRef, unit.now);
  return true;
};
