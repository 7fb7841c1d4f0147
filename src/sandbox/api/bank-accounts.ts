import * as z from 'zod';
import { bankAccountModel } from '../bank-account-models.ts';
import { behaviourOf } from '../behaviours.ts';
import { submit } from '../operations.ts';
import { copyOf } from '../reading.ts';
import type { BankAccountOperation, FindingRecord } from '../records.ts';
import { bankAccountView, operationView } from '../views.ts';
import { ApiError } from './errors.ts';
import type { Listed } from './kinds.ts';
import { currencyCode, money, text } from './fields.ts';
import { connectionOf, linkedOrganization, ok, type Operation, parseBody } from './operation.ts';
import { page } from './paging.ts';
import { timeoutOf } from './push-operations.ts';
import { decimal } from './wire.ts';

const path = '/companies/:companyId/connections/:connectionId';

const bankAccounts: Listed = {
  name: 'BankAccount',
  service: 'PullApi',
  properties: {
    id: 'text',
    accountName: 'text',
    accountType: 'text',
    nominalCode: 'text',
    sortCode: 'text',
    accountNumber: 'text',
    iBan: 'text',
    currency: 'text',
    balance: 'number',
    availableBalance: 'number',
    overdraftLimit: 'number',
    institution: 'text',
    status: 'text',
    'metadata.isDeleted': 'flag',
    modifiedDate: 'date',
    sourceModifiedDate: 'date',
  },
};

/** What Codat has read stays readable when the connection is unlinked; before the first link there is nothing. */
const listBankAccounts: Operation = {
  id: 'list-bank-accounts',
  method: 'GET',
  path: `${path}/data/bankAccounts`,
  handle(call) {
    const connection = connectionOf(call);
    const copy = copyOf(call.core, connection);
    const readAt = copy?.readAt;
    const model = bankAccountModel(connection);
    if (copy === undefined || readAt === undefined) {
      const message = copy ? 'The data set is still syncing.' : 'The data set has not been requested.';
      throw new ApiError(409, message, { service: 'PullApi' });
    }
    return page(call, {
      items: copy.accounts,
      view: (target) => bankAccountView(target, readAt, model),
      listed: bankAccounts,
    });
  },
};

/** A new account as the document describes it; what it must have is the platform's model to say. */
const prototype = z.object({
  accountName: text().nullish(),
  accountType: z.enum(['Unknown', 'Credit', 'Debit'], 'must be one of Unknown, Credit, Debit').nullish(),
  nominalCode: text(200).nullish(),
  sortCode: text(200).nullish(),
  accountNumber: text(200).nullish(),
  iBan: text(200).nullish(),
  currency: currencyCode.nullish(),
  balance: money.nullish(),
  institution: text().nullish(),
  availableBalance: money.nullish(),
  overdraftLimit: money.nullish(),
  status: z
    .enum(['Unknown', 'Active', 'Archived', 'Pending'], 'must be one of Unknown, Active, Archived, Pending')
    .nullish(),
});
type Prototype = z.output<typeof prototype>;

/** What the platform's model finds wrong: it can be told from the request alone, so it is told at once. */
function faults(platformKey: string, given: Prototype): FindingRecord[] {
  return bankAccountModel({ platformKey }).fields.flatMap(({ field, required, requiredOf, options, fault }) => {
    const value = given[field] ?? '';
    let message: string | undefined;
    if (value.trim() === '') message = required || requiredOf?.(given) === true ? 'is required' : undefined;
    else if (options !== undefined && !options.includes(value)) message = `cannot be ${value}`;
    else message = fault?.(value, given);
    return message === undefined
      ? []
      : [{ itemId: field, message: `${field}: ${message}.`, validatorName: 'BankAccount' }];
  });
}

const createBankAccount: Operation = {
  id: 'create-bank-account',
  method: 'POST',
  path: `${path}/push/bankAccounts`,
  handle(call) {
    const { core } = call;
    connectionOf(call);
    const timeoutInMinutes = timeoutOf(call.query);
    const given = parseBody(prototype, call.body);
    const { connection } = linkedOrganization(call);
    const findings = faults(connection.platformKey, given);
    const [first] = findings;
    if (first !== undefined) {
      const message = `${behaviourOf(connection).platformName} does not take this bank account: ${first.message}`;
      throw new ApiError(400, message, { service: 'PushApi', findings });
    }
    // Of the members only those that the model lists reach the software.
    const listed = new Set<string>(bankAccountModel(connection).fields.map(({ field }) => field));
    const taken = (field: 'nominalCode' | 'sortCode' | 'accountNumber' | 'iBan' | 'currency' | 'institution') =>
      (listed.has(field) ? given[field] : undefined) || undefined;
    const operation: BankAccountOperation = {
      dataType: 'bankAccounts',
      key: core.ids.next('operation'),
      companyId: connection.companyId,
      connectionId: connection.id,
      requestedAt: core.clock.now(),
      timeoutInMinutes,
      status: 'Pending',
      errors: [],
      warnings: [],
      waiting: {
        dueAt: core.clock.now() + core.delays.pushMs,
        bankAccount: {
          name: given.accountName ?? '',
          kind: given.accountType === 'Credit' ? 'card' : 'bank',
          nominalCode: taken('nominalCode'),
          sortCode: taken('sortCode'),
          accountNumber: taken('accountNumber'),
          iban: taken('iBan'),
          currency: taken('currency'),
          institution: taken('institution'),
          balance: (listed.has('balance') ? given.balance : undefined) ?? '0',
        },
      },
    };
    submit(core, operation);
    const sums = {
      balance: decimal(given.balance),
      availableBalance: decimal(given.availableBalance),
      overdraftLimit: decimal(given.overdraftLimit),
    };
    const members = Object.entries({ ...given, ...sums }).filter(([, value]) => value !== null);
    return ok({ data: Object.fromEntries(members), ...operationView(operation) });
  },
};

const getCompanyInformation: Operation = {
  id: 'get-company-information',
  method: 'GET',
  path: `${path}/bankFeeds/info`,
  handle(call) {
    const { platformName, companyInfo } = behaviourOf(connectionOf(call));
    if (!companyInfo) {
      throw new ApiError(400, `Company information is not available for ${platformName}.`, { service: 'BankFeedsApi' });
    }
    const { organization } = linkedOrganization(call);
    return ok({
      companyName: organization.name,
      baseCurrency: organization.baseCurrency,
      planType: organization.planType,
      multicurrencyEnabled: organization.currencies.length > 1,
      currencies: organization.currencies,
    });
  },
};

export const bankAccountOperations: readonly Operation[] = [listBankAccounts, createBankAccount, getCompanyInformation];
