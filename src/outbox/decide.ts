/**
 * What to do next, as pure functions: given how a feed or a push stands, the clock, and what was answered. The
 * store and the worker around them only carry it out. The rules and their reasons: docs/push.md.
 */
import { platforms, type PlatformKey } from '../contract/platforms.ts';
import type { CreateAnswer, Durations, FeedFacts, Operation, Reason } from './model.ts';

// ---- How a feed stands -------------------------------------------------------------------------

export interface FeedState {
  readonly platform?: PlatformKey | undefined;
  readonly connection: FeedFacts['connection'];
  readonly account: FeedFacts['account'];
  readonly startDate?: string | undefined;
  /** Set where a person has to act before anything is sent. */
  readonly blocked?: Reason | undefined;
  /** Local date-time of the newest line in a push; '' before the first. */
  readonly sealedLocal: string;
}

export type Standing =
  | { readonly kind: 'open' }
  | { readonly kind: 'waiting'; readonly reason: 'not-connected' }
  | { readonly kind: 'held'; readonly reason: Reason };

export type End = Extract<Reason, 'removed' | 'unlinked' | 'deauthorized' | 'disconnected'>;

/** Whether the feed's other end takes lines; a block of our own is another matter. */
export const isConnected = ({ connection, account }: Pick<FeedState, 'connection' | 'account'>): boolean =>
  connection === 'linked' && account === 'connected';

/** Why the feed's other end takes no lines any more; undefined where it does, or never has. */
export const endOf = ({ connection, account }: Pick<FeedState, 'connection' | 'account'>): End | undefined => {
  if (connection === 'deleted' || account === 'removed') return 'removed';
  if (connection === 'unlinked' || connection === 'deauthorized') return connection;
  return account === 'disconnected' ? account : undefined;
};

const hasEnded = (account: FeedState['account']): boolean => account === 'disconnected' || account === 'removed';

/**
 * Whether an account leads somewhere from here on, and nobody can tell whether it is where it led before: its mapping
 * ended and it is mapped anew, or is seen to have ended where the connection is linked again, maybe to other books. Of
 * what happened while nobody looked, another start date tells.
 */
export const beginsAnew = (
  before: FeedState,
  next: Pick<FeedState, 'connection' | 'account' | 'startDate'>,
): boolean => {
  if (hasEnded(next.account)) return before.connection !== 'linked' && next.connection === 'linked';
  if (before.account !== 'connected') return hasEnded(before.account);
  if (next.account === 'connecting') return true;
  return next.account === 'connected' && before.startDate !== undefined && before.startDate !== next.startDate;
};

export const standingOf = ({ blocked, connection, account }: FeedState): Standing => {
  const end = endOf({ connection, account });
  // What was refused is tried again when the other end is back: it may have been refused because that had gone.
  if (blocked !== undefined && (blocked !== 'refused' || end === undefined)) return { kind: 'held', reason: blocked };
  if (end !== undefined) return { kind: 'held', reason: end };
  return isConnected({ connection, account }) ? { kind: 'open' } : { kind: 'waiting', reason: 'not-connected' };
};

/** Software of which nothing is known is taken to be strict. */
export const ordersStrictly = (platform: PlatformKey | undefined): boolean =>
  platform === undefined || platforms[platform].order === 'strict';

/**
 * Whether two connections of an account may lead into the same books: then what went over the one does not go over
 * the other by itself. Of software that is not known they may.
 */
export const mayShareBooks = (one: PlatformKey | undefined, other: PlatformKey | undefined): boolean =>
  one === undefined || other === undefined || one === other;

/** The first day that may be delivered; undefined where the date is unknown or a mere hint. */
export const firstDay = ({ platform, startDate }: Pick<FeedState, 'platform' | 'startDate'>): string | undefined =>
  platform !== undefined && platforms[platform].startDate === 'hint' ? undefined : startDate;

/**
 * Where a new line goes: the queue, the queue although younger lines left before it (software without an order
 * rule), held as late, or never sent because it lies before the feed start date.
 */
