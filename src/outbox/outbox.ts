/**
 * Delivery, effectively once and in order: what is accepted is stored, then sent in batches, and ends delivered or
 * visibly held. The guarantee and what it rests on: docs/push.md.
 */
import type { PlatformKey } from '../contract/platforms.ts';
import type { Database } from '../store/database.ts';
import { checkLines } from './checking.ts';
import { defaultDurations, defaultPendingHours, systemClock } from './durations.ts';
import { createLedger } from './ledger.ts';
import type { Ledger, Publish } from './ledger-port.ts';
import type {
  Change,
  Clock,
  Durations,
  FeedAddress,
  FeedEvent,
  FeedFacts,
  FeedKey,
  FeedOverview,
  IssueRules,
  PushRecord,
  PushResult,
  Upstream,
} from './model.ts';
import { isTimeZone } from './local-date.ts';
import { createOperations, type Operations } from './operations.ts';
import { checkAccountId, OutboxError } from './outbox-error.ts';
import { preflightContext } from './preflight.ts';
import type { Probe } from './probe.ts';
import type { PendingHours } from './upkeep.ts';
import { createWorker, type OutboxLog } from './worker.ts';

export type { Change, FeedOverview, PushRecord } from './model.ts';
export { isTimeZone } from './local-date.ts';
export { accountIdFault, OutboxError } from './outbox-error.ts';

export interface OutboxOptions {
  readonly database: Database;
  readonly upstream: Upstream;
  readonly clock?: Clock | undefined;
  /** IANA zone of a company; where it is not known, `today` is the latest date on earth and days are UTC's. */
  readonly timeZone?: ((companyId: string) => string | undefined | Promise<string | undefined>) | undefined;
  readonly durations?: Partial<Durations> | undefined;
  /** After how many hours a batch that Codat has not finished is an alarm, by software. */
  readonly pendingHours?: Partial<PendingHours> | undefined;
  /** Severity of single rules of preflight. */
  readonly rules?: IssueRules | undefined;
  /** How many connections are served at a time. Default 16. */
  readonly senders?: number | undefined;
  readonly log?: OutboxLog | undefined;
  /**
   * The store was restored from a backup: nothing is sent before Codat was asked what was sent since, and where that
   * is not known here a person has to say go.
   */
  readonly afterRestore?: boolean | undefined;
  /** After the commit. What it throws is logged. */
  readonly onEvent?: ((event: FeedEvent) => void) | undefined;
  /** After the commit. */
  readonly onChange?: ((change: Change) => void) | undefined;
  /** For tests alone. */
  readonly probe?: Probe | undefined;
}

export interface AcceptOptions {
  /** Checks and answers as if stored, stores nothing. */
  readonly dryRun?: boolean | undefined;
  /** The software, where the caller knows it better than the outbox may yet. */
  readonly platform?: PlatformKey | undefined;
  /** Refuse lines of an account that is not connected, instead of letting them wait. */
  readonly refuseNotConnected?: boolean | undefined;
  /**
   * This is a part of a load. While more of it follows (true) nothing of the feed leaves, for `loading` at most after
   * the last part, so that the order of the parts does not matter; the last part (false) lets it go.
   */
  readonly more?: boolean | undefined;
}

export interface Outbox extends Operations {
  /** Resolves when the lines are stored. Rejects with OutboxError where the call as a whole is wrong. */
  accept(address: FeedAddress, transactions: readonly unknown[], options?: AcceptOptions): Promise<PushResult>;
  /** Takes in what a webhook or a listing says of a feed's other end. True where that was new. */
  observe(key: FeedKey, facts: FeedFacts): Promise<boolean>;
  /** The same of several accounts of a connection, by account, at once; the accounts of which that was new. */
  observeAll(connection: Omit<FeedKey, 'accountId'>, told: ReadonlyMap<string, FeedFacts>): Promise<readonly string[]>;
  /** The accounts of a connection of which a listing, here by account, says what `observe` does not know yet. */
  newsAmong(companyId: string, connectionId: string, told: ReadonlyMap<string, FeedFacts>): Promise<readonly string[]>;
  /** A webhook's hint: the operation is read now. */
  operationChanged(companyId: string, operationKey: string): Promise<void>;
  /** Something outside the outbox changed on a connection: tells the live stream. */
  changed(companyId: string, connectionId: string): Promise<void>;
  /** Feeds with lines whose other end is not connected: what a slow listing must look at. */
  awaited(): Promise<readonly FeedAddress[]>;
  /** The company's feeds on known connections. */
  feedKeys(companyId: string): Promise<readonly FeedKey[]>;
  overview(companyId: string): Promise<readonly FeedOverview[]>;
  /** History of a feed, newest first. */
  pushes(
    key: FeedKey,
    page: { readonly offset?: number | undefined; readonly limit: number },
  ): Promise<{ readonly items: readonly PushRecord[]; readonly more: boolean }>;
  /** Events that nobody acknowledged, oldest first. */
  events(page: { readonly after?: string | undefined; readonly limit: number }): Promise<readonly FeedEvent[]>;
  /** Acknowledges every event up to this id, itself included, that `events` told. Rejects where it is beyond the last. */
  acknowledge(upTo: string): Promise<void>;
  /**
   * The newest change of each feed from `version` on, oldest first; go on from the `version` of the answer. None is
   * passed over; one may be told again.
   */
  changesSince(
    version: number,
    companyId?: string,
  ): Promise<{ readonly version: number; readonly changes: readonly Change[] }>;
  /** Nobody sends before `until` (milliseconds): Codat said that the quota is used up. */
  pause(until: number): Promise<void>;
  /** The quota was reset. */
  unpause(): Promise<void>;
  /** Removes everything kept of a company. */
  forget(companyId: string): Promise<void>;
  start(): Promise<void>;
  /** Lets requests under way end, for at most `graceMs` (5,000); an unanswered one is settled at the next start. */
  stop(graceMs?: number): Promise<void>;
}

