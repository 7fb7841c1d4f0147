/** The requests of the last minute, as a count with a limit. */

const minuteMs = 60_000;

/**
 * A request holds its place from when it is sent until a minute after its end, so that of all the minutes Codat may
 * count in, by its own clock, none sees more than the limit.
 */
export class Minute {
  /** May be lowered below what is held: then none is given out until enough are free again. */
  limit: number;
  /** A ring: when the last requests ended, oldest first. */
  readonly #ends: Float64Array;
  #first = 0;
  #ended = 0;
  #running = 0;

  /** `most` is the highest limit there will be. */
  constructor(most: number, limit = most) {
    this.#ends = new Float64Array(most);
    this.limit = limit;
  }

  held(now: number): number {
    // What ended in the future was noted before the clock was set back.
    while (this.#ended > 0 && (this.#oldest + minuteMs <= now || this.#oldest > now)) {
      this.#first = (this.#first + 1) % this.#ends.length;
      this.#ended -= 1;
    }
    return this.#running + this.#ended;
  }

  take(now: number): boolean {
    if (this.held(now) >= this.limit) return false;
    this.#running += 1;
    return true;
  }

  release(now: number): void {
    this.#running -= 1;
    this.#ends[(this.#first + this.#ended) % this.#ends.length] = now;
    this.#ended += 1;
  }

  /** Milliseconds until the first place is free again; a minute where all are under way. */
  untilFree(now: number): number {
    this.held(now);
    return this.#ended > 0 ? this.#oldest + minuteMs - now : minuteMs;
  }

  get #oldest(): number {
    return this.#ends[this.#first] ?? 0;
  }
}
