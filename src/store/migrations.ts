/**
 * The tables. Each migration is applied once, in order, all in one transaction; a schema that is ahead of this
 * list is left alone, so an older version can run beside a newer one. Statements are valid on PGlite and
 * PostgreSQL. A published migration is never edited: add another one, first expanding, later contracting.
 */
import type { Database } from './database-types.ts';

interface Migration {
  readonly id: number;
  readonly name: string;
  readonly statements: readonly string[];
}

const first: Migration = {
  id: 1,
  name: 'companies, connections, feeds, transactions, pushes',
  statements: [
    `create table company (
      id text primary key,
      reference text unique,
      name text,
      time_zone text,
      created_at timestamptz not null default now()
    )`,
    `create table setting (key text primary key, value text not null)`,
    `create table webhook_message (
      id text primary key,
      type text not null,
      body text not null,
      received_at timestamptz not null default now(),
      handled_at timestamptz
    )`,
    `create index webhook_message_open on webhook_message (received_at) where handled_at is null`,

    // The newest change of each feed, for live hints. An account id of '' is the connection as a whole.
    // The sequence is not used: versions are transaction ids, so that none is passed over.
    `create sequence hint_version`,
    `create table hint (
      company_id text not null,
      connection_id text not null,
      account_id text not null,
      version bigint not null,
      primary key (company_id, connection_id, account_id)
    )`,
    `create index hint_version_order on hint (version)`,

    // A connection id of '' parks lines whose connection is not known yet.
    `create table connection (
      id bigint generated always as identity primary key,
      company_id text not null,
      connection_id text not null,
      platform text,
      status text not null default 'pending',
      wake_at timestamptz,
      lease_token bigint not null default 0,
      lease_until timestamptz,
      unique (company_id, connection_id)
    )`,
    `create index connection_due on connection (wake_at) where wake_at is not null`,

    // arrivals: how many lines ever came. sealed_local, sealed_seq: the newest line that is in a push; what waits
    // lies behind it, so sealing updates no line. queued: lines in no push. in_push: lines of the open or
    // blocking push. stragglers: queued lines that arrived after a younger one was sealed.
    `create table feed (
      id bigint generated always as identity primary key,
      connection_ref bigint not null references connection (id),
      company_id text not null,
      connection_id text not null,
      account_id text not null,
      account_status text not null default 'none',
      start_date text,
      arrivals bigint not null default 0,
      sealed_local text collate "C" not null default '',
      sealed_seq bigint not null default 0,
      queued integer not null default 0,
      stragglers integer not null default 0,
      in_push integer not null default 0,
      delivered bigint not null default 0,
      late integer not null default 0,
      skipped integer not null default 0,
      waiting_since timestamptz,
      due_at timestamptz,
      failures integer not null default 0,
      blocked text,
      blocked_message text,
      blocked_push uuid,
      blocked_at timestamptz,
      late_at timestamptz,
      last_delivery_at timestamptz,
      last_delivery_lines integer,
      unique (company_id, connection_id, account_id)
    )`,
    `create index feed_due on feed (connection_ref, due_at) where due_at is not null`,
    `create index feed_connection on feed (connection_ref)`,

    // No foreign key to feed: it would be checked once a line. mark: straggler, sent (a straggler that left),
    // late, before-start, skipped; null for the ordinary line.
    `create table txn (
      feed_id bigint not null,
      id text collate "C" not null,
      seq bigint not null,
      local_at text collate "C" not null,
      body text not null,
      mark text,
      note text,
      accepted_at timestamptz not null,
      primary key (feed_id, id)
    )`,
    `create index txn_queue on txn (feed_id, local_at, seq)`,
    `create index txn_marked on txn (feed_id, mark) where mark is not null`,

    // The id is the Idempotency-Key; ids are the lines in the order of the request, fixed at sealing; digest is
    // the SHA-256 of the request body, checked whenever it is put together again.
    `create table push (
      id uuid primary key,
      number bigint generated always as identity,
      feed_id bigint not null,
      connection_ref bigint not null,
      company_id text not null,
      state text not null check (state in ('sealed', 'sending', 'pending', 'success', 'failed', 'timed-out', 'dropped')),
      ids text[] not null,
      lines integer not null,
      first_local text not null,
      last_local text not null,
      digest text not null,
      replaces uuid,
      attempts integer not null default 0,
      in_flight boolean not null default false,
      unanswered boolean not null default false,
      spent boolean not null default false,
      first_try_at timestamptz,
      last_try_at timestamptz,
      next_at timestamptz,
      polls integer not null default 0,
      operation_key text,
      reason text,
      message text,
      errors text,
      sealed_at timestamptz not null,
      finished_at timestamptz
    )`,
    `create unique index push_one_open on push (feed_id) where state in ('sealed', 'sending', 'pending')`,
    `create unique index push_one_unanswered on push (connection_ref) where state = 'sending'`,
    `create unique index push_operation on push (company_id, operation_key) where operation_key is not null`,
    `create index push_poll on push (next_at) where state = 'pending'`,
    `create unique index push_history on push (feed_id, number)`,

    // Nobody sends before: scope '' is everybody, else a company.
    `create table gate (scope text primary key, until timestamptz not null, reason text not null)`,

    `create table event (
      id bigint generated always as identity primary key,
      at timestamptz not null,
      company_id text not null,
      connection_id text not null,
      account_id text not null,
      type text not null,
      data text not null,
      acknowledged_at timestamptz
    )`,
    `create index event_open on event (id) where acknowledged_at is null`,
  ],
};

