import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createClock, type ManagedTransactions, type SandboxOptions } from '../../../src/sandbox/index.ts';
import { morning, sourceAccount, standing } from './harness.ts';

const directory = mkdtempSync(join(tmpdir(), 'sandbox-'));
after(() => rmSync(directory, { recursive: true, force: true }));

const day = 24 * 3_600_000;
const bought = (index: number, more: object = {}) => ({
  id: `m-${index}`,
  date: '2026-06-09',
  amount: '-1.25',
  balance: '7.10',
  ...more,
});

async function connected(options: SandboxOptions = {}, platformKey = 'gbol') {
  const parts = standing(options);
  const made = await parts.connected(platformKey);
  const syncs = `${made.base}/bankFeedAccounts/${made.accountId}/managedBankFeeds/syncs`;
  const run = () => parts.call('POST', syncs);
  const latest = () => parts.call('GET', `${syncs}/latest`);
  return { ...parts, ...made, syncs, run, latest };
}

test('a managed sync fetches the lines since the last one and pushes them', async () => {
  const asked: object[] = [];
  const managedTransactions: ManagedTransactions = (account, period) => {
    asked.push({ account, period });
    return [bought(1), bought(2, { balance: '5.85' })];
  };
  const { call, run, latest, syncs, clock, sandbox, base, companyId, connectionId, accountId } = await connected({
    managedTransactions,
  });
  assert.equal((await latest()).status, 204);
  const answer = await run();
  assert.equal(answer.status, 201);
  const { syncId } = answer.body;
  assert.deepEqual(answer.body, { syncId });
  const started = {
    syncId,
    clientId: (await latest()).body.clientId,
    companyId,
    companyName: 'Brightwater Trading',
    dataConnectionId: connectionId,
    sourceAccountId: accountId,
    periodStartUtc: '2026-06-01T00:00:00.000Z',
    periodEndUtc: '2026-06-10T09:30:00.000Z',
    executionStartUtc: '2026-06-10T09:30:00.000Z',
    status: 'Started',
    executionEndUtc: null,
    errorMessage: null,
    errorCode: null,
    pushOperationKeys: null,
  };
  assert.deepEqual((await latest()).body, started);
  assert.match(started.clientId, /^[\da-f]{8}-/);

  // Fetched, but not yet in the books.
  await clock.advance(300);
  const pushing = (await call('GET', `${syncs}/${syncId}`)).body;
  assert.equal(pushing.status, 'Started');
  assert.equal(pushing.pushOperationKeys.length, 1);
  await clock.advance(400);
  const done = (await call('GET', `${syncs}/${syncId}`)).body;
  assert.deepEqual(done, {
    ...started,
    status: 'SuccessDataPushed',
    executionEndUtc: '2026-06-10T09:30:00.700Z',
    pushOperationKeys: pushing.pushOperationKeys,
  });
  const push = (await call('GET', `/companies/${companyId}/push/${pushing.pushOperationKeys[0]}`)).body;
  assert.deepEqual([push.status, push.dataType], ['Success', 'bankTransactions']);
  assert.deepEqual(
    sandbox.ledger.entries().map(({ transaction }) => [transaction.id, transaction.amount]),
    [
      ['m-1', '-1.25'],
      ['m-2', '-1.25'],
    ],
  );
  assert.equal((await call('GET', `${base}/connectionInfo/bankFeedAccounts`)).body[0].balance, 5.85);

  await clock.advance(day);
  await run();
  await clock.advance(1000);
  assert.equal((await latest()).body.periodStartUtc, '2026-06-10T09:30:00.000Z');
  assert.deepEqual(asked[0], {
    account: { companyId, connectionId, accountId },
    period: { startUtc: started.periodStartUtc, endUtc: started.periodEndUtc },
  });
  assert.equal(asked.length, 2);
});

