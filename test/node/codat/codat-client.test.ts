import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CodatHttpError, CodatInvalidRequestError, CodatInvalidResponseError } from '../../../src/codat/index.ts';
import { companyJson, connectionJson, errorJson, ids, operationJson, pageOf, withCodat } from './codat-server.ts';

const { company, connection, operation } = ids;
const base = `/companies/${company}/connections/${connection}`;
const account = {
  id: 'acc-001',
  accountName: 'Current',
  accountType: 'checking',
  accountNumber: '12345670',
  currency: 'GBP',
  sortCode: '040004',
  balance: '1234567890123456.10',
} as const;

describe('companies', () => {
  it('are created, read and listed', async () => {
    const scripts = [{ json: companyJson }, { json: companyJson }, { json: pageOf([companyJson], '/companies') }];
    await using codat = await withCodat(scripts);
    const made = await codat.client.createCompany({ name: 'Technicalium', tags: { balance: '5' } });
    assert.equal(made.id, company);
    assert.equal(made.createdByUserName, null);
    assert.equal((await codat.client.getCompany(company)).name, 'Technicalium');
    const list = await codat.client.listCompanies({ page: 2, pageSize: 5, query: "name~O'B & c", tags: 'a = b' });
    assert.equal(list.results[0]?.id, company);
    assert.deepEqual(
      codat.seen.map(({ method, url, body }) => [method, url, body]),
      [
        ['POST', '/companies', '{"name":"Technicalium","tags":{"balance":"5"}}'],
        ['GET', `/companies/${company}`, ''],
        ['GET', '/companies?page=2&pageSize=5&query=name~O%27B%20%26%20c&tags=a%20%3D%20b', ''],
      ],
    );
    assert.equal(codat.seen[0]?.headers.authorization, `Basic ${btoa('a-key-for-tests')}`);
    assert.equal(codat.seen[0]?.headers['content-type'], 'application/json');
    assert.equal(codat.seen[0]?.headers['idempotency-key'], undefined);
  });
});

describe('connections', () => {
  it('are created, listed, read, unlinked and deleted (200 without a body)', async () => {
    await using codat = await withCodat([
      { json: connectionJson },
      { json: pageOf([connectionJson], '/connections') },
      { json: { ...connectionJson, status: 'Paused', sourceType: 'Tax', somethingNew: [1] } },
      { json: { ...connectionJson, status: 'Unlinked' } },
      { status: 200 },
      {
        json: {
          companyName: 'Acme',
          baseCurrency: 'GBP',
          planType: null,
          multicurrencyEnabled: true,
          currencies: null,
        },
      },
    ]);
    const { client } = codat;
    assert.equal((await client.createConnection(company, { platformKey: 'gbol' })).integrationKey, 'gbol');
    assert.equal((await client.listConnections(company)).totalResults, 1);
    assert.equal((await client.getConnection(company, connection)).status, 'Paused');
    assert.equal((await client.unlinkConnection(company, connection)).status, 'Unlinked');
    assert.equal(await client.deleteConnection(company, connection), undefined);
    assert.equal((await client.getCompanyInformation(company, connection)).companyName, 'Acme');
    assert.deepEqual(
      codat.seen.map(({ method, url, body }) => [method, url, body]),
      [
        ['POST', `/companies/${company}/connections`, '{"platformKey":"gbol"}'],
        ['GET', `/companies/${company}/connections`, ''],
        ['GET', base, ''],
        ['PATCH', base, '{"status":"Unlinked"}'],
        ['DELETE', base, ''],
        ['GET', `${base}/bankFeeds/info`, ''],
      ],
    );
  });
});

