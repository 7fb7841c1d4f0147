/** The bank accounts of the accounting software, and the models of what can be created in it. */
import type { CallOptions, WriteOptions } from '../call-options.ts';
import type { Http } from '../http.ts';
import { accountSegment } from '../paths.ts';
import { bankAccountPage, createBankAccountRequest, createBankAccountResponse } from '../schemas/bank-account.ts';
import type { BankAccount, BankAccountPage } from '../schemas/bank-account.ts';
import type { CreateBankAccountRequest, CreateBankAccountResponse } from '../schemas/bank-account.ts';
import { pushOption, type PushOption } from '../schemas/push-option.ts';
import { bodyOf, listQuery, pageBytes, type ListOptions } from './arguments.ts';
import { connectionPath } from './connections.ts';
import { everyItem, type ListAllOptions } from './every-item.ts';

export interface CreateBankAccountOptions extends WriteOptions {
  /** After which Codat calls the operation `TimedOut`; it may be carried out all the same. */
  readonly timeoutInMinutes?: number | undefined;
}

export interface BankAccountCalls {
  /** As Codat last read them; 409 where it has not yet. */
  listBankAccounts(
    companyId: string,
    connectionId: string,
    list?: ListOptions,
    options?: CallOptions,
  ): Promise<BankAccountPage>;

  /** Each of them, page by page as they are asked for. */
  listAllBankAccounts(
    companyId: string,
    connectionId: string,
    list?: ListAllOptions,
    options?: CallOptions,
  ): AsyncGenerator<BankAccount, void, undefined>;

  /** Which members `createBankAccount` takes for this software, and which it wants. */
  getCreateBankAccountsModel(companyId: string, connectionId: string, options?: CallOptions): Promise<PushOption>;

  /** Creates an account in the software. It is listed once Codat has read the software's accounts again. */
  createBankAccount(
    companyId: string,
    connectionId: string,
    account: CreateBankAccountRequest,
    options?: CreateBankAccountOptions,
  ): Promise<CreateBankAccountResponse>;

  /** Which members a line has for this software. */
  getCreateBankTransactionsModel(
    companyId: string,
    connectionId: string,
    accountId: string,
    options?: CallOptions,
  ): Promise<PushOption>;
}

export const bankAccountCalls = (http: Http): BankAccountCalls => {
  const listBankAccounts: BankAccountCalls['listBankAccounts'] = async (
    companyId,
    connectionId,
    list = {},
    options = {},
  ) => {
    const path = `${connectionPath(companyId, connectionId)}/data/bankAccounts`;
    const about = { operation: 'listBankAccounts', method: 'GET', path, maxBytes: pageBytes(list) } as const;
    return http.json({ ...options, ...about, query: listQuery(list) }, bankAccountPage);
  };

  return {
    listBankAccounts,

    listAllBankAccounts: (companyId, connectionId, list, options) =>
      everyItem(
        'listAllBankAccounts',
        ({ id }: BankAccount) => id ?? undefined,
        (page) => listBankAccounts(companyId, connectionId, { ...list, page }, options),
      ),

    async getCreateBankAccountsModel(companyId, connectionId, options) {
      const path = `${connectionPath(companyId, connectionId)}/options/bankAccounts`;
      return http.json({ ...options, operation: 'getCreateBankAccountsModel', method: 'GET', path }, pushOption);
    },

    async createBankAccount(companyId, connectionId, account, { timeoutInMinutes, ...options } = {}) {
      const path = `${connectionPath(companyId, connectionId)}/push/bankAccounts`;
      const query = { timeoutInMinutes };
      const body = bodyOf('account', createBankAccountRequest, account);
      const about = { operation: 'createBankAccount', method: 'POST', path, query, body } as const;
      return http.json({ ...options, ...about }, createBankAccountResponse);
    },

    async getCreateBankTransactionsModel(companyId, connectionId, accountId, options) {
      const account = accountSegment('accountId', accountId);
      const path = `${connectionPath(companyId, connectionId)}/options/bankAccounts/${account}/bankTransactions`;
      return http.json({ ...options, operation: 'getCreateBankTransactionsModel', method: 'GET', path }, pushOption);
    },
  };
};
