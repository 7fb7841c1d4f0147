import { median, rounds, type Bench, type Figure } from './bench.ts';
import type { StatusBench } from './pages/status.ts';

const deliveries = 10_000;
const updates = 9;
const steps = 300;
const megabyte = 1_048_576;

declare const bench: StatusBench;

const worstOfTwenty = (numbers: readonly number[]): number =>
  numbers.toSorted((one, other) => one - other)[Math.ceil(numbers.length * 0.95) - 1] ?? Number.NaN;

const round = (open: Bench) =>
  open.visit('status', async ({ page, heap }) => {
    const before = await heap();
    const first = await page.evaluate((count) => bench.load(count), deliveries);
    const held = (await heap()) - before;
    const changed: number[] = [];
    for (let index = 0; index < updates; index++) changed.push(await page.evaluate(() => bench.update()));
    const scrolled = await page.evaluate((count) => bench.scroll(count), steps);
    return { first, held, update: median(changed), step: worstOfTwenty(scrolled) };
  });

export async function statusFigures(open: Bench): Promise<Figure[]> {
  const results = await rounds(open, round);
  const of = (pick: (result: (typeof results)[number]) => number) => median(results.map(pick));
  return [
    { what: 'status, the first 50 deliveries painted', value: of(({ first }) => first), unit: 'ms' },
    {
      what: 'status with 10,000 loaded rows, one updated',
      value: of(({ update }) => update),
      unit: 'ms',
      atMost: 20,
    },
    { what: 'the same scrolled, p95 of steps', value: of(({ step }) => step), unit: 'ms', atMost: 20 },
    { what: 'the same, heap held', value: of(({ held }) => held) / megabyte, unit: 'MB' },
  ];
}
