/**
 * The counts behind the governors of all instances: one row of the store, which each looks at every few seconds, and
 * sooner where its places run out. A request costs no round trip; a store that cannot be reached stops nobody, since
 * Codat still says no itself.
 */
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { QuotaStore } from '../codat/index.ts';
import { Minute } from '../codat/minute.ts';
import { newerDay, type DayQuota } from '../codat/quota.ts';
import type { Clock } from '../outbox/model.ts';
import type { Database } from '../store/database.ts';
import { errorFields, type Log } from './log.ts';
import { divide, nothingShared, readShared, type SharedQuota } from './quota-shares.ts';
import { within } from './within.ts';

export interface SharedQuotaStore extends QuotaStore {
  start(): void;
  /** Gives its places back. */
  stop(): Promise<void>;
}

const lookEvery = 5_000;
/** After so long without a look others may have its places. */
const trusted = 30_000;
/** All requests wait for an answer here. */
const answerWithin = 2_000;
/** Where it got less than it wanted, others may have given something back by then. */
const askAgain = 1_000;

const rowKey = 'codat-quota';
const row = z.object({ value: z.string() });

export const createSharedQuota = (parts: {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** Instances of one address share its requests of a minute. */
  readonly address?: string | undefined;
  readonly perMinute?: number | undefined;
}): SharedQuotaStore => {
  const { database, clock, log, address = '', perMinute = 1_000 } = parts;
  const id = randomUUID();
  const fewest = Math.max(1, Math.ceil(perMinute / 100));
  const minute = new Minute(perMinute, 0);
  const stopping = new AbortController();
  let sharedBy = 1;
  let resets = 0;
  let closedUntil = 0;
  let day: DayQuota | undefined;
  let reset = false;
  let lookedAt = -Infinity;
  let wanted = 0;
  let refused = false;
  let looking: Promise<void> | undefined;
  let again = false;
  let looping: Promise<void> | undefined;

  const exchange = async (report: Parameters<typeof divide>[1], now: number): Promise<SharedQuota> =>
    database.tx(async (tx) => {
      const fresh = JSON.stringify(nothingShared);
      await tx.query(`insert into setting (key, value) values ($1, $2) on conflict (key) do nothing`, [rowKey, fresh]);
      const { rows } = await tx.query('select value from setting where key = $1 for update', [rowKey]);
      const next = divide(readShared(row.parse(rows[0]).value), report, now, perMinute);
      await tx.query('update setting set value = $2 where key = $1', [rowKey, JSON.stringify(next)]);
      return next;
    });

  const look = async (): Promise<void> => {
    const now = clock.now();
    const held = minute.held(now);
    // Room to double; one that was refused doubles what it asks for, so that others see how much it lacks.
    wanted = stopping.signal.aborted ? 0 : Math.min(perMinute, Math.max(fewest, 2 * held, refused ? 2 * wanted : 0));
    refused = false;
    const told = reset;
    reset = false;
    try {
      const shared = await exchange({ id, address, held, wanted, day, closedUntil, resets, reset: told }, now);
      // What came meanwhile is told with the next look.
      const since = shared.resets === resets + (told ? 1 : 0);
      resets = shared.resets;
      if (!reset) {
        closedUntil = Math.max(shared.closedUntil, since ? closedUntil : 0);
        day = since && day !== undefined ? newerDay(shared.day, day) : shared.day;
      }
      minute.limit = shared.instances[id]?.places ?? 0;
      sharedBy = Math.max(1, Object.values(shared.instances).filter((one) => one.wanted > 0).length);
      lookedAt = now;
    } catch (error) {
      reset ||= told;
      throw error;
    }
  };

  /** One at a time; whoever asks meanwhile gets the answer of the next. */
  const lookNow = (): Promise<void> => {
    if (looking !== undefined) {
      again = true;
      return looking;
    }
    const run = async (): Promise<void> => {
      do {
        again = false;
        await look();
      } while (again);
    };
    looking = run().finally(() => (looking = undefined));
    return looking;
  };

  const soon = (): void =>
    void lookNow().catch((error: unknown) => log.warn(errorFields(error), 'the shared quota could not be told'));

  /** When there is use in asking for more places. */
  const nextLook = (): number => {
    if (minute.limit >= perMinute) return Infinity;
    return minute.limit >= wanted ? lookedAt : lookedAt + askAgain;
  };

  const refuse = (now: number): number => {
    refused = true;
    return Math.min(minute.untilFree(now), Math.max(50, nextLook() - now));
  };

  /** Without an answer in time it goes on as if it were alone, until the next look. */
  const takeAfterLook = async (): Promise<number> => {
    try {
      await within(clock, answerWithin, 'the store', lookNow);
    } catch (error) {
      log.warn(errorFields(error), 'the shared quota could not be read');
      minute.limit = perMinute;
      lookedAt = clock.now();
    }
    const now = clock.now();
    return minute.take(now) ? 0 : refuse(now);
  };

  return {
    facts: (now) => ({ closedUntil, day, minuteUsed: minute.held(now), sharedBy }),
    take(now) {
      const isFresh = now - lookedAt < trusted;
      if (isFresh && minute.take(now)) return 0;
      return !isFresh || now >= nextLook() ? takeAfterLook() : refuse(now);
    },
    release: (now) => minute.release(now),
    close(until) {
      if (until <= closedUntil) return;
      closedUntil = until;
      soon();
    },
    open() {
      closedUntil = 0;
      day = undefined;
      reset = true;
      soon();
    },
    observe: (heard) => void (day = newerDay(day, heard)),
    start() {
      looping ??= (async () => {
        while (!stopping.signal.aborted) {
          await lookNow().catch((error: unknown) => log.warn(errorFields(error), 'the shared quota could not be read'));
          await clock.sleep(lookEvery, stopping.signal);
        }
      })();
    },
    async stop() {
      stopping.abort();
      await looping;
      await lookNow().catch(() => undefined);
    },
  };
};
