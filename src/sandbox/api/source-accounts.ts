import * as z from 'zod';
import { currencyRefusal, disconnect } from '../feeds.ts';
import type { ConnectionRecord, SourceAccountRecord } from '../records.ts';
import { sourceAccountV1View, sourceAccountView, utc } from '../views.ts';
import { ApiError, quote } from './errors.ts';
import {
  type AccountPrototype,
  accountPrototype,
  lackOfVersion2,
  version2Refusal,
} from './source-account-prototype.ts';
import { text } from './fields.ts';
import { accountOf, type Call, connectionOf, ok, type Operation, parseBody } from './operation.ts';

const path = '/companies/:companyId/connections/:connectionId/connectionInfo/bankFeedAccounts';

/** How many accounts a batch takes; the document sets no limit. */
const mostAtOnce = 1000;

/** A refusal of one account, with the status it has as an item of a batch. */
interface Refusal {
  readonly status: 400 | 409;
  readonly error: string;
  readonly field: string;
}

const refused = (field: string, message: string): ApiError =>
  new ApiError(400, message, {
    service: 'BankFeedsApi',
    findings: [{ itemId: field, message, validatorName: 'SourceAccount' }],
  });

function refusalOf({ core }: Call, connection: ConnectionRecord, given: AccountPrototype): Refusal | undefined {
  if (core.world.account(connection.id, given.id) !== undefined) {
    return { status: 409, error: 'A bank account already exists with the same Id', field: 'id' };
  }
  if (given.currency === 'GBP' && !given.sortCode && !given.routingInfo?.bankCode) {
    const error = `sortCode is required for account ${given.id}: an account in GBP needs a sortCode or routingInfo.`;
    return { status: 400, error, field: 'sortCode' };
  }
  const lack = given.routingInfo || given.accountInfo ? lackOfVersion2(given) : undefined;
  if (lack !== undefined) return { status: 400, error: version2Refusal(given, lack), field: lack };
  const organization = core.world.organizationOf(connection);
  const currency = { id: given.id, currency: given.currency ?? undefined };
  const error = organization && currencyRefusal(currency, organization);
  return error === undefined ? undefined : { status: 400, error, field: 'currency' };
}

function create({ core }: Call, connection: ConnectionRecord, given: AccountPrototype): SourceAccountRecord {
  const { routingInfo, accountInfo } = given;
  const account: SourceAccountRecord = {
    id: given.id,
    companyId: connection.companyId,
    connectionId: connection.id,
    version: lackOfVersion2(given) === undefined ? 2 : 1,
    accountName: given.accountName ?? undefined,
    accountType: given.accountType ?? undefined,
    accountNumber: given.accountNumber ?? undefined,
    sortCode: given.sortCode ?? undefined,
    currency: given.currency ?? undefined,
    balance: given.balance ?? undefined,
    routingInfo: routingInfo
      ? { bankCode: routingInfo.bankCode ?? undefined, type: routingInfo.type ?? 'bankcode' }
      : undefined,
    accountInfo: accountInfo
      ? {
          description: accountInfo.description ?? undefined,
          nickname: accountInfo.nickname ?? undefined,
          accountOpenDate: accountInfo.accountOpenDate ?? undefined,
          availableBalance: accountInfo.availableBalance ?? undefined,
        }
      : undefined,
    modified: given.modifiedDate ?? utc(core.clock.now()),
    status: 'pending',
    attempt: 0,
  };
  core.world.addAccount(account);
  core.changed();
  return account;
}

/** Unlinked and deauthorized connections take no writes; one that waits for the user does. */
function writableConnection(call: Call): ConnectionRecord {
  const connection = connectionOf(call);
  if (connection.status === 'PendingAuth' || connection.status === 'Linked') return connection;
  throw new ApiError(400, `The connection is ${connection.status}; link it again before adding accounts.`, {
    service: 'BankFeedsApi',
  });
}

const createSourceAccount: Operation = {
  id: 'create-source-account',
  method: 'POST',
  path,
  handle(call) {
    const connection = writableConnection(call);
    const given = parseBody(accountPrototype, call.body);
    const refusal = refusalOf(call, connection, given);
    // The document knows 400 alone for a single account; a conflict has its 409 in a batch.
    if (refusal !== undefined) throw refused(refusal.field, refusal.error);
    return ok(sourceAccountView(create(call, connection, given)));
  },
};

