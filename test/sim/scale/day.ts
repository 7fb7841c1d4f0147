/**
 * A day of many companies under the simulated clock: the real client, governor and outbox over the simulated store,
 * against a Codat that has nothing but its limits. What it counts is held against the arithmetic.
 */
import { createCodatClient, createGovernor } from '../../../src/codat/index.ts';
import { createOutboxOn } from '../../../src/outbox/outbox.ts';
import { silentLog } from '../../../src/proxy/log.ts';
import { createSharedQuota } from '../../../src/proxy/shared-quota.ts';
import { createUpstream } from '../../../src/proxy/upstream.ts';
import type { Database } from '../../../src/store/database.ts';
import { Process, Scheduler } from '../clock.ts';
import { newStore } from '../ledger/data.ts';
import { createMemoryLedger } from '../memory-ledger.ts';
import { createRandom } from '../random.ts';
import { createLimitedCodat, type Times } from './limited-codat.ts';

const hour = 3_600_000;
const midnight = Date.parse('2026-03-10T00:00:00Z');

export interface Load {
  readonly companies: number;
  readonly accounts: number;
  /** For each account, evenly over the hours, each company at times of its own. */
  readonly handOvers: number;
  readonly hours: number;
  readonly instances: number;
  /** IP addresses, over which instances are spread. */
  readonly addresses: number;
  readonly times: Times;
  readonly seed?: number | undefined;
}

export interface Measured {
  readonly handedOver: number;
  readonly delivered: number;
  /** Requests of a kind for each batch that was delivered. */
  readonly perBatch: { readonly posts: number; readonly reads: number; readonly listings: number };
  readonly requests: number;
  readonly quota: number;
  readonly refused: { readonly day: number; readonly minute: number; readonly company: number };
  /** How often an answer "not now", Codat's or the governor's, closed the gate for all. */
  readonly gateClosings: number;
  readonly peakMinute: number;
  readonly peakOfCompany: number;
  /** From the hand-over to the request that wrote it, in milliseconds. */
  readonly delay: { readonly median: number; readonly p99: number; readonly most: number };
  readonly seconds: number;
}

/** One row, in memory: what the instances' shared quota needs of a database. */
const oneRow = (): Database => {
  let value: string | undefined;
  const query = async (sql: string, params: readonly unknown[] = []): Promise<{ rows: never[] }> => {
    const given = String(params[1]);
    if (sql.startsWith('insert')) value ??= given;
    else if (sql.startsWith('update')) value = given;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the reader checks what it reads
    return { rows: (sql.startsWith('select') ? [{ value }] : []) as never[] };
  };
  let last: Promise<unknown> = Promise.resolve();
  return {
    kind: 'postgres',
    query,
    tx(work) {
      const result = last.then(() => work({ query }));
      last = result.catch(() => undefined);
      return result;
    },
    close: () => Promise.resolve(),
  };
};

const part = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

