import * as z from 'zod';
import { behaviourOf } from '../behaviours.ts';
import { lineFaults, mostLines, signWarnings, statementLine } from '../line-rules.ts';
import { Lines } from '../lines.ts';
import { submitTransactions } from '../operations.ts';
import type { FindingRecord } from '../records.ts';
import { linesView, operationView } from '../views.ts';
import { ApiError } from './errors.ts';
import { requiredText } from './fields.ts';
import { accountOf, linkedOrganization, ok, type Operation, parseBody } from './operation.ts';
import { timeoutOf } from './push-operations.ts';
import { WrittenJson, writeJson } from './wire.ts';

const request = z.object({
  accountId: requiredText(200),
  transactions: z
    .array(statementLine, 'must be a list of transactions')
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

    const lines = new Lines(transactions);
    const operation = submitTransactions(core, account, lines, {
      timeoutInMinutes,
      syncOnSuccess: !/^false$/i.test(sync),
      warnings: signWarnings(transactions),
    });
    // The HTTP status is 200, as the document has it; that it is pending stands in the body (202).
    const parts = [
      `{"data":{"accountId":${JSON.stringify(accountId)},"transactions":`,
      linesView(lines),
      `},${writeJson(operationView(operation)).slice(1)}`,
    ];
    return ok(new WrittenJson(parts.map((part) => Buffer.from(part))));
  },
};

export const transactionOperations: readonly Operation[] = [createBankTransactions];
