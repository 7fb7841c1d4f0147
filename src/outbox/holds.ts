/**
 * What people may do about held lines, as pure functions: which holds a feed has, and what each of retry, skip and
 * resume needs. What the store does with them: ledger/operate.ts. For people: docs/push.md.
 */
import { endOf, isConnected, ordersStrictly, standingOf, type End, type FeedState, type Gate } from './decide.ts';
import type { HoldAction, Reason } from './model.ts';
import type { OutboxError } from './outbox-error.ts';

/** What holds are judged by. */
export interface HoldFacts {
  readonly state: FeedState;
  /** Lines in no batch, in the batch that stopped, and those that came too late. */
  readonly queued: number;
  readonly inPush: number;
  readonly late: number;
  /** Why all sends of the company rest. */
  readonly gate?: Gate['reason'] | undefined;
  /** Of lines that are parked: why the account is not connected any more. */
  readonly ended?: End | undefined;
  /** The batch that stopped the feed. */
  readonly batch?: { readonly lines: number; readonly mayBeWritten: boolean } | undefined;
}

/** One thing that keeps lines of a feed from leaving. */
export interface Hold {
  readonly reason: Reason;
  /** Lines that are held by it. */
  readonly lines: number;
  /** All sends of the company rest. */
  readonly gate: Gate['reason'] | undefined;
  /** The other end takes nothing any more. */
  readonly end: End | undefined;
  /** There is a batch that stopped: a person took `skipped` lines out of it, and `left` are still in it. */
  readonly batch: boolean;
  readonly skipped: number;
  readonly left: number;
  /** The lines that are left may be in the software already. */
  readonly mayBeWritten: boolean;
  /** The software refuses lines that are older than its newest one. */
  readonly strict: boolean;
}

/** Of lines that are parked: why their account, which has these feeds, is not connected any more. */
export const endedOf = (
  feeds: readonly { readonly id: string; readonly connectionId: string; readonly state: FeedState }[],
): End | undefined => {
  const known = feeds.filter(({ connectionId }) => connectionId !== '');
  const newest = known.toSorted((one, other) => Number(other.id) - Number(one.id))[0];
  return newest && !known.some(({ state }) => isConnected(state)) ? endOf(newest.state) : undefined;
};

/** The holds of a feed: the one that stops it, the one that stops its company, then the lines that came too late. */
export const holdsOf = ({ state, queued, inPush, late, gate, ended, batch }: HoldFacts): readonly Hold[] => {
  const strict = ordersStrictly(state.platform);
  const end = endOf(state);
  const plain = { gate: undefined, end, batch: false, skipped: 0, left: 0, mayBeWritten: false, strict };
  const standing = standingOf(state);
  const lines = queued + inPush;
  const holds: Hold[] = [];
  if (state.blocked !== undefined && standing.kind === 'held') {
    const stopped = batch && {
      batch: true,
      skipped: batch.lines - inPush,
      left: inPush,
      mayBeWritten: batch.mayBeWritten,
    };
    holds.push({ ...plain, ...stopped, reason: standing.reason, lines });
  } else if (lines > 0 && standing.kind === 'held') holds.push({ ...plain, reason: standing.reason, lines });
  else if (lines > 0 && ended !== undefined) holds.push({ ...plain, reason: ended, lines });
  const open = holds.length === 0 ? lines : 0;
  // Of the company as a whole: a person has to see it also where no line waits.
  if (gate === 'restored') holds.push({ ...plain, gate, reason: 'checking', lines: open });
  else if (gate === 'restored-unknown') holds.push({ ...plain, gate, reason: 'ambiguous', lines: open });
  else if (open > 0 && gate === 'unauthorized' && isConnected(state))
    holds.push({ ...plain, gate, reason: gate, lines });
  if (late > 0) holds.push({ ...plain, reason: 'late', lines: late });
  return holds;
};

export interface Refusal {
  readonly code: Extract<OutboxError['code'], 'not_held' | 'not_allowed' | 'confirmation_required'>;
  readonly field: string;
  readonly message: string;
}

const no = (message: string): Refusal => ({ code: 'not_allowed', field: '', message });

const notHeld: Refusal = { code: 'not_held', field: 'accountId', message: 'Nothing of this feed is held.' };

/** A word that a batch was not written is about that batch, not about one that was held since. */
export const heldAnew: Refusal = {
  code: 'not_allowed',
  field: 'since',
  message: 'This is not what is held now: read again what is held, and look into the software again.',
};

