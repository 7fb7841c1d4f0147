/**
 * The exact JSON text of a line and of a request. Amounts are JSON numbers with the very digits that were handed
 * over; a line is turned into text once, stored so, and never parsed again on its way to Codat.
 */
import { createHash } from 'node:crypto';
import { sameDecimal, spelling } from './decimal.ts';

export interface CheckedTransaction {
  readonly id: string;
  readonly date: string;
  /** Plain decimals, see decimal.ts. */
  readonly amount: string;
  readonly balance?: string | undefined;
  readonly description?: string | undefined;
  readonly counterparty?: string | undefined;
  readonly reference?: string | undefined;
  readonly reconciled?: boolean | undefined;
  readonly transactionType?: string | undefined;
}

/** Amount and balance come first, so that two lines can be compared without parsing them. */
export const lineText = (line: CheckedTransaction): string => {
  const { amount, balance, id, date, description, counterparty, reference, reconciled, transactionType } = line;
  // JSON.stringify leaves out what is undefined and keeps this order.
  const text = JSON.stringify({ id, date, description, counterparty, reference, reconciled, transactionType });
  return `{"amount":${amount},${balance === undefined ? '' : `"balance":${balance},`}${text.slice(1)}`;
};

/** The request body of Codat's create-bank-transactions. */
export const requestText = (accountId: string, lines: readonly string[]): string =>
  `{"accountId":${JSON.stringify(accountId)},"transactions":[${lines.join(',')}]}`;

const money = /^\{"amount":([^,]+),(?:"balance":([^,]+),)?/;

/** What stays of an old line's text: enough to know the same content again, and no more. It starts with `#`. */
export const fingerprint = (line: string): string => {
  const [head, amount = '', balance] = money.exec(line) ?? [''];
  const said = `${spelling(amount)},${balance === undefined ? '' : spelling(balance)},${line.slice(head.length)}`;
  return `#${createHash('sha256').update(said).digest('base64url')}`;
};

const isFingerprint = (text: string): boolean => text.startsWith('#');

/** By what people find a line in the software. Nothing is left of it in a fingerprint. */
export const knownBy = (line: string): { readonly amount?: string; readonly description?: string | undefined } => {
  const [head, amount] = money.exec(line) ?? [];
  if (head === undefined || amount === undefined) return {};
  const rest: unknown = JSON.parse(`{${line.slice(head.length)}`);
  const described = typeof rest === 'object' && rest !== null && 'description' in rest ? rest.description : undefined;
  return { amount, description: typeof described === 'string' ? described : undefined };
};

/** Whether two line texts say the same: decimals by value, all else letter by letter. One may be a fingerprint. */
export const sameLine = (one: string, other: string): boolean => {
  if (one === other) return true;
  if (isFingerprint(one) !== isFingerprint(other))
    return isFingerprint(one) ? one === fingerprint(other) : fingerprint(one) === other;
  const [first, second] = [money.exec(one), money.exec(other)];
  if (first === null || second === null) return false;
  const [head, amount = '', balance] = first;
  const [otherHead, otherAmount = '', otherBalance] = second;
  if (one.slice(head.length) !== other.slice(otherHead.length) || !sameDecimal(amount, otherAmount)) return false;
  if (balance === undefined || otherBalance === undefined) return balance === otherBalance;
  return sameDecimal(balance, otherBalance);
};
