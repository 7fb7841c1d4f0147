import { line } from '../../sandbox/harness.ts';
import type { Situation } from './situation.ts';

export const transactions: readonly Situation[] = [
  {
    operation: 'create-bank-transactions',
    status: 200,
    when: 'with an operation that is Pending',
    arrange: async ({ connected }) => {
      const { accountId, push } = await connected();
      return { method: 'POST', path: push, body: { accountId, transactions: [line(1), line(2)] } };
    },
  },
  {
    operation: 'create-bank-transactions',
    status: 400,
    when: 'when there are more than 1,000 lines',
    arrange: async ({ connected }) => {
      const { accountId, push } = await connected();
      const lines = Array.from({ length: 1001 }, (_, index) => line(index));
      return { method: 'POST', path: push, body: { accountId, transactions: lines } };
    },
  },
  {
    operation: 'get-create-bank-transactions-model',
    status: 200,
    when: 'with what a line may say',
    arrange: async ({ connected }) => {
      const { base, accountId } = await connected();
      return { method: 'GET', path: `${base}/options/bankAccounts/${accountId}/bankTransactions` };
    },
  },
  {
    operation: 'get-create-operation',
    status: 200,
    when: 'with an operation that ended well',
    arrange: async ({ connected, call, clock }) => {
      const { companyId, accountId, push } = await connected();
      const { body } = await call('POST', push, { accountId, transactions: [line(1)] });
      await clock.advance(60_000);
      return { method: 'GET', path: `/companies/${companyId}/push/${body.pushOperationKey}` };
    },
  },
  {
    operation: 'list-create-operations',
    status: 200,
    when: 'with a page of operations',
    arrange: async ({ connected, call }) => {
      const { companyId, accountId, push } = await connected();
      await call('POST', push, { accountId, transactions: [line(1)] });
      return { method: 'GET', path: `/companies/${companyId}/push` };
    },
  },
  {
    operation: 'list-create-operations',
    status: 400,
    when: 'when the query is malformed',
    arrange: async ({ linked }) => ({
      method: 'GET',
      path: `/companies/${(await linked()).companyId}/push?query=status`,
    }),
  },
];
