import { after, before, describe, it } from 'node:test';
import { fc } from '../../support/fast-check.ts';
import { openFresh } from '../../support/stores.ts';
import type { LedgerStore } from './bench.ts';
import { openMemory } from './memory.ts';
import { sqlStore } from './sql.ts';
import { compareTwins, type Deed } from './twins.ts';

/** More of them with CONFORMANCE_RUNS. */
const numRuns = Number(process.env['CONFORMANCE_RUNS'] ?? 8);

const number = fc.nat({ max: 4095 });
const deed: fc.Arbitrary<Deed> = fc.record({
  kind: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('accept', 'observe', 'send', 'step', 'wait') },
    { weight: 2, arbitrary: fc.constantFrom('settle', 'poll', 'expire', 'sweep', 'skip', 'retry', 'resume') },
    { weight: 1, arbitrary: fc.constantFrom('renew', 'pause', 'unpause', 'touch', 'acknowledge') },
  ),
  a: number,
  b: number,
  c: number,
});
/** Connected from the start, so that most of a run is about delivering. */
const connect = [0, 1].flatMap((a) => [0, 1].map((b): Deed => ({ kind: 'observe', a, b: b + 8, c: 0 })));

describe('the simulated store and the one that ships', () => {
  let stores: readonly [LedgerStore, LedgerStore];
  before(async () => {
    stores = [await openMemory(), sqlStore(await openFresh('pglite'))];
  });
  after(() => Promise.all(stores.map((store) => store.close())));

  it('answer, tell and show the same, whatever they are asked in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.array(deed, { minLength: 20, maxLength: 60, size: 'max' }),
        (connected, deeds) => compareTwins(stores, connected ? [...connect, ...deeds] : deeds),
      ),
      // A counterexample names the deed that went wrong; making it shorter would take minutes.
      { numRuns, endOnFailure: true },
    );
  });
});
