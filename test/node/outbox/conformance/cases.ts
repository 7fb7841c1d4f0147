/** The same cases on every store that delivery runs on, the simulated one included. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { companyId, createBench, type Bench, type LedgerStore } from './bench.ts';
import { acceptCases } from './accept-cases.ts';
import { leaseCases } from './lease-cases.ts';
import { observeCases } from './observe-cases.ts';
import { operateCases } from './operate-cases.ts';
import { readCases } from './read-cases.ts';
import { stepCases } from './step-cases.ts';

/** Registers a case; it gets a ledger on an empty store. */
export type Case = (name: string, run: (bench: Bench) => Promise<void>) => void;

export const conformance = (name: string, open: () => Promise<LedgerStore>): void => {
  describe(`the ledger on ${name}`, () => {
    let store: LedgerStore;
    before(async () => {
      store = await open();
    });
    after(() => store.close());
    beforeEach(() => store.clear());
    const register: Case = (title, run) =>
      it(title, async () => {
        const bench = createBench(store);
        await run(bench);
        await bench.ledger.forget(bench.now, companyId);
        assert.deepEqual(await bench.ledger.feedKeys(companyId), []);
      });
    for (const cases of [acceptCases, leaseCases, stepCases, observeCases, operateCases, readCases]) cases(register);
  });
};
