/**
 * The counts behind the governor, as a port: whoever shares a store shares the limits. What is here keeps
 * them in memory, for one process.
 */
import { CodatInvalidRequestError } from './errors.ts';
import { Minute } from './minute.ts';
import { newerDay, type DayQuota } from './quota.ts';

export interface QuotaFacts {
  /** Nobody sends before; milliseconds since the epoch. In the past: open. */
  readonly closedUntil: number;
  /** As last told by an answer; undefined while none has. */
  readonly day: DayQuota | undefined;
  /** Requests that count against the minute. */
  readonly minuteUsed: number;
  /** How many governors share a company's places, this one included; 1 where not given. */
  readonly sharedBy?: number | undefined;
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

/** @throws {CodatInvalidRequestError} for a limit that would let nothing through, or everything. */
export function checkLimit(field: string, value: number): number {
  if (Number.isInteger(value) && value > 0) return value;
  throw new CodatInvalidRequestError(field, 'must be a whole number, 1 or more');
}

/** @throws {CodatInvalidRequestError} for a `perMinute` that is no number of requests. */
export function createQuotaStore({ perMinute = 1_000 }: { readonly perMinute?: number | undefined } = {}): QuotaStore {
  const minute = new Minute(checkLimit('perMinute', perMinute));
  let closedUntil = 0;
  let day: DayQuota | undefined;

  return {
    facts: (now) => ({ closedUntil, day, minuteUsed: minute.held(now) }),
    take: (now) => (minute.take(now) ? 0 : minute.untilFree(now)),
    release: (now) => minute.release(now),
    close: (until) => void (closedUntil = Math.max(closedUntil, until)),
    open() {
      closedUntil = 0;
      day = undefined;
    },
    observe: (heard) => void (day = newerDay(day, heard)),
  };
}
