/** How soon the built command listens, and how soon its store is open: an empty one of each kind, and one that is there. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { buildAll } from '../../scripts/build.ts';
import { atRoot } from '../../scripts/root.ts';
import { startCluster } from '../node/support/cluster.ts';
import { median, type Figure } from './elements/bench.ts';
import { freePort } from '../support/free-ports.ts';

const settings = {
  CODAT_API_KEY: 'bench',
  CODAT_URL: 'http://127.0.0.1:9',
  BANK_FEED_PAGE_ORIGINS: 'https://bank.example',
  BANK_FEED_TOKEN_SECRET: 'a token secret of more than thirty-two bytes',
  BANK_FEED_SERVER_SECRET: 'a-server-secret-of-more-than-32-characters',
  BANK_FEED_SOURCE_ACCOUNTS_URL: 'http://127.0.0.1:9/accounts',
};

/** How Node is started: by its path, or pinned to a core. */
export type Program = readonly [file: string, ...args: string[]];

/** Milliseconds from the command to each answer. */
const startOnce = async (
  [program, ...given]: Program,
  store: Readonly<Record<string, string>>,
): Promise<{ listening: number; ready: number }> => {
  const port = await freePort();
  const began = performance.now();
  const child = spawn(program, [...given, atRoot('dist/server/commands/main.js')], {
    env: {
      ...process.env,
      ...settings,
      ...store,
      PORT: String(port),
      BANK_FEED_PUBLIC_URL: `http://127.0.0.1:${port}`,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const until = async (path: string): Promise<number> => {
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined);
      await answer?.arrayBuffer();
      if (answer?.ok) return performance.now() - began;
      if (child.exitCode !== null) throw new Error(`The command ended with ${child.exitCode}.`);
      await delay(2);
    }
  };
  try {
    return { listening: await until('/healthz'), ready: await until('/readyz') };
  } finally {
    const ended = once(child, 'exit');
    child.kill();
    await ended;
  }
};

export async function startFigures(rounds: number, node: Program): Promise<Figure[]> {
  await buildAll();
  const folder = await mkdtemp(join(tmpdir(), 'bank-feed-bench-'));
  const cluster = await startCluster();
  const administer = async (statement: string): Promise<void> => {
    const client = new pg.Client({ connectionString: cluster.url });
    await client.connect();
    await client.query(statement);
    await client.end();
  };
  try {
    const embedded = [];
    const server = [];
    for (let n = 0; n < rounds; n += 1) {
      const dataDir = join(folder, String(n));
      await startOnce(node, { BANK_FEED_DATA_DIR: dataDir });
      embedded.push(await startOnce(node, { BANK_FEED_DATA_DIR: dataDir }));
      await administer(`create database bench_${n}`);
      const url = new URL(cluster.url);
      url.pathname = `/bench_${n}`;
      server.push(await startOnce(node, { DATABASE_URL: url.href, BANK_FEED_DURABLE_STORAGE: 'yes' }));
    }
    const listening = [...embedded, ...server].map((start) => start.listening);
    return [
      { what: 'from the command to listening', value: median(listening), unit: 'ms', atMost: 400 },
      { what: 'to ready, the embedded store', value: median(embedded.map(({ ready }) => ready)), unit: 'ms' },
      {
        what: 'to ready, an empty database of PostgreSQL',
        value: median(server.map(({ ready }) => ready)),
        unit: 'ms',
      },
    ];
  } finally {
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
