import * as z from 'zod';
import { behaviourOf } from '../behaviours.ts';
import { lineFaults, mostLines, signWarnings, transactionTypes } from '../line-rules.ts';
import { submit } from '../operations.ts';
import type { FindingRecord, TransactionsOperation } from '../records.ts';
import { operationView, transactionView } from '../views.ts';
import { ApiError } from './errors.ts';
import {
  accountOf,
  dateText,
  linkedOrganization,
  money,
  ok,
  type Operation,
  parseBody,
  requiredText,
  text,
} from './operation.ts';
import { timeoutOf } from './push-operations.ts';

/** A line of a statement in a request. */
export const transactionLine = z.object({
  id: requiredText(200),
  date: dateText,
  description: text().nullish(),
  counterparty: text().nullish(),
  reference: text().nullish(),
  reconciled: z.boolean('must be true or false').nullish(),
  amount: money,
  balance: money.nullish(),
  transactionType: text(40)
    .refine((type) => transactionTypes.includes(type), `must be one of ${transactionTypes.join(', ')}`)
    .nullish(),
});

const request = z.object({
  accountId: requiredText(200),
  transactions: z
    .array(transactionLine, 'must be a list of transactions')
    .min(1, 'must have at least one transaction')
    .max(mostLines, `must have at most ${mostLines} transactions; send the others in further requests`),
});

const refuse = (message: string, findings?: FindingRecord[]): ApiError =>
  new ApiError(400, message, findings ? { service: 'PushApi', findings } : { service: 'PushApi' });

const createBankTransactions: Operation = {
  id: 'create-bank-transactions',
  method: 'POST',
  path: '/companies/:companyId/connections/:connectionId/push/bankAccounts/:accountId/bankTransactions',
  handle(call) {
    const { core, query } = call;
    const account = accountOf(call);
    const timeoutInMinutes = timeoutOf(query);
    const sync = query.get('allowSyncOnPushComplete') ?? 'true';
    if (!/^(?:true|false)$/i.test(sync)) throw refuse('The parameter allowSyncOnPushComplete must be true or false.');
    const { accountId, transactions } = parseBody(request, call.body);
    if (accountId !== account.id) {
      throw refuse('accountId: the body names another account than the path. One request takes one account.');
    }
    const { connection } = linkedOrganization(call);
    if (account.status !== 'connected') {
      throw refuse(`The source account is ${account.status}. Only a connected account takes transactions.`);
    }
    const { balance, platformName } = behaviourOf(connection);
    const found = lineFaults(core.clock.now(), transactions, balance === 'required' ? platformName : undefined);
    const first = found[0];
    if (first !== undefined) throw refuse(`Transaction ${first.itemId}: ${first.message}`, found.slice(0, 100));

    const operation: TransactionsOperation = {
      dataType: 'bankTransactions',
      key: core.ids.next('operation'),
      companyId: connection.companyId,
      connectionId: connection.id,
      accountId: account.id,
      requestedAt: core.clock.now(),
      timeoutInMinutes,
      syncOnSuccess: !/^false$/i.test(sync),
      status: 'Pending',
      errors: [],
      warnings: signWarnings(transactions),
      waiting: { transactions, dueAt: core.clock.now() + core.delays.pushMs },
    };
    submit(core, operation);
    // The HTTP status is 200, as the document has it; that it is pending stands in the body (202).
    return ok({ data: { accountId, transactions: transactions.map(transactionView) }, ...operationView(operation) });
  },
};

export const transactionOperations: readonly Operation[] = [createBankTransactions];
