/** How often the sender's loop looks into the store, on a simulated one that counts. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Operation } from '../../../src/outbox/model.ts';
import { createOutboxOn } from '../../../src/outbox/outbox.ts';
import { newStore } from '../../sim/ledger/data.ts';
import { createMemoryLedger } from '../../sim/memory-ledger.ts';
import { connected, line } from './support/rig.ts';
import { TestClock } from './support/test-clock.ts';

it('looks now and then while Codat is slow to say how operations ended', async () => {
  const clock = new TestClock();
  const seen = { looks: 0, reading: 0 };
  const operation = (connectionId: string): Operation => ({
    key: `operation ${connectionId}`,
    connectionId,
    status: 'pending',
    requestedAt: clock.now(),
    errors: [],
  });
  const outbox = createOutboxOn(
    (publish, durations) =>
      createMemoryLedger({
        store: newStore(),
        durations,
        publish,
        storeNow: () => clock.now(),
        turn: async (what, when) => void (what === 'untilDue' && when === 'before' && (seen.looks += 1)),
      }),
    {
      clock,
      timeZone: () => 'UTC',
      upstream: {
        create: async ({ connectionId }) => ({ kind: 'accepted', operation: operation(connectionId) }),
        async get(_companyId, key) {
          seen.reading += 1;
          await clock.sleep(60_000);
          seen.reading -= 1;
          return operation(key.replace('operation ', ''));
        },
        list: () => Promise.resolve([]),
      },
    },
  );
  for (let n = 0; n < 40; n += 1) {
    const key = { companyId: 'company', connectionId: `connection-${n}`, accountId: 'account' };
    await outbox.observe(key, connected);
    await outbox.accept(key, [line('a')]);
  }
  await outbox.start();
  const settle = async (): Promise<void> => {
    for (let n = 0; n < 20; n += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  for (await settle(); seen.reading < 16; await settle()) clock.advanceToNext();
  seen.looks = 0;
  for (const end = clock.now() + 30_000; clock.now() < end; await settle()) clock.advanceToNext();
  assert.equal(seen.reading, 16);
  assert.ok(seen.looks <= 60, `${seen.looks} looks in half a minute`);
  const stopped = outbox.stop(0);
  await settle();
  clock.advance(120_000);
  await stopped;
});
