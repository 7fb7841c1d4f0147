/** Delivery on a store that is older, or newer, than what runs on it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OutboxError } from '../../../src/outbox/outbox.ts';
import { migrate, migrations } from '../../../src/store/migrations.ts';
import { checkStanding } from './support/counts.ts';
import {
  type Rig,
  clear,
  createRig,
  database,
  delivered,
  heldFirst,
  line,
  onEmptyStores,
  openTestDatabase,
} from './support/rig.ts';

const minute = 60_000;
const refused = (code: OutboxError['code']) => (error: unknown) => error instanceof OutboxError && error.code === code;

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

onEmptyStores((kind) => {
  describe('a restore of an old database', () => {
    /** Sends a and b; then the store is as it was before b. */
    const restoredStore = async (rig: Rig): Promise<void> => {
      await rig.push([line('a')]);
      await rig.until(delivered(rig, 1));
      const tables = ['connection', 'feed', 'txn', 'push', 'gate', 'event', 'hint'];
      for (const table of tables) await database.query(`create table backup_${table} as table ${table}`);
      await rig.pass(minute);
      await rig.push([line('b', '2026-03-02')]);
      await rig.until(delivered(rig, 2));
      await rig.outbox.stop();
      await clear(database);
      for (const table of tables) {
        await database.query(`insert into ${table} overriding system value table backup_${table}`);
        await database.query(`drop table backup_${table}`);
      }
    };

    it('nothing leaves before Codat was asked; what was sent since the backup needs a person', async () => {
      const rig = createRig(database, { afterRestore: true });
      await rig.connect();
      await rig.outbox.start();
      await restoredStore(rig);
      const events = rig.events.length;
      await rig.replace().start();
      // The host repeats everything since the backup, and one line more.
      await rig.push([line('a'), line('b', '2026-03-02'), line('c', '2026-03-03')]);
      const early = await heldFirst(rig);
      assert.deepEqual([early.reason, early.lines, early.actions], ['checking', 2, []]);
      assert.match(early.message, /Codat is asked at 20/);
      await checkStanding(rig);
      const { waiting } = await rig.overview();
      assert.deepEqual([waiting?.reason, waiting?.until], ['checking', early.until]);
      await assert.rejects(rig.outbox.resume(rig.key()), refused('not_allowed'));
      await rig.pass(10 * minute);
      assert.equal(rig.codat.requests.length, 2);
      const hold = await heldFirst(rig);
      assert.deepEqual(hold.actions, ['skip', 'resume']);
      assert.match(hold.message, /would be sent again/);
      await checkStanding(rig);
      assert.deepEqual(
        rig.events.slice(events).map((event) => (event.type === 'held' ? event.reason : event.type)),
        ['ambiguous'],
      );
      await rig.outbox.skip(rig.key(), ['b'], 'written already');
      await rig.outbox.resume(rig.key());
      await rig.until(delivered(rig, 2));
      assert.deepEqual(rig.codat.ids(), ['a', 'b', 'c']);
      await rig.outbox.stop();
    });

    it('a company is seen and resumed as a whole, also where no line waits', async () => {
      const rig = createRig(database, { afterRestore: true });
      await rig.connect();
      await rig.connect('other');
      await rig.outbox.start();
      await restoredStore(rig);
      await rig.replace().start();
      const { companyId } = rig;
      await assert.rejects(rig.outbox.resume({ companyId }), refused('not_allowed'));
      await rig.pass(10 * minute);
      const { items } = await rig.outbox.held();
      assert.deepEqual(
        items.map(({ accountId, reason, lines, actions }) => [accountId, reason, lines, actions]),
        [
          ['account', 'ambiguous', 0, ['resume']],
          ['other', 'ambiguous', 0, ['resume']],
        ],
      );
      assert.equal((await rig.push([line('c', '2026-03-03')])).waiting, 'ambiguous');
      const stopped = await rig.overview();
      assert.deepEqual([stopped.state, stopped.held?.reason, stopped.counts.held], ['ambiguous', 'ambiguous', 1]);
      assert.deepEqual(await rig.outbox.resume({ companyId }), { lines: 1 });
      await assert.rejects(rig.outbox.resume({ companyId }), refused('not_held'));
      await rig.until(delivered(rig, 2));
      assert.equal((await rig.overview()).state, 'open');
      await rig.outbox.stop();
    });

    it('where nothing was sent since, it goes on by itself', async () => {
      const rig = createRig(database, { afterRestore: true });
      await rig.connect();
      await rig.push([line('a')]);
      await rig.outbox.start();
      rig.codat.listFails = true;
      await rig.pass(10 * minute);
      assert.equal(rig.codat.requests.length, 0);
      rig.codat.listFails = false;
      await rig.until(delivered(rig, 1));
      await rig.outbox.stop();
    });
  });

  it('today’s code beside a schema one additive migration ahead', async (t) => {
    const ahead = await openTestDatabase(kind);
    t.after(() => ahead.close());
    const rig = createRig(ahead);
    await rig.connect();
    await rig.push([line('before')]);
    assert.deepEqual(await migrate(ahead, [...migrations, next]), [next.name]);

    await rig.outbox.start();
    await rig.push([line('after')]);
    await rig.until(delivered(rig, 2));
    assert.deepEqual([rig.codat.ids(), rig.codat.inFlight], [['before', 'after'], 0]);
    assert.equal((await rig.outbox.pushes(rig.key(), { limit: 10 })).items.length, rig.codat.landed.length);
    assert.ok((await rig.outbox.events({ limit: 10 })).length > 0);
    assert.deepEqual(await migrate(ahead), []);
    await rig.outbox.stop();
  });
});
