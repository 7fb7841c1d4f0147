/**
 * When a request is made again: the policy Codat publishes with its API document (`x-speakeasy-retries`)
 * and follows in its SDKs. Here it holds for reads; a write is repeated only where the call asks for it.
 */
import { CodatInvalidRequestError, type Headers } from './errors.ts';

export interface RetryPolicy {
  /** Milliseconds before the second attempt. */
  readonly initialInterval: number;
  /** The longest wait between two attempts, in milliseconds. Retry-After may ask for more. */
  readonly maxInterval: number;
  /** Each wait is this many times the one before. */
  readonly exponent: number;
  /** No attempt begins later than this after the first, in milliseconds. */
  readonly maxElapsedTime: number;
  readonly retryConnectionErrors: boolean;
}

export const publishedRetries: RetryPolicy = {
  initialInterval: 500,
  maxInterval: 60_000,
  exponent: 1.5,
  maxElapsedTime: 3_600_000,
  retryConnectionErrors: true,
};

export type Retries = 'none' | Partial<RetryPolicy>;

/** @throws {CodatInvalidRequestError} for a figure that is no duration; `field` is the option's name. */
export function retriesOf(field: string, retries: Retries | undefined): RetryPolicy | undefined {
  if (retries === 'none') return undefined;
  const given = Object.fromEntries(Object.entries(retries ?? {}).filter(([, value]) => value !== undefined));
  const policy: RetryPolicy = { ...publishedRetries, ...given };
  for (const name of ['initialInterval', 'maxInterval', 'exponent', 'maxElapsedTime'] as const) {
    if (!(policy[name] >= (name === 'exponent' ? 1 : 0))) {
      const least = name === 'exponent' ? 'a factor of at least 1' : 'milliseconds, 0 or more';
      throw new CodatInvalidRequestError(`${field}.${name}`, `must be ${least}`);
    }
  }
  return policy;
}

export const isRetriedStatus = (status: number): boolean => status === 408 || status === 429 || status >= 500;

/** Time and chance, so that tests need neither. */
export interface Clock {
  /** Milliseconds since the epoch, UTC. */
  now(): number;
  /** Resolves after `ms`, or at once when the signal aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      // A longer timer would overflow and fire at once.
      const timer = setTimeout(done, Math.min(ms, 2 ** 31 - 1));
      signal?.addEventListener('abort', done);
    }),
};

/** Retry-After in milliseconds from `now`: seconds, or a date of HTTP; undefined where it is neither. */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const value = headers['retry-after']?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(value)) return Math.min(Number(value) * 1000, Number.MAX_SAFE_INTEGER);
  const date = /^[A-Z][a-z]{2}/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/**
 * The wait after attempt `attempt`, counted from 1: what Codat asks for, else the backoff, up to a fifth
 * longer so that clients which failed together do not return together.
 */
export function waitAfter(policy: RetryPolicy, attempt: number, after: number, random: () => number): number {
  if (after > 0) return after;
  // Nothing times an infinite power would be no number.
  const power = Math.min(policy.exponent ** (attempt - 1), Number.MAX_SAFE_INTEGER);
  return Math.min(policy.maxInterval, policy.initialInterval * power * (1 + random() / 5));
}
