/**
 * `npm run test:security -- [--only NAME,…] [--seed N] [--cases N]`: tries to break the proxy, on loopback. Each suite
 * also runs against planted holes and fails where it does not see one of them.
 */
import { parseArgs } from 'node:util';
import { createRandom } from '../sim/random.ts';
import { canaries } from './canaries.ts';
import { disconnects } from './disconnects.ts';
import { limits } from './limits.ts';
import { objects } from './objects.ts';
import { origins } from './origins.ts';
import { paths } from './paths.ts';
import { smuggling } from './smuggling.ts';
import type { Suite } from './suite.ts';
import { tokens } from './tokens.ts';
import { upstream } from './upstream.ts';
import { webhooks } from './webhooks.ts';

const suites: readonly Suite[] = [
  objects,
  paths,
  tokens,
  webhooks,
  origins,
  smuggling,
  limits,
  disconnects,
  upstream,
  canaries,
];

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: suites.map(({ name }) => name).join(',') },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    cases: { type: 'string' },
  },
});
const seed = Number(values.seed);
const wanted = values.only.split(',');
for (const name of wanted)
  if (!suites.some((suite) => suite.name === name)) {
    console.error(`There is no suite “${name}”. There are: ${suites.map((suite) => suite.name).join(', ')}`);
    process.exit(2);
  }

console.log(`seed ${seed}`);
const start = performance.now();
const chosen = suites.filter(({ name }) => wanted.includes(name));
for (const [n, suite] of chosen.entries()) {
  chosen[n + 1]?.begin?.();
  const began = performance.now();
  const cases = Number(values.cases ?? suite.cases ?? 0);
  // Each from the seed alone, so that one that runs by itself draws the same.
  const { findings, planted } = await suite.run({ random: createRandom(seed), cases });
  const blind = [...planted].filter(([, faults]) => faults === 0).map(([name]) => name);
  const control =
    planted.size === 0
      ? 'no hole was planted'
      : `${planted.size - blind.length} of ${planted.size} planted holes caught`;
  console.log(
    `${suite.name.padEnd(10)} ${String(findings.cases).padStart(6)} cases  ${findings.faults} faults  ${control}  ` +
      `${((performance.now() - began) / 1000).toFixed(1)} s`,
  );
  for (const text of findings.texts) console.log(`  ${text.replaceAll('\n', '\n    ')}`);
  for (const name of blind) console.log(`  not caught: ${name}`);
  if (findings.faults > 0 || findings.cases === 0 || blind.length > 0 || planted.size === 0) process.exitCode = 1;
}
console.log(`all in ${((performance.now() - start) / 1000).toFixed(0)} s`);
