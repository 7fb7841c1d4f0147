/** Suggestions on the wire: from real mappings, without numbers, and without asking Codat more often. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountPage, mappingPage } from '../../../src/contract/schemas.ts';
import { connectionsAtCodat, startWorld } from './support.ts';
import { answer, overFetch } from './transport.ts';

// As the sandbox's books have them: number and name, the number alone, the number of none and a name that is not alike.
const accounts = [
  ['one', 'Business current', 'checking', '31510604'],
  ['two', 'Rainy days', 'savings', '31510612'],
  ['three', 'Business Savings', 'savings', '99999999'],
  ['four', 'Business credit card', 'creditCard', '5400 0000 0000 4243'],
].map(([id, accountName, accountType, accountNumber]) => ({
  id,
  accountName,
  accountType,
  accountNumber,
  sortCode: '04-00-04',
  currency: 'GBP',
  balance: '10.00',
}));

test('what looks right is suggested with its reasons, once, and no number reaches the page', async (t) => {
  let [readings, books] = [0, 0];
  let away = false;
  const world = await startWorld(t, {
    sourceAccounts: () => accounts,
    durations: { watch: 60_000, changes: 50, listing: 2_000 },
    transport: async (request) => {
      if (request.method === 'GET' && request.url.includes('/bankFeedAccounts') && !request.url.includes('/mapping'))
        readings += 1;
      if (!request.url.includes('/data/bankAccounts')) return overFetch(request);
      books += 1;
      return away ? answer(409, { statusCode: 409, error: 'Still syncing.' }) : overFetch(request);
    },
  });
  const { call, companyId, sandbox } = world;
  const { json: connection } = await call('POST', '/v1/connections', { body: { platform: 'xero' } });
  const [atCodat] = await connectionsAtCodat(world);
  sandbox.control.authorize(companyId, atCodat?.id ?? '');
  const path = `/v1/connections/${connection.id}`;
  const offered = accountPage.parse((await call('GET', `${path}/accounts`)).json);
  const accountIds = offered.items.map(({ id }) => id);
  await call('POST', `${path}/accounts`, { body: { accountIds } });

  const read = async () => {
    const { text, json } = await call('GET', `${path}/mappings`);
    for (const { accountNumber } of accounts) assert.ok(!text.includes(accountNumber ?? ''), accountNumber);
    const { items, targets } = mappingPage.parse(json);
    const nameOf = (id: string | undefined) => targets.find((target) => target.id === id)?.name;
    return items.map(({ suggestion, targetIds }) => {
      assert.ok(suggestion === undefined || targetIds.includes(suggestion.targetId));
      return [nameOf(suggestion?.targetId), suggestion?.reasons];
    });
  };
  const all = ['number', 'name', 'currency', 'type'];
  assert.deepEqual(await read(), [
    ['Business Current Account', all],
    ['Business Savings', ['number', 'currency', 'type']],
    [undefined, undefined],
    ['Business Credit Card', all],
  ]);
  assert.equal(books, 1);
  readings = 0;
  away = true;
  for (let n = 0; n < 3; n += 1) await read();
  assert.deepEqual([readings, books], [0, 1], 'no reading costs another question');

  const { items } = mappingPage.parse((await call('GET', `${path}/mappings`)).json);
  const targetId = items[0]?.suggestion?.targetId ?? '';
  await call('PUT', `${path}/mappings/${accountIds[0]}`, { body: { targetId } });
  assert.deepEqual((await read())[0], [undefined, undefined], 'no longer open');
});

test('where the books are not read yet, currency and type are not claimed', async (t) => {
  const world = await startWorld(t, {
    sourceAccounts: () => accounts.slice(0, 1),
    transport: async (request) =>
      request.url.includes('/data/bankAccounts')
        ? answer(409, { statusCode: 409, error: 'Still syncing.' })
        : overFetch(request),
  });
  const { call, companyId, sandbox } = world;
  const { json: connection } = await call('POST', '/v1/connections', { body: { platform: 'xero' } });
  const [atCodat] = await connectionsAtCodat(world);
  sandbox.control.authorize(companyId, atCodat?.id ?? '');
  const path = `/v1/connections/${connection.id}`;
  const accountIds = (await call('GET', `${path}/accounts`)).json.items.map(({ id }: { id: string }) => id);
  await call('POST', `${path}/accounts`, { body: { accountIds } });
  const { items } = mappingPage.parse((await call('GET', `${path}/mappings`)).json);
  assert.deepEqual(items[0]?.suggestion?.reasons, ['number', 'name']);
});

test('the pages of one list are of one listing, and the next list is of the next', async (t) => {
  let listings = 0;
  const world = await startWorld(t, {
    sourceAccounts: () => accounts,
    transport: async (request) => {
      if (request.method === 'GET' && request.url.includes('/mapping')) listings += 1;
      return overFetch(request);
    },
  });
  const { call, companyId, sandbox } = world;
  const { json: connection } = await call('POST', '/v1/connections', { body: { platform: 'xero' } });
  const [atCodat] = await connectionsAtCodat(world);
  sandbox.control.authorize(companyId, atCodat?.id ?? '');
  const path = `/v1/connections/${connection.id}`;
  const accountIds = (await call('GET', `${path}/accounts`)).json.items.map(({ id }: { id: string }) => id);
  await call('POST', `${path}/accounts`, { body: { accountIds } });
  const page = async (cursor?: string) =>
    mappingPage.parse((await call('GET', `${path}/mappings?limit=2${cursor ? `&cursor=${cursor}` : ''}`)).json);
  const first = await page();
  const { items, nextCursor } = await page(first.nextCursor);
  assert.deepEqual([listings, items.length, nextCursor], [1, 2, undefined]);
  const targetId = first.items[0]?.suggestion?.targetId ?? '';
  await call('PUT', `${path}/mappings/${accountIds[0]}`, { body: { targetId } });
  assert.notEqual((await page()).items[0]?.status, 'pending');
});
