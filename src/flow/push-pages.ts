import type { Push } from '../contract/schemas.ts';

/** Rows of one chunk, which a browser skips while it is out of sight. Of 100, coming into sight takes half as long again. */
const chunkSize = 50;

/** Loaded deliveries in a row. The same object as long as nothing in it changed, so that nothing of it is drawn again. */
export interface Chunk {
  readonly key: number;
  readonly items: readonly Push[];
}

const same = (one: Push, other: Push): boolean => one === other || JSON.stringify(one) === JSON.stringify(other);

const sameItems = (one: readonly Push[], other: readonly Push[]): boolean =>
  one.length === other.length && one.every((push, index) => push === other[index]);

/** Older deliveries at the end; those that have moved there from a page before are known already. */
export const withNext = (chunks: readonly Chunk[], page: readonly Push[]): Chunk[] => {
  const known = new Set(chunks.flatMap(({ items }) => items.map(({ id }) => id)));
  const fresh = page.filter(({ id }) => !known.has(id));
  const grown = [...chunks];
  while (fresh.length > 0) {
    const last = grown.at(-1);
    const room = last ? chunkSize - last.items.length : 0;
    if (last && room > 0) grown[grown.length - 1] = { ...last, items: [...last.items, ...fresh.splice(0, room)] };
    else grown.push({ key: nextKey(grown), items: fresh.splice(0, chunkSize) });
  }
  return grown;
};

/**
 * The newest page read again: what it no longer shows is gone, what lies below it stays. Undefined where it does not
 * reach down to what is known: a gap would leave deliveries out.
 */
export const withNewest = (chunks: readonly Chunk[], page: readonly Push[]): Chunk[] | undefined => {
  const ids = new Set(page.map(({ id }) => id));
  const reach = chunks.findLastIndex(({ items }) => items.some(({ id }) => ids.has(id)));
  const touched = chunks[reach];
  if (!touched) return undefined;
  const shared = touched.items.findLastIndex(({ id }) => ids.has(id));
  // Of ten thousand, only what the page covers is looked at.
  const before = chunks.slice(0, reach + 1).flatMap((chunk) => chunk.items);
  const known = new Map(before.map((push) => [push.id, push]));
  const newest = page.map((push) => {
    const earlier = known.get(push.id);
    return earlier && same(earlier, push) ? earlier : push;
  });
  const items = [...newest, ...touched.items.slice(shared + 1)];
  const rest = chunks.slice(reach + 1);
  if (sameItems(items, before)) return [...chunks];
  if (items.length < chunkSize * 1.5) return [{ ...touched, items }, ...rest];
  // The front keeps its key where it has one, so that rows stay the same rows.
  const split = items.length - chunkSize;
  const front = reach > 0 ? chunks[0] : undefined;
  return [
    { key: front?.key ?? nextKey(chunks), items: items.slice(0, split) },
    { ...touched, items: items.slice(split) },
    ...rest,
  ];
};

const nextKey = (chunks: readonly Chunk[]): number => chunks.reduce((most, { key }) => Math.max(most, key), 0) + 1;

/** What a customer or support should look at. */
export const isProblem = ({ status, errors }: Push): boolean =>
  status === 'failed' || status === 'timed-out' || errors.length > 0;

/** Words that say the same of many lines are said once; a refusal of a thousand lines stays readable. */
export const distinctWords = (
  errors: Push['errors'],
  most = 5,
): { readonly words: readonly string[]; readonly more: number } => {
  const distinct = [...new Set(errors.map(({ message }) => message))];
  return { words: distinct.slice(0, most), more: Math.max(0, distinct.length - most) };
};
