/** What callers and people are told of lines and feeds: pure, the same for every ledger. */
import { firstDay, standingOf, type FeedState, type Gate, type Place } from './decide.ts';
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
  return mark === 'late' || mark === 'before-start' ? placed(line, mark, feed) : undefined;
};

/** The answer to a caller who would rather have lines refused than wait for the account to be connected. */
export const notConnected = (lines: readonly IndexedLine[], waiting: Reason): PushResult => {
  const message = 'The account is not connected yet; nothing was stored.';
  const issues = lines.map(({ index, id }): PushIssue => ({
    index,
    id,
    severity: 'error',
    code: 'not_connected',
    field: '',
    message,
  }));
  return { accepted: 0, duplicates: 0, held: 0, skipped: 0, refused: lines.length, waiting, issues };
};

export const lateMessage = (count: number): string =>
  `${count} older than the newest line that was sent; held, as the software would refuse them.`;

export const heldMessages = {
  unlinked: 'The connection was unlinked. Linking it again sends what waits.',
  deauthorized: 'The software no longer authorizes the connection. Connecting again sends what waits.',
  disconnected: 'The account was disconnected in the software. Connecting it again sends what waits.',
  removed: 'The account or its connection was removed. What waits can be skipped or forgotten.',
} as const;
export const isFactReason = (reason: string): reason is keyof typeof heldMessages =>
  Object.hasOwn(heldMessages, reason);

export const unauthorizedMessage =
  'Codat refuses the API key or the plan; all sends of this company rest and are tried again.';

export const foreignMessage = (operationKey: string): string =>
  `Codat answered with push operation ${operationKey}, which belongs to another batch.`;

export const restoringMessage =
  'The store was restored; Codat is asked what was sent since the backup, and nothing leaves before that is known.';

export const restoredMessage =
  'The store was restored, and Codat has push operations that it does not know: lines that were sent after the backup ' +
  'would be sent again. Hand over what came since, look which lines are in the software, skip those, then resume.';

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

/** Why what is accepted does not leave at once. */
export const waitingReason = (feed: FeedState, gate: Pick<Gate, 'reason'> | undefined): Reason | undefined => {
  const standing = standingOf(feed);
  if (standing.kind !== 'open') return standing.reason;
  if (gate === undefined) return undefined;
  return gate.reason === 'unauthorized' ? 'unauthorized' : 'paused';
};
