/** The other processes of the bench of delivery, and the stores they work on: both on the disk, flushes on. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Database, OpenOptions } from '../../src/store/database.ts';
import { startCluster, type Cluster } from '../node/support/cluster.ts';
import type { FromDeliverer, FromUpstream, ToDeliverer, ToUpstream } from './push-messages.ts';

const cacheDir = join(import.meta.dirname, '../../node_modules/.cache/bank-feed-elements');

/** Says something and waits for the answer of this kind. */
const ask = async <Answer extends { readonly kind: string }, Kind extends Answer['kind']>(
  child: ChildProcess,
  order: ToDeliverer | ToUpstream,
  kind: Kind,
): Promise<Extract<Answer, { kind: Kind }>> => {
  const ended = new AbortController();
  const died = once(child, 'exit', { signal: ended.signal }).then(() => {
    throw new Error('A process of the bench ended before its time.');
  });
  died.catch(() => undefined);
  try {
    const heard = once(child, 'message', { signal: ended.signal });
    child.send(order);
    const [answer] = (await Promise.race([heard, died])) as [Answer];
    if (answer.kind !== kind) throw new Error(`${order.kind}: ${JSON.stringify(answer)}`);
    return answer as Extract<Answer, { kind: Kind }>;
  } finally {
    ended.abort();
  }
};

/** Those that run: where the bench fails, they end before what they work on. */
const running = new Set<ChildProcess>();

const start = (file: string, execArgv: readonly string[]): ChildProcess => {
  const child = fork(new URL(file, import.meta.url), { execArgv: [...execArgv] });
  running.add(child);
  child.on('exit', () => running.delete(child));
  return child;
};

export const endAll = async (): Promise<void> => {
  await Promise.all([...running].map(end));
};

const end = async (child: ChildProcess): Promise<void> => {
  const ended = once(child, 'exit');
  if (child.connected) child.disconnect();
  await ended;
};

export const startUpstream = async () => {
  const child = start('./push-upstream.ts', []);
  const tell = <Kind extends FromUpstream['kind']>(order: ToUpstream, kind: Kind) =>
    ask<FromUpstream, Kind>(child, order, kind);
  const { url } = await tell({ kind: 'start' }, 'started');
  return {
    url,
    async delays(post: number, webhook: number): Promise<void> {
      await tell({ kind: 'delays', post, webhook }, 'done');
    },
    /** Throws where something was lost, came twice or in another order, or where there is not so much. */
    async judge(lines: number): Promise<void> {
      const { lines: found, faults } = await tell({ kind: 'judge' }, 'judged');
      if (faults.length > 0) throw new Error(`What came upstream is wrong:\n${faults.join('\n')}`);
      if (found !== lines) throw new Error(`${found} lines came upstream instead of ${lines}.`);
    },
  };
};
export type NullUpstream = Awaited<ReturnType<typeof startUpstream>>;

/** A process of its own with a store of its own. */
export const startDeliverer = async (place: OpenOptions, upstreamUrl: string) => {
  const profile = process.env['BENCH_CPU_PROF'];
  const execArgv = ['--expose-gc', ...(profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`])];
  const child = start('./push-deliverer.ts', execArgv);
  const tell = <Kind extends FromDeliverer['kind']>(order: ToDeliverer, kind: Kind) =>
    ask<FromDeliverer, Kind>(child, order, kind);
  await tell({ kind: 'open', place, upstreamUrl }, 'done');
  return {
    tell,
    async end(): Promise<void> {
      await tell({ kind: 'close' }, 'done');
      await end(child);
    },
  };
};
export type Deliverer = Awaited<ReturnType<typeof startDeliverer>>;

/** Where new stores are: folders, and databases of a server that ends with the bench. */
export const openPlaces = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bank-feed-bench-'));
  let cluster: Promise<Cluster> | undefined;
  let made = Promise.resolve();
  let count = 0;
  return {
    async fresh(kind: Database['kind']): Promise<OpenOptions> {
      count += 1;
      if (kind === 'pglite') return { dataDir: join(folder, `store-${count}`), cacheDir };
      const name = `bench_${count}`;
      // On the disk, as the folders are: in memory a flush would cost nothing.
      cluster ??= startCluster(tmpdir());
      const url = new URL((await cluster).url);
      // One after the other: a database is copied from one that nobody may use meanwhile.
      made = made.then(async () => {
        const client = new pg.Client({ connectionString: url.href });
        await client.connect();
        try {
          await client.query(`create database ${name}`);
        } finally {
          await client.end();
        }
      });
      await made;
      // The server shares this machine's cores: more sessions than keep them busy only get in each other's way.
      return { url: new URL(`/${name}`, url).href, connections: 2 * availableParallelism() + 1 };
    },
    async remove(): Promise<void> {
      await (await cluster)?.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
export type Places = Awaited<ReturnType<typeof openPlaces>>;
