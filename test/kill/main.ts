/**
 * `npm run test:kill -- --runs N [--store pglite|postgres|both] [--point NAME] [--only kinds] [--seed S]`: delivery by
 * real processes that are killed, frozen, ended, cut off from disk and network while the simulated Codat has its
 * faults. N kills on each store; of the rest as many as stand in `others`, or as `--others` says.
 */
import { parseArgs } from 'node:util';
import { createRandom } from '../sim/random.ts';
import { judge } from './judge.ts';
import { runFreeze, runKill, type Strike } from './kills.ts';
import { killPoints, type KillPoint } from './messages.ts';
import { runFull, runSilent, runTerm, runTerminated, runTorn } from './others.ts';
import { openRelay, type Relay } from './relay.ts';
import { runTrial } from './trial.ts';
import { Table } from './table.ts';
import { openWorld, stopServer, type OpenWorld, type StoreKind, type WorldOptions } from './world.ts';

const kinds = ['kills', 'freezes', 'terms', 'disk', 'server', 'network'] as const;
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '60' },
    others: { type: 'string' },
    store: { type: 'string', default: 'both' },
    point: { type: 'string' },
    only: { type: 'string', default: kinds.join(',') },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const [runs, seed] = [Number(values.runs), Number(values.seed)];
/** How many of each, unless told otherwise; connections that go silent take half a minute each. */
const others = { freezes: 20, terms: 20, torn: 20, full: 4, server: 6, network: 3 };
const times = (kind: keyof typeof others): number => Number(values.others ?? others[kind]);
const stores = (['pglite', 'postgres'] as const).filter((kind) => values.store === 'both' || values.store === kind);
const wanted = new Set(values.only.split(','));
const random = createRandom(seed);
const table = new Table();
console.log(`seed ${seed}`);

const within = async (
  name: string,
  options: Omit<WorldOptions, 'seed' | 'random'>,
  work: (world: OpenWorld) => Promise<void>,
): Promise<void> => {
  const world = await openWorld({ ...options, seed, random });
  try {
    await work(world);
    for (const { starts } of world.fleet.slots) table.started(options.kind, starts);
    // What came later than the end of its run is seen here.
    const { lost, duplicated, disordered, wrong } = judge(world.streams, world.upstream.sandbox);
    const found = [...lost, ...duplicated, ...disordered, ...wrong];
    if (found.length > 0) console.log(`${name}, in the end: ${found.slice(0, 10).join('; ')}`);
    if (found.length > 0) process.exitCode = 1;
  } finally {
    await world.close();
  }
};

let count = 0;
const note = (name: string, world: OpenWorld, run: Parameters<Table['add']>[1]): void => {
  count += 1;
  const found = table.add(name, run);
  const { struck, recovery, reconciled } = run;
  console.log(
    `${count} ${name}: ${run.lines} lines${struck === false ? ', not struck' : ''}` +
      `${recovery === undefined ? '' : `, back after ${(recovery / 1000).toFixed(2)} s`}${reconciled ? ', listed' : ''}`,
  );
  if (found.length === 0) return;
  console.log(`  ${found.join('\n  ')}`);
  for (const slot of world.fleet.slots) console.log(`  log: ${slot.log.slice(-12).join('\n       ')}`);
};

const isOfOutbox = (point: KillPoint): point is Exclude<KillPoint, 'in-migrate-before-commit'> =>
  point !== 'in-migrate-before-commit';

const kills = async (kind: StoreKind): Promise<void> => {
  /** One in four at random. */
  const nth = (n: number): KillPoint | 'random' => {
    if (values.point !== undefined) return killPoints.find((point) => point === values.point) ?? 'random';
    return n % 4 === 3 ? 'random' : killPoints[(n - Math.floor(n / 4)) % killPoints.length]!;
  };
  for (const ignoreKey of [false, true]) {
    const half = Array.from({ length: ignoreKey ? Math.floor(runs / 2) : Math.ceil(runs / 2) }, (_, n) => nth(n));
    const named = `${kind}, key ${ignoreKey ? 'ignored' : 'honoured'}`;
    for (const point of half.filter((one) => one === 'in-migrate-before-commit'))
      await within(named, { kind, ignoreKey, dieInMigration: true }, async (world) => {
        const faults = { doubt: false, lost: true, throttle: false };
        note(`${named}, ${point}`, world, await runTrial(world, { faults, rounds: 2, act: async () => undefined }));
      });
    const rest = half.flatMap((point): Strike[] =>
      point === 'random' ? [{ kind: 'random' }] : isOfOutbox(point) ? [{ kind: 'point', point }] : [],
    );
    if (rest.length === 0) continue;
    await within(named, { kind, ignoreKey }, async (world) => {
      for (const strike of rest)
        note(
          `${named}, ${strike.kind === 'point' ? strike.point : 'random'}`,
          world,
          await runKill(world, strike, world),
        );
    });
  }
};

