/** Codat's own rules for the lines of a statement, whoever sends them. */
import * as z from 'zod';
import { dateText, money, requiredText, text } from './api/fields.ts';
import { hourMs } from './durations.ts';
import { localDateTime } from './ledger.ts';
import type { TransactionRecord } from './lines.ts';
import type { FindingRecord } from './records.ts';

/** As many lines one push may have. */
export const mostLines = 1000;

/** As the document lists them. */
export const transactionTypes =
  'Unknown Credit Debit Int Div Fee SerChg Dep Atm Pos Xfer Check Payment Cash DirectDep DirectDebit RepeatPmt Other'.split(
    ' ',
  );

/** A line of a statement as it is sent. */
export const statementLine = z.object({
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

/** The latest date on earth: no line can honestly be after it. */
const latestDay = (now: number): string => new Date(now + 14 * hourMs).toISOString().slice(0, 10);

/** Codat's own rules, which a request breaks at once; those of the software show later, as `Failed`. */
export function lineFaults(
  now: number,
  lines: readonly TransactionRecord[],
  /** The platform that wants a balance on every line. */
  balanceRequired: string | undefined,
): FindingRecord[] {
  const latest = latestDay(now);
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
export function signWarnings(lines: readonly TransactionRecord[]): FindingRecord[] {
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
