import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createClock } from '../../../src/sandbox/index.ts';
import { line, morning, standing } from './harness.ts';

const directory = mkdtempSync(join(tmpdir(), 'sandbox-'));
after(() => rmSync(directory, { recursive: true, force: true }));

const minutes = (count: number): number => count * 60_000;

type Parts = ReturnType<typeof standing>;

/** What a person does at the connection's link, without the shortcuts of the control. */
async function agree({ call, sandbox }: Parts, base: string, organization = ''): Promise<void> {
  const { linkUrl } = (await call('GET', base)).body;
  const otp = new URL(linkUrl).searchParams.get('otp') ?? '';
  const body = new URLSearchParams({ otp, organization, answer: 'allow' });
  await sandbox.fetch(new Request(linkUrl, { method: 'POST', body }));
  assert.equal((await call('GET', base)).body.status, 'Linked');
}

test('a new bank account: pending, then in the software, in the mapping options, and told of', async () => {
  const { call, linked, clock, sandbox } = standing();
  const { companyId, connectionId, base } = await linked('fbrh');
  const [books] = sandbox.control.organizations(companyId, 'fbrh');
  const before = books?.accounts.length ?? 0;
  const body = { accountName: 'Reserve', currency: 'GBP', sortCode: '04-00-04', accountNumber: '7', balance: 12.5 };
  const answer = await call('POST', `${base}/push/bankAccounts?timeoutInMinutes=5`, body);
  assert.equal(answer.status, 200);
  const { pushOperationKey, data, ...rest } = answer.body;
  assert.deepEqual(data, body);
  assert.deepEqual(rest, {
    changes: null,
    dataType: 'bankAccounts',
    companyId,
    dataConnectionKey: connectionId,
    requestedOnUtc: '2026-06-10T09:30:00.000Z',
    timeoutInMinutes: 5,
    status: 'Pending',
    errorMessage: null,
    validation: { errors: [], warnings: [] },
    statusCode: 202,
  });
  assert.equal(books?.accounts.length, before);
  await clock.advance(400);
  const done = (await call('GET', `/companies/${companyId}/push/${pushOperationKey}`)).body;
  const made = books?.accounts.at(-1);
  assert.deepEqual(
    [done.status, done.statusCode, done.changes],
    ['Success', 200, [{ type: 'Created', recordRef: { id: made?.id, dataType: 'bankAccounts' } }]],
  );
  const { id: _, modified: __, ...shown } = made ?? {};
  assert.deepEqual(shown, {
    name: 'Reserve',
    kind: 'bank',
    nominalCode: '906',
    currency: 'GBP',
    balance: '12.5',
    sortCode: '04-00-04',
    accountNumber: '7',
    iban: undefined,
    institution: undefined,
  });
  await call('POST', `${base}/connectionInfo/bankFeedAccounts`, {
    id: 'a',
    accountName: 'A',
    accountType: 'checking',
    accountNumber: '1',
    sortCode: '040004',
    currency: 'GBP',
    balance: 0,
  });
  const [row] = (await call('GET', `${base}/bankFeedAccounts/mapping`)).body;
  assert.equal(row.targetAccountOptions.at(-1).name, 'Reserve');
});

test('the event is of its own data type', async () => {
  const bodies: { eventType: string; payload: { record?: { id: string }; status: string } }[] = [];
  const { call, linked, clock } = standing({
    webhooks: [{ url: 'https://receiver.test/' }],
    send: async (request) => {
      bodies.push(JSON.parse(await request.text()));
      return new Response(null, { status: 204 });
    },
  });
  const { base } = await linked();
  const body = { accountName: 'Reserve', accountNumber: '1' };
  await call('POST', `${base}/push/bankAccounts`, body);
  await clock.advance(1000);
  await call('POST', `${base}/push/bankAccounts`, body);
  await clock.advance(1000);
  const writes = bodies.filter(({ eventType }) => eventType.includes('.write.'));
  assert.deepEqual(
    writes.map(({ eventType, payload }) => [eventType, payload.status, typeof payload.record?.id]),
    [
      ['bankAccounts.write.successful', 'Success', 'string'],
      ['bankAccounts.write.unsuccessful', 'Failed', 'undefined'],
    ],
  );
});

