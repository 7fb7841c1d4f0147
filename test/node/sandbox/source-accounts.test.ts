import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sourceAccount, standing } from './harness.ts';

const accounts = '/connectionInfo/bankFeedAccounts';

test('a source account is created, listed, changed and deleted', async () => {
  const { call, linked } = standing();
  const { base } = await linked();
  const created = await call(
    'POST',
    base + accounts,
    sourceAccount({ accountInfo: { nickname: 'Till', availableBalance: 3.1 } }),
  );
  assert.equal(created.status, 200);
  assert.deepEqual(created.body, {
    ...sourceAccount(),
    accountInfo: { nickname: 'Till', availableBalance: 3.1 },
    modifiedDate: '2026-06-10T09:30:00.000Z',
    status: 'pending',
  });
  const changed = await call('PATCH', `${base}${accounts}/acc-1`, { id: 'acc-1', accountName: 'Renamed', balance: 0 });
  assert.equal(changed.status, 200);
  assert.equal(changed.body.accountName, 'Renamed');
  assert.equal(changed.body.balance, 0);
  assert.equal('accountInfo' in changed.body, false);
  assert.equal((await call('GET', base + accounts)).body[0].accountName, 'Renamed');
  assert.equal((await call('DELETE', `${base}${accounts}/acc-1`)).status, 204);
  assert.equal((await call('DELETE', `${base}${accounts}/acc-1`)).status, 404);
  assert.deepEqual((await call('GET', base + accounts)).body, []);
});

test('ids are free strings, percent-encoded in paths', async () => {
  const { call, linked } = standing();
  const { base } = await linked();
  for (const id of [
    'a b/c',
    'GB29 NWBK 6016',
    'ä?#%',
    '%2F',
    '%zz',
    'a.b',
    '...',
    '日本 😀',
    'batch',
    'mapping',
    '+&=',
  ]) {
    assert.equal((await call('POST', base + accounts, sourceAccount({ id }))).status, 200, id);
    const own = `${base}${accounts}/${encodeURIComponent(id)}`;
    const renamed = await call('PATCH', own, { accountName: `n ${id}` });
    assert.equal(renamed.body?.accountName, `n ${id}`);
    const model = `${base}/options/bankAccounts/${encodeURIComponent(id)}/bankTransactions`;
    assert.equal((await call('GET', model)).status, 200, id);
    assert.equal((await call('DELETE', own)).status, 204, id);
  }
});

test('money keeps every digit, and numbers in text are refused', async () => {
  const { call, linked } = standing();
  const { base } = await linked();
  const digits = '123456789012345678901234567890.10';
  const body = JSON.stringify(sourceAccount({ balance: 'X' })).replace('"X"', digits);
  assert.match((await call('POST', base + accounts, body)).text, new RegExp(`"balance":${digits.replace('.', '\\.')}`));
  assert.match((await call('GET', `${base}${accounts}`)).text, new RegExp(digits.replace('.', '\\.')));
  assert.match((await call('GET', `${base}/bankFeedAccounts/mapping`)).text, new RegExp(digits.replace('.', '\\.')));
  for (const balance of ['"12.5"', `1e${'9'.repeat(20)}`, '9'.repeat(200), '1e101', 'true']) {
    const refused = await call(
      'POST',
      base + accounts,
      JSON.stringify(sourceAccount({ id: 'x', balance: 'X' })).replace('"X"', balance),
    );
    assert.equal(refused.status, 400, balance);
    assert.match(refused.body.error, /balance/);
  }
  const scientific = JSON.stringify(sourceAccount({ id: 'y', balance: 'X' })).replace('"X"', '-1.25e3');
  assert.match((await call('POST', base + accounts, scientific)).text, /"balance":-1250,/);
  const small = JSON.stringify(sourceAccount({ id: 'z', balance: 'X' })).replace('"X"', '125e-3');
  assert.match((await call('POST', base + accounts, small)).text, /"balance":0\.125,/);
});

test('an account in pounds needs a sort code or routing information', async () => {
  const { call, linked } = standing();
  const { base } = await linked();
  const bare = sourceAccount({ sortCode: undefined });
  const refused = await call('POST', base + accounts, bare);
  assert.equal(refused.status, 400);
  assert.match(refused.body.error, /sortCode/);
  assert.equal(refused.body.validation.errors[0].itemId, 'sortCode');
  const routed = await call('POST', base + accounts, {
    ...bare,
    routingInfo: { bankCode: '040004', type: 'sortcode' },
  });
  assert.equal(routed.status, 200);
  assert.deepEqual(routed.body.routingInfo, { bankCode: '040004', type: 'sortcode' });
  const dollars = await call('POST', base + accounts, {
    ...bare,
    id: 'usd',
    currency: 'USD',
    routingInfo: { bankCode: '1' },
  });
  assert.equal(dollars.body.routingInfo.type, 'bankcode');
});

