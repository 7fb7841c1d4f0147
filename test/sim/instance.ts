/** One process of the proxy: the real outbox on the simulated store, reaching Codat over a network that fails. */
import type { CreateAnswer, CreateRequest, Upstream } from '../../src/outbox/model.ts';
import { createOutboxOn, type Outbox } from '../../src/outbox/outbox.ts';
import { Process, type Scheduler } from './clock.ts';
import type { Codat } from './codat.ts';
import type { Faults } from './faults.ts';
import type { Store } from './ledger/data.ts';
import { createMemoryLedger } from './memory-ledger.ts';
import type { Random } from './random.ts';

const second = 1000;
/** After this the client gives an answer up. */
const answerWithin = 30 * second;

export interface InstanceParts {
  readonly name: string;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly faults: () => Faults;
  readonly codat: Codat;
  readonly store: Store;
  readonly say: (text: () => string) => void;
  /** A rule of the database was about to be broken. */
  readonly broken: (error: Error) => void;
}

export interface Instance {
  readonly process: Process;
  readonly outbox: Outbox;
}

const unanswered: CreateAnswer = { kind: 'unanswered', message: 'no answer' };

export const createInstance = (parts: InstanceParts): Instance => {
  const { name, scheduler, random, faults, codat, store, say, broken } = parts;
  const process = new Process(name, scheduler, random.int(-1000, 1000));

  const inOutage = (): boolean => {
    const { outage } = faults();
    return outage !== undefined && scheduler.now >= outage.from && scheduler.now < outage.to;
  };

  /** All but the last byte is out: the fence is asked, and the last byte leaves in the same moment. */
  const transmit = (request: CreateRequest): Promise<CreateAnswer> => {
    if (request.commit?.() === false) return Promise.resolve({ kind: 'not-sent' });
    const { lostRequest, lostReply, slowRequest } = faults();
    const lost = (inOutage() && !faults().outage?.requestsArrive) || random.chance(lostRequest);
    say(() => `${name} posts ${request.idempotencyKey.slice(0, 8)}${lost ? ', which is lost' : ''}`);
    return new Promise((resolve) => {
      const answer = (value: CreateAnswer): void => {
        giveUp();
        resolve(value);
      };
      const waits = lost && random.chance(0.5) ? random.skewed(50, answerWithin) : answerWithin;
      const giveUp = scheduler.after(waits, () => resolve(unanswered), process);
      request.signal?.addEventListener('abort', () => scheduler.soon(() => answer(unanswered), process), {
        once: true,
      });
      if (lost) return;
      const travels = random.chance(slowRequest) ? random.skewed(500, 45 * second) : random.skewed(1, 80);
      scheduler.after(travels, () =>
        codat.post(request, (value) => {
          if (inOutage() || random.chance(lostReply)) return;
          scheduler.after(random.skewed(1, 2000), () => answer(value), process);
        }),
      );
    });
  };

  const reach = async (): Promise<void> => {
    await process.sleep(random.skewed(2, 300));
    if (inOutage() || random.chance(faults().readFails)) throw new Error('Codat could not be read');
  };

  const upstream: Upstream = {
    async create(request) {
      const { unreachable, slowConnect, freezeInRequest } = faults();
      if (random.chance(unreachable) || (inOutage() && random.chance(0.3))) {
        await process.turn();
        return { kind: 'not-sent' };
      }
      if (random.chance(slowConnect)) await process.sleep(random.skewed(100, 12 * second));
      // Frozen with the request almost out, for longer than anything is remembered.
      if (random.chance(freezeInRequest)) {
        // Often for just as long as a lease, so that it meets the sender that takes over.
        const ms = random.chance(0.5)
          ? random.int(15 * second, 18 * second)
          : random.skewed(5 * second, 4 * 3600 * second);
        say(() => `${name} freezes for ${Math.round(ms / second)} s in the middle of a request`);
        process.freeze(ms);
      }
      await process.turn();
      return transmit(request);
    },
    async get(_companyId, operationKey) {
      await reach();
      return codat.get(operationKey);
    },
    async list(companyId, since) {
      await reach();
      return codat.list(companyId, since);
    },
  };

  const turn = async (what: string): Promise<void> => {
    await process.turn();
    if (random.chance(faults().storeFails)) throw new Error(`the store did not answer to ${what}`);
  };

  const outbox = createOutboxOn(
    (publish, durations) =>
      createMemoryLedger({
        store,
        durations,
        publish,
        turn,
        storeNow: () => scheduler.now,
        newId: () => random.uuid(),
        alone: faults().instances === 1,
        broken,
      }),
    {
      upstream,
      clock: process,
      timeZone: () => 'UTC',
      // Without keys nobody can help an answer that is not recorded: a process may freeze before its only request.
      senders: faults().keysIgnored ? 1 : 16,
      log: (level, message) => say(() => `${name} ${level}: ${message}`),
    },
  );
  return { process, outbox };
};
