import { createHash } from 'node:crypto';

/** Every id the sandbox makes, drawn from a seed: the same calls in the same order give the same ids. */
export interface Ids {
  /** The next UUID of a kind; kinds do not disturb one another. */
  next(kind: string): string;
  /** The one UUID that belongs to a name. */
  named(name: string): string;
  /** 32 bytes that belong to a name. */
  bytes(name: string): Buffer;
  /** How many of each kind were drawn, to go on from after a restart. */
  counters(): Record<string, number>;
}

export function createIds(seed: string, drawn: Readonly<Record<string, number>> = {}): Ids {
  const counts = new Map(Object.entries(drawn));
  const bytes = (name: string): Buffer => createHash('sha256').update(`${seed}\n${name}`).digest();
  const named = (name: string): string => {
    const digest = bytes(name);
    // The marks of a random UUID (version 4), so that whoever checks the form accepts it.
    digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x40;
    digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
    const hex = digest.toString('hex', 0, 16);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  };
  return {
    next(kind) {
      const count = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, count);
      return named(`${kind}#${count}`);
    },
    named,
    bytes,
    counters: () => Object.fromEntries(counts),
  };
}
