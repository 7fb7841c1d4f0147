import type { CallOptions, WriteOptions } from '../call-options.ts';
import type { Http } from '../http.ts';
import { accountSegment, segment } from '../paths.ts';
import { pushOperation, pushOperationPage } from '../schemas/push-operation.ts';
import type { PushOperation, PushOperationPage } from '../schemas/push-operation.ts';
import { createBankTransactionsRequest, createBankTransactionsResponse } from '../schemas/transactions.ts';
import type { CreateBankTransactionsRequest, CreateBankTransactionsResponse } from '../schemas/transactions.ts';
import { defaultMaxBytes } from '../transport.ts';
import { bodyOf, listQuery, pageBytes, type ListOptions } from './arguments.ts';
import { companyPath } from './companies.ts';
import { connectionPath } from './connections.ts';
import { everyItem, type ListAllOptions } from './every-item.ts';

export interface CreateBankTransactionsOptions extends WriteOptions {
  /** Asked at the last moment; false holds the request back (`connection` error, code `not-sent`). */
  readonly commit?: (() => boolean) | undefined;
  /** After which Codat calls the operation `TimedOut`; it may be carried out all the same. */
  readonly timeoutInMinutes?: number | undefined;
  /** True at Codat where not given. */
  readonly allowSyncOnPushComplete?: boolean | undefined;
}

export interface PushOperationCalls {
  /** Every write of the company, of any connection and data type. */
  listPushOperations(companyId: string, list?: ListOptions, options?: CallOptions): Promise<PushOperationPage>;

  /** Each of them, page by page as they are asked for. */
  listAllPushOperations(
    companyId: string,
    list?: ListAllOptions,
    options?: CallOptions,
  ): AsyncGenerator<PushOperation, void, undefined>;

  /**
   * At most 1,000 lines of one account, in the order of their dates. The request may be its exact text
   * (`{"accountId": …, "transactions": […]}`), so that it reaches Codat byte for byte. HTTP 200 and 202
   * mean the same: the operation was taken on, usually `Pending`.
   */
  createBankTransactions(
    companyId: string,
    connectionId: string,
    accountId: string,
    request: CreateBankTransactionsRequest | string,
    options?: CreateBankTransactionsOptions,
  ): Promise<CreateBankTransactionsResponse>;

  /** What has become of a write. */
  getPushOperation(companyId: string, pushOperationKey: string, options?: CallOptions): Promise<PushOperation>;
}

export const pushOperationCalls = (http: Http): PushOperationCalls => {
  const listPushOperations: PushOperationCalls['listPushOperations'] = async (companyId, list = {}, options = {}) => {
    const path = `${companyPath(companyId)}/push`;
    const about = { operation: 'listPushOperations', method: 'GET', path, maxBytes: pageBytes(list) } as const;
    return http.json({ ...options, ...about, query: listQuery(list) }, pushOperationPage);
  };

  return {
    listPushOperations,

    listAllPushOperations: (companyId, list, options) =>
      everyItem(
        'listAllPushOperations',
        ({ pushOperationKey }: PushOperation) => pushOperationKey,
        (page) => listPushOperations(companyId, { ...list, page }, options),
      ),

    async createBankTransactions(companyId, connectionId, accountId, request, options = {}) {
      const { timeoutInMinutes, allowSyncOnPushComplete, ...rest } = options;
      const account = accountSegment('accountId', accountId);
      const path = `${connectionPath(companyId, connectionId)}/push/bankAccounts/${account}/bankTransactions`;
      const query = { timeoutInMinutes, allowSyncOnPushComplete };
      const body = typeof request === 'string' ? request : bodyOf('request', createBankTransactionsRequest, request);
      // Codat echoes the lines, and may escape every character of them.
      const maxBytes = defaultMaxBytes + 6 * body.length;
      const about = { operation: 'createBankTransactions', method: 'POST', path, query, body, maxBytes } as const;
      return http.json({ ...rest, ...about, confidential: true }, createBankTransactionsResponse);
    },

    async getPushOperation(companyId, pushOperationKey, options) {
      const path = `${companyPath(companyId)}/push/${segment('pushOperationKey', pushOperationKey)}`;
      return http.json({ ...options, operation: 'getPushOperation', method: 'GET', path }, pushOperation);
    },
  };
};
