import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createClock, createSandbox } from '../../../src/sandbox/index.ts';
import { line, morning, sourceAccount, standing } from './harness.ts';

const folder = await mkdtemp(join(tmpdir(), 'sandbox-state-'));
after(() => rm(folder, { recursive: true }));

test('the state is kept: what was on its way goes on after a restart', async () => {
  const dataFile = join(folder, 'deep', 'state.json');
  const secret = `whsec_${Buffer.from('a secret of the tests').toString('base64')}`;
  const webhooks = [{ url: 'http://receiver.test/', secret }];
  const down = async (): Promise<Response> => new Response(null, { status: 500 });
  const first = standing({ dataFile, webhooks, send: down });
  const { companyId, base, accountId, push } = await first.connected();
  await first.call('POST', `${base}/connectionInfo/bankFeedAccounts`, sourceAccount({ id: 'second' }));
  await first.call('POST', `${base}/bankFeedAccounts/mapping`, { sourceAccountId: 'second' });
  const body = { accountId, transactions: [line(1, { description: null })] };
  const sent = await first.call('POST', push, body, { 'idempotency-key': 'k' });
  await first.clock.advance(100);
  const waiting = first.sandbox.control.pendingWebhooks();
  assert.ok(waiting > 0);
  await first.sandbox.stop();
  assert.deepEqual(await readdir(join(folder, 'deep')), ['state.json']);

  const seen: string[] = [];
  const up = async (request: Request): Promise<Response> => {
    seen.push(request.headers.get('webhook-id') ?? '');
    return new Response();
  };
  const clock = createClock({ start: morning + 200, running: false });
  const second = standing({ dataFile, webhooks, send: up, clock, seed: 'ignored' });
  assert.equal(second.sandbox.control.pendingWebhooks(), waiting);
  const replayed = await second.call('POST', push, body, { 'idempotency-key': 'k' });
  assert.equal(replayed.text, sent.text);
  await clock.advance(60_000);
  assert.equal(second.sandbox.ledger.entries().length, 1);
  assert.equal(second.sandbox.ledger.entries()[0]?.transaction.description, null);
  const statuses = (await second.call('GET', `${base}/connectionInfo/bankFeedAccounts`)).body;
  assert.deepEqual(
    statuses.map(({ status }: { status: string }) => status),
    ['connected', 'connected'],
  );
  assert.equal((await second.call('GET', `/companies/${companyId}/push`)).body.results[0].status, 'Success');
  assert.equal(second.sandbox.control.pendingWebhooks(), 0);
  assert.ok(seen.length > waiting);
  assert.notEqual(await second.company(), companyId);
  await second.sandbox.stop();
  const kept = JSON.parse(await readFile(dataFile, 'utf8'));
  assert.equal(kept.ledger.length, 1);
});

test('what came due while nothing ran happens in the order in which it was due', async () => {
  const dataFile = join(folder, 'overdue.json');
  const first = standing({ dataFile });
  const { base, accountId, push } = await first.connected();
  await first.call('POST', `${base}/connectionInfo/bankFeedAccounts`, sourceAccount({ id: 'second' }));
  await first.call('POST', `${base}/bankFeedAccounts/mapping`, { sourceAccountId: 'second' });
  await first.call('POST', push, { accountId, transactions: [line(1)] });
  await first.sandbox.stop();

  const events: string[] = [];
  const clock = createClock({ start: morning + 3_600_000, running: false });
  const second = standing({
    dataFile,
    clock,
    webhooks: [{ url: 'http://receiver.test/' }],
    send: async (request) => {
      events.push((await request.json()).eventType);
      return new Response();
    },
  });
  await clock.advance(1000);
  assert.deepEqual(events, ['bankTransactions.write.successful', 'bankFeeds.sourceAccount.connected']);
  await second.sandbox.stop();
});

test('changes are written without waiting for the end', async () => {
  const dataFile = join(folder, 'early.json');
  const { company, sandbox } = standing({ dataFile });
  const companyId = await company();
  // The write is planned on the platform's timer; ask the file until it is there.
  let text = '';
  while (!text.includes(companyId)) {
    text = await readFile(dataFile, 'utf8').catch(() => '');
    await new Promise((resolve) => setImmediate(resolve));
  }
  await sandbox.stop();
});

