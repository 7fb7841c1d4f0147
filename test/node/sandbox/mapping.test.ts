import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sourceAccount, standing } from './harness.ts';

const accounts = '/connectionInfo/bankFeedAccounts';
const mapping = '/bankFeedAccounts/mapping';

async function ready(platformKey = 'gbol') {
  const parts = standing();
  const { base, companyId, connectionId } = await parts.linked(platformKey);
  const path = base + mapping;
  const add = (more: object = {}) => parts.call('POST', base + accounts, sourceAccount(more));
  const map = (body: object) => parts.call('POST', path, body);
  const rows = async () => (await parts.call('GET', path)).body;
  return { ...parts, base, companyId, connectionId, add, map, rows };
}

test('options are filtered by currency and type', async () => {
  const { add, rows } = await ready();
  await add();
  await add({ id: 'card', accountType: 'creditCard', balance: 0 });
  await add({ id: 'usd', currency: 'USD' });
  const names = (await rows()).map((row: { sourceAccountId: string; targetAccountOptions: { name: string }[] }) => [
    row.sourceAccountId,
    row.targetAccountOptions.map(({ name }) => name),
  ]);
  assert.deepEqual(names, [
    ['acc-1', ['Business Current Account', 'Business Savings', 'Petty Cash']],
    ['card', ['Business Credit Card']],
    ['usd', ['US Dollar Account']],
  ]);
  const [first] = await rows();
  assert.deepEqual(Object.keys(first), [
    'sourceAccountId',
    'sourceAccountName',
    'sourceAccountNumber',
    'sourceBalance',
    'sourceCurrency',
    'targetAccountId',
    'status',
    'targetAccountOptions',
  ]);
  assert.equal(first.targetAccountId, null);
  assert.equal(first.status, 'pending');
});

test('an existing target: connecting, then connected after the delay', async () => {
  const { add, rows, map, clock, call, base } = await ready();
  await add();
  const [option] = (await rows())[0].targetAccountOptions;
  const answer = await map({
    sourceAccountId: 'acc-1',
    targetAccountId: option.id,
    feedStartDate: '2026-06-03T00:00:00Z',
  });
  assert.equal(answer.status, 200);
  assert.deepEqual(answer.body, { sourceAccountId: 'acc-1', targetAccountId: option.id, status: 'connecting' });
  assert.equal((await rows())[0].status, 'connecting');
  await clock.advance(1499);
  assert.equal((await rows())[0].status, 'connecting');
  await clock.advance(1);
  const [row] = await rows();
  assert.equal(row.status, 'connected');
  assert.equal(row.targetAccountName, 'Business Current Account');
  assert.equal(row.targetAccountOptions, null);
  assert.equal(row.feedStartDate, '2026-06-03T00:00:00Z');
  const [account] = (await call('GET', base + accounts)).body;
  assert.equal(account.status, 'connected');
  assert.equal(account.feedStartDate, '2026-06-03');

  // Repeating one's own mapping succeeds, moving it does not.
  assert.equal((await map({ sourceAccountId: 'acc-1', targetAccountId: option.id })).body.status, 'connected');
  assert.equal((await map({ sourceAccountId: 'acc-1', targetAccountId: null })).body.status, 'connected');
  await add({ id: 'acc-2' });
  const other = (await rows())[1].targetAccountOptions[1];
  assert.equal((await map({ sourceAccountId: 'acc-1', targetAccountId: other.id })).body.status, 'Failed');
});

test('no target: the software makes an account named like the source', async () => {
  const { add, rows, map, clock, call, base } = await ready();
  await add({ accountName: 'Tills' });
  const answer = await map({ sourceAccountId: 'acc-1' });
  assert.deepEqual(answer.body, { sourceAccountId: 'acc-1', targetAccountId: null, status: 'connecting' });
  assert.equal((await map({ sourceAccountId: 'acc-1' })).body.status, 'connecting');
  await clock.advance(1500);
  const [row] = await rows();
  assert.equal(row.targetAccountName, 'Tills');
  assert.equal(row.feedStartDate, '2026-06-10T00:00:00Z');
  const { body } = await call('GET', `${base}/data/bankAccounts`);
  assert.equal(body.totalResults, 7);
  assert.equal(body.results[6].id, row.targetAccountId);
});

