import assert from 'node:assert/strict';
import { it } from 'node:test';
import { takeTurn } from '../../../src/proxy/settings.ts';
import { forEachStore, openFresh } from '../support/stores.ts';

forEachStore((kind) => {
  it('one of many takes the turn, and the next one when it is time', async (t) => {
    const database = await openFresh(kind);
    t.after(() => database.close());
    const asked = () => Promise.all(Array.from({ length: 10 }, () => takeTurn(database, 'x', 60_000)));
    const taken = async () => (await asked()).filter(Boolean).length;
    assert.equal(await taken(), 1);
    assert.equal(await taken(), 0);
    assert.equal(await takeTurn(database, 'another', 60_000), true);

    const move = (ms: number) =>
      database.query(`update setting set value = (value::bigint + $1)::text where key = 'turn-x'`, [ms]);
    await move(-60_000);
    assert.equal(await taken(), 1);
    // The clock of the store was put back.
    await move(3_600_000);
    assert.equal(await taken(), 1);
  });
});
