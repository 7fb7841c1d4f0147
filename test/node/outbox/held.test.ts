import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PlatformKey } from '../../../src/contract/platforms.ts';
import { checkCounts, checkStanding } from './support/counts.ts';
import { refused, startOn, startStopped } from './support/held-rig.ts';
import {
  type Rig,
  createRig,
  database,
  delivered,
  eventTypes,
  held,
  heldFirst,
  line,
  onEmptyStores,
} from './support/rig.ts';

const minute = 60_000;
const ids = (rig: Rig): string[] => rig.codat.ids();
const running = (platform?: PlatformKey) => startOn(database, platform);
const stopped = (fate: Parameters<typeof startStopped>[1]) => startStopped(database, fate);

onEmptyStores(() => {
  describe('refused lines', () => {
    it('are shown with the reason, the words of the software, their age and what may be done', async () => {
      const rig = await stopped('failed');
      assert.deepEqual(await heldFirst(rig), {
        ...rig.key(),
        platform: 'xero',
        reason: 'refused',
        message: 'Failed',
        since: '2026-03-10T12:00:00.200Z',
        until: undefined,
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
      assert.deepEqual(await rig.outbox.skip(rig.key(), ['b', 'b'], ' entered by hand '), {
        lines: 1,
        left: 3,
        resume: true,
      });
      assert.deepEqual(await rig.outbox.skip(rig.key(), ['b'], 'again'), { lines: 0, left: 3, resume: true });
      const { lines, skipped, items, actions } = await heldFirst(rig);
      assert.deepEqual([lines, skipped, items, actions], [3, 1, [], ['retry', 'skip', 'resume']]);
      await checkCounts(rig);
      await rig.pass(minute);
      assert.equal(rig.codat.requests.length, 1);
      assert.deepEqual(await rig.outbox.resume(rig.key()), { lines: 3 });
      await rig.until(delivered(rig, 3));
      assert.deepEqual(ids(rig), ['a', 'c', 'd']);
      assert.partialDeepStrictEqual((await rig.outbox.lines(rig.key(), { limit: 10 })).items, [
        { id: 'b', date: '2026-03-01T00:00:00', amount: '-12.50', state: 'skipped', note: 'entered by hand' },
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
      // The host may repeat itself: a skipped line stays skipped, and it is told so.
      const again = await rig.push([line('b')]);
      assert.equal(again.duplicates, 1);
      assert.deepEqual(
        again.issues.map(({ severity, code, message }) => [severity, code, message]),
        [['warning', 'skipped', 'A person skipped this line (entered by hand); it is not sent.']],
      );
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
      assert.equal((await heldFirst(rig)).skipped, 0);
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
      const hold = await heldFirst(rig);
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

    it('a batch that stopped, and whose account went away since, is never said to be sent again', async () => {
      const rig = await stopped('failed');
      for (const account of ['removed', 'disconnected'] as const) {
        await rig.connect('account', { account });
        const hold = await heldFirst(rig);
        assert.deepEqual([hold.reason, hold.actions], [account, ['skip']]);
        await assert.rejects(rig.outbox.retry(rig.key()), refused('not_allowed'));
      }
      await rig.outbox.skip(rig.key(), ['b'], 'by hand');
      await assert.rejects(rig.outbox.resume(rig.key()), refused('not_allowed'));
      await rig.connect();
      await rig.until(delivered(rig, 3));
      assert.deepEqual(ids(rig), ['a', 'c', 'd']);
      await rig.outbox.stop();
    });

    it('a connection that is gone for now is only waited for', async () => {
      const rig = await running();
      await rig.connect('account', { connection: 'unlinked' });
      await rig.push([line('a')]);
      assert.deepEqual((await heldFirst(rig)).actions, ['skip']);
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
      const hold = await heldFirst(rig);
      assert.deepEqual([hold.reason, hold.actions], ['unauthorized', ['skip', 'resume']]);
      await checkStanding(rig);
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
      assert.deepEqual((await heldFirst(rig)).actions, ['skip', 'resume']);
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
});
