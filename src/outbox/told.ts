/** What callers and people are told of lines and feeds: pure, the same for every ledger. */
import { firstDay, standingOf, type End, type FeedState, type Gate, type Place, type Standing } from './decide.ts';
import type { IndexedLine } from './ledger-port.ts';
import type { UnfinishedPush } from './operating.ts';
import type { PushIssue, PushResult, Reason } from './model.ts';

export const changedContent = ({ index, id }: { readonly index: number; readonly id: string }): PushIssue => ({
  index,
  id,
  severity: 'error',
  code: 'changed_content',
  field: 'id',
  message: 'This id was handed over before with other content. A stored line never changes; use a new id.',
});

/** What a stored line is told: it is held or skipped, or the start date is only a hint. */
export const placed = (line: IndexedLine, place: Place, feed: FeedState): PushIssue | undefined => {
  const issue = { index: line.index, id: line.id, severity: 'warning', field: 'date' } as const;
  if (place === 'late') {
    const message = 'Older than a line that was sent already; the software would refuse it, so it is held.';
    return { ...issue, code: 'late', message };
  }
  const { startDate } = feed;
  if (place === 'before-start')
    return { ...issue, code: 'before_start', message: `Before the feed start date (${startDate ?? ''}); not sent.` };
  if (startDate !== undefined && firstDay(feed) === undefined && line.day < startDate)
    return {
      ...issue,
      code: 'start_date_hint',
      message: `Before the feed start date (${startDate}); sent all the same.`,
    };
  return undefined;
};

/** A line that is handed over again, as it is kept. */
export interface KnownLine {
  readonly body: string;
  readonly mark?: string | null | undefined;
  /** Why a person skipped it. */
  readonly note?: string | null | undefined;
  /** Where it is known on another connection of the account, to the same software. */
  readonly connectionId?: string | undefined;
  /** It came, and left, before the account was mapped anew. */
  readonly before?: boolean | undefined;
}

/** What a line is told that is there already: whether it is delivered, or will be, it has to hear otherwise. */
export const knownAs = (line: IndexedLine, earlier: KnownLine, feed: FeedState): PushIssue | undefined => {
  const issue = { index: line.index, id: line.id, severity: 'warning', field: 'id' } as const;
  const { mark, note, connectionId } = earlier;
  if (connectionId !== undefined) {
    const message =
      `Handed over before for connection ${connectionId} of the same software, and not taken again. Where this ` +
      'connection leads into other books, name it as connectionId.';
    return { ...issue, code: 'known_elsewhere', message };
  }
  if (mark === 'skipped')
    return { ...issue, code: 'skipped', message: `A person skipped this line (${note ?? ''}); it is not sent.` };
  if (mark === 'late' || mark === 'before-start') return placed(line, mark, feed);
  if (earlier.before !== true) return undefined;
  const message =
    'Handed over before this account was mapped anew, and not taken again. Where that led into other books, look ' +
    'whether they have it; where not, hand it over under a new id.';
  return { ...issue, code: 'known_before', message };
};

/** The answer to a caller who would rather have lines refused than wait for the account to be connected. */
export const notConnected = (lines: readonly IndexedLine[], waiting: Reason): PushResult => {
  const message = 'The account is not connected yet; nothing was stored.';
  const issues = lines.flatMap(
    ({ index, id, refusals }): readonly PushIssue[] =>
      refusals ?? [{ index, id, severity: 'error', code: 'not_connected', field: '', message }],
  );
  return { accepted: 0, duplicates: 0, held: 0, skipped: 0, refused: lines.length, waiting, issues };
};

export const lateMessage = (count: number): string =>
  `${count} older than the newest line that was sent; held, as the software would refuse them.`;

export const heldMessages = {
  unlinked: 'The connection was unlinked. Linking it again sends what waits.',
  deauthorized: 'The software no longer authorizes the connection. Connecting again sends what waits.',
  disconnected: 'The account was disconnected in the software. Connecting it again sends what waits.',
  removed: 'The account or its connection was removed. What waits can be skipped or forgotten.',
} as const satisfies Record<End, string>;

/** Lines that came after the account had ended are on no connection yet. */
export const parkedMessages = {
  ...heldMessages,
  removed: 'The account or its connection was removed. Connecting the account anew sends what came since.',
} as const satisfies Record<End, string>;
export const isFactReason = (reason: string): reason is keyof typeof heldMessages =>
  Object.hasOwn(heldMessages, reason);

export const unauthorizedMessage =
  'Codat refuses the API key or the plan; all sends of this company rest and are tried again.';

export const foreignMessage = (operationKey: string): string =>
  `Codat answered with push operation ${operationKey}, which belongs to another batch.`;

export const restoringMessage = (until: string): string =>
  'The store was restored; nothing leaves before it is known what was sent since the backup. Codat is asked at ' +
  `${until}: by then it shows all of that.`;

export const restoredMessage =
  'The store was restored, and Codat has push operations that it does not know: lines that were sent after the backup ' +
  'would be sent again. Hand over what came since, look which lines are in the software, skip those, then resume, once for the company.';

export const strangerMessage = (operationKey: string, status: string): string =>
  `Push operation ${operationKey} (${status}) was sent by nobody here. Another program may push on this connection, ` +
  'or an attempt that was given up landed late: look whether its lines are in the software twice.';

export const unfinishedMessage = ({ lines, operationKey }: UnfinishedPush, hours: number): string =>
  `${lines} lines were taken by Codat as push operation ${operationKey} and are not finished after ${hours} hours. ` +
  'What comes after them waits: ask Codat, or look whether the connection is all right.';

export const writtenTwiceMessage = (lines: number): string =>
  `${lines} lines that were sent again had been written after all: they are in the software twice.`;

export const strandedMessage = (lines: number): string =>
  `${lines} parked lines bear ids that were handed over with other content for this account.`;

/** Never to be passed over in silence: lines that are counted and not found would be lost. */
export const missingMessage = (lines: number): string =>
  `${lines} lines are counted as waiting and were not found. Ask for support.`;

/** What keeps lines of a feed from leaving beside its own state. Times in milliseconds. */
export interface Rest {
  readonly gate?: Pick<Gate, 'reason' | 'until'> | undefined;
  /** When Codat is asked: about a batch of the connection that it answered unclearly, or after a restore. */
  readonly askedAt?: number | undefined;
  /** Of lines that are parked: why the account is not connected any more. */
  readonly ended?: End | undefined;
}

export type Told =
  | Standing
  | { readonly kind: 'waiting'; readonly reason: Reason; readonly until?: number | undefined };

/** How a feed stands for those who ask. */
export const toldOf = (feed: FeedState, { gate, askedAt, ended }: Rest): Told => {
  const standing = standingOf(feed);
  if (standing.kind === 'held') return standing;
  if (gate?.reason === 'restored') return { kind: 'waiting', reason: 'checking', until: askedAt };
  if (gate?.reason === 'restored-unknown') return { kind: 'held', reason: 'ambiguous' };
  if (standing.kind === 'waiting') return ended === undefined ? standing : { kind: 'held', reason: ended };
  if (gate !== undefined)
    return { kind: 'waiting', reason: gate.reason === 'unauthorized' ? gate.reason : 'paused', until: gate.until };
  return askedAt === undefined ? standing : { kind: 'waiting', reason: 'checking', until: askedAt };
};

/** Why what is accepted does not leave at once. */
export const waitingReason = (feed: FeedState, rest: Rest): Reason | undefined => {
  const told = toldOf(feed, rest);
  return told.kind === 'open' ? undefined : told.reason;
};
