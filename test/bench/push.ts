/**
 * `npm run bench:push -- [--rounds N] [--only accepting|one|ten|hundred|queue] [--batches N] [--each N] [--queued N]`:
 * what delivery costs against what could be reached at all. Each figure is the median of five rounds in turn with what
 * it is compared with; the null upstream judges that every line came once, in order. Ends with 1 where a ratio misses
 * what is promised. Both stores are on the disk with their flushes on; webhooks come over the proxy's own route.
 */
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { httpFloor } from './push-loop.ts';
import {
  measureAccepting,
  measureDraining,
  measureLevels,
  perBatch,
  type Bench,
  type Delivered,
  type Shape,
} from './push-measures.ts';
import { endAll, openPlaces, startUpstream } from './push-processes.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    only: { type: 'string' },
    lines: { type: 'string', default: '20000' },
    batches: { type: 'string', default: '30' },
    each: { type: 'string', default: '6' },
    queued: { type: 'string', default: '1000000' },
  },
});
const size = (name: 'rounds' | 'lines' | 'batches' | 'each' | 'queued', least = 1): number => {
  const value = Number(values[name]);
  if (!Number.isInteger(value) || value < least)
    throw new RangeError(`--${name}: give a whole number, at least ${least}.`);
  return value;
};
const sizes = {
  rounds: size('rounds'),
  lines: size('lines', 1000),
  batches: size('batches'),
  each: size('each'),
  queued: size('queued', 10_000),
};
const names = ['accepting', 'one', 'ten', 'hundred', 'queue'] as const;
const only = names.find((name) => name === values.only);
if (values.only !== undefined && only === undefined) throw new RangeError(`--only: one of ${names.join(', ')}.`);
const wanted = (name: (typeof names)[number]): boolean => only === undefined || only === name;

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? NaN;
const whole = (value: number): string => Math.round(value).toLocaleString('en');
const spread = (numbers: readonly number[], show: (value: number) => string): string =>
  `${show(median(numbers))} (${show(Math.min(...numbers))} to ${show(Math.max(...numbers))})`;
const twoDigits = (value: number): string => value.toFixed(2);
const oneDigit = (value: number): string => value.toFixed(1);

let missed = 0;
const row = (name: string, figure: string, remark = ''): void =>
  console.log(`${name.padEnd(46)} ${figure.padStart(28)}   ${remark}`.trimEnd());
/** `ratios` by round; judged by their median. */
const judge = (name: string, ratios: readonly number[], promised: number, most = false): void => {
  const kept = most ? median(ratios) <= promised : median(ratios) >= promised;
  if (!kept) missed += 1;
  const limit = `${most ? 'at most' : 'at least'} ${promised}`;
  row(name, spread(ratios, twoDigits), kept ? limit : `${limit}: MISSED`);
};

const nameOf = { pglite: 'PGlite', postgres: 'PostgreSQL', loop: 'a loop over fetch' } as const;

const accepting = async (bench: Bench): Promise<void> => {
  for (const perCall of [1000, 5000]) {
    const found = await measureAccepting(bench, sizes.lines, perCall);
    console.log(`\nAccepting, ${whole(perCall)} transactions a call`);
    for (const kind of ['pglite', 'postgres'] as const) {
      row(
        `${nameOf[kind]}, a second`,
        spread(
          found[kind].map(({ perSecond }) => perSecond),
          whole,
        ),
      );
      row(
        '  one statement, same table, a second',
        spread(
          found[kind].map(({ rawPerSecond }) => rawPerSecond),
          whole,
        ),
      );
      judge(
        '  ratio',
        found[kind].map(({ perSecond, rawPerSecond }) => perSecond / rawPerSecond),
        0.35,
      );
    }
  }
};

const draining = async (
  bench: Bench,
  title: string,
  shape: Shape,
  bound: number,
  promised: Readonly<Partial<Record<'pglite' | 'postgres', number>>>,
): Promise<void> => {
  const found = await measureDraining(bench, shape);
  console.log(`\n${title}; bound ${whole(bound)} a second`);
  const show = (kind: keyof typeof found, rounds: readonly Delivered[]): void => {
    if (rounds.length === 0) return;
    const ratios = rounds.map(({ perSecond }) => perSecond / bound);
    const limit = kind === 'loop' ? undefined : promised[kind];
    row(
      `${nameOf[kind]}, a second`,
      spread(
        rounds.map(({ perSecond }) => perSecond),
        whole,
      ),
    );
    if (limit === undefined) row('  of its bound', spread(ratios, twoDigits));
    else judge('  of its bound', ratios, limit);
    const server = rounds.map(({ serverCpu }) => serverCpu).filter((cpu) => cpu !== undefined);
    const remark = server.length === 0 ? '' : `and the server's: ${oneDigit(median(server))}`;
    row(
      '  processor ms for 1,000',
      spread(
        rounds.map(({ cpu }) => cpu),
        oneDigit,
      ),
      remark,
    );
  };
  for (const kind of ['pglite', 'postgres', 'loop'] as const) show(kind, found[kind]);
};

