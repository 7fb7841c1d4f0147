/**
 * The counts behind the governor, as a port: whoever shares a store shares the limits. What is here keeps
 * them in memory, for one process.
 */
import { CodatInvalidRequestError } from './errors.ts';
import { newerDay, type DayQuota } from './quota.ts';

export interface QuotaFacts {
  /** Nobody sends before; milliseconds since the epoch. In the past: open. */
  readonly closedUntil: number;
  /** As last told by an answer; undefined while none has. */
  readonly day: DayQuota | undefined;
  /** Requests that count against the minute. */
  readonly minuteUsed: number;
}

/**
 * Every method is called for every request, so none may cost a round trip each: a store in a database
 * answers `facts` from a copy, takes the minute's budget in portions and hands it out from memory (then
 * `take` answers at once), and writes what it is told behind its callers.
 */
export interface QuotaStore {
  facts(now: number): QuotaFacts;
  /**
   * Takes one request out of the minute's budget and answers 0; or takes nothing and answers for how many
   * milliseconds there is no use in asking again. It has to settle, for all wait for it; a rejection is
   * taken for 0, since Codat still says no itself.
   */
  take(now: number): number | Promise<number>;
  /** The end of a request that was taken. Codat counted it at some time before now. */
  release(now: number): void;
  /** Nobody sends before `until`. A later one stands. */
  close(until: number): void;
  /** Anybody may send, and what was known of the day is forgotten. */
  open(): void;
  /** An older reading does not replace a newer one. */
  observe(day: DayQuota): void;
}

const minuteMs = 60_000;

/** @throws {CodatInvalidRequestError} for a limit that would let nothing through, or everything. */
export function checkLimit(field: string, value: number): number {
  if (Number.isInteger(value) && value > 0) return value;
  throw new CodatInvalidRequestError(field, 'must be a whole number, 1 or more');
}

/**
 * A request holds its place from when it is sent until a minute after its end, so that of all the minutes
 * Codat may count in, by its own clock, none sees more than `perMinute`.
 *
 * @throws {CodatInvalidRequestError} for a `perMinute` that is no number of requests.
 */
export function createQuotaStore({ perMinute = 1_000 }: { readonly perMinute?: number | undefined } = {}): QuotaStore {
  /** A ring: when the last requests ended, oldest first. */
  const ends = new Float64Array(checkLimit('perMinute', perMinute));
  let first = 0;
  let ended = 0;
  let running = 0;
  let closedUntil = 0;
  let day: DayQuota | undefined;

  const oldest = (): number => ends[first] ?? 0;
  const forget = (now: number): void => {
    // What ended in the future was noted before the clock was set back.
    while (ended > 0 && (oldest() + minuteMs <= now || oldest() > now)) {
      first = (first + 1) % perMinute;
      ended -= 1;
    }
  };

  return {
    facts(now) {
      forget(now);
      return { closedUntil, day, minuteUsed: running + ended };
    },
    take(now) {
      forget(now);
      if (running + ended >= perMinute) return ended > 0 ? oldest() + minuteMs - now : minuteMs;
      running += 1;
      return 0;
    },
    release(now) {
      running -= 1;
      ends[(first + ended) % perMinute] = now;
      ended += 1;
    },
    close: (until) => void (closedUntil = Math.max(closedUntil, until)),
    open() {
      closedUntil = 0;
      day = undefined;
    },
    observe: (heard) => void (day = newerDay(day, heard)),
  };
}
