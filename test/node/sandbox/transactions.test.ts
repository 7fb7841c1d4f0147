import assert from 'node:assert/strict';
import { test } from 'node:test';
import { line, sourceAccount, standing } from './harness.ts';

test('lines are pending, then land, whole and in order', async () => {
  const { call, connected, clock, sandbox } = standing();
  const { companyId, connectionId, accountId, base, push } = await connected();
  const transactions = [
    line(1, { counterparty: 'Harbour Café', reference: 'r-1', reconciled: true }),
    line(2, { description: null, transactionType: 'Unknown' }),
    { id: 'only', date: '2026-06-09', amount: 4, balance: 7.5 },
  ];
  const answer = await call('POST', `${push}?timeoutInMinutes=60&allowSyncOnPushComplete=true`, {
    accountId,
    transactions,
  });
  assert.equal(answer.status, 200);
  const { pushOperationKey, data, ...rest } = answer.body;
  assert.deepEqual(data, { accountId, transactions });
  assert.deepEqual(rest, {
    changes: null,
    dataType: 'bankTransactions',
    companyId,
    dataConnectionKey: connectionId,
    requestedOnUtc: '2026-06-10T09:30:00.000Z',
    timeoutInMinutes: 60,
    status: 'Pending',
    errorMessage: null,
    validation: { errors: [], warnings: [] },
    statusCode: 202,
  });
  assert.deepEqual(sandbox.ledger.entries(), []);
  await clock.advance(400);
  const done = await call('GET', `/companies/${companyId}/push/${pushOperationKey}`);
  assert.equal(done.body.status, 'Success');
  assert.equal(done.body.statusCode, 200);
  assert.equal(done.body.completedOnUtc, '2026-06-10T09:30:00.400Z');
  assert.equal(done.body.changes[0].type, 'Created');

  const entries = sandbox.ledger.entries({ companyId, connectionId, accountId });
  assert.deepEqual(
    entries.map(({ transaction }) => transaction),
    transactions.map((each) => Object.assign({}, each, { amount: String(each.amount), balance: String(each.balance) })),
  );
  assert.equal(entries[0]?.operationKey, pushOperationKey);
  assert.equal(entries[0]?.landedAt, '2026-06-10T09:30:00.400Z');
  const [account] = (await call('GET', `${base}/connectionInfo/bankFeedAccounts`)).body;
  assert.equal(account.balance, 7.5);
  const { body } = await call('GET', `${base}/data/bankAccounts`);
  assert.equal(body.results.at(-1).balance, 7.5);
});

test('a type that is null is not answered', async () => {
  const { call, connected } = standing();
  const { accountId, push } = await connected();
  const { status, body } = await call('POST', push, { accountId, transactions: [line(1, { transactionType: null })] });
  assert.equal(status, 200);
  assert.equal('transactionType' in body.data.transactions[0], false);
});

test('thirty digits survive', async () => {
  const { call, connected, clock, sandbox } = standing();
  const { accountId, push } = await connected();
  const [amount, balance] = ['-123456789012345678901234567890.01', '0.10'];
  const body = `{"accountId":"${accountId}","transactions":[{"id":"a","date":"2026-06-01","amount":${amount},"balance":${balance}}]}`;
  const answer = await call('POST', push, body);
  assert.match(answer.text, /"amount":-123456789012345678901234567890\.01,"balance":0\.10/);
  await clock.advance(400);
  const [entry] = sandbox.ledger.entries();
  assert.deepEqual([entry?.transaction.amount, entry?.transaction.balance], [amount, balance]);
});

test('what Codat refuses at once, and that nothing of it lands', async () => {
  const { call, connected, clock, sandbox } = standing();
  const { accountId, push } = await connected();
  const send = (transactions: unknown, more: object = {}) => call('POST', push, { accountId, transactions, ...more });
  for (const [answer, pattern] of [
    [await send([line(1)], { accountId: 'other' }), /accountId/],
    [await send([]), /at least one transaction/],
    [await send('x'), /transactions: must be a list/],
    [await send(Array.from({ length: 1001 }, (_, index) => line(index))), /at most 1000/],
    [
      await send([line(2, { date: '2026-06-02' }), line(1, { date: '2026-06-01T23:59:59' })]),
      /t-1: date: .+ chronological/,
    ],
    [await send([line(1, { date: '2026-06-12' })]), /in the future/],
    [await send([line(1, { date: '2026-02-29' })]), /transactions\.0\.date/],
    [await send([line(1, { date: 'yesterday' })]), /transactions\.0\.date/],
    [await send([line(1, { balance: null })]), /balance: is required for Xero/],
    [await send([line(1, { balance: undefined })]), /balance: is required for Xero/],
    [await send([line(1, { amount: '1.25' })]), /transactions\.0\.amount: must be a number/],
    [await send([line(1, { amount: undefined })]), /transactions\.0\.amount/],
    [await send([line(1, { id: undefined })]), /transactions\.0\.id/],
    [await send([line(1, { transactionType: 'Gift' })]), /transactions\.0\.transactionType/],
    [await send([line(1, { reconciled: 'yes' })]), /transactions\.0\.reconciled/],
    [await call('POST', `${push}?timeoutInMinutes=soon`, { accountId, transactions: [line(1)] }), /timeoutInMinutes/],
    [await call('POST', `${push}?allowSyncOnPushComplete=2`, { accountId, transactions: [line(1)] }), /allowSync/],
  ] as const) {
    assert.equal(answer.status, 400, answer.text);
    assert.match(answer.body.error, pattern);
  }
  assert.equal((await call('POST', push.replace('acc-1', 'nobody'), {})).status, 404);
  await clock.advance(10_000);
  assert.equal(sandbox.ledger.entries().length, 0);
});