const ended = (end: End | undefined): Refusal | undefined => {
  if (end === undefined) return undefined;
  return end === 'removed'
    ? no('The account is gone: skip its lines, or forget the company.')
    : no('Connecting the account again in the software sends what waits; nothing else does.');
};
const isEnd = (reason: Reason): reason is End =>
  reason === 'removed' || reason === 'unlinked' || reason === 'deauthorized' || reason === 'disconnected';

const beingAsked = no('Codat is asked what was sent since the backup: see until when. Then it goes on, or says more.');
const asked = ({ gate }: Hold): Refusal | undefined => (gate === 'restored' ? beingAsked : undefined);

/** Why the lines cannot be sent again; undefined where they can. */
export const refusesRetry = (hold: Hold | undefined, notWritten: boolean): Refusal | undefined => {
  if (hold === undefined) return notHeld;
  if (hold.reason === 'late' && hold.strict)
    return no('The software refuses lines older than its newest one: enter them there by hand, then skip them.');
  if (hold.reason === 'unauthorized') return no('Put the API key or the plan at Codat right, then resume.');
  const refusal = asked(hold) ?? ended(isEnd(hold.reason) ? hold.reason : hold.end);
  if (refusal !== undefined || hold.reason === 'late') return refusal;
  if (!hold.batch) return no('There is no batch to send again: follow the message, then resume.');
  if (hold.left === 0) return no('Every line of this batch was skipped: resume.');
  if (hold.mayBeWritten && !notWritten)
    return {
      code: 'confirmation_required',
      field: 'notWritten',
      message:
        'These lines may be in the software already; sent again they would be there twice. Look there first: where ' +
        'they are missing, repeat this with notWritten; where they are there, skip them and resume.',
    };
  return undefined;
};

/** Why the feed cannot go on; undefined where it can. */
export const refusesResume = (hold: Hold | undefined): Refusal | undefined => {
  if (hold === undefined) return notHeld;
  if (hold.gate !== undefined) return asked(hold);
  if (hold.reason === 'late')
    return no('Lines that came too late stop nothing: skip them once they are entered by hand.');
  if (isEnd(hold.reason) && !hold.batch) return ended(hold.reason);
  if (!hold.batch || hold.left === 0) return undefined;
  if (hold.end !== undefined) return ended(hold.end);
  if (hold.skipped === 0) return no('Nothing was skipped: retry sends the same lines again.');
  if (hold.mayBeWritten)
    return no('The lines that are left may be in the software already: skip them as well, or retry with notWritten.');
  return undefined;
};

/** Why a company as a whole cannot go on; undefined where it can. */
export const refusesCompanyResume = (gate: Gate['reason'] | undefined): Refusal | undefined => {
  if (gate === 'restored') return beingAsked;
  if (gate === 'restored-unknown' || gate === 'unauthorized') return undefined;
  return { ...notHeld, field: 'companyId', message: 'Nothing stops this company as a whole: name the account too.' };
};

/** What a person may do about a hold. Lines can always be skipped while there are any; while Codat is asked, nothing helps. */
export const actionsOn = (hold: Hold): readonly HoldAction[] => {
  const actions: HoldAction[] = [];
  if (hold.gate === 'restored') return actions;
  if (refusesRetry(hold, true) === undefined) actions.push('retry');
  if (hold.lines > 0) actions.push('skip');
  if (refusesResume(hold) === undefined) actions.push('resume');
  return actions;
};

/** After a skip: a batch that stopped waits for a word, also where nothing is left of it. */
export const awaitsResume = (hold: Hold | undefined): boolean =>
  hold?.batch === true && refusesResume(hold) === undefined;

/** Where a line is that somebody asks to skip. */
export type LinePlace = 'queue' | 'straggler' | 'late' | 'batch' | 'skipped' | 'gone' | 'unknown';

/** `behind`: after the newest sealed line; `frozen`: the push it is in is under way. */
export const placeOfLine = (
  {
    mark,
    behind,
    inPush,
  }: { readonly mark?: string | null | undefined; readonly behind: boolean; readonly inPush: boolean },
  frozen: boolean,
): LinePlace => {
  if (mark === 'skipped' || mark === 'late' || mark === 'straggler') return mark;
  if (inPush) return frozen ? 'gone' : 'batch';
  return (mark ?? '') === '' && behind ? 'queue' : 'gone';
};

/** Lines can be skipped unless they are on their way, were delivered, or never came. */
export const isSkippable = (place: LinePlace): boolean => place !== 'gone' && place !== 'unknown';