test('a refusal for the user is a 200 with Failed', async () => {
  const { add, rows, map } = await ready();
  await add();
  await add({ id: 'acc-2' });
  await add({ id: 'usd', currency: 'USD' });
  await add({ id: 'card', accountType: 'creditCard' });
  const list = await rows();
  const current = list[0].targetAccountOptions[0].id;
  await map({ sourceAccountId: 'acc-1', targetAccountId: current });
  const taken = await map({ sourceAccountId: 'acc-2', targetAccountId: current });
  assert.equal(taken.status, 200);
  assert.deepEqual(taken.body, {
    sourceAccountId: 'acc-2',
    targetAccountId: current,
    status: 'Failed',
    error: 'A feed connection already exists to this account',
  });
  const savings = list[0].targetAccountOptions[1].id;
  assert.match((await map({ sourceAccountId: 'usd', targetAccountId: savings })).body.error, /is in GBP, .+ USD/);
  assert.match((await map({ sourceAccountId: 'card', targetAccountId: savings })).body.error, /another type/);
  assert.equal((await rows())[1].status, 'pending');
});

test('a mapping that cannot be is a 400 or a 404', async () => {
  const { add, map } = await ready();
  await add();
  assert.equal((await map({ sourceAccountId: 'nobody' })).status, 404);
  assert.match((await map({ sourceAccountId: 'acc-1', targetAccountId: 'x' })).body.error, /^targetAccountId/);
  assert.match((await map({ sourceAccountId: 'acc-1', colour: 'red' })).body.error, /colour/);
  assert.match((await map({ sourceAccountId: 'acc-1', feedStartDate: '3 June' })).body.error, /feedStartDate/);
  assert.equal((await map({})).status, 400);
});

test('the feed start date is the day as it was given, in whatever form', async () => {
  const { add, rows, map, clock, call, base } = await ready();
  await add();
  for (const feedStartDate of [
    '2026-06-03',
    '2026-06-03T10:00:00',
    '2026-06-03T00:00:00Z',
    '2026-06-03T00:00:00.0000000',
    '2026-06-03T23:30:00-05:00',
  ]) {
    assert.equal((await map({ sourceAccountId: 'acc-1', feedStartDate })).body.status, 'connecting');
    assert.equal('feedStartDate' in (await rows())[0], false);
    await clock.advance(1500);
    assert.equal((await rows())[0].feedStartDate, '2026-06-03T00:00:00Z', feedStartDate);
    await call('PATCH', `${base}${accounts}/acc-1`, { status: 'disconnected' });
  }
  for (const feedStartDate of ['', 5, '2026-02-30', '2026-06-03T25:00:00']) {
    assert.equal((await map({ sourceAccountId: 'acc-1', feedStartDate })).status, 400, String(feedStartDate));
  }
  await map({ sourceAccountId: 'acc-1', targetAccountId: null, feedStartDate: null });
  await clock.advance(1500);
  assert.equal((await rows())[0].feedStartDate, '2026-06-10T00:00:00Z');
});

test('version 1: Credit feeds cards, Debit feeds bank accounts, an account without a type feeds either', async () => {
  const { call, base, rows } = await ready();
  for (const accountType of ['Credit', 'Debit', undefined]) {
    await call('POST', base + accounts, { id: `v1 ${accountType}`, accountType, currency: 'GBP', sortCode: '040004' });
  }
  await call('POST', base + accounts, { id: 'v1 bare' });
  const list: { targetAccountOptions: { name: string }[] }[] = await rows();
  assert.deepEqual(
    list.map(({ targetAccountOptions }) => targetAccountOptions.length),
    [1, 3, 4, 0],
  );
});

