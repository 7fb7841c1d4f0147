/** The ledger in SQL, on either store: delivery behind one object. */
import type { Database } from '../store/database.ts';
import type { Ledger, Publish } from './ledger-port.ts';
import { acceptLines, platformOf } from './ledger/accept.ts';
import { acknowledgeEvents, readEvents } from './ledger/events.ts';
import { forgetCompany } from './ledger/forget.ts';
import { closeGate, openGate } from './ledger/gate.ts';
import { claim, clearLeases, renew, sweep, untilDue } from './ledger/lease.ts';
import { unitOfWork } from './ledger/news.ts';
import { newsAmong, observeFacts } from './ledger/observe.ts';
import { claimPolls, findOperation, knownOperations } from './ledger/polls.ts';
import { operatingOn } from './ledger/operate.ts';
import { readAwaited, readChanges, readFeedKeys, readHistory, readOverview } from './ledger/read.ts';
import { settleAnswered } from './ledger/settle.ts';
import { step } from './ledger/step.ts';
import type { Durations, PushResult } from './model.ts';
import type { Probe, ProbePoint } from './probe.ts';

class DryRun extends Error {
  readonly result: PushResult;
  constructor(result: PushResult) {
    super('A dry run is rolled back.');
    this.result = result;
  }
}

export const createLedger = (database: Database, durations: Durations, publish: Publish, probe?: Probe): Ledger => {
  const run = unitOfWork(database, publish);
  /** May touch every line of a feed. */
  const runSlowly = unitOfWork(database, publish, { slow: true });
  /** A transaction that is stopped at just before its commit. */
  const runTo = (point: ProbePoint, base = run): typeof run =>
    probe === undefined
      ? base
      : (now, work) =>
          base(now, async (unit) => {
            const result = await work(unit);
            await probe(point);
            return result;
          });
  return {
    async accept(now, address, lines, options) {
      try {
        return await runTo('in-accept-before-commit')(now, async (unit) => {
          const result = await acceptLines(unit, address, lines, options, durations);
          if (options.dryRun) throw new DryRun(result);
          return result;
        });
      } catch (error) {
        if (error instanceof DryRun) return error.result;
        throw error;
      }
    },
    platform: (address) => platformOf(database, address),
    observe: (now, key, facts) =>
      runTo('in-observe-before-commit', runSlowly)(now, (unit) => observeFacts(unit, key, facts)),
    observeAll: (now, connection, told) =>
      runTo('in-observe-before-commit', runSlowly)(now, async (unit) => {
        const changed: string[] = [];
        for (const [accountId, facts] of told)
          if (await observeFacts(unit, { ...connection, accountId }, facts)) changed.push(accountId);
        return changed;
      }),
    newsAmong: (companyId, connectionId, told) => newsAmong(database, companyId, connectionId, told),
    touch: (now, key) => run(now, (unit) => Promise.resolve(unit.changed(key))),

    claim: (now, limit) => claim(database, now, limit, durations.lease),
    renew: (lease) => renew(database, lease, durations.lease),
    step: (lease, done, now, take) =>
      step(done === undefined ? run : runTo('in-record-before-commit'), lease, done, now, durations, take),
    claimPolls: (now, limit) => claimPolls(database, now, limit, durations),
    findOperation: (companyId, operationKey) => findOperation(database, companyId, operationKey),
    knownOperations: (companyId, keys) => knownOperations(database, companyId, keys),
    settle: (now, pushId, outcome) =>
      runTo('in-settle-before-commit')(now, (unit) => settleAnswered(unit, pushId, outcome, durations)),
    async untilDue(now) {
      const due = await untilDue(database, now);
      // What another instance took in, nobody here hears of.
      return database.kind === 'postgres' ? Math.min(due ?? durations.look, durations.look) : due;
    },
    sweep: (now) => sweep(database, now),
    clearLeases: () => clearLeases(database),
    pause: (until) => database.tx((tx) => closeGate(tx, '', { scope: 'all', until, reason: 'rate-limit' })),
    unpause: (now) => database.tx((tx) => openGate(tx, now)),

    awaited: () => readAwaited(database),
    feedKeys: (companyId) => readFeedKeys(database, companyId),
    overview: (companyId, timeZone, now) => readOverview(database, companyId, timeZone, now, durations),
    history: (key, offset, limit) => readHistory(database, key, offset, limit),
    changes: (after, companyId) => readChanges(database, after, companyId),
    events: (after, limit) => readEvents(database, after, limit),
    acknowledge: (upTo, now) => acknowledgeEvents(database, upTo, now),
    forget: (now, companyId) => runSlowly(now, (unit) => forgetCompany(unit, companyId)),
    operating: operatingOn(database, runSlowly, durations),
  };
};
