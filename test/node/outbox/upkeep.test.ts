import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defaultDurations } from '../../../src/outbox/durations.ts';
import { createLedger } from '../../../src/outbox/ledger.ts';
import {
  type Rig,
  type RigOptions,
  createRig,
  database,
  delivered,
  later,
  line,
  lines,
  onEmptyStores,
  startRig,
} from './support/rig.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const alarms = (rig: Rig): string[] =>
  rig.events.flatMap((event) => (event.type === 'alarm' ? [event.operationKey] : []));

const running = (options?: RigOptions) => startRig(database, options);

const count = async (sql: string, rig: Rig): Promise<number> => {
  const { rows } = await database.query<{ n: number }>(sql, [rig.companyId]);
  return rows[0]?.n ?? 0;
};
const bodies = (rig: Rig) =>
  count(
    `select count(*)::integer as n from txn where left(body, 1) = '{'
       and feed_id in (select id from feed where company_id = $1)`,
    rig,
  );

onEmptyStores((kind) => {
  describe('operations that nobody here sent', () => {
    const stranger = (rig: Rig, key: string, fields: object = {}): void => {
      rig.codat.setOperation(rig.companyId, {
        key,
        connectionId: 'connection',
        dataType: 'bankTransactions',
        status: 'success',
        requestedAt: rig.clock.now(),
        errors: [],
        ...fields,
      });
    };

    it('are looked for also after an instance whose clock was years ahead', async () => {
      const ahead = createRig(database);
      ahead.clock.advance(3650 * day);
      await ahead.outbox.start();
      await ahead.pass(minute);
      await ahead.outbox.stop();
      const rig = await running({ durations: { sweep: hour } });
      await rig.push([line('a')]);
      await rig.until(delivered(rig, 1));
      stranger(rig, 'another program');
      await rig.pass(3 * hour);
      assert.deepEqual(alarms(rig), ['another program']);
      await rig.outbox.stop();
    });

    it('are looked for also on a connection that sends without a pause', async () => {
      const rig = createRig(database);
      await rig.connect();
      await rig.push([line('a')]);
      const ledger = createLedger(database, defaultDurations, () => undefined);
      const [now, next] = [rig.clock.now() + minute, rig.clock.now() + hour];
      const send = async (at: number) => {
        const [lease] = await ledger.claim(at, 1);
        assert.ok(lease);
        const work = await ledger.step(lease, undefined, at, true);
        assert.ok(work.kind === 'send');
        return { lease, push: work.push };
      };
      const { lease, push } = await send(now);
      const outcome = { kind: 'success', operationKey: 'operation' } as const;
      const done = { companyId: rig.companyId, pushId: push.id, attempt: 1, outcome };
      await ledger.step(lease, done, now, false);
      await rig.outbox.accept({ ...rig.key() }, [line('b')]);
      await send(next);
      const looked = async (until: number) => (await ledger.operating?.settledSince(now, until))?.length;
      assert.deepEqual([await looked(next), await looked(next + 1)], [1, 0]);
    });

    it('raise an alarm, once, on connections of ours', async () => {
      const rig = await running();
      await rig.push([line('a')]);
      await rig.until(delivered(rig, 1));
      stranger(rig, 'another program');
      stranger(rig, 'another connection', { connectionId: 'other' });
      stranger(rig, 'invoices', { dataType: 'invoices' });
      stranger(rig, 'wrote nothing', { status: 'failed' });
      await rig.pass(3 * hour);
      assert.deepEqual(alarms(rig), ['another program']);
      assert.ok(rig.logged.some((text) => text.startsWith('error') && text.includes('another program')));
      await rig.outbox.stop();
    });

    it('are found also where an attempt landed after the quiet time', async () => {
      const rig = await running();
      rig.codat.faults.push('503-without-effect');
      await rig.push([line('a')]);
      await rig.until(delivered(rig, 1));
      stranger(rig, 'landed late', { requestedAt: rig.clock.now() - 8 * minute });
      await rig.pass(2 * hour);
      assert.deepEqual(alarms(rig), ['landed late']);
      await rig.outbox.stop();
    });

    it('are found where Codat did not look at the key of a request that was repeated', async () => {
      const rig = await running();
      rig.codat.honoursKeys = false;
      rig.codat.faults.push('lost-reply');
      await rig.push([line('a')]);
      await rig.until(delivered(rig, 1));
      assert.deepEqual(rig.codat.ids(), ['a', 'a']);
      await rig.pass(2 * hour);
      assert.deepEqual(alarms(rig), [...rig.codat.operations.keys()].slice(0, 1));
      await rig.outbox.stop();
    });

    it('are looked for again where a listing failed', async () => {
      const rig = await running();
      await rig.push([line('a')]);
      await rig.until(delivered(rig, 1));
      stranger(rig, 'another program');
      rig.codat.listFails = true;
      await rig.pass(2 * hour);
      rig.codat.listFails = false;
      await rig.pass(hour);
      assert.deepEqual(alarms(rig), ['another program']);
      await rig.outbox.stop();
    });
  });

  it('an operation that Codat does not know any more stops its feed after an hour, and a late success frees it', async () => {
    const rig = await running();
    rig.codat.webhook = undefined;
    await rig.push([line('a')]);
    await rig.until(() => rig.codat.operations.size === 1);
    const [entry] = rig.codat.operations.values();
    assert.ok(entry);
    await rig.pass(50);
    rig.codat.operations.clear();
    await rig.pass(50 * minute);
    assert.equal((await rig.overview()).held, undefined);
    await rig.pass(20 * minute);
    assert.equal((await rig.overview()).held?.reason, 'timed-out');
    const [hold] = (await rig.outbox.held({ companyId: rig.companyId })).items;
    assert.equal(hold?.operationKey, entry.operation.key);
    rig.codat.setOperation(rig.companyId, { ...entry.operation, status: 'success' });
    await rig.outbox.operationChanged(rig.companyId, entry.operation.key);
    await rig.until(delivered(rig, 1));
    await rig.outbox.stop();
  });

  describe('retention', () => {
    it('keeps of old delivered lines what tells a duplicate and a change', async () => {
      const rig = await running();
      await rig.push([...lines(1500), line('exact', '2026-03-01', { amount: '-1.10', balance: '0.00' })]);
      await rig.until(delivered(rig, 1501));
      await later(rig, 89 * day);
      assert.equal(await bodies(rig), 1501);
      await later(rig, 2 * day);
      assert.equal(await bodies(rig), 0);
      if (kind === 'pglite') {
        const vacuums = `select vacuum_count::integer as n from pg_stat_user_tables where relname = 'txn' and $1 <> ''`;
        assert.equal(await count(vacuums, rig), 1);
      }
      assert.equal(await count('select count(*)::integer as n from push where company_id = $1', rig), 0);
      assert.deepEqual((await rig.outbox.pushes(rig.key(), { limit: 10 })).items, []);
      const again = await rig.push([
        ...lines(1500),
        line('exact', '2026-03-01', { amount: '-1.1', balance: '0' }),
        line('line-00000', '2026-03-01', { description: 'other' }),
      ]);
      assert.deepEqual([again.accepted, again.duplicates, again.refused], [0, 1501, 1]);
      const changed = await rig.push([line('exact', '2026-03-01', { amount: '-1.11', balance: '0' })]);
      assert.deepEqual(
        changed.issues.map(({ code }) => code),
        ['changed_content'],
      );
      assert.equal((await rig.overview()).counts.delivered, 1501);
      await rig.outbox.stop();
    });

    it('keeps whole what waits and what is held, however old; what was set aside is reduced', async () => {
      const rig = await running();
      rig.codat.fates.push('failed');
      await rig.push([line('a'), line('b')]);
      await rig.until(async () => (await rig.overview()).held !== undefined);
      await rig.push([line('c', '2026-03-02')]);
      await rig.outbox.skip(rig.key(), ['b'], 'by hand');
      await later(rig, 91 * day);
      assert.equal(await bodies(rig), 2);
      assert.equal((await rig.push([line('b')])).duplicates, 1);
      await rig.outbox.resume(rig.key());
      await rig.until(delivered(rig, 2));
      assert.deepEqual(rig.codat.ids(), ['a', 'c']);
      await rig.outbox.stop();
    });

    it('lines that another batch still holds are kept, also where the first one was written after all', async () => {
      const rig = await running();
      rig.codat.fates.push('timed-out', 'failed');
      await rig.push([line('a'), line('b')]);
      await rig.until(async () => (await rig.overview()).held !== undefined);
      await rig.outbox.retry(rig.key(), { notWritten: true });
      await rig.until(async () => (await rig.overview()).held?.reason === 'refused');
      const [entry] = rig.codat.operations.values();
      assert.ok(entry);
      rig.codat.setOperation(rig.companyId, { ...entry.operation, status: 'success' });
      await rig.outbox.operationChanged(rig.companyId, entry.operation.key);
      await later(rig, 200 * day);
      assert.equal(await bodies(rig), 2);
      await rig.outbox.stop();
    });

    it('events go some time after they were acknowledged, and after a year without', async () => {
      const rig = await running();
      const events = () => count('select count(*)::integer as n from event where company_id = $1', rig);
      await rig.push([line('a')]);
      await rig.until(delivered(rig, 1));
      const [first] = await rig.outbox.events({ limit: 10 });
      assert.ok(first);
      await rig.outbox.acknowledge(first.id);
      await later(rig, 91 * day);
      assert.equal(await events(), 1);
      await later(rig, 273 * day);
      assert.equal(await events(), 1);
      await later(rig, 2 * day);
      assert.equal(await events(), 0);
      await rig.outbox.stop();
    });
  });
});