/** What looking after old rows, and after operations that nobody here sent, searches by. */
const second: Migration = {
  id: 2,
  name: 'indexes for retention and for looking after push operations',
  statements: [
    `create index push_finished on push (finished_at) where finished_at is not null`,
    `create index push_replaces on push (replaces) where replaces is not null`,
    // Lines that are never sent, while their content is kept.
    `create index txn_set_aside on txn (accepted_at) where mark in ('skipped', 'before-start') and left(body, 1) = '{'`,
    `create index event_read on event (at) where acknowledged_at is not null`,
    `create index event_unread on event (at) where acknowledged_at is null`,
    `create index event_alarm on event (company_id) where type = 'alarm'`,
  ],
};

/** A load comes in parts: nothing of a feed leaves before this time, unless the last part comes earlier. */
const third: Migration = {
  id: 3,
  name: 'loads in parts',
  statements: [`alter table feed add column loading_until timestamptz`],
};

/** Events are numbered before their transactions end, so what a host acknowledges is what it was told. */
const fourth: Migration = {
  id: 4,
  name: 'events that were told',
  statements: [`alter table event add column told boolean not null default false`],
};

/**
 * An account that is mapped anew may lead into other books. Up to this push, this arrival, all went where it led
 * before, but for a batch that was open then; that many of the lines that are delivered went there.
 */
const fifth: Migration = {
  id: 5,
  name: 'what went where an account led before',
  statements: [
    `alter table feed add column former_push bigint not null default 0`,
    `alter table feed add column former_arrivals bigint not null default 0`,
    `alter table feed add column former_open uuid`,
    `alter table feed add column former_delivered bigint not null default 0`,
  ],
};

/** What the host last called an account, as a fingerprint: one with another name was renamed by the customer. */
const sixth: Migration = {
  id: 6,
  name: 'names that hosts gave',
  statements: [
    `create table given_name (
      company_id text not null,
      connection_id text not null,
      account_id text not null,
      name text not null,
      primary key (company_id, connection_id, account_id)
    )`,
  ],
};

/** What a customer calls an account, whatever software it is connected to. */
const seventh: Migration = {
  id: 7,
  name: 'names that customers gave',
  statements: [
    `create table own_name (
      company_id text not null,
      account_id text not null,
      name text not null,
      primary key (company_id, account_id)
    )`,
  ],
};

/** A connection is linked again for all its accounts at once, and each is seen on its own. */
const eighth: Migration = {
  id: 8,
  name: 'accounts not seen since their connection was linked again',
  statements: [`alter table feed add column relinked boolean not null default false`],
};

const ninth: Migration = {
  id: 9,
  name: 'revoked sessions',
  statements: [
    `create table revocation (
      kind text not null,
      id text not null,
      at bigint not null,
      added_at timestamptz not null default clock_timestamp(),
      primary key (kind, id)
    )`,
    `create index revocation_added on revocation (added_at)`,
  ],
};

export const migrations: readonly Migration[] = [first, second, third, fourth, fifth, sixth, seventh, eighth, ninth];

/** Tables whose rows are updated in place; the embedded store, which has no autovacuum, cleans them by a timer. */
export const updatedTables = ['connection', 'feed', 'push', 'hint', 'gate', 'event', 'webhook_message'] as const;

/** Held while migrating, so that several instances may start at once. Any fixed number of our own. */
const migrationLock = 7_266_053_041;

/** The names of what `migrate` would apply. Changes nothing. */
export const pendingMigrations = async (database: Database): Promise<readonly string[]> => {
  const { rows } = await database.query<{ exists: boolean }>(
    `select to_regclass('schema_migration') is not null as exists`,
  );
  if (rows[0]?.exists !== true) return migrations.map(({ name }) => name);
  const applied = await database.query<{ id: number }>('select id from schema_migration');
  const known = new Set(applied.rows.map(({ id }) => id));
  return migrations.filter(({ id }) => !known.has(id)).map(({ name }) => name);
};

/** Applies what is missing and answers the names of what it applied. */
export const migrate = (database: Database, list: readonly Migration[] = migrations): Promise<readonly string[]> =>
  database.tx(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1::bigint)', [migrationLock]);
    await tx.query(
      `create table if not exists schema_migration (
        id integer primary key, name text not null, applied_at timestamptz not null default now()
      )`,
    );
    const { rows } = await tx.query<{ id: number }>('select id from schema_migration');
    const known = new Set(rows.map((row) => row.id));
    const applied: string[] = [];
    for (const { id, name, statements } of list) {
      if (known.has(id)) continue;
      for (const statement of statements) await tx.query(statement);
      await tx.query('insert into schema_migration (id, name) values ($1, $2)', [id, name]);
      applied.push(name);
    }
    return applied;
  });
