/**
 * Codat's query language: `property op value`, joined by `&&` and `||`, grouped by `{ }`. Text compares
 * with `=`, `!=` and `~` (contains) whatever its case, numbers and dates with `=`, `!=` and by size. A property
 * inside a list, such as `dataConnections.status`, equals a value when one of the items does.
 */
import { ApiError } from './errors.ts';
import { compare, isOfKind, type Kind, type Listed, textOf, valuesAt } from './kinds.ts';

export type Predicate = (item: object) => boolean;

const longestQuery = 2048;
const deepestGroup = 50;

type Comparison = '=' | '!=' | '~' | '>' | '<' | '>=' | '<=';
const isComparison = (text: string): text is Comparison => ['=', '!=', '~', '>', '<', '>=', '<='].includes(text);

const comparisons: Readonly<Record<Kind, readonly Comparison[]>> = {
  text: ['=', '!=', '~'],
  number: ['=', '!=', '>', '<', '>=', '<='],
  date: ['=', '!=', '>', '<', '>=', '<='],
  flag: ['=', '!='],
};

function holds(kind: Kind, operator: Comparison, value: string, wanted: string): boolean {
  if (operator === '~') return value.toLowerCase().includes(wanted.toLowerCase());
  const difference =
    kind === 'text' ? compare(kind, value.toLowerCase(), wanted.toLowerCase()) : compare(kind, value, wanted);
  switch (operator) {
    case '=':
      return difference === 0;
    case '!=':
      return difference !== 0;
    case '>':
      return difference > 0;
    case '<':
      return difference < 0;
    case '>=':
      return difference >= 0;
    case '<=':
      return difference <= 0;
    default:
      return operator satisfies never;
  }
}

/** One property as the parser sees it. */
interface Property {
  readonly kind: Kind;
  readonly read: (item: object) => readonly unknown[];
}

interface Grammar {
  readonly property: (name: string) => Property;
  readonly malformed: () => ApiError;
}

function parse(query: string, { property, malformed }: Grammar): Predicate {
  if (query.length >= longestQuery) throw malformed();
  const tokens = query.match(/&&|\|\||[{}]|(?:[^{}&|]|&(?!&)|\|(?!\|))+/g)?.map((token) => token.trim()) ?? [];
  const parts = tokens.filter((token) => token !== '');
  let index = 0;
  let depth = 0;

  const condition = (): Predicate => {
    const token = parts[index++];
    if (token === undefined) throw malformed();
    if (token === '{') {
      if (++depth > deepestGroup) throw malformed();
      const inner = either();
      if (parts[index++] !== '}') throw malformed();
      depth -= 1;
      return inner;
    }
    const [, name = '', operator = '', given = ''] = /^([^=!~<>]+?)\s*(!=|>=|<=|=|~|>|<)\s*(.+)$/s.exec(token) ?? [];
    if (!isComparison(operator)) throw malformed();
    const { kind, read } = property(name);
    const [, double, single] = /^"(.*)"$|^'(.*)'$/s.exec(given) ?? [];
    const wanted = double ?? single ?? given;
    if (!comparisons[kind].includes(operator) || !isOfKind(kind, wanted)) throw malformed();
    // Unequal to a list is unequal to all of it, and so to nothing.
    if (operator === '!=') return (item) => read(item).every((value) => holds(kind, '!=', textOf(value), wanted));
    return (item) => read(item).some((value) => holds(kind, operator, textOf(value), wanted));
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

/** The kind of a property that a list can be asked for. @throws {ApiError} 400 for one it does not have. */
export function kindOf(listed: Listed, name: string, parameter: 'query' | 'orderBy'): Kind {
  const kind = Object.hasOwn(listed.properties, name) ? listed.properties[name] : undefined;
  if (kind !== undefined) return kind;
  const message = `Error parsing ${parameter} - Could not resolve property ${name.slice(0, 60)} on ${listed.name}`;
  throw new ApiError(400, message, { service: listed.service });
}

/** @throws {ApiError} 400 for a query that does not parse, is too long, or names a property the list does not have. */
export function parseQuery(query: string, listed: Listed): Predicate {
  return parse(query, {
    property(name) {
      const path = name.split('.');
      return { kind: kindOf(listed, name, 'query'), read: (item) => valuesAt(item, path) };
    },
    malformed: () => new ApiError(400, 'Error parsing query - Malformed query.', { service: listed.service }),
  });
}

/** The same language over tags, whose names are their owner's. @throws {ApiError} 400 */
export function parseTags(query: string): (tags: Readonly<Record<string, string>>) => boolean {
  return parse(query, {
    property: (name) => ({ kind: 'text', read: (tags) => valuesAt(tags, [name]) }),
    malformed: () => new ApiError(400, 'Error parsing query - Malformed query.', { service: 'ClientsApi' }),
  });
}
