/**
 * `npm run test:sim -- --seeds N [--from S]`: delivery under a simulated clock, network and store.
 * `--trace SEED` tells the story of one seed, `--bench` measures, `--mutate` breaks one rule after the other.
 */
import { parseArgs } from 'node:util';
import { failures, runSeed } from './run.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    trace: { type: 'string' },
    bench: { type: 'boolean', default: false },
  },
});

if (values.trace !== undefined) {
  const result = await runSeed(Number(values.trace), console.log);
  for (const text of failures(result)) console.log(text);
  console.log(result.fingerprint, Object.fromEntries(result.held));
} else {
  const [seeds, from] = [Number(values.seeds), Number(values.from)];
  const began = performance.now();
  const cpu = process.cpuUsage();
  let [lost, duplicated, disordered, wrong, held, lines, delivered, failed, turns] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  const reasons = new Map<string, number>();
  for (let seed = from; seed < from + seeds; seed += 1) {
    const result = await runSeed(seed);
    lost += result.lost.length;
    duplicated += result.duplicated.length;
    disordered += result.disordered.length;
    wrong += result.wrong.length;
    lines += result.lines;
    delivered += result.delivered;
    turns += result.turns;
    for (const [reason, count] of result.held) {
      held += count;
      reasons.set(reason, (reasons.get(reason) ?? 0) + count);
    }
    const found = failures(result);
    if (found.length > 0) {
      failed += 1;
      console.log(`seed ${seed}:\n  ${found.slice(0, 5).join('\n  ')}`);
    }
  }
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - began) / 1000;
  const cpuSeconds = (user + system) / 1e6;
  console.log(`${seeds} seeds from ${from}, ${lines} lines, ${delivered} delivered, ${turns} turns`);
  console.log([...reasons].map(([reason, count]) => `${reason} ${count}`).join(', '));
  console.log(
    `${(seeds / seconds).toFixed(0)} seeds a second; ${(seeds / cpuSeconds).toFixed(0)} a second of CPU time`,
  );
  console.log(
    `${lost} lost, ${duplicated} duplicated, ${disordered} out of order, ${held} held${wrong > 0 ? `, ${wrong} wrong` : ''}`,
  );
  process.exitCode = failed > 0 ? 1 : 0;
}
