/**
 * The vocabulary of delivery: what the host hands over, what is kept, and the ports through which the
 * outbox reaches the world. Rules and reasons: docs/push.md.
 */
import type { PlatformKey } from '../contract/platforms.ts';
import type { feedReasons } from '../contract/schemas.ts';

/** Time as the outbox sees it; tests give one they can move. */
export interface Clock {
  /** Milliseconds since the epoch, UTC. */
  now(): number;
  /** Resolves after `ms`, or at once when the signal aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export type Reason = (typeof feedReasons)[number];

/** *retry*: the same lines under a new key. *skip*: named lines are never sent. *resume*: goes on after a skip. */
export const holdActions = ['retry', 'skip', 'resume'] as const;
export type HoldAction = (typeof holdActions)[number];

/** A source account at Codat. `accountId` is the host's own free string. */
export interface FeedKey {
  readonly companyId: string;
  readonly connectionId: string;
  readonly accountId: string;
}

/** A source account whose connection may not exist yet. */
export interface FeedAddress {
  readonly companyId: string;
  readonly accountId: string;
  readonly connectionId?: string | undefined;
}

/**
 * A bank transaction as the host hands it over. Amounts are decimal strings, or numbers of at most
 * 15 significant digits. `date` is local, `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM:SS`; an offset is ignored.
 */
export interface TransactionInput {
  readonly id: string;
  readonly date: string;
  readonly amount: string | number;
  readonly balance?: string | number | null | undefined;
  readonly description?: string | null | undefined;
  readonly counterparty?: string | null | undefined;
  readonly reference?: string | null | undefined;
  readonly reconciled?: boolean | undefined;
  readonly transactionType?: string | null | undefined;
}

/**
 * What may be said of a line at hand-over. `late`, `before_start` and `skipped` tell what became of a stored line, also
 * when it is handed over again; `known_elsewhere` and `known_before` that it may be in other books than the present.
 */
export type IssueCode =
  | 'not_an_object'
  | 'id_missing'
  | 'date_invalid'
  | 'date_in_future'
  | 'today_uncertain'
  | 'offset_ignored'
  | 'too_old'
  | 'amount_invalid'
  | 'amount_not_exact'
  | 'balance_missing'
  | 'not_text'
  | 'not_boolean'
  | 'too_long'
  | 'invalid_characters'
  | 'type_unknown'
  | 'type_undocumented'
  | 'type_rewritten'
  | 'sign_unusual'
  | 'unknown_field'
  | 'description_missing'
  | 'field_ignored'
  | 'changed_content'
  | 'late'
  | 'before_start'
  | 'skipped'
  | 'known_elsewhere'
  | 'known_before'
  | 'start_date_hint'
  | 'not_connected';

/** Rules of preflight whose severity a host may choose: what they object to can be sent all the same. */
export const adjustableRules = [
  'date_in_future',
  'today_uncertain',
  'offset_ignored',
  'too_old',
  'balance_missing',
  'description_missing',
  'field_ignored',
  'type_undocumented',
  'type_rewritten',
  'sign_unusual',
  'unknown_field',
] as const satisfies readonly IssueCode[];

/** The host's own severities, where the published sources disagree. */
export type IssueRules = Readonly<Partial<Record<(typeof adjustableRules)[number], 'error' | 'warning' | 'off'>>>;

export interface PushIssue {
  /** Place in the list that was handed over, from 0. */
  readonly index: number;
  readonly id?: string | undefined;
  readonly severity: 'error' | 'warning';
  readonly code: IssueCode;
  /** Empty where it is about the line as a whole. */
  readonly field: string;
  /** What is wrong and what to do. */
  readonly message: string;
}

/**
 * The answer to a hand-over, given after it is stored. `accepted + duplicates + held + skipped + refused`
 * is the number of lines handed over; every line that is held, skipped or refused is named in `issues`.
 */
export interface PushResult {
  readonly accepted: number;
  /** Known already with the same content: nothing to do. */
  readonly duplicates: number;
  /** Stored, but not sent: older than the newest line already sent, on a platform that would refuse it. */
  readonly held: number;
  /** Before the feed start date: stored, never sent. For lines that wait this is judged when they are released. */
  readonly skipped: number;
  readonly refused: number;
  /** Why the accepted lines do not leave at once. */
  readonly waiting?: Reason | undefined;
  readonly issues: readonly PushIssue[];
}

/** What is known of a feed's other end, from a webhook or a listing. State only moves by a newer fact. */
export interface FeedFacts {
  readonly platform?: PlatformKey | undefined;
  readonly connection: 'pending' | 'linked' | 'unlinked' | 'deauthorized' | 'deleted';
  readonly account: 'none' | 'pending' | 'connecting' | 'connected' | 'disconnected' | 'removed';
  readonly feedStartDate?: string | undefined;
}

/** A push operation as Codat tells it. */
export interface Operation {
  readonly key: string;
  readonly connectionId: string;
  readonly dataType?: string | undefined;
  readonly status: 'pending' | 'success' | 'failed' | 'timed-out' | 'unknown';
  /** Milliseconds since the epoch. */
  readonly requestedAt: number;
  readonly statusCode?: number | undefined;
  readonly message?: string | undefined;
  readonly errors: readonly { readonly itemId?: string | undefined; readonly message: string }[];
}

/** What came back from the one POST of a sealed batch. Closed: the adapter decides, nobody guesses. */
export type CreateAnswer =
  | { readonly kind: 'accepted'; readonly operation: Operation }
  /** 429: a definite no; the key is free again. */
  | { readonly kind: 'throttled'; readonly retryAfterMs: number }
  /** 409: the same key is still in progress. */
  | { readonly kind: 'in-progress' }
  /** 422: the same key was used with another body; our bug. */
  | { readonly kind: 'key-mismatch'; readonly message: string }
  /** 401, 402, 403: the company's sends pause, no feed is failed for it. */
  | { readonly kind: 'unauthorized'; readonly status: number; readonly message: string }
  /** Any other 4xx: a rule was broken; these are the item errors. */
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly message: string;
      readonly errors: readonly { readonly itemId?: string | undefined; readonly message: string }[];
    }
  /** 408 or 5xx: it may have been written, and the answer is cached under this key, so the key is spent. */
  | { readonly kind: 'doubt'; readonly status: number }
  /** No answer at all: the same key and the same bytes may be sent again. */
  | { readonly kind: 'unanswered'; readonly message: string }
  /** The fence held the last byte back: nothing was sent. */
  | { readonly kind: 'not-sent' };

