/** What must not be seen, and all the spellings in which it is looked for. */

/** `number`: of an account. `internal`: for no page, but no secret of the log that is written to find faults. */
export const kinds = ['secret', 'session', 'number', 'link', 'otp', 'credentials', 'internal'] as const;
export type Kind = (typeof kinds)[number];

export interface Secret {
  readonly kind: Kind;
  readonly name: string;
}

interface Known extends Secret {
  /** As it is; digits only where they are no part of a longer number. */
  readonly plain: string | RegExp;
  /** Base64 wherever it begins, in both alphabets, hexadecimal, and backwards. */
  readonly spelled: readonly string[];
}

/** Less is found by chance in what has nothing to do with it. */
const shortest = 6;
const shortestSecret = 12;
const mostShortLived = 60;
const mostClean = 500;
const longestClean = 4_000;

const escaped = (text: string): string => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);

/** The middle of the Base64 of a text that `before` bytes stand in front of: what those bytes leave alone. */
const base64 = (text: string, before: number): string => {
  const bytes = Buffer.from(text);
  const from = before === 0 ? 0 : 4;
  const until = Math.floor(((before + bytes.length) * 8) / 6);
  return Buffer.concat([Buffer.alloc(before), bytes])
    .toString('base64')
    .slice(from, until);
};

const spellings = (value: string): readonly string[] => {
  const encoded = [0, 1, 2].map((before) => base64(value, before)).filter((text) => text.length >= shortest);
  const url = encoded.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  const hex = Buffer.from(value).toString('hex');
  return [...new Set([...encoded, ...url, hex, hex.toUpperCase(), Array.from(value).toReversed().join('')])];
};

const unescaped = (text: string): string =>
  text
    .replaceAll(/\\u([\da-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replaceAll(/\\(["/\\])/g, '$1');
export const percentDecoded = (text: string): string =>
  text.replaceAll(/(?:%[\da-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString());

const isIn = (text: string, { plain, spelled }: Known): boolean =>
  (typeof plain === 'string' ? text.includes(plain) : plain.test(text)) || spelled.some((one) => text.includes(one));

export class Secrets {
  readonly #known = new Map<string, Known>();
  readonly #shortLived: string[] = [];
  /** What was looked at and had nothing in it. */
  readonly #clean = new Set<string>();

  learn(kind: Kind, name: string, value: unknown): void {
    if (
      typeof value !== 'string' ||
      value.length < (kind === 'secret' ? shortestSecret : shortest) ||
      this.#known.has(value)
    )
      return;
    // Digits may be a part of any other number, and so may their spellings.
    const lasts = kind !== 'session' && kind !== 'link' && kind !== 'otp';
    // Digits may be a part of any other number, and so may their spellings.
    const isDigits = /^\d[\d-]*$/.test(value);
    const plain = isDigits ? new RegExp(`(?<![\\da-f.])${escaped(value)}(?![\\da-f])`, 'i') : value;
    const spelled = lasts && !(isDigits && value.length < 8) ? spellings(value) : [];
    this.#known.set(value, { kind, name, plain, spelled });
    this.#clean.clear();
    if (lasts) return;
    // Tests make thousands of them, and use the last ones.
    this.#shortLived.push(value);
    if (this.#shortLived.length > mostShortLived) this.#known.delete(this.#shortLived.shift() ?? '');
  }

  /** What is in a text, in whatever spelling, of the kinds that are asked for. */
  find(text: string, allowed: ReadonlySet<Kind>): Secret | undefined {
    // Most answers of a fuzz are one and the same.
    const key = `${[...allowed].join(' ')}\n${text}`;
    if (this.#clean.has(key)) return undefined;
    const found = this.#search(text, allowed);
    if (found !== undefined) return { kind: found.kind, name: found.name };
    if (this.#clean.size >= mostClean) this.#clean.clear();
    if (text.length < longestClean) this.#clean.add(key);
    return undefined;
  }

  #search(text: string, allowed: ReadonlySet<Kind>): Secret | undefined {
    const views = [text];
    if (text.includes('\\')) views.push(unescaped(text));
    if (text.includes('%')) views.push(percentDecoded(text));
    for (const one of this.#known.values())
      if (!allowed.has(one.kind) && views.some((view) => isIn(view, one))) return one;
    return undefined;
  }
}