export type Place = 'queue' | 'straggler' | 'late' | 'before-start';

export const placeOf = (line: { readonly at: string; readonly day: string }, feed: FeedState): Place => {
  const first = isConnected(feed) ? firstDay(feed) : undefined;
  if (first !== undefined && line.day < first) return 'before-start';
  if (line.at >= feed.sealedLocal) return 'queue';
  return ordersStrictly(feed.platform) ? 'late' : 'straggler';
};

/** When a feed wants a sender after lines came: small batches wait a moment for company, a load for its next part. */
export const dueAfterArrival = (
  state: FeedState,
  feed: {
    readonly queued: number;
    readonly inPush: number;
    readonly dueAt?: number | undefined;
    readonly loadingUntil?: number | undefined;
  },
  now: number,
  linger: number,
): number | undefined => {
  if (standingOf(state).kind !== 'open' || feed.inPush > 0 || feed.queued === 0) return feed.dueAt;
  const at = feed.queued >= mostLines ? now : now + linger;
  return Math.min(feed.dueAt ?? Infinity, Math.max(at, feed.loadingUntil ?? 0));
};

/** Until when nothing new of a feed leaves, as parts of a load come. */
export const loadingAfter = (
  before: number | undefined,
  more: boolean | undefined,
  now: number,
  { loading }: Durations,
): number | undefined => (more === undefined ? before : more ? now + loading : undefined);

// ---- Cutting -------------------------------------------------------------------------------------

export const mostLines = 1000;
const mostCharacters = 4_000_000;

export interface QueuedLine {
  readonly id: string;
  readonly seq: number;
  readonly at: string;
  readonly body: string;
}

const compareLines = (one: QueuedLine, other: QueuedLine): number => {
  if (one.at !== other.at) return one.at < other.at ? -1 : 1;
  return one.seq - other.seq;
};

/**
 * The next batch: the oldest lines by (local date-time, arrival), at most 1,000 and of bounded size, at least
 * one. Codat takes the balance of the last line as the account's, so the newest one stays last.
 */
export const cut = (lines: readonly QueuedLine[]): readonly QueuedLine[] => {
  const sorted = lines.toSorted(compareLines);
  let characters = 0;
  let count = 0;
  for (const line of sorted) {
    characters += line.body.length;
    if (count === mostLines || (count > 0 && characters > mostCharacters)) break;
    count += 1;
  }
  return sorted.slice(0, count);
};

// ---- One push -------------------------------------------------------------------------------------

/** An unfinished push, as far as decisions need it. Times in milliseconds. */
export interface PushState {
  readonly attempts: number;
  /** A request was begun whose end is not recorded: found so by another sender, it went unanswered. */
  readonly inFlight: boolean;
  /** An attempt under this key went unanswered: the lines may have been written. */
  readonly unanswered: boolean;
  /** 408 or 5xx was answered: it would be replayed for ever, so this key tells nothing any more. */
  readonly spent: boolean;
  /** The first attempt that may have been written. */
  readonly firstTryAt?: number | undefined;
  readonly lastTryAt?: number | undefined;
  readonly nextAt?: number | undefined;
  /** Failures in a row of this feed, for the pause before the next try. */
  readonly failures: number;
}

/** A request begins: until its end is recorded it counts as in flight. */
export const begun = (push: PushState, now: number): PushState => ({
  ...push,
  attempts: push.attempts + 1,
  unanswered: push.unanswered || push.inFlight,
  inFlight: true,
  firstTryAt: push.firstTryAt ?? now,
  lastTryAt: now,
  nextAt: undefined,
});

export interface Gate {
  readonly scope: 'all' | 'company';
  readonly until: number;
  /** `restored`: an older store came back, and Codat is asked what was sent since; `restored-unknown`: something was. */
  readonly reason: 'rate-limit' | 'unauthorized' | 'restored' | 'restored-unknown';
}

export type ItemErrors = Operation['errors'];