test("what the platform's model asks for is asked for at once", async () => {
  const cases: [string, object, string[]][] = [
    ['fbrh', {}, ['accountName', 'currency']],
    ['fbrh', { accountName: ' ', currency: 'QQQ' }, ['accountName', 'currency']],
    ['fbrh', { accountName: 'A', currency: 'GBP', sortCode: '123456789' }, ['sortCode']],
    ['fbrh', { accountName: 'A', currency: 'GBP', accountType: 'Credit' }, ['accountNumber']],
    ['qudb', { currency: 'EUR' }, ['accountName', 'accountNumber']],
    ['qudb', { accountName: 'A', accountNumber: '1', currency: 'GBP' }, ['sortCode']],
    ['qudb', { accountName: 'A', accountNumber: '1', currency: 'GBP', sortCode: '04-00-04' }, ['sortCode']],
    [
      'qudb',
      { accountName: 'A', accountNumber: '123456789012345', currency: 'GBP', sortCode: '040004' },
      ['accountNumber'],
    ],
    ['hcws', { accountName: 'A' }, ['accountNumber', 'currency']],
    [
      'olpr',
      { accountName: 'A'.repeat(51), currency: 'GBP', sortCode: '1', iBan: '?', nominalCode: '0' },
      ['accountName', 'sortCode', 'iBan', 'nominalCode'],
    ],
    ['gbol', { accountName: 'A', nominalCode: '12345678901' }, ['accountNumber', 'nominalCode']],
    ['akxx', { accountName: 'A' }, ['currency']],
  ];
  for (const [key, body, fields] of cases) {
    const { call, linked } = standing();
    const { base, companyId } = await linked(key);
    const { status, body: refusal } = await call('POST', `${base}/push/bankAccounts`, body);
    assert.equal(status, 400, key);
    assert.deepEqual(
      refusal.validation.errors.map(({ itemId }: { itemId: string }) => itemId),
      fields,
    );
    assert.equal((await call('GET', `/companies/${companyId}/push`)).body.totalResults, 0);
  }
});

test('what each platform asks for is enough for it', async () => {
  const cases: [string, object][] = [
    ['fbrh', { accountName: 'A', currency: 'EUR', accountType: 'Credit', accountNumber: '4242' }],
    ['qudb', { accountName: 'A', accountNumber: 'NL91ABNA0417164300' }],
    ['qudb', { accountName: 'A', accountNumber: '12345678', currency: 'GBP', sortCode: '040004' }],
    ['hcws', { accountName: 'A', accountNumber: '1', currency: 'USD' }],
    ['olpr', { accountName: 'A', currency: 'GBP', iBan: 'GB29NWBK60161331926819', nominalCode: '1200' }],
    ['gbol', { accountName: 'A', accountNumber: '1', nominalCode: '077' }],
    ['akxx', { accountName: 'A', currency: 'GBP', metadata: { isDeleted: false }, unheardOf: 1 }],
  ];
  for (const [key, body] of cases) {
    const { call, linked, clock } = standing();
    const { base, companyId } = await linked(key);
    const answer = await call('POST', `${base}/push/bankAccounts`, body);
    assert.equal(answer.status, 200, answer.text);
    await clock.advance(400);
    const { results } = (await call('GET', `/companies/${companyId}/push`)).body;
    assert.equal(results[0].status, 'Success', key);
  }
});

