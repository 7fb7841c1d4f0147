import * as z from 'zod';
import { CodatHttpError } from '../errors.ts';
import type { CallOptions, WriteOptions } from '../call-options.ts';
import type { Http } from '../http.ts';
import { accountSegment } from '../paths.ts';
import { parseJson } from '../schemas/json.ts';
import { batchItems, sourceAccount, sourceAccountRequest, sourceAccounts } from '../schemas/source-account.ts';
import { updateSourceAccountRequest, type BatchItem } from '../schemas/source-account.ts';
import type { SourceAccount, SourceAccountRequest, UpdateSourceAccountRequest } from '../schemas/source-account.ts';
import { bodyOf } from './arguments.ts';
import { connectionPath } from './connections.ts';

/** What became of one account of a batch. `statusCode` is 2xx where it was made. */
export interface SourceAccountResult {
  readonly sourceAccountId: string;
  readonly statusCode: number;
  /** Why not, in words meant for the user. */
  readonly error?: string | undefined;
  readonly account?: SourceAccount | undefined;
}

/** 201: all made; 207: some; 409: none, each conflicts with one that is there. */
export interface SourceAccountBatch {
  readonly status: number;
  readonly results: readonly SourceAccountResult[];
}

/** These lists are not paged: room for some ten thousand accounts. */
const listBytes = 16_000_000;

const resultOf = ({ sourceAccountId, result }: BatchItem): SourceAccountResult => ({
  sourceAccountId,
  statusCode: Number(result.statusCode),
  ...(typeof result.error === 'string' ? { error: result.error } : {}),
  ...(result.account ? { account: result.account } : {}),
});

/** A batch in which every account conflicts is answered 409 with the batch, not with an error body. */
function conflictsOf(error: unknown): SourceAccountResult[] | undefined {
  if (!(error instanceof CodatHttpError) || error.status !== 409) return undefined;
  try {
    return batchItems.safeParse(parseJson(error.body)).data?.map(resultOf);
  } catch {
    return undefined;
  }
}

export interface SourceAccountCalls {
  /** Not paged. Version 1 and 2 accounts may be mixed. */
  listSourceAccounts(companyId: string, connectionId: string, options?: CallOptions): Promise<SourceAccount[]>;

  /** Version 2, or 1 for integrations older than August 2024; `balance` is a decimal string. */
  createSourceAccount(
    companyId: string,
    connectionId: string,
    account: SourceAccountRequest,
    options?: WriteOptions,
  ): Promise<SourceAccount>;

  /** Each account succeeds or fails on its own. */
  createSourceAccounts(
    companyId: string,
    connectionId: string,
    accounts: readonly SourceAccountRequest[],
    options?: WriteOptions,
  ): Promise<SourceAccountBatch>;

  /** Codat answers with a version 1 account. */
  updateSourceAccount(
    companyId: string,
    connectionId: string,
    accountId: string,
    update: UpdateSourceAccountRequest,
    options?: WriteOptions,
  ): Promise<SourceAccount>;

  /** The mapping goes too; the software's own account stays. */
  deleteSourceAccount(companyId: string, connectionId: string, accountId: string, options?: CallOptions): Promise<void>;
}

export const sourceAccountCalls = (http: Http): SourceAccountCalls => {
  const listPath = (companyId: string, connectionId: string): string =>
    `${connectionPath(companyId, connectionId)}/connectionInfo/bankFeedAccounts`;
  const accountPath = (companyId: string, connectionId: string, accountId: string): string =>
    `${listPath(companyId, connectionId)}/${accountSegment('accountId', accountId)}`;

  return {
    async listSourceAccounts(companyId, connectionId, options) {
      const path = listPath(companyId, connectionId);
      const about = { operation: 'listSourceAccounts', method: 'GET', path, maxBytes: listBytes } as const;
      return http.json({ ...options, ...about }, sourceAccounts);
    },

    async createSourceAccount(companyId, connectionId, account, options) {
      const path = listPath(companyId, connectionId);
      const body = bodyOf('account', sourceAccountRequest, account);
      // An id that no later call could name must not come into being.
      accountSegment('account.id', account.id);
      return http.json({ ...options, operation: 'createSourceAccount', method: 'POST', path, body }, sourceAccount);
    },

    async createSourceAccounts(companyId, connectionId, accounts, options) {
      const path = `${listPath(companyId, connectionId)}/batch`;
      const body = bodyOf('accounts', z.array(sourceAccountRequest).min(1).readonly(), accounts);
      accounts.forEach(({ id }, index) => accountSegment(`accounts[${index}].id`, id));
      const about = { operation: 'createSourceAccounts', method: 'POST', path, body, maxBytes: listBytes } as const;
      try {
        const { status, value } = await http.answer({ ...options, ...about }, batchItems);
        return { status, results: value.map(resultOf) };
      } catch (error) {
        const results = conflictsOf(error);
        if (results === undefined) throw error;
        return { status: 409, results };
      }
    },

    async updateSourceAccount(companyId, connectionId, accountId, update, options) {
      const path = accountPath(companyId, connectionId, accountId);
      const schema = updateSourceAccountRequest.extend({ id: z.string() });
      const body = bodyOf('update', schema, { ...update, id: accountId });
      return http.json({ ...options, operation: 'updateSourceAccount', method: 'PATCH', path, body }, sourceAccount);
    },

    async deleteSourceAccount(companyId, connectionId, accountId, options) {
      const path = accountPath(companyId, connectionId, accountId);
      return http.empty({ ...options, operation: 'deleteSourceAccount', method: 'DELETE', path });
    },
  };
};
