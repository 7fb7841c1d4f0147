import { ApiError } from './errors.ts';
import type { Call, Reply } from './operation.ts';
import { memberAt, parseQuery, textOf } from './query.ts';

const largestPage = 5000;

function wholeNumber(query: URLSearchParams, name: string, fallback: number, largest: number): number {
  const given = query.get(name);
  if (given === null) return fallback;
  const value = /^\d{1,9}$/.test(given) ? Number(given) : 0;
  if (value >= 1 && value <= largest) return value;
  throw new ApiError(400, `The parameter ${name} must be a whole number from 1 to ${largest}.`);
}

const order = (left: unknown, right: unknown): number => {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  const [a, b] = [textOf(left), textOf(right)];
  return a < b ? -1 : a > b ? 1 : 0;
};

export interface ListOptions<Item> {
  readonly items: readonly Item[];
  /** One item as it is shown; called for the page's items, and for all where a query or an order looks inside. */
  readonly view: (item: Item) => object;
  /** What `query` and `orderBy` may name. */
  readonly properties: readonly string[];
}

/**
 * A page of a list in Codat's envelope: `page` from 1, `pageSize` up to 5000 (100 by default), `query`,
 * `orderBy`. `totalResults` counts after the filter; the links are relative.
 */
export function page<Item>({ path, query }: Call, { items, view, properties }: ListOptions<Item>): Reply {
  const pageNumber = wholeNumber(query, 'page', 1, 999_999_999);
  const pageSize = wholeNumber(query, 'pageSize', 100, largestPage);
  const filter = query.get('query') ?? '';
  const orderBy = query.get('orderBy') ?? '';
  const known = new Set(properties);

  const shown = (): readonly object[] => {
    let views = items.map(view);
    if (filter !== '') views = views.filter(parseQuery(filter, known));
    if (orderBy === '') return views;
    const property = orderBy.replace(/^-/, '');
    if (!known.has(property)) {
      throw new ApiError(400, `Error parsing orderBy - Could not resolve property ${property.slice(0, 60)}.`);
    }
    const sign = orderBy.startsWith('-') ? -1 : 1;
    return views.toSorted((a, b) => sign * order(memberAt(a, property), memberAt(b, property)));
  };

  const start = (pageNumber - 1) * pageSize;
  const whole = filter !== '' || orderBy !== '' ? shown() : undefined;
  const totalResults = whole?.length ?? items.length;
  const results = whole?.slice(start, start + pageSize) ?? items.slice(start, start + pageSize).map(view);

  const link = (number: number) => {
    const parameters = new URLSearchParams(query);
    parameters.set('page', String(number));
    parameters.set('pageSize', String(pageSize));
    return { href: `${path}?${parameters}` };
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
