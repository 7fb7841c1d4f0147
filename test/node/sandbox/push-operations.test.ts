import assert from 'node:assert/strict';
import { test } from 'node:test';
import { line, standing } from './harness.ts';

test('an operation shows what belongs to its status, and nothing else', async () => {
  const { call, connected, clock } = standing({ delays: { pushMs: 90_000 } });
  const { companyId, connectionId, push, accountId } = await connected();
  const operation = async (key: string) => (await call('GET', `/companies/${companyId}/push/${key}`)).body;
  const send = async (search: string, ...lines: object[]) =>
    (await call('POST', push + search, { accountId, transactions: lines })).body.pushOperationKey;
  const common = {
    dataType: 'bankTransactions',
    companyId,
    dataConnectionKey: connectionId,
    requestedOnUtc: '2026-06-10T09:30:00.000Z',
  };
  const good = await send('', line(1));
  const bad = await send('', line(1, { date: '2024-01-01' }));
  const slow = await send('?timeoutInMinutes=1', line(1, { amount: 2 }));

  assert.deepEqual(await operation(good), {
    ...common,
    pushOperationKey: good,
    changes: null,
    status: 'Pending',
    errorMessage: null,
    validation: { errors: [], warnings: [] },
    statusCode: 202,
  });
  await clock.advance(60_000);
  const timedOut = await operation(slow);
  assert.deepEqual(timedOut, {
    ...common,
    pushOperationKey: slow,
    changes: null,
    timeoutInMinutes: 1,
    completedOnUtc: '2026-06-10T09:31:00.000Z',
    status: 'TimedOut',
    errorMessage: 'The push operation did not complete within its time limit of 1 min.',
    validation: {
      errors: [],
      warnings: [
        {
          itemId: 't-1',
          message: 'The amount 2 of a Debit has the sign of the opposite direction.',
          validatorName: 'TransactionSign',
        },
      ],
    },
    statusCode: 408,
  });
  await clock.advance(30_000);
  const landed = await operation(good);
  assert.deepEqual(landed, {
    ...common,
    pushOperationKey: good,
    changes: [{ type: 'Created', recordRef: { id: landed.changes[0].recordRef.id, dataType: 'bankTransactions' } }],
    completedOnUtc: '2026-06-10T09:31:30.000Z',
    status: 'Success',
    errorMessage: null,
    validation: { errors: [], warnings: [] },
    statusCode: 200,
  });
  const failed = await operation(bad);
  assert.deepEqual(failed, {
    ...common,
    pushOperationKey: bad,
    changes: null,
    completedOnUtc: '2026-06-10T09:31:30.000Z',
    status: 'Failed',
    errorMessage: 'Xero refused the bank transactions.',
    validation: { errors: failed.validation.errors, warnings: [] },
    statusCode: 400,
  });
  assert.equal(failed.validation.errors[0].itemId, 't-1');
  // The label of the one that ran late stays.
  assert.deepEqual(await operation(slow), timedOut);
});

test('a list of both kinds, by page, by status, by data type', async () => {
  const { call, connected, clock } = standing();
  const { companyId, base, push, accountId } = await connected();
  for (let index = 0; index < 3; index++) {
    await call('POST', push, { accountId, transactions: [line(index)] });
    await call('POST', `${base}/push/bankAccounts`, { accountName: `New ${index % 2}`, accountNumber: '1' });
    await clock.advance(1000);
  }
  await call('POST', push, { accountId, transactions: [line(5)] });
  const path = `/companies/${companyId}/push`;
  const list = async (search: Record<string, string> = {}) =>
    (await call('GET', `${path}?${new URLSearchParams(search)}`)).body;
  const count = async (query: string): Promise<number> => (await list({ query })).totalResults;
  assert.equal((await list()).totalResults, 7);
  assert.equal(await count('dataType=bankAccounts'), 3);
  assert.equal(await count('dataType=bankAccounts && status=Failed'), 1);
  assert.equal(await count('status=Pending || status=Failed'), 2);
  assert.equal(await count('statusCode>=400'), 1);
  assert.equal(await count('requestedOnUtc>=2026-06-10T09:30:01Z && {status=Success || status=Pending}'), 4);
  assert.equal(await count('errorMessage~refused'), 1);
  const third = await list({ page: '3', pageSize: '3', orderBy: 'requestedOnUtc' });
  assert.equal(third.results.length, 1);
  assert.equal(third.results[0].status, 'Pending');
  assert.equal('next' in third._links, false);
  assert.equal((await list({ page: '4', pageSize: '3' })).results.length, 0);
  for (const search of ['query=changes%3D1', 'query=status', 'orderBy=nothing', 'page=0', 'pageSize=5001']) {
    assert.equal((await call('GET', `${path}?${search}`)).status, 400, search);
  }
});

