/** Held lines, as people see them; nothing here changes anything. */
import type { Queryable } from '../../store/database.ts';
import { actionsOn, holdsOf, type Hold } from '../holds.ts';
import type { Durations } from '../model.ts';
import type { FeedLine, HeldAddress, HeldFeed, HeldFilter } from '../operating.ts';
import { OutboxError } from '../outbox-error.ts';
import {
  heldMessages,
  isFactReason,
  lateMessage,
  parkedMessages,
  restoredMessage,
  restoringMessage,
  unauthorizedMessage,
  type Rest,
} from '../told.ts';
import { knownBy } from '../transaction-text.ts';
import { instant, lockFeeds, parked, inScope, readFeeds, scopeOf, type FeedRecord } from './feeds.ts';
import { readRest } from './rest.ts';

const mostItems = 100;

/** The batch that stopped a feed. */
export interface Batch {
  readonly id: string;
  readonly lines: number;
  readonly mayBeWritten: boolean;
  readonly operationKey?: string | undefined;
  readonly errors: string | null;
}

interface BatchRow {
  id: string;
  state: string;
  lines: number;
  operation_key: string | null;
  errors: string | null;
}

/** The batches that stopped these feeds, by their ids. */
const readBatches = async (tx: Queryable, feeds: readonly FeedRecord[]): Promise<ReadonlyMap<string, Batch>> => {
  const ids = feeds.flatMap(({ blockedPush }) => blockedPush ?? []);
  if (ids.length === 0) return new Map();
  const { rows } = await tx.query<BatchRow>(
    'select id::text as id, state, lines, operation_key, errors from push where id = any($1::uuid[])',
    [ids],
  );
  const batches = rows.map(({ id, state, lines, operation_key, errors }): Batch => ({
    id,
    lines,
    mayBeWritten: state === 'timed-out',
    operationKey: operation_key ?? undefined,
    errors,
  }));
  return new Map(batches.map((batch) => [batch.id, batch]));
};

export interface HeldRecord {
  readonly feed: FeedRecord;
  readonly batch: Batch | undefined;
  readonly rest: Rest;
  readonly holds: readonly Hold[];
}

/** What holds these feeds. `tx.now` is when the gate is looked at. */
export const readHolds = async (
  tx: Queryable & { readonly now: number },
  feeds: readonly FeedRecord[],
  durations: Durations,
): Promise<readonly HeldRecord[]> => {
  const batches = await readBatches(tx, feeds);
  const restOf = await readRest(tx, feeds, durations);
  return feeds.map((feed) => {
    const { state, queued, inPush, late } = feed;
    const batch = feed.blockedPush === undefined ? undefined : batches.get(feed.blockedPush);
    const rest = restOf(feed);
    const { gate, ended } = rest;
    return { feed, batch, rest, holds: holdsOf({ state, queued, inPush, late, gate: gate?.reason, ended, batch }) };
  });
};

/** The feed people mean, among those that bear this name. */
export const chooseHeld = (feeds: readonly FeedRecord[]): FeedRecord => {
  const busy = feeds.filter(
    ({ state, queued, inPush, late }) => state.blocked !== undefined || queued + inPush + late > 0,
  );
  const [feed, ...others] = feeds.length > 1 ? busy : feeds;
  if (feed === undefined)
    throw feeds.length > 0
      ? new OutboxError('not_held', 'accountId', 'Nothing of this account is held.')
      : new OutboxError('unknown_feed', 'accountId', 'There is no feed of this account.');
  if (others.length > 0) {
    const names = [feed, ...others].map(({ connectionId }) => connectionId || 'none').join(', ');
    const message = `This account has lines on several connections; name one of ${names}.`;
    throw new OutboxError('invalid_address', 'connectionId', message);
  }
  return feed;
};

/** The feed people mean; with `lock` it is locked. */
export const findHeld = async (tx: Queryable, address: HeldAddress, lock = false): Promise<FeedRecord> =>
  chooseHeld(await (lock ? lockFeeds : readFeeds)(tx, `${inScope} order by f.id`, scopeOf(address)));

const isItem = (value: unknown): value is { readonly itemId?: string; readonly message: string } =>
  typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string';

/** What was said of single lines of a batch, as it was stored. */
export const errorsOf = ({ errors }: Pick<Batch, 'errors'>) => {
  const stored: unknown = JSON.parse(errors ?? '[]');
  return (Array.isArray(stored) ? stored.filter(isItem) : []).slice(0, mostItems);
};

/** The lines that failed, without those that were skipped since. */
const failedItems = async (tx: Queryable, feed: FeedRecord, batch: Batch): Promise<HeldFeed['items']> => {
  const items = errorsOf(batch);
  const { rows } = await tx.query<{ id: string }>(
    `select id from txn where feed_id = $1::bigint and id = any($2::text[]) and mark = 'skipped'`,
    [feed.id, items.flatMap(({ itemId }) => itemId ?? [])],
  );
  const skipped = new Set(rows.map(({ id }) => id));
  return items
    .filter(({ itemId }) => itemId === undefined || !skipped.has(itemId))
    .map(({ itemId, message }) => ({ id: itemId, message }));
};

const lateItems = async (tx: Queryable, feed: FeedRecord): Promise<HeldFeed['items']> => {
  const { rows } = await tx.query<{ id: string; at: string }>(
    `select id, local_at as at from txn where feed_id = $1::bigint and mark = 'late' order by seq limit ${mostItems}`,
    [feed.id],
  );
  return rows.map(({ id, at }) => ({ id, message: `Dated ${at.slice(0, 10)}.` }));
};