test('a duplicate, a currency the software lacks and wrong members are refused', async () => {
  const { call, linked } = standing();
  const { base } = await linked();
  await call('POST', base + accounts, sourceAccount());
  const twice = await call('POST', base + accounts, sourceAccount());
  assert.equal(twice.status, 400);
  assert.equal(twice.body.error, 'A bank account already exists with the same Id');
  const yen = await call('POST', base + accounts, sourceAccount({ id: 'jpy', currency: 'JPY' }));
  assert.equal(yen.status, 400);
  assert.match(yen.body.error, /JPY .+ not enabled .+ GBP, USD, EUR/);
  for (const [more, field] of [
    [{ id: '' }, 'id'],
    [{ id: undefined }, 'id'],
    [{ currency: 'pounds' }, 'currency'],
    [{ accountName: 7 }, 'accountName'],
    [{ accountName: 'x'.repeat(4001) }, 'accountName'],
    [{ routingInfo: { type: 'zip' } }, 'routingInfo.type'],
    [{ accountInfo: { accountOpenDate: '2026-02-30' } }, 'accountInfo.accountOpenDate'],
  ] as const) {
    const refused = await call('POST', base + accounts, sourceAccount({ id: 'w', ...more }));
    assert.equal(refused.status, 400, JSON.stringify(more));
    assert.equal(refused.body.validation.errors[0].itemId, field);
  }
});

test('version 1: only the id is required', async () => {
  const { call, linked } = standing();
  const { base } = await linked();
  const created = await call('POST', base + accounts, { id: 'old', accountType: 'Credit', sortCode: null });
  assert.equal(created.status, 200);
  assert.deepEqual(created.body, {
    id: 'old',
    accountType: 'Credit',
    modifiedDate: '2026-06-10T09:30:00.000Z',
    status: 'pending',
  });
  // A list of both is shown in the shape that holds both.
  await call('POST', base + accounts, sourceAccount());
  const list = (await call('GET', base + accounts)).body;
  assert.equal('accountInfo' in list[1], false);
});

test('routing or account information makes an account one of version 2, which asks for more', async () => {
  const { call, linked } = standing();
  const { base } = await linked();
  const { balance: _, ...without } = sourceAccount({ routingInfo: { bankCode: '021001088' } });
  const refused = await call('POST', base + accounts, without);
  assert.equal(refused.status, 400);
  assert.equal(refused.body.validation.errors[0].itemId, 'balance');
  assert.match(refused.body.error, /^balance is required for account acc-1/);
  const credit = await call('POST', base + accounts, { ...sourceAccount({ accountInfo: {} }), accountType: 'Credit' });
  assert.match(credit.body.error, /^accountType is required .+ checking, savings, loan, creditCard, prepaidCard/);
  const batch = await call('POST', `${base}${accounts}/batch`, [without, sourceAccount({ id: 'good' })]);
  assert.equal(batch.status, 207);
  assert.equal(batch.body[0].result.statusCode, '400');
  // Null is nothing: the account is one of version 1.
  const old = await call('POST', base + accounts, { id: 'old', routingInfo: null, accountInfo: null });
  assert.deepEqual([old.status, 'accountInfo' in old.body], [200, false]);
});

test('an id that no path can hold is refused', async () => {
  const { call, linked } = standing();
  const { base } = await linked();
  for (const id of ['.', '..', 'x\ud800']) {
    const refused = await call('POST', base + accounts, sourceAccount({ id }));
    assert.equal(refused.status, 400, JSON.stringify(id));
    assert.equal(refused.body.validation.errors[0].itemId, 'id');
  }
  assert.deepEqual((await call('GET', base + accounts)).body, []);
});

test('a path whose escapes are broken names no account', async () => {
  const { call, linked } = standing();
  const { base } = await linked();
  await call('POST', base + accounts, sourceAccount());
  for (const id of ['%ZZ', '%', '%E0%A4%A']) {
    assert.equal((await call('PATCH', `${base}${accounts}/${id}`, { accountName: 'x' })).status, 404, id);
    assert.equal((await call('DELETE', `${base}${accounts}/${id}`)).status, 404, id);
  }
});

test('accounts in several currencies live on one connection; a balance may be nothing', async () => {
  const { call, linked } = standing();
  const { base } = await linked();
  for (const [id, currency] of [
    ['gbp', 'GBP'],
    ['usd', 'USD'],
    ['eur', 'EUR'],
  ]) {
    const created = await call('POST', base + accounts, sourceAccount({ id, currency, balance: 0 }));
    assert.deepEqual([created.status, created.body.balance], [200, 0]);
  }
  const list: { currency: string }[] = (await call('GET', base + accounts)).body;
  assert.deepEqual(
    list.map(({ currency }) => currency),
    ['GBP', 'USD', 'EUR'],
  );
});

