/** Names of bank accounts, as a bank and a bookkeeper write them, told to be alike. */

/** Words that any account may carry. */
const empty: ReadonlySet<string> = new Set(
  ['a', 'ac', 'account', 'acct', 'bank', 'the', 'of', 'and', 'compte', 'konto', 'rekening', 'cuenta', 'conta'].concat(
    'de la le les des du et der die das und van het een el los y da do e'.split(' '),
  ),
);

/** The words that tell it from others, in order, without accents and marks. */
export const wordsOf = (name: string | null | undefined): readonly string[] =>
  (name ?? '')
    .normalize('NFKD')
    .replace(/\p{M}|['’]/gu, '')
    .toLowerCase()
    .replace(/\ba\/c\b/g, ' ')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '' && !empty.has(word));

/**
 * The same words, or all of one name at the end of the other: “Business Current” and “Alder Business Current”. What
 * comes after them tells accounts apart (“Business Current Payroll”), and so do numbers before them.
 */
export const namesAlike = (one: readonly string[], other: readonly string[]): boolean => {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (short.length === 0) return false;
  const before = long.slice(0, long.length - short.length);
  if (before.length > 0 && (short.length < 2 || before.some((word) => /\p{N}/u.test(word)))) return false;
  return short.every((word, index) => word === long[before.length + index]);
};
