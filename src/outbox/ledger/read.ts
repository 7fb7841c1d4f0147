/** What people and the proxy are told; nothing here changes anything. */
import type { Queryable } from '../../store/database.ts';
import { isConnected } from '../decide.ts';
import type { Change, Durations, FeedAddress, FeedKey, FeedOverview, PushRecord } from '../model.ts';
import type { HeldFilter, WaitingFeed } from '../operating.ts';
import { toldOf, type Rest } from '../told.ts';
import { instant, ms, optionalNumber, parked, readFeeds, scopeOf, inScope, type FeedRecord } from './feeds.ts';
import { readRest } from './rest.ts';

const shownDays = 30;

interface DayRow {
  feed_id: string;
  date: string;
  delivered: number;
  held: number;
}

type Days = ReadonlyMap<string, FeedOverview['days']>;

const isHeld = (feed: FeedRecord, rest: Rest): boolean => toldOf(feed.state, rest).kind === 'held';

/** Counted by the day on which a batch was finished, or a line was taken in that came late or is `held`. */
const readDays = async (
  tx: Queryable,
  companyId: string,
  timeZone: string,
  now: number,
  held: readonly FeedRecord[],
): Promise<Days> => {
  const { rows } = await tx.query<DayRow>(
    `select feed_id, date, sum(delivered)::integer as delivered, sum(held)::integer as held from (
       select p.feed_id::text as feed_id, (p.finished_at at time zone $2)::date::text as date,
         case when p.state = 'success' then p.lines else 0 end as delivered,
         case when p.state = 'success' then 0 else p.lines end as held
       from push p join feed f on f.id = p.feed_id
       where f.company_id = $1 and p.finished_at >= $3::timestamptz
         and ((p.state = 'success' and p.number > f.former_push)
           or (p.state in ('failed', 'timed-out') and p.id = f.blocked_push))
       union all
       select t.feed_id::text, (t.accepted_at at time zone $2)::date::text, 0, 1
       from feed f join txn t on t.feed_id = f.id and t.mark = 'late'
       where f.company_id = $1 and f.late > 0 and t.accepted_at >= $3::timestamptz
       union all
       select t.feed_id::text, (t.accepted_at at time zone $2)::date::text, 0, 1
       from feed f join txn t on t.feed_id = f.id
       where f.id = any($4::bigint[]) and t.accepted_at >= $3::timestamptz
         and (t.mark = 'straggler' or (t.mark is null and (t.local_at, t.seq) > (f.sealed_local, f.sealed_seq)))
     ) as counted group by feed_id, date order by feed_id, date`,
    [companyId, timeZone, instant(now - shownDays * 86_400_000), held.map(({ id }) => id)],
  );
  const days = new Map<string, { date: string; delivered: number; held: number }[]>();
  for (const { feed_id, date, delivered, held } of rows) {
    const list = days.get(feed_id) ?? [];
    days.set(feed_id, list);
    list.push({ date, delivered, held });
  }
  return days;
};

export const overviewOf = (feed: FeedRecord, rest: Rest, days: FeedOverview['days'] | undefined): FeedOverview => {
  const told = toldOf(feed.state, rest);
  const undelivered = feed.queued + feed.inPush;
  const waiting = told.kind === 'held' ? 0 : undelivered;
  const held = feed.late + undelivered - waiting;
  const since = (at: number | undefined): string => instant(at ?? 0);
  const { blockedAt, waitingSince, lateAt, lastDelivery } = feed;
  return {
    companyId: feed.companyId,
    connectionId: feed.connectionId === parked ? undefined : feed.connectionId,
    accountId: feed.accountId,
    state: told.kind === 'open' ? 'open' : told.reason,
    counts: { delivered: feed.delivered, waiting, held },
    ...(feed.formerDelivered > 0 ? { former: feed.formerDelivered } : {}),
    skipped: feed.skipped,
    waiting:
      waiting === 0
        ? undefined
        : {
            reason: told.kind === 'open' ? 'sending' : told.reason,
            since: since(waitingSince),
            ...('until' in told && told.until !== undefined ? { until: instant(told.until) } : {}),
          },
    held:
      held > 0
        ? told.kind === 'held' && undelivered > 0
          ? { reason: told.reason, since: since(blockedAt ?? waitingSince) }
          : { reason: 'late', since: since(lateAt) }
        : undefined,
    lastDelivery: lastDelivery && { at: instant(lastDelivery.at), lines: lastDelivery.lines },
    days: days ?? [],
  };
};

/** What of a feed waits and will go by itself; undefined where nothing does. */
export const waitingOf = (feed: FeedRecord, rest: Rest): WaitingFeed | undefined => {
  const { companyId, connectionId, accountId, counts, waiting } = overviewOf(feed, rest, undefined);
  return waiting && { companyId, connectionId, accountId, ...waiting, lines: counts.waiting };
};

export const readWaiting = async (
  tx: Queryable & { readonly now: number },
  filter: HeldFilter,
  after: string | undefined,
  limit: number,
  durations: Durations,
) => {
  const feeds = await readFeeds(
    tx,
    `${inScope} and f.queued + f.in_push > 0 and f.id > $4::bigint order by f.id limit $5`,
    [...scopeOf(filter), after ?? '0', limit + 1],
  );
  const shown = feeds.slice(0, limit);
  const restOf = await readRest(tx, shown, durations);
  const items = shown.flatMap((feed) => waitingOf(feed, restOf(feed)) ?? []);
  return { items, next: feeds.length > limit ? shown.at(-1)?.id : undefined };
};

