import { Problem } from './problem.ts';

const mostItems = 200;

/** `?cursor=&limit=` of a list. The cursor is opaque to the client: here the place of the next item. */
export interface PageRequest {
  readonly offset: number;
  readonly limit: number;
}

export const readPage = (query: (name: string) => string | undefined, defaultLimit = mostItems): PageRequest => {
  const limit = Number(query('limit') ?? defaultLimit);
  if (!Number.isInteger(limit) || limit < 1 || limit > mostItems)
    throw new Problem('invalid_request', `limit must be a whole number from 1 to ${mostItems}.`, { field: 'limit' });
  const cursor = query('cursor');
  const offset = cursor === undefined ? 0 : Number(/^o(\d{1,9})$/.exec(cursor)?.[1] ?? Number.NaN);
  if (Number.isNaN(offset))
    throw new Problem('invalid_request', 'cursor must be the nextCursor of the page before.', { field: 'cursor' });
  return { offset, limit };
};

export const slicePage = <Item>(
  items: readonly Item[],
  { offset, limit }: PageRequest,
): { items: Item[]; nextCursor: string | undefined } => ({
  items: items.slice(offset, offset + limit),
  nextCursor: offset + limit < items.length ? `o${offset + limit}` : undefined,
});
