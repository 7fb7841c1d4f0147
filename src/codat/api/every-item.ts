/** A paged list as one stream: the same way of walking for every list of Codat's. */
import { CodatInvalidResponseError } from '../errors.ts';
import type { ListOptions } from './arguments.ts';

/** Codat's paging without the page, which is counted here. */
export type ListAllOptions = Omit<ListOptions, 'page'>;

interface Page<Item> {
  readonly results: readonly Item[];
  readonly pageSize: number;
  readonly totalResults: number;
}

/**
 * Yields each item once, reading a page when its first item is asked for. Pages are counted by number;
 * Codat's links are not followed. Where items were removed since the page before, those behind them have
 * moved to the front, perhaps onto a page already read: that is read again, so that none is left out.
 *
 * @throws {CodatInvalidResponseError} where the pages go on without ever bringing anything new.
 */
export async function* everyItem<Item>(
  operation: string,
  idOf: (item: Item) => string | undefined,
  read: (page: number) => Promise<Page<Item>>,
): AsyncGenerator<Item, void, undefined> {
  const seen = new Set<string>();
  let yielded = 0;
  let total = 0;
  /** The last page that brought anything. */
  let furthest = 1;
  let fruitless = 0;
  for (let number = 1; ;) {
    const { results, pageSize, totalResults } = await read(number);
    const removed = total - totalResults;
    total = totalResults;
    fruitless += 1;
    // Reading again from the front takes `furthest` pages; what brings nothing for longer goes round in circles.
    if (fruitless > 2 * furthest + 10) {
      throw new CodatInvalidResponseError(operation, 'its pages bring nothing new and do not end');
    }
    if (removed > 0 && number > 1) {
      number = Math.max(1, number - Math.ceil(removed / Math.max(1, pageSize)));
      continue;
    }
    for (const item of results) {
      const id = idOf(item);
      if (id !== undefined && seen.has(id)) continue;
      if (id !== undefined) seen.add(id);
      fruitless = 0;
      furthest = Math.max(furthest, number);
      yielded += 1;
      yield item;
    }
    // Both: a server may give shorter pages than it says, and items that have gone were counted, too.
    const reached = (number - 1) * pageSize + results.length >= totalResults;
    if (results.length === 0 || (reached && yielded >= totalResults)) return;
    number += 1;
  }
}
