/** Everything that chance decides comes from here, so that a seed tells the whole story. */

export interface Random {
  /** Below 1. */
  next(): number;
  chance(probability: number): boolean;
  /** A whole number, both ends included. */
  int(from: number, to: number): number;
  pick<Value>(values: readonly Value[]): Value;
  /** Mostly near `from`, now and then far towards `to`, as waiting times are. */
  skewed(from: number, to: number): number;
  uuid(): string;
  /** How far the generator has come: two runs that drew alike show the same. */
  state(): number;
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0').slice(0, digits);

/** mulberry32, started from the seed's own hash so that neighbouring seeds differ at once. */
export const createRandom = (seed: number): Random => {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0;
  const word = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const next = (): number => word() / 0x1_0000_0000;
  const int = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    chance: (probability) => probability > 0 && next() < probability,
    int,
    pick: (values) => values[int(0, values.length - 1)]!,
    skewed: (from, to) => Math.round(from * (to / from) ** (next() ** 3)),
    uuid: () =>
      `${hex(word(), 8)}-${hex(word(), 4)}-4${hex(word(), 3)}-8${hex(word(), 3)}-${hex(word(), 8)}${hex(word(), 4)}`,
    state: () => state,
  };
};
