/** What is measured, each in rounds: one line of figures a round. */
import { randomUUID } from 'node:crypto';
import type { FeedKey } from '../../src/outbox/model.ts';
import type { Database } from '../../src/store/database.ts';
import { fetchLoop } from './push-loop.ts';
import type { Drained, Memory } from './push-messages.ts';
import { startDeliverer, type Deliverer, type NullUpstream, type Places } from './push-processes.ts';

export interface Bench {
  readonly places: Places;
  readonly upstream: NullUpstream;
  readonly rounds: number;
}

export const perBatch = 1000;
const stores = ['pglite', 'postgres'] as const;
type Kind = Database['kind'];

const note = (text: string): void => void process.stderr.write(`${text}\n`);

let feedsMade = 0;
/** Accounts on connections, each connection a company's; no name comes twice in a run. */
const feedsOn = (connections: number, accountsEach: number): readonly FeedKey[] =>
  Array.from({ length: connections }, () => {
    const connection = { companyId: randomUUID(), connectionId: randomUUID() };
    return Array.from({ length: accountsEach }, () => ({ ...connection, accountId: `account-${(feedsMade += 1)}` }));
  }).flat();

const begin = async ({ places, upstream }: Bench, kind: Kind, feeds: readonly FeedKey[]): Promise<Deliverer> => {
  const deliverer = await startDeliverer(await places.fresh(kind), upstream.url);
  await deliverer.tell({ kind: 'connect', feeds }, 'done');
  return deliverer;
};

export interface Accepted {
  readonly perSecond: number;
  readonly rawPerSecond: number;
}

/** Each store by itself: lines a second through the outbox, and by one statement a call into the same table. */
export const measureAccepting = async (bench: Bench, lines: number, perCall: number) => {
  const found: Record<Kind, Accepted[]> = { pglite: [], postgres: [] };
  const deliverers = await Promise.all(
    stores.map(async (kind) => [kind, await begin(bench, kind, feedsOn(1, 1))] as const),
  );
  for (let round = -1; round < bench.rounds; round += 1)
    for (const [kind, deliverer] of deliverers) {
      const { ms, rawMs } = await deliverer.tell({ kind: 'accept', lines, perCall }, 'accepted');
      // The first one is for the compiler.
      if (round >= 0) found[kind].push({ perSecond: (lines / ms) * 1000, rawPerSecond: (lines / rawMs) * 1000 });
    }
  for (const [, deliverer] of deliverers) await deliverer.end();
  return found;
};

export interface Delivered {
  readonly perSecond: number;
  /** Milliseconds of processor time for 1,000 transactions. */
  readonly cpu: number;
  readonly serverCpu: number | undefined;
}

const deliveredOf = ({ lines, ms, cpuMs, serverCpuMs }: Omit<Drained, 'allLines'>): Delivered => ({
  perSecond: (lines / ms) * 1000,
  cpu: (cpuMs / lines) * 1000,
  serverCpu: serverCpuMs === undefined ? undefined : (serverCpuMs / lines) * 1000,
});

export interface Shape {
  readonly connections: number;
  readonly accountsEach: number;
  readonly batches: number;
  readonly kinds: readonly Kind[];
}

/** At 50 ms and 50 ms: each store in turn with the loop over fetch, `batches` of 1,000 on each account a round. */
export const measureDraining = async (bench: Bench, { connections, accountsEach, batches, kinds }: Shape) => {
  const { upstream, rounds } = bench;
  await upstream.delays(50, 50);
  const lines = connections * accountsEach * batches * perBatch;
  const deliverers = await Promise.all(
    kinds.map(async (kind) => [kind, await begin(bench, kind, feedsOn(connections, accountsEach))] as const),
  );
  const loopFeeds = feedsOn(connections, accountsEach);
  const found: Record<Kind | 'loop', Delivered[]> = { pglite: [], postgres: [], loop: [] };
  // A warm-up of one batch an account, then the rounds.
  for (let round = -1; round < rounds; round += 1) {
    const each = round < 0 ? 1 : batches;
    const expected = connections * accountsEach * each * perBatch;
    for (const [kind, deliverer] of deliverers) {
      await deliverer.tell({ kind: 'queue', queued: each * perBatch }, 'done');
      const drained = await deliverer.tell({ kind: 'drain', lines: expected }, 'drained');
      await upstream.judge(expected);
      if (round >= 0) found[kind].push(deliveredOf(drained));
    }
    const before = round < 0 ? 0 : (1 + round * batches) * perBatch;
    const { ms, cpuMs } = await fetchLoop(upstream.url, loopFeeds, before, each);
    await upstream.judge(expected);
    if (round >= 0) found.loop.push(deliveredOf({ ms, cpuMs, lines, serverCpuMs: undefined }));
    note(`  round ${round + 1} of ${rounds}`);
  }
  for (const [, deliverer] of deliverers) await deliverer.end();
  return found;
};

export interface Level {
  readonly queued: number;
  /** Milliseconds for 1,000 transactions, by round, where upstream answers at once. */
  readonly ms: readonly number[];
  readonly cpu: readonly number[];
  readonly memory: Memory;
}

const drainsARound = 3;
const batchesADrain = 10;

/** One account with so many lines queued, filled up again off the clock after every ten batches. */
export const measureLevels = async (bench: Bench, kind: Kind, levels: readonly number[]): Promise<readonly Level[]> => {
  const { upstream, places, rounds } = bench;
  await upstream.delays(0, 0);
  const open = await Promise.all(
    levels.map(async (queued) => {
      const place = await places.fresh(kind);
      const feeds = feedsOn(1, 1);
      // Filled by another process, whose memory is not looked at.
      const filler = await startDeliverer(place, upstream.url);
      await filler.tell({ kind: 'connect', feeds }, 'done');
      await filler.tell({ kind: 'queue', queued }, 'done');
      await filler.end();
      const deliverer = await startDeliverer(place, upstream.url);
      await deliverer.tell({ kind: 'connect', feeds }, 'done');
      return { queued, deliverer, ms: [] as number[], cpu: [] as number[] };
    }),
  );
  for (let round = -1; round < rounds; round += 1) {
    const spent = open.map(() => ({ ms: 0, cpuMs: 0, lines: 0 }));
    for (let drain = 0; drain < drainsARound; drain += 1)
      for (const [n, { queued, deliverer }] of open.entries()) {
        await deliverer.tell({ kind: 'queue', queued }, 'done');
        const drained = await deliverer.tell({ kind: 'drain', lines: batchesADrain * perBatch }, 'drained');
        await upstream.judge(drained.allLines);
        const sum = spent[n];
        if (sum === undefined) continue;
        sum.ms += drained.ms;
        sum.cpuMs += drained.cpuMs + (drained.serverCpuMs ?? 0);
        sum.lines += drained.lines;
      }
    for (const [n, { ms, cpu }] of open.entries()) {
      const sum = spent[n];
      if (round < 0 || sum === undefined) continue;
      ms.push((sum.ms / sum.lines) * 1000);
      cpu.push((sum.cpuMs / sum.lines) * 1000);
    }
    note(`  round ${round + 1} of ${rounds}`);
  }
  const found: Level[] = [];
  for (const { queued, deliverer, ms, cpu } of open) {
    found.push({ queued, ms, cpu, memory: await deliverer.tell({ kind: 'memory' }, 'memory') });
    await deliverer.end();
  }
  return found;
};
