/**
 * The ledger in memory: the same interface and the same rules as the one in SQL, which the conformance suite compares.
 * Each method is one transaction, between a turn in which the call reaches the store and one in which the answer
 * comes back; a simulation decides when those are, and whether they come at all.
 */
import { randomUUID } from 'node:crypto';
import type { Ledger, News, Publish } from '../../src/outbox/ledger-port.ts';
import type { Durations } from '../../src/outbox/model.ts';
import type { Operating } from '../../src/outbox/operating.ts';
import { acceptLines, platformOf } from './ledger/accept.ts';
import { closeGate, ConstraintError, findFeed, transact, type Store, type Unit } from './ledger/data.ts';
import { observeFacts } from './ledger/observe.ts';
import * as people from './ledger/operate.ts';
import { settleAnswered } from './ledger/pushes.ts';
import * as read from './ledger/read.ts';
import * as steps from './ledger/step.ts';

export interface MemoryParts {
  readonly store: Store;
  readonly durations: Durations;
  readonly publish: Publish;
  /** The store's own clock, on which leases run. */
  readonly storeNow: () => number;
  readonly newId?: (() => string) | undefined;
  /** Before the transaction, and after it: rejects where the store cannot be reached, or its answer is lost. */
  readonly turn?: ((what: string, when: 'before' | 'after') => Promise<void>) | undefined;
  /** The only process on its store. */
  readonly alone?: boolean | undefined;
  /** Hears of a transaction that the database would have refused. */
  readonly broken?: ((error: Error) => void) | undefined;
}

/** Restores, audits and retention: a simulated store is never restored, watched or pruned. */
const notKept = {
  holdRestored: () => Promise.reject(new Error('A simulated store is not restored.')),
  restored: () => Promise.resolve([]),
  judgeRestored: () => Promise.resolve(),
  claimAudit: () => Promise.resolve(false),
  settledSince: () => Promise.resolve([]),
  unfinished: () => Promise.resolve([]),
  alarm: () => Promise.resolve(),
  prune: () => Promise.resolve(0),
  standing: () => Promise.resolve([]),
} satisfies Partial<Operating>;

export const createMemoryLedger = (parts: MemoryParts): Ledger => {
  const { store, durations, publish, storeNow, newId = randomUUID, turn = () => Promise.resolve() } = parts;

  const on = async <Result>(what: string, work: () => Result): Promise<Result> => {
    await turn(what, 'before');
    let result: Result;
    try {
      result = work();
    } catch (error) {
      if (error instanceof ConstraintError) parts.broken?.(error);
      throw error;
    }
    await turn(what, 'after');
    return result;
  };

  const run = async <Result>(
    what: string,
    now: number,
    work: (unit: Unit) => Result,
    data = store,
  ): Promise<Result> => {
    const news: News = { events: [], changes: [] };
    const result = await on(what, () => transact({ store: data, now, durations, newId }, news, work));
    if (data === store) publish(news);
    return result;
  };

  return {
    accept: (now, address, lines, options) =>
      run(
        'accept',
        now,
        (unit) => acceptLines(unit, address, lines, options),
        options.dryRun ? structuredClone(store) : store,
      ),
    platform: (address) => on('platform', () => platformOf(store, address)),
    observe: (now, key, facts) => run('observe', now, (unit) => observeFacts(unit, key, facts)),
    observeAll: (now, connection, told) =>
      run('observe', now, (unit) =>
        [...told]
          .filter(([accountId, facts]) => observeFacts(unit, { ...connection, accountId }, facts))
          .map(([accountId]) => accountId),
      ),
    newsAmong: (companyId, connectionId, told) =>
      on('newsAmong', () =>
        [...told].flatMap(([accountId, facts]) => {
          // On a copy: asking changes nothing.
          const copy = structuredClone(store);
          const key = { companyId, connectionId, accountId };
          const feed = findFeed(copy, key);
          if (feed === undefined || feed.relinked) return [accountId];
          const isNews = transact({ store: copy, now: 0, durations, newId }, { events: [], changes: [] }, (unit) =>
            observeFacts(unit, key, facts),
          );
          return isNews ? [accountId] : [];
        }),
      ),
    touch: (now, key) => run('touch', now, (unit) => unit.changed(key)),

    claim: (now, limit) => on('claim', () => steps.claim(store, now, storeNow(), limit, durations.lease)),
    renew: (lease) => on('renew', () => steps.renew(store, lease, storeNow(), durations.lease)),
    step: (lease, done, now, take) => run('step', now, (unit) => steps.step(unit, lease, done, take, storeNow())),
    claimPolls: (now, limit) => on('claimPolls', () => steps.claimPolls(store, now, limit, durations)),
    findOperation: (companyId, key) => on('findOperation', () => steps.findOperation(store, companyId, key)),
    knownOperations: (companyId, keys) => on('knownOperations', () => steps.knownOperations(store, companyId, keys)),
    settle: (now, pushId, outcome) => run('settle', now, (unit) => settleAnswered(unit, pushId, outcome)),
    untilDue: (now) => on('untilDue', () => steps.untilDue(store, now, storeNow())),
    sweep: (now) => on('sweep', () => steps.sweep(store, now)),
    clearLeases: () =>
      on('clearLeases', () => {
        if (parts.alone) for (const connection of store.connections.values()) connection.leaseUntil = undefined;
      }),
    pause: (until) => on('pause', () => closeGate(store, '', { scope: 'all', until, reason: 'rate-limit' })),
    unpause: (now) => on('unpause', () => steps.openGate(store, now)),

    awaited: () => on('awaited', () => read.awaited(store)),
    feedKeys: (companyId) => on('feedKeys', () => read.feedKeys(store, companyId)),
    overview: (companyId, timeZone, now) =>
      on('overview', () => read.overview({ store, now, durations }, companyId, timeZone)),
    history: (key, offset, limit) => on('history', () => read.history(store, key, offset, limit)),
    changes: (after, companyId) => on('changes', () => read.changes(store, after, companyId)),
    events: (after, limit) => on('events', () => read.events(store, after, limit)),
    acknowledge: (upTo) => on('acknowledge', () => read.acknowledge(store, upTo)),
    forget: (now, companyId) => run('forget', now, ({ store: data }) => read.forget(data, companyId)),
    operating: {
      held: (now, filter, after, limit) =>
        on('held', () => people.held({ store, now, durations }, filter, after, limit)),
      waiting: (now, filter, after, limit) =>
        on('waiting', () => people.waiting({ store, now, durations }, filter, after, limit)),
      lines: (address, offset, limit) => on('lines', () => people.lines(store, address, offset, limit)),
      doubtfulOperation: (address) =>
        on('doubtfulOperation', () => people.doubtfulOperation({ store, now: 0, durations }, address)),
      retry: (now, address, notWritten, since) =>
        run('retry', now, (unit) => people.retry(unit, address, notWritten, since)),
      skip: (now, address, ids, reason) => run('skip', now, (unit) => people.skip(unit, address, ids, reason)),
      resume: (now, address) => run('resume', now, (unit) => people.resume(unit, address)),
      ...notKept,
    },
  };
};