test('an account without a code gets one of its own, whatever codes others were given', async () => {
  const { call, linked, clock, sandbox } = standing();
  const { base, companyId, connectionId } = await linked();
  const push = (body: object) => call('POST', `${base}/push/bankAccounts`, { accountNumber: '1', ...body });
  await push({ accountName: 'Chosen', nominalCode: '907' });
  await clock.advance(400);
  await push({ accountName: 'Without' });
  await clock.advance(400);
  const feeds = `${base}/connectionInfo/bankFeedAccounts`;
  await call('POST', feeds, { id: 'a', accountName: 'Fed', currency: 'GBP', sortCode: '040004' });
  sandbox.control.authorize(companyId, connectionId, { accountIds: ['a'] });
  const codes = sandbox.control.organizations(companyId, 'gbol')[0]?.accounts.map(({ nominalCode }) => nominalCode);
  assert.equal(codes?.length, 9);
  assert.equal(new Set(codes).size, 9);
});

test('the software refuses a name, a code or a currency later, as Failed', async () => {
  const { call, linked, clock, sandbox } = standing();
  const { base, companyId } = await linked();
  const push = async (body: object) => {
    const { pushOperationKey } = (await call('POST', `${base}/push/bankAccounts`, body)).body;
    await clock.advance(400);
    return (await call('GET', `/companies/${companyId}/push/${pushOperationKey}`)).body;
  };
  const failed = await push({
    accountName: 'petty cash',
    accountNumber: '1',
    nominalCode: '090',
    currency: 'JPY',
  });
  assert.deepEqual([failed.status, failed.statusCode, failed.changes], ['Failed', 400, null]);
  assert.match(failed.errorMessage, /^Xero refused/);
  assert.deepEqual(
    failed.validation.errors.map(({ itemId }: { itemId: string }) => itemId),
    ['currency', 'accountName', 'nominalCode'],
  );
  const sage = await linked('olpr');
  const answer = await call('POST', `${sage.base}/push/bankAccounts`, { accountName: 'A', currency: 'EUR' });
  await clock.advance(400);
  const list = (await call('GET', `/companies/${sage.companyId}/push`)).body;
  assert.equal(answer.status, 200);
  assert.match(list.results[0].validation.errors[0].message, /base currency/);
  const [books] = sandbox.control.organizations(companyId, 'gbol');
  assert.equal(books?.accounts.length, 6);
});

test('a bank account needs a connection that is Linked, and members that are what they say', async () => {
  const { call, company, linked, clock } = standing();
  const companyId = await company();
  const { body } = await call('POST', `/companies/${companyId}/connections`, { platformKey: 'gbol' });
  const good = { accountName: 'A', accountNumber: '1' };
  const waiting = await call('POST', `/companies/${companyId}/connections/${body.id}/push/bankAccounts`, good);
  assert.match(waiting.body.error, /PendingAuth/);
  const { base, companyId: owner } = await linked();
  for (const wrong of [
    { accountName: 5 },
    { ...good, accountType: 'Savings' },
    { ...good, balance: '5' },
    { ...good, currency: 'pounds' },
    { ...good, status: 'Gone' },
    [],
    'text',
  ]) {
    assert.equal((await call('POST', `${base}/push/bankAccounts`, wrong)).status, 400, JSON.stringify(wrong));
  }
  assert.equal((await call('POST', `${base}/push/bankAccounts`)).status, 400);
  assert.equal((await call('POST', `${base}/push/bankAccounts?timeoutInMinutes=0`, good)).status, 400);
  assert.equal((await call('POST', `/companies/${owner}/connections/x/push/bankAccounts`, good)).status, 404);

  await call('POST', `${base}/push/bankAccounts`, good);
  await call('PATCH', base, { status: 'Unlinked' });
  await clock.advance(400);
  const [failed] = (await call('GET', `/companies/${owner}/push`)).body.results;
  assert.match(failed.errorMessage, /connection ended/);
});

