/** Words of Codat's or of the software's that a customer may read, with the ids that are known taken out of them. */
import { plainWords } from './plain-words.ts';
import { last4 } from './wire-account.ts';

/** An id, and what a customer knows the thing by; nothing where there is no such name. */
export interface KnownId {
  readonly id: string | null | undefined;
  readonly name?: string | null | undefined;
}

interface KnownAccount {
  readonly id: string;
  readonly accountName?: string | null | undefined;
  readonly accountNumber?: string | null | undefined;
}

/** Of an account: the host's id of it, which may be its number, and the number. */
export const idsOf = ({ id, accountName, accountNumber }: KnownAccount): readonly KnownId[] => [
  { id, name: accountName },
  { id: accountNumber, name: accountNumber ? `…${last4(accountNumber)}` : undefined },
];

/** What could as well be a word, a day or a count is no id for certain, wherever it stands. */
const isTellable = (id: string): boolean =>
  id.length >= 3 && /[^\p{L}\p{M}\s]/u.test(id) && !/^[\d.,\-/: ]{1,5}$/.test(id) && !/^\d{4}-\d\d/.test(id);

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** As a whole: not in the middle of another id. What is long may stand in an address, and is no part of an amount. */
const asWhole = (id: string): string => {
  const joint = id.length < 8 ? '[-_./]?' : '[-_]?';
  return `(?<![\\p{L}\\p{N}]${joint})${escaped(id)}(?!${joint}[\\p{L}\\p{N}])`;
};

const anyOf = (ids: readonly string[]): RegExp => {
  const longestFirst = ids.toSorted((one, other) => other.length - one.length);
  return new RegExp(longestFirst.map(asWhole).join('|'), 'giu');
};

const quotes = /["'`“”‘’]/;

/** Where an id was left out: no gap, and no empty brackets. */
const tidied = (text: string): string =>
  text
    .replace(/\(\s*\)|\[\s*\]/g, '')
    .replace(/ {2,}/g, ' ')
    .replace(/ +(?=[.,;:!?)\]])/g, '')
    .trim();

/**
 * Each of these ids by its name, in quotes, or left out where it has none. `rest` is done to what stands between them,
 * which is not known.
 */
export const knownWords = (
  known: readonly KnownId[],
  rest: (text: string) => string = plainWords,
): ((text: string) => string) => {
  const names = new Map<string, string>();
  for (const { id, name } of known)
    if (id && isTellable(id) && !names.has(id.toLowerCase())) names.set(id.toLowerCase(), name?.trim() ?? '');
  if (names.size === 0) return rest;
  let ids: RegExp | undefined;
  return (text) => {
    // Made where it is needed: most calls are not refused.
    ids ??= anyOf([...names.keys()]);
    let told = '';
    let from = 0;
    let leftOut = false;
    for (const found of text.matchAll(ids)) {
      const name = names.get(found[0].toLowerCase()) ?? '';
      const [before, after] = [text[found.index - 1] ?? '', text[found.index + found[0].length] ?? ''];
      const isQuoted = quotes.test(before) && quotes.test(after);
      told += rest(text.slice(from, found.index - (isQuoted ? 1 : 0)));
      told += name.startsWith('…') || name === '' ? name : `“${name}”`;
      leftOut ||= name === '';
      from = found.index + found[0].length + (isQuoted ? 1 : 0);
    }
    told += rest(text.slice(from));
    return leftOut ? tidied(told) : told;
  };
};

/** The words of a refusal that is about these accounts of a connection; `others` may stand in it too. */
export const wordsAbout = (
  companyId: string,
  connectionId: string,
  accounts: readonly KnownAccount[] = [],
  others: readonly KnownId[] = [],
  rest?: (text: string) => string,
): ((text: string) => string) =>
  knownWords([...accounts.flatMap(idsOf), ...others, { id: companyId }, { id: connectionId }], rest);
