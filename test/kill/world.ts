/** A fresh store, the processes on it, and Codat on the other side. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Random } from '../sim/random.ts';
import type { Durations } from '../../src/outbox/model.ts';
import { startCluster, type Cluster } from '../node/support/cluster.ts';
import { listenOnFreePort } from '../support/free-ports.ts';
import { command, Fleet, instance } from './fleet.ts';
import type { KillOptions } from './kills.ts';
import { bankAccounts, type Place, type Setup } from './messages.ts';
import type { World } from './trial.ts';
import { startUpstream } from './upstream.ts';

export type StoreKind = 'pglite' | 'postgres';

/** Hours become seconds; what is compared keeps its proportions. */
export const short: Partial<Durations> = {
  lease: 2_000,
  heartbeat: 500,
  sendWindow: 800,
  linger: 20,
  keyLife: 60_000,
  quietWindow: 4_000,
  clockSkew: 1_000,
  pollFirst: 300,
  pollMax: 2_000,
  sweep: 2_000,
  retryFirst: 100,
  retryMax: 1_000,
};

export interface WorldOptions {
  readonly kind: StoreKind;
  readonly seed: number;
  readonly random: Random;
  /** Codat does not look at the Idempotency-Key. */
  readonly ignoreKey?: boolean | undefined;
  readonly durations?: Partial<Durations> | undefined;
  /** The installed command, with its own durations. */
  readonly installed?: boolean | undefined;
  readonly dieInMigration?: boolean | undefined;
  /** Changes the way to the store. */
  readonly way?: ((place: Place) => Promise<Place>) | undefined;
}

export interface OpenWorld extends World, KillOptions {
  readonly place: Place;
  /** A statement on the server, past the processes. */
  readonly ask: (sql: string, params?: readonly unknown[]) => Promise<readonly Record<string, unknown>[]>;
  close(): Promise<void>;
}

let server: Promise<Cluster> | undefined;
let databases = 0;

const administer = async (url: string, sql: string, params: readonly unknown[] = []) => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql, [...params])).rows;
  } finally {
    await client.end();
  }
};

const freshPlace = async (kind: StoreKind): Promise<{ place: Place; remove: () => Promise<void> }> => {
  if (kind === 'pglite') {
    const folder = await mkdtemp(join(tmpdir(), 'bank-feed-kill-'));
    return { place: { dataDir: join(folder, 'store') }, remove: () => rm(folder, { recursive: true, force: true }) };
  }
  const given = process.env['TEST_DATABASE_URL'];
  const admin = given ?? (await (server ??= startCluster())).url;
  databases += 1;
  const name = `bank_feed_kill_${process.pid}_${databases}`;
  await administer(admin, `create database ${name}`);
  const url = new URL(admin);
  url.pathname = `/${name}`;
  return {
    place: { url: url.href },
    remove: async () => void (await administer(admin, `drop database if exists ${name} with (force)`)),
  };
};

export const stopServer = async (): Promise<void> => (await server)?.stop();

/** What the bank says of its accounts, where the command asks for it. */
const startBank = async () => {
  const bank = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(bankAccounts));
  });
  return { url: `http://127.0.0.1:${await listenOnFreePort(bank)}/`, close: () => bank.close() };
};

/** One process on the embedded store, three on a server. */
export const openWorld = async (options: WorldOptions): Promise<OpenWorld> => {
  const { kind, seed, random, ignoreKey = false } = options;
  const { place, remove } = await freshPlace(kind);
  let pick: () => number | undefined = () => undefined;
  const upstream = await startUpstream(seed, ignoreKey, () => pick());
  const bank = await startBank();
  const setup: Setup = {
    place: (await options.way?.(place)) ?? place,
    codatUrl: upstream.url,
    apiKey: upstream.sandbox.apiKey,
    publicUrl: upstream.publicUrl,
    // A key that nobody looks at is no help: what went unanswered is looked for at once.
    durations: { ...short, ...(ignoreKey ? { keyLife: 0 } : {}), ...options.durations },
  };
  if (options.dieInMigration) {
    const [, signal] = (await once(instance(() => ({ ...setup, dieInMigration: true }))(), 'exit')) as [
      unknown,
      string,
    ];
    if (signal !== 'SIGKILL') throw new Error('A process was to end in its migrations, and did not.');
  }
  const launch: () => ChildProcess = options.installed ? command(setup, bank.url) : instance(() => setup);
  const fleet = new Fleet(kind === 'pglite' ? 1 : 3, launch);
  pick = () => fleet.pick(random)?.port;
  fleet.start();
  await fleet.ready();
  const ask = async (sql: string, params?: readonly unknown[]) =>
    'url' in place ? administer(place.url, sql, params) : [];
  return {
    upstream,
    fleet,
    random,
    streams: [],
    place,
    lease: setup.durations.lease ?? 0,
    ask,
    async leaseUntil(companyId) {
      const [row] = await ask(
        `select extract(epoch from max(lease_until)) * 1000 as until from connection where company_id = $1`,
        [companyId],
      );
      return row?.['until'] === null || row === undefined ? undefined : Number(row['until']);
    },
    async close() {
      await fleet.stop();
      bank.close();
      await upstream.close();
      await remove();
    },
  };
};
