import { median, rounds, type Bench, type BenchPage, type Figure } from './bench.ts';
import type { MappingBench } from './pages/mapping.ts';

const accounts = 1000;
const slowdown = 4;
const megabyte = 1_048_576;

declare const bench: MappingBench;

/** Once with a few rows, so that what is compared is rows and not the first use of the code. */
const warmUp = ({ page }: BenchPage): Promise<unknown> =>
  page.evaluate(async () => {
    await bench.element(3);
    await bench.floor(bench.model());
    await bench.element(3);
  });

/** Each on a page of its own: rows that follow others on a page find their memory made. */
const paintedRound = async (open: Bench) => {
  const { model, ...own } = await open.visit('mapping', async (visit) => {
    const { page, heap } = visit;
    await warmUp(visit);
    await page.evaluate((count) => {
      bench.prepare(count);
      return bench.clear();
    }, accounts);
    const before = await heap();
    const shown = await page.evaluate((count) => bench.element(count), accounts);
    return { ...shown, held: (await heap()) - before, model: await page.evaluate(() => bench.model()) };
  });
  const floor = await open.visit('mapping', async (visit) => {
    await warmUp(visit);
    await visit.heap();
    return visit.page.evaluate((like) => bench.floor(like), model);
  });
  if (own.nodes !== floor.nodes) throw new Error(`${own.nodes} nodes beside ${floor.nodes}: no fair comparison.`);
  return { own: own.milliseconds, floor: floor.milliseconds, nodes: own.nodes, held: own.held };
};

/** A picker of 500 is opened, and a word typed into it. */
const typingRound = (open: Bench) =>
  open.visit('mapping', async (visit) => {
    const { page, tools } = visit;
    await page.evaluate((count) => bench.element(count), accounts);
    await tools.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
    const opened = await page.evaluate(() => bench.open(10));
    for (const key of ['p', 'a', 'y', 'r', 'Backspace', 'Backspace']) {
      await page.keyboard.press(key);
      await page.evaluate(() => bench.keystrokes());
    }
    const times = await page.evaluate(() => bench.keystrokes());
    await tools.send('Emulation.setCPUThrottlingRate', { rate: 1 });
    return { opened, typical: median(times), first: times[0] ?? Number.NaN };
  });

export async function mappingFigures(open: Bench): Promise<Figure[]> {
  const paints = await rounds(open, paintedRound);
  const keys = await rounds(open, typingRound);
  const of = (pick: (paint: (typeof paints)[number]) => number) => median(paints.map(pick));
  return [
    { what: 'mapping 1,000 x 500, painted', value: of(({ own }) => own), unit: 'ms' },
    { what: `mapping, the same ${of(({ nodes }) => nodes)} nodes cloned`, value: of(({ floor }) => floor), unit: 'ms' },
    { what: 'mapping beside its floor', value: of(({ own, floor }) => own / floor), unit: 'times', atMost: 2 },
    { what: 'mapping, heap held', value: of(({ held }) => held) / megabyte, unit: 'MB' },
    { what: `the picker opened at ${slowdown}x`, value: median(keys.map(({ opened }) => opened)), unit: 'ms' },
    {
      what: `a key in the picker at ${slowdown}x, typical`,
      value: median(keys.map(({ typical }) => typical)),
      unit: 'ms',
      atMost: 50,
    },
    {
      what: `a key in the picker at ${slowdown}x, the first after opening`,
      value: median(keys.map(({ first }) => first)),
      unit: 'ms',
    },
  ];
}