const createBatch: Operation = {
  id: 'create-batch-source-account',
  method: 'POST',
  path: `${path}/batch`,
  handle(call) {
    const connection = writableConnection(call);
    const list = z
      .array(accountPrototype, 'must be a list of accounts')
      .min(1, 'must have at least one account')
      .max(mostAtOnce, `must have at most ${mostAtOnce} accounts`);
    const answers = parseBody(list, call.body).map((given) => {
      const refusal = refusalOf(call, connection, given);
      if (refusal === undefined) {
        const account = sourceAccountView(create(call, connection, given));
        return { refusal, item: { sourceAccountId: given.id, result: { statusCode: 201, account } } };
      }
      // As text: only so does the item match exactly one of the document's three shapes.
      const result = { statusCode: String(refusal.status), error: refusal.error };
      return { refusal, item: { sourceAccountId: given.id, result } };
    });
    const refusals = answers.map(({ refusal }) => refusal).filter((refusal) => refusal !== undefined);
    if (refusals.length === answers.length && refusals.every(({ status }) => status === 400)) {
      throw new ApiError(400, refusals[0]?.error ?? '', {
        service: 'BankFeedsApi',
        findings: answers.map(({ item, refusal }) => ({
          itemId: item.sourceAccountId,
          message: refusal?.error ?? '',
          validatorName: 'SourceAccount',
        })),
      });
    }
    const body = answers.map(({ item }) => item);
    if (refusals.length === 0) return { status: 201, body };
    return {
      status: refusals.every(({ status }) => status === 409) && refusals.length === body.length ? 409 : 207,
      body,
    };
  },
};

const listSourceAccounts: Operation = {
  id: 'list-source-accounts',
  method: 'GET',
  path,
  handle(call) {
    const accounts = call.core.world.accountsOf(connectionOf(call).id);
    // The document has a list of the one shape or of the other; where they are mixed, version 1 holds all.
    const view = accounts.some(({ version }) => version === 1) ? sourceAccountV1View : sourceAccountView;
    return ok(accounts.map(view));
  },
};

const changeable = accountPrototype.extend({
  id: text(200).nullish(),
  status: text(40).nullish(),
});

/** The name always, the balance until connected, the status only to `disconnected`; what is absent stays. */
const updateSourceAccount: Operation = {
  id: 'update-source-account',
  method: 'PATCH',
  path: `${path}/:accountId`,
  handle(call) {
    const account = accountOf(call);
    const given = parseBody(changeable, call.body);
    for (const field of ['id', 'accountType', 'accountNumber', 'sortCode', 'currency'] as const) {
      const value = given[field];
      if (typeof value === 'string' && value !== account[field]) {
        throw refused(field, `${field}: cannot be changed; only accountName, balance and status can.`);
      }
    }
    const { accountName, balance, status } = given;
    if (typeof balance === 'string' && balance !== account.balance && account.status === 'connected') {
      throw refused('balance', 'balance: cannot be changed while the account is connected.');
    }
    if (typeof status === 'string' && status !== 'disconnected' && status !== account.status) {
      throw refused(
        'status',
        `status: the only status an account can be given is "disconnected", not "${quote(status)}".`,
      );
    }
    if (accountName === '') throw refused('accountName', 'accountName: must not be empty.');
    account.accountName = accountName ?? account.accountName;
    account.balance = balance ?? account.balance;
    account.modified = utc(call.core.clock.now());
    if (status === 'disconnected' && account.status !== 'disconnected') disconnect(call.core, account, 'disconnected');
    call.core.changed();
    return ok(sourceAccountV1View(account));
  },
};

const deleteSourceAccount: Operation = {
  id: 'delete-source-account',
  method: 'DELETE',
  path: `${path}/:accountId`,
  handle(call) {
    const account = accountOf(call);
    disconnect(call.core, account, 'disconnected');
    call.core.world.removeAccount(account);
    return { status: 204 };
  },
};

/** In routing order: the fixed segments stand before `:accountId`. */
export const sourceAccountOperations: readonly Operation[] = [
  createSourceAccount,
  createBatch,
  listSourceAccounts,
  updateSourceAccount,
  deleteSourceAccount,
];
