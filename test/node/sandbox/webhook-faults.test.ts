/** Faults for webhooks: what a receiver sees of each. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createClock, type SandboxOptions } from '../../../src/sandbox/index.ts';
import { morning, standing } from './harness.ts';

interface Seen {
  readonly id: string;
  readonly name: string;
  readonly at: number;
}

/** A consumer of `company.created` that notes what arrives, from whom and when. */
function watched(options: SandboxOptions = {}) {
  const clock = createClock({ start: morning, running: false });
  const seen: Seen[] = [];
  const made = standing({
    clock,
    webhooks: [{ url: 'http://receiver.test/' }],
    delays: { webhookMs: 0 },
    send: async (request) => {
      const { payload } = (await request.json()) as { payload: { name: string } };
      const id = request.headers.get('webhook-id') ?? '';
      seen.push({ id, name: payload.name, at: clock.now() - morning });
      return new Response(null, { status: 204 });
    },
    ...options,
  });
  const story = (): string[] => seen.map(({ name, at }) => `${name} ${at}`);
  return { ...made, seen, story };
}

test('a lost webhook never arrives, and the next one does', async () => {
  const { sandbox, company, clock, story } = watched();
  sandbox.control.faults.add({ kind: 'webhook', fault: 'lost' });
  await company('A');
  await company('B');
  await clock.advance(48 * 3_600_000);
  assert.deepEqual(story(), ['B 0']);
  assert.equal(sandbox.control.pendingWebhooks(), 0);
});

test('a duplicate is the same message once more, under the same id', async () => {
  const { sandbox, company, clock, seen, story } = watched();
  sandbox.control.faults.add({ kind: 'webhook', fault: 'duplicate', ms: 700 });
  await company('A');
  await company('B');
  await clock.advance(1000);
  assert.deepEqual(story(), ['A 0', 'B 0', 'A 700']);
  assert.equal(seen[0]?.id, seen[2]?.id);
});

test('a late webhook leaves that much later, a minute unless told', async () => {
  const { sandbox, company, clock, story } = watched();
  sandbox.control.faults.add({ kind: 'webhook', fault: 'late', ms: 5000 });
  sandbox.control.faults.add({ kind: 'webhook', fault: 'late' });
  for (const name of ['A', 'B', 'C']) await company(name);
  await clock.advance(120_000);
  assert.deepEqual(story(), ['C 0', 'A 5000', 'B 60000']);
});

test('a reordered webhook arrives after the next one, or by itself where none follows', async () => {
  const { sandbox, company, clock, story } = watched();
  const { faults } = sandbox.control;
  faults.add({ kind: 'webhook', fault: 'reordered' });
  faults.add({ kind: 'webhook', fault: 'reordered', skip: 2, ms: 3000 });
  await company('A');
  await clock.advance(1000);
  assert.deepEqual(story(), []);
  await company('B');
  await clock.advance(1000);
  assert.deepEqual(story(), ['B 1000', 'A 1100']);
  await company('C');
  await clock.advance(10_000);
  assert.deepEqual(story(), ['B 1000', 'A 1100', 'C 5000']);
});

test('several reordered in a row keep their own order behind the one that is not', async () => {
  const { sandbox, company, clock, story } = watched();
  sandbox.control.faults.add({ kind: 'webhook', fault: 'reordered', times: 2 });
  for (const name of ['A', 'B', 'C']) await company(name);
  await clock.advance(1000);
  assert.deepEqual(story(), ['C 0', 'A 100', 'B 100']);
});

test('a webhook fault meets the event type it names, and counts only what somebody receives', async () => {
  const { sandbox, call, company, clock, story } = watched({ webhooks: [] });
  sandbox.control.faults.add({ kind: 'webhook', eventType: 'company.deleted', fault: 'lost' });
  const nobody = await company('Nobody');
  await call('DELETE', `/companies/${nobody}`);
  assert.equal(sandbox.control.faults.list()[0]?.struck, 0);
  sandbox.control.addWebhook({ url: 'http://receiver.test/' });
  const id = await company('A');
  await call('DELETE', `/companies/${id}`);
  await clock.advance(1000);
  assert.deepEqual(story(), ['A 0']);
  assert.equal(sandbox.control.faults.list()[0]?.struck, 1);
});

test('a message that is late or held back survives a restart', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'bank-feed-faults-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const dataFile = join(folder, 'state.json');
  const first = watched({ dataFile });
  first.sandbox.control.faults.add({ kind: 'webhook', fault: 'reordered', ms: 40_000 });
  first.sandbox.control.faults.add({ kind: 'webhook', fault: 'late', ms: 30_000 });
  for (const name of ['A', 'B']) await first.company(name);
  await first.sandbox.stop();
  const second = watched({ dataFile });
  await second.clock.advance(60_000);
  assert.deepEqual(second.story(), ['B 30000', 'A 30100']);
});