test("Codat's copy of the accounts: nothing before the link, nothing while it is read, then what was there", async () => {
  const parts = standing();
  const { call, clock, company, sandbox } = parts;
  const path = `/companies/${await company()}/connections`;
  const base = `${path}/${(await call('POST', path, { platformKey: 'gbol' })).body.id}`;
  const never = await call('GET', `${base}/data/bankAccounts`);
  assert.deepEqual([never.status, never.body.error], [409, 'The data set has not been requested.']);
  const [books] = sandbox.control.organizations(path.split('/')[2] ?? '', 'gbol');
  await agree(parts, base, books?.id);
  const early = await call('GET', `${base}/data/bankAccounts`);
  assert.deepEqual([early.status, early.body.error], [409, 'The data set is still syncing.']);
  await clock.advance(300);
  const { results } = (await call('GET', `${base}/data/bankAccounts`)).body;
  assert.equal(results.length, 6);
  assert.equal(results[0].modifiedDate, '2026-06-10T09:30:00.300Z');
});

test('what was written is in the copy only after the next reading', async () => {
  const { call, linked, clock } = standing();
  const { base } = await linked();
  const count = async (): Promise<number> => (await call('GET', `${base}/data/bankAccounts`)).body.totalResults;
  await call('POST', `${base}/push/bankAccounts`, { accountName: 'A', accountNumber: '1' });
  await clock.advance(minutes(60));
  assert.equal(await count(), 6);
  await clock.advance(minutes(23 * 60));
  assert.equal(await count(), 7);

  // An ended connection is not read again, and what was read stays.
  await call('POST', `${base}/push/bankAccounts`, { accountName: 'B', accountNumber: '2' });
  await clock.advance(minutes(1));
  await call('PATCH', base, { status: 'Unlinked' });
  await clock.advance(minutes(48 * 60));
  assert.equal(await count(), 7);
});

test('a push of transactions has the accounts read again, unless it says not to', async () => {
  const { call, connected, clock } = standing();
  const { base, push, accountId } = await connected();
  const balance = async (): Promise<number> =>
    (await call('GET', `${base}/data/bankAccounts`)).body.results.at(-1).balance;
  await call('POST', `${push}?allowSyncOnPushComplete=false`, { accountId, transactions: [line(1)] });
  await clock.advance(400);
  assert.equal(await balance(), 12.5);
  await call('POST', push, { accountId, transactions: [line(2)] });
  await clock.advance(400);
  assert.equal(await balance(), 998);
});

test('linking again to other books starts the copy anew; to the same, the old one shows until it is read', async () => {
  const parts = standing();
  const { call, linked, clock, sandbox } = parts;
  const { base, companyId } = await linked();
  const [same, other] = sandbox.control.organizations(companyId, 'gbol');
  await call('PATCH', base, { status: 'Unlinked' });
  await agree(parts, base, same?.id);
  assert.equal((await call('GET', `${base}/data/bankAccounts`)).body.totalResults, 6);
  await clock.advance(300);
  await call('PATCH', base, { status: 'Unlinked' });
  await agree(parts, base, other?.id);
  assert.equal((await call('GET', `${base}/data/bankAccounts`)).status, 409);
  await clock.advance(300);
  assert.equal((await call('GET', `${base}/data/bankAccounts`)).body.totalResults, 2);
});

test("each platform's accounts show what the platform knows", async () => {
  const shown: Record<string, unknown> = {};
  for (const key of ['gbol', 'fbrh', 'olpr']) {
    const { call, linked } = standing();
    const { base } = await linked(key);
    const [first] = (await call('GET', `${base}/data/bankAccounts`)).body.results;
    shown[key] = [first.balance, first.availableBalance, first.overdraftLimit];
  }
  assert.deepEqual(shown, {
    gbol: [18250.4, undefined, undefined],
    fbrh: [18250.4, 18250.4, undefined],
    olpr: [18250.4, 18250.4, 0],
  });
});

