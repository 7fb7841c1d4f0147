/**
 * What Codat says of its limits and what follows from it: arithmetic without state. A day has 1,000
 * requests and as many again for each company that is connected; it ends at 00:00 UTC.
 */
import type { Headers } from './errors.ts';
import { retryAfterMs } from './retry.ts';
import type { Priority } from './transport.ts';

/** The day's quota as the headers of an answer tell it. */
export interface DayQuota {
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds since the epoch, UTC. */
  readonly resetAt: number;
}

const dayMs = 86_400_000;

/** The part of a day's requests, in percent, that is left to the more important ones. */
const reserve: Readonly<Record<Priority, number>> = { push: 0, user: 2, poll: 10 };

const countOf = (text: string | undefined): number | undefined =>
  /^\d{1,12}$/.test(text?.trim() ?? '') ? Number(text) : undefined;

/** A date of HTTP, or of ISO 8601 (UTC where it names no zone). */
function instantOf(text: string | undefined): number | undefined {
  const value = text?.trim() ?? '';
  if (!/^(?:[A-Z][a-z]{2}|\d{4}-\d\d-\d\d)/.test(value)) return undefined;
  const instant = Date.parse(/^[\d-]+T[\d:.]+$/.test(value) ? `${value}Z` : value);
  return Number.isNaN(instant) ? undefined : instant;
}

/** X-Rate-Limit-Limit, -Remaining and -Reset; undefined where they make no day that is still running. */
export function readDay(headers: Headers, now: number): DayQuota | undefined {
  const limit = countOf(headers['x-rate-limit-limit']);
  const remaining = countOf(headers['x-rate-limit-remaining']);
  const resetAt = instantOf(headers['x-rate-limit-reset']);
  if (limit === undefined || remaining === undefined || resetAt === undefined) return undefined;
  // A clock that is wrong by more than a day says nothing about a day.
  return resetAt > now && resetAt <= now + 2 * dayMs ? { limit, remaining, resetAt } : undefined;
}

/**
 * The newer of two readings, in whatever order their answers came: within a day what is used up only
 * grows, while the limit, and with it the rest, moves as companies connect.
 */
export function newerDay(known: DayQuota | undefined, heard: DayQuota): DayQuota {
  if (known === undefined) return heard;
  // The reset may be told with some jitter; days are a day apart.
  if (Math.abs(heard.resetAt - known.resetAt) > dayMs / 2) return heard.resetAt > known.resetAt ? heard : known;
  return heard.limit - heard.remaining >= known.limit - known.remaining ? heard : known;
}

/**
 * Whether the day has room. Requests under way may or may not be in `remaining` already, so they are
 * taken off; where it hangs on them alone, `wait`: their answers tell. `held`: not before the reset.
 */
export function dayRoom(
  day: DayQuota | undefined,
  running: number,
  priority: Priority,
  now: number,
): 'free' | 'wait' | 'held' {
  if (day === undefined || day.resetAt <= now) return 'free';
  const kept = Math.ceil((day.limit * reserve[priority]) / 100);
  if (day.remaining - running > kept) return 'free';
  return day.remaining > kept && running > 0 ? 'wait' : 'held';
}

/**
 * Until when nothing is sent after a 429: the day's reset where nothing is left of it, else as long as
 * Retry-After says (a second for too many at a time), never longer than a day.
 */
export function pauseAfter429(headers: Headers, now: number): number {
  const day = readDay(headers, now);
  const until = day?.remaining === 0 ? day.resetAt : now + (retryAfterMs(headers, now) ?? 1_000);
  return atMostADay(until, now);
}

/** No pause outlives the reset of the day. */
export const atMostADay = (until: number, now: number): number => Math.min(until, now + dayMs);
