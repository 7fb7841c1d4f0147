import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sourceAccount, standing } from './harness.ts';

test('a connection waits for the user, is linked, unlinked and deleted', async () => {
  const { call, company, sandbox } = standing();
  const companyId = await company();
  const path = `/companies/${companyId}/connections`;
  const created = await call('POST', path, { platformKey: 'gbol' });
  assert.equal(created.status, 200);
  assert.equal(created.body.status, 'PendingAuth');
  assert.equal(created.body.platformName, 'Xero');
  assert.equal(created.body.sourceType, 'Accounting');
  assert.equal(created.body.integrationKey, 'gbol');
  assert.match(created.body.linkUrl, /^http:\/\/sandbox\.test\/link\/companies\/.+\/connections\/.+\/start\?otp=/);
  assert.equal('lastSync' in created.body, false);
  const own = `${path}/${created.body.id}`;

  assert.equal((await call('PATCH', own, { status: 'Unlinked' })).status, 400);
  sandbox.control.authorize(companyId, created.body.id);
  assert.equal((await call('GET', own)).body.status, 'Linked');
  assert.equal((await call('GET', path)).body.results[0].status, 'Linked');
  assert.equal((await call('GET', `/companies/${companyId}`)).body.dataConnections[0].id, created.body.id);

  for (const body of [{ status: 'Linked' }, { status: null }, {}, { status: 'Unlinked', more: 1 }, { status: 4 }]) {
    assert.equal((await call('PATCH', own, body)).status, 400, JSON.stringify(body));
  }
  const unlinked = await call('PATCH', own, { status: 'Unlinked' });
  assert.equal(unlinked.status, 200);
  assert.equal(unlinked.body.status, 'Unlinked');

  const deleted = await call('DELETE', own);
  assert.equal(deleted.status, 200);
  assert.equal(deleted.text, '');
  const gone = await call('GET', own);
  assert.equal(gone.status, 404);
  assert.match(gone.body.error, /^Data connection .+ not found$/);
  assert.equal((await call('GET', path)).body.totalResults, 0);
});

test('all six platforms are known, any other key is not', async () => {
  const { call, company } = standing();
  const path = `/companies/${await company()}/connections`;
  const seen = [];
  for (const platformKey of ['gbol', 'hcws', 'olpr', 'fbrh', 'akxx', 'qudb']) {
    const { body } = await call('POST', path, { platformKey });
    seen.push(`${body.sourceType} ${body.platformName}`);
  }
  assert.deepEqual(seen, [
    'Accounting Xero',
    'BankFeed QuickBooks Online Bank Feeds',
    'BankFeed SageBankFeed',
    'Accounting FreeAgent',
    'Accounting Oracle NetSuite',
    'Accounting Exact Online',
  ]);
  assert.equal((await call('POST', path, { platformKey: 'zzzz' })).status, 404);
  assert.equal((await call('POST', path, { platformKey: 5 })).status, 400);
  assert.equal((await call('GET', `${path}?pageSize=4&page=2`)).body.results.length, 2);
});

test('a company has one active accounting connection', async () => {
  const { call, linked, sandbox } = standing();
  const { companyId } = await linked();
  const second = await call('POST', `/companies/${companyId}/connections`, { platformKey: 'fbrh' });
  assert.equal(second.status, 200);
  assert.throws(() => sandbox.control.authorize(companyId, second.body.id), /one active accounting connection/);
  // A pure bank feed stands beside it.
  const feed = await call('POST', `/companies/${companyId}/connections`, { platformKey: 'hcws' });
  sandbox.control.authorize(companyId, feed.body.id);
});

test('a connection of another company does not exist', async () => {
  const { call, linked, company } = standing();
  const { connectionId } = await linked();
  const other = await company('Other');
  assert.equal((await call('GET', `/companies/${other}/connections/${connectionId}`)).status, 404);
  assert.equal((await call('GET', `/companies/nonsense/connections/${connectionId}`)).status, 404);
});

