import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Fault } from './support/codat-port.ts';
import {
  type RigOptions,
  database,
  delivered,
  eventTypes,
  held,
  keys,
  line,
  onEmptyStores,
  startRig,
} from './support/rig.ts';

const minute = 60_000;

const running = (options?: RigOptions) => startRig(database, options);

onEmptyStores(() => {
  describe('faults', () => {
    for (const fault of ['lost-request', 'lost-reply', 'in-progress', 'throws'] as const satisfies readonly Fault[]) {
      it(`${fault}: the same key and the same bytes again`, async () => {
        const rig = await running();
        rig.codat.faults.push(fault);
        await rig.push([line('a')]);
        await rig.until(delivered(rig, 1));
        assert.deepEqual(rig.codat.ids(), ['a']);
        assert.equal(new Set(keys(rig)).size, 1);
        assert.equal(new Set(rig.codat.requests.map(({ body }) => body)).size, 1);
        assert.equal(rig.codat.requests.length, 2);
        await rig.outbox.stop();
      });
    }

    for (const fault of ['lost-reply', 'lost-request', 'throws'] as const)
      it(`${fault}, where Codat ignores keys and the host says so: looked for, never simply repeated`, async () => {
        const rig = await running({ durations: { keyLife: 0 } });
        rig.codat.honoursKeys = false;
        rig.codat.faults.push(fault);
        await rig.push([line('a')]);
        const start = rig.clock.now();
        await rig.until(delivered(rig, 1));
        assert.deepEqual([rig.codat.ids(), keys(rig).length], [['a'], fault === 'lost-reply' ? 1 : 2]);
        assert.equal(new Set(keys(rig)).size, keys(rig).length);
        assert.ok(rig.clock.now() - start >= 6 * minute);
        const said = rig.logged.find((text) => text.includes('was in doubt')) ?? '';
        assert.match(
          said,
          /push \S+ \(company \S+, connection \S+, account …ount\) was in doubt: .+ after \d operations/,
        );
        await rig.outbox.stop();
      });

    it('not sent: sealed as before, again soon', async () => {
      const rig = await running();
      rig.codat.faults.push('not-sent', 'not-sent');
      await rig.push([line('a')]);
      await rig.until(delivered(rig, 1));
      assert.equal(new Set(keys(rig)).size, 1);
      await rig.outbox.stop();
    });

    it('429: nobody sends before Retry-After, and the push keeps its key', async () => {
      const rig = await running();
      rig.codat.faults.push('throttled');
      await rig.push([line('a')]);
      await rig.until(() => rig.codat.requests.length === 1);
      await rig.pass(1000);
      assert.equal((await rig.overview()).waiting?.reason, 'paused');
      await rig.connect('other');
      assert.equal((await rig.push([line('z')], 'other')).waiting, 'paused');
      const start = rig.clock.now();
      await rig.until(delivered(rig, 1));
      assert.ok(rig.clock.now() - start >= 28_000);
      await rig.until(async () => (await rig.overview('other')).counts.delivered === 1);
      const own = rig.codat.requests.filter(({ accountId }) => accountId === 'account');
      assert.deepEqual([own.length, new Set(own.map(({ idempotencyKey }) => idempotencyKey)).size], [2, 1]);
      await rig.outbox.stop();
    });

    it('401: the company rests, no feed fails, and it goes on under a new key', async () => {
      const rig = await running();
      rig.codat.faults.push('unauthorized', 'unauthorized');
      await rig.push([line('a')]);
      await rig.until(() => rig.codat.requests.length === 1);
      await rig.pass(1000);
      const { waiting, held: none } = await rig.overview();
      assert.deepEqual([waiting?.reason, none], ['unauthorized', undefined]);
      await rig.until(delivered(rig, 1));
      assert.equal(new Set(keys(rig)).size, 3);
      assert.deepEqual(eventTypes(rig), ['account-connected', 'held', 'recovered', 'delivered']);
      await rig.outbox.stop();
    });

    it('401 after an unanswered attempt: found by listing, not sent again', async () => {
      const rig = await running();
      rig.codat.honoursKeys = false;
      rig.codat.faults.push('lost-reply', 'unauthorized');
      await rig.push([line('a')]);
      await rig.until(delivered(rig, 1));
      assert.deepEqual([rig.codat.requests.length, rig.codat.landed.length], [2, 1]);
      await rig.outbox.stop();
    });

    it('other 4xx: the account stops and shows Codat’s words; the other accounts go on', async () => {
      const rig = await running();
      await rig.connect('other');
      rig.codat.faults.push('refused');
      await rig.push([line('a'), line('b')]);
      await rig.until(held(rig));
      await rig.push([line('c')]);
      await rig.push([line('d')], 'other');
      await rig.until(async () => (await rig.overview('other')).counts.delivered === 1);
      const { counts, held: why, days } = await rig.overview();
      assert.deepEqual(counts, { delivered: 0, waiting: 0, held: 3 });
      assert.equal(why?.reason, 'refused');
      assert.deepEqual(days, [{ date: '2026-03-10', delivered: 0, held: 3 }]);
      const { items } = await rig.outbox.pushes(rig.key(), { limit: 10 });
      assert.deepEqual(items[0]?.errors, [{ itemId: 'b', message: 'bad line', code: 'refused' }]);
      assert.equal((await rig.push([line('e')])).waiting, 'refused');
      await rig.outbox.stop();
    });

    it('Failed with item errors stops, Failed without any and 5xx goes on under a new key', async () => {
      const rig = await running();
      rig.codat.fates.push('failed-transient', 'failed-transient', 'success', 'failed');
      await rig.push([line('a')]);
      await rig.until(delivered(rig, 1));
      assert.equal(new Set(keys(rig)).size, 3);
      await rig.push([line('b')]);
      await rig.until(held(rig));
      assert.equal((await rig.overview()).held?.reason, 'refused');
      await rig.outbox.stop();
    });

    it('TimedOut stops; seen later as written it recovers by itself', async () => {
      const rig = await running();
      rig.codat.fates.push('timed-out-but-written');
      await rig.push([line('a')]);
      await rig.until(held(rig));
      assert.equal((await rig.overview()).held?.reason, 'timed-out');
      await rig.push([line('b')]);
      await rig.pass(minute);
      assert.equal(rig.codat.requests.length, 1);
      const [entry] = rig.codat.operations.values();
      assert.ok(entry);
      await rig.outbox.operationChanged(rig.companyId, entry.operation.key);
      assert.equal((await rig.overview()).held?.reason, 'timed-out');
      rig.codat.setOperation(rig.companyId, { ...entry.operation, status: 'success' });
      await rig.outbox.operationChanged(rig.companyId, entry.operation.key);
      await rig.until(delivered(rig, 2));
      assert.deepEqual(rig.codat.ids(), ['a', 'b']);
      assert.ok(eventTypes(rig).includes('recovered'));
      await rig.outbox.stop();
    });

    it('an operation that belongs to another batch is never taken for this one', async () => {
      const rig = await running();
      await rig.push([line('a')]);
      await rig.until(delivered(rig, 1));
      const [entry] = rig.codat.operations.values();
      assert.ok(entry);
      rig.codat.create = () => Promise.resolve({ kind: 'accepted', operation: entry.operation });
      await rig.push([line('b')]);
      await rig.until(held(rig));
      assert.equal((await rig.overview()).held?.reason, 'fault');
      await rig.outbox.stop();
    });

    it('goes on after polls that fail or find nothing', async () => {
      const rig = await running();
      rig.codat.webhook = undefined;
      rig.codat.getFails = true;
      await rig.push([line('a')]);
      await rig.until(() => rig.codat.gets >= 2);
      rig.codat.getFails = false;
      const [key = ''] = rig.codat.operations.keys();
      const kept = rig.codat.operations.get(key);
      rig.codat.operations.delete(key);
      await rig.until(() => rig.logged.some((text) => text.includes('does not know')));
      if (kept) rig.codat.operations.set(key, kept);
      await rig.until(delivered(rig, 1));
      await rig.outbox.stop();
    });

    it('lines that are counted and not found stop the account instead of being passed over', async () => {
      const rig = await running();
      await rig.push([line('a')]);
      await database.query(
        `delete from txn where feed_id = (select id from feed where company_id = $1 and account_id = 'account')`,
        [rig.companyId],
      );
      await rig.until(held(rig));
      assert.equal((await rig.overview()).held?.reason, 'fault');
      await rig.outbox.stop();
    });
  });
});
