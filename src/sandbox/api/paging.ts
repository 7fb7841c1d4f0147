import { ApiError } from './errors.ts';
import type { Call, Reply } from './operation.ts';
import { compare, type Kind, type Listed, textOf, valuesAt } from './kinds.ts';
import { kindOf, parseQuery } from './query.ts';

/** What a request may ask for, and what an answer holds at most: the document has both. */
const largestPage = { asked: 5000, answered: 2000 };

function wholeNumber(query: URLSearchParams, name: string, fallback: number, largest: number): number {
  const given = query.get(name);
  if (given === null) return fallback;
  const value = /^\d{1,9}$/.test(given) ? Number(given) : 0;
  if (value >= 1 && value <= largest) return value;
  throw new ApiError(400, `The parameter ${name} must be a whole number from 1 to ${largest}.`);
}

/** What has no value comes first. */
function order(kind: Kind, left: readonly unknown[], right: readonly unknown[]): number {
  if (left.length === 0 || right.length === 0) return Math.sign(left.length - right.length);
  return compare(kind, textOf(left[0]), textOf(right[0]));
}

export interface ListOptions<Item> {
  readonly items: readonly Item[];
  /** One item as it is shown; called for the page's items, and for all where a query or an order looks inside. */
  readonly view: (item: Item) => object;
  readonly listed: Listed;
}

/**
 * A page of a list in Codat's envelope: `page` from 1, `pageSize` up to 5000 (100 by default; the answer holds
 * at most 2000 and says so), `query`, `orderBy`. `totalResults` counts after the filter; the links are relative.
 */
export function page<Item>({ path, query }: Call, { items, view, listed }: ListOptions<Item>): Reply {
  const pageNumber = wholeNumber(query, 'page', 1, 999_999_999);
  const pageSize = Math.min(wholeNumber(query, 'pageSize', 100, largestPage.asked), largestPage.answered);
  const filter = query.get('query') ?? '';
  const orderBy = query.get('orderBy') ?? '';

  const shown = (): readonly object[] => {
    let views = items.map(view);
    if (filter !== '') views = views.filter(parseQuery(filter, listed));
    if (orderBy === '') return views;
    const property = orderBy.replace(/^-/, '');
    const kind = kindOf(listed, property, 'orderBy');
    const path = property.split('.');
    const sign = orderBy.startsWith('-') ? -1 : 1;
    return views.toSorted((a, b) => sign * order(kind, valuesAt(a, path), valuesAt(b, path)));
  };

  const start = (pageNumber - 1) * pageSize;
  const whole = filter !== '' || orderBy !== '' ? shown() : undefined;
  const totalResults = whole?.length ?? items.length;
  const results = whole?.slice(start, start + pageSize) ?? items.slice(start, start + pageSize).map(view);

  const link = (number: number) => {
    const rest = [...query].filter(([name]) => name !== 'page' && name !== 'pageSize');
    const parameters = [['page', String(number)], ['pageSize', String(pageSize)], ...rest];
    return { href: `${path}?${new URLSearchParams(parameters)}` };
  };
  return {
    status: 200,
    body: {
      results,
      pageNumber,
      pageSize,
      totalResults,
      _links: {
        self: { href: path },
        current: link(pageNumber),
        next: start + pageSize < totalResults ? link(pageNumber + 1) : undefined,
        previous: pageNumber > 1 ? link(pageNumber - 1) : undefined,
      },
    },
  };
}
