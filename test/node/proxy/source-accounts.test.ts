import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sourceAccountSchema } from '../../../src/proxy/index.ts';
import { connectionsAtCodat, connectXero, hostAccounts, startWorld } from './support.ts';

test('Open Banking’s account types become Codat’s, each on the side that Codat documents', () => {
  const typeOf = (accountType: string) => sourceAccountSchema.parse({ ...hostAccounts[0], accountType }).accountType;
  const sides = {
    credit: ['ChargeCard', 'CreditCard', 'Loan', 'Mortgage'],
    debit: ['CurrentAccount', 'EMoney', 'PrePaidCard', 'Savings'],
  };
  assert.deepEqual(sides.credit.map(typeOf), ['creditCard', 'creditCard', 'loan', 'loan']);
  assert.deepEqual(sides.debit.map(typeOf), ['checking', 'checking', 'prepaidCard', 'savings']);
  for (const own of ['checking', 'savings', 'loan', 'creditCard', 'prepaidCard']) assert.equal(typeOf(own), own);
  for (const wrong of ['currentaccount', 'Debit', 'toString', '']) {
    const { error } = sourceAccountSchema.safeParse({ ...hostAccounts[0], accountType: wrong });
    assert.deepEqual(error?.issues[0]?.path, ['accountType']);
    assert.match(error?.issues[0]?.message ?? '', /^must be one of checking, .*, ChargeCard, /);
  }
});

test('an account with such a type is made at Codat in Codat’s words', async (t) => {
  const world = await startWorld(t, { sourceAccounts: () => [{ ...hostAccounts[0], accountType: 'CurrentAccount' }] });
  await connectXero(world);
  const [connection] = await connectionsAtCodat(world);
  const response = await world.sandbox.fetch(
    new Request(
      `http://sandbox/companies/${world.companyId}/connections/${connection?.id}/connectionInfo/bankFeedAccounts`,
      { headers: { authorization: `Basic ${Buffer.from(world.sandbox.apiKey).toString('base64')}` } },
    ),
  );
  const accounts = (await response.json()) as { accountType: string }[];
  assert.deepEqual(
    accounts.map(({ accountType }) => accountType),
    ['checking'],
  );
});
