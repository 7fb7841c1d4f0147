/** Companies seeded whole: what stands in them, that nobody is told, and that the large one is quick. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SeedOptions } from '../../../src/sandbox/index.ts';
import { line, standing } from './harness.ts';

interface Mapping {
  readonly status: string;
  readonly sourceAccountName: string;
  readonly sourceCurrency: string;
  readonly targetAccountId: string | null;
  readonly targetAccountOptions: { readonly id: string; readonly name: string }[] | null;
}

const seeded = async (options: SeedOptions = {}, seed = 'tests') => {
  const { sandbox, call, clock } = standing({ seed });
  const { companyId, connectionId, organizationId } = sandbox.control.seed(options);
  const base = `/companies/${companyId}/connections/${connectionId}`;
  const mapping: Mapping[] = (await call('GET', `${base}/bankFeedAccounts/mapping`)).body;
  return { sandbox, call, clock, companyId, connectionId, organizationId, base, mapping };
};

test('a small company is linked and has a handful of accounts of several currencies and types', async () => {
  const { call, companyId, base, mapping } = await seeded();
  assert.equal((await call('GET', `/companies/${companyId}`)).body.name, 'Harbour Lane Bakery');
  assert.equal((await call('GET', base)).body.status, 'Linked');
  const accounts = (await call('GET', `${base}/connectionInfo/bankFeedAccounts`)).body;
  assert.deepEqual(
    accounts.map((each: Record<string, unknown>) => [each['id'], each['accountType'], each['currency']]),
    [
      ['account-0001', 'checking', 'GBP'],
      ['account-0002', 'savings', 'GBP'],
      ['account-0003', 'creditCard', 'GBP'],
      ['account-0004', 'checking', 'USD'],
      ['account-0005', 'checking', 'EUR'],
    ],
  );
  assert.deepEqual(
    mapping.map(({ targetAccountOptions }) => targetAccountOptions?.length),
    [5, 5, 1, 1, 1],
  );
  assert.equal((await call('GET', `${base}/data/bankAccounts`)).body.totalResults, 8);
});

test('over HTTP the answer is 201 with the ids, and no webhook leaves', async () => {
  const { call, sandbox } = standing({ webhooks: [{ url: 'http://receiver.test/' }] });
  const made = await call('POST', '/sandbox/companies', { size: 'small', mapped: 2, name: 'Two Mapped' });
  assert.equal(made.status, 201);
  assert.deepEqual(Object.keys(made.body), ['companyId', 'connectionId', 'organizationId']);
  assert.equal((await call('GET', `/companies/${made.body.companyId}`)).body.name, 'Two Mapped');
  assert.equal(sandbox.control.pendingWebhooks(), 0);
});

test('mapped accounts can be pushed to, whatever the software', async () => {
  for (const platformKey of ['gbol', 'hcws', 'olpr', 'fbrh', 'akxx', 'qudb']) {
    const { call, base } = await seeded({ platformKey, mapped: 5, accounts: 5, targets: 1 });
    const accounts = (await call('GET', `${base}/connectionInfo/bankFeedAccounts`)).body;
    assert.ok(
      accounts.every((account: { status: string }) => account.status === 'connected'),
      platformKey,
    );
    const pushed = await call('POST', `${base}/push/bankAccounts/account-0003/bankTransactions`, {
      accountId: 'account-0003',
      transactions: [line(1, { date: '2026-06-10T10:00:00' })],
    });
    assert.equal(pushed.status, 200, `${platformKey}: ${pushed.text}`);
  }
});

test('no two accounts are mapped to one, and a mapped one offers no options', async () => {
  const { mapping } = await seeded({ accounts: 40, targets: 20, mapped: 30 });
  const fed = mapping.map(({ targetAccountId }) => targetAccountId).filter((id) => id !== null);
  assert.equal(fed.length, 30);
  assert.equal(new Set(fed).size, 30);
  assert.ok(mapping.slice(0, 30).every(({ targetAccountOptions }) => targetAccountOptions === null));
  assert.ok(mapping.slice(30).every(({ targetAccountOptions }) => targetAccountOptions !== null));
});

test('a company that is not linked yet finds the seeded books when it is', async () => {
  const { sandbox, companyId, connectionId, organizationId, mapping } = await seeded({ linked: false });
  assert.ok(mapping.every(({ targetAccountOptions }) => targetAccountOptions === null));
  assert.equal(sandbox.control.authorize(companyId, connectionId).organizationId, organizationId);
  assert.throws(() => sandbox.control.seed({ linked: false, mapped: 1 }), /mapped/);
});

test('the first currency is the base currency of the books', async () => {
  const { call, base, mapping } = await seeded({ currencies: ['NZD'] });
  const info = (await call('GET', `${base}/bankFeeds/info`)).body;
  assert.deepEqual([info.baseCurrency, info.currencies], ['NZD', ['NZD']]);
  assert.ok(mapping.every(({ sourceCurrency }) => sourceCurrency === 'NZD'));
});

test('large: 1,000 accounts by 500, names all different, in a moment; the same seed gives the same', async () => {
  const begun = performance.now();
  const { mapping, call, base } = await seeded({ size: 'large' });
  // Generous: it takes a tenth of it on a slow machine.
  assert.ok(performance.now() - begun < 5000);
  assert.equal(mapping.length, 1000);
  assert.equal(new Set(mapping.map(({ sourceAccountName }) => sourceAccountName)).size, 1000);
  const targets = mapping.flatMap(({ targetAccountOptions }) => targetAccountOptions ?? []);
  assert.equal(new Set(targets.map(({ id }) => id)).size, 500);
  assert.equal(new Set(targets.map(({ name }) => name)).size, 500);
  assert.equal((await call('GET', `${base}/data/bankAccounts`)).body.totalResults, 500);
  const again = await seeded({ size: 'large' });
  assert.deepEqual(again.mapping, mapping);
  const other = await seeded({ size: 'large' }, 'another seed');
  assert.notDeepEqual(other.mapping[0], mapping[0]);
});