const queue = async (bench: Bench): Promise<void> => {
  const levels = [...new Set([10_000, Math.min(100_000, sizes.queued), sizes.queued])];
  for (const kind of ['pglite', 'postgres'] as const) {
    const found = await measureLevels(bench, kind, levels);
    const [least] = found;
    console.log(`\nOne account and so many queued, ${nameOf[kind]}; upstream answers at once`);
    const mega = (bytes: number): string => `${whole(bytes / 1024 / 1024)} MB`;
    for (const { queued, ms, cpu, memory } of found) {
      row(`${whole(queued)}: processor ms for 1,000`, spread(cpu, oneDigit), `by the clock: ${oneDigit(median(ms))}`);
      row('  memory: peak', mega(memory.peak), `in use after the collector: ${mega(memory.used)}`);
    }
    for (const { queued, cpu, memory } of found.slice(1)) {
      const to = `${whole(queued)} to ${whole(least?.queued ?? NaN)}`;
      judge(
        `  cost of ${to}`,
        cpu.map((value, round) => value / (least?.cpu[round] ?? NaN)),
        1.3,
        true,
      );
      if (queued !== sizes.queued) continue;
      const grown = (memory.peak - (least?.memory.peak ?? NaN)) / 1024 / 1024;
      judge(`  growth of the peak, MB, ${to}`, [grown], 60, true);
    }
  }
};

const places = await openPlaces();
const upstream = await startUpstream();
const bench: Bench = { places, upstream, rounds: sizes.rounds };
/** A million lines leave a large folder. */
const clean = async (): Promise<void> => {
  await endAll();
  await places.remove();
};
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void clean().finally(() => process.exit(2)));

const load = (): string => loadavg().slice(0, 1).map(oneDigit).join();
try {
  console.log(
    `${cpus().length} cores, load ${load()} before; median of ${sizes.rounds} rounds, in brackets the least and the most. 50 ms for a POST and 50 ms to its webhook.`,
  );
  await httpFloor(upstream.url, 500, 32);
  const floors: { readonly perSecond: number; readonly cpu: number }[] = [];
  for (let round = 0; round < sizes.rounds; round += 1) {
    const { ms, cpuMs } = await httpFloor(upstream.url, 1000, 32);
    floors.push({ perSecond: (1000 * perBatch * 1000) / ms, cpu: cpuMs / 1000 });
  }
  console.log('\nnode:http alone, the same bytes in requests of 1,000 transactions, 32 at a time, answered at once');
  row(
    'transactions a second',
    spread(
      floors.map(({ perSecond }) => perSecond),
      whole,
    ),
  );
  row(
    '  processor ms for 1,000',
    spread(
      floors.map(({ cpu }) => cpu),
      twoDigits,
    ),
  );

  if (wanted('accepting')) await accepting(bench);
  const both = ['pglite', 'postgres'] as const;
  const { batches, each } = sizes;
  if (wanted('one'))
    await draining(bench, 'One account', { connections: 1, accountsEach: 1, batches, kinds: both }, 10_000, {
      pglite: 0.65,
      postgres: 0.75,
    });
  const many = { batches: each, kinds: ['postgres'] } as const;
  if (wanted('ten'))
    await draining(bench, '100 accounts on ten connections', { connections: 10, accountsEach: 10, ...many }, 200_000, {
      postgres: 0.5,
    });
  if (wanted('hundred'))
    await draining(bench, '100 connections, 32 senders', { connections: 100, accountsEach: 1, ...many }, 640_000, {
      postgres: 0.2,
    });
  if (wanted('queue')) await queue(bench);
  console.log(`\nLoad ${load()} at the end. ${missed === 0 ? 'All is kept.' : `${missed} missed what is promised.`}`);
  process.exitCode = missed === 0 ? 0 : 1;
} finally {
  await clean();
}
