/**
 * Retention: what was delivered long ago is reduced to what guards against sending it again, its id and a
 * fingerprint of its content; history and events of that age go. A little at a time, each its own transaction.
 */
import type { Database, Queryable } from '../../store/database.ts';
import type { Durations } from '../model.ts';
import { fingerprint } from '../transaction-text.ts';
import { instant } from './feeds.ts';

const batch = 1000;

interface LineRow {
  feed_id: string;
  id: string;
  body: string;
}

const reduce = async (tx: Queryable, lines: readonly LineRow[]): Promise<void> => {
  if (lines.length === 0) return;
  await tx.query(
    `update txn t set body = reduced.body
     from unnest($1::bigint[], $2::text[], $3::text[]) as reduced (feed_id, id, body)
     where t.feed_id = reduced.feed_id and t.id = reduced.id`,
    [lines.map((line) => line.feed_id), lines.map(({ id }) => id), lines.map(({ body }) => fingerprint(body))],
  );
};

/** Pushes that ended before then, oldest first; one that another replaces goes after it, for that one has the lines. */
const prunePushes = async (tx: Queryable, before: number): Promise<number> => {
  const { rows } = await tx.query<{ id: string; state: string; lines: number }>(
    `select p.id::text as id, p.state, p.lines from push p
     where p.finished_at < $1::timestamptz and p.state in ('success', 'failed', 'timed-out', 'dropped')
       and not exists (select 1 from feed f where f.id = p.feed_id and f.blocked_push = p.id)
       and not exists (select 1 from push later where later.replaces = p.id)
     order by p.finished_at limit 20 for update of p skip locked`,
    [instant(before)],
  );
  const taken: typeof rows = [];
  let lines = 0;
  for (const row of rows) {
    if (taken.length > 0 && lines + row.lines > batch) break;
    lines += row.lines;
    taken.push(row);
  }
  if (taken.length === 0) return 0;
  const delivered = taken.filter(({ state }) => state === 'success').map(({ id }) => id);
  const { rows: bodies } = await tx.query<LineRow>(
    `select t.feed_id::text as feed_id, t.id, t.body from push p
       cross join lateral unnest(p.ids) as sealed (id)
       join txn t on t.feed_id = p.feed_id and t.id = sealed.id
     where p.id = any($1::uuid[]) and left(t.body, 1) = '{'`,
    [delivered],
  );
  await reduce(tx, bodies);
  await tx.query('delete from push where id = any($1::uuid[])', [taken.map(({ id }) => id)]);
  return taken.length + bodies.length;
};

/** Lines that are never sent. */
const pruneSetAside = async (tx: Queryable, before: number): Promise<number> => {
  const { rows } = await tx.query<LineRow>(
    `select feed_id::text as feed_id, id, body from txn
     where mark in ('skipped', 'before-start') and left(body, 1) = '{' and accepted_at < $1::timestamptz
     order by accepted_at limit ${batch} for update skip locked`,
    [instant(before)],
  );
  await reduce(tx, rows);
  return rows.length;
};

const pruneEvents = async (tx: Queryable, read: number, unread: number): Promise<number> => {
  const { rows } = await tx.query(
    `delete from event where id in (
       (select id from event where acknowledged_at is not null and at < $1::timestamptz limit ${batch})
       union all
       (select id from event where acknowledged_at is null and at < $2::timestamptz limit ${batch}))
     returning id`,
    [instant(read), instant(unread)],
  );
  return rows.length;
};

/** The embedded store has no autovacuum: its lines are cleaned when a fifth of them is dead, as a server would. */
const makeRoom = async (database: Database): Promise<void> => {
  await database.query('select pg_stat_force_next_flush()');
  const { rows } = await database.query<{ stale: boolean }>(
    `select n_dead_tup > 1000 + 0.2 * n_live_tup as stale from pg_stat_user_tables where relname = 'txn'`,
  );
  if (rows[0]?.stale === true) await database.query('vacuum (analyze) txn');
};

export const prune = async (database: Database, now: number, { keep, keepUnread }: Durations): Promise<number> => {
  const pushes = await database.tx((tx) => prunePushes(tx, now - keep));
  const lines = await database.tx((tx) => pruneSetAside(tx, now - keep));
  const events = await database.tx((tx) => pruneEvents(tx, now - keep, now - keepUnread));
  const pruned = pushes + lines + events;
  if (pruned === 0 && database.kind === 'pglite') await makeRoom(database);
  return pruned;
};
