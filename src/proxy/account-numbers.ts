/** Account numbers as a bank and a bookkeeper write them, told to be the same. */

export interface AccountNumber {
  readonly number?: string | null | undefined;
  readonly sortCode?: string | null | undefined;
}

/** How many characters at the end of an IBAN are the account number; elsewhere what stands before may belong to it. */
const accountDigits: Readonly<Record<string, number>> = { AT: 11, DE: 10, ES: 10, GB: 8, IE: 8, NL: 10 };
const withSortCode: ReadonlySet<string> = new Set(['GB', 'IE']);

/** Less is a part of a number, or a code of the books. */
const fewestDigits = 6;

const plain = (text: string | null | undefined): string => (text ?? '').replace(/[\s\-./]/g, '').toUpperCase();
const unpadded = (text: string): string => text.replace(/^0+/, '');
const digitsIn = (text: string): number => text.replace(/\D/g, '').length;
const isIban = (number: string): boolean => /^[A-Z]{2}\d\d[A-Z0-9]{11,30}$/.test(number);

/** A whole number without what is only writing; undefined where some of it is hidden or missing. */
const wholeNumber = ({ number }: AccountNumber): string | undefined => {
  const text = plain(number);
  return /^[A-Z0-9]+$/.test(text) && !/X{2}/.test(text) && digitsIn(text) >= fewestDigits ? text : undefined;
};

/** The digits a number ends with, of one that is partly hidden too; empty where nothing is hidden and it is no whole one. */
const endOf = (account: AccountNumber): string =>
  wholeNumber(account) ?? /(?:[*•·#]|X{2})(\d{3,})$/.exec(plain(account.number))?.[1] ?? '';

/** Two accounts are the same by number where they share one of these and nothing contradicts it. */
export const numberKeys = (account: AccountNumber): readonly string[] => {
  const number = wholeNumber(account);
  if (number === undefined) return [];
  const keys = [unpadded(number)];
  if (isIban(number)) {
    const country = number.slice(0, 2);
    const domestic = number.slice(4);
    keys.push(unpadded(domestic));
    const digits = accountDigits[country];
    if (digits !== undefined) keys.push(unpadded(domestic.slice(-digits)));
    if (withSortCode.has(country)) keys.push(unpadded(domestic.slice(-14)));
  } else {
    const sortCode = plain(account.sortCode);
    if (/^\d{6}$/.test(sortCode)) keys.push(unpadded(`${sortCode}${number.padStart(8, '0')}`));
  }
  return [...new Set(keys)].filter((key) => digitsIn(key) >= fewestDigits);
};

/** A British or Irish IBAN has it within. */
const sortCodeOf = ({ number, sortCode }: AccountNumber): string => {
  const iban = plain(number);
  return plain(sortCode) || (isIban(iban) && withSortCode.has(iban.slice(0, 2)) ? iban.slice(8, 14) : '');
};

/** Both say in the same way which account they are, and it is not the same one. */
export const isContradicted = (one: AccountNumber, other: AccountNumber): boolean => {
  const [first, second] = [wholeNumber(one), wholeNumber(other)];
  const codes = [sortCodeOf(one), sortCodeOf(other)].map(unpadded);
  if (first !== undefined && first === second && isIban(first)) return false;
  if (codes[0] && codes[1] && codes[0] !== codes[1]) return true;
  if (first === undefined || second === undefined) {
    const [end, otherEnd] = [endOf(one), endOf(other)];
    return !end.endsWith(otherEnd) && !otherEnd.endsWith(end);
  }
  if (isIban(first) !== isIban(second)) return false;
  const keys = new Set(numberKeys(one));
  return !numberKeys(other).some((key) => keys.has(key));
};
