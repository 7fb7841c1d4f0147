/** What the client sends, byte for byte, and what it makes of answers that no sandbox gives. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CodatInvalidRequestError, CodatInvalidResponseError, isCodatError } from '../../../src/codat/index.ts';
import { companyJson, connectionJson, ids, operationJson, pageOf, withCodat } from './codat-server.ts';

const { company, connection } = ids;
const base = `/companies/${company}/connections/${connection}`;
const accountId = 'GB29 NWBK/1';
const encoded = 'GB29%20NWBK%2F1';
const syncs = `${base}/bankFeedAccounts/${encoded}/managedBankFeeds/syncs`;
const syncId = '11111111-2222-4333-8444-555555555555';

const syncJson = {
  syncId,
  clientId: company,
  companyId: company,
  companyName: 'Acme',
  dataConnectionId: connection,
  sourceAccountId: accountId,
  periodStartUtc: '2026-01-01T00:00:00Z',
  periodEndUtc: '2026-01-02T00:00:00Z',
  executionStartUtc: '2026-01-02T00:00:01Z',
  status: 'Started',
};

describe('a request', () => {
  it('goes to the path of its operation, with the body as it is given', async () => {
    const model = { type: 'Object', displayName: 'Bank account', required: true };
    await using codat = await withCodat([
      { json: companyJson },
      { json: companyJson },
      { status: 204 },
      { json: { accessToken: 'a', expiresIn: 1, tokenType: 'Bearer' } },
      { json: connectionJson },
      { json: { id: accountId } },
      { json: { id: 'old' } },
      { status: 204 },
      { json: { otp: 'GT40U4', expiry: '2026-04-08T10:30:00Z' } },
      { json: pageOf([], '/x') },
      { json: model },
      { json: model },
      { json: operationJson },
      { status: 201, json: { syncId } },
      { json: syncJson },
      { status: 204 },
      { json: { results: [] } },
      { status: 201, json: { id: 'w-1' } },
      { status: 204 },
    ]);
    const { client } = codat;
    await client.replaceCompany(company, { name: 'A', tags: { amount: '1.5' } });
    await client.updateCompany(company, { description: null });
    await client.deleteCompany(company);
    await client.getCompanyAccessToken(company);
    await client.updateConnectionAuthorization(company, connection, { bankId: 'b', authorizationId: 'a' });
    const routingInfo = { bankCode: '1', type: 'aba' };
    const account = { id: accountId, accountName: 'A', accountType: 'checking', accountNumber: '1' } as const;
    const money = { currency: 'USD', balance: '9007199254740993.10', accountInfo: { availableBalance: '-0.0' } };
    await client.createSourceAccount(company, connection, { ...account, ...money, routingInfo });
    await client.createSourceAccount(company, connection, { id: 'old', accountType: 'Credit' });
    await client.deleteBankFeedCredentials(company, connection);
    await client.generateOtp(company, connection);
    await client.listBankAccounts(company, connection, { page: 3, pageSize: 5000, orderBy: '-balance' });
    await client.getCreateBankAccountsModel(company, connection);
    await client.getCreateBankTransactionsModel(company, connection, accountId);
    await client.createBankAccount(
      company,
      connection,
      { accountName: 'A', accountType: 'Debit', overdraftLimit: '100.00' },
      { timeoutInMinutes: 5 },
    );
    await client.runManagedBankFeedAdHocSync(company, connection, accountId);
    assert.equal((await client.getManagedBankFeedSync(company, connection, accountId, syncId)).status, 'Started');
    assert.equal(await client.getLatestManagedBankFeedSync(company, connection, accountId), undefined);
    await client.listWebhookConsumers();
    await client.createWebhookConsumer({ url: 'https://a.example/', eventTypes: ['x'], disabled: true });
    await client.deleteWebhookConsumer('w 1');
    const source =
      '{"id":"GB29 NWBK/1","accountName":"A","accountType":"checking","accountNumber":"1","currency":"USD",' +
      '"balance":9007199254740993.10,"routingInfo":{"bankCode":"1","type":"aba"},"accountInfo":{"availableBalance":-0.0}}';
    assert.deepEqual(
      codat.seen.map(({ method, url, body }) => [method, url, body]),
      [
        ['PUT', `/companies/${company}`, '{"name":"A","tags":{"amount":"1.5"}}'],
        ['PATCH', `/companies/${company}`, '{"description":null}'],
        ['DELETE', `/companies/${company}`, ''],
        ['GET', `/companies/${company}/accessToken`, ''],
        ['PUT', `${base}/authorization`, '{"bankId":"b","authorizationId":"a"}'],
        ['POST', `${base}/connectionInfo/bankFeedAccounts`, source],
        ['POST', `${base}/connectionInfo/bankFeedAccounts`, '{"id":"old","accountType":"Credit"}'],
        ['DELETE', `${base}/connectionInfo/bankFeedAccounts/credentials`, ''],
        ['POST', `${base}/bankFeeds/otp`, ''],
        ['GET', `${base}/data/bankAccounts?page=3&pageSize=5000&orderBy=-balance`, ''],
        ['GET', `${base}/options/bankAccounts`, ''],
        ['GET', `${base}/options/bankAccounts/${encoded}/bankTransactions`, ''],
        [
          'POST',
          `${base}/push/bankAccounts?timeoutInMinutes=5`,
          '{"accountName":"A","overdraftLimit":100.00,"accountType":"Debit"}',
        ],
        ['POST', syncs, ''],
        ['GET', `${syncs}/${syncId}`, ''],
        ['GET', `${syncs}/latest`, ''],
        ['GET', '/webhooks', ''],
        ['POST', '/webhooks', '{"url":"https://a.example/","eventTypes":["x"],"disabled":true}'],
        ['DELETE', '/webhooks/w%201', ''],
      ],
    );
    for (const { body, headers } of codat.seen) {
      assert.equal(headers['content-type'], body === '' ? undefined : 'application/json');
      assert.equal(headers['idempotency-key'], undefined);
    }
  });

  it('for credentials holds a JSON value, or bytes as they are', async () => {
    await using codat = await withCodat([{ json: { username: 'u', password: 'p' } }]);
    const generate = (body?: Parameters<typeof codat.client.generateCredentials>[2]) =>
      codat.client.generateCredentials(company, connection, body);
    const bytes = new TextEncoder().encode(' {"amount": 1.50}\n');
    const parts = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(bytes.subarray(0, 5));
        controller.enqueue(bytes.subarray(5));
        controller.close();
      },
    });
    await generate();
    await generate({ amount: '1.50', list: [null, true] });
    await generate('text');
    for (const body of [bytes, bytes.slice().buffer, new Blob([bytes]), parts]) await generate(body);
    assert.deepEqual(
      codat.seen.map(({ body }) => body),
      ['{}', '{"amount":"1.50","list":[null,true]}', '"text"', ...Array<string>(4).fill(' {"amount": 1.50}\n')],
    );
    for (const { method, url, headers } of codat.seen) {
      assert.equal(`${method} ${url}`, `POST ${base}/connectionInfo/bankFeedAccounts/credentials`);
      assert.equal(headers['content-type'], 'application/json');
      assert.ok(Number(headers['content-length']) > 0);
    }
  });

  it('for credentials is not sent where its body cannot be had', async () => {
    await using codat = await withCodat([{}]);
    const { client } = codat;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(100_000)),
    });
    const broken = new ReadableStream<Uint8Array>({ pull: () => Promise.reject(new Error('the disk is gone')) });
    const odd = new ReadableStream({ start: (controller) => controller.enqueue('text') });
    const locked = new ReadableStream<Uint8Array>({});
    locked.getReader();
    const circle: { self?: unknown } = {};
    circle.self = circle;
    // What a caller without types could give.
    const bodies: readonly unknown[] = [endless, broken, odd, locked, circle, 5n, () => 1, Symbol('x')];
    for (const body of bodies) {
      const call: Promise<unknown> = Reflect.apply(client.generateCredentials, client, [company, connection, body]);
      await assert.rejects(call, (error) => error instanceof CodatInvalidRequestError && error.field === 'body');
    }
    const stop = new AbortController();
    let cancelled: unknown;
    const silent = new ReadableStream<Uint8Array>({ cancel: (reason) => void (cancelled = reason) });
    const waiting = client.generateCredentials(company, connection, silent, { signal: stop.signal });
    stop.abort(new Error('enough'));
    await assert.rejects(waiting, (error) => isCodatError(error) && error.kind === 'aborted');
    assert.ok(cancelled instanceof Error);
    const never = new ReadableStream<Uint8Array>({});
    const closing = client.generateCredentials(company, connection, never);
    await client.close();
    await assert.rejects(closing, (error) => isCodatError(error) && error.kind === 'aborted' && error.by === 'close');
    assert.equal(codat.seen.length, 0);
  });

  it('that Codat could not take, or would take for another, is refused by its field', async () => {
    await using codat = await withCodat([{}]);
    const { client } = codat;
    const refusals: readonly [string, () => Promise<unknown>][] = [
      ['account.balance', () => client.createSourceAccount(company, connection, { id: 'a', balance: '1e5' })],
      ['account.id', () => client.createSourceAccount(company, connection, { id: 'credentials' })],
      ['account.overdraftLimit', () => client.createBankAccount(company, connection, { overdraftLimit: 'x' })],
      ['syncId', () => client.getManagedBankFeedSync(company, connection, 'a', 'latest')],
      ['syncId', () => client.getManagedBankFeedSync(company, connection, 'a', 'Latest')],
      ['sourceAccountId', () => client.getLatestManagedBankFeedSync(company, connection, '..')],
      ['accountId', () => client.getCreateBankTransactionsModel(company, connection, '.')],
      ['consumer.url', () => client.createWebhookConsumer({ url: 'bank.example' })],
      [
        'consumer.companyTags',
        () => client.createWebhookConsumer({ url: 'https://a', companyTags: Array(11).fill('a:b') }),
      ],
      ['webhookId', () => client.deleteWebhookConsumer('')],
      ['company.name', () => client.replaceCompany(company, { name: '' })],
      [
        'request.transactions[0].amount',
        () =>
          client.createBankTransactions(company, connection, 'a', {
            accountId: 'a',
            transactions: [{ amount: '1,5' }],
          }),
      ],
      ['idempotencyKey', () => client.updateCompany(company, {}, { idempotencyKey: '' })],
      ['priority', () => client.getCompany(company, JSON.parse('{"priority":"urgent","retries":"none"}'))],
    ];
    for (const [field, call] of refusals) {
      await assert.rejects(call, (error) => {
        assert.ok(error instanceof CodatInvalidRequestError, field);
        assert.equal(error.field, field);
        return true;
      });
    }
    assert.equal(codat.seen.length, 0);
  });
});

describe('an answer', () => {
  it('may have members and values that nobody knew, and null where Codat sends it', async () => {
    const option = {
      type: 'Colour',
      displayName: 'X',
      description: null,
      required: false,
      properties: { balance: { type: 'Number', displayName: 'Y', required: true, properties: null, options: null } },
      options: [{ value: 'a', type: 'Shade', displayName: 'A', required: false, more: 1 }],
      validation: { warnings: null, information: [{ field: 'X', details: 'so', ref: null }], more: 1 },
      more: {},
    };
    const bank = {
      id: '1',
      accountName: null,
      accountType: 'Metal',
      balance: -352.03,
      availableBalance: null,
      overdraftLimit: 0,
      status: 'Frozen',
      metadata: { isDeleted: null },
      supplementalData: { content: { x: { y: 1 } } },
      modifiedDate: '2023-03-27T14:21:10',
      more: [1],
    };
    const sync = { ...syncJson, status: 'Paused', executionEndUtc: null, pushOperationKeys: null, errorCode: null };
    const odd = { ...operationJson, status: 'Later', data: { transactions: 'none' }, validation: null };
    const made = { ...operationJson, dataType: 'bankAccounts', data: { ...bank, id: null } };
    const consumer = {
      id: 'w',
      url: 'https://a.example',
      disabled: null,
      companyTags: null,
      eventTypes: ['a'],
      secret: 1,
    };
    await using codat = await withCodat([
      { json: option },
      { json: pageOf([bank], '/x') },
      { json: sync },
      { json: odd },
      { json: made },
      { json: { results: [consumer] } },
      { json: {} },
    ]);
    const { client } = codat;
    const model = await client.getCreateBankAccountsModel(company, connection);
    assert.deepEqual(
      [model.type, model.properties?.['balance']?.type, model.options?.[0]?.type],
      ['Colour', 'Number', 'Shade'],
    );
    const [read] = (await client.listBankAccounts(company, connection)).results;
    assert.deepEqual([read?.balance, read?.overdraftLimit, read?.status], ['-352.03', '0', 'Frozen']);
    assert.equal((await client.getLatestManagedBankFeedSync(company, connection, 'a'))?.status, 'Paused');
    const pushed = await client.createBankTransactions(company, connection, 'a', '{}');
    assert.deepEqual([pushed.status, pushed.data], ['Later', undefined]);
    assert.equal((await client.createBankAccount(company, connection, {})).data?.accountType, 'Metal');
    assert.equal((await client.listWebhookConsumers())[0]?.disabled, null);
    assert.deepEqual(await client.listWebhookConsumers(), []);
  });

  it('that is not as documented says where, and keeps what came for whoever asks', async () => {
    const deep = `${'{"type":"Object","displayName":"a","required":true,"properties":{"a":'.repeat(9_000)}1${'}}'.repeat(9_000)}`;
    await using codat = await withCodat([
      { json: { username: 'SECRET-1' }, headers: { 'x-one': '1' } },
      { status: 302, headers: { location: 'https://elsewhere.example/' } },
      { text: deep },
    ]);
    const refused: CodatInvalidResponseError[] = [];
    for (const call of [
      () => codat.client.generateCredentials(company, connection),
      () => codat.client.getCompany(company),
      () => codat.client.getCreateBankAccountsModel(company, connection),
    ]) {
      await assert.rejects(call, (error) => {
        assert.ok(error instanceof CodatInvalidResponseError);
        refused.push(error);
        return true;
      });
    }
    const [shape, redirect, nested] = refused;
    assert.match(shape?.message ?? '', /^The answer to generateCredentials is not usable: password: /);
    assert.equal(shape?.cause instanceof Error && shape.cause.name, 'ZodError');
    assert.deepEqual([shape?.status, shape?.headers['x-one'], shape?.body], [200, '1', '{"username":"SECRET-1"}']);
    assert.equal(/SECRET/.test(JSON.stringify(shape) + String(shape) + String(shape?.cause)), false);
    assert.equal(redirect?.headers['location'], 'https://elsewhere.example/');
    assert.match(nested?.message ?? '', /getCreateBankAccountsModel is not usable/);
  });
});

describe('the debug log', () => {
  it('holds nothing of credentials, passwords, tokens and authorizations', async () => {
    const lines: string[] = [];
    const log = { debug: (fields: object, message: string) => lines.push(`${message} ${JSON.stringify(fields)}`) };
    await using codat = await withCodat(
      [
        { json: { username: 'SECRET-1', password: 'SECRET-2' } },
        { json: { otp: 'SECRET-3', expiry: '2026-01-01T00:00:00Z' } },
        { json: { accessToken: 'SECRET-4', expiresIn: 1, tokenType: 'Bearer' } },
        { json: connectionJson },
      ],
      { log, headers: { 'X-Gateway-Token': 'SECRET-5', 'x-api-key': 'SECRET-6' } },
    );
    const { client } = codat;
    await client.generateCredentials(company, connection, new TextEncoder().encode('"SECRET-7"'));
    await client.generateOtp(company, connection);
    await client.getCompanyAccessToken(company);
    await client.updateConnectionAuthorization(company, connection, { authorizationId: 'SECRET-8' });
    assert.equal(lines.length, 8);
    assert.equal(/SECRET/.test(lines.join('\n')), false, lines.join('\n'));
  });

  it('changes nothing of a call by throwing', async () => {
    const log = {
      debug: () => {
        throw new Error('the disk is full');
      },
    };
    await using codat = await withCodat([{ status: 503 }, { json: companyJson }], { log });
    assert.equal((await codat.client.getCompany(company)).id, company);
    assert.equal(codat.seen.length, 2);
  });
});
