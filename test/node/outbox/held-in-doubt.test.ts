import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PlatformKey } from '../../../src/contract/platforms.ts';
import { checkCounts } from './support/counts.ts';
import { refused, startOn, startStopped } from './support/held-rig.ts';
import { type Rig, database, delivered, eventTypes, held, heldFirst, line, onEmptyStores } from './support/rig.ts';

const minute = 60_000;
const ids = (rig: Rig): string[] => rig.codat.ids();
const running = (platform?: PlatformKey) => startOn(database, platform);
const stopped = (fate: Parameters<typeof startStopped>[1]) => startStopped(database, fate);

onEmptyStores(() => {
  describe('lines that may have been written', () => {
    it('are sent again only where somebody says that they were not written', async () => {
      const rig = await stopped('timed-out');
      const { reason, mayBeWritten, actions } = await heldFirst(rig);
      assert.deepEqual([reason, mayBeWritten, actions], ['timed-out', true, ['retry', 'skip']]);
      await assert.rejects(rig.outbox.retry(rig.key()), refused('confirmation_required', 'notWritten'));
      await rig.pass(minute);
      assert.equal(rig.codat.requests.length, 1);
      await rig.outbox.retry(rig.key(), { notWritten: true });
      await rig.until(delivered(rig, 4));
      assert.deepEqual(ids(rig), ['a', 'b', 'c', 'd']);
      await rig.outbox.stop();
    });

    it('are not sent again on a word that was about the batch before', async () => {
      const rig = await stopped('timed-out');
      const { since } = await heldFirst(rig);
      rig.codat.fates.push('timed-out-but-written');
      await rig.outbox.retry(rig.key(), { notWritten: true, since });
      await rig.until(() => rig.codat.requests.length === 2);
      await rig.until(held(rig));
      // The same word once more: somebody pressed twice, or the network repeated it.
      await assert.rejects(rig.outbox.retry(rig.key(), { notWritten: true, since }), refused('not_allowed', 'since'));
      await rig.pass(minute);
      assert.deepEqual(ids(rig), ['a', 'b', 'c']);
      assert.notEqual((await heldFirst(rig)).since, since);
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
      assert.deepEqual((await heldFirst(rig)).actions, ['skip', 'resume']);
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
      const hold = await heldFirst(rig);
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
      assert.deepEqual((await heldFirst(rig)).actions, ['retry', 'skip']);
      await rig.outbox.retry(rig.key());
      await rig.until(delivered(rig, 2));
      await checkCounts(rig);
      await rig.outbox.stop();
    });
  });
});