export interface CreateRequest extends FeedKey {
  /** The exact bytes of the request, as sealed. */
  readonly body: string;
  readonly idempotencyKey: string;
  /** Asked at the last moment before the request is complete; false holds it back. */
  readonly commit?: (() => boolean) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The port through which the outbox sends. Reads reject with an error; `create` always answers. */
export interface Upstream {
  create(request: CreateRequest): Promise<CreateAnswer>;
  /** Undefined where Codat does not know the operation. `told`: a webhook says that it ended; the next batch waits for it. */
  get(companyId: string, operationKey: string, signal?: AbortSignal, told?: boolean): Promise<Operation | undefined>;
  /** The company's push operations requested at or after `since` (milliseconds), oldest first. */
  list(companyId: string, since: number, signal?: AbortSignal): Promise<readonly Operation[]>;
}

/** What the host hears, in process and from `GET /v1/events`. */
export type FeedEvent = FeedKey & {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
} & (
    | { readonly type: 'account-connected'; readonly feedStartDate?: string | undefined }
    | { readonly type: 'delivered'; readonly operationKey: string; readonly lines: number }
    | { readonly type: 'held'; readonly reason: Reason; readonly message: string }
    | { readonly type: 'recovered' }
    /** A person acted on held lines; `reason` is theirs. */
    | {
        readonly type: 'operated';
        readonly action: HoldAction;
        readonly lines: number;
        readonly reason?: string | undefined;
      }
    /** A push operation that nobody here sent, or one that was written although it was given up: look at it. */
    | { readonly type: 'alarm'; readonly operationKey: string; readonly message: string }
  );

/** Something about a feed changed; `accountId` is empty where it is about the connection as a whole. */
export interface Change extends FeedKey {
  /** Another one with every change of this feed. */
  readonly version: number;
}

/** How a feed stands, for people. Instants are ISO 8601 in UTC. */
export interface FeedOverview {
  readonly companyId: string;
  /** Absent while lines are parked for an account whose connection is not known yet. */
  readonly connectionId?: string | undefined;
  readonly accountId: string;
  /** `open` where what comes leaves at once, whether or not something waits now; else why it would not. */
  readonly state: 'open' | Reason;
  readonly counts: {
    readonly delivered: number;
    /** Will go by themselves. */
    readonly waiting: number;
    /** A person has to act. */
    readonly held: number;
  };
  /**
   * Of those delivered: before the account was mapped anew, maybe into other books. Absent where none were. The last
   * delivery, the days and the history are what came after.
   */
  readonly former?: number | undefined;
  /** Never sent: skipped by a person, or before the feed start date. */
  readonly skipped?: number | undefined;
  /** `until`: when it goes on, or Codat is asked whether it can. */
  readonly waiting?:
    | { readonly reason: Reason; readonly since: string; readonly until?: string | undefined }
    | undefined;
  readonly held?: { readonly reason: Reason; readonly since: string } | undefined;
  readonly lastDelivery?: { readonly at: string; readonly lines: number } | undefined;
  /** Oldest first, the last 30 days, in the company's time zone (UTC where none is known). */
  readonly days: readonly { readonly date: string; readonly delivered: number; readonly held: number }[];
}

/** One push operation of ours in the history of a feed. */
export interface PushRecord {
  readonly id: string;
  readonly operationKey?: string | undefined;
  readonly status: 'sending' | 'pending' | 'delivered' | 'failed' | 'timed-out';
  readonly lines: number;
  readonly firstDate: string;
  readonly lastDate: string;
  readonly startedAt: string;
  readonly finishedAt?: string | undefined;
  readonly errors: readonly {
    readonly itemId?: string | undefined;
    readonly code: string;
    readonly message: string;
  }[];
}

/** Every duration in milliseconds; the defaults are in durations.ts. */
export interface Durations {
  /** How long a connection's sender may be silent before another one takes over. */
  readonly lease: number;
  readonly heartbeat: number;
  /** Between sealing a batch and the last byte of its request; must be well below `lease`. */
  readonly sendWindow: number;
  /** How long a small push waits for company. */
  readonly linger: number;
  /** How long a feed waits for the next part of a load before what is there leaves. */
  readonly loading: number;
  /** How long an Idempotency-Key may be reused. */
  readonly keyLife: number;
  /** Before listing, to see whether a doubtful write landed: longer than the slowest upstream commit. */
  readonly quietWindow: number;
  readonly clockSkew: number;
  readonly pollFirst: number;
  readonly pollMax: number;
  readonly sweep: number;
  /** How often a sender looks for what other instances of a shared store took in. */
  readonly look: number;
  readonly retryFirst: number;
  readonly retryMax: number;
  /** How long a company's sends rest after 401, 402 or 403. */
  readonly unauthorizedPause: number;
  /** How long Codat may not know an operation that it told us of, before its feed stops. */
  readonly operationLost: number;
  /** How often the operations of companies are listed, to find such as nobody here sent. */
  readonly audit: number;
  /** How long the content of delivered lines, the history of pushes and acknowledged events are kept. */
  readonly keep: number;
  /** How long events are kept that nobody acknowledged. */
  readonly keepUnread: number;
}
