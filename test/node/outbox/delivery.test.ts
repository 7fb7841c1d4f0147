import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createBench, line, lines, openTestDatabase, type TestDatabase } from './support/bench.ts';

let database: TestDatabase;
before(async () => {
  database = await openTestDatabase();
});
after(() => database.close());

describe('delivery', () => {
  it('carries 2,500 lines through in order, in batches of 1,000', async () => {
    const bench = createBench(database);
    await bench.connect();
    const input = lines(2500);
    const answer = await bench.push(input);
    assert.deepEqual(answer, {
      accepted: 2500,
      duplicates: 0,
      held: 0,
      skipped: 0,
      refused: 0,
      waiting: undefined,
      issues: [],
    });
    await bench.outbox.start();
    await bench.until(async () => (await bench.overview()).counts.delivered === 2500);
    assert.deepEqual(
      bench.codat.ids(),
      input.map(({ id }) => id),
    );
    assert.deepEqual(
      bench.codat.landed.map(({ ids }) => ids.length),
      [1000, 1000, 500],
    );
    await bench.outbox.stop();
  });
});
