import { createLedger } from '../../../../src/outbox/ledger.ts';
import type { Database } from '../../../../src/store/database.ts';
import type { LedgerStore } from './bench.ts';

/** A store that ships. Its own clock cannot be moved, so leases are made to end. */
export const sqlStore = (database: Database): LedgerStore => ({
  ledger: (publish, durations) => createLedger(database, durations, publish),
  async expireLeases() {
    await database.query(
      `update connection set lease_until = clock_timestamp() - interval '1 second' where lease_until is not null`,
    );
  },
  async clear() {
    await database.query('truncate connection, feed, txn, push, gate, event, hint');
  },
  close: () => database.close(),
});
