/** The bank accounts of the accounting software, and the models of what can be created in it. */
import type { CallOptions, Http, WriteOptions } from '../http.ts';
import { accountSegment } from '../paths.ts';
import { bankAccountPage, createBankAccountRequest, createBankAccountResponse } from '../schemas/bank-account.ts';
import type { BankAccount, BankAccountPage } from '../schemas/bank-account.ts';
import type { CreateBankAccountRequest, CreateBankAccountResponse } from '../schemas/bank-account.ts';
import { pushOption, type PushOption } from '../schemas/push-option.ts';
import { bodyOf, listQuery, pageBytes, type ListOptions } from './arguments.ts';
import { connectionPath } from './connections.ts';
import { everyItem, type ListAllOptions } from './every-item.ts';

export interface CreateBankAccountOptions extends WriteOptions {
  readonly timeoutInMinutes?: number | undefined;
}

export const bankAccountCalls = (http: Http) => {
  /** As Codat last read them; 409 where it has not yet. */
  const listBankAccounts = async (
    companyId: string,
    connectionId: string,
    list: ListOptions = {},
    options: CallOptions = {},
  ): Promise<BankAccountPage> => {
    const path = `${connectionPath(companyId, connectionId)}/data/bankAccounts`;
    const about = { operation: 'listBankAccounts', method: 'GET', path } as const;
    const call = { ...options, ...about, query: listQuery(list), maxBytes: pageBytes(list) };
    return (await http.json(call, bankAccountPage)).value;
  };

  return {
    listBankAccounts,

    /** Each of them, page by page as they are asked for. */
    listAllBankAccounts: (
      companyId: string,
      connectionId: string,
      list: ListAllOptions = {},
      options: CallOptions = {},
    ) =>
      everyItem(
        'listAllBankAccounts',
        ({ id }: BankAccount) => id ?? undefined,
        (page) => listBankAccounts(companyId, connectionId, { ...list, page }, options),
      ),

    /** Which members `createBankAccount` takes for this software, and which it wants. */
    async getCreateBankAccountsModel(
      companyId: string,
      connectionId: string,
      options: CallOptions = {},
    ): Promise<PushOption> {
      const path = `${connectionPath(companyId, connectionId)}/options/bankAccounts`;
      const about = { operation: 'getCreateBankAccountsModel', method: 'GET', path } as const;
      return (await http.json({ ...options, ...about }, pushOption)).value;
    },

    /** Creates an account in the software. It is listed once Codat has read the software's accounts again. */
    async createBankAccount(
      companyId: string,
      connectionId: string,
      account: CreateBankAccountRequest,
      options: CreateBankAccountOptions = {},
    ): Promise<CreateBankAccountResponse> {
      const { timeoutInMinutes, ...rest } = options;
      const body = bodyOf('account', createBankAccountRequest, account);
      const path = `${connectionPath(companyId, connectionId)}/push/bankAccounts`;
      const query = { timeoutInMinutes };
      const about = { operation: 'createBankAccount', method: 'POST', path, query, body } as const;
      return (await http.json({ ...rest, ...about }, createBankAccountResponse)).value;
    },

    /** Which members a line has for this software. */
    async getCreateBankTransactionsModel(
      companyId: string,
      connectionId: string,
      accountId: string,
      options: CallOptions = {},
    ): Promise<PushOption> {
      const account = accountSegment('accountId', accountId);
      const path = `${connectionPath(companyId, connectionId)}/options/bankAccounts/${account}/bankTransactions`;
      const about = { operation: 'getCreateBankTransactionsModel', method: 'GET', path } as const;
      return (await http.json({ ...options, ...about }, pushOption)).value;
    },
  };
};
