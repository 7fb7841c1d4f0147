/**
 * Which account of the software a source account belongs to, where that can be told: computed here because it takes
 * whole account numbers, of which the browser never learns more than the last four characters. Transactions in the
 * wrong account cost more than a choice made by hand, so whatever is ambiguous or contradicted is left open.
 */
import type { suggestionReasons } from '../contract/schemas.ts';
import { namesAlike, wordsOf } from './account-names.ts';
import { isContradicted, numberKeys, type AccountNumber } from './account-numbers.ts';

type Reason = (typeof suggestionReasons)[number];
/** As the books sort accounts. */
export type Side = 'credit' | 'debit';

/** Of a type in Codat's words, for accounts of either end; undefined where it does not say. */
export const sideOf = (type: string | null | undefined): Side | undefined => {
  switch (type) {
    case 'creditCard':
    case 'loan':
    case 'Credit':
      return 'credit';
    case 'checking':
    case 'savings':
    case 'prepaidCard':
    case 'Debit':
      return 'debit';
    default:
      return undefined;
  }
};

export interface SuggestionSource extends AccountNumber {
  readonly id: string;
  readonly name?: string | null | undefined;
  readonly currency?: string | null | undefined;
  readonly side?: Side | undefined;
  /** Ids of the accounts it may feed. */
  readonly options: readonly string[];
}

export interface SuggestionTarget extends AccountNumber {
  readonly id: string;
  readonly name?: string | null | undefined;
  /** Where the software told it. */
  readonly currency?: string | null | undefined;
  readonly side?: Side | undefined;
}

export interface Suggestion {
  readonly targetId: string;
  readonly reasons: Reason[];
}

interface Pair {
  readonly source: SuggestionSource;
  readonly target: SuggestionTarget;
  readonly reasons: Reason[];
}

/** Both are known, and they differ. */
const differ = <Value>(one: Value | null | undefined, other: Value | null | undefined): boolean =>
  Boolean(one) && Boolean(other) && one !== other;

const judge = (source: SuggestionSource, target: SuggestionTarget, sameNumber: boolean): Pair | undefined => {
  if (differ(source.currency, target.currency) || differ(source.side, target.side)) return undefined;
  if (isContradicted(source, target)) return undefined;
  const reasons: Reason[] = [];
  if (sameNumber) reasons.push('number');
  if (namesAlike(wordsOf(source.name), wordsOf(target.name))) reasons.push('name');
  if (reasons.length === 0) return undefined;
  if (source.currency && source.currency === target.currency) reasons.push('currency');
  if (source.side !== undefined && source.side === target.side) reasons.push('type');
  return { source, target, reasons };
};

/** Best first: a number that a name agrees with, a number, a name. */
const rankOf = ({ reasons }: Pair): number => (reasons.includes('number') ? 2 : 0) + (reasons.includes('name') ? 1 : 0);

/** Those that share a key, found without comparing each with each. */
const joined = (
  sources: readonly SuggestionSource[],
  targets: readonly SuggestionTarget[],
  keysOf: (account: SuggestionSource | SuggestionTarget) => readonly string[],
): Map<SuggestionSource, Set<SuggestionTarget>> => {
  const byKey = new Map<string, SuggestionTarget[]>();
  for (const target of targets)
    for (const key of keysOf(target)) {
      const known = byKey.get(key);
      if (known === undefined) byKey.set(key, [target]);
      else known.push(target);
    }
  return new Map(
    sources.map((source) => [source, new Set(keysOf(source).flatMap((key) => byKey.get(key) ?? []))] as const),
  );
};

/** By source account id. `targets` are those that are free; the order of neither list matters. */
export const suggest = (
  sources: readonly SuggestionSource[],
  targets: readonly SuggestionTarget[],
): ReadonlyMap<string, Suggestion> => {
  const byNumber = joined(sources, targets, numberKeys);
  // The last two words are what names that are alike have in common; one word stands for itself.
  const byName = joined(sources, targets, ({ name }) => {
    const words = wordsOf(name);
    return words.length === 0 ? [] : [words.slice(-2).join(' ')];
  });
  const pairs = sources.flatMap((source) => {
    const same = byNumber.get(source) ?? new Set();
    return [...new Set([...same, ...(byName.get(source) ?? [])])]
      .filter(({ id }) => source.options.includes(id))
      .flatMap((target) => judge(source, target, same.has(target)) ?? []);
  });

  const found = new Map<string, Suggestion>();
  const settled = new Set<SuggestionSource | SuggestionTarget>();
  for (const rank of [3, 2, 1]) {
    const left = pairs.filter(
      (pair) => rankOf(pair) === rank && !settled.has(pair.source) && !settled.has(pair.target),
    );
    const rivals = new Map<SuggestionSource | SuggestionTarget, number>();
    for (const { source, target } of left) {
      rivals.set(source, (rivals.get(source) ?? 0) + 1);
      rivals.set(target, (rivals.get(target) ?? 0) + 1);
    }
    for (const { source, target, reasons } of left) {
      if (rivals.get(source) === 1 && rivals.get(target) === 1) found.set(source.id, { targetId: target.id, reasons });
      // What is ambiguous here is not decided by what says less.
      settled.add(source).add(target);
    }
  }
  return found;
};
