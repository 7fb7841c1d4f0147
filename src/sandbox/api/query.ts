/**
 * Codat's query language: `property op value`, joined by `&&` and `||`, grouped by `{ }`. Text compares
 * with `=`, `!=` and `~` (contains), numbers and dates also by size.
 */
import { ApiError } from './errors.ts';
import { Decimal } from './wire.ts';

export type Predicate = (item: object) => boolean;

const longestQuery = 2048;
const mostGroups = 50;

const malformed = (): ApiError => new ApiError(400, 'Error parsing query - Malformed query.');

/** The value at a dotted path; own members only. */
export function memberAt(item: unknown, path: string): unknown {
  let value = item;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = Object.entries(value).find(([key]) => key === name)?.[1];
  }
  return value instanceof Decimal ? Number(value.text) : value;
}

/** A plain value as text; nothing, and what is no plain value, is empty. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';

type Comparison = '=' | '!=' | '~' | '>' | '<' | '>=' | '<=';

/** Two values as something that can be compared by size: numbers, instants, or else text. */
function sides(value: unknown, wanted: string): [number | string, number | string] {
  const number = Number(wanted);
  if (typeof value === 'number' && wanted !== '' && Number.isFinite(number)) return [value, number];
  const have = textOf(value);
  if (/^\d{4}-\d\d-\d\d/.test(have) && /^\d{4}-\d\d-\d\d/.test(wanted)) {
    const [left, right] = [Date.parse(have), Date.parse(wanted)];
    if (Number.isFinite(left) && Number.isFinite(right)) return [left, right];
  }
  return [have.toLowerCase(), wanted.toLowerCase()];
}

function compare(value: unknown, operator: Comparison, wanted: string): boolean {
  const [left, right] = sides(value, wanted);
  switch (operator) {
    case '=':
      return value !== undefined && left === right;
    case '!=':
      return left !== right;
    case '~':
      return textOf(value).toLowerCase().includes(wanted.toLowerCase());
    case '>':
      return value !== undefined && left > right;
    case '<':
      return value !== undefined && left < right;
    case '>=':
      return value !== undefined && left >= right;
    case '<=':
      return value !== undefined && left <= right;
    default:
      return operator satisfies never;
  }
}

const isComparison = (text: string): text is Comparison => ['=', '!=', '~', '>', '<', '>=', '<='].includes(text);

/** @throws {ApiError} 400 for a query that does not parse or names a property the list does not have. */
export function parseQuery(query: string, properties: ReadonlySet<string> | 'any'): Predicate {
  if (query.length >= longestQuery) throw malformed();
  const tokens = query.match(/&&|\|\||[{}]|(?:[^{}&|]|&(?!&)|\|(?!\|))+/g)?.map((token) => token.trim()) ?? [];
  const parts = tokens.filter((token) => token !== '');
  let index = 0;
  let depth = 0;

  const condition = (): Predicate => {
    const token = parts[index++];
    if (token === undefined) throw malformed();
    if (token === '{') {
      if (++depth > mostGroups) throw malformed();
      const inner = either();
      if (parts[index++] !== '}') throw malformed();
      depth -= 1;
      return inner;
    }
    const [, property = '', operator = '', quoted = ''] = /^([\w.-]+)\s*(!=|>=|<=|=|~|>|<)\s*(.+)$/s.exec(token) ?? [];
    if (!isComparison(operator)) throw malformed();
    if (properties !== 'any' && !properties.has(property)) {
      throw new ApiError(400, `Error parsing query - Could not resolve property ${property.slice(0, 60)}.`);
    }
    const wanted =
      /^"(.*)"$|^'(.*)'$/s
        .exec(quoted)
        ?.slice(1)
        .find((each) => each !== undefined) ?? quoted;
    return (item) => compare(memberAt(item, property), operator, wanted);
  };

  const both = (): Predicate => {
    let left = condition();
    while (parts[index] === '&&') {
      index += 1;
      const [first, second] = [left, condition()];
      left = (item) => first(item) && second(item);
    }
    return left;
  };

  function either(): Predicate {
    let left = both();
    while (parts[index] === '||') {
      index += 1;
      const [first, second] = [left, both()];
      left = (item) => first(item) || second(item);
    }
    return left;
  }

  const predicate = either();
  if (index !== parts.length) throw malformed();
  return predicate;
}
