import { sourceAccount } from '../../sandbox/harness.ts';
import { type Situation, someCompany, type Stage } from './situation.ts';

/** A linked connection whose bank accounts have been read. */
async function read({ linked, clock }: Stage): Promise<string> {
  const { base } = await linked();
  await clock.advance(60_000);
  return base;
}

/** A linked connection with a source account that waits for its mapping. */
async function mappable({ linked, call }: Stage): Promise<string> {
  const { base } = await linked();
  await call('POST', `${base}/connectionInfo/bankFeedAccounts`, sourceAccount());
  return `${base}/bankFeedAccounts/mapping`;
}

export const software: readonly Situation[] = [
  {
    operation: 'list-bank-accounts',
    status: 200,
    when: 'with a page of what the software has',
    arrange: async (stage) => ({ method: 'GET', path: `${await read(stage)}/data/bankAccounts` }),
  },
  {
    operation: 'list-bank-accounts',
    status: 400,
    when: 'when the query is malformed',
    arrange: async (stage) => ({
      method: 'GET',
      path: `${await read(stage)}/data/bankAccounts?query=%7Bcurrency%3DGBP`,
    }),
  },
  {
    operation: 'list-bank-accounts',
    status: 409,
    when: 'when nothing has been read yet',
    arrange: async (stage) => {
      const path = `${await someCompany(stage)}/connections`;
      const { body } = await stage.call('POST', path, { platformKey: 'gbol' });
      return { method: 'GET', path: `${path}/${body.id}/data/bankAccounts` };
    },
  },
  {
    operation: 'get-create-bankAccounts-model',
    status: 200,
    when: 'with what a new account may say',
    arrange: async ({ linked }) => ({ method: 'GET', path: `${(await linked()).base}/options/bankAccounts` }),
  },
  {
    operation: 'create-bank-account',
    status: 200,
    when: 'with an operation that is Pending',
    arrange: async ({ linked }) => ({
      method: 'POST',
      path: `${(await linked('fbrh')).base}/push/bankAccounts`,
      body: { accountName: 'Rainy days', currency: 'GBP', accountType: 'Debit' },
    }),
  },
  {
    operation: 'create-bank-account',
    status: 400,
    when: 'when something is not of its type',
    arrange: async ({ linked }) => ({
      method: 'POST',
      path: `${(await linked('fbrh')).base}/push/bankAccounts`,
      body: { accountName: 7 },
    }),
  },
  {
    operation: 'get-bank-account-mapping',
    status: 200,
    when: 'with one entry for each source account',
    arrange: async (stage) => ({ method: 'GET', path: await mappable(stage) }),
  },
  {
    operation: 'create-bank-account-mapping',
    status: 200,
    when: 'when an account is to go to a new one',
    arrange: async (stage) => ({
      method: 'POST',
      path: await mappable(stage),
      body: { sourceAccountId: 'acc-1', feedStartDate: '2026-06-01T00:00:00' },
    }),
  },
  {
    operation: 'create-bank-account-mapping',
    status: 400,
    when: 'when it does not say which account',
    arrange: async (stage) => ({ method: 'POST', path: await mappable(stage), body: { targetAccountId: null } }),
  },
  {
    operation: 'get-company-information',
    status: 200,
    when: 'with the organization behind a Xero connection',
    arrange: async ({ linked }) => ({ method: 'GET', path: `${(await linked()).base}/bankFeeds/info` }),
  },
  {
    operation: 'get-company-information',
    status: 400,
    when: 'when the software does not tell',
    arrange: async ({ linked }) => ({ method: 'GET', path: `${(await linked('fbrh')).base}/bankFeeds/info` }),
  },
  {
    operation: 'generate-otp',
    status: 200,
    when: 'with a one-time password for Sage',
    arrange: async ({ linked }) => ({ method: 'POST', path: `${(await linked('olpr')).base}/bankFeeds/otp` }),
  },
  {
    operation: 'generate-otp',
    status: 400,
    when: 'when the software is not Sage',
    arrange: async ({ linked }) => ({ method: 'POST', path: `${(await linked()).base}/bankFeeds/otp` }),
  },
];
