/** Batches that Codat takes and does not finish. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { PlatformKey } from '../../../src/contract/platforms.ts';
import { createRig, database, line, onEmptyStores } from './support/rig.ts';

const hour = 3_600_000;

onEmptyStores(() => {
  it('a batch that takes longer than its software does raises an alarm, once', async () => {
    const rig = createRig(database, { pendingHours: { exact: 1 }, durations: { pollMax: 12 * hour, sweep: hour / 2 } });
    rig.codat.pushMs = 1000 * hour;
    const platforms: readonly (PlatformKey | undefined)[] = ['exact', 'xero', 'sage', undefined];
    for (const platform of platforms) await rig.connect(platform ?? 'unknown', { platform }, platform ?? 'unknown');
    for (const platform of platforms) await rig.push([line('a')], platform ?? 'unknown', platform ?? 'unknown');
    await rig.outbox.start();
    const alarmed = () => rig.events.flatMap(({ type, accountId }) => (type === 'alarm' ? [accountId] : []));
    await rig.pass(3 * hour);
    assert.deepEqual(alarmed(), ['exact']);
    await rig.pass(3 * hour);
    assert.deepEqual(alarmed(), ['exact', 'xero']);
    await rig.pass(40 * hour);
    assert.equal(alarmed().length, 2);
    await rig.pass(4 * hour);
    assert.deepEqual(alarmed().toSorted(), ['exact', 'sage', 'unknown', 'xero']);
    const alarm = rig.events.find(({ type }) => type === 'alarm');
    assert.ok(alarm?.type === 'alarm' && /^1 lines were taken .* not finished after 1 hours/.test(alarm.message));
    await rig.outbox.stop();
  });
});
