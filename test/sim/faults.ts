/** What goes wrong in one seed, and how often: drawn once, so that every seed has a weather of its own. */
import type { Random } from './random.ts';

const second = 1000;
const minute = 60 * second;

export interface Faults {
  /** Codat does not look at the Idempotency-Key. Then nothing may be repeated, and no request or answer is lost. */
  readonly keysIgnored: boolean;
  readonly instances: 1 | 2;
  /** Chances for one request. */
  readonly lostRequest: number;
  readonly lostReply: number;
  readonly unreachable: number;
  readonly slowConnect: number;
  readonly slowRequest: number;
  readonly throttled: number;
  readonly unauthorized: number;
  readonly errorWithoutEffect: number;
  readonly errorWithEffect: number;
  readonly slowCommit: number;
  readonly readFails: number;
  /** A 404 that comes before anything else, whatever became of an attempt before. */
  readonly notFound: number;
  /** The process freezes with its request almost out. */
  readonly freezeInRequest: number;
  /** Chances for one operation. */
  readonly failed: number;
  readonly failedTransient: number;
  /** A broken rule is a 400; else the operation fails later. */
  readonly refusesAtOnce: boolean;
  readonly timedOut: number;
  readonly longPending: number;
  readonly webhookLost: number;
  readonly webhookTwice: number;
  readonly webhookLate: number;
  /** Chances for one turn of a process, and how many there may be. */
  readonly crash: number;
  readonly freeze: number;
  readonly mostCrashes: number;
  readonly mostFreezes: number;
  /** A process asks the store and has no answer: before the commit, or after it. */
  readonly storeFails: number;
  /** Milliseconds by which Codat's clock is wrong. */
  readonly skew: number;
  /** No answer comes in this time; requests may arrive all the same. */
  readonly outage: { readonly from: number; readonly to: number; readonly requestsArrive: boolean } | undefined;
}

/** How bad a thing is in this seed: mostly absent, else heavy, so that the few that are there meet each other. */
const level = (random: Random, most: number): number => (random.chance(0.35) ? most * (0.1 + 0.9 * random.next()) : 0);

export const drawFaults = (random: Random): Faults => {
  const keysIgnored = random.chance(0.18);
  const lossy = keysIgnored ? 0 : 1;
  const calm = random.chance(0.1) ? 0 : 1;
  const from = random.int(0, 30) * minute;
  return {
    keysIgnored,
    instances: random.chance(keysIgnored ? 0.9 : 0.5) ? 2 : 1,
    lostRequest: calm * lossy * level(random, 0.4),
    lostReply: calm * lossy * level(random, 0.4),
    unreachable: calm * level(random, 0.3),
    slowConnect: calm * level(random, 0.2),
    slowRequest: calm * lossy * level(random, 0.3),
    throttled: calm * level(random, 0.3),
    unauthorized: calm * level(random, 0.12),
    errorWithoutEffect: calm * level(random, 0.4),
    errorWithEffect: calm * level(random, 0.4),
    slowCommit: calm * lossy * level(random, 0.4),
    readFails: calm * level(random, 0.5),
    notFound: calm * level(random, 0.04),
    freezeInRequest: calm * level(random, keysIgnored ? 0.5 : 0.15),
    failed: calm * level(random, 0.08),
    failedTransient: calm * level(random, 0.3),
    timedOut: calm * level(random, 0.2),
    longPending: calm * level(random, 0.15),
    webhookLost: random.chance(0.2) ? 1 : level(random, 0.6),
    webhookTwice: level(random, 0.6),
    webhookLate: level(random, 0.4),
    crash: calm * lossy * level(random, 0.02),
    freeze: calm * level(random, 0.01),
    mostCrashes: random.int(0, 5),
    mostFreezes: random.int(0, 3),
    storeFails: calm * lossy * level(random, 0.02),
    skew: random.int(-30, 30) * second,
    outage:
      calm * lossy > 0 && random.chance(0.15)
        ? {
            from,
            to: from + (random.chance(0.5) ? random.skewed(2, 60) : random.int(85, 200)) * minute,
            requestsArrive: random.chance(0.5),
          }
        : undefined,
    refusesAtOnce: random.chance(0.5),
  };
};

/** When everything is to come to rest, nothing goes wrong any more. */
export const noFaults = ({ instances, skew, keysIgnored, webhookLost, refusesAtOnce }: Faults): Faults => ({
  keysIgnored,
  instances,
  skew,
  webhookLost,
  refusesAtOnce,
  lostRequest: 0,
  lostReply: 0,
  unreachable: 0,
  slowConnect: 0,
  slowRequest: 0,
  throttled: 0,
  unauthorized: 0,
  errorWithoutEffect: 0,
  errorWithEffect: 0,
  slowCommit: 0,
  readFails: 0,
  notFound: 0,
  freezeInRequest: 0,
  failed: 0,
  failedTransient: 0,
  timedOut: 0,
  longPending: 0,
  webhookTwice: 0,
  webhookLate: 0,
  crash: 0,
  freeze: 0,
  mostCrashes: 0,
  mostFreezes: 0,
  storeFails: 0,
  outage: undefined,
});
