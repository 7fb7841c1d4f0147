import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { OutboxError } from '../../../src/outbox/outbox.ts';
import { clear, createRig, line, openTestDatabase, type Rig, type TestDatabase } from './support/rig.ts';
import { forEachStore } from '../support/stores.ts';

let database: TestDatabase;

const minute = 60_000;
const delivered = (rig: Rig, count: number) => () => rig.overview().then(({ counts }) => counts.delivered === count);
const held = (rig: Rig) => () => rig.overview().then((feed) => feed.held !== undefined);
const eventTypes = (rig: Rig): string[] => rig.events.map(({ type }) => type);
const ids = (rig: Rig): string[] => rig.codat.ids();
const held1 = async (rig: Rig) => {
  const { items } = await rig.outbox.held({ companyId: rig.companyId });
  const [first] = items;
  assert.ok(first, 'nothing is held');
  return first;
};
const refused = (code: OutboxError['code'], field?: string) => (error: unknown) =>
  error instanceof OutboxError && error.code === code && (field === undefined || error.field === field);

const running = async (platform: 'xero' | 'quickbooks' = 'xero'): Promise<Rig> => {
  const rig = createRig(database);
  await rig.connect('account', { platform });
  await rig.outbox.start();
  return rig;
};

/** What the feed counts, against what is really there. */
const checkCounts = async (rig: Rig): Promise<void> => {
  const { rows } = await database.query<Record<string, unknown>>(
    `select f.queued, (select count(*)::integer from txn t where t.feed_id = f.id and (t.mark = 'straggler'
         or (t.mark is null and (t.local_at, t.seq) > (f.sealed_local, f.sealed_seq)))) as really_queued,
       f.in_push, (select count(*)::integer from push p join txn t on t.feed_id = p.feed_id and t.id = any(p.ids)
         and t.mark is distinct from 'skipped' where p.feed_id = f.id
           and (p.state in ('sealed', 'sending', 'pending') or p.id = f.blocked_push)) as really_in_push,
       f.late, (select count(*)::integer from txn t where t.feed_id = f.id and t.mark = 'late') as really_late,
       f.skipped, (select count(*)::integer from txn t where t.feed_id = f.id
         and t.mark in ('before-start', 'skipped')) as really_skipped
     from feed f where f.company_id = $1`,
    [rig.companyId],
  );
  assert.ok(rows.length > 0);
  for (const row of rows)
    for (const name of ['queued', 'in_push', 'late', 'skipped']) assert.equal(row[name], row[`really_${name}`], name);
};

/** A feed stopped by what became of its first batch: lines a, b, c; d waits behind it. */
const stopped = async (fate: 'failed' | 'timed-out' | 'timed-out-but-written'): Promise<Rig> => {
  const rig = await running();
  rig.codat.fates.push(fate);
  await rig.push([line('a'), line('b'), line('c')]);
  await rig.until(held(rig));
  await rig.push([line('d', '2026-03-02')]);
  return rig;
};

