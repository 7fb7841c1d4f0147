import { firstDay, placeOf, standingOf } from '../decide.ts';
import type { FeedAddress, PushIssue, PushResult, Reason } from '../model.ts';
import type { PlatformKey } from '../../contract/platforms.ts';
import type { Queryable } from '../../store/database.ts';
import type { Line } from '../preflight.ts';
import { sameLine } from '../transaction-text.ts';
import { instant, lockFeed, parked, wakeConnection, type FeedRecord } from './feeds.ts';
import { closedGate } from './gate.ts';
import type { Unit } from './news.ts';

/** A line that passed preflight, with its place in the list that was handed over. */
export interface IndexedLine extends Line {
  readonly index: number;
}

export interface AcceptOptions {
  readonly platform?: PlatformKey | undefined;
  readonly refuseNotConnected?: boolean | undefined;
  readonly linger: number;
}

const chunkSize = 5000;

/** The connection on which an account is connected, the newest one first; else its lines are parked. */
export const chooseConnection = async (tx: Queryable, address: FeedAddress): Promise<string> => {
  if (address.connectionId !== undefined) return address.connectionId;
  const { rows } = await tx.query<{ connection_id: string }>(
    `select f.connection_id from feed f join connection c on c.id = f.connection_ref
     where f.company_id = $1 and f.account_id = $2 and c.status = 'linked' and f.account_status = 'connected'
     order by f.id desc limit 1`,
    [address.companyId, address.accountId],
  );
  return rows[0]?.connection_id ?? parked;
};

type Mark = '' | 'straggler' | 'late' | 'before-start';

const insertLines = async (
  unit: Unit,
  feed: FeedRecord,
  lines: readonly IndexedLine[],
  marks: readonly Mark[],
  base: number,
): Promise<{ readonly counts: ReadonlyMap<string, number>; readonly known: ReadonlyMap<string, string> }> => {
  const ids = lines.map((line) => line.id);
  // The feed is locked, so sequence order is the order of commits.
  const { rows } = await unit.query<{ mark: string; lines: number }>(
    `with added as (
       insert into txn (feed_id, id, seq, local_at, body, mark, accepted_at)
       select $1::bigint, id, $2::bigint + n, at, body, nullif(mark, ''), $3::timestamptz
       from unnest($4::text[], $5::text[], $6::text[], $7::text[]) with ordinality as input (id, at, body, mark, n)
       on conflict (feed_id, id) do nothing
       returning mark
     )
     select coalesce(mark, '') as mark, count(*)::integer as lines from added group by 1`,
    [feed.id, base, instant(unit.now), ids, lines.map((line) => line.at), lines.map((line) => line.body), marks],
  );
  const counts = new Map(rows.map((row) => [row.mark, row.lines]));
  const added = rows.reduce((sum, row) => sum + row.lines, 0);
  if (added === lines.length) return { counts, known: new Map() };
  const { rows: earlier } = await unit.query<{ id: string; body: string }>(
    'select id, body from txn where feed_id = $1::bigint and id = any($2::text[]) and seq <= $3::bigint',
    [feed.id, ids, base],
  );
  return { counts, known: new Map(earlier.map((row) => [row.id, row.body])) };
};

const markOf = { queue: '', straggler: 'straggler', late: 'late', 'before-start': 'before-start' } as const;

/** What a stored line is told: it is held or skipped, or the start date is only a hint. */
const placed = (line: IndexedLine, mark: Mark, feed: FeedRecord): PushIssue | undefined => {
  const issue = { index: line.index, id: line.id, severity: 'warning', field: 'date' } as const;
  if (mark === 'late') {
    const message = 'Older than a line that was sent already; the software would refuse it, so it is held.';
    return { ...issue, code: 'late', message };
  }
  const { startDate } = feed.state;
  if (mark === 'before-start')
    return { ...issue, code: 'before_start', message: `Before the feed start date (${startDate ?? ''}); not sent.` };
  if (startDate !== undefined && firstDay(feed.state) === undefined && line.day < startDate)
    return {
      ...issue,
      code: 'start_date_hint',
      message: `Before the feed start date (${startDate}); sent all the same.`,
    };
  return undefined;
};

