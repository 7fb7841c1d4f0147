/**
 * JSON as it crosses the sandbox's edge, with money exact. It stands apart from the client's reader on
 * purpose: here a number must be told from a string (the document takes only numbers), and a judge that
 * shared the client's code would share its mistakes.
 */

declare global {
  // In V8 since Node 22; the language's own types do not name it yet.
  interface JSON {
    rawJSON(text: string): unknown;
  }
}

type Reviver = (this: unknown, key: string, value: unknown, context?: { source?: string }) => unknown;

/** A decimal number with every digit it was written with. Serializes as a JSON number. */
export class Decimal {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toJSON(): unknown {
    return JSON.rawJSON(this.text);
  }
}

/** A decimal string as a JSON number; undefined and null stay what they are. */
export function decimal(text: string): Decimal;
export function decimal(text: string | undefined): Decimal | undefined;
export function decimal(text: string | null | undefined): Decimal | null | undefined;
export function decimal(text: string | null | undefined): Decimal | null | undefined {
  return typeof text === 'string' ? new Decimal(text) : text;
}

const moneyMembers = new Set(['amount', 'balance', 'sourceBalance', 'availableBalance', 'overdraftLimit']);
const longestNumber = 100;

/** Writes `1.5e3` out as `1500`; undefined where that would take more digits than any money has. */
function plain(source: string): string | undefined {
  if (source.length > longestNumber) return undefined;
  if (!/e/i.test(source)) return source;
  const [, sign = '', whole = '', fraction = '', power] = /^(-?)(\d+)(?:\.(\d+))?e([+-]?\d+)$/i.exec(source) ?? [];
  const shift = Number(power);
  if (Math.abs(shift) > longestNumber) return undefined;
  const digits = whole + fraction;
  const point = whole.length + shift;
  const before = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  const after = point > 0 ? digits.slice(point) : digits.padStart(digits.length - point, '0');
  return sign + before.replace(/^0+(?=\d)/, '') + (after === '' ? '' : `.${after}`);
}

const exact: Reviver = (key, value, context) =>
  typeof value === 'number' && moneyMembers.has(key) && context?.source !== undefined
    ? new Decimal(plain(context.source) ?? 'NaN')
    : value;

/**
 * What hardly any text has in it. One byte a character, or the whole text would take two; and more than ten, because
 * V8 looks up shorter texts in a table of all there are.
 */
const mark = '\u007f a decimal: ';
const moneyInText = new RegExp(
  `(?<!\\\\)("(?:${[...moneyMembers].join('|')})"[ \\t\\n\\r]*:[ \\t\\n\\r]*)` +
    '(-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][+-]?\\d+)?)(?=[ \\t\\n\\r]*[,}])',
  'g',
);

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function unmark(value: Record<string, unknown>): void {
  for (const key of Object.keys(value)) {
    const member = value[key];
    if (isObject(member)) unmark(member);
    else if (typeof member === 'string' && member.startsWith(mark)) {
      value[key] = new Decimal(plain(member.slice(mark.length)) ?? 'NaN');
    }
  }
}

/**
 * Money is made a marked string before the text is read, and a decimal after: a reviver alone would do, at
 * more than twice the cost. Text with escapes, in which names and marks can hide, or with the mark is left to the reviver.
 * @throws {SyntaxError | RangeError} for text that is not JSON or is nested deeper than the stack.
 */
export function readJson(text: string): unknown {
  if (text.includes('\\u') || text.includes(mark)) return JSON.parse(text, exact);
  const value: unknown = JSON.parse(text.replaceAll(moneyInText, `$1"${mark}$2"`));
  if (isObject(value)) unmark(value);
  return value;
}

export const writeJson = (value: object): string => JSON.stringify(value);

/** An answer's body that is JSON in UTF-8 already: what repeats in a long one is then written once. */
export class WrittenJson {
  readonly bytes: Uint8Array<ArrayBuffer>;
  constructor(parts: readonly Uint8Array[]) {
    this.bytes = Buffer.concat(parts);
  }
  get text(): string {
    return new TextDecoder().decode(this.bytes);
  }
}