/** What becomes of a push. */
export type Outcome =
  | { readonly kind: 'pending'; readonly operationKey: string }
  | { readonly kind: 'success'; readonly operationKey: string }
  /** Not written for certain: sealed again, its clock starts anew. */
  | { readonly kind: 'sealed'; readonly at: number; readonly gate?: Gate | undefined }
  /** Maybe written: the same key and bytes again at `at`. */
  | { readonly kind: 'again'; readonly at: number; readonly gate?: Gate | undefined }
  /** Maybe written and the key is of no use: list the operations at `at`. */
  | { readonly kind: 'reconcile'; readonly at: number; readonly gate?: Gate | undefined }
  /** Not written for certain, and the key is spent: the same lines under a new one. */
  | {
      readonly kind: 'new-key';
      readonly at: number;
      readonly gate?: Gate | undefined;
      readonly failed: boolean;
      /** The operation that failed. */
      readonly operationKey?: string | undefined;
    }
  | {
      readonly kind: 'stop';
      readonly state: 'failed' | 'timed-out';
      readonly reason: Reason;
      readonly message: string;
      readonly errors: ItemErrors;
      readonly operationKey?: string | undefined;
    };

/** Exponential, from `retryFirst` to `retryMax`. */
export const backoff = (tries: number, { retryFirst, retryMax }: Durations): number =>
  Math.min(retryMax, retryFirst * 2 ** Math.min(tries, 30));

/** When listing may begin: by then every attempt has either arrived and been committed, or never will. */
const quietAt = (push: PushState, now: number, durations: Durations): number =>
  (push.lastTryAt ?? now) + durations.sendWindow + durations.quietWindow;

/** The answer to a POST. `push.unanswered` is about the attempts before this one. */
export const answered = (push: PushState, answer: CreateAnswer, now: number, durations: Durations): Outcome => {
  const retryAt = now + backoff(push.attempts, durations);
  const reconcile = (gate?: Gate): Outcome => ({ kind: 'reconcile', at: quietAt(push, now, durations), gate });
  switch (answer.kind) {
    case 'accepted':
      return operationRead(push, answer.operation, now, durations);
    case 'throttled': {
      const until = now + answer.retryAfterMs;
      const gate: Gate = { scope: 'all', until, reason: 'rate-limit' };
      return { kind: push.unanswered ? 'again' : 'sealed', at: until, gate };
    }
    case 'not-sent':
      return { kind: push.unanswered ? 'again' : 'sealed', at: retryAt };
    case 'in-progress':
    case 'unanswered':
      return { kind: 'again', at: retryAt };
    case 'doubt':
      return reconcile();
    case 'unauthorized': {
      const until = now + durations.unauthorizedPause;
      const gate: Gate = { scope: 'company', until, reason: 'unauthorized' };
      return push.unanswered ? reconcile(gate) : { kind: 'new-key', at: until, gate, failed: false };
    }
    case 'refused':
      // Where an attempt before went unanswered, the refusal may be of a second copy.
      if (push.unanswered) return reconcile();
      return { kind: 'stop', state: 'failed', reason: 'refused', message: answer.message, errors: answer.errors };
    case 'key-mismatch':
      return {
        kind: 'stop',
        state: push.unanswered ? 'timed-out' : 'failed',
        reason: 'fault',
        message: `Codat knows this Idempotency-Key with another body: ${answer.message}`,
        errors: [],
      };
  }
};

/** What Codat says of a push operation. */
export const operationRead = (push: PushState, operation: Operation, now: number, durations: Durations): Outcome => {
  const { key: operationKey, status, message = '', errors } = operation;
  switch (status) {
    case 'pending':
    case 'unknown':
      return { kind: 'pending', operationKey };
    case 'success':
      return { kind: 'success', operationKey };
    case 'failed':
      if (errors.length === 0 && (operation.statusCode ?? 0) >= 500)
        return { kind: 'new-key', at: now + backoff(push.failures, durations), failed: true, operationKey };
      return {
        kind: 'stop',
        state: 'failed',
        reason: 'refused',
        message: message || 'The accounting software refused these transactions.',
        errors,
        operationKey,
      };
    case 'timed-out':
      return {
        kind: 'stop',
        state: 'timed-out',
        reason: 'timed-out',
        message:
          'Codat timed out; these transactions may have been written. Look in the software before sending again.',
        errors,
        operationKey,
      };
  }
};