test('a sync that finds nothing pushes nothing, and is a success all the same', async () => {
  const { run, latest, clock, companyId, call } = await connected();
  await run();
  await clock.advance(300);
  const { body } = await latest();
  assert.deepEqual([body.status, body.pushOperationKeys], ['SuccessNoDataPushed', null]);
  assert.equal(body.executionEndUtc, '2026-06-10T09:30:00.300Z');
  assert.equal((await call('GET', `/companies/${companyId}/push`)).body.totalResults, 0);
  await run();
  assert.equal((await latest()).body.periodStartUtc, body.periodEndUtc);
});

test('without a bank a sync finds what was offered over the controls, once', async () => {
  const { call, run, latest, clock, sandbox, base } = await connected();
  const path = `/sandbox${base}/accounts/acc-1/managed-transactions`;
  const transactions = [{ id: 'm-1', date: '2026-06-09', amount: -1.25, balance: 7.1 }];
  assert.equal((await call('PUT', path, { transactions })).status, 204);
  await run();
  await clock.advance(1000);
  assert.equal((await latest()).body.status, 'SuccessDataPushed');
  assert.deepEqual(sandbox.ledger.entries()[0]?.transaction.amount, '-1.25');
  await run();
  await clock.advance(1000);
  assert.equal((await latest()).body.status, 'SuccessNoDataPushed');

  // What Codat would not take stays until it is replaced.
  await call('PUT', path, { transactions: [{ ...transactions[0], date: '2026-07-01' }] });
  for (const status of ['Failed', 'Failed']) {
    await run();
    await clock.advance(1000);
    assert.equal((await latest()).body.status, status);
  }
  await call('PUT', path, { transactions: [] });
  await run();
  await clock.advance(1000);
  assert.equal((await latest()).body.status, 'SuccessNoDataPushed');
  assert.equal((await call('PUT', path, { transactions: [{ id: 'x' }] })).status, 400);
  assert.equal((await call('PUT', path.replace('acc-1', 'nobody'), { transactions: [] })).status, 404);
});

test('one sync at a time for an account; another account is its own', async () => {
  const { run, syncs, call, clock, base, sandbox, companyId, connectionId } = await connected();
  const first = (await run()).body.syncId;
  const second = await run();
  assert.equal(second.status, 409);
  assert.match(second.body.error, new RegExp(first));
  await call('POST', `${base}/connectionInfo/bankFeedAccounts`, sourceAccount({ id: 'a b/c%' }));
  const other = syncs.replace('acc-1', encodeURIComponent('a b/c%'));
  const refused = await call('POST', other);
  assert.deepEqual(
    [refused.status, refused.body.error],
    [400, 'The source account is pending. Only a connected account can be synced.'],
  );
  sandbox.control.authorize(companyId, connectionId, { accountIds: ['a b/c%'] });
  assert.equal((await call('POST', other)).status, 201);
  assert.equal((await call('GET', `${other}/latest`)).body.sourceAccountId, 'a b/c%');
  assert.equal((await call('GET', `${other}/${first}`)).status, 404);
  await clock.advance(300);
  assert.equal((await run()).status, 201);
  assert.equal((await call('GET', `${syncs.replace('acc-1', 'nobody')}/latest`)).status, 404);
  assert.equal((await call('GET', `${syncs}/none`)).body.error, 'No sync was found with ID none');
  await call('PATCH', base, { status: 'Unlinked' });
  assert.equal((await run()).status, 400);
});

