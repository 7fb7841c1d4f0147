import assert from 'node:assert/strict';
import { it } from 'node:test';
import { migrate, migrations } from '../../../src/store/migrations.ts';
import { forEachStore } from '../support/stores.ts';
import { createRig, line, openTestDatabase } from './support/rig.ts';

/** What a later version may add while this one still runs beside it: nothing that this one would have to know of. */
const next = {
  id: 1001,
  name: 'one version ahead',
  statements: [
    'create table later (id bigint generated always as identity primary key, feed_id bigint)',
    'create index txn_later on txn (feed_id, accepted_at)',
    ...['company', 'connection', 'feed', 'txn', 'push', 'gate', 'hint', 'event', 'setting', 'webhook_message'].flatMap(
      (table) => [
        `alter table ${table} add column later_text text`,
        `alter table ${table} add column later_number integer not null default 0`,
      ],
    ),
  ],
};

forEachStore((kind) => {
  it('delivers on tables that are one version ahead, and leaves them so', async (t) => {
    const database = await openTestDatabase(kind);
    t.after(() => database.close());
    const rig = createRig(database);
    await rig.connect();
    await rig.push([line('before')]);
    assert.deepEqual(await migrate(database, [...migrations, next]), [next.name]);

    await rig.outbox.start();
    await rig.push([line('after')]);
    await rig.until(async () => (await rig.overview()).counts.delivered === 2);
    assert.deepEqual([rig.codat.ids(), rig.codat.inFlight], [['before', 'after'], 0]);
    assert.equal((await rig.outbox.pushes(rig.key(), { limit: 10 })).items.length, rig.codat.landed.length);
    assert.ok((await rig.outbox.events({ limit: 10 })).length > 0);
    assert.deepEqual(await migrate(database), []);
    await rig.outbox.stop();
  });
});
