/** Every operation, against the sandbox and over HTTP. What exactly is sent is in the tests of the wire. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CodatHttpError, type CodatClient } from '../../../src/codat/index.ts';
import { all } from './codat-server.ts';
import { account, withSandbox } from './sandbox-client.ts';

/** The status of the refusal that a call ends in. */
async function refusal(call: Promise<unknown>): Promise<CodatHttpError> {
  const error: unknown = await call.then(
    () => assert.fail('it should have been refused'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof CodatHttpError, String(error));
  return error;
}

describe('companies', () => {
  it('are created, replaced, updated and deleted', async () => {
    await using codat = await withSandbox();
    const { client } = codat;
    const made = await client.createCompany({ name: 'Acme', description: 'one', tags: { team: 'feeds' } });
    const updated = await client.updateCompany(made.id, { description: 'two', name: null });
    assert.deepEqual([updated.name, updated.description, updated.tags], ['Acme', 'two', { team: 'feeds' }]);
    const replaced = await client.replaceCompany(made.id, { name: 'Acme Ltd' });
    assert.equal(replaced.name, 'Acme Ltd');
    assert.ok(!replaced.description);
    assert.deepEqual(replaced.tags ?? {}, {});
    assert.equal((await client.listCompanies({ pageSize: 10 })).totalResults, 1);
    const token = await client.getCompanyAccessToken(made.id);
    assert.deepEqual([token.expiresIn, token.tokenType], [86_400, 'Bearer']);
    assert.ok(token.accessToken.length > 0);
    assert.equal(await client.deleteCompany(made.id), undefined);
    const gone = await refusal(client.getCompany(made.id));
    assert.deepEqual([gone.status, gone.operation, gone.canBeRetried], [404, 'getCompany', false]);
    assert.ok(gone.correlationId);
  });
});

describe('connections', () => {
  it('are created, read, unlinked and deleted', async () => {
    await using codat = await withSandbox();
    const { client } = codat;
    const [companyId, connectionId] = await codat.linked();
    assert.equal((await client.getConnection(companyId, connectionId)).status, 'Linked');
    assert.equal((await client.listConnections(companyId)).results[0]?.id, connectionId);
    assert.ok((await client.getCompanyInformation(companyId, connectionId)).baseCurrency);
    assert.equal((await client.unlinkConnection(companyId, connectionId)).status, 'Unlinked');
    assert.equal((await refusal(client.unlinkConnection(companyId, connectionId))).status, 400);
    await client.deleteConnection(companyId, connectionId);
    assert.equal((await refusal(client.getConnection(companyId, connectionId))).status, 404);
  });

  it('to QuickBooks Online have credentials, whatever JSON asks for them', async () => {
    await using codat = await withSandbox();
    const { client } = codat;
    const { id: companyId } = await client.createCompany({ name: 'Acme' });
    const { id } = await client.createConnection(companyId, { platformKey: 'hcws' });
    const bytes = new TextEncoder().encode('{"any":1}');
    const bodies = [undefined, null, [1], 'text', bytes, bytes.buffer, new Blob([bytes]), new Blob([bytes]).stream()];
    const usernames = new Set<string>();
    for (const body of bodies) {
      const { username, password } = await client.generateCredentials(companyId, id, body);
      assert.ok(password.length > 0);
      usernames.add(username);
    }
    assert.equal(usernames.size, bodies.length);
    assert.equal(await client.deleteBankFeedCredentials(companyId, id), undefined);
  });

  it('to Sage have a one-time password, or the authorization of a page of the bank', async () => {
    await using codat = await withSandbox();
    const { client } = codat;
    const { id: companyId } = await client.createCompany({ name: 'Acme' });
    const { id } = await client.createConnection(companyId, { platformKey: 'olpr' });
    const { otp, expiry } = await client.generateOtp(companyId, id);
    assert.ok(otp.length > 0);
    assert.ok(Date.parse(expiry) > codat.clock.now());
    const authorization = { authorizationId: 'visit-1', bankId: 'bank-1' };
    assert.equal((await client.updateConnectionAuthorization(companyId, id, authorization)).id, id);
    const [other, xero] = await codat.linked();
    assert.equal((await refusal(client.generateOtp(other, xero))).status, 400);
  });
});

describe('accounts', () => {
  it('of the source are made one by one or many at a time, in version 1 and 2', async () => {
    await using codat = await withSandbox();
    const { client } = codat;
    const [companyId, connectionId] = await codat.linked();
    const routingInfo = { bankCode: '021001088', type: 'bankcode' };
    const newer = await client.createSourceAccount(companyId, connectionId, { ...account, routingInfo });
    assert.deepEqual([newer.id, newer.balance, newer.routingInfo], [account.id, account.balance, routingInfo]);
    const older = await client.createSourceAccount(companyId, connectionId, { id: 'old', accountType: 'Credit' });
    assert.deepEqual([older.id, older.accountType, older.status], ['old', 'Credit', 'pending']);
    const again = await refusal(client.createSourceAccount(companyId, connectionId, account));
    assert.equal(again.validation.errors.length, 1);
    const batch = await client.createSourceAccounts(companyId, connectionId, [account, { id: 'older' }]);
    assert.equal(batch.status, 207);
    assert.deepEqual(
      batch.results.map(({ statusCode }) => statusCode),
      [409, 201],
    );
    const listed = await client.listSourceAccounts(companyId, connectionId);
    assert.deepEqual(listed.map(({ id }) => id).toSorted(), [account.id, 'old', 'older'].toSorted());
    const renamed = await client.updateSourceAccount(companyId, connectionId, account.id, { accountName: 'New' });
    assert.equal(renamed.accountName, 'New');
    await client.deleteSourceAccount(companyId, connectionId, 'older');
    assert.equal((await client.listSourceAccounts(companyId, connectionId)).length, 2);
  });

  it('of the software are listed and made, by its model', async () => {
    await using codat = await withSandbox();
    const { client } = codat;
    const [companyId, connectionId] = await codat.linked();
    const before = await client.listBankAccounts(companyId, connectionId, { pageSize: 1 });
    assert.ok(before.totalResults > 1);
    const model = await client.getCreateBankAccountsModel(companyId, connectionId);
    assert.equal(model.type, 'Object');
    const given = { accountName: 'Savings', accountNumber: '12345678', currency: 'GBP', nominalCode: '999' };
    for (const [member, { required }] of Object.entries(model.properties ?? {})) {
      assert.ok(!required || member in given, member);
    }
    const pushed = await client.createBankAccount(companyId, connectionId, given, { timeoutInMinutes: 10 });
    assert.deepEqual([pushed.status, pushed.dataType, pushed.timeoutInMinutes], ['Pending', 'bankAccounts', 10]);
    assert.equal(pushed.data?.accountName, 'Savings');
    codat.clock.advance(60_000);
    assert.equal((await client.getPushOperation(companyId, pushed.pushOperationKey)).status, 'Success');
  });
});

describe('transactions', () => {
  const lines = [
    { id: 't-1', date: '2026-06-09', description: 'Rent', amount: '-1200.00', balance: '34.10' },
    { id: 't-2', date: '2026-06-10', description: 'Sale', amount: '0.10', balance: '34.20' },
  ];

  it('are mapped, modelled, handed over and followed', async () => {
    await using codat = await withSandbox();
    const { client } = codat;
    const [companyId, connectionId] = await codat.linked();
    await client.createSourceAccount(companyId, connectionId, account);
    const mapping = await client.createMapping(companyId, connectionId, {
      sourceAccountId: account.id,
      feedStartDate: '2026-06-01',
    });
    assert.equal(mapping.status, 'connecting');
    codat.clock.advance(60_000);
    const [mapped] = await client.getMappings(companyId, connectionId);
    assert.equal(mapped?.status, 'connected');
    assert.equal(mapped?.sourceBalance, account.balance);

    const model = await client.getCreateBankTransactionsModel(companyId, connectionId, account.id);
    assert.ok(JSON.stringify(model).includes('"amount"'));
    const request = { accountId: account.id, transactions: lines };
    const pushed = await client.createBankTransactions(companyId, connectionId, account.id, request);
    assert.deepEqual([pushed.status, pushed.statusCode], ['Pending', 202]);
    assert.equal(pushed.data?.transactions?.[0]?.amount, '-1200.00');
    codat.clock.advance(60_000);
    assert.equal((await client.getPushOperation(companyId, pushed.pushOperationKey)).status, 'Success');
    const list = await client.listPushOperations(companyId, { orderBy: '-requestedOnUtc' });
    assert.equal(list.results[0]?.pushOperationKey, pushed.pushOperationKey);
  });

  it('that Codat fetches itself: a sync is run, and read by its id and as the latest', async () => {
    await using codat = await withSandbox();
    const { client } = codat;
    const [companyId, connectionId] = await codat.linked();
    await client.createSourceAccount(companyId, connectionId, account);
    codat.sandbox.control.authorize(companyId, connectionId, { accountIds: [account.id] });
    assert.equal(await client.getLatestManagedBankFeedSync(companyId, connectionId, account.id), undefined);
    const { syncId } = await client.runManagedBankFeedAdHocSync(companyId, connectionId, account.id);
    const started = await client.getManagedBankFeedSync(companyId, connectionId, account.id, syncId);
    assert.deepEqual([started.syncId, started.sourceAccountId], [syncId, account.id]);
    codat.clock.advance(3_600_000);
    const latest = await client.getLatestManagedBankFeedSync(companyId, connectionId, account.id);
    assert.equal(latest?.syncId, syncId);
    assert.match(latest?.status ?? '', /^(Partial)?Success/);
  });
});

describe('webhook consumers', () => {
  it('are created, listed and deleted', async () => {
    await using codat = await withSandbox();
    const { client } = codat;
    const consumer = { url: 'https://bank.example/hooks', eventTypes: ['connection.connected'], companyTags: ['a:b'] };
    const made = await client.createWebhookConsumer(consumer);
    assert.deepEqual([made.url, made.eventTypes], [consumer.url, consumer.eventTypes]);
    const [only, ...others] = await client.listWebhookConsumers();
    assert.equal(only?.id, made.id);
    assert.equal(others.length, 0);
    assert.equal(await client.deleteWebhookConsumer(made.id), undefined);
    assert.deepEqual(await client.listWebhookConsumers(), []);
  });
});

describe('a list', () => {
  it('is walked to its end, page by page, also while it becomes shorter', async () => {
    await using codat = await withSandbox();
    const { client } = codat;
    for (let index = 1; index <= 7; index += 1) await client.createCompany({ name: `Company ${index}` });
    const names = async (walk: ReturnType<CodatClient['listAllCompanies']>) =>
      (await all(walk)).map(({ name }) => name);
    assert.equal((await names(client.listAllCompanies({ pageSize: 3 }))).length, 7);
    assert.deepEqual(
      await names(client.listAllCompanies({ pageSize: 2, orderBy: 'name' })),
      [1, 2, 3, 4, 5, 6, 7].map((index) => `Company ${index}`),
    );
    const gone: string[] = [];
    for await (const company of client.listAllCompanies({ pageSize: 2, orderBy: 'name' })) {
      await client.deleteCompany(company.id);
      gone.push(company.name);
    }
    assert.equal(gone.length, 7);
    assert.equal((await client.listCompanies()).totalResults, 0);
  });

  it('is a list of connections, accounts and push operations as well', async () => {
    await using codat = await withSandbox();
    const { client } = codat;
    const [companyId, connectionId] = await codat.linked();
    const connections = await all(client.listAllConnections(companyId));
    assert.deepEqual(
      connections.map(({ id }) => id),
      [connectionId],
    );
    const accounts = await all(client.listAllBankAccounts(companyId, connectionId, { pageSize: 1 }));
    const { totalResults } = await client.listBankAccounts(companyId, connectionId);
    assert.equal(accounts.length, totalResults);
    assert.deepEqual(await all(client.listAllPushOperations(companyId)), []);
  });
});
