/**
 * `npm run bench:store -- [--lines N] [--batch N]`: what a PostgreSQL server has to carry. Lines are handed over in
 * small batches, delivered to an upstream in this process that answers at once, and pruned 91 days later. Prints bytes
 * of each table and its indexes, write-ahead log, transactions and CPU time for a million lines. The server is the
 * one that tests use, or the one that TEST_DATABASE_URL names.
 */
import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import type { Upstream } from '../../src/outbox/model.ts';
import { createOutbox, type Outbox } from '../../src/outbox/outbox.ts';
import { openDatabase, type Database } from '../../src/store/database.ts';
import { startCluster } from '../node/support/cluster.ts';

const { values } = parseArgs({
  options: { lines: { type: 'string', default: '200000' }, batch: { type: 'string', default: '25' } },
});
const [lines, batch] = [Number(values.lines), Number(values.batch)];
if (!(lines >= batch && batch >= 1 && lines % batch === 0)) throw new RangeError('--lines: a multiple of --batch.');

const given = process.env['TEST_DATABASE_URL'];
const cluster = given === undefined ? await startCluster() : undefined;
const name = `bank_feed_bench_${process.pid}`;
const url = new URL(given ?? cluster?.url ?? '');
const admin = new pg.Client({ connectionString: url.href });
await admin.connect();
await admin.query(`create database ${name}`);
url.pathname = `/${name}`;

const number = async (sql: string): Promise<number> => {
  const { rows } = await admin.query<{ n: string }>(sql);
  return Number(rows[0]?.n);
};

/** CPU seconds of the server and all its processes, those that ended included; NaN where the system does not tell. */
const serverCpu = async (): Promise<number> => {
  try {
    const { rows } = await admin.query<{ text: string }>(`select pg_read_file('postmaster.pid') as text`);
    const root = rows[0]?.text.split('\n')[0];
    let ticks = 0;
    for (const pid of await readdir('/proc')) {
      if (!/^\d+$/.test(pid)) continue;
      const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
      if (pid !== root && fields[1] !== root) continue;
      ticks += Number(fields[11]) + Number(fields[12]);
      if (pid === root) ticks += Number(fields[13]) + Number(fields[14]);
    }
    return ticks > 0 ? ticks / 100 : Number.NaN;
  } catch {
    return Number.NaN;
  }
};

const read = async () => {
  await admin.query('select pg_stat_force_next_flush()').catch(() => undefined);
  const { user, system } = process.cpuUsage();
  return {
    wal: await number('select pg_current_wal_lsn() - $$0/0$$::pg_lsn as n'),
    commits: await number(`select xact_commit as n from pg_stat_database where datname = '${name}'`),
    own: (user + system) / 1e6,
    server: await serverCpu(),
    at: performance.now(),
  };
};
type Reading = Awaited<ReturnType<typeof read>>;

const perMillion = 1e6 / lines;
const megabytes = (bytes: number): string => `${((bytes * perMillion) / 1e6).toFixed(0).padStart(6)} MB`;

const tell = (what: string, from: Reading, to: Reading): void => {
  const thousand = 1_000 / lines;
  console.log(
    `${what.padEnd(14)} write-ahead log ${megabytes(to.wal - from.wal)} a million, ` +
      `${((to.commits - from.commits) / (lines / batch)).toFixed(1)} transactions a batch, CPU for 1,000 lines: ` +
      `${((to.own - from.own) * 1_000 * thousand).toFixed(1)} ms here, ` +
      `${((to.server - from.server) * 1_000 * thousand).toFixed(1)} ms server, ` +
      `${((to.at - from.at) / 1000).toFixed(0)} s`,
  );
};

const sizes = async (database: Database, title: string): Promise<void> => {
  await database.query('vacuum (analyze)');
  const { rows } = await database.query<{ name: string; rows: number; data: string; indexes: string }>(
    `select relname as name, n_live_tup::int as rows,
       (pg_total_relation_size(relid) - pg_indexes_size(relid))::text as data, pg_indexes_size(relid)::text as indexes
     from pg_stat_user_tables where n_live_tup > 0 order by pg_total_relation_size(relid) desc limit 7`,
  );
  console.log(`\n${title}, for a million lines in batches of ${batch}`);
  for (const row of rows)
    console.log(
      `  ${row.name.padEnd(16)} ${(row.rows * perMillion).toFixed(0).padStart(9)} rows ` +
        `${megabytes(Number(row.data))} and ${megabytes(Number(row.indexes))} of indexes`,
    );
};