test('dates are local: an offset is ignored, a date alone is midnight, today is the latest on earth', async () => {
  const { call, connected } = standing();
  const { accountId, push } = await connected();
  const dated = (...dates: string[]) =>
    call('POST', push, { accountId, transactions: dates.map((date, index) => line(index, { date })) });
  assert.equal(
    (await dated('2026-06-01', '2026-06-01T00:00:00', '2026-06-01T08:00:00-11:00', '2026-06-01T08:00:00.5Z')).status,
    200,
  );
  assert.equal((await dated('2026-06-01T08:00:00+00:00', '2026-06-01T07:00:00-05:00')).status, 400);
  // Codat's own seven digits, and the six of others, count in the order as well.
  assert.equal((await dated('2026-06-01T08:00:00.1234567', '2026-06-01T08:00:00.123457')).status, 200);
  assert.equal((await dated('2026-06-01T08:00:00.1234567', '2026-06-01T08:00:00.123456')).status, 400);
  assert.equal((await dated('2026-06-01T08:00', '2026-06-01T08:00:00Z')).status, 200);
  assert.equal((await dated('2026-06-10T23:59:59')).status, 200);
  assert.equal((await dated('2026-06-11')).status, 400);
});

test("the balance of the last line becomes the account's, whatever the others say", async () => {
  const { call, connected, clock, sandbox } = standing();
  const { accountId, push, base, companyId } = await connected();
  const balances = async () => {
    const [account] = (await call('GET', `${base}/connectionInfo/bankFeedAccounts`)).body;
    const [books] = sandbox.control.organizations(companyId, 'gbol');
    return [account.balance, books?.accounts.at(-1)?.balance];
  };
  const transactions = [line(1, { balance: 70 }), line(2, { balance: 0 })];
  await call('POST', push, { accountId, transactions });
  assert.deepEqual(await balances(), [12.5, '12.5']);
  await clock.advance(400);
  assert.deepEqual(await balances(), [0, '0']);
});

test('only a connected account of a linked connection takes lines', async () => {
  const { call, linked, sandbox, clock } = standing();
  const { companyId, connectionId, base } = await linked();
  await call('POST', `${base}/connectionInfo/bankFeedAccounts`, sourceAccount());
  const push = `${base}/push/bankAccounts/acc-1/bankTransactions`;
  const body = { accountId: 'acc-1', transactions: [line(1)] };
  assert.match((await call('POST', push, body)).body.error, /source account is pending/);
  sandbox.control.authorize(companyId, connectionId, { accountIds: ['acc-1'] });
  assert.equal((await call('POST', push, body)).status, 200);
  sandbox.control.revoke(companyId, connectionId);
  assert.match((await call('POST', push, body)).body.error, /Deauthorized/);
  await clock.advance(400);
  const [operation] = (await call('GET', `/companies/${companyId}/push`)).body.results;
  assert.equal(operation.status, 'Failed');
  assert.match(operation.errorMessage, /disconnected before/);
  assert.equal(sandbox.ledger.entries().length, 0);
});

test('Xero refuses what is older than a year: the operation fails and names the lines', async () => {
  const { call, connected, clock, sandbox } = standing();
  const { companyId, accountId, push } = await connected();
  const transactions = [line(1, { date: '2025-06-09' }), line(2, { date: '2025-06-10' })];
  const { body } = await call('POST', push, { accountId, transactions });
  assert.equal(body.status, 'Pending');
  await clock.advance(400);
  const failed = (await call('GET', `/companies/${companyId}/push/${body.pushOperationKey}`)).body;
  assert.equal(failed.status, 'Failed');
  assert.equal(failed.statusCode, 400);
  assert.equal(failed.validation.errors.length, 1);
  assert.equal(failed.validation.errors[0].itemId, 't-1');
  assert.equal(sandbox.ledger.entries().length, 0);
  // Before the feed start date is only a hint on Xero.
  await call('POST', push, { accountId, transactions: transactions.slice(1) });
  await clock.advance(400);
  assert.equal(sandbox.ledger.entries().length, 1);
});