/** How a push goes on that an outcome leaves unfinished under its key. */
export const goesOn = (
  push: PushState,
  outcome: Extract<Outcome, { kind: 'sealed' | 'again' | 'reconcile' }>,
): PushState & { readonly state: 'sealed' | 'sending' } => {
  const next = { ...push, inFlight: false, nextAt: outcome.at };
  if (outcome.kind === 'sealed') return { ...next, state: 'sealed', firstTryAt: undefined, lastTryAt: undefined };
  return { ...next, state: 'sending', unanswered: true, spent: push.spent || outcome.kind === 'reconcile' };
};

/** Codat does not know an operation it told us of, and has not since `missingSince`. */
export const operationMissing = (
  operationKey: string,
  missingSince: number,
  now: number,
  durations: Durations,
): Outcome | undefined => {
  if (now - missingSince < durations.operationLost) return undefined;
  const message =
    `Codat took these transactions as push operation ${operationKey} and does not know it any more; they may have ` +
    'been written. Look in the software before sending again.';
  return { kind: 'stop', state: 'timed-out', reason: 'timed-out', message, errors: [], operationKey };
};

/** When Codat is asked about a push that it answered unclearly, and what waits behind it can go on. */
export const askedAt = (push: PushState, now: number, durations: Durations): number =>
  Math.max(quietAt(push, now, durations), push.spent ? (push.nextAt ?? 0) : 0);

export type Action =
  | { readonly kind: 'send' }
  | { readonly kind: 'reconcile'; readonly since: number }
  | { readonly kind: 'wait'; readonly until: number };

/** What to do with a push that is sending or in doubt. A feed that is not open is only reconciled. */
export const nextAction = (push: PushState, open: boolean, now: number, durations: Durations): Action => {
  const unanswered = push.unanswered || push.inFlight;
  const tooOld = now - (push.firstTryAt ?? now) >= durations.keyLife;
  if (push.spent || (unanswered && (tooOld || !open))) {
    const until = askedAt(push, now, durations);
    return now < until
      ? { kind: 'wait', until }
      : { kind: 'reconcile', since: (push.firstTryAt ?? now) - durations.clockSkew };
  }
  const until = push.nextAt ?? now;
  return now < until ? { kind: 'wait', until } : { kind: 'send' };
};

const mostNamed = 5;

const ambiguousMessage = (candidates: readonly Operation[]): string => {
  const named = candidates
    .slice(0, mostNamed)
    .map(({ key, requestedAt }) => `${key} of ${new Date(requestedAt).toISOString()}`);
  const more = candidates.length > mostNamed ? ` and ${candidates.length - mostNamed} more` : '';
  return (
    `${candidates.length} push operations could be this one; it may have been written. Look in the software. ` +
    `The operations: ${named.join(', ')}${more}.`
  );
};

/**
 * After the quiet window: `operations` are the company's since the first attempt, `known` those that belong to
 * other pushes of ours. One stranger is ours, none means nothing was written, several are never guessed among.
 */
export const reconciled = (
  push: PushState,
  connectionId: string,
  operations: readonly Operation[],
  known: ReadonlySet<string>,
  now: number,
  durations: Durations,
): Outcome => {
  const since = (push.firstTryAt ?? now) - durations.clockSkew;
  const candidates = operations.filter(
    (operation) =>
      operation.connectionId === connectionId &&
      (operation.dataType === undefined || operation.dataType === 'bankTransactions') &&
      operation.requestedAt >= since &&
      !known.has(operation.key),
  );
  const [only, ...others] = candidates;
  if (only === undefined) return { kind: 'new-key', at: now, failed: false };
  if (others.length === 0) return operationRead(push, only, now, durations);
  return {
    kind: 'stop',
    state: 'timed-out',
    reason: 'ambiguous',
    message: ambiguousMessage(candidates),
    errors: [],
  };
};