const operations = new Map<string, { companyId: string; connectionId: string }>();
let outbox: Outbox;
let delivered = 0;
const upstream: Upstream = {
  async create({ companyId, connectionId, commit }) {
    if (commit?.() === false) return { kind: 'not-sent' };
    const key = randomUUID();
    operations.set(key, { companyId, connectionId });
    setTimeout(() => void outbox.operationChanged(companyId, key), 5);
    return {
      kind: 'accepted',
      operation: { key, connectionId, status: 'pending', requestedAt: Date.now(), errors: [] },
    };
  },
  async get(_company, key) {
    const operation = operations.get(key);
    return operation && { ...operation, key, status: 'success', requestedAt: Date.now(), errors: [] };
  },
  list: async () => [],
};

const database = await openDatabase({ url: url.href });
try {
  outbox = createOutbox({
    database,
    upstream,
    onEvent: ({ type }) => void (delivered += type === 'delivered' ? 1 : 0),
    durations: { linger: 0 },
  });
  const batches = lines / batch;
  const days = 20;
  const feeds = Array.from({ length: Math.ceil(batches / days) }, (_, n) => ({
    companyId: `00000000-0000-4000-8000-${String(n >> 1).padStart(12, '0')}`,
    connectionId: `00000000-0000-4000-9000-${String(n >> 1).padStart(12, '0')}`,
    accountId: `GB33BUKB2020155555${String(n).padStart(6, '0')}`,
  }));
  for (const feed of feeds)
    await outbox.observe(feed, { platform: 'xero', connection: 'linked', account: 'connected' });
  await outbox.start();

  const transaction = (feed: number, day: number, n: number) => ({
    id: `${String(feed).padStart(6, '0')}-${String(day).padStart(4, '0')}-${String(n).padStart(6, '0')}`,
    date: `2026-01-${String(day + 1).padStart(2, '0')}T09:30:00`,
    amount: `-${100 + n}.${10 + day}`,
    balance: `${18_000 + n}.20`,
    description: 'CARD PAYMENT TO MILLBROOK FLOUR 4242',
    transactionType: 'Debit',
  });
  const before = await read();
  let handed = 0;
  const handOver = async (): Promise<void> => {
    while (handed < batches) {
      const [day, n] = [Math.floor(handed / feeds.length), handed % feeds.length];
      handed += 1;
      // A batch for each hand-over, as on a night of its own.
      while (handed - delivered > feeds.length) await new Promise((resolve) => void setTimeout(resolve, 2));
      await outbox.accept(
        feeds[n]!,
        Array.from({ length: batch }, (_, line) => transaction(n, day, line)),
        { platform: 'xero' },
      );
    }
  };
  await Promise.all(Array.from({ length: 4 }, handOver));
  while ((await count(database, `select count(*) as n from push where state <> 'success'`)) > 0)
    await new Promise((resolve) => void setTimeout(resolve, 50));
  while ((await count(database, 'select coalesce(sum(queued), 0) as n from feed')) > 0)
    await new Promise((resolve) => void setTimeout(resolve, 50));
  await outbox.stop();
  const after = await read();
  const sent = await count(database, 'select count(*) as n from push');
  console.log(`${lines} lines, ${sent} batches, ${feeds.length} feeds`);
  tell('delivered', before, after);
  await sizes(database, 'Whole');

  const events = await outbox.events({ limit: 1 });
  if (events.length > 0) await database.query('update event set acknowledged_at = now()');
  const later = Date.now() + 91 * 86_400_000;
  const start = performance.now();
  const pruner = createOutbox({
    database,
    upstream,
    clock: {
      now: () => later + Math.round(performance.now() - start),
      sleep: (ms, signal) =>
        new Promise((resolve) => {
          const timer = setTimeout(resolve, ms);
          signal?.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
        }),
    },
    durations: { sweep: 50 },
    log: (level, message) => void (level === 'error' && console.log(message)),
  });
  await pruner.start();
  while ((await count(database, 'select (select count(*) from push) + (select count(*) from event) as n')) > 0)
    await new Promise((resolve) => void setTimeout(resolve, 200));
  await pruner.stop();
  tell('pruned', after, await read());
  await database.query('vacuum full');
  await sizes(database, 'Pruned, ids kept, without the room that is free for new lines');
} finally {
  await database.close();
  await admin.query(`drop database ${name} with (force)`);
  await admin.end();
  await cluster?.stop();
}

async function count(on: Database, sql: string): Promise<number> {
  const { rows } = await on.query<{ n: string }>(sql);
  return Number(rows[0]?.n);
}