test('a disconnected account chooses again', async () => {
  const { add, rows, map, clock, call, base } = await ready();
  await add();
  const [first, second] = (await rows())[0].targetAccountOptions;
  await map({ sourceAccountId: 'acc-1', targetAccountId: first.id });
  await clock.advance(1500);
  await call('PATCH', `${base}${accounts}/acc-1`, { status: 'disconnected' });
  const [row] = await rows();
  assert.deepEqual([row.status, row.targetAccountId, row.targetAccountOptions.length], ['disconnected', null, 3]);
  await map({ sourceAccountId: 'acc-1', targetAccountId: second.id });
  await clock.advance(1500);
  assert.deepEqual([(await rows())[0].status, (await rows())[0].targetAccountId], ['connected', second.id]);
});

test('a target fed by another company is left out and refused', async () => {
  const { add, rows, map, clock, sandbox, call, company, companyId } = await ready();
  await add();
  const [option] = (await rows())[0].targetAccountOptions;
  await map({ sourceAccountId: 'acc-1', targetAccountId: option.id });
  await clock.advance(1500);

  const other = await company('Sister company');
  const connectionId = (await call('POST', `/companies/${other}/connections`, { platformKey: 'gbol' })).body.id;
  const [books] = sandbox.control.organizations(companyId, 'gbol');
  sandbox.control.authorize(other, connectionId, { organizationId: books?.id });
  const base = `/companies/${other}/connections/${connectionId}`;
  await call('POST', base + accounts, sourceAccount());
  const [row] = (await call('GET', base + mapping)).body;
  assert.equal(
    row.targetAccountOptions.some(({ id }: { id: string }) => id === option.id),
    false,
  );
  const refused = await call('POST', base + mapping, { sourceAccountId: 'acc-1', targetAccountId: option.id });
  assert.equal(refused.status, 400);
  assert.match(refused.body.error, /another company/);
});

test('Sage and QuickBooks are mapped inside the software', async () => {
  for (const key of ['olpr', 'hcws']) {
    const { add, rows, map } = await ready(key);
    await add();
    assert.equal((await rows())[0].targetAccountOptions, null);
    assert.match((await map({ sourceAccountId: 'acc-1' })).body.error, /mapped inside/);
  }
});

test('a mapping waits for nobody: unlinking or disconnecting on the way ends it', async () => {
  const { add, rows, map, clock, call, base, sandbox, companyId, connectionId } = await ready();
  await add();
  await map({ sourceAccountId: 'acc-1' });
  await call('PATCH', `${base}${accounts}/acc-1`, { status: 'disconnected' });
  await clock.advance(5000);
  assert.equal((await rows())[0].status, 'disconnected');

  await map({ sourceAccountId: 'acc-1' });
  await call('PATCH', base, { status: 'Unlinked' });
  assert.equal((await map({ sourceAccountId: 'acc-1' })).status, 400);
  await clock.advance(5000);
  const [row] = await rows();
  assert.equal(row.status, 'pending');
  assert.equal(row.targetAccountOptions, null);

  sandbox.control.authorize(companyId, connectionId);
  await map({ sourceAccountId: 'acc-1' });
  await clock.advance(5000);
  assert.equal((await rows())[0].status, 'connected');
});

test('deleting an account, a connection or a company lets go of its target', async () => {
  for (const what of ['account', 'connection', 'company'] as const) {
    const { add, rows, map, clock, call, base, companyId, sandbox } = await ready();
    await add();
    const [option] = (await rows())[0].targetAccountOptions;
    await map({ sourceAccountId: 'acc-1', targetAccountId: option.id });
    await clock.advance(1500);
    const [books] = sandbox.control.organizations(companyId, 'gbol');
    const target = books?.accounts.find(({ id }) => id === option.id);
    assert.equal(target?.feed?.accountId, 'acc-1');
    const paths = { account: `${base}${accounts}/acc-1`, connection: base, company: `/companies/${companyId}` };
    await call('DELETE', paths[what]);
    assert.equal(target?.feed, undefined);
  }
});