forEachStore((kind) => {
  before(async () => {
    database = await openTestDatabase(kind);
  });
  after(() => database.close());
  beforeEach(() => clear(database));

  describe('refused lines', () => {
    it('are shown with the reason, the words of the software, their age and what may be done', async () => {
      const rig = await stopped('failed');
      assert.deepEqual(await held1(rig), {
        ...rig.key(),
        platform: 'xero',
        reason: 'refused',
        message: 'Failed',
        since: '2026-03-10T12:00:00.200Z',
        lines: 4,
        skipped: 0,
        mayBeWritten: false,
        operationKey: [...rig.codat.operations.keys()][0],
        items: [{ id: 'b', message: 'bad line' }],
        actions: ['retry', 'skip'],
      });
      const { items } = await rig.outbox.lines(rig.key(), { limit: 10 });
      assert.deepEqual(
        items.map(({ id, state }) => `${id} ${state}`),
        ['a stopped', 'b stopped', 'c stopped', 'd waiting'],
      );
      await rig.outbox.stop();
    });

    it('retry sends the same lines under a new key, before what waits behind them', async () => {
      const rig = await stopped('failed');
      await assert.rejects(rig.outbox.resume(rig.key()), refused('not_allowed'));
      assert.deepEqual(await rig.outbox.retry(rig.key()), { lines: 3 });
      await rig.until(delivered(rig, 4));
      assert.deepEqual(ids(rig), ['a', 'b', 'c', 'd']);
      assert.equal(new Set(rig.codat.requests.map(({ idempotencyKey }) => idempotencyKey)).size, 3);
      assert.deepEqual(eventTypes(rig).slice(1), ['held', 'recovered', 'operated', 'delivered', 'delivered']);
      const { items } = await rig.outbox.pushes(rig.key(), { limit: 10 });
      assert.deepEqual(
        items.map(({ status }) => status),
        ['delivered', 'delivered', 'failed'],
      );
      await assert.rejects(rig.outbox.retry(rig.key()), refused('not_held'));
      await checkCounts(rig);
      await rig.outbox.stop();
    });

    it('skip keeps the named lines with the reason, and resume sends the rest under a new key', async () => {
      const rig = await stopped('failed');
      assert.deepEqual(await rig.outbox.skip(rig.key(), ['b', 'b'], ' entered by hand '), { lines: 1, left: 3 });
      assert.deepEqual(await rig.outbox.skip(rig.key(), ['b'], 'again'), { lines: 0, left: 3 });
      const { lines, skipped, items, actions } = await held1(rig);
      assert.deepEqual([lines, skipped, items, actions], [3, 1, [], ['retry', 'skip', 'resume']]);
      await checkCounts(rig);
      await rig.pass(minute);
      assert.equal(rig.codat.requests.length, 1);
      assert.deepEqual(await rig.outbox.resume(rig.key()), { lines: 3 });
      await rig.until(delivered(rig, 3));
      assert.deepEqual(ids(rig), ['a', 'c', 'd']);
      assert.deepEqual((await rig.outbox.lines(rig.key(), { limit: 10 })).items, [
        { id: 'b', date: '2026-03-01T00:00:00', state: 'skipped', note: 'entered by hand' },
      ]);
      assert.deepEqual(
        (await rig.outbox.events({ limit: 99 })).flatMap((event) =>
          event.type === 'operated' ? [[event.action, event.lines, event.reason]] : [],
        ),
        [
          ['skip', 1, 'entered by hand'],
          ['skip', 0, 'again'],
          ['resume', 3, undefined],
        ],
      );
      // The host may repeat itself: a skipped line stays skipped.
      assert.equal((await rig.push([line('b')])).duplicates, 1);
      await checkCounts(rig);
      await rig.outbox.stop();
    });

    it('with every line of the batch skipped, resume sends what waited behind', async () => {
      const rig = await stopped('failed');
      await rig.outbox.skip(rig.key(), ['a', 'b', 'c'], 'not wanted');
      await assert.rejects(rig.outbox.retry(rig.key()), refused('not_allowed'));
      assert.deepEqual(await rig.outbox.resume(rig.key()), { lines: 1 });
      await rig.until(delivered(rig, 1));
      assert.deepEqual(ids(rig), ['d']);
      await checkCounts(rig);
      await rig.outbox.stop();
    });

    it('a connection that comes back tries them once more, without those that were skipped', async () => {
      const rig = await stopped('failed');
      await rig.outbox.skip(rig.key(), ['b'], 'by hand');
      await rig.connect('account', { account: 'disconnected' });
      await rig.connect('account');
      await rig.until(delivered(rig, 3));
      assert.deepEqual(ids(rig), ['a', 'c', 'd']);
      await checkCounts(rig);
      await rig.outbox.stop();
    });

    it('what is asked wrongly names the field and changes nothing', async () => {
      const rig = await stopped('failed');
      const key = rig.key();
      await assert.rejects(rig.outbox.skip(key, [], 'x'), refused('invalid_ids', 'ids'));
      await assert.rejects(rig.outbox.skip(key, ['a'], ' '), refused('invalid_reason', 'reason'));
      await assert.rejects(rig.outbox.skip(key, ['a'], 'a\u0000b'), refused('invalid_reason', 'reason'));
      await assert.rejects(rig.outbox.skip(key, ['a'], 'x'.repeat(501)), refused('invalid_reason', 'reason'));
      await assert.rejects(rig.outbox.skip(key, ['a', 'nobody'], 'x'), refused('invalid_ids', 'ids'));
      const many = Array.from({ length: 1001 }, (_, n) => `${n}`);
      await assert.rejects(rig.outbox.skip(key, many, 'x'), refused('invalid_ids', 'ids'));
      await assert.rejects(rig.outbox.retry({ ...key, accountId: 'other' }), refused('unknown_feed', 'accountId'));
      await assert.rejects(rig.outbox.held({ after: 'x' }), refused('invalid_cursor', 'after'));
      assert.equal((await held1(rig)).skipped, 0);
      await checkCounts(rig);
      await rig.outbox.stop();
    });
  });

  describe('lines that may have been written', () => {
    it('are sent again only where somebody says that they were not written', async () => {
      const rig = await stopped('timed-out');
      const { reason, mayBeWritten, actions } = await held1(rig);
      assert.deepEqual([reason, mayBeWritten, actions], ['timed-out', true, ['retry', 'skip']]);
      await assert.rejects(rig.outbox.retry(rig.key()), refused('confirmation_required', 'notWritten'));
      await rig.pass(minute);
      assert.equal(rig.codat.requests.length, 1);
      await rig.outbox.retry(rig.key(), { notWritten: true });
      await rig.until(delivered(rig, 4));
      assert.deepEqual(ids(rig), ['a', 'b', 'c', 'd']);
      await rig.outbox.stop();
    });

    it('are not sent again where Codat knows by now that they were written', async () => {
      const rig = await stopped('timed-out-but-written');
      const [entry] = rig.codat.operations.values();
      assert.ok(entry);
      rig.codat.setOperation(rig.companyId, { ...entry.operation, status: 'success' });
      await assert.rejects(rig.outbox.retry(rig.key(), { notWritten: true }), refused('not_held'));
      await rig.until(delivered(rig, 4));
      assert.deepEqual(ids(rig), ['a', 'b', 'c', 'd']);
      await rig.outbox.stop();
    });

    it('written already: skipped and resumed; the rest needs a word of its own', async () => {
      const rig = await stopped('timed-out');
      await rig.outbox.skip(rig.key(), ['a', 'b'], 'written already');
      await assert.rejects(rig.outbox.resume(rig.key()), refused('not_allowed'));
      await assert.rejects(rig.outbox.retry(rig.key()), refused('confirmation_required'));
      await rig.outbox.skip(rig.key(), ['c'], 'written already');
      assert.deepEqual((await held1(rig)).actions, ['skip', 'resume']);
      await rig.outbox.resume(rig.key());
      await rig.until(delivered(rig, 1));
      assert.deepEqual(ids(rig), ['d']);
      await checkCounts(rig);

      // Codat says so at last: they were delivered after all.
      const [entry] = rig.codat.operations.values();
      assert.ok(entry);
      rig.codat.setOperation(rig.companyId, { ...entry.operation, status: 'success' });
      await rig.outbox.operationChanged(rig.companyId, entry.operation.key);
      await rig.outbox.operationChanged(rig.companyId, entry.operation.key);
      await rig.until(delivered(rig, 4));
      assert.ok(!eventTypes(rig).includes('alarm'));
      await checkCounts(rig);
      await rig.outbox.stop();
    });

    it('a late success takes back what was skipped before anybody resumed', async () => {
      const rig = await stopped('timed-out');
      await rig.outbox.skip(rig.key(), ['a'], 'written already');
      const [entry] = rig.codat.operations.values();
      assert.ok(entry);
      rig.codat.setOperation(rig.companyId, { ...entry.operation, status: 'success' });
      await rig.outbox.operationChanged(rig.companyId, entry.operation.key);
      await rig.until(delivered(rig, 4));
      assert.deepEqual((await rig.outbox.lines(rig.key(), { limit: 10 })).items, []);
      await checkCounts(rig);
      await rig.outbox.stop();
    });

    it('written after all although somebody said they were not: an alarm, once', async () => {
      const rig = await stopped('timed-out');
      await rig.outbox.retry(rig.key(), { notWritten: true });
      await rig.until(delivered(rig, 4));
      const [entry] = rig.codat.operations.values();
      assert.ok(entry);
      rig.codat.setOperation(rig.companyId, { ...entry.operation, status: 'success' });
      for (let n = 0; n < 2; n += 1) await rig.outbox.operationChanged(rig.companyId, entry.operation.key);
      assert.deepEqual(
        rig.events.flatMap((event) => (event.type === 'alarm' ? [event.operationKey] : [])),
        [entry.operation.key],
      );
      assert.equal((await rig.overview()).counts.delivered, 4);
      await rig.outbox.stop();
    });
  });

  describe('late lines', () => {
    it('are skipped, once entered by hand, while the feed goes on', async () => {
      const rig = await running('quickbooks');
      await rig.push([line('a', '2026-03-05')]);
      await rig.until(delivered(rig, 1));
      await rig.push([line('old', '2026-03-04')]);
      const hold = await held1(rig);
      assert.deepEqual(
        [hold.reason, hold.lines, hold.items, hold.actions],
        ['late', 1, [{ id: 'old', message: 'Dated 2026-03-04.' }], ['skip']],
      );
      await assert.rejects(rig.outbox.retry(rig.key()), refused('not_allowed'));
      await assert.rejects(rig.outbox.resume(rig.key()), refused('not_allowed'));
      assert.deepEqual(await rig.outbox.skip(rig.key(), ['old'], 'entered by hand'), { lines: 1, left: 0 });
      assert.deepEqual((await rig.outbox.held({ companyId: rig.companyId })).items, []);
      assert.equal((await rig.overview()).held, undefined);
      await assert.rejects(rig.outbox.skip(rig.key(), ['a'], 'x'), refused('invalid_ids'));
      await checkCounts(rig);
      await rig.outbox.stop();
    });

    it('are sent by a retry where the software turned out to take them', async () => {
      const rig = await running();
      await rig.push([line('a', '2026-03-05')]);
      await rig.until(delivered(rig, 1));
      await database.query(`update connection set platform = null where company_id = $1`, [rig.companyId]);
      await rig.push([line('old', '2026-03-04')]);
      await rig.connect();
      assert.deepEqual((await held1(rig)).actions, ['retry', 'skip']);
      await rig.outbox.retry(rig.key());
      await rig.until(delivered(rig, 2));
      await checkCounts(rig);
      await rig.outbox.stop();
    });
  });

  describe('other holds', () => {
    it('an account that went away: its lines can be skipped, also those of a batch that was ready', async () => {
      const rig = await running();
      rig.codat.faults.push('throttled');
      await rig.push([line('a'), line('b')]);
      await rig.until(() => rig.codat.requests.length === 1);
      await rig.pass(1000);
      await rig.push([line('c', '2026-03-02')]);
      await rig.connect('account', { account: 'removed' });
      const hold = await held1(rig);
      assert.deepEqual([hold.reason, hold.lines, hold.actions], ['removed', 3, ['skip']]);
      await assert.rejects(rig.outbox.retry(rig.key()), refused('not_allowed'));
      await assert.rejects(rig.outbox.resume(rig.key()), refused('not_allowed'));
      assert.deepEqual(await rig.outbox.skip(rig.key(), ['a', 'c'], 'account closed'), { lines: 2, left: 1 });
      await checkCounts(rig);
      await rig.outbox.skip(rig.key(), ['b'], 'account closed');
      await checkCounts(rig);
      assert.deepEqual((await rig.outbox.held()).items, []);
      await rig.outbox.stop();
    });

    it('a connection that is gone for now is only waited for', async () => {
      const rig = await running();
      await rig.connect('account', { connection: 'unlinked' });
      await rig.push([line('a')]);
      assert.deepEqual((await held1(rig)).actions, ['skip']);
      await assert.rejects(rig.outbox.retry(rig.key()), refused('not_allowed'));
      await assert.rejects(rig.outbox.resume(rig.key()), refused('not_allowed'));
      await rig.connect();
      await rig.until(delivered(rig, 1));
      await rig.outbox.stop();
    });

    it('a key that Codat refuses: resume tries again at once', async () => {
      const rig = await running();
      rig.codat.faults.push('unauthorized');
      await rig.push([line('a')]);
      await rig.until(async () => (await rig.outbox.held()).items.length > 0);
      const hold = await held1(rig);
      assert.deepEqual([hold.reason, hold.actions], ['unauthorized', ['skip', 'resume']]);
      await assert.rejects(rig.outbox.retry(rig.key()), refused('not_allowed'));
      const start = rig.clock.now();
      await rig.outbox.resume(rig.key());
      await rig.until(delivered(rig, 1));
      assert.ok(rig.clock.now() - start < minute);
      await rig.outbox.stop();
    });

    it('lines that wait can be taken back, those on their way cannot', async () => {
      const rig = await running();
      rig.codat.pushMs = minute;
      await rig.push([line('a')]);
      await rig.until(() => rig.codat.operations.size === 1);
      await rig.push([line('b', '2026-03-02'), line('c', '2026-03-03')]);
      await assert.rejects(rig.outbox.skip(rig.key(), ['a'], 'x'), refused('invalid_ids'));
      await assert.rejects(rig.outbox.retry(rig.key()), refused('not_held'));
      await rig.outbox.skip(rig.key(), ['b'], 'handed over by mistake');
      const { items } = await rig.outbox.lines(rig.key(), { limit: 10 });
      assert.deepEqual(
        items.map(({ id, state }) => `${id} ${state}`),
        ['a sending', 'b skipped', 'c waiting'],
      );
      await rig.until(delivered(rig, 2));
      assert.deepEqual(ids(rig), ['a', 'c']);
      await checkCounts(rig);
      await rig.outbox.stop();
    });

    it('a count that does not match what is there is put right by a resume', async () => {
      const rig = await running();
      await rig.push([line('a'), line('b', '2026-03-02')]);
      await database.query(`delete from txn where feed_id = (select id from feed where company_id = $1)`, [
        rig.companyId,
      ]);
      await rig.until(held(rig));
      assert.deepEqual((await held1(rig)).actions, ['skip', 'resume']);
      await rig.outbox.resume(rig.key());
      await rig.push([line('c', '2026-03-03')]);
      await rig.until(delivered(rig, 1));
      await checkCounts(rig);
      await rig.outbox.stop();
    });

    it('an account on several connections: the one with held lines is meant, or has to be named', async () => {
      const rig = await running();
      await rig.connect('account', {}, 'second');
      rig.codat.fates.push('failed', 'failed', 'failed');
      await rig.push([line('a')]);
      await rig.until(async () => (await rig.outbox.held()).items.length === 1);
      const { companyId } = rig;
      await rig.outbox.retry({ companyId, accountId: 'account' });
      await rig.push([line('b')], 'account', 'second');
      await rig.until(async () => (await rig.outbox.held()).items.length === 2);
      await assert.rejects(
        rig.outbox.retry({ companyId, accountId: 'account' }),
        refused('invalid_address', 'connectionId'),
      );
      const first = await rig.outbox.held({ limit: 1 });
      assert.equal(first.items.length, 1);
      const second = await rig.outbox.held({ limit: 1, after: first.next });
      assert.deepEqual([second.items[0]?.connectionId, second.next], ['second', undefined]);
      const named = await rig.outbox.held({ connectionId: 'second' });
      assert.deepEqual(
        named.items.map(({ connectionId }) => connectionId),
        ['second'],
      );
      await rig.outbox.stop();
    });

    it('parked lines that joined no feed can be skipped', async () => {
      const rig = createRig(database);
      const { companyId } = rig;
      await rig.outbox.accept({ companyId, accountId: 'account' }, [line('a'), line('b')]);
      await rig.push([line('a', '2026-03-02')]);
      await rig.connect();
      const parked = { companyId, accountId: 'account', connectionId: null };
      const { items } = await rig.outbox.held(parked);
      assert.deepEqual(
        items.map(({ reason, connectionId, lines }) => [reason, connectionId, lines]),
        [['fault', undefined, 1]],
      );
      await rig.outbox.skip(parked, ['a'], 'handed over twice');
      await rig.outbox.resume(parked);
      assert.deepEqual((await rig.outbox.held({ companyId })).items, []);
      await checkCounts(rig);
    });
  });

  describe('after a restore', () => {
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
      const early = await held1(rig);
      assert.deepEqual([early.reason, early.lines, early.actions], ['ambiguous', 2, ['skip']]);
      assert.match(early.message, /Codat is asked/);
      await assert.rejects(rig.outbox.resume(rig.key()), refused('not_allowed'));
      await rig.pass(10 * minute);
      assert.equal(rig.codat.requests.length, 2);
      const hold = await held1(rig);
      assert.deepEqual(hold.actions, ['skip', 'resume']);
      assert.match(hold.message, /would be sent again/);
      assert.deepEqual(
        rig.events.slice(events).map((event) => (event.type === 'held' ? event.reason : event.type)),
        ['ambiguous'],
      );
      await rig.outbox.skip(rig.key(), ['b'], 'written already');
      await rig.outbox.resume(rig.key());
      await rig.until(delivered(rig, 2));
      assert.deepEqual(ids(rig), ['a', 'b', 'c']);
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
});