export const simulateDay = async (load: Load): Promise<Measured> => {
  const began = performance.now();
  const random = createRandom(load.seed ?? 1);
  const scheduler = new Scheduler(random, midnight);
  const store = newStore();
  const database = oneRow();
  const quota = 1_000 * (1 + load.companies);
  const handedOverAt = new Map<string, number>();
  const delays: number[] = [];
  let gateClosings = 0;
  let written = 0;

  const codat = createLimitedCodat({
    scheduler,
    random,
    times: load.times,
    quota,
    webhook(companyId, key) {
      const { process, outbox } = random.pick(instances);
      scheduler.soon(() => void outbox.operationChanged(companyId, key).catch(() => undefined), process);
    },
    landed(key) {
      written += 1;
      for (const id of store.pushes.get(key)?.ids ?? []) {
        delays.push(scheduler.now - (handedOverAt.get(id) ?? 0));
        handedOverAt.delete(id);
      }
    },
  });

  const instances = Array.from({ length: load.instances }, (_, n) => {
    const process = new Process(`instance ${n}`, scheduler, 0);
    const address = `address ${n % load.addresses}`;
    const shared =
      load.instances > 1 ? createSharedQuota({ database, clock: process, log: silentLog, address }) : undefined;
    shared?.start();
    const client = createCodatClient({
      apiKey: 'key',
      baseUrl: 'http://codat',
      transport: codat.from(address),
      governor: createGovernor({ clock: process, store: shared }),
      retries: { maxInterval: 2_000, maxElapsedTime: 5_000 },
      clock: process,
    });
    const outbox = createOutboxOn(
      (publish, durations) =>
        createMemoryLedger({
          store,
          durations,
          publish,
          turn: () => process.turn(),
          storeNow: () => scheduler.now,
          newId: () => random.uuid(),
          alone: load.instances === 1,
        }),
      {
        upstream: createUpstream(client),
        clock: process,
        timeZone: () => 'UTC',
        log: (_level, message) => {
          if (message.endsWith('with throttled')) gateClosings += 1;
        },
      },
    );
    return { process, client, outbox };
  });
  for (const { process, outbox } of instances) scheduler.soon(() => void outbox.start(), process);

  const tasks: Promise<void>[] = [];
  let handedOver = 0;
  const handOver = async (companyId: string, connectionId: string, accountId: string): Promise<void> => {
    const { client, outbox } = random.pick(instances);
    const id = `t-${(handedOver += 1)}`;
    handedOverAt.set(id, scheduler.now);
    // As the proxy does first: which software is it.
    await client.listConnections(companyId, { page: 1, pageSize: 500 }).catch(() => undefined);
    const lines = [{ id, date: '2026-03-09', amount: '1.00', balance: '1.00', description: 'x' }];
    await outbox.accept({ companyId, connectionId, accountId }, lines, { platform: 'xero' });
  };
  for (let company = 0; company < load.companies; company += 1) {
    const companyId = random.uuid();
    const connectionId = random.uuid();
    const step = (load.hours * hour) / load.handOvers;
    const offset = random.int(0, step - 1);
    for (let account = 0; account < load.accounts; account += 1) {
      const accountId = `account-${account}`;
      const facts = { platform: 'xero', connection: 'linked', account: 'connected' } as const;
      tasks.push(
        ...Array.from({ length: load.handOvers }, (_, n) => {
          const { promise, resolve, reject } = Promise.withResolvers<void>();
          const at = offset + n * step + account * 5_000;
          scheduler.after(at, () => {
            const known =
              n > 0
                ? Promise.resolve(true)
                : instances[0]!.outbox.observe({ companyId, connectionId, accountId }, facts);
            known.then(() => handOver(companyId, connectionId, accountId)).then(resolve, reject);
          });
          return promise;
        }),
      );
    }
  }
  let ended = 0;
  for (const task of tasks) void task.finally(() => (ended += 1));

  const atRest = (): boolean => ended === tasks.length && handedOverAt.size === 0 && store.open.size === 0;
  await scheduler.run(() => atRest() || scheduler.now > midnight + 48 * hour);
  await Promise.all(tasks);
  for (const { process } of instances) process.end();
  // An unanswered request would keep this process alive until its time is up, on the real clock.
  await scheduler.run(() => !codat.busy());

  const { posts, reads, listings, peakMinute, peakOfCompany } = codat.counted;
  delays.sort((one, other) => one - other);
  return {
    handedOver,
    delivered: delays.length,
    perBatch: { posts: posts / written, reads: reads / written, listings: listings / written },
    requests: posts + reads + listings,
    quota,
    refused: codat.refused,
    gateClosings,
    peakMinute,
    peakOfCompany,
    delay: { median: part(delays, 0.5), p99: part(delays, 0.99), most: part(delays, 1) },
    seconds: (performance.now() - began) / 1000,
  };
};