test('a batch answers 201, 207, 409 or 400 by what became of its items', async () => {
  const { call, linked } = standing();
  const { base } = await linked();
  const batch = (body: unknown) => call('POST', `${base}${accounts}/batch`, body);
  const all = await batch([sourceAccount(), sourceAccount({ id: 'acc-2', currency: 'USD' })]);
  assert.equal(all.status, 201);
  assert.equal(all.body[1].sourceAccountId, 'acc-2');
  assert.equal(all.body[1].result.statusCode, 201);
  assert.equal(all.body[1].result.account.accountInfo, null);

  const mixed = await batch([
    sourceAccount(),
    sourceAccount({ id: 'acc-3' }),
    sourceAccount({ id: 'acc-4', sortCode: null }),
  ]);
  assert.equal(mixed.status, 207);
  assert.deepEqual(mixed.body[0], {
    sourceAccountId: 'acc-1',
    result: { statusCode: '409', error: 'A bank account already exists with the same Id' },
  });
  assert.equal(mixed.body[1].result.statusCode, 201);
  assert.equal(mixed.body[2].result.statusCode, '400');

  const conflicts = await batch([sourceAccount(), sourceAccount({ id: 'acc-3' })]);
  assert.equal(conflicts.status, 409);
  assert.equal(conflicts.body.length, 2);
  const many = await batch(Array.from({ length: 1001 }, (_, index) => ({ id: `many-${index}` })));
  assert.deepEqual([many.status, many.body.validation.errors[0].message], [400, 'must have at most 1000 accounts']);
  const invalid = await batch([sourceAccount({ id: 'n', sortCode: '' })]);
  assert.equal(invalid.status, 400);
  assert.equal(invalid.body.validation.errors[0].itemId, 'n');
  assert.equal((await batch([])).status, 400);
  assert.equal((await batch({})).status, 400);
  const named = await batch([{ id: 'q' }, { id: 4 }]);
  assert.equal(named.body.validation.errors[0].itemId, '1.id');
  const within = await batch([sourceAccount({ id: 'same' }), sourceAccount({ id: 'same' })]);
  assert.equal(within.status, 207);
});

test('what may be changed depends on the state of the account', async () => {
  const { call, connected } = standing();
  const { base } = await connected();
  const own = `${base}${accounts}/acc-1`;
  for (const [body, pattern] of [
    [{ balance: 99 }, /balance: cannot be changed while/],
    [{ status: 'pending' }, /status: the only status/],
    [{ currency: 'USD' }, /currency: cannot be changed/],
    [{ id: 'other' }, /id: cannot be changed/],
    [{ accountName: '' }, /accountName/],
  ] as const) {
    const refused = await call('PATCH', own, body);
    assert.equal(refused.status, 400);
    assert.match(refused.body.error, pattern);
  }
  const whole = await call('PATCH', own, { ...sourceAccount(), accountName: 'New', status: 'connected' });
  assert.equal(whole.status, 200);
  assert.equal(whole.body.feedStartDate, '2026-06-01T00:00:00Z');
  // Null and absent are the same: nothing changes.
  const nothing = await call('PATCH', own, { accountName: null, balance: null, status: null, currency: null });
  assert.deepEqual(nothing.body, whole.body);
  assert.equal((await call('PATCH', own)).status, 400);
  assert.equal((await call('PATCH', own, [])).status, 400);
  const ended = await call('PATCH', own, { status: 'disconnected' });
  assert.equal(ended.body.status, 'disconnected');
  assert.equal((await call('PATCH', own, { id: 'acc-1', status: 'disconnected', balance: 4 })).body.balance, 4);
  assert.equal('feedStartDate' in ended.body, false);
  assert.equal((await call('PATCH', `${base}${accounts}/nobody`, {})).status, 404);
});

test('an ended connection takes no new accounts', async () => {
  const { call, linked, sandbox } = standing();
  const { base, companyId, connectionId } = await linked();
  sandbox.control.revoke(companyId, connectionId);
  const refused = await call('POST', base + accounts, sourceAccount());
  assert.equal(refused.status, 400);
  assert.match(refused.body.error, /Deauthorized/);
  assert.equal((await call('GET', base + accounts)).status, 200);
});

test('credentials do not reach an account by that name', async () => {
  const { call, linked } = standing();
  const { base } = await linked();
  await call('POST', base + accounts, sourceAccount({ id: 'credentials' }));
  assert.equal((await call('DELETE', `${base}${accounts}/credentials`)).status, 404);
  assert.equal((await call('GET', base + accounts)).body.length, 1);
});