const messageOf = ({ reason, lines, gate }: Hold, feed: FeedRecord, until: string): string => {
  if (reason === 'late') return lateMessage(lines);
  if (gate === 'unauthorized') return unauthorizedMessage;
  if (gate !== undefined) return gate === 'restored' ? restoringMessage(until) : restoredMessage;
  if (!isFactReason(reason)) return feed.blockedMessage ?? '';
  return (feed.connectionId === parked ? parkedMessages : heldMessages)[reason];
};

export const sinceOf = (feed: FeedRecord, { reason }: Hold): string =>
  instant((reason === 'late' ? feed.lateAt : (feed.blockedAt ?? feed.waitingSince)) ?? 0);

export const heldFeedOf = ({ feed, batch, rest }: HeldRecord, hold: Hold, items: HeldFeed['items']): HeldFeed => {
  const stopped = hold.batch ? batch : undefined;
  const until = hold.gate === 'restored' && rest.askedAt !== undefined ? instant(rest.askedAt) : undefined;
  return {
    companyId: feed.companyId,
    connectionId: feed.connectionId === parked ? undefined : feed.connectionId,
    accountId: feed.accountId,
    platform: feed.state.platform,
    reason: hold.reason,
    message: messageOf(hold, feed, until ?? ''),
    since: sinceOf(feed, hold),
    until,
    lines: hold.lines,
    skipped: hold.skipped,
    mayBeWritten: hold.mayBeWritten,
    operationKey: stopped?.operationKey,
    items,
    actions: actionsOn(hold),
  };
};

const describe = async (tx: Queryable, record: HeldRecord, hold: Hold): Promise<HeldFeed> => {
  const { feed, batch } = record;
  const failed = hold.batch && batch !== undefined ? await failedItems(tx, feed, batch) : [];
  return heldFeedOf(record, hold, hold.reason === 'late' ? await lateItems(tx, feed) : failed);
};

/** A feed may be held: whether it is, and by what, is decided in holds.ts. */
const suspicious = `(f.blocked is not null or f.late > 0
  or exists (select 1 from gate g where g.scope = f.company_id and g.reason in ('restored', 'restored-unknown'))
  or (f.queued + f.in_push > 0 and (
    c.status in ('unlinked', 'deauthorized', 'deleted') or f.account_status in ('disconnected', 'removed')
    or (f.connection_id = '' and exists (select 1 from feed o where o.company_id = f.company_id
      and o.account_id = f.account_id and o.id <> f.id))
    or exists (select 1 from gate g where g.scope = f.company_id and g.reason = 'unauthorized'))))`;

export const readHeld = async (
  tx: Queryable & { readonly now: number },
  filter: HeldFilter,
  after: string | undefined,
  limit: number,
  durations: Durations,
) => {
  const feeds = await readFeeds(tx, `${inScope} and ${suspicious} and f.id > $4::bigint order by f.id limit $5`, [
    ...scopeOf(filter),
    after ?? '0',
    limit + 1,
  ]);
  const shown = feeds.slice(0, limit);
  const items: HeldFeed[] = [];
  for (const record of await readHolds(tx, shown, durations))
    for (const hold of record.holds) items.push(await describe(tx, record, hold));
  return { items, next: feeds.length > limit ? shown.at(-1)?.id : undefined };
};

/** The feed's push that is open, or that stopped it. */
export const currentPush = (feedParam: string, blockedParam: string): string =>
  `p.feed_id = ${feedParam} and (p.state in ('sealed', 'sending', 'pending') or p.id = ${blockedParam}::uuid)`;

interface LineRow {
  id: string;
  at: string;
  body: string;
  mark: string | null;
  note: string | null;
  in_push: boolean;
}

const stateOf = (row: LineRow, stopped: boolean): FeedLine['state'] => {
  if (row.mark === 'late' || row.mark === 'skipped' || row.mark === 'before-start') return row.mark;
  if (!row.in_push) return 'waiting';
  return stopped ? 'stopped' : 'sending';
};

export const readLines = async (tx: Queryable, address: HeldAddress, offset: number, limit: number) => {
  const feed = await findHeld(tx, address);
  const { rows } = await tx.query<LineRow>(
    // Each by its own index: what was delivered may be a million lines, and is passed over unread.
    `with batch as (select unnest(p.ids) as id from push p where ${currentPush('$1::bigint', '$4')}),
     line as (
       (select id, local_at, seq, body, mark, note, false as in_push from txn
        where feed_id = $1::bigint and mark is null and (local_at, seq) > ($2, $3::bigint)
        order by txn.local_at, txn.seq limit $5::integer + $6::integer)
       union all
       (select id, local_at, seq, body, mark, note, false from txn
        where $7 and feed_id = $1::bigint and mark in ('late', 'skipped', 'before-start', 'straggler') offset 0)
       union all
       select t.id, t.local_at, t.seq, t.body, t.mark, t.note, true from batch
         cross join lateral (select * from txn where feed_id = $1::bigint and id = batch.id offset 0) t
       where t.mark is null or t.mark = 'sent'
     )
     select id, local_at as at, body, mark, note, in_push from line order by local_at, seq offset $5 limit $6`,
    [
      feed.id,
      feed.state.sealedLocal,
      feed.sealedSeq,
      feed.blockedPush ?? null,
      offset,
      limit + 1,
      feed.late + feed.skipped + feed.stragglers > 0,
    ],
  );
  const items = rows.slice(0, limit).map((row): FeedLine => ({
    id: row.id,
    date: row.at,
    ...knownBy(row.body),
    state: stateOf(row, feed.blockedPush !== undefined),
    note: row.note ?? undefined,
  }));
  return { items, more: rows.length > limit };
};
