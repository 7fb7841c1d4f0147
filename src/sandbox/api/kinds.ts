/** The kinds of values that lists can be filtered and ordered by, and how two of a kind compare. */
import { Decimal } from './wire.ts';

export type Kind = 'text' | 'number' | 'date' | 'flag';

/** What a list holds, as queries see it. */
export interface Listed {
  /** How refusals name it: `Could not resolve property colour on Company`. */
  readonly name: string;
  readonly service: 'ClientsApi' | 'PullApi' | 'PushApi';
  /** What `query` and `orderBy` may name, with dots for properties of properties. */
  readonly properties: Readonly<Record<string, Kind>>;
}

/** The plain values at a path: none, one, or one for each item of a list on the way. Own members only. */
export function valuesAt(item: unknown, path: readonly string[]): readonly unknown[] {
  const [name, ...rest] = path;
  if (name === undefined) return item === undefined || item === null ? [] : [item];
  if (Array.isArray(item)) return item.flatMap((each: unknown) => valuesAt(each, path));
  if (typeof item !== 'object' || item === null || !Object.hasOwn(item, name)) return [];
  return valuesAt(Object.entries(item).find(([key]) => key === name)?.[1], rest);
}

const number = /^(-?)(\d{1,100})(?:\.(\d{1,100}))?$/;
const date = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?$/i;

/** A value as text; money with the digits it has. */
export const textOf = (value: unknown): string => {
  if (value instanceof Decimal) return value.text;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
};

/** Digits of two numbers as whole numbers of the same scale: money is not compared through a double. */
function scaled(left: string, right: string): [bigint, bigint] {
  const [a, b] = [number.exec(left), number.exec(right)];
  const places = Math.max(a?.[3]?.length ?? 0, b?.[3]?.length ?? 0);
  const whole = (match: RegExpExecArray | null): bigint =>
    BigInt(`${match?.[1] ?? ''}${match?.[2] ?? '0'}${(match?.[3] ?? '').padEnd(places, '0')}`);
  return [whole(a), whole(b)];
}

/** An instant; without an offset it is UTC. */
const instant = (text: string): number => Date.parse(/T.*(?:Z|[+-]\d\d:\d\d)$/i.test(text) ? text : utcText(text));
const utcText = (text: string): string => (text.includes('T') ? `${text}Z` : text);

/** Whether a query may compare a property of this kind with this text. */
export function isOfKind(kind: Kind, text: string): boolean {
  switch (kind) {
    case 'number':
      return number.test(text);
    case 'date':
      return date.test(text) && Number.isFinite(instant(text));
    case 'flag':
      return text === 'true' || text === 'false';
    default:
      return true;
  }
}

const sign = <Value extends string | number | bigint>(left: Value, right: Value): number =>
  left < right ? -1 : left > right ? 1 : 0;

/** Negative, zero or positive, as the first is smaller than, equal to or greater than the second. */
export function compare(kind: Kind, left: string, right: string): number {
  if (kind === 'number') return sign(...scaled(left, right));
  return kind === 'date' ? sign(instant(left), instant(right)) : sign(left, right);
}
