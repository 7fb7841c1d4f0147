/**
 * JSON in which money stays exact. A double loses digits (`9007199254740993.01`) and spelling (`1.10`),
 * so amounts are decimal strings on our side of the parser and JSON numbers on Codat's.
 *
 * Both directions work on the text: inside a JSON string every quote is escaped, so an unescaped quote,
 * a member name and a colon can only be that member. This keeps a mapping list of many megabytes five
 * times faster to read than a reviver would.
 */

/** The members whose numbers are money: read as decimal strings, written as JSON numbers. */
export const moneyMembers = ['amount', 'balance', 'sourceBalance', 'availableBalance', 'overdraftLimit'] as const;

export type JsonFault = 'not-json' | 'number-out-of-range' | 'forbidden-member' | 'doubled-member' | 'too-deep';

/** Text that is not JSON, or JSON that nobody sends in good faith. The message never quotes the text. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
  readonly code: JsonFault;
  constructor(code: JsonFault, message: string) {
    super(message);
    this.code = code;
  }
}

const number = String.raw`-?(?:0|[1-9]\d*)(?:\.\d+)?`;
const member = String.raw`(?<!\\)"(?:${moneyMembers.join('|')})"`;

const moneyRead = new RegExp(String.raw`(${member}\s*:\s*)(${number}(?:[eE][+-]?\d+)?)(?=\s*[,}])`, 'g');

// Tags are free text of the host's: a tag that happens to be called `balance` stays a string.
const moneyWrite = new RegExp(
  String.raw`(?<!\\)"tags":\{(?:"(?:[^"\\]|\\.)*"[:,]?)*\}|(${member}:)"(${number})"(?=[,}])`,
  'g',
);

const spelledOut = /\\u00(?:5f|6f|7[024])/i;
const farExponent = /[:,[\s]-?\d[\d.]*[eE]\+?\d{3}/;

/** Digits that a double cannot hold are more than 308 in a row: one of them stands at every 300th place. */
function hasLongNumber(text: string): boolean {
  for (let at = 299; at < text.length; at += 300) {
    const code = text.charCodeAt(at);
    if (code >= 0x30 && code <= 0x39 && /\d{300}/.test(text.slice(Math.max(0, at - 300), at + 300))) return true;
  }
  return false;
}

/** Rare enough in honest answers that only a text with one of these is looked at member by member. */
const isSuspicious = (text: string): boolean =>
  text.includes('__proto__') ||
  (text.includes('\\u00') && spelledOut.test(text)) ||
  farExponent.test(text) ||
  hasLongNumber(text);

/** More digits than any currency has; keeps `1e-999999999` from becoming a gigabyte of zeros. */
const longestExponent = 400;

function plainDecimal(source: string): string {
  const [, sign = '', whole = '', fraction = '', power = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(source) ?? [];
  const exponent = Number(power);
  if (!Number.isFinite(Number(source)) || Math.abs(exponent) > longestExponent) {
    throw new JsonError('number-out-of-range', 'The JSON holds a number that is out of range.');
  }
  const digits = whole + fraction;
  const point = whole.length + exponent;
  const before = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  const after = point > 0 ? digits.slice(point) : digits.padStart(digits.length - point, '0');
  return sign + before.replace(/^0+(?=\d)/, '') + (after === '' ? '' : `.${after}`);
}

function refuseHostile(key: string, value: unknown): unknown {
  if (key === '__proto__') {
    throw new JsonError('forbidden-member', 'The JSON holds a member called "__proto__".');
  }
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new JsonError('number-out-of-range', 'The JSON holds a number that is out of range.');
  }
  return value;
}

/**
 * Parses JSON with every number under a money member as its exact decimal string: `{"amount": 1.10}`
 * reads as `{amount: '1.10'}`, `1e2` as `'100'`. Other numbers stay numbers. Outside data still has to
 * pass a schema.
 *
 * @throws {JsonError} for text that is not JSON, numbers beyond a double, a member `__proto__`, or a
 *   nesting deeper than the stack.
 */
export function parseJson(text: string): unknown {
  const exact = text.replace(moneyRead, (_, name: string, source: string) => {
    return `${name}"${/[eE]/.test(source) ? plainDecimal(source) : source}"`;
  });
  try {
    return isSuspicious(exact) ? JSON.parse(exact, refuseHostile) : JSON.parse(exact);
  } catch (error) {
    if (error instanceof JsonError) throw error;
    if (error instanceof RangeError) throw new JsonError('too-deep', 'The JSON is nested too deeply.');
    // Without its cause, which quotes the text.
    throw new JsonError('not-json', 'The text is not valid JSON.');
  }
}

const backslash = 0x5c;
const colon = 0x3a;
const blanks = /\s*/y;

/** How many member names valid JSON has: its strings before a colon. A regular expression would overflow on long ones. */
function namesIn(text: string): number {
  let names = 0;
  for (let start = text.indexOf('"'); start !== -1;) {
    let end = text.indexOf('"', start + 1);
    for (;;) {
      let before = end - 1;
      while (text.charCodeAt(before) === backslash) before -= 1;
      if ((end - before) % 2 === 1) break;
      end = text.indexOf('"', end + 1);
    }
    let next = end + 1;
    if (text.charCodeAt(next) <= 0x20) {
      blanks.lastIndex = next;
      blanks.test(text);
      next = blanks.lastIndex;
    }
    if (text.charCodeAt(next) === colon) names += 1;
    start = text.indexOf('"', next);
  }
  return names;
}

function membersOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const members: readonly unknown[] = Object.values(value);
  return members.reduce<number>((sum, member) => sum + membersOf(member), Array.isArray(value) ? 0 : members.length);
}

/** A parser keeps the last of two members of one name, in silence: of two amounts, which was meant? */
function refuseDoubled(text: string, value: unknown): void {
  if (namesIn(text) !== membersOf(value))
    throw new JsonError('doubled-member', 'An object names a member twice; which of the two is meant cannot be told.');
}

/**
 * The same for a text whose faults are told one by one, later: money keeps its very spelling (`1e400` too), and
 * nothing is refused but what is no JSON, and an object that names a member twice.
 *
 * @throws {JsonError} for text that is not JSON, and for a doubled member.
 */
export function parseJsonAsWritten(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(moneyRead, '$1"$2"'));
  } catch {
    throw new JsonError('not-json', 'The text is not valid JSON.');
  }
  refuseDoubled(text, value);
  return value;
}

/**
 * The way back: decimal strings under money members are written as JSON numbers, digit for digit.
 * A string there that is no plain decimal stays a string, for the reader to refuse.
 */
export function stringifyJson(value: object): string {
  return JSON.stringify(value).replace(moneyWrite, (match: string, name?: string, source?: string) =>
    name === undefined || source === undefined ? match : name + source,
  );
}
