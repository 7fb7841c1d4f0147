/**
 * The port between delivery and its store. In SQL: ledger.ts; a simulation keeps the same in memory. Every method
 * is one transaction. Times are the caller's, in milliseconds; leases alone run on the store's own clock, which all
 * instances share.
 */
import type { PlatformKey } from '../contract/platforms.ts';
import type { Outcome, PushState } from './decide.ts';
import type {
  Change,
  FeedAddress,
  FeedEvent,
  FeedFacts,
  FeedKey,
  FeedOverview,
  PushIssue,
  PushRecord,
  PushResult,
} from './model.ts';
import type { Operating } from './operating.ts';
import type { Line } from './preflight.ts';

/** A line that passed preflight, with its place in the list that was handed over. */
export interface IndexedLine extends Line {
  readonly index: number;
  /** What rules say against it: it is never stored, but known where it is stored already. */
  readonly refusals?: readonly PushIssue[] | undefined;
}

export interface StoreOptions {
  readonly platform?: PlatformKey | undefined;
  readonly refuseNotConnected?: boolean | undefined;
  /** A part of a load: true until the last one, false there; undefined leaves a load that is under way alone. */
  readonly more?: boolean | undefined;
  /** All of it is undone before the answer. */
  readonly dryRun: boolean;
}

/** The right to post on a connection; the token grows with every claim, and every write checks it. */
export interface Lease {
  readonly connectionRef: string;
  readonly companyId: string;
  readonly connectionId: string;
  readonly token: string;
}

export interface SentPush {
  readonly id: string;
  readonly key: FeedKey;
  readonly state: PushState;
}

/** What came of the work handed out before; it touches its own attempt only. */
export interface Done {
  readonly companyId: string;
  readonly pushId: string;
  readonly attempt: number;
  readonly outcome: Outcome;
}

export type Work =
  | { readonly kind: 'send'; readonly push: SentPush; readonly body: string }
  | { readonly kind: 'reconcile'; readonly push: SentPush; readonly since: number }
  /** Nothing to do now; the lease is given back. */
  | { readonly kind: 'idle' }
  /** Somebody else holds the lease; nothing was recorded. */
  | { readonly kind: 'lost' };

/** An answered push whose end Codat has not told yet. */
export interface PendingPush {
  readonly id: string;
  readonly companyId: string;
  readonly operationKey: string;
  readonly state: PushState;
}

/** What a transaction has to tell once it is committed: events for the host, changes for the live stream. */
export interface News {
  readonly events: FeedEvent[];
  readonly changes: Change[];
}

export type Publish = (news: News) => void;

export interface Ledger {
  /** Stores lines, whose ids differ but for those with refusals, and answers what became of each. */
  accept(now: number, address: FeedAddress, lines: readonly IndexedLine[], options: StoreOptions): Promise<PushResult>;
  /** The software behind a feed, where it is known; without a connection, that of the one lines would go to. */
  platform(address: FeedAddress): Promise<PlatformKey | undefined>;
  /** Takes a fact in. True where something changed. */
  observe(now: number, key: FeedKey, facts: FeedFacts): Promise<boolean>;
  /** The same of several accounts of a connection, by account, in one transaction. Those that changed. */
  observeAll(
    now: number,
    connection: Omit<FeedKey, 'accountId'>,
    told: ReadonlyMap<string, FeedFacts>,
  ): Promise<readonly string[]>;
  /** The accounts of a connection of which `observe` would take something in. */
  newsAmong(companyId: string, connectionId: string, told: ReadonlyMap<string, FeedFacts>): Promise<readonly string[]>;
  /** Notes a change that is not in this ledger, for the live stream. */
  touch(now: number, key: FeedKey): Promise<void>;

  /** Leases on connections that want a sender and have none. */
  claim(now: number, limit: number): Promise<readonly Lease[]>;
  /** Renews the lease; false where it is lost. */
  renew(lease: Lease): Promise<boolean>;
  /**
   * Records what came of the last work and hands out the next, in one transaction: sealing is durable before a
   * socket is touched. With `take` false it only records and gives the lease back.
   */
  step(lease: Lease, done: Done | undefined, now: number, take: boolean): Promise<Work>;
  /** Polls that are due, each handed out once; sets the time of the next ones. */
  claimPolls(now: number, limit: number): Promise<readonly PendingPush[]>;
  /** The push behind an operation, while its end is of interest. */
  findOperation(companyId: string, operationKey: string): Promise<PendingPush | undefined>;
  /** Which of these operations belong to pushes of ours. */
  knownOperations(companyId: string, keys: readonly string[]): Promise<ReadonlySet<string>>;
  /** The outcome of a poll or a webhook. Idempotent; true where it changed something. */
  settle(now: number, pushId: string, outcome: Outcome): Promise<boolean>;
  /** Milliseconds until something is due, or may be by then; undefined where nothing is. */
  untilDue(now: number): Promise<number | undefined>;
  /** Behind all wake-ups, in case one was missed. */
  sweep(now: number): Promise<void>;
  /** At the start of the only process: leases that are found belong to nobody. */
  clearLeases(): Promise<void>;
  /** Nobody sends before `until`. */
  pause(until: number): Promise<unknown>;
  unpause(now: number): Promise<void>;

  /** Feeds with lines whose other end is not connected. */
  awaited(): Promise<readonly FeedAddress[]>;
  /** The company's feeds on known connections. */
  feedKeys(companyId: string): Promise<readonly FeedKey[]>;
  overview(companyId: string, timeZone: string, now: number): Promise<readonly FeedOverview[]>;
  /** Pushes of a feed, newest first. */
  history(
    key: FeedKey,
    offset: number,
    limit: number,
  ): Promise<{ readonly items: readonly PushRecord[]; readonly more: boolean }>;
  /**
   * The newest change of each feed from a place on, oldest first; `version` is the place to go on from. None is
   * passed over; one may be told again.
   */
  changes(
    after: number,
    companyId: string | undefined,
  ): Promise<{ readonly version: number; readonly changes: readonly Change[] }>;
  /** Events nobody acknowledged, oldest first. */
  events(after: string | undefined, limit: number): Promise<readonly FeedEvent[]>;
  /** Acknowledges every event up to this one, itself included, that `events` told. False where there never was one so high. */
  acknowledge(upTo: string, now: number): Promise<boolean>;
  /** Removes everything kept of a company. */
  forget(now: number, companyId: string): Promise<void>;
  /** What people do about held lines, and what is kept of old ones. */
  readonly operating: Operating;
}
