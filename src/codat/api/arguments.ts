import type * as z from 'zod';
import { CodatInvalidRequestError } from '../errors.ts';
import type { Query } from '../paths.ts';
import { stringifyJson } from '../schemas/json.ts';
import { defaultMaxBytes } from '../transport.ts';

/** What the caller gave, checked and written as the body's exact text; `name` begins the field's path. */
export function bodyOf<Schema extends z.ZodType<object>>(name: string, schema: Schema, given: z.input<Schema>): string {
  const parsed = schema.safeParse(given);
  if (parsed.success) return stringifyJson(parsed.data);
  const issue = parsed.error.issues[0];
  const path = (issue?.path ?? [])
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('');
  throw new CodatInvalidRequestError(name + path, `is not valid: ${issue?.message ?? 'unknown'}`);
}

/** Codat's paging. `query` and `orderBy` are in Codat's own language; a bad one is a 400. */
export interface ListOptions {
  /** From 1. */
  readonly page?: number | undefined;
  /** At most 5,000; 100 where not given. */
  readonly pageSize?: number | undefined;
  readonly query?: string | undefined;
  /** A field's name, with `-` before it for descending. */
  readonly orderBy?: string | undefined;
}

export function listQuery({ page, pageSize, query, orderBy }: ListOptions): Query {
  if (page !== undefined && !(Number.isInteger(page) && page >= 1)) {
    throw new CodatInvalidRequestError('page', 'must be a whole number from 1');
  }
  if (pageSize !== undefined && !(Number.isInteger(pageSize) && pageSize >= 1 && pageSize <= 5000)) {
    throw new CodatInvalidRequestError('pageSize', 'must be a whole number from 1 to 5000');
  }
  return { page, pageSize, query, orderBy };
}

/** A page of a hundred fits into the usual limit with room to spare; larger ones in proportion. */
export const pageBytes = ({ pageSize = 100 }: ListOptions): number => defaultMaxBytes * Math.ceil(pageSize / 100);
