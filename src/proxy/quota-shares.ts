/**
 * How instances divide what Codat allows: pure, one step for each time an instance looks at the common row. Requests
 * of a minute are divided by address, since Codat counts them so; the day and a pause are everybody's.
 */
import * as z from 'zod';
import { newerDay, type DayQuota } from '../codat/quota.ts';

const share = z.object({
  address: z.string(),
  /** How many requests it may have in any minute. */
  places: z.number(),
  /** How many it had in the last one; more than its places where these were taken back. */
  held: z.number(),
  /** How many it would like to have; 0 where it has ended. */
  wanted: z.number(),
  seenAt: z.number(),
});
const sharedQuota = z.object({
  /** Nobody sends before; milliseconds since the epoch. */
  closedUntil: z.number(),
  day: z.optional(z.object({ limit: z.number(), remaining: z.number(), resetAt: z.number() })),
  /** How often Codat said that the quota was reset: what was known before is forgotten. */
  resets: z.number(),
  instances: z.record(z.string(), share),
});
export type Share = Readonly<z.infer<typeof share>>;
export type SharedQuota = z.infer<typeof sharedQuota>;

export const nothingShared: SharedQuota = { closedUntil: 0, resets: 0, instances: {} };

/** What cannot be read is begun anew: it is the memory of a minute. */
export const readShared = (text: string): SharedQuota => {
  try {
    return sharedQuota.parse(JSON.parse(text));
  } catch {
    return nothingShared;
  }
};

/** What an instance brings when it looks. */
export interface Report {
  readonly id: string;
  readonly address: string;
  readonly held: number;
  readonly wanted: number;
  readonly day: DayQuota | undefined;
  readonly closedUntil: number;
  /** The resets it knew when it last looked. */
  readonly resets: number;
  /** Codat told it of one since. */
  readonly reset: boolean;
}

/** Its last request may have begun after it was last seen, and holds its place for a minute after its end. */
const rememberedMs = 120_000;

/** Parts of a whole: nobody gets more than it wants, and nobody is given less for the sake of one that has more. */
export const fairParts = (whole: number, wanted: readonly number[]): readonly number[] => {
  const parts = wanted.map(() => 0);
  let left = Math.max(0, Math.floor(whole));
  const order = wanted.map((wants, index) => ({ wants, index })).toSorted((one, other) => one.wants - other.wants);
  for (const [served, { wants, index }] of order.entries()) {
    // Rounded up for the larger ones, so that all of it is given.
    const part = Math.min(wants, Math.floor(left / (order.length - served)));
    parts[index] = part;
    left -= part;
  }
  return parts;
};

const total = (shares: readonly Share[], of: (share: Share) => number): number =>
  shares.reduce((sum, one) => sum + of(one), 0);

/**
 * The row after this report. All places together are no more than the minute allows at an address, and no more than
 * what is left of the day: what was given to others is not given again before they give it back.
 */
export const divide = (shared: SharedQuota, report: Report, now: number, perMinute: number): SharedQuota => {
  const { id, address, held, wanted, reset } = report;
  const others = Object.entries(shared.instances).filter(
    ([other, { seenAt }]) => other !== id && seenAt > now - rememberedMs,
  );
  const resets = shared.resets + (reset ? 1 : 0);
  // A reading from before a reset that others told of is out of date; one from after it comes with the next answer.
  const current = report.resets === shared.resets || reset;
  const closedUntil = Math.max(reset ? 0 : shared.closedUntil, current ? report.closedUntil : 0);
  const known = reset ? undefined : shared.day;
  const day = current && report.day !== undefined ? newerDay(known, report.day) : known;

  // By name, so that of a remainder every instance gives the same one to the same.
  const all = [...others, [id, { ...report, places: 0, seenAt: now }] as const].toSorted(([one], [other]) =>
    one < other ? -1 : 1,
  );
  const part = (whole: number, members: typeof all): number =>
    fairParts(
      whole,
      members.map(([, member]) => member.wanted),
    )[members.findIndex(([name]) => name === id)] ?? 0;
  const taken = others.map(([, other]) => other);
  const near = taken.filter((other) => other.address === address);
  const ofMinute = Math.min(
    part(
      perMinute,
      all.filter(([, member]) => member.address === address),
    ),
    perMinute - total(near, (other) => Math.max(other.places, other.held)),
  );
  const left = day !== undefined && day.resetAt > now ? day.remaining : Infinity;
  const ofDay = left === Infinity ? left : Math.min(part(left, all), left - total(taken, (other) => other.places));
  const places = Math.max(0, Math.min(wanted, ofMinute, ofDay));
  return {
    closedUntil,
    ...(day === undefined ? {} : { day }),
    resets,
    instances: { ...Object.fromEntries(others), [id]: { address, places, held, wanted, seenAt: now } },
  };
};
