import type { Clock } from '../../../../src/outbox/model.ts';

/** Time that stands still until it is moved to the next sleeper. */
export class TestClock implements Clock {
  #now: number;
  readonly #sleepers = new Set<{ readonly at: number; readonly wake: () => void }>();

  constructor(start = '2026-03-10T12:00:00Z') {
    this.#now = Date.parse(start);
  }

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const sleeper = {
        at: this.#now + ms,
        wake: () => {
          this.#sleepers.delete(sleeper);
          signal?.removeEventListener('abort', sleeper.wake);
          resolve();
        },
      };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', sleeper.wake, { once: true });
    });
  }

  /** Moves time and wakes everybody whose time has come, in order. */
  advance(ms: number): void {
    const target = this.#now + ms;
    for (;;) {
      const next = [...this.#sleepers].filter(({ at }) => at <= target).toSorted((one, other) => one.at - other.at)[0];
      if (next === undefined) break;
      this.#now = Math.max(this.#now, next.at);
      next.wake();
    }
    this.#now = target;
  }

  /** Milliseconds to the next sleeper; infinite where nobody sleeps. */
  untilNext(): number {
    const times = [...this.#sleepers].map(({ at }) => at);
    return Math.max(0, Math.min(...times) - this.#now);
  }

  /** Moves to the next sleeper; false where nobody sleeps. */
  advanceToNext(): boolean {
    if (this.#sleepers.size === 0) return false;
    this.advance(this.untilNext());
    return true;
  }
}