test('other platforms keep their own rules', async () => {
  const { call, connected, clock, sandbox } = standing();
  const state = async (companyId: string, key: string): Promise<string> => {
    await clock.advance(400);
    return (await call('GET', `/companies/${companyId}/push/${key}`)).body.status;
  };
  const freeAgent = await connected('fbrh');
  const early = await call('POST', freeAgent.push, {
    accountId: freeAgent.accountId,
    transactions: [line(1, { date: '2026-05-31' })],
  });
  assert.equal(await state(freeAgent.companyId, early.body.pushOperationKey), 'Failed');

  const sage = await connected('olpr');
  const first = await call('POST', sage.push, {
    accountId: sage.accountId,
    transactions: [line(1, { date: '2026-06-05' })],
  });
  assert.equal(await state(sage.companyId, first.body.pushOperationKey), 'Success');
  const older = await call('POST', sage.push, {
    accountId: sage.accountId,
    transactions: [line(2, { date: '2026-06-04' })],
  });
  assert.equal(await state(sage.companyId, older.body.pushOperationKey), 'Failed');

  // QuickBooks needs no balance; it takes what Codat stored later and leaves out what is older than seven days.
  const quickbooks = await connected('hcws');
  const some = await call('POST', quickbooks.push, {
    accountId: quickbooks.accountId,
    transactions: [
      line(1, { date: '2026-05-20', balance: undefined }),
      line(2, { date: '2026-06-09', balance: undefined }),
    ],
  });
  assert.equal(await state(quickbooks.companyId, some.body.pushOperationKey), 'Success');
  assert.equal(sandbox.ledger.entries({ connectionId: quickbooks.connectionId }).length, 0);
  await clock.advance(24 * 3_600_000);
  assert.equal(sandbox.ledger.entries({ connectionId: quickbooks.connectionId }).length, 1);
});

test('a sign against the type is a warning', async () => {
  const { call, connected } = standing();
  const { accountId, push } = await connected();
  const transactions = [
    line(1, { amount: 3, transactionType: 'Debit' }),
    line(2, { amount: -3, transactionType: 'Credit' }),
    line(3, { amount: -3, transactionType: 'Debit' }),
    line(4, { amount: 0, transactionType: 'Debit' }),
  ];
  const { status, body } = await call('POST', push, { accountId, transactions });
  assert.equal(status, 200);
  assert.deepEqual(
    body.validation.warnings.map(({ itemId }: { itemId: string }) => itemId),
    ['t-1', 't-2'],
  );
});

test('operations are listed newest first, filtered and ordered; a second delivery is a second landing', async () => {
  const { call, connected, clock, sandbox } = standing();
  const { companyId, connectionId, accountId, push } = await connected();
  for (let index = 0; index < 3; index++) {
    await call('POST', push, { accountId, transactions: [line(1)] });
    await clock.advance(1000);
  }
  assert.equal(sandbox.ledger.entries().length, 3);
  const path = `/companies/${companyId}/push`;
  const times = (answer: { body: { results: { requestedOnUtc: string }[] } }) =>
    answer.body.results.map(({ requestedOnUtc }) => requestedOnUtc.slice(17, 19));
  assert.deepEqual(times(await call('GET', path)), ['02', '01', '00']);
  assert.deepEqual(times(await call('GET', `${path}?orderBy=requestedOnUtc&pageSize=2`)), ['00', '01']);
  const query = `dataConnectionKey=${connectionId} && status=Success && requestedOnUtc>2026-06-10T09:30:00Z`;
  const found = await call('GET', `${path}?${new URLSearchParams({ query })}`);
  assert.equal(found.body.totalResults, 2);
  assert.equal((await call('GET', `${path}/nonsense`)).status, 404);
  assert.equal((await call('GET', `/companies/nonsense/push`)).status, 404);
});

test('TimedOut is only a label: the lines land later', async () => {
  const { call, connected, clock, sandbox } = standing({ delays: { pushMs: 90_000 } });
  const { companyId, accountId, push } = await connected();
  const { body } = await call('POST', `${push}?timeoutInMinutes=1`, { accountId, transactions: [line(1)] });
  await clock.advance(60_000);
  const path = `/companies/${companyId}/push/${body.pushOperationKey}`;
  assert.equal((await call('GET', path)).body.status, 'TimedOut');
  assert.equal(sandbox.ledger.entries().length, 0);
  await clock.advance(30_000);
  assert.equal((await call('GET', path)).body.status, 'TimedOut');
  assert.equal(sandbox.ledger.entries().length, 1);
});

test('deleting the connection or the company ends what is on its way', async () => {
  for (const what of ['connection', 'company'] as const) {
    const { call, connected, clock, sandbox } = standing();
    const { companyId, base, accountId, push } = await connected();
    await call('POST', push, { accountId, transactions: [line(1)] });
    await call('DELETE', what === 'connection' ? base : `/companies/${companyId}`);
    await clock.advance(1000);
    assert.equal(sandbox.ledger.entries().length, 0);
    const list = await call('GET', `/companies/${companyId}/push`);
    assert.equal(list.status, what === 'connection' ? 200 : 404);
  }
});
