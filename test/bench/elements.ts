/**
 * `npm run bench:elements -- [--rounds N] [--script FILE]`: how fast the elements are with more rows than most customers have, in a
 * real Chromium with the built script-tag file and a host's `FeedApi` on the page. Prints medians; ends with 1 where
 * a figure is missed.
 */
import { parseArgs } from 'node:util';
import { openBench, report } from './elements/bench.ts';
import { mappingFigures } from './elements/mapping.ts';
import { statusFigures } from './elements/status.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' }, script: { type: 'string' } } });
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new RangeError('--rounds: give a whole number, at least 1.');

const bench = await openBench(rounds, values.script);
try {
  console.log(`Elements in Chromium, medians of ${rounds}`);
  const met = [report(await mappingFigures(bench)), report(await statusFigures(bench))];
  if (met.includes(false)) process.exitCode = 1;
} finally {
  await bench.close();
}
