/**
 * A PostgreSQL server that several instances share: a pool of connections behind the same interface as the embedded
 * store. What one process alone never meets is met here: transactions undone for the sake of others, connections
 * that broke or went silent, servers whose settings would lose commits.
 */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool, PoolClient, PoolConfig, QueryConfig, QueryResult } from 'pg';
import type { Database, Queryable, ServerOptions } from './database-types.ts';
import { checkServer } from './server-check.ts';
import { noteAway, sqlState, StoreError } from './store-error.ts';

const defaultConnections = 10;
const defaultAnswerWithin = 30_000;
const slowWithin = 600_000;
const connectWithin = 10_000;
/** How often a transaction is tried that the server undoes. */
const mostTries = 6;
/** Each takes some memory on every connection of the server. */
const mostNames = 200;

const loadDriver = async () => {
  try {
    const { default: driver } = await import('pg');
    return driver;
  } catch (cause) {
    throw new StoreError(
      'store_driver_missing',
      'A store on a PostgreSQL server needs the package pg (8). Install it: npm install pg@8',
      { cause },
    );
  }
};

/** Where the URL leads, without its password: for messages. */
const placeOf = (url: string): string => {
  if (!URL.canParse(url) || !/^postgres(ql)?:$/.test(new URL(url).protocol)) {
    // Not quoted: it may hold a password. No cause either: its error would quote it.
    throw new StoreError(
      'store_url_invalid',
      'The URL of the database is not one. Give postgres://user:password@host:5432/database, special characters of the password percent-encoded.',
    );
  }
  const { username, host, pathname } = new URL(url);
  return `${username === '' ? '' : `${username}@`}${host}${pathname}`;
};

/** Serialization failure, deadlock: undone for certain, and likely to succeed when done again. */
const undone = ['40001', '40P01'];

/**
 * A prepared statement that is not there, is there already, or whose tables were changed: a pooler has exchanged the
 * connection beneath, or the tables were migrated. Undone as well, and done again without.
 */
const misprepared = ['26000', '42P05', '0A000'];

const isUndone = (error: unknown): boolean => [...undone, ...misprepared].includes(sqlState(error) ?? '');

/**
 * After this error the connection is of no use: it broke or went silent (no SQL state), the server ends it or shuts
 * down (08, 57P), or it leads to a server that has become a standby (25006).
 */
const breaksConnection = (error: unknown): boolean => {
  const state = sqlState(error);
  return state === undefined || state.startsWith('08') || state.startsWith('57P') || state === '25006';
};

const int8 = 20;
const date = 1082;

/** The server ended a statement that took too long. */
const queryCanceled = '57014';

/** Does again what the server undid for the sake of others, a few times, with growing pauses. */
const repeated = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isUndone(error) || tries === mostTries) throw error;
      await sleep(2 ** tries * (5 + 10 * Math.random()));
    }
  }
};

/** One statement on a connection; `within` in milliseconds. */
type Ask = (sql: string, params?: readonly unknown[], within?: number) => Promise<QueryResult>;

/** Its types leave out that the limit may be a statement's own. */
type LimitedQuery = QueryConfig & { readonly query_timeout: number };

/** What the embedded store makes of these types; of all others both drivers make the same. */
const parsers = new Map<number, (text: string) => unknown>([
  [int8, (text) => (Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text))],
  [date, (text) => new Date(text)],
]);

