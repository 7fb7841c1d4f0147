import { sourceAccount } from '../../sandbox/harness.ts';
import type { Situation } from './situation.ts';

const accounts = 'connectionInfo/bankFeedAccounts';
const second = sourceAccount({ id: 'acc-2', accountNumber: '31510612' });

export const sourceAccounts: readonly Situation[] = [
  {
    operation: 'create-source-account',
    status: 200,
    when: 'with an account of version 2',
    arrange: async ({ linked }) => ({
      method: 'POST',
      path: `${(await linked()).base}/${accounts}`,
      body: sourceAccount(),
    }),
  },
  {
    operation: 'create-source-account',
    status: 400,
    when: 'when an account in pounds has neither sort code nor routing',
    arrange: async ({ linked }) => ({
      method: 'POST',
      path: `${(await linked()).base}/${accounts}`,
      body: sourceAccount({ sortCode: undefined }),
    }),
  },
  {
    operation: 'create-batch-source-account',
    status: 201,
    when: 'when all are made',
    arrange: async ({ linked }) => ({
      method: 'POST',
      path: `${(await linked()).base}/${accounts}/batch`,
      body: [sourceAccount(), second],
    }),
  },
  {
    operation: 'create-batch-source-account',
    status: 207,
    when: 'when some are made',
    arrange: async ({ connected }) => ({
      method: 'POST',
      path: `${(await connected()).base}/${accounts}/batch`,
      body: [sourceAccount(), second],
    }),
  },
  {
    operation: 'create-batch-source-account',
    status: 409,
    when: 'when all are there already',
    arrange: async ({ connected }) => ({
      method: 'POST',
      path: `${(await connected()).base}/${accounts}/batch`,
      body: [sourceAccount()],
    }),
  },
  {
    operation: 'create-batch-source-account',
    status: 400,
    when: 'when the body is not a list',
    arrange: async ({ linked }) => ({
      method: 'POST',
      path: `${(await linked()).base}/${accounts}/batch`,
      body: sourceAccount(),
    }),
  },
  {
    operation: 'list-source-accounts',
    status: 200,
    when: 'with all accounts of the connection',
    arrange: async ({ connected }) => ({ method: 'GET', path: `${(await connected()).base}/${accounts}` }),
  },
  {
    operation: 'update-source-account',
    status: 200,
    when: 'with the account as it is now',
    arrange: async ({ connected }) => {
      const { base, accountId } = await connected();
      return {
        method: 'PATCH',
        path: `${base}/${accounts}/${accountId}`,
        body: { id: accountId, accountName: 'Household' },
      };
    },
  },
  {
    operation: 'update-source-account',
    status: 400,
    when: 'when the balance of a connected account would change',
    arrange: async ({ connected }) => {
      const { base, accountId } = await connected();
      return { method: 'PATCH', path: `${base}/${accounts}/${accountId}`, body: { id: accountId, balance: 7 } };
    },
  },
  {
    operation: 'delete-source-account',
    status: 204,
    when: 'when the account is gone',
    arrange: async ({ connected }) => {
      const { base, accountId } = await connected();
      return { method: 'DELETE', path: `${base}/${accounts}/${accountId}` };
    },
  },
  {
    operation: 'generate-credentials',
    status: 200,
    when: 'with a user name and password for QuickBooks',
    arrange: async ({ linked }) => ({
      method: 'POST',
      path: `${(await linked('hcws')).base}/${accounts}/credentials`,
      body: {},
    }),
  },
  {
    operation: 'delete-bank-feed-credentials',
    status: 204,
    when: 'when all credentials are revoked',
    arrange: async ({ linked }) => ({
      method: 'DELETE',
      path: `${(await linked('hcws')).base}/${accounts}/credentials`,
    }),
  },
];