test('a file that is not a state is refused with its name', async () => {
  const dataFile = join(folder, 'bad.json');
  await writeFile(dataFile, 'not json');
  assert.throws(() => createSandbox({ dataFile }), /dataFile: .+bad\.json is not JSON/);
  await writeFile(dataFile, '{"version":7}');
  assert.throws(() => createSandbox({ dataFile }), /dataFile: .+bad\.json is no state of this sandbox \(version/);
  assert.throws(() => createSandbox({ dataFile: folder }), /EISDIR/);
});

test('a state that cannot be written is said, and the sandbox goes on', async () => {
  const messages: string[] = [];
  const said = Promise.withResolvers<void>();
  const blocked = join(folder, 'early.json', 'state.json');
  const { company, call } = standing({
    dataFile: join(folder, 'none', 'x.json'),
    log: (message) => messages.push(message),
  });
  await company();
  await assert.rejects(async () => createSandbox({ dataFile: blocked }));
  const dataFile = join(folder, 'later', 'state.json');
  const other = standing({
    dataFile,
    log: (message) => {
      messages.push(message);
      said.resolve();
    },
  });
  await writeFile(join(folder, 'later'), 'a file where a folder should be');
  await other.company();
  await said.promise;
  assert.match(messages.at(-1) ?? '', /could not be written/);
  assert.equal((await call('GET', '/companies')).status, 200);
});

test('the clock takes instants, too: what is overdue runs at once, by the moment it was due', async () => {
  const clock = createClock({ start: 1000, running: false });
  const seen: string[] = [];
  clock.after(0, () => void seen.push('now'));
  clock.at(900, () => void seen.push('late'));
  clock.at(800, () => void seen.push(`earlier ${clock.now()}`));
  clock.at(1001, () => void seen.push('not yet'));
  await clock.advance(0);
  assert.deepEqual(seen, ['earlier 1000', 'late', 'now']);
});

test('the clock runs what is due in order, and stands still when told', async () => {
  const clock = createClock({ start: 1000, running: false });
  const seen: string[] = [];
  clock.after(30, () => void seen.push(`c ${clock.now()}`));
  clock.after(10, () => void seen.push(`a ${clock.now()}`));
  clock.after(10, async () => {
    seen.push(`b ${clock.now()}`);
    clock.after(5, () => void seen.push(`d ${clock.now()}`));
  });
  const cancel = clock.after(20, () => void seen.push('never'));
  cancel();
  cancel();
  await clock.advance(15);
  assert.deepEqual(seen, ['a 1010', 'b 1010', 'd 1015']);
  await clock.set(new Date(5000));
  assert.deepEqual(seen.slice(3), ['c 1030']);
  assert.equal(clock.wall(), 5000);
  await clock.set(2000);
  assert.equal(clock.now(), 2000);
  await assert.rejects(clock.advance(Number.NaN), /finite/);
});

test('what fails on a clock that was given is said as well', async () => {
  const messages: string[] = [];
  const { company, clock } = standing({
    webhooks: [{ url: 'http://receiver.test/' }],
    send: async () => new Response(null, { status: 500 }),
    log(message) {
      messages.push(message);
      if (message.startsWith('Webhook')) throw new Error('The log is full.');
    },
  });
  await company();
  await clock.advance(1000);
  assert.equal(messages.at(-1), 'A task failed.');
});

test('a running clock runs tasks by itself, can be moved, and reports what fails', async () => {
  const failed = Promise.withResolvers<unknown>();
  const clock = createClock({ onError: (error) => failed.resolve(error) });
  const done = Promise.withResolvers<void>();
  const alive = setInterval(() => {}, 1000);
  clock.after(1, () => Promise.reject(new Error('expected')));
  clock.after(2, () => done.resolve());
  await done.promise;
  assert.match(String(await failed.promise), /expected/);
  const before = clock.now();
  await clock.advance(3_600_000);
  assert.ok(clock.now() - before >= 3_600_000);
  assert.ok(Math.abs(clock.wall() - Date.now()) < 1000);
  clock.after(10, () => assert.fail('stopped'));
  clock.stop();
  clearInterval(alive);
});
