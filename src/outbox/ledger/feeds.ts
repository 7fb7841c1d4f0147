/** Feed rows: reading, locking, making them. Locks are always taken feed, then push, then gate, then connection. */
import { isPlatformKey, type PlatformKey } from '../../contract/platforms.ts';
import { feedReasons } from '../../contract/schemas.ts';
import type { Queryable } from '../../store/database.ts';
import type { FeedState } from '../decide.ts';
import type { FeedFacts, FeedKey, Reason } from '../model.ts';
import type { HeldFilter } from '../operating.ts';

/** Milliseconds since the epoch of a timestamptz, as text: both drivers agree on it. */
export const ms = (column: string): string => `(extract(epoch from ${column}) * 1000)::bigint::text`;
export const instant = (at: number): string => new Date(at).toISOString();
export const optionalNumber = (text: string | null): number | undefined => (text === null ? undefined : Number(text));

const connectionStates = ['pending', 'linked', 'unlinked', 'deauthorized', 'deleted'] as const;
const accountStates = ['none', 'pending', 'connecting', 'connected', 'disconnected', 'removed'] as const;

/** The connection id under which lines are parked whose connection is not known yet. */
export const parked = '';

export interface FeedRecord extends FeedKey {
  readonly id: string;
  readonly connectionRef: string;
  readonly state: FeedState;
  readonly arrivals: number;
  readonly sealedSeq: number;
  /** Lines in no push yet. */
  readonly queued: number;
  /** Those of them that arrived after a younger line had been sealed. */
  readonly stragglers: number;
  /** Lines of the push that is open or blocks the feed. */
  readonly inPush: number;
  readonly late: number;
  readonly delivered: number;
  /** Of these, of its pushes and of its arrivals: what went where the account led before it was mapped anew. */
  readonly formerDelivered: number;
  readonly formerPush: number;
  readonly formerArrivals: number;
  /** Its connection was linked again, and the account was not seen since. */
  readonly relinked: boolean;
  /** Lines that are never sent. */
  readonly skipped: number;
  readonly failures: number;
  readonly dueAt?: number | undefined;
  /** The next part of a load is awaited until then. */
  readonly loadingUntil?: number | undefined;
  readonly waitingSince?: number | undefined;
  readonly blockedMessage?: string | undefined;
  readonly blockedPush?: string | undefined;
  readonly blockedAt?: number | undefined;
  readonly lateAt?: number | undefined;
  readonly lastDelivery?: { readonly at: number; readonly lines: number } | undefined;
}

interface FeedRow {
  id: string;
  connection_ref: string;
  company_id: string;
  connection_id: string;
  account_id: string;
  platform: string | null;
  status: string;
  account_status: string;
  start_date: string | null;
  blocked: string | null;
  sealed_local: string;
  arrivals: string;
  sealed_seq: string;
  queued: number;
  stragglers: number;
  in_push: number;
  late: number;
  delivered: string;
  former_delivered: string;
  former_push: string;
  former_arrivals: string;
  relinked: boolean;
  skipped: number;
  failures: number;
  due_at: string | null;
  loading_until: string | null;
  waiting_since: string | null;
  blocked_message: string | null;
  blocked_push: string | null;
  blocked_at: string | null;
  late_at: string | null;
  last_delivery_at: string | null;
  last_delivery_lines: number | null;
}

/** To be read with `from feed f join connection c on c.id = f.connection_ref`. */
const columns = `f.id::text as id, f.connection_ref::text as connection_ref, f.company_id, f.connection_id, f.account_id,
  c.platform, c.status, f.account_status, f.start_date, f.blocked, f.sealed_local, f.arrivals::text as arrivals,
  f.sealed_seq::text as sealed_seq, f.queued, f.stragglers, f.in_push, f.late, f.delivered::text as delivered, f.skipped,
  f.former_delivered::text as former_delivered, f.former_push::text as former_push,
  f.former_arrivals::text as former_arrivals, f.relinked, f.failures, ${ms('f.due_at')} as due_at,
  ${ms('f.loading_until')} as loading_until, ${ms('f.waiting_since')} as waiting_since,
  f.blocked_message, f.blocked_push::text as blocked_push, ${ms('f.blocked_at')} as blocked_at, ${ms('f.late_at')} as late_at,
  ${ms('f.last_delivery_at')} as last_delivery_at, f.last_delivery_lines`;

const oneOf = <Value extends string>(values: readonly Value[], value: string, otherwise: Value): Value =>
  values.find((known) => known === value) ?? otherwise;

export const connectionStateOf = (stored: string): FeedFacts['connection'] =>
  oneOf<FeedFacts['connection']>(connectionStates, stored, 'pending');
export const accountStateOf = (stored: string): FeedFacts['account'] =>
  oneOf<FeedFacts['account']>(accountStates, stored, 'none');
export const blockedOf = (stored: string | null): Reason | undefined =>
  stored === null ? undefined : oneOf<Reason>(feedReasons, stored, 'fault');