const nothing = { accepted: 0, duplicates: 0, held: 0, skipped: 0, refused: 0 };
const numeric = /^\d{1,18}$/;

export const createOutbox = ({ database, ...options }: OutboxOptions): Outbox =>
  createOutboxOn((publish, durations) => createLedger(database, durations, publish, options.probe), options);

/** Delivery over any ledger; `publish` is to hear, after each commit, what it has to tell. */
export const createOutboxOn = (
  ledgerOf: (publish: Publish, durations: Durations) => Ledger,
  options: Omit<OutboxOptions, 'database'>,
): Outbox => {
  const { upstream, clock = systemClock, log = () => undefined, probe } = options;
  const durations = { ...defaultDurations, ...options.durations };
  const pendingHours = { ...defaultPendingHours, ...options.pendingHours };

  const tell = (what: string, call: () => void): void => {
    try {
      call();
    } catch (error) {
      log('error', `${what} threw: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const ledger = ledgerOf((news) => {
    for (const event of news.events)
      if (event.type === 'alarm') log('error', `company ${event.companyId}: ${event.message}`);
    for (const event of news.events) tell('onEvent', () => options.onEvent?.(event));
    for (const change of news.changes) tell('onChange', () => options.onChange?.(change));
    if (news.changes.length > 0) worker.nudge();
  }, durations);
  const worker = createWorker({
    ledger,
    upstream,
    clock,
    durations,
    pendingHours,
    senders: options.senders ?? 16,
    log,
    probe,
  });

  let restoredHeld = false;
  const zoneOf = async (companyId: string): Promise<string | undefined> => {
    const zone = await options.timeZone?.(companyId);
    if (zone === undefined || isTimeZone(zone)) return zone;
    log(
      'error',
      `The time zone "${String(zone)}" of company ${companyId} does not exist; give an IANA name such as Europe/Paris.`,
    );
    return undefined;
  };

  return {
    ...createOperations(ledger.operating, clock, (companyId, key) => worker.look(companyId, key)),
    async accept(address, transactions, { dryRun = false, platform, refuseNotConnected, more } = {}) {
      checkAccountId(address.accountId);
      if (address.companyId === '') throw new OutboxError('invalid_address', 'companyId', 'companyId is empty.');
      if (!Array.isArray(transactions))
        throw new OutboxError('invalid_transactions', 'transactions', 'transactions must be an array.');
      const now = clock.now();
      // What is parked was handed over for whatever software was on its way then.
      const isParked = address.connectionId === undefined;
      const known = isParked && platform !== undefined ? platform : ((await ledger.platform(address)) ?? platform);
      const context = preflightContext(now, await zoneOf(address.companyId), known, options.rules);
      const checked = checkLines(transactions, context);
      const { lines, doubtful } = checked;
      // Lines that are only looked up leave no feed behind.
      const only = { platform, refuseNotConnected, more, dryRun: dryRun || lines.length === 0 };
      const stored =
        lines.length + doubtful.length === 0
          ? { ...nothing, issues: [] }
          : await ledger.accept(now, address, [...doubtful, ...lines], only);
      if (probe !== undefined) await probe('after-accept-commit');
      return {
        ...stored,
        duplicates: stored.duplicates + checked.duplicates,
        refused: stored.refused + checked.refused,
        issues: [...checked.issues, ...stored.issues].toSorted((one, other) => one.index - other.index),
      };
    },
    async observe(key, facts) {
      checkAccountId(key.accountId);
      return ledger.observe(clock.now(), key, facts);
    },
    async observeAll(connection, told) {
      for (const accountId of told.keys()) checkAccountId(accountId);
      return ledger.observeAll(clock.now(), connection, told);
    },
    newsAmong: (companyId, connectionId, told) => ledger.newsAmong(companyId, connectionId, told),
    operationChanged: (companyId, operationKey) => worker.look(companyId, operationKey),
    async changed(companyId, connectionId) {
      await ledger.touch(clock.now(), { companyId, connectionId, accountId: '' });
    },
    awaited: () => ledger.awaited(),
    feedKeys: (companyId) => ledger.feedKeys(companyId),
    async overview(companyId) {
      return ledger.overview(companyId, (await zoneOf(companyId)) ?? 'UTC', clock.now());
    },
    pushes: (key, { offset = 0, limit }) => ledger.history(key, offset, limit),
    async events({ after, limit }) {
      if (after !== undefined && !numeric.test(after))
        throw new OutboxError('invalid_cursor', 'after', 'after must be the id of an event.');
      return ledger.events(after, limit);
    },
    async acknowledge(upTo) {
      if (!numeric.test(upTo)) throw new OutboxError('invalid_cursor', 'upTo', 'upTo must be the id of an event.');
      if (!(await ledger.acknowledge(upTo, clock.now())))
        throw new OutboxError('invalid_cursor', 'upTo', 'upTo is beyond the last event: nothing was acknowledged.');
    },
    changesSince: (version, companyId) => ledger.changes(version, companyId),
    async pause(until) {
      await ledger.pause(until);
    },
    async unpause() {
      await ledger.unpause(clock.now());
      worker.nudge();
    },
    async forget(companyId) {
      await ledger.forget(clock.now(), companyId);
    },
    async start() {
      if (options.afterRestore === true && !restoredHeld) {
        await ledger.operating.holdRestored(clock.now());
        restoredHeld = true;
      }
      await worker.start();
    },
    stop: (graceMs) => worker.stop(graceMs),
  };
};
