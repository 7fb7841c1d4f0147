import { newStore } from '../../../sim/ledger/data.ts';
import { createMemoryLedger } from '../../../sim/memory-ledger.ts';
import type { LedgerStore } from './bench.ts';

/** The simulated store. Its clock moves when leases are to run out. */
export const openMemory = (): Promise<LedgerStore> => {
  let store = newStore();
  let storeNow = 0;
  return Promise.resolve({
    ledger: (publish, durations) => createMemoryLedger({ store, durations, publish, storeNow: () => storeNow }),
    async expireLeases() {
      // Past the end of the longest lease of a test, an hour, not to it.
      storeNow += 3_601_000;
    },
    async clear() {
      store = newStore();
    },
    async close() {
      store = newStore();
    },
  });
};