const fromRow = (row: FeedRow): FeedRecord => ({
  id: row.id,
  connectionRef: row.connection_ref,
  companyId: row.company_id,
  connectionId: row.connection_id,
  accountId: row.account_id,
  state: {
    platform: isPlatformKey(row.platform) ? row.platform : undefined,
    connection: connectionStateOf(row.status),
    account: accountStateOf(row.account_status),
    startDate: row.start_date ?? undefined,
    blocked: blockedOf(row.blocked),
    sealedLocal: row.sealed_local,
  },
  arrivals: Number(row.arrivals),
  sealedSeq: Number(row.sealed_seq),
  queued: row.queued,
  stragglers: row.stragglers,
  inPush: row.in_push,
  late: row.late,
  delivered: Number(row.delivered),
  formerDelivered: Number(row.former_delivered),
  formerPush: Number(row.former_push),
  formerArrivals: Number(row.former_arrivals),
  relinked: row.relinked,
  skipped: row.skipped,
  failures: row.failures,
  dueAt: optionalNumber(row.due_at),
  loadingUntil: optionalNumber(row.loading_until),
  waitingSince: optionalNumber(row.waiting_since),
  blockedMessage: row.blocked_message ?? undefined,
  blockedPush: row.blocked_push ?? undefined,
  blockedAt: optionalNumber(row.blocked_at),
  lateAt: optionalNumber(row.late_at),
  lastDelivery:
    row.last_delivery_at === null
      ? undefined
      : { at: Number(row.last_delivery_at), lines: row.last_delivery_lines ?? 0 },
});

/** Feeds by a condition over `f` (feed) and `c` (connection). */
export const readFeeds = async (
  tx: Queryable,
  condition: string,
  params: readonly unknown[],
): Promise<FeedRecord[]> => {
  const { rows } = await tx.query<FeedRow>(
    `select ${columns} from feed f join connection c on c.id = f.connection_ref where ${condition}`,
    params,
  );
  return rows.map(fromRow);
};

/** Which feeds people mean, as a condition over `f`. */
export const inScope = `($1::text is null or f.company_id = $1) and ($2::text is null or f.account_id = $2)
  and ($3::text is null or f.connection_id = $3)`;
export const scopeOf = ({ companyId, accountId, connectionId }: HeldFilter): (string | null)[] => [
  companyId ?? null,
  accountId ?? null,
  connectionId === null ? parked : (connectionId ?? null),
];

const byKey = 'f.company_id = $1 and f.connection_id = $2 and f.account_id = $3';
const keyParams = ({ companyId, connectionId, accountId }: FeedKey) => [companyId, connectionId, accountId];

export const findFeed = async (tx: Queryable, key: FeedKey): Promise<FeedRecord | undefined> =>
  (await readFeeds(tx, byKey, keyParams(key)))[0];

/**
 * Locks feeds by a condition over `f` alone, in its order, then reads them. Two statements: a lock that was waited
 * for brings the feed as it is now, beside its connection as it was when the statement began.
 */
export const lockFeeds = async (
  tx: Queryable,
  condition: string,
  params: readonly unknown[],
  wait: 'wait' | 'skip locked' = 'wait',
): Promise<FeedRecord[]> => {
  const { rows } = await tx.query<{ id: string }>(
    `select f.id::text as id from feed f where ${condition} for update${wait === 'wait' ? '' : ` ${wait}`}`,
    params,
  );
  const [first] = rows;
  if (first === undefined) return [];
  // Nearly always: a plan for one is kept, while one for a list is made anew each time.
  if (rows.length === 1) return readFeeds(tx, 'f.id = $1::bigint', [first.id]);
  const ids = rows.map((row) => row.id);
  return readFeeds(tx, 'f.id = any($1::bigint[]) order by f.id', [ids]);
};

/**
 * Of a company's accounts one connects, or lines are parked until one does, never both at once: lines that are parked
 * unseen would wait while later ones leave. Taken before any feed is locked, or made.
 */
export const lockParking = (tx: Queryable, companyId: string): Promise<unknown> =>
  tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [companyId]);

export const lockFeedById = async (tx: Queryable, id: string): Promise<FeedRecord | undefined> =>
  (await lockFeeds(tx, 'f.id = $1::bigint', [id]))[0];

export const lockFeedOfPush = async (tx: Queryable, pushId: string): Promise<FeedRecord | undefined> =>
  (await lockFeeds(tx, 'f.id = (select p.feed_id from push p where p.id = $1::uuid)', [pushId]))[0];

/** Locks the feed, making it and its connection where they are missing. */
export const lockFeed = async (tx: Queryable, key: FeedKey, platform?: PlatformKey): Promise<FeedRecord> => {
  const lock = async (): Promise<FeedRecord | undefined> => (await lockFeeds(tx, byKey, keyParams(key)))[0];
  const found = await lock();
  if (found !== undefined) return found;
  await tx.query(
    `insert into connection (company_id, connection_id, platform) values ($1, $2, $3)
     on conflict (company_id, connection_id) do nothing`,
    [key.companyId, key.connectionId, platform ?? null],
  );
  await tx.query(
    `insert into feed (connection_ref, company_id, connection_id, account_id)
     select id, company_id, connection_id, $3 from connection where company_id = $1 and connection_id = $2
     on conflict (company_id, connection_id, account_id) do nothing`,
    keyParams(key),
  );
  const made = await lock();
  if (made === undefined) throw new Error('The feed was removed while it was being made; try again.');
  return made;
};

/** Of a feed `f`: there is something that a sender could take, a batch that is ready or lines for the next one. */
export const hasNext = `((f.queued > 0 and f.in_push = 0)
  or (f.in_push > 0 and exists (select 1 from push p where p.feed_id = f.id and p.state = 'sealed')))`;

/**
 * The connection's sender is wanted at `at`, or earlier if it was wanted already. Written also where it was: a sender
 * that gives its lease back meanwhile would see neither the lock nor the work. Locks the connection: call it last.
 */
export const wakeConnection = async (tx: Queryable, connectionRef: string, at: number): Promise<void> => {
  await tx.query('update connection set wake_at = least(wake_at, $2::timestamptz) where id = $1::bigint', [
    connectionRef,
    instant(at),
  ]);
};
