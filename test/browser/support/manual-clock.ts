import type { Clock } from '../../../src/client/index.ts';

interface Sleeper {
  readonly until: number;
  readonly ms: number;
  readonly wake: () => void;
}

/** Time that stands still until a test moves it. */
export class ManualClock implements Clock {
  #now: number;
  #sleepers: Sleeper[] = [];
  #changed = Promise.withResolvers<void>();

  constructor(now = Date.UTC(2025, 0, 15, 12)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  /** In seconds, as tokens count. */
  seconds(): number {
    return Math.floor(this.#now / 1000);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const sleeper: Sleeper = { until: this.#now + ms, ms, wake: resolve };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal.reason);
      });
      this.#changed.resolve();
      this.#changed = Promise.withResolvers();
    });
  }

  advance(ms: number): void {
    this.#now += ms;
    const due = this.#sleepers.filter(({ until }) => until <= this.#now);
    this.#sleepers = this.#sleepers.filter(({ until }) => until > this.#now);
    for (const { wake } of due) wake();
  }

  /** Waits until somebody sleeps for a time of this range, and returns the moment it ends. */
  async asleep(atLeast: number, atMost: number): Promise<{ ms: number; until: number }> {
    for (;;) {
      const found = this.#sleepers.find(({ ms }) => ms >= atLeast && ms <= atMost);
      if (found !== undefined) return found;
      await this.#changed.promise;
    }
  }

  /** The same, moves on to that moment, and returns how long the sleep was. */
  async pass(atLeast: number, atMost: number): Promise<number> {
    const { ms, until } = await this.asleep(atLeast, atMost);
    this.advance(Math.max(0, until - this.#now));
    return ms;
  }
}
