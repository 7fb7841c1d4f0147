import { CodatInvalidRequestError } from '../errors.ts';
import type { CallOptions, Http } from '../http.ts';
import { accountSegment, segment } from '../paths.ts';
import { pushOperation, pushOperationPage } from '../schemas/push-operation.ts';
import type { PushOperation, PushOperationPage } from '../schemas/push-operation.ts';
import { defaultMaxBytes } from '../transport.ts';
import { listQuery, pageBytes, type ListOptions } from './arguments.ts';
import { companyPath } from './companies.ts';
import { connectionPath } from './connections.ts';

export interface CreateBankTransactionsOptions extends CallOptions {
  /** A GUID; the same key with the same body is carried out once within 90 minutes. */
  readonly idempotencyKey?: string | undefined;
  /** Asked at the last moment; false holds the request back (`connection` error, code `not-sent`). */
  readonly commit?: (() => boolean) | undefined;
  readonly timeoutInMinutes?: number | undefined;
  /** True at Codat where not given. */
  readonly allowSyncOnPushComplete?: boolean | undefined;
}

export const pushOperationCalls = (http: Http) => ({
  /**
   * Hands over the exact text of a request (`{"accountId": …, "transactions": [… at most 1,000]}`), so
   * that amounts reach Codat as they are written. HTTP 200 and 202 mean the same: the operation was
   * taken on, usually `Pending`. Sent once, unless `retries` are given.
   */
  async createBankTransactions(
    companyId: string,
    connectionId: string,
    accountId: string,
    body: string,
    options: CreateBankTransactionsOptions = {},
  ): Promise<PushOperation> {
    const { timeoutInMinutes, allowSyncOnPushComplete, ...rest } = options;
    if (rest.idempotencyKey !== undefined && !/^[\x21-\x7e]{1,255}$/.test(rest.idempotencyKey)) {
      throw new CodatInvalidRequestError('idempotencyKey', 'must be a GUID');
    }
    const account = accountSegment('accountId', accountId);
    const path = `${connectionPath(companyId, connectionId)}/push/bankAccounts/${account}/bankTransactions`;
    const query = { timeoutInMinutes, allowSyncOnPushComplete };
    // Codat echoes the lines, and may escape every character of them.
    const maxBytes = defaultMaxBytes + 6 * body.length;
    const about = { operation: 'createBankTransactions', method: 'POST', path, query, body, maxBytes } as const;
    return (await http.json({ ...rest, ...about, confidential: true }, pushOperation)).value;
  },

  async getPushOperation(
    companyId: string,
    pushOperationKey: string,
    options: CallOptions = {},
  ): Promise<PushOperation> {
    const path = `${companyPath(companyId)}/push/${segment('pushOperationKey', pushOperationKey)}`;
    return (await http.json({ ...options, operation: 'getPushOperation', method: 'GET', path }, pushOperation)).value;
  },

  /** Every write of the company, of any connection and data type. */
  async listPushOperations(
    companyId: string,
    list: ListOptions = {},
    options: CallOptions = {},
  ): Promise<PushOperationPage> {
    const path = `${companyPath(companyId)}/push`;
    const about = { operation: 'listPushOperations', method: 'GET', path } as const;
    const call = { ...options, ...about, query: listQuery(list), maxBytes: pageBytes(list) };
    return (await http.json(call, pushOperationPage)).value;
  },
});