test('a bank that fails, or answers what is no statement, fails the sync; the next starts where it did', async () => {
  const answers: ManagedTransactions[] = [
    () => Promise.reject(new Error('the bank is closed')),
    () => [bought(1, { amount: 'ten' })],
    () => [bought(1, { date: '2026-07-01' })],
    () => [bought(1, { balance: null })],
    () => [bought(1, { date: 'yesterday' })],
    () => [bought(1, { transactionType: 'Gift' })],
  ];
  const { run, latest, clock, sandbox } = await connected();
  const ends: unknown[] = [];
  for (const answer of answers) {
    sandbox.control.setManagedTransactions(answer);
    await run();
    await clock.advance(300);
    const { status, errorCode, errorMessage, periodStartUtc, pushOperationKeys } = (await latest()).body;
    ends.push([status, errorCode, errorMessage]);
    assert.equal(periodStartUtc, '2026-06-01T00:00:00.000Z');
    assert.equal(pushOperationKeys, null);
  }
  const unreadable = ends.splice(4);
  assert.deepEqual(ends, [
    ['Failed', 'FetchFailed', 'The transactions could not be fetched: the bank is closed'],
    ['Failed', 'FetchFailed', 'The transactions could not be fetched: 0.amount: must be a decimal number in a string'],
    ['Failed', 'InvalidTransactions', 'Transaction m-1: date: 2026-07-01 is in the future.'],
    ['Failed', 'InvalidTransactions', 'Transaction m-1: balance: is required for Xero.'],
  ]);
  assert.match(String(unreadable[0]), /^Failed,FetchFailed,.+ 0\.date: must be a date/);
  assert.match(String(unreadable[1]), /^Failed,FetchFailed,.+ 0\.transactionType: must be one of/);
  assert.deepEqual(sandbox.ledger.entries(), []);
});

test('many lines are several pushes: all, some or none of them may land', async () => {
  const lines = (oldFrom: number, oldTo: number) =>
    Array.from({ length: 1500 }, (_, index) =>
      bought(index, { date: index >= oldFrom && index < oldTo ? '2024-01-01' : '2026-06-09' }),
    );
  const { run, latest, clock, sandbox } = await connected();
  const sync = async (...old: [number, number]) => {
    sandbox.control.setManagedTransactions(() => lines(...old));
    await run();
    await clock.advance(1000);
    return (await latest()).body;
  };
  const some = await sync(0, 1);
  assert.equal(some.status, 'PartialSuccessDataPushed');
  assert.deepEqual([some.errorCode, some.errorMessage], ['PushFailed', 'Xero refused the bank transactions.']);
  assert.equal(some.pushOperationKeys.length, 2);
  assert.equal(sandbox.ledger.entries().length, 500);
  const none = await sync(0, 1500);
  assert.equal(none.status, 'Failed');
  assert.equal(none.pushOperationKeys.length, 2);
  const all = await sync(0, 0);
  assert.equal(all.status, 'SuccessDataPushed');
  // Neither was a success, so the period still begins at the start date.
  assert.equal(all.periodStartUtc, '2026-06-01T00:00:00.000Z');
  assert.equal(sandbox.ledger.entries().length, 2000);
});

test('an account that goes while its lines are fetched fails the sync, and takes it along when deleted', async () => {
  const { run, latest, clock, call, base } = await connected({ managedTransactions: () => [bought(1)] });
  await run();
  await call('PATCH', `${base}/connectionInfo/bankFeedAccounts/acc-1`, { status: 'disconnected' });
  await clock.advance(1000);
  assert.deepEqual([(await latest()).body.status, (await latest()).body.errorCode], ['Failed', 'AccountDisconnected']);
  await call('DELETE', `${base}/connectionInfo/bankFeedAccounts/acc-1`);
  assert.equal((await latest()).status, 404);
  await call('POST', `${base}/connectionInfo/bankFeedAccounts`, sourceAccount());
  assert.equal((await latest()).status, 204);
});

test('a sync goes on after a restart', async () => {
  const dataFile = join(directory, 'state.json');
  const before = await connected({ dataFile, managedTransactions: () => [bought(1)] });
  const { syncId } = (await before.run()).body;
  await before.sandbox.stop();
  const clock = createClock({ start: morning + 1000, running: false });
  const again = standing({ dataFile, clock, managedTransactions: () => [bought(1)] });
  await clock.advance(0);
  await clock.advance(400);
  const { body } = await again.call('GET', `${before.syncs}/${syncId}`);
  assert.equal(body.status, 'SuccessDataPushed');
  assert.equal(again.sandbox.ledger.entries().length, 1);
  await again.sandbox.stop();
});