const waitingReason = async (unit: Unit, feed: FeedRecord): Promise<Reason | undefined> => {
  const standing = standingOf(feed.state);
  if (standing.kind !== 'open') return standing.reason;
  const gate = await closedGate(unit, feed.companyId);
  if (gate === undefined) return undefined;
  return gate.reason === 'unauthorized' ? 'unauthorized' : 'paused';
};

/** Stores lines that passed preflight; ids are unique among them. Answered after the commit. */
export const acceptLines = async (
  unit: Unit,
  address: FeedAddress,
  lines: readonly IndexedLine[],
  options: AcceptOptions,
): Promise<PushResult> => {
  const connectionId = await chooseConnection(unit, address);
  const found = await lockFeed(unit, { ...address, connectionId }, options.platform);
  const feed = { ...found, state: { ...found.state, platform: found.state.platform ?? options.platform } };
  const standing = standingOf(feed.state);
  if (options.refuseNotConnected === true && standing.kind === 'waiting') {
    const message = 'The account is not connected yet; nothing was stored.';
    const issues = lines.map(({ index, id }): PushIssue => ({
      index,
      id,
      severity: 'error',
      code: 'not_connected',
      field: '',
      message,
    }));
    return { accepted: 0, duplicates: 0, held: 0, skipped: 0, refused: lines.length, waiting: standing.reason, issues };
  }

  const issues: PushIssue[] = [];
  const total = { '': 0, straggler: 0, late: 0, 'before-start': 0 };
  let duplicates = 0;
  let refused = 0;
  for (let start = 0; start < lines.length; start += chunkSize) {
    const chunk = lines.slice(start, start + chunkSize);
    const marks = chunk.map((line): Mark => markOf[placeOf(line, feed.state)]);
    const { counts, known } = await insertLines(unit, feed, chunk, marks, feed.arrivals + start);
    for (const mark of ['', 'straggler', 'late', 'before-start'] as const) total[mark] += counts.get(mark) ?? 0;
    for (const [place, line] of chunk.entries()) {
      const earlier = known.get(line.id);
      if (earlier === undefined) {
        const issue = placed(line, marks[place] ?? '', feed);
        if (issue) issues.push(issue);
      } else if (sameLine(earlier, line.body)) duplicates += 1;
      else {
        refused += 1;
        issues.push(changedContent(line));
      }
    }
  }

  const accepted = total[''] + total.straggler;
  if (lines.length > 0) await countIn(unit, feed, total, lines.length, options.linger);
  const waiting = accepted > 0 ? await waitingReason(unit, feed) : undefined;
  return { accepted, duplicates, held: total.late, skipped: total['before-start'], refused, waiting, issues };
};

export const changedContent = ({ index, id }: { readonly index: number; readonly id: string }): PushIssue => ({
  index,
  id,
  severity: 'error',
  code: 'changed_content',
  field: 'id',
  message: 'This id was handed over before with other content. A stored line never changes; use a new id.',
});

const countIn = async (
  unit: Unit,
  feed: FeedRecord,
  total: Readonly<Record<Mark, number>>,
  arrived: number,
  linger: number,
): Promise<void> => {
  const added = total[''] + total.straggler;
  const queued = feed.queued + added;
  const ready = standingOf(feed.state).kind === 'open' && feed.inPush === 0 && queued > 0;
  const due = ready ? Math.min(feed.dueAt ?? Infinity, queued >= 1000 ? unit.now : unit.now + linger) : feed.dueAt;
  await unit.query(
    `update feed set arrivals = arrivals + $2::bigint, queued = queued + $3, stragglers = stragglers + $4,
       late = late + $5, skipped = skipped + $6,
       waiting_since = case when $3 > 0 then coalesce(waiting_since, $7::timestamptz) else waiting_since end,
       late_at = case when $5 > 0 then coalesce(late_at, $7::timestamptz) else late_at end,
       due_at = $8::timestamptz
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
    ],
  );
  if (added + total.late + total['before-start'] > 0) unit.changed(feed);
  if (total.late > 0) {
    const message = `${total.late} older than the newest line that was sent; held, as the software would refuse them.`;
    await unit.emit(feed, { type: 'held', reason: 'late', message });
  }
  if (due !== undefined && due !== feed.dueAt) await wakeConnection(unit, feed.connectionRef, due);
};
