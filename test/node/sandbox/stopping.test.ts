/** What `stop()` ends: nothing happens, is sent or is written after it. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createClock, createSandbox } from '../../../src/sandbox/index.ts';
import { standing } from './harness.ts';

const folder = await mkdtemp(join(tmpdir(), 'sandbox-stopping-'));
after(() => rm(folder, { recursive: true }));

// A clock's timers do not keep the process alive.
const alive = setInterval(() => {}, 1000);
after(() => clearInterval(alive));

/** Longer than a change waits to be written. */
const aWhile = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 300));

test('what comes back from outside after the end changes nothing, in the file least of all', async () => {
  const dataFile = join(folder, 'state.json');
  const bank = Promise.withResolvers<[]>();
  const asked = Promise.withResolvers<void>();
  const clock = createClock();
  const { call, connected, sandbox } = standing({
    dataFile,
    clock,
    delays: { syncMs: 0, pushMs: 0 },
    managedTransactions() {
      asked.resolve();
      return bank.promise;
    },
  });
  const { base, accountId } = await connected();
  const syncs = `${base}/bankFeedAccounts/${accountId}/managedBankFeeds/syncs`;
  assert.equal((await call('POST', syncs)).status, 201);
  await asked.promise;
  await sandbox.stop();
  const kept = await readFile(dataFile, 'utf8');
  bank.resolve([]);
  await call('POST', '/companies', { name: 'Too late' });
  await aWhile();
  assert.equal(await readFile(dataFile, 'utf8'), kept);
  await sandbox.stop();
  assert.equal(await readFile(dataFile, 'utf8'), kept);
});

test('an attempt to deliver that is under way is broken off, and made again after a restart', async () => {
  const dataFile = join(folder, 'webhooks.json');
  const begun = Promise.withResolvers<AbortSignal>();
  const logged: string[] = [];
  const webhooks = [{ url: 'http://receiver.test/' }];
  const first = standing({
    dataFile,
    webhooks,
    clock: createClock(),
    log: (message) => logged.push(message),
    send: ({ signal }) => {
      begun.resolve(signal);
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('broken off'))));
    },
  });
  await first.company();
  const signal = await begun.promise;
  await first.sandbox.stop();
  assert.equal(signal.aborted, true);
  const arrived: string[] = [];
  const second = standing({
    dataFile,
    webhooks,
    clock: createClock({ start: Date.now() + 1000, running: false }),
    send: async (request) => {
      arrived.push(request.headers.get('webhook-id') ?? '');
      return new Response();
    },
  });
  await second.clock.advance(0);
  assert.equal(arrived.length, 1);
  assert.deepEqual(logged, []);
  await second.sandbox.stop();
});

test('what was answered while it stopped is kept under its key', async () => {
  const dataFile = join(folder, 'keys.json');
  const first = standing({ dataFile });
  first.sandbox.control.faults.add({ operation: 'create-company', kind: 'slow', ms: 1000, where: 'after' });
  const lost = assert.rejects(first.call('POST', '/companies', { name: 'Once' }, { 'idempotency-key': 'k' }));
  await new Promise((resolve) => setImmediate(resolve));
  await first.sandbox.stop();
  await lost;
  const second = standing({ dataFile });
  assert.equal((await second.call('POST', '/companies', { name: 'Once' }, { 'idempotency-key': 'k' })).status, 200);
  assert.equal((await second.call('GET', '/companies')).body.totalResults, 1);
  await second.sandbox.stop();
});

test('it starts once, and not again after its end', async () => {
  const sandbox = createSandbox();
  const starts = await Promise.allSettled([sandbox.start(), sandbox.start()]);
  assert.deepEqual(
    starts.map(({ status }) => status),
    ['fulfilled', 'rejected'],
  );
  await sandbox.stop();
  await assert.rejects(sandbox.start(), /was stopped/);
});

test('a port that is taken leaves it free to start on another', async () => {
  const [first, second] = [createSandbox(), createSandbox()];
  const { url } = await first.start();
  await assert.rejects(second.start({ port: Number(new URL(url).port) }), { code: 'EADDRINUSE' });
  await second.start();
  await Promise.all([first.stop(), second.stop()]);
});