export const openPostgres = async (options: ServerOptions): Promise<Database> => {
  const { url, log, answerWithin = defaultAnswerWithin } = options;
  const place = placeOf(url);
  const driver = await loadDriver();
  const types: PoolConfig['types'] = {
    // oxlint-disable-next-line typescript/no-explicit-any -- as the driver declares it
    getTypeParser: (oid: number, format?: any): any =>
      (format === 'binary' ? undefined : parsers.get(oid)) ?? driver.types.getTypeParser(oid, format),
  };
  const pool: Pool = new driver.Pool({
    connectionString: url,
    application_name: 'bank-feed-proxy',
    max: options.connections ?? defaultConnections,
    connectionTimeoutMillis: connectWithin,
    idleTimeoutMillis: 30_000,
    // After a failover or a change of addresses, connections lead to the new place in the end.
    maxLifetimeSeconds: 1800,
    // A peer that is gone without a word: found on an idle connection by keep-alive, under a statement by its limit.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types,
  });
  pool.on('error', (error) => log?.('warn', `A connection to ${place} broke while idle: ${error.message}`));

  const ready = new WeakSet<PoolClient>();
  /** Names of statements: reading and planning them anew each time costs the server more than carrying them out. */
  let names: Map<string, string> | undefined = new Map();
  const nameOf = (sql: string): string | undefined => {
    if (names === undefined || names.size === mostNames) return names?.get(sql);
    // Of what it says: behind a pooler the same name must be the same statement, whoever prepared it.
    const name = names.get(sql) ?? `bank_feed_${createHash('sha256').update(sql).digest('hex').slice(0, 40)}`;
    names.set(sql, name);
    return name;
  };
  let closing: Promise<void> | undefined;

  /** Lends a connection. What the statements say of it is noted, so that a broken one is not lent again. */
  const withConnection = async <Result>(work: (ask: Ask) => Promise<Result>): Promise<Result> => {
    if (closing !== undefined) throw new StoreError('store_closed', 'The store is closed.');
    const client = await pool.connect().catch((error: unknown) => {
      noteAway(error);
      throw error;
    });
    let broken: Error | undefined;
    // Between two statements nobody else listens, and an error without a listener would end the process.
    const note = (error: Error): void => {
      broken ??= error;
      noteAway(broken);
    };
    client.on('error', note);
    const ask: Ask = async (sql, params, within = answerWithin) => {
      // Nothing is queued behind a statement that was given up.
      if (broken !== undefined) throw broken;
      try {
        const query: LimitedQuery = { text: sql, values: [...(params ?? [])], query_timeout: within + 1_000 };
        const name = params === undefined ? undefined : nameOf(sql);
        return await client.query(name === undefined ? query : { ...query, name });
      } catch (error) {
        if (misprepared.includes(sqlState(error) ?? '')) names = undefined;
        if (!breaksConnection(error)) throw error;
        note(error instanceof Error ? error : new Error(String(error)));
        throw broken ?? error;
      }
    };
    try {
      if (!ready.has(client)) {
        // The server gives up before this side does; a transaction whose process froze does not keep its locks. A
        // queue is read by its index, in its order: before a large load was analysed, the server would rather sort it
        // all for each batch.
        await ask(
          `select set_config('statement_timeout', $1, false),
             set_config('idle_in_transaction_session_timeout', $2, false),
             set_config('enable_bitmapscan', 'off', false)`,
          [String(answerWithin), String(answerWithin)],
        );
        ready.add(client);
      }
      return await work(ask);
    } finally {
      client.off('error', note);
      client.release(broken ?? false);
    }
  };

  const once = <Result>(work: (tx: Queryable) => Promise<Result>, slow: boolean): Promise<Result> =>
    withConnection(async (ask) => {
      await ask('begin isolation level read committed');
      const within = slow ? Math.max(slowWithin, answerWithin) : answerWithin;
      let result: Result;
      try {
        if (slow) await ask(`select set_config('statement_timeout', $1, true)`, [String(within)]);
        result = await work({ query: (sql, params) => ask(sql, params, within) });
      } catch (error) {
        await ask('rollback').catch(() => undefined);
        throw error;
      }
      const { command } = await ask('commit');
      if (command !== 'COMMIT') throw new Error('A statement failed in this transaction, so it was rolled back.');
      return result;
    });

  const database: Database = {
    kind: 'postgres',
    query: (sql, params) => repeated(() => withConnection((ask) => ask(sql, params))),
    async tx(work, { slow = false } = {}) {
      try {
        return await repeated(() => once(work, false));
      } catch (error) {
        // Only what did take long gets the time: a connection that is silent would be waited for as long.
        if (!slow || sqlState(error) !== queryCanceled) throw error;
        return repeated(() => once(work, true));
      }
    },
    close() {
      closing ??= pool.end();
      return closing;
    },
  };
  try {
    await checkServer(database, place, options.durableStorage === true);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
};
