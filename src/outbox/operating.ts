/** What people do about held lines, and what is kept of old ones: the part of the ledger that operations use. */
import type { PlatformKey } from '../contract/platforms.ts';
import type { FeedKey, HoldAction, Reason } from './model.ts';

/** A feed, named by people. */
export interface HeldAddress {
  readonly companyId: string;
  readonly accountId: string;
  /** Needed where the account has feeds on several connections; null for lines parked on none. */
  readonly connectionId?: string | null | undefined;
}

/** Without an account: the company as a whole. */
export type ResumeAddress = Omit<HeldAddress, 'accountId'> & { readonly accountId?: string | undefined };

export interface HeldFilter {
  readonly companyId?: string | undefined;
  readonly accountId?: string | undefined;
  readonly connectionId?: string | null | undefined;
}

/** Something that keeps lines of a feed from leaving until a person acts. Instants are ISO 8601 in UTC. */
export interface HeldFeed {
  readonly companyId: string;
  /** Absent for lines that are parked on no connection. */
  readonly connectionId?: string | undefined;
  readonly accountId: string;
  readonly platform?: PlatformKey | undefined;
  readonly reason: Reason;
  /** What happened, in the software's words where it gave some. */
  readonly message: string;
  readonly since: string;
  /** When Codat is asked, where that is what it waits for. */
  readonly until?: string | undefined;
  /** Lines that are held by it. */
  readonly lines: number;
  /** Lines a person took out of the batch that stopped. */
  readonly skipped: number;
  /** The batch may be in the software already: sent again it could be there twice. */
  readonly mayBeWritten: boolean;
  /** Codat's key of the push operation that stopped. */
  readonly operationKey?: string | undefined;
  /** The lines that failed, in the software's words; those that came too late. At most 100. */
  readonly items: readonly { readonly id?: string | undefined; readonly message: string }[];
  /** What may be done about it. */
  readonly actions: readonly HoldAction[];
}

/** Lines of a feed that wait and will go by themselves. Instants are ISO 8601 in UTC. */
export interface WaitingFeed {
  readonly companyId: string;
  /** Absent for lines that are parked on no connection. */
  readonly connectionId?: string | undefined;
  readonly accountId: string;
  readonly reason: Reason;
  readonly since: string;
  /** When they go on, or Codat is asked whether they can. */
  readonly until?: string | undefined;
  readonly lines: number;
}

/** What is not delivered, of all companies, by what keeps it: for those who watch. */
export interface Standing {
  /** `held`: a person has to act; `waiting`: it goes by itself. */
  readonly kind: 'held' | 'waiting';
  readonly reason: Reason;
  readonly accounts: number;
  readonly lines: number;
  /** When the oldest line was taken in, in milliseconds; undefined where there is none. */
  readonly since: number | undefined;
}

/** A line that is not delivered. */
export interface FeedLine {
  readonly id: string;
  /** Local date-time by which it is ordered. */
  readonly date: string;
  /** The very digits; absent where the line was set aside long ago. */
  readonly amount?: string | undefined;
  readonly description?: string | undefined;
  /** `stopped`: in the batch that stopped; `sending`: in the one that is under way. */
  readonly state: 'waiting' | 'sending' | 'stopped' | 'late' | 'skipped' | 'before-start';
  /** Why it was skipped. */
  readonly note?: string | undefined;
}

/** How many lines an action was about. */
export interface Acted {
  readonly lines: number;
}

export interface Skipped extends Acted {
  /** Lines that are still held on this feed. */
  readonly left: number;
  /** True where the feed stays stopped until it is resumed, which is possible now. */
  readonly resume?: boolean | undefined;
}

export interface RestoredCompany {
  readonly companyId: string;
  readonly connectionIds: readonly string[];
  /** When its gate was closed; the newest push that is known. Milliseconds. */
  readonly closedAt: number;
  readonly lastSealedAt: number;
}

/** A batch that Codat took and has not finished. */
export interface UnfinishedPush {
  readonly key: FeedKey;
  readonly platform?: PlatformKey | undefined;
  readonly operationKey: string;
  readonly lines: number;
  /** When it was sent, in milliseconds. */
  readonly sentAt: number;
}

/** Rejects with OutboxError where an action is not possible; nothing has changed then. */
export interface Operating {
  /** Holds, oldest feed first. `after` is the `next` of the page before; `limit` counts feeds. */
  held(
    now: number,
    filter: HeldFilter,
    after: string | undefined,
    limit: number,
  ): Promise<{ readonly items: readonly HeldFeed[]; readonly next?: string | undefined }>;
  /** Feeds with lines that wait; paged as `held` is. */
  waiting(
    now: number,
    filter: HeldFilter,
    after: string | undefined,
    limit: number,
  ): Promise<{ readonly items: readonly WaitingFeed[]; readonly next?: string | undefined }>;
  standing(now: number): Promise<readonly Standing[]>;
  /** The lines of a feed that are not delivered, by date. */
  lines(
    address: HeldAddress,
    offset: number,
    limit: number,
  ): Promise<{ readonly items: readonly FeedLine[]; readonly more: boolean }>;
  /** The operation of a batch that stopped and may be written: to be read again before anything is repeated. */
  doubtfulOperation(address: HeldAddress): Promise<string | undefined>;
  /** With `since`: only what has been held since then. */
  retry(now: number, address: HeldAddress, notWritten: boolean, since?: string): Promise<Acted>;
  skip(now: number, address: HeldAddress, ids: readonly string[], reason: string): Promise<Skipped>;
  resume(now: number, address: ResumeAddress): Promise<Acted>;

  /** An older store came back: no company sends before it is known what was sent since. */
  holdRestored(now: number): Promise<void>;
  /** Companies of which that is not known yet. */
  restored(): Promise<readonly RestoredCompany[]>;
  /** Opens the gate of a company where nothing was sent that is not known; else a person has to say go. */
  judgeRestored(now: number, company: RestoredCompany, operationKeys: readonly string[]): Promise<void>;
  /** True for one caller in `every` milliseconds: it looks for operations that nobody here sent. */
  claimAudit(now: number, every: number): Promise<boolean>;
  /** Connections on which something was sent since then, and nothing from before `until` is in doubt. */
  settledSince(
    since: number,
    until: number,
  ): Promise<readonly { readonly companyId: string; readonly connectionId: string }[]>;
  /** Batches sent before then that Codat has not finished. */
  unfinished(before: number): Promise<readonly UnfinishedPush[]>;
  /** Tells of an operation that is to be looked at, once. */
  alarm(now: number, key: FeedKey, operationKey: string, message: string): Promise<void>;
  /** Removes a little of what is older than it is kept; answers how much, 0 where nothing is left to remove. */
  prune(now: number): Promise<number>;
}
