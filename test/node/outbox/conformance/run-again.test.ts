import assert from 'node:assert/strict';
import { it } from 'node:test';
import { defaultDurations } from '../../../../src/outbox/durations.ts';
import type { News } from '../../../../src/outbox/ledger-port.ts';
import { createLedger } from '../../../../src/outbox/ledger.ts';
import type { Database, Queryable } from '../../../../src/store/database.ts';
import { openFresh } from '../../support/stores.ts';
import { key, start } from './bench.ts';

it('a transaction that the server undoes and runs again tells its news once', async (t) => {
  const database = await openFresh('pglite');
  t.after(() => database.close());
  const undone = new Error('deadlock detected');
  const twice: Database = {
    kind: database.kind,
    query: (sql, params) => database.query(sql, params),
    close: () => database.close(),
    async tx<Result>(work: (tx: Queryable) => Promise<Result>) {
      await assert.rejects(
        database.tx(async (tx) => {
          await work(tx);
          throw undone;
        }),
        undone,
      );
      return database.tx(work);
    },
  };
  const heard: News[] = [];
  const ledger = createLedger(twice, defaultDurations, (news) => heard.push(news));
  await ledger.observe(start, key(), { connection: 'linked', account: 'connected' });
  assert.deepEqual(
    heard.map(({ events, changes }) => [events.length, changes.length]),
    [[1, 1]],
  );
});
