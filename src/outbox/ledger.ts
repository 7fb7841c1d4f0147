/** All SQL of delivery behind one object; a store in memory can take its place in a simulation. */
import type { Database } from '../store/database.ts';
import type { Outcome } from './decide.ts';
import { acceptLines, type AcceptOptions, type IndexedLine } from './ledger/accept.ts';
import { acknowledgeEvents, readEvents } from './ledger/events.ts';
import { findFeed, parked } from './ledger/feeds.ts';
import { forgetCompany } from './ledger/forget.ts';
import { closeGate, openGate } from './ledger/gate.ts';
import { claim, clearLeases, renew, sweep, untilDue, type Lease } from './ledger/lease.ts';
import { unitOfWork, type News } from './ledger/news.ts';
import { observeFacts } from './ledger/observe.ts';
import { claimPolls, findOperation, knownOperations } from './ledger/polls.ts';
import { readAwaited, readChanges, readFeedKeys, readHistory, readOverview } from './ledger/read.ts';
import { settleAnswered } from './ledger/settle.ts';
import { step, type Done } from './ledger/step.ts';
import type { Durations, FeedAddress, FeedFacts, FeedKey, PushResult } from './model.ts';
import type { PlatformKey } from '../contract/platforms.ts';

class DryRun extends Error {
  readonly result: PushResult;
  constructor(result: PushResult) {
    super('A dry run is rolled back.');
    this.result = result;
  }
}

/** `publish` hears, after each commit, what it has to tell. Times are the caller's, in milliseconds. */
export const createLedger = (database: Database, durations: Durations, publish: (news: News) => void) => {
  const run = unitOfWork(database, publish);
  return {
    /** Stores lines and answers what became of each; with `dryRun` all of it is undone before the answer. */
    async accept(
      now: number,
      address: FeedAddress,
      lines: readonly IndexedLine[],
      options: Omit<AcceptOptions, 'linger'> & { readonly dryRun: boolean },
    ): Promise<PushResult> {
      try {
        return await run(now, async (unit) => {
          const result = await acceptLines(unit, address, lines, { ...options, linger: durations.linger });
          if (options.dryRun) throw new DryRun(result);
          return result;
        });
      } catch (error) {
        if (error instanceof DryRun) return error.result;
        throw error;
      }
    },
    /** The software behind a feed, where it is known. */
    async platform(address: FeedAddress): Promise<PlatformKey | undefined> {
      const key = { ...address, connectionId: address.connectionId ?? parked };
      return (await findFeed(database, key))?.state.platform;
    },
    observe: (now: number, key: FeedKey, facts: FeedFacts) => run(now, (unit) => observeFacts(unit, key, facts)),
    /** Notes a change that is not in this ledger, for the live stream. */
    touch: (now: number, key: FeedKey) => run(now, (unit) => Promise.resolve(unit.changed(key))),

    claim: (now: number, limit: number) => claim(database, now, limit, durations.lease),
    renew: (lease: Lease) => renew(database, lease, durations.lease),
    step: (lease: Lease, done: Done | undefined, now: number, take: boolean) =>
      step(run, lease, done, now, durations, take),
    claimPolls: (now: number, limit: number) => claimPolls(database, now, limit, durations),
    findOperation: (companyId: string, operationKey: string) => findOperation(database, companyId, operationKey),
    knownOperations: (companyId: string, keys: readonly string[]) => knownOperations(database, companyId, keys),
    settle: (now: number, pushId: string, outcome: Outcome) =>
      run(now, (unit) => settleAnswered(unit, pushId, outcome, durations)),
    untilDue: (now: number) => untilDue(database, now),
    sweep: (now: number) => sweep(database, now),
    clearLeases: () => clearLeases(database),
    pause: (until: number) => database.tx((tx) => closeGate(tx, '', { scope: 'all', until, reason: 'rate-limit' })),
    unpause: (now: number) => database.tx((tx) => openGate(tx, now)),

    awaited: () => readAwaited(database),
    feedKeys: (companyId: string) => readFeedKeys(database, companyId),
    overview: (companyId: string, timeZone: string, now: number) => readOverview(database, companyId, timeZone, now),
    history: (key: FeedKey, offset: number, limit: number) => readHistory(database, key, offset, limit),
    changes: (after: number, companyId: string | undefined) => readChanges(database, after, companyId),
    events: (after: string | undefined, limit: number) => readEvents(database, after, limit),
    acknowledge: (upTo: string, now: number) => acknowledgeEvents(database, upTo, now),
    forget: (now: number, companyId: string) => run(now, (unit) => forgetCompany(unit, companyId)),
  };
};

export type Ledger = ReturnType<typeof createLedger>;
