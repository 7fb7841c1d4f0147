/** Whatever people do, and whenever: no line is lost, doubled or sent against their word. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { fc } from '../support/fast-check.ts';
import { OutboxError } from '../../../src/outbox/outbox.ts';
import { clear, createRig, line, openTestDatabase, type TestDatabase } from './support/rig.ts';
import { forEachStore } from '../support/stores.ts';

let database: TestDatabase;

const fates = ['success', 'failed', 'timed-out', 'timed-out-but-written', 'failed-transient'] as const;
const faults = ['lost-reply', 'refused', 'throttled', '503-with-effect'] as const;

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('push' as const), lines: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('fate' as const), fate: fc.constantFrom(...fates) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('fault' as const), fault: fc.constantFrom(...faults) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(20, 200, 5000, 600_000) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('retry' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('skip' as const),
      nth: fc.nat(20),
      count: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('resume' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('tell' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('away' as const) }) },
);

const run = async (steps: readonly (typeof step extends fc.Arbitrary<infer Step> ? Step : never)[]): Promise<void> => {
  await clear(database);
  const rig = createRig(database);
  const key = rig.key();
  await rig.connect();
  await rig.outbox.start();
  const handedOver: string[] = [];
  /** Nothing else may be refused, and only with a reason. */
  const maybe = async (act: () => Promise<unknown>): Promise<boolean> => {
    try {
      await act();
      return true;
    } catch (error) {
      if (error instanceof OutboxError) return false;
      throw error;
    }
  };
  const written = (id: string): boolean => rig.codat.ids().includes(id);
  for (const given of steps) {
    switch (given.kind) {
      case 'push': {
        const day = `2026-03-0${1 + Math.min(8, Math.floor(handedOver.length / 6))}`;
        const added = Array.from({ length: given.lines }, (_, n) => `l${handedOver.length + n}`);
        handedOver.push(...added);
        await rig.push(added.map((id) => line(id, day)));
        break;
      }
      case 'fate':
        rig.codat.fates.push(given.fate);
        break;
      case 'fault':
        rig.codat.faults.push(given.fault);
        break;
      case 'pass':
        await rig.pass(given.ms);
        break;
      case 'retry': {
        // A person who looks: confirms only where none of the lines is there.
        const { items } = await rig.outbox.lines(key, { limit: 100 }).catch(() => ({ items: [] }));
        const notWritten = items.every(({ id, state }) => state !== 'stopped' || !written(id));
        await maybe(() => rig.outbox.retry(key, { notWritten }));
        break;
      }
      case 'skip': {
        const ids = handedOver.slice(given.nth, given.nth + given.count);
        if (ids.length > 0) await maybe(() => rig.outbox.skip(key, ids, 'by hand'));
        break;
      }
      case 'resume':
        await maybe(() => rig.outbox.resume(key));
        break;
      case 'tell':
        // What timed out and was written shows as such at last.
        for (const { operation, companyId } of rig.codat.operations.values()) {
          if (operation.status !== 'timed-out') continue;
          if (!rig.codat.landed.some((landed) => landed.key === operation.key)) continue;
          rig.codat.setOperation(companyId, { ...operation, status: 'success' });
          await rig.outbox.operationChanged(companyId, operation.key);
        }
        break;
      case 'away':
        await rig.connect('account', { account: 'disconnected' });
        await rig.connect();
        break;
    }
  }
  // People come to an end: they skip what may be there, and go on with the rest.
  rig.codat.fates.length = 0;
  rig.codat.faults.length = 0;
  for (let round = 0; round < 40; round += 1) {
    await rig.pass(600_000);
    const [hold] = (await rig.outbox.held({ companyId: rig.companyId })).items;
    if (hold === undefined) {
      const [feed] = await rig.outbox.overview(rig.companyId);
      if (feed === undefined || feed.counts.waiting === 0) break;
      continue;
    }
    const { items } = await rig.outbox.lines(key, { limit: 100 });
    const stopped = items.filter(({ state }) => state === 'stopped').map(({ id }) => id);
    if (hold.actions.includes('resume')) await rig.outbox.resume(key);
    else if (hold.mayBeWritten && stopped.length > 0) await rig.outbox.skip(key, stopped, 'looked at by hand');
    else await rig.outbox.retry(key);
  }

  const landed = rig.codat.ids();
  assert.equal(new Set(landed).size, landed.length, `sent twice: ${landed.join(' ')}`);
  const [feed] = await rig.outbox.overview(rig.companyId);
  const counts = feed?.counts ?? { delivered: 0, waiting: 0, held: 0 };
  assert.deepEqual([counts.waiting, counts.held], [0, 0], rig.logged.join('\n'));
  assert.equal(counts.delivered + (feed?.skipped ?? 0), handedOver.length);
  const { items } = handedOver.length > 0 ? await rig.outbox.lines(key, { limit: 100 }) : { items: [] };
  const skipped = new Set(items.map(({ id }) => id));
  assert.deepEqual(
    items.filter(({ state }) => state !== 'skipped'),
    [],
  );
  for (const id of handedOver) assert.ok(skipped.has(id) || written(id), `${id} is lost`);
  assert.ok(!rig.events.some(({ type }) => type === 'alarm'));
  await rig.outbox.stop();
};

forEachStore((kind) => {
  before(async () => {
    database = await openTestDatabase(kind);
  });
  after(() => database.close());

  describe('people at work', () => {
    it('never lose, double or resend a line, whatever they do', async () => {
      await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), run), {
        numRuns: kind === 'pglite' ? 5 : 8,
      });
    });
  });
});