/** Where a process that wakes up late could do harm. */
const lateAt: readonly Strike[] = (
  [
    'after-seal-commit',
    'before-last-byte',
    'after-last-byte',
    'after-answer',
    'in-record-before-commit',
    'before-settle',
  ] as const
).map((point) => ({ kind: 'point', point }));

const freeze = async (kind: StoreKind): Promise<void> => {
  // Before the last byte the fence alone has to do, although Codat ignores the key and the outbox trusts it.
  const fence = lateAt.slice(0, 2);
  const worlds = [
    { named: 'key honoured', options: { kind }, strikes: lateAt, lost: true, share: 0.35 },
    { named: 'key ignored', options: { kind, ignoreKey: true }, strikes: lateAt, lost: true, share: 0.35 },
    {
      named: 'key ignored, fence alone',
      options: { kind, ignoreKey: true, durations: { keyLife: 60_000 } },
      strikes: fence,
      lost: false,
      share: 0.3,
    },
  ];
  for (const { named, options, strikes, lost, share } of worlds)
    await within(`${kind}, ${named}`, options, async (world) => {
      for (let n = 0; n < Math.max(1, Math.round(times('freezes') * share)); n += 1) {
        const strike: Strike = strikes === fence || n % 4 < 3 ? strikes[n % strikes.length]! : { kind: 'random' };
        note(`${kind}, ${named}, frozen`, world, await runFreeze(world, strike, world, lost));
      }
    });
};

const end = async (kind: StoreKind): Promise<void> => {
  const name = `${kind}, the command, SIGTERM`;
  await within(name, { kind, installed: true }, async (world) => {
    for (let n = 0; n < times('terms'); n += 1) {
      const { took, ...run } = await runTerm(world);
      note(name, world, run);
      console.log(`  ended after ${took} ms`);
    }
  });
};

const disk = async (): Promise<void> => {
  const kind = 'pglite';
  await within('torn', { kind }, async (world) => {
    for (let n = 0; n < times('torn'); n += 1) note('pglite, torn page of the log', world, await runTorn(world));
  });
  await within('full', { kind }, async (world) => {
    for (let n = 0; n < times('full'); n += 1) note('pglite, full disk', world, await runFull(world));
  });
};

const server = async (): Promise<void> => {
  const kind = 'postgres';
  await within('terminated', { kind }, async (world) => {
    for (let n = 0; n < times('server'); n += 1) {
      const { ended, ...run } = await runTerminated(world);
      note('postgres, backends terminated', world, run);
      console.log(`  ${ended} connections ended`);
    }
  });
};

const network = async (kind: StoreKind): Promise<void> => {
  await within('silent', { kind }, async (world) => {
    for (let n = 0; n < times('network'); n += 1) {
      const { silenced, ...run } = await runSilent(world, world.upstream.relay);
      note(`${kind}, connections to Codat silent`, world, run);
      console.log(`  ${silenced} connections went silent`);
    }
  });
  if (kind === 'pglite') return;
  let relay: Relay | undefined;
  const way: WorldOptions['way'] = async (place) => {
    if (!('url' in place)) return place;
    const url = new URL(place.url);
    relay = await openRelay({ host: url.hostname, port: Number(url.port) });
    url.port = String(relay.port);
    return { url: url.href };
  };
  await within('silent', { kind, way }, async (world) => {
    for (let n = 0; n < times('network'); n += 1) {
      if (relay === undefined) throw new Error('There is no way to the server.');
      const { silenced, ...run } = await runSilent(world, relay);
      note(`${kind}, connections to the server silent`, world, run);
      console.log(`  ${silenced} connections went silent`);
    }
  });
  relay?.close();
};

try {
  for (const kind of stores) {
    if (wanted.has('kills')) await kills(kind);
    if (wanted.has('freezes')) await freeze(kind);
    if (wanted.has('terms')) await end(kind);
    if (wanted.has('disk') && kind === 'pglite') await disk();
    if (wanted.has('server') && kind === 'postgres') await server();
    if (wanted.has('network')) await network(kind);
  }
} finally {
  await stopServer();
}
if (!table.print()) process.exitCode = 1;
