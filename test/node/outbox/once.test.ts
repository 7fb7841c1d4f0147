import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fc } from '../support/fast-check.ts';
import { defaultDurations, systemClock } from '../../../src/outbox/durations.ts';
import { createOutbox } from '../../../src/outbox/outbox.ts';
import { CodatPort, type Fault } from './support/codat-port.ts';
import { clear, connected, createRig, database, line, lines, onEmptyStores } from './support/rig.ts';

/** Faults after which everything still arrives by itself. */
const faults: readonly Fault[] = [
  'lost-request',
  'lost-reply',
  'not-sent',
  'throttled',
  'unauthorized',
  'throws',
  '503-without-effect',
  '503-with-effect',
];

onEmptyStores(() => {
  describe('every line once, in order', () => {
    it('under any sequence of faults, with webhooks or without, with keys honoured or ignored', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.record({
            faults: fc.array(fc.constantFrom(...faults), { maxLength: 8 }),
            fates: fc.array(fc.constantFrom('success' as const, 'failed-transient' as const), { maxLength: 6 }),
            pushes: fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 4 }),
            webhooks: fc.boolean(),
            restart: fc.boolean(),
          }),
          async ({ faults: planned, fates, pushes, webhooks, restart }) => {
            await clear(database);
            const rig = createRig(database);
            // A lost reply is repeated under the same key: with keys ignored it would be written twice, and no sender
            // can help that. All other faults are survived without the key.
            rig.codat.honoursKeys = planned.includes('lost-reply') || planned.includes('lost-request');
            rig.codat.faults.push(...planned);
            rig.codat.fates.push(...fates);
            if (!webhooks) rig.codat.webhook = undefined;
            await rig.connect('account', { platform: 'sage' });
            await rig.connect('other', { platform: 'sage' });
            await rig.outbox.start();
            const expected: string[] = [];
            for (const [n, count] of pushes.entries()) {
              const batch = lines(count, `p${n}`, `2026-03-0${n + 1}`);
              await rig.push(batch);
              await rig.push([line(`other-${n}`, `2026-03-0${n + 1}`)], 'other');
              expected.push(...batch.map(({ id }) => id));
              if (restart && n === 1) {
                await rig.cut();
                await rig.replace().start();
              }
              await rig.pass(300);
            }
            await rig.until(async () =>
              (await rig.outbox.overview(rig.companyId)).every(({ counts }) => counts.waiting + counts.held === 0),
            );
            assert.deepEqual(rig.codat.ids('account'), expected);
            assert.deepEqual(
              rig.codat.ids('other'),
              pushes.map((_, n) => `other-${n}`),
            );
            await rig.outbox.stop();
          },
        ),
        { numRuns: 20 },
      );
    });

    it('2,500 lines on the real clock', async () => {
      const codat = new CodatPort(systemClock);
      const finished = Promise.withResolvers<void>();
      const outbox = createOutbox({
        database,
        upstream: codat,
        timeZone: () => 'UTC',
        onEvent: (event) => {
          if (event.type === 'delivered' && event.lines === 500) finished.resolve();
        },
      });
      codat.webhook = (companyId, key) => void outbox.operationChanged(companyId, key);
      const key = { companyId: 'real', connectionId: 'connection', accountId: 'account' };
      await outbox.observe(key, connected);
      await outbox.start();
      const today = new Date().toISOString().slice(0, 10);
      const input = lines(2500, 'line', today);
      await outbox.accept(key, input);
      await finished.promise;
      assert.deepEqual(
        codat.ids(),
        input.map(({ id }) => id),
      );
      await outbox.stop();
      await outbox.stop();
    });

    it('a sleep of the real clock ends when it is aborted', async () => {
      await systemClock.sleep(defaultDurations.sweep, AbortSignal.abort());
      const abort = new AbortController();
      const slept = systemClock.sleep(defaultDurations.sweep, abort.signal);
      abort.abort();
      await slept;
    });
  });
});
