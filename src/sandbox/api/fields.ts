/** What members of a request can be, and what is said where they are not. */
import * as z from 'zod';
import { quote } from './errors.ts';
import { Decimal } from './wire.ts';

/** What is absent is told from what is of another type. */
const mustBe = (type: string) => ({
  error: ({ input }: { readonly input?: unknown }) => (input === undefined ? 'is required' : `must be ${type}`),
});

/** What is wrong where a schema has no words of its own; for `safeParse`. */
export const plainly: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is required' : `must be ${withArticle(issue.expected)}`;
    case 'invalid_value':
      return issue.input === undefined ? 'is required' : `must be one of ${issue.values.map(String).join(', ')}`;
    case 'unrecognized_keys':
      return `has no ${quote(issue.keys.join(', '))}`;
    case 'too_small':
      return issue.origin === 'number' || issue.origin === 'int' ? `must be at least ${issue.minimum}` : undefined;
    case 'too_big':
      return issue.origin === 'number' || issue.origin === 'int' ? `must be at most ${issue.maximum}` : undefined;
    default:
      return undefined;
  }
};

const types: Readonly<Record<string, string>> = { int: 'integer', array: 'list' };
function withArticle(type: string): string {
  const name = types[type] ?? type;
  return `${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name}`;
}

/** Free text of the caller's; long enough for anybody, short enough to keep. */
export const text = (longest = 4000) =>
  z.string(mustBe('a string')).max(longest, `must have at most ${longest} characters`);

export const requiredText = (longest?: number) => text(longest).min(1, 'must not be empty');

/** A JSON number, read with every digit. One step, because a push has two thousand of them. */
export const money = z.transform((input, context): string => {
  if (input instanceof Decimal && input.text !== 'NaN') return input.text;
  const wrong = input instanceof Decimal ? 'has more digits than an amount can have' : 'must be a number';
  context.addIssue({ code: 'custom', input, message: input === undefined ? 'is required' : wrong });
  return z.NEVER;
});

export const currencyCode = text(10).regex(/^[A-Z]{3}$/, 'must be a currency code of three capitals, such as GBP');

/** A calendar date, or a date-time, that exists. */
export const dateText = text(40).refine(
  isDate,
  'must be a date such as 2026-05-31 or a date-time such as 2026-05-31T10:21:00',
);

const dateForm =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?$/i;

export function isDate(value: string): boolean {
  if (!dateForm.test(value)) return false;
  const day = Number(value.slice(8, 10));
  // Every month has 28 days; a push of a thousand lines asks the calendar for the others only.
  return day <= 28 || day <= new Date(Date.UTC(Number(value.slice(0, 4)), Number(value.slice(5, 7)), 0)).getUTCDate();
}
