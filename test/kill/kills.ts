/** Processes that are killed, at named points and at random, and processes that freeze and wake up late. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ProbePoint } from '../../src/outbox/probe.ts';
import { runTrial, type Outcome, type World } from './trial.ts';

export interface Struck extends Outcome {
  /** Whether it came to what was meant to happen. */
  readonly struck: boolean;
  /** From restart or lease expiry, whichever was later, to the next push; undefined where nobody had to come back. */
  readonly recovery?: number | undefined;
}

export type Strike = { readonly kind: 'point'; readonly point: ProbePoint } | { readonly kind: 'random' };

export interface KillOptions {
  readonly lease: number;
  readonly rounds?: number | undefined;
  /** Which time the point is reached; drawn where not given. */
  readonly nth?: number | undefined;
  /** When the lease on the company's connection ends, as the store says; undefined where nobody holds it. */
  readonly leaseUntil: (companyId: string) => Promise<number | undefined>;
}

export const runKill = async (world: World, strike: Strike, options: KillOptions): Promise<Struck> => {
  const { fleet, random, upstream } = world;
  const doubt = options.rounds === undefined && random.chance(0.25);
  let killedAt: number | undefined;
  let back = 0;
  let company = '';
  const outcome = await runTrial(world, {
    faults: { doubt, lost: random.chance(0.5), throttle: random.chance(0.3) },
    rounds: options.rounds,
    async act({ companyId, over }) {
      company = companyId;
      const before = fleet.ends;
      if (strike.kind === 'point')
        fleet.order({ kind: 'signal', point: strike.point, nth: options.nth ?? random.int(1, 4), signal: 'SIGKILL' });
      else {
        await delay(random.int(0, 2_500));
        random.pick(fleet.slots).signal('SIGKILL');
      }
      while (!over() && fleet.ends === before) await delay(5);
      fleet.order({ kind: 'disarm' });
      if (fleet.ends === before) return;
      const slot = fleet.slots.toSorted((one, other) => other.startedAt - one.startedAt)[0]!;
      killedAt = slot.ends.at(-1)?.at ?? 0;
      back = Math.max(slot.startedAt, (await options.leaseUntil(companyId)) ?? 0);
      await fleet.ready();
    },
  });
  // A push that was asked for before the other side noticed the end is not the next one.
  const [next] = killedAt === undefined ? [] : upstream.pushesSince(company, killedAt + 5);
  return {
    ...outcome,
    struck: killedAt !== undefined,
    // Before the lease was over: somebody else held it, and nobody had to take over.
    recovery: next === undefined || next < back ? undefined : next - back,
  };
};

/** Every process that reaches the point stands still until its lease is over, and then some. */
export const runFreeze = async (
  world: World,
  strike: Strike,
  { lease }: KillOptions,
  lost: boolean,
): Promise<Struck> => {
  const { fleet, random } = world;
  let struck = false;
  const outcome = await runTrial(world, {
    faults: { doubt: false, lost, throttle: false },
    async act({ over }) {
      if (strike.kind === 'point')
        fleet.order({ kind: 'signal', point: strike.point, nth: random.int(1, 3), signal: 'SIGSTOP' });
      else {
        await delay(random.int(0, 1_500));
        random.pick(fleet.slots).signal('SIGSTOP');
      }
      while (!over() && !fleet.slots.some((slot) => slot.isFrozen)) await delay(5);
      struck = fleet.slots.some((slot) => slot.isFrozen);
      // Whoever else is told to freeze later does so by itself: one at a time is what is tried here.
      fleet.order({ kind: 'disarm' });
      await delay(lease + random.int(200, 2_000));
      for (const slot of fleet.slots) slot.signal('SIGCONT');
    },
  });
  return { ...outcome, struck };
};