test('company information: Xero and NetSuite answer, the others refuse, all need the link', async () => {
  const { call, linked, company } = standing();
  const { base } = await linked();
  const info = await call('GET', `${base}/bankFeeds/info`);
  assert.deepEqual(info.body, {
    companyName: 'Brightwater Trading',
    baseCurrency: 'GBP',
    planType: 'Premium',
    multicurrencyEnabled: true,
    currencies: ['GBP', 'USD', 'EUR'],
  });
  const freeAgent = await linked('fbrh');
  assert.equal((await call('GET', `${freeAgent.base}/bankFeeds/info`)).status, 400);
  const companyId = await company();
  const { body } = await call('POST', `/companies/${companyId}/connections`, { platformKey: 'gbol' });
  const waiting = `/companies/${companyId}/connections/${body.id}`;
  assert.match((await call('GET', `${waiting}/bankFeeds/info`)).body.error, /must be Linked/);
  assert.equal((await call('GET', `${waiting}/data/bankAccounts`)).status, 409);
});

test('the software offers six bank accounts in three currencies, with ids from the seed', async () => {
  const { call, linked } = standing();
  const { base } = await linked();
  const { body } = await call('GET', `${base}/data/bankAccounts`);
  assert.equal(body.totalResults, 6);
  const summary = body.results.map(
    ({ accountName, accountType, currency }: Record<string, string>) => `${accountName} ${accountType} ${currency}`,
  );
  assert.deepEqual(summary, [
    'Business Current Account Debit GBP',
    'Business Savings Debit GBP',
    'Petty Cash Debit GBP',
    'Business Credit Card Credit GBP',
    'US Dollar Account Debit USD',
    'Euro Account Debit EUR',
  ]);
  const again = standing();
  const twin = await again.linked();
  const ids = (each: { results: { id: string }[] }) => each.results.map(({ id }) => id);
  assert.deepEqual(ids((await again.call('GET', `${twin.base}/data/bankAccounts`)).body), ids(body));
  const search = new URLSearchParams({ query: 'balance > 9000', orderBy: 'balance' });
  const rich = await call('GET', `${base}/data/bankAccounts?${search}`);
  assert.deepEqual(
    rich.body.results.map(({ accountName }: { accountName: string }) => accountName),
    ['US Dollar Account', 'Business Current Account', 'Business Savings'],
  );
});

test('linking again to other books ends what was mapped in the old ones', async () => {
  const { call, connected, sandbox } = standing();
  const { companyId, connectionId, base } = await connected();
  const [, small] = sandbox.control.organizations(companyId, 'gbol');
  await call('PATCH', base, { status: 'Unlinked' });
  sandbox.control.authorize(companyId, connectionId, { organizationId: small?.id });
  const { body } = await call('GET', `${base}/connectionInfo/bankFeedAccounts`);
  assert.equal(body[0].status, 'disconnected');
  const euro = await call(
    'POST',
    `${base}/connectionInfo/bankFeedAccounts`,
    sourceAccount({ id: 'eur', currency: 'EUR' }),
  );
  assert.equal(euro.status, 400);
  assert.match(euro.body.error, /currency EUR of account eur is not enabled in Brightwater Trading \(pounds only\)/);
});

test('linked again to other books, what was mapped in the old ones is over, and that is told', async () => {
  const events: string[] = [];
  const { connected, call, clock, sandbox } = standing({
    webhooks: [{ url: 'http://receiver.test/' }],
    send: async (request) => {
      events.push((await request.json()).eventType);
      return new Response();
    },
  });
  const { companyId, connectionId, base } = await connected();
  const feeds = `${base}/connectionInfo/bankFeedAccounts`;
  await call('POST', feeds, sourceAccount({ id: 'never' }));
  await call('POST', feeds, sourceAccount({ id: 'under way' }));
  await call('POST', `${base}/bankFeedAccounts/mapping`, { sourceAccountId: 'under way' });
  await call('PATCH', base, { status: 'Unlinked' });
  await clock.advance(1000);
  events.length = 0;
  const [first, second] = sandbox.control.organizations(companyId, 'gbol');
  sandbox.control.authorize(companyId, connectionId, { organizationId: second?.id });
  await clock.advance(60_000);
  assert.deepEqual(events, ['bankFeeds.sourceAccount.disconnected', 'connection.reconnected']);
  const { body } = await call('GET', feeds);
  assert.deepEqual(
    body.map(({ status, feedStartDate }: { status: string; feedStartDate?: string }) => [status, feedStartDate]),
    [
      ['disconnected', undefined],
      ['pending', undefined],
      ['disconnected', undefined],
    ],
  );
  assert.deepEqual(
    first?.accounts.filter(({ feed }) => feed !== undefined),
    [],
  );
});
