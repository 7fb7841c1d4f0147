import * as z from 'zod';
import { decimal, openEnum } from './common.ts';
import { pushOperation } from './push-operation.ts';

export const transactionTypes = [
  'Unknown',
  'Credit',
  'Debit',
  'Int',
  'Div',
  'Fee',
  'SerChg',
  'Dep',
  'Atm',
  'Pos',
  'Xfer',
  'Check',
  'Payment',
  'Cash',
  'DirectDep',
  'DirectDebit',
  'RepeatPmt',
  'Other',
] as const;

/** At most this many lines in one request. */
export const maxTransactions = 1000;

/**
 * One line of a statement. The sign of `amount` carries the direction: in is positive, out negative.
 * `date` is local time, `YYYY-MM-DD` or with a time; an offset is ignored. The document requires no member.
 */
export const bankTransaction = z.object({
  id: z.string().nullish(),
  date: z.string().nullish(),
  description: z.string().nullish(),
  counterparty: z.string().nullish(),
  reference: z.string().nullish(),
  reconciled: z.boolean().nullish(),
  amount: decimal.nullish(),
  /** The running balance after this line; the last line's becomes the account's. */
  balance: decimal.nullish(),
  transactionType: openEnum(transactionTypes).nullish(),
});
export type BankTransaction = z.infer<typeof bankTransaction>;

/** `accountId` is the source account's, in the body as in the path. */
export const createBankTransactionsRequest = z.object({
  accountId: z.string(),
  transactions: z.array(bankTransaction).max(maxTransactions).readonly(),
});
export type CreateBankTransactionsRequest = z.infer<typeof createBankTransactionsRequest>;

export const createBankTransactionsResponse = z.object({
  ...pushOperation.shape,
  /** Codat's echo of the request; left out where it is odd: the operation was taken on all the same. */
  data: z
    .object({ accountId: z.string().nullish(), transactions: z.array(bankTransaction).nullish() })
    .nullish()
    .catch(undefined),
});
export type CreateBankTransactionsResponse = z.infer<typeof createBankTransactionsResponse>;