export const readOverview = async (
  tx: Queryable,
  companyId: string,
  timeZone: string,
  now: number,
  durations: Durations,
) => {
  const feeds = await readFeeds(tx, 'f.company_id = $1 order by f.account_id, f.id', [companyId]);
  const restOf = await readRest({ query: (sql, params) => tx.query(sql, params), now }, feeds, durations);
  const held = feeds.filter((feed) => feed.queued > 0 && isHeld(feed, restOf(feed)));
  const days = await readDays(tx, companyId, timeZone, now, held);
  return feeds.map((feed) => overviewOf(feed, restOf(feed), days.get(feed.id)));
};

export interface HistoryRow {
  id: string;
  operation_key: string | null;
  state: string;
  lines: number;
  first_local: string;
  last_local: string;
  reason: string | null;
  message: string | null;
  errors: string | null;
  sealed_at: string;
  finished_at: string | null;
}

const historyStatus: Readonly<Record<string, PushRecord['status']>> = {
  sealed: 'sending',
  sending: 'sending',
  pending: 'pending',
  success: 'delivered',
  failed: 'failed',
  'timed-out': 'timed-out',
};

const isItem = (value: unknown): value is { readonly itemId?: string; readonly message: string } =>
  typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string';

/** Codat's words per line where it gave them, else its word on the whole. */
const errorsOf = ({ reason, message, errors }: HistoryRow): PushRecord['errors'] => {
  if (reason === null) return [];
  const items: unknown = JSON.parse(errors ?? '[]');
  const known = Array.isArray(items) ? items.filter(isItem) : [];
  const list = known.length > 0 || message === null ? known : [{ message }];
  return list.map((item) => ({ ...item, code: reason }));
};

export const recordOf = (row: HistoryRow): PushRecord => {
  const finishedAt = optionalNumber(row.finished_at);
  return {
    id: row.id,
    operationKey: row.operation_key ?? undefined,
    status: historyStatus[row.state] ?? 'sending',
    lines: row.lines,
    firstDate: row.first_local.slice(0, 10),
    lastDate: row.last_local.slice(0, 10),
    startedAt: instant(Number(row.sealed_at)),
    finishedAt: finishedAt === undefined ? undefined : instant(finishedAt),
    errors: errorsOf(row),
  };
};

/**
 * Newest first. A push whose lines went on under another key is not shown, nor one that ended where the account led
 * before, unless it still stops the feed.
 */
export const readHistory = async (tx: Queryable, key: FeedKey, offset: number, limit: number) => {
  const { rows } = await tx.query<HistoryRow>(
    `select p.id::text as id, p.operation_key, p.state, p.lines, p.first_local, p.last_local, p.reason, p.message,
       p.errors, ${ms('p.sealed_at')} as sealed_at, ${ms('p.finished_at')} as finished_at
     from push p join feed f on f.id = p.feed_id
     where f.company_id = $1 and f.connection_id = $2 and f.account_id = $3 and p.state <> 'dropped'
       and (p.number > f.former_push or p.state = 'pending' or p.id = f.blocked_push)
     order by p.number desc offset $4 limit $5`,
    [key.companyId, key.connectionId, key.accountId, offset, limit + 1],
  );
  return { items: rows.slice(0, limit).map(recordOf), more: rows.length > limit };
};

/** Feeds with lines whose other end is not connected: what a slow listing must look at. */
export const readAwaited = async (tx: Queryable): Promise<FeedAddress[]> => {
  const feeds = await readFeeds(
    tx,
    `f.queued + f.in_push > 0 and not (c.status = 'linked' and f.account_status = 'connected')`,
    [],
  );
  return feeds
    .filter((feed) => !isConnected(feed.state))
    .map(({ companyId, connectionId, accountId }) => ({
      companyId,
      accountId,
      connectionId: connectionId === parked ? undefined : connectionId,
    }));
};

/** The feeds of a company on known connections. */
export const readFeedKeys = async (tx: Queryable, companyId: string): Promise<FeedKey[]> =>
  (await readFeeds(tx, `f.company_id = $1 and f.connection_id <> ''`, [companyId])).map(
    ({ connectionId, accountId }) => ({ companyId, connectionId, accountId }),
  );

interface HintRow {
  horizon: string;
  company_id: string | null;
  connection_id: string;
  account_id: string;
  version: string;
}

/**
 * A change is numbered by the transaction that made it, and transactions do not end in the order in which they
 * began. So where to go on is the oldest one still under way: what it will tell is not passed over, and what younger
 * ones told already is told again. Numbers beyond the newest transaction were restored from another server.
 */
export const readChanges = async (tx: Queryable, after: number, companyId: string | undefined) => {
  const { rows } = await tx.query<HintRow>(
    `select s.horizon::text as horizon, h.company_id, h.connection_id, h.account_id, h.version::text as version
     from (select pg_snapshot_xmin(now.snapshot)::text::bigint as horizon,
             pg_snapshot_xmax(now.snapshot)::text::bigint as newest
           from (select pg_current_snapshot() as snapshot) now) s
     left join hint h on h.version >= $1::bigint and h.version < s.newest and ($2::text is null or h.company_id = $2)
     order by h.version`,
    [after, companyId ?? null],
  );
  const changes = rows.flatMap((row): Change[] =>
    row.company_id === null
      ? []
      : [
          {
            companyId: row.company_id,
            connectionId: row.connection_id,
            accountId: row.account_id,
            version: Number(row.version),
          },
        ],
  );
  return { version: Number(rows[0]?.horizon ?? 0), changes };
};