test('an operation belongs to its company', async () => {
  const { call, connected, company } = standing();
  const { push, accountId, companyId } = await connected();
  const { pushOperationKey } = (await call('POST', push, { accountId, transactions: [line(1)] })).body;
  const other = await company('Another');
  const answer = await call('GET', `/companies/${other}/push/${pushOperationKey}`);
  assert.deepEqual(
    [answer.status, answer.body.error],
    [404, `No push operation was found with key ${pushOperationKey}`],
  );
  assert.deepEqual((await call('GET', `/companies/${other}/push`)).body.results, []);
  assert.equal((await call('GET', `/companies/${companyId}/push/${pushOperationKey}`)).status, 200);
});

test('the ids that are UUIDs are read in either case', async () => {
  const { call, connected, clock } = standing();
  const { companyId, connectionId, accountId } = await connected();
  const base = `/companies/${companyId.toUpperCase()}/connections/${connectionId.toUpperCase()}`;
  const push = `${base}/push/bankAccounts/${accountId}/bankTransactions`;
  const sent = await call('POST', push, { accountId, transactions: [line(1)] });
  assert.equal(sent.status, 200, sent.text);
  assert.deepEqual([sent.body.companyId, sent.body.dataConnectionKey], [companyId, connectionId]);
  const key: string = sent.body.pushOperationKey;
  const path = `/companies/${companyId.toUpperCase()}/push`;
  assert.equal((await call('GET', `${path}/${key.toUpperCase()}`)).body.pushOperationKey, key);
  const syncs = `${base}/bankFeedAccounts/${accountId}/managedBankFeeds/syncs`;
  const { syncId } = (await call('POST', syncs)).body;
  await clock.advance(1000);
  assert.equal((await call('GET', `${syncs}/${syncId.toUpperCase()}`)).body.syncId, syncId);
  // An account's id is text of the caller's own: there it matters.
  assert.equal((await call('GET', `${syncs.replace('acc-1', 'ACC-1')}/latest`)).status, 404);
});

test('one call is one operation and one event for each consumer, of 1 line or of 1,000', async () => {
  const heard: { url: string; eventType: string; payload: { id: string } }[] = [];
  const { call, connected, clock, sandbox } = standing({
    webhooks: [{ url: 'https://one.test/' }, { url: 'https://two.test/' }],
    send: async (request) => {
      heard.push({ url: request.url, ...JSON.parse(await request.text()) });
      return new Response(null, { status: 204 });
    },
  });
  const { companyId, push, accountId } = await connected();
  for (const count of [1, 1000]) {
    heard.length = 0;
    const transactions = Array.from({ length: count }, (_, index) => line(index));
    const { pushOperationKey } = (await call('POST', push, { accountId, transactions })).body;
    await clock.advance(1000);
    const writes = heard.filter(({ eventType }) => eventType === 'bankTransactions.write.successful');
    assert.deepEqual(
      writes.map(({ url, payload }) => `${url} ${payload.id}`).toSorted((a, b) => a.localeCompare(b)),
      [`https://one.test/ ${pushOperationKey}`, `https://two.test/ ${pushOperationKey}`],
    );
  }
  assert.equal((await call('GET', `/companies/${companyId}/push`)).body.totalResults, 2);
  assert.equal(sandbox.ledger.entries().length, 1001);
});