test('Xero shows a sort code only in pounds, where it makes 14 digits with the account number', async () => {
  const { call, linked, clock } = standing();
  const { base } = await linked();
  for (const [accountName, currency, sortCode, accountNumber] of [
    ['UK', 'GBP', '04-00-04', '31510604'],
    ['Short', 'GBP', '040004', '1'],
    ['Dollars', 'USD', '040004', '31510604'],
  ]) {
    await call('POST', `${base}/push/bankAccounts`, { accountName, currency, sortCode, accountNumber });
  }
  await clock.advance(minutes(25 * 60));
  const { results } = (await call('GET', `${base}/data/bankAccounts`)).body;
  assert.deepEqual(
    results
      .slice(-3)
      .map((account: { sortCode?: string; accountNumber?: string }) => [account.sortCode, account.accountNumber]),
    [
      ['04-00-04', '31510604'],
      [undefined, '1'],
      [undefined, '31510604'],
    ],
  );
});

test('the accounts are paged, filtered and ordered', async () => {
  const { call, linked } = standing();
  const { base } = await linked('fbrh');
  const list = async (search: Record<string, string>) =>
    (await call('GET', `${base}/data/bankAccounts?${new URLSearchParams(search)}`)).body;
  const names = async (search: Record<string, string>) =>
    (await list(search)).results.map(({ accountName }: { accountName: string }) => accountName);
  assert.deepEqual(await names({ query: 'availableBalance>6000 && currency!=GBP', orderBy: '-balance' }), [
    'US Dollar Account',
    'Euro Account',
  ]);
  assert.deepEqual(await names({ query: 'metadata.isDeleted=true' }), []);
  const second = await list({ page: '2', pageSize: '4' });
  assert.equal(second.results.length, 2);
  assert.equal(second._links.previous.href, `${base}/data/bankAccounts?page=1&pageSize=4`);
  const refused = await call('GET', `${base}/data/bankAccounts?query=colour%3Dred`);
  assert.equal(refused.status, 400);
});

test('a new account, and a reading, that were under way go on after a restart', async () => {
  const dataFile = join(directory, 'under-way.json');
  const before = standing({ dataFile });
  const { base, companyId } = await before.linked();
  const [many, few] = before.sandbox.control.organizations(companyId, 'gbol');
  for (const books of [few, many]) {
    await before.call('PATCH', base, { status: 'Unlinked' });
    await agree(before, base, books?.id);
  }
  await before.call('POST', `${base}/push/bankAccounts`, { accountName: 'A', accountNumber: '1', balance: 3 });
  await before.sandbox.stop();

  const clock = createClock({ start: morning + 10, running: false });
  const again = standing({ dataFile, clock });
  assert.equal((await again.call('GET', `${base}/data/bankAccounts`)).status, 409);
  await clock.advance(299);
  assert.equal((await again.call('GET', `${base}/data/bankAccounts`)).body.totalResults, 6);
  await clock.advance(200);
  const { results } = (await again.call('GET', `/companies/${companyId}/push?query=dataType%3DbankAccounts`)).body;
  assert.deepEqual([results[0].status, results[0].dataType], ['Success', 'bankAccounts']);
  await again.sandbox.stop();
});

test('a state of the first release opens: its operations are of transactions, its accounts are read when asked for', async () => {
  const dataFile = join(directory, 'older.json');
  const before = standing({ dataFile });
  const { base, push, accountId, companyId } = await before.connected();
  const { pushOperationKey } = (await before.call('POST', push, { accountId, transactions: [line(1)] })).body;
  await before.sandbox.stop();
  const { copies: _, syncs: __, ...state } = JSON.parse(readFileSync(dataFile, 'utf8'));
  for (const operation of state.operations) {
    delete operation.dataType;
    delete operation.syncOnSuccess;
  }
  writeFileSync(dataFile, JSON.stringify(state));

  const clock = createClock({ start: morning, running: false });
  const again = standing({ dataFile, clock });
  await clock.advance(400);
  const operation = (await again.call('GET', `/companies/${companyId}/push/${pushOperationKey}`)).body;
  assert.deepEqual([operation.dataType, operation.status], ['bankTransactions', 'Success']);
  assert.equal((await again.call('GET', `${base}/data/bankAccounts`)).body.totalResults, 7);
  await again.sandbox.stop();
});
