import * as z from 'zod';
import { behaviourOf } from '../behaviours.ts';
import { localDateTime } from '../ledger.ts';
import { submit } from '../operations.ts';
import type { FindingRecord, TransactionRecord, TransactionsOperation } from '../records.ts';
import { operationView, transactionView } from '../views.ts';
import { ApiError } from './errors.ts';
import {
  accountOf,
  type Call,
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

const mostLines = 1000;
/** As the document lists them. */
export const transactionTypes =
  'Unknown Credit Debit Int Div Fee SerChg Dep Atm Pos Xfer Check Payment Cash DirectDep DirectDebit RepeatPmt Other'.split(
    ' ',
  );

const line = z.object({
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
    .array(line, 'must be a list of transactions')
    .min(1, 'must have at least one transaction')
    .max(mostLines, `must have at most ${mostLines} transactions; send the others in further requests`),
});

/** The latest date on earth: no line can honestly be after it. */
const latestDay = (now: number): string => new Date(now + 14 * 3_600_000).toISOString().slice(0, 10);

/** Codat's own rules, which a request breaks at once; those of the software show later, as `Failed`. */
function faults(
  { core }: Call,
  lines: readonly TransactionRecord[],
  balanceRequired: string | undefined,
): FindingRecord[] {
  const latest = latestDay(core.clock.now());
  const found: FindingRecord[] = [];
  let before = '';
  for (const { id, date, balance } of lines) {
    const local = localDateTime(date);
    if (local.slice(0, 10) > latest) {
      found.push({ itemId: id, message: `date: ${date} is in the future.`, validatorName: 'FutureDate' });
    }
    if (local < before) {
      const message = `date: ${date} is before the transaction above it. Send transactions in chronological order.`;
      found.push({ itemId: id, message, validatorName: 'ChronologicalOrder' });
    }
    if (balanceRequired !== undefined && typeof balance !== 'string') {
      found.push({ itemId: id, message: `balance: is required for ${balanceRequired}.`, validatorName: 'Balance' });
    }
    before = local;
  }
  return found;
}

/** The sign carries the direction; a type that says otherwise is worth a warning, not a refusal. */
function signWarnings(lines: readonly TransactionRecord[]): FindingRecord[] {
  return lines
    .filter(({ amount, transactionType }) => {
      const negative = amount.startsWith('-');
      const zero = !/[1-9]/.test(amount);
      return !zero && ((transactionType === 'Debit' && !negative) || (transactionType === 'Credit' && negative));
    })
    .map(({ id, amount, transactionType }) => ({
      itemId: id,
      message: `The amount ${amount} of a ${transactionType} has the sign of the opposite direction.`,
      validatorName: 'TransactionSign',
    }));
}

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
    const found = faults(call, transactions, balance === 'required' ? platformName : undefined);
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
