/** What else befalls a process: it is asked to end, its disk is cut off or full, its way to the store breaks. */
import { setTimeout as delay } from 'node:timers/promises';
import type { FaultPlan } from './upstream.ts';
import type { Relay } from './relay.ts';
import { runTrial, type Outcome } from './trial.ts';
import type { OpenWorld } from './world.ts';

const usual: FaultPlan = { doubt: false, lost: true, throttle: false };

/** How long an orderly end may take, in milliseconds. */
const endWithin = 10_000;

/** The installed command is asked to end under load; some of its requests go unanswered for longer than that takes. */
export const runTerm = async (world: OpenWorld): Promise<Outcome & { readonly took: number }> => {
  const { fleet, random, upstream } = world;
  const faults: string[] = [];
  let took = 0;
  const outcome = await runTrial(world, {
    faults: { doubt: false, lost: false, throttle: false },
    async act({ companyId }) {
      if (random.chance(0.5))
        upstream.sandbox.control.faults.add({
          kind: 'slow',
          ms: 15_000,
          where: 'after',
          operation: 'create-bank-transactions',
          companyId,
        });
      await delay(random.int(100, 2_000));
      const slot = random.pick(fleet.slots);
      const before = slot.ends.length;
      const asked = Date.now();
      slot.signal('SIGTERM');
      while (slot.ends.length === before && Date.now() < asked + 60_000) await delay(5);
      const end = slot.ends[before];
      took = (end?.at ?? Date.now()) - asked;
      if (end?.code !== 0) faults.push(`SIGTERM: ended with ${String(end?.signal ?? end?.code)}`);
      if (took > endWithin) faults.push(`SIGTERM: ended after ${took} ms`);
      await fleet.ready();
    },
  });
  return { ...outcome, took, wrong: [...outcome.wrong, ...faults] };
};

/** The power fails in the middle of a flush of the log: its last page is there in part. */
export const runTorn = async (world: OpenWorld): Promise<Outcome & { readonly struck: boolean }> => {
  const { fleet, random } = world;
  let struck = false;
  const outcome = await runTrial(world, {
    faults: usual,
    async act({ over }) {
      const before = fleet.ends;
      fleet.order({ kind: 'tear', nth: random.int(1, 30), seed: random.int(1, 1e9) });
      while (!over() && fleet.ends === before) await delay(5);
      struck = fleet.ends > before;
      await fleet.ready();
    },
  });
  return { ...outcome, struck };
};

/** The disk is full for a while; then there is space again, and nobody does anything else. */
export const runFull = async (world: OpenWorld): Promise<Outcome> => {
  const { fleet, random } = world;
  return runTrial(world, {
    faults: usual,
    async act() {
      await delay(random.int(200, 1_500));
      fleet.order({ kind: 'disk', full: true });
      await delay(random.int(1_500, 4_000));
      fleet.order({ kind: 'disk', full: false });
    },
  });
};

/** Connections to the server are ended by it, again and again, some of them in the middle of a transaction. */
export const runTerminated = async (world: OpenWorld): Promise<Outcome & { readonly ended: number }> => {
  let ended = 0;
  const outcome = await runTrial(world, {
    faults: usual,
    async act({ over }) {
      for (let rounds = 0; rounds < 15 && !over(); rounds += 1) {
        const rows = await world.ask(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
             and random() < 0.5`,
        );
        ended += rows.length;
        await delay(world.random.int(50, 400));
      }
    },
  });
  return { ...outcome, ended };
};

/** Connections go silent in the middle of whatever they carry, and stay open. */
export const runSilent = async (world: OpenWorld, relay: Relay): Promise<Outcome & { readonly silenced: number }> => {
  let silenced = 0;
  const outcome = await runTrial(world, {
    faults: usual,
    async act() {
      await delay(world.random.int(200, 1_500));
      silenced = relay.silence();
    },
  });
  return { ...outcome, silenced };
};
