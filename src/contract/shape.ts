/**
 * Shapes of what comes over the wire. A library's reader would be the largest guest in a page that has these elements;
 * servers, where size is nothing, read everything else with zod.
 */

/** A value that does not fit; `path` leads to the place, and is empty for the whole. */
export class Misfit extends TypeError {
  readonly path: (string | number)[] = [];
}

export interface Shape<Value> {
  /** Only what the shape names, in a copy. Throws `Misfit`. */
  readonly parse: (value: unknown) => Value;
}

export type ValueOf<Of> = Of extends Shape<infer Value> ? Value : never;

type Fields = Readonly<Record<string, Shape<unknown>>>;
type Leavable<Of extends Fields> = { [Key in keyof Of]: undefined extends ValueOf<Of[Key]> ? Key : never }[keyof Of];
type Plain<Of> = { [Key in keyof Of]: Of[Key] };
type Whole<Of extends Fields> = Plain<
  { [Key in Exclude<keyof Of, Leavable<Of>>]: ValueOf<Of[Key]> } & { [Key in Leavable<Of>]?: ValueOf<Of[Key]> }
>;

const shape = <Value>(parse: (value: unknown) => Value): Shape<Value> => ({ parse });

/** The path is put together only where something does not fit. */
const inside = <Value>(key: string | number, { parse }: Shape<Value>, value: unknown): Value => {
  try {
    return parse(value);
  } catch (error) {
    if (error instanceof Misfit) error.path.unshift(key);
    throw error;
  }
};

export const text = (pattern = /^/, what = 'a string'): Shape<string> =>
  shape((value) => {
    if (typeof value === 'string' && pattern.test(value)) return value;
    throw new Misfit(`expected ${what}`);
  });

/** Without the space around it; something has to be left. */
export const trimmed = (most: number): Shape<string> =>
  shape((value) => {
    const kept = text().parse(value).trim();
    if (kept !== '' && kept.length <= most) return kept;
    throw new Misfit(`expected 1 to ${most} characters`);
  });

export const number: Shape<number> = shape((value) => {
  if (Number.isFinite(value) && typeof value === 'number') return value;
  throw new Misfit('expected a number');
});

/** One of these and nothing else. */
export const oneOf = <const Value extends string>(values: readonly Value[]): Shape<Value> =>
  shape((value) => {
    const known = values.find((each) => each === value);
    if (known !== undefined) return known;
    throw new Misfit(`expected one of ${values.join(', ')}`);
  });

/** Open to what a newer proxy may say: that reads as `unknown`. */
export const open = <const Value extends string>(values: readonly Value[]): Shape<Value | 'unknown'> =>
  shape((value) => {
    const word = text().parse(value);
    return values.find((known) => known === word) ?? 'unknown';
  });

export const optional = <Value>({ parse }: Shape<Value>): Shape<Value | undefined> =>
  shape((value) => (value === undefined ? undefined : parse(value)));

export const nullable = <Value>({ parse }: Shape<Value>): Shape<Value | null> =>
  shape((value) => (value === null ? null : parse(value)));

export const list = <Value>(item: Shape<Value>, least = 0, most = Infinity): Shape<Value[]> =>
  shape((value) => {
    if (!Array.isArray(value)) throw new Misfit('expected a list');
    if (value.length < least || value.length > most) throw new Misfit(`expected ${least} to ${most} items`);
    return value.map((each: unknown, index) => inside(index, item, each));
  });

export const object = <const Of extends Fields>(fields: Of): Shape<Whole<Of>> => {
  const entries = Object.entries(fields);
  return shape((value) => {
    if (typeof value !== 'object' || value === null) throw new Misfit('expected an object');
    const read: Record<string, unknown> = {};
    for (const [key, field] of entries) {
      const found = inside(key, field, Reflect.get(value, key));
      if (found !== undefined) read[key] = found;
    }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of the same fields; types do not follow a loop
    return read as Whole<Of>;
  });
};

/** Undefined for what does not fit. */
export const fitting = <Value>({ parse }: Shape<Value>, value: unknown): Value | undefined => {
  try {
    return parse(value);
  } catch (error) {
    if (error instanceof Misfit) return undefined;
    throw error;
  }
};
