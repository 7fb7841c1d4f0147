import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sourceAccount, standing } from './harness.ts';

interface Model {
  readonly type: string;
  readonly required: boolean;
  readonly properties?: Record<string, Model>;
  readonly options?: readonly { value: string }[];
  readonly validation?: { readonly warnings: { field: string; details: string }[]; readonly information: unknown[] };
}

async function models(platformKey: string) {
  const { call, linked } = standing();
  const { base } = await linked(platformKey);
  await call('POST', `${base}/connectionInfo/bankFeedAccounts`, sourceAccount({ id: 'a b/c' }));
  const path = `${base}/options/bankAccounts`;
  const account: Model = (await call('GET', path)).body;
  const transactions: Model = (await call('GET', `${path}/a%20b%2Fc/bankTransactions`)).body;
  return { call, path, account, transactions, line: transactions.properties?.['transactions']?.properties ?? {} };
}

const requiredOf = (properties: Record<string, Model> = {}): string[] =>
  Object.entries(properties)
    .filter(([, { required }]) => required)
    .map(([name]) => name);

test('the model of a bank account is that of the platform', async () => {
  const wanted: Record<string, [string[], string[]]> = {
    fbrh: [
      ['accountName', 'sortCode', 'accountNumber', 'iBan', 'currency', 'balance', 'institution'],
      ['accountName', 'currency'],
    ],
    qudb: [
      ['accountName', 'accountNumber', 'sortCode', 'currency', 'nominalCode'],
      ['accountName', 'accountNumber'],
    ],
    hcws: [
      ['accountName', 'accountNumber', 'currency'],
      ['accountName', 'accountNumber', 'currency'],
    ],
    olpr: [
      ['accountName', 'currency', 'sortCode', 'accountNumber', 'iBan', 'nominalCode'],
      ['accountName', 'currency'],
    ],
    gbol: [
      ['accountName', 'accountNumber', 'sortCode', 'nominalCode', 'currency'],
      ['accountName', 'accountNumber'],
    ],
    akxx: [
      ['accountName', 'currency', 'nominalCode', 'accountNumber', 'sortCode', 'iBan'],
      ['accountName', 'currency'],
    ],
  };
  for (const [key, [names, required]] of Object.entries(wanted)) {
    const { account } = await models(key);
    assert.deepEqual([account.type, account.required], ['Object', true]);
    assert.deepEqual(Object.keys(account.properties ?? {}), names, key);
    assert.deepEqual(requiredOf(account.properties), required, key);
  }
});

test("the members of a model are told as the document's examples tell them", async () => {
  const { account: freeAgent } = await models('fbrh');
  assert.deepEqual(freeAgent.properties?.['sortCode'], {
    type: 'String',
    displayName: 'Sort Code',
    description: 'The sort code for the bank account',
    required: false,
    validation: {
      warnings: [{ field: 'SortCode', details: 'Must have a length between 0 and 8 characters' }],
      information: [],
    },
  });
  const { currency, balance, accountName } = freeAgent.properties ?? {};
  assert.equal(balance?.type, 'Number');
  assert.equal('validation' in (accountName ?? {}), false);
  assert.equal(currency?.options?.length, 97);
  assert.deepEqual(currency?.options?.[0], { value: 'AED', type: 'String', displayName: 'AED', required: false });
  const { account: exact } = await models('qudb');
  assert.deepEqual(
    exact.properties?.['sortCode']?.validation?.warnings.map(({ details }) => details),
    [
      'Must be 6 characters long if the specified currency is GBP.',
      'Must be provided if the specified currency is GBP.',
    ],
  );
});

test('the model of transactions asks for what the platform asks for', async () => {
  for (const key of ['gbol', 'olpr', 'fbrh', 'akxx', 'qudb']) {
    const { transactions, line } = await models(key);
    assert.deepEqual(requiredOf(transactions.properties), ['accountId', 'transactions']);
    assert.equal(transactions.properties?.['transactions']?.type, 'Array');
    assert.deepEqual(requiredOf(line), ['id', 'date', 'amount', 'balance'], key);
    assert.equal(line['date']?.type, 'DateTime');
    assert.equal(line['transactionType']?.options?.length, 18);
    assert.ok(line['counterparty'] && line['reference'] && line['reconciled']);
  }
  const { line } = await models('hcws');
  assert.deepEqual(requiredOf(line), ['id', 'date', 'amount']);
  assert.deepEqual(Object.keys(line), ['id', 'date', 'description', 'amount', 'balance', 'transactionType']);
  assert.deepEqual(
    line['transactionType']?.options?.map(({ value }) => value),
    ['Unknown', 'Credit', 'Debit'],
  );
});

test('a model belongs to a connection that exists, in whatever state, and to an account of it', async () => {
  const { call, path } = await models('gbol');
  await call('PATCH', path.replace('/options/bankAccounts', ''), { status: 'Unlinked' });
  assert.equal((await call('GET', path)).status, 200);
  const nobody = await call('GET', `${path}/nobody/bankTransactions`);
  assert.deepEqual([nobody.status, nobody.body.error], [404, 'No source account was found with ID nobody']);
  assert.equal((await call('GET', path.replace(/connections\/[^/]+/, 'connections/none'))).status, 404);
});
