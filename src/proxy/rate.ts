/** At most so many of something within so long a time, in the memory of this instance. */
export class Rate {
  readonly #taken = new Map<string, number[]>();
  readonly #now: () => number;
  readonly #most: number;
  readonly #within: number;

  /** `within` in milliseconds. */
  constructor(now: () => number, most: number, within: number) {
    this.#now = now;
    this.#most = most;
    this.#within = within;
  }

  /** Takes one and answers 0, or answers in how many seconds there will be one to take. */
  take(key: string): number {
    const now = this.#now();
    const recent = (this.#taken.get(key) ?? []).filter((at) => now - at < this.#within);
    const [oldest = now] = recent;
    if (recent.length >= this.#most) return Math.max(1, Math.ceil((oldest + this.#within - now) / 1000));
    if (this.#taken.size >= 10_000) this.#taken.clear();
    this.#taken.set(key, [...recent, now]);
    return 0;
  }
}
