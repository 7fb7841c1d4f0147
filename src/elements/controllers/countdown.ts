import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { systemClock, type Clock } from '../../client/clock.ts';

const minute = 60_000;
/** Minutes left at which it is said; more would only disturb. */
const moments: ReadonlySet<number> = new Set([5, 1, 0]);

/** Counts down, in minutes, to the end of what works for a while only. */
export class CountdownController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #say: (minutes: number) => void;
  readonly #clock: Clock;
  #running: AbortController | undefined;
  /** Begun minutes that are left; 0 when it is over, undefined where nothing is counted. */
  minutes: number | undefined;

  constructor(host: ReactiveControllerHost, say: (minutes: number) => void, clock: Clock = systemClock) {
    this.#host = host;
    this.#say = say;
    this.#clock = clock;
    host.addController(this);
  }

  /** An end that is past at the start is that of a reader's clock which is wrong: nothing is counted then. */
  start(expiresAt: string | undefined): void {
    this.stop();
    const end = Date.parse(expiresAt ?? '');
    if (!(end > this.#clock.now())) return;
    this.#running = new AbortController();
    this.#run(end, this.#running.signal).catch(() => undefined);
  }

  stop(): void {
    this.#running?.abort();
    this.#running = undefined;
    this.minutes = undefined;
    this.#host.requestUpdate();
  }

  hostDisconnected(): void {
    this.stop();
  }

  async #run(end: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      const left = end - this.#clock.now();
      const minutes = Math.max(0, Math.ceil(left / minute));
      if (minutes !== this.minutes) {
        const first = this.minutes === undefined;
        this.minutes = minutes;
        this.#host.requestUpdate();
        if (!first && moments.has(minutes)) this.#say(minutes);
      }
      if (minutes === 0) return;
      await this.#clock.sleep(left - (minutes - 1) * minute, signal);
    }
  }
}