describe('source accounts', () => {
  const path = `${base}/connectionInfo/bankFeedAccounts`;

  it('are read in either version, with exact money', async () => {
    const v1 = '{"id":"acc-002","accountType":"Credit","balance":1.10,"modifiedDate":null,"status":"linked"}';
    const v2 =
      '{"id":"acc/1 é","routingInfo":{"bankCode":"1","type":"bankcode"},"accountInfo":{"availableBalance":10}}';
    await using codat = await withCodat([{ text: `[${v1},${v2}]` }]);
    const [older, newer] = await codat.client.listSourceAccounts(company, connection);
    assert.equal(older?.balance, '1.10');
    assert.equal(newer?.accountInfo?.availableBalance, '10');
    assert.equal(newer?.routingInfo?.bankCode, '1');
  });

  it('are created as a batch: all, some or none', async () => {
    const made = { sourceAccountId: 'acc-001', result: { statusCode: 200, error: null, account } };
    const refused = { sourceAccountId: 'acc-002', result: { statusCode: '409', error: 'Account already exists.' } };
    const text = JSON.stringify(made).replace('"1234567890123456.10"', '1234567890123456.10');
    await using codat = await withCodat([
      { status: 201, text: `[${text}]` },
      { status: 207, text: `[${text},${JSON.stringify(refused)}]` },
      { status: 409, json: [refused] },
      { status: 409, json: errorJson(409) },
      { status: 409, text: '<html>' },
    ]);
    const create = () => codat.client.createSourceAccounts(company, connection, [account]);
    assert.deepEqual(await create(), {
      status: 201,
      results: [{ sourceAccountId: 'acc-001', statusCode: 200, account }],
    });
    const some = await create();
    assert.equal(some.status, 207);
    assert.deepEqual(some.results[1], {
      sourceAccountId: 'acc-002',
      statusCode: 409,
      error: 'Account already exists.',
    });
    assert.deepEqual(await create(), { status: 409, results: [some.results[1]] });
    await assert.rejects(create(), CodatHttpError);
    await assert.rejects(create(), CodatHttpError);
    assert.equal(codat.seen[0]?.url, `${path}/batch`);
    assert.match(codat.seen[0]?.body ?? '', /"balance":1234567890123456\.10[,}]/);
  });

  it('are updated with the id in the body, and deleted', async () => {
    await using codat = await withCodat([{ json: { id: 'a b/c' } }, { status: 204 }]);
    await codat.client.updateSourceAccount(company, connection, 'a b/c', { accountName: 'New', balance: '0.00' });
    await codat.client.deleteSourceAccount(company, connection, 'a b/c');
    assert.deepEqual(
      codat.seen.map(({ method, url, body }) => [method, url, body]),
      [
        ['PATCH', `${path}/a%20b%2Fc`, '{"accountName":"New","balance":0.00,"id":"a b/c"}'],
        ['DELETE', `${path}/a%20b%2Fc`, ''],
      ],
    );
  });

  it('are refused before anything is sent, by field', async () => {
    await using codat = await withCodat([{}]);
    const { client } = codat;
    const refusals: [string, () => Promise<unknown>][] = [
      ['accounts', () => client.createSourceAccounts(company, connection, [])],
      [
        'accounts[1].balance',
        () => client.createSourceAccounts(company, connection, [account, { ...account, balance: '1,5' }]),
      ],
      ['accounts[0].id', () => client.createSourceAccounts(company, connection, [{ ...account, id: 'Batch' }])],
      ['accountId', () => client.deleteSourceAccount(company, connection, 'credentials')],
      ['accountId', () => client.deleteSourceAccount(company, connection, '..')],
      ['connectionId', () => client.getConnection(company, '')],
      ['companyId', () => client.getCompany('a\u0000')],
      ['company.name', () => client.createCompany({ name: '' })],
      ['connection.platformKey', () => client.createConnection(company, { platformKey: 'xero5' })],
      ['page', () => client.listCompanies({ page: 0 })],
      ['pageSize', () => client.listPushOperations(company, { pageSize: 5001 })],
      ['query', () => client.listCompanies({ query: '\ud800' })],
      [
        'idempotencyKey',
        () => client.createBankTransactions(company, connection, 'a', '{}', { idempotencyKey: 'a\nb' }),
      ],
      ['timeoutMs', () => client.getCompany(company, { timeoutMs: Number.NaN })],
      ['retries.exponent', () => client.getCompany(company, { retries: { exponent: 0.5 } })],
      ['headers["Authorization"]', () => client.getCompany(company, { headers: { Authorization: 'x' } })],
      ['headers["x-a"]', () => client.getCompany(company, { headers: { 'x-a': 'a\r\nb: c' } })],
    ];
    for (const [field, call] of refusals) {
      await assert.rejects(call, (error) => {
        assert.ok(error instanceof CodatInvalidRequestError, field);
        assert.equal(error.field, field);
        assert.equal(error.kind, 'invalid-request');
        return true;
      });
    }
    assert.equal(codat.seen.length, 0);
  });
});

