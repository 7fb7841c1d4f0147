/**
 * `npm run test:sim -- --seeds N [--from S]`: delivery under a simulated clock, network and store.
 * `--trace SEED` tells the story of one seed, `--bench` measures the speed, `--mutate` breaks one rule after the other
 * and names the seed that shows it.
 */
import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { mutants, plant } from './mutants.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    trace: { type: 'string' },
    bench: { type: 'boolean', default: false },
    mutate: { type: 'boolean', default: false },
    mutant: { type: 'string' },
  },
});
const [seeds, from] = [Number(values.seeds), Number(values.from)];

/** Loaded late, so that a mutant can be planted before. */
const load = () => import('./run.ts');

const traceSeed = async (seed: number): Promise<void> => {
  const { runSeed, failures } = await load();
  const result = await runSeed(seed, console.log);
  for (const text of failures(result)) console.log(text);
  const { crashes, freezes, turns, held } = result;
  console.log(`${crashes} crashes, ${freezes} freezes, ${turns} turns, held: ${JSON.stringify([...held])}`);
};

/** Runs seeds until one shows the mutant; prints the seed and what it showed. */
const hunt = async (name: string): Promise<void> => {
  const mutant = mutants.find((one) => one.name === name);
  if (mutant === undefined) throw new Error(`There is no mutant “${name}”.`);
  plant(mutant);
  const { runSeed, failures } = await load();
  for (let seed = from; seed < from + seeds; seed += 1) {
    const [first] = failures(await runSeed(seed));
    if (first !== undefined) return console.log(JSON.stringify({ seed, after: seed - from + 1, first }));
  }
};

interface Kill {
  readonly seed: number;
  readonly after: number;
  readonly first: string;
}

const mutate = async (): Promise<void> => {
  const waiting = [...mutants];
  const survivors: string[] = [];
  const next = async (): Promise<void> => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const { name } = mutant;
      const args = [import.meta.filename, '--mutant', name, '--seeds', String(seeds), '--from', String(from)];
      const output = await new Promise<string>((resolve) =>
        execFile(process.execPath, args, { maxBuffer: 1e8 }, (error, stdout, stderr) =>
          resolve(error ? `${stdout}${stderr}` : stdout),
        ),
      );
      const killed = /^\{.*\}$/m.exec(output)?.[0];
      if (killed === undefined) survivors.push(name);
      const kill: Kill | undefined = killed === undefined ? undefined : JSON.parse(killed);
      console.log(
        kill === undefined
          ? `✗ ${name}: survived ${seeds} seeds\n${output}`
          : `✓ ${name}: killed by seed ${kill.seed} after ${kill.after} (${kill.first.slice(0, 100)})`,
      );
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, next));
  console.log(`${mutants.length} mutants, ${mutants.length - survivors.length} killed`);
  if (survivors.length > 0) process.exitCode = 1;
};

const sum = (counts: Iterable<number>): number => [...counts].reduce((total, count) => total + count, 0);

const runAll = async (): Promise<void> => {
  const { runSeed, failures } = await load();
  if (values.bench) for (let seed = 1; seed <= 50; seed += 1) await runSeed(seed);
  const cpu = process.cpuUsage();
  const began = performance.now();
  const total = {
    lost: 0,
    duplicated: 0,
    disordered: 0,
    wrong: 0,
    lines: 0,
    delivered: 0,
    turns: 0,
    crashes: 0,
    freezes: 0,
  };
  const reasons = new Map<string, number>();
  for (let seed = from; seed < from + seeds; seed += 1) {
    const result = await runSeed(seed);
    for (const kind of ['lost', 'duplicated', 'disordered', 'wrong'] as const) total[kind] += result[kind].length;
    for (const kind of ['lines', 'delivered', 'turns', 'crashes', 'freezes'] as const) total[kind] += result[kind];
    for (const [reason, count] of result.held) reasons.set(reason, (reasons.get(reason) ?? 0) + count);
    const found = failures(result);
    if (found.length === 0) continue;
    process.exitCode = 1;
    console.log(`seed ${seed}: ${found.length} failures\n  ${found.slice(0, 5).join('\n  ')}`);
  }
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - began) / 1000;
  const { lost, duplicated, disordered, wrong, lines, delivered, turns, crashes, freezes } = total;
  console.log(
    `${seeds} seeds from ${from}: ${lines} lines, ${delivered} delivered; ${turns} turns, ${crashes} crashes, ${freezes} freezes`,
  );
  console.log(`held: ${[...reasons].map(([reason, count]) => `${reason} ${count}`).join(', ') || 'nothing'}`);
  const perCore = (seeds / ((user + system) / 1e6)).toFixed(0);
  console.log(`${(seeds / seconds).toFixed(0)} seeds a second, ${perCore} in a second of CPU time`);
  const others = wrong > 0 ? `, ${wrong} wrong otherwise` : '';
  console.log(
    `${lost} lost, ${duplicated} duplicated, ${disordered} out of order, ${sum(reasons.values())} held${others}`,
  );
  if (values.bench && Number(perCore) < 100) process.exitCode = 1;
};

if (values.trace !== undefined) await traceSeed(Number(values.trace));
else if (values.mutant !== undefined) await hunt(values.mutant);
else if (values.mutate) await mutate();
else await runAll();
