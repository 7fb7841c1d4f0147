import { dueAfterArrival, isConnected, loadingAfter, placeOf, standingOf, type End, type Place } from '../decide.ts';
import { endedOf } from '../holds.ts';
import type { IndexedLine, StoreOptions } from '../ledger-port.ts';
import type { PlatformKey } from '../../contract/platforms.ts';
import type { Durations, FeedAddress, PushIssue, PushResult } from '../model.ts';
import type { Queryable } from '../../store/database.ts';
import { changedContent, knownAs, lateMessage, notConnected, placed, waitingReason, type KnownLine } from '../told.ts';
import { sameLine } from '../transaction-text.ts';
import { knownElsewhere, siblingsOf } from './elsewhere.ts';
import {
  findFeed,
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
import { readOwnRest } from './rest.ts';
import { between } from './pushes.ts';

const chunkSize = 5000;

interface Choice {
  readonly connectionId: string;
  /** The account's feeds on other connections to the same software; of no interest where one was named. */
  readonly siblings: readonly string[];
  /** Where none is: why the account is not connected any more. */
  readonly ended?: End | undefined;
}

/** The connection on which an account is connected, the newest one first; else its lines are parked. */
const chooseConnection = async (
  tx: Queryable,
  { companyId, accountId, connectionId }: FeedAddress,
): Promise<Choice> => {
  if (connectionId !== undefined) return { connectionId, siblings: [] };
  const feeds = await readFeeds(tx, 'f.company_id = $1 and f.account_id = $2 order by f.id desc', [
    companyId,
    accountId,
  ]);
  const own = feeds.find(({ state }) => isConnected(state));
  if (own === undefined) return { connectionId: parked, siblings: [], ended: endedOf(feeds) };
  const siblings = siblingsOf(own, feeds);
  // So that nothing comes to those meanwhile; in the order of all such locks.
  if (siblings.length > 0) await lockFeeds(tx, 'f.id = any($1::bigint[]) order by f.id', [[own.id, ...siblings]]);
  return { connectionId: own.connectionId, siblings };
};

/** The software of the connection that lines would go to; of a company that has one linked, that of the newest. */
export const platformOf = async (
  tx: Queryable,
  { companyId, accountId, connectionId }: FeedAddress,
): Promise<PlatformKey | undefined> => {
  if (connectionId !== undefined) return (await findFeed(tx, { companyId, accountId, connectionId }))?.state.platform;
  const [linked] = await readFeeds(
    tx,
    `f.company_id = $1 and c.status = 'linked' and c.platform is not null
     order by f.account_id = $2 and f.account_status = 'connected' desc, f.id desc limit 1`,
    [companyId, accountId],
  );
  const feed = linked ?? (await findFeed(tx, { companyId, accountId, connectionId: parked }));
  return feed?.state.platform;
};

type Mark = '' | 'straggler' | 'late' | 'before-start';

/** Of these ids those that the feed has, but for what came after `upTo`. */
const knownLines = async (
  unit: Unit,
  feed: FeedRecord,
  ids: readonly string[],
  upTo: number,
): Promise<ReadonlyMap<string, KnownLine>> => {
  // One look into the primary key for each id: asked for all at once, a planner without fresh statistics reads the
  // whole feed, and a large file handed over again would cost the square of its length.
  const { rows } = await unit.query<KnownLine & { id: string }>(
    `select known.id, known.body, known.mark, known.note, known.seq <= $4::bigint and not exists (
         select 1 from feed f join push p on p.id = f.former_open
         where f.id = $1::bigint and known.id = any(p.ids)) as before
     from unnest($2::text[]) as given (id)
     cross join lateral (
       select id, body, mark, note, seq from txn where feed_id = $1::bigint and id = given.id offset 0) known
     where known.seq <= $3::bigint`,
    [feed.id, ids, upTo, feed.formerArrivals],
  );
  return new Map(rows.map((row) => [row.id, row]));
};

const insertLines = async (
  unit: Unit,
  feed: FeedRecord,
  lines: readonly IndexedLine[],
  marks: readonly Mark[],
  base: number,
): Promise<{ readonly counts: ReadonlyMap<string, number>; readonly known: ReadonlyMap<string, KnownLine> }> => {
  const ids = lines.map((line) => line.id);
  // As one text each: an array is read letter by letter on both sides, which takes longer than all that is checked.
  const columns = [ids, lines.map((line) => line.at), lines.map((line) => line.body), marks];
  // The feed is locked, so sequence order is the order of commits.
  const { rows } = await unit.query<{ mark: string; lines: number }>(
    `with added as (
       insert into txn (feed_id, id, seq, local_at, body, mark, accepted_at)
       select $1::bigint, id, $2::bigint + n, at, body, nullif(mark, ''), $3::timestamptz
       from unnest(string_to_array($4, E'\\n'), string_to_array($5, E'\\n'), string_to_array($6, E'\\n'),
         string_to_array($7, E'\\n')) with ordinality as input (id, at, body, mark, n)
       on conflict (feed_id, id) do nothing
       returning mark
     )
     select coalesce(mark, '') as mark, count(*)::integer as lines from added group by 1`,
    [feed.id, base, instant(unit.now), ...columns.map((column) => column.join(between))],
  );
  const counts = new Map(rows.map((row) => [row.mark, row.lines]));
  const added = rows.reduce((sum, row) => sum + row.lines, 0);
  if (added === lines.length) return { counts, known: new Map() };
  return { counts, known: await knownLines(unit, feed, ids, base) };
};

const markOf = (place: Place): Mark => (place === 'queue' ? '' : place);

/** Stores lines that passed preflight; ids are unique among them. Answered after the commit. */
export const acceptLines = async (
  unit: Unit,
  address: FeedAddress,
  given: readonly IndexedLine[],
  options: Omit<StoreOptions, 'dryRun'>,
  durations: Durations,
): Promise<PushResult> => {
  let choice = await chooseConnection(unit, address);
  if (choice.connectionId === parked) {
    await lockParking(unit, address.companyId);
    choice = await chooseConnection(unit, address);
  }
  const { connectionId, siblings, ended } = choice;
  const found = await lockFeed(unit, { ...address, connectionId }, options.platform);
  const feed = { ...found, state: { ...found.state, platform: found.state.platform ?? options.platform } };
  const standing = standingOf(feed.state);
  if (options.refuseNotConnected === true && standing.kind === 'waiting') return notConnected(given, standing.reason);

  const issues: PushIssue[] = [];
  const total = { '': 0, straggler: 0, late: 0, 'before-start': 0 };
  let duplicates = 0;
  let refused = 0;
  const doubtful = given.filter(({ refusals }) => refusals !== undefined);
  for (let start = 0; start < doubtful.length; start += chunkSize) {
    const chunk = doubtful.slice(start, start + chunkSize);
    const ids = chunk.map(({ id }) => id);
    const known = await knownLines(unit, feed, ids, feed.arrivals);
    const elsewhere = await knownElsewhere(unit, feed.id, siblings, ids);
    for (const line of chunk) {
      const earlier = elsewhere.get(line.id) ?? known.get(line.id);
      const isSame = earlier !== undefined && sameLine(earlier.body, line.body);
      if (isSame) duplicates += 1;
      else refused += 1;
      const issue = isSame ? knownAs(line, earlier, feed.state) : undefined;
      issues.push(...(isSame ? [] : (line.refusals ?? [])), ...(issue ? [issue] : []));
    }
  }
  const lines = doubtful.length === 0 ? given : given.filter(({ refusals }) => refusals === undefined);
  for (let start = 0; start < lines.length; start += chunkSize) {
    const part = lines.slice(start, start + chunkSize);
    const ids = part.map(({ id }) => id);
    const elsewhere = await knownElsewhere(unit, feed.id, siblings, ids);
    const chunk = elsewhere.size === 0 ? part : part.filter(({ id }) => !elsewhere.has(id));
    const places = chunk.map((line) => placeOf(line, feed.state));
    const marks = places.map(markOf);
    const { counts, known } = await insertLines(unit, feed, chunk, marks, feed.arrivals + start);
    for (const mark of ['', 'straggler', 'late', 'before-start'] as const) total[mark] += counts.get(mark) ?? 0;
    for (const [n, line] of chunk.entries()) {
      if (known.has(line.id)) continue;
      const issue = placed(line, places[n] ?? 'queue', feed.state);
      if (issue) issues.push(issue);
    }
    for (const line of elsewhere.size + known.size > 0 ? part : []) {
      const earlier = elsewhere.get(line.id) ?? known.get(line.id);
      if (earlier === undefined) continue;
      const same = sameLine(earlier.body, line.body);
      if (same) duplicates += 1;
      else refused += 1;
      const issue = same ? knownAs(line, earlier, feed.state) : changedContent(line);
      if (issue) issues.push(issue);
    }
  }

  const accepted = total[''] + total.straggler;
  if (lines.length > 0) await countIn(unit, feed, total, lines.length, options.more, durations);
  const rest = accepted > 0 ? { ...(await readOwnRest(unit, feed, durations)), ended } : {};
  const waiting = accepted > 0 ? waitingReason(feed.state, rest) : undefined;
  return { accepted, duplicates, held: total.late, skipped: total['before-start'], refused, waiting, issues };
};

const countIn = async (
  unit: Unit,
  feed: FeedRecord,
  total: Readonly<Record<Mark, number>>,
  arrived: number,
  more: boolean | undefined,
  durations: Durations,
): Promise<void> => {
  const added = total[''] + total.straggler;
  const loadingUntil = loadingAfter(feed.loadingUntil, more, unit.now, durations);
  const next = { ...feed, queued: feed.queued + added, loadingUntil };
  const due = dueAfterArrival(feed.state, next, unit.now, durations.linger);
  await unit.query(
    `update feed set arrivals = arrivals + $2::bigint, queued = queued + $3, stragglers = stragglers + $4,
       late = late + $5, skipped = skipped + $6,
       waiting_since = case when $3 > 0 then coalesce(waiting_since, $7::timestamptz) else waiting_since end,
       late_at = case when $5 > 0 then coalesce(late_at, $7::timestamptz) else late_at end,
       due_at = $8::timestamptz, loading_until = $9::timestamptz
     where id = $1::bigint`,
    [
      feed.id,
      arrived,
      added,
      total.straggler,
      total.late,
      total['before-start'],
      instant(unit.now),
      due === undefined ? null : instant(due),
      loadingUntil === undefined ? null : instant(loadingUntil),
    ],
  );
  if (added + total.late + total['before-start'] > 0) unit.changed(feed);
  if (total.late > 0) {
    await unit.emit(feed, { type: 'held', reason: 'late', message: lateMessage(total.late) });
  }
  if (due !== undefined && due !== feed.dueAt) await wakeConnection(unit, feed.connectionRef, due);
};