describe('mappings', () => {
  it('are read with their options, and made', async () => {
    const text = `[{"sourceAccountId":"a","sourceBalance":99.990,"targetAccountId":null,"status":"pending",
      "targetAccountOptions":[{"id":"t","name":"Bank","balance":-5}],"targetAccountNumber":"extra"},
      {"sourceAccountId":"b","targetAccountOptions":null}]`;
    const failed = { sourceAccountId: 'a', targetAccountId: null, status: 'Failed', error: 'A feed exists.' };
    await using codat = await withCodat([{ text }, { json: failed }]);
    const [first] = await codat.client.getMappings(company, connection);
    assert.equal(first?.sourceBalance, '99.990');
    assert.equal(first?.targetAccountOptions?.[0]?.balance, '-5');
    const request = { sourceAccountId: 'a', targetAccountId: 't', feedStartDate: '2026-01-01' };
    assert.equal((await codat.client.createMapping(company, connection, request)).status, 'Failed');
    assert.equal(codat.seen[1]?.url, `${base}/bankFeedAccounts/mapping`);
    assert.deepEqual(JSON.parse(codat.seen[1]?.body ?? ''), request);
  });

  it('may be as long as a thousand accounts by five hundred targets, other answers may not', async () => {
    const long = { text: `[${' '.repeat(3_000_000)}]` };
    await using codat = await withCodat([long]);
    assert.deepEqual(await codat.client.getMappings(company, connection), []);
    await assert.rejects(codat.client.getCompany(company), CodatInvalidResponseError);
  });
});

describe('bank transactions', () => {
  it('reach Codat byte for byte, and 200 and 202 are alike', async () => {
    const body = '{"accountId":"acc","transactions":[{"amount":1.10,"balance":1e2,"description":"é"}]}';
    const echo = { ...operationJson, data: { accountId: 'acc', transactions: [] } };
    await using codat = await withCodat([{ json: echo }, { status: 202, json: operationJson }]);
    const options = { idempotencyKey: operation, timeoutInMinutes: 5, allowSyncOnPushComplete: false };
    for (const commit of [undefined, () => true]) {
      const pushed = await codat.client.createBankTransactions(company, connection, 'acc', body, {
        ...options,
        commit,
      });
      assert.equal(pushed.pushOperationKey, operation);
      assert.equal(pushed.status, 'Pending');
    }
    const query = 'timeoutInMinutes=5&allowSyncOnPushComplete=false';
    for (const { url, body: received, headers } of codat.seen) {
      assert.equal(url, `${base}/push/bankAccounts/acc/bankTransactions?${query}`);
      assert.equal(received, body);
      assert.equal(headers['idempotency-key'], operation);
      assert.equal(headers['content-length'], String(Buffer.byteLength(body)));
    }
  });
});

describe('push operations', () => {
  it('are read and listed', async () => {
    const done = {
      ...operationJson,
      status: 'Failed',
      statusCode: 400,
      validation: { errors: [{ itemId: 't-1', message: 'too old', validatorName: null }], warnings: null },
    };
    await using codat = await withCodat([{ json: done }, { json: pageOf([done], '/push') }]);
    const one = await codat.client.getPushOperation(company, operation);
    assert.equal(one.validation?.errors?.[0]?.message, 'too old');
    const list = await codat.client.listPushOperations(company, { pageSize: 200, orderBy: '-requestedOnUtc' });
    assert.equal(list.results[0]?.statusCode, 400);
    assert.equal(codat.seen[1]?.url, `/companies/${company}/push?pageSize=200&orderBy=-requestedOnUtc`);
  });
});
