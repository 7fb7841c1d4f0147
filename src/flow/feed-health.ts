import type { Account, Connection, Feed, feedReasons } from '../contract/schemas.ts';
import { platformOf } from './connection-view.ts';

export type FeedReason = (typeof feedReasons)[number] | 'unknown';

/** The five words, the same everywhere a customer meets a state. */
export type HealthWord = 'connected' | 'waiting' | 'attention' | 'disconnected' | 'checking';

/**
 * What happens next, and by whom. The customer: `connect` (finish authorizing), `reconnect`, `map`, `in-software` (connect
 * the account there), `look` (whether lines are there), `by-hand` (enter them). `wait`: nobody. `support`: the bank.
 */
export type NextStep =
  | 'none'
  | 'wait'
  | 'connect'
  | 'map'
  | 'in-software'
  | 'reconnect'
  | 'look'
  | 'by-hand'
  | 'support';

/** The facts of one sentence. Counts are lines; instants are UTC. `kept` lines follow when the cause is gone. */
export type HealthFact =
  | { readonly kind: 'delivered'; readonly today: number; readonly lastAt: string; readonly lastLines: number }
  | { readonly kind: 'nothing-yet' }
  | { readonly kind: 'connecting'; readonly kept: number }
  /** The customer has not finished authorizing. */
  | { readonly kind: 'unfinished'; readonly kept: number }
  | { readonly kind: 'not-mapped'; readonly kept: number }
  /** The account is chosen inside the software; that can take days to show, and is no fault. */
  | { readonly kind: 'in-software'; readonly kept: number }
  | {
      readonly kind: 'waiting';
      readonly reason: FeedReason;
      readonly lines: number;
      readonly since: string | undefined;
    }
  | { readonly kind: 'held'; readonly reason: FeedReason; readonly lines: number; readonly since: string | undefined }
  | { readonly kind: 'lost'; readonly reason: 'unlinked' | 'deauthorized'; readonly kept: number }
  | { readonly kind: 'disconnected'; readonly kept: number }
  | { readonly kind: 'checking' };

export interface FeedHealth {
  readonly word: HealthWord;
  readonly fact: HealthFact;
  readonly next: NextStep;
}

/** Held because the other end is gone: connecting it again sends them, nothing else is wrong with them. */
const ends: ReadonlySet<FeedReason> = new Set(['unlinked', 'deauthorized', 'disconnected', 'not-connected']);

const heldNext = (reason: FeedReason): NextStep => {
  switch (reason) {
    case 'late':
      return 'by-hand';
    case 'timed-out':
    case 'ambiguous':
      return 'look';
    default:
      return 'support';
  }
};

/**
 * What to say of one account's feed. The worst thing wins: a lost connection, then held lines, then the account's
 * own state, then waiting lines, then deliveries. `today` is the calendar day in the zone the feed's days are counted in.
 */
export const feedHealth = (
  account: Pick<Account, 'status'>,
  feed: Feed | undefined,
  connection: Pick<Connection, 'status' | 'platform'> | undefined,
  today: string,
): FeedHealth => {
  const held = feed && (feed.held || feed.counts.held > 0) ? (feed.held?.reason ?? 'unknown') : undefined;
  const ended = held !== undefined && ends.has(held);
  const kept = (feed?.counts.waiting ?? 0) + (ended ? (feed?.counts.held ?? 0) : 0);
  const status = connection?.status;
  if (status === 'unlinked' || status === 'deauthorized') {
    const word = status === 'unlinked' ? 'disconnected' : 'attention';
    return { word, fact: { kind: 'lost', reason: status, kept }, next: 'reconnect' };
  }
  if (feed && held !== undefined && !ended) {
    const fact = { kind: 'held', reason: held, lines: feed.counts.held, since: feed.held?.since } as const;
    return { word: 'attention', fact, next: heldNext(held) };
  }
  if (status === 'pending') return { word: 'waiting', fact: { kind: 'unfinished', kept }, next: 'connect' };
  const inside = platformOf(connection?.platform ?? '')?.mapping === 'software';
  switch (account.status) {
    case 'disconnected':
      return { word: 'disconnected', fact: { kind: 'disconnected', kept }, next: inside ? 'in-software' : 'map' };
    case 'offered':
    case 'pending':
      return inside
        ? { word: 'waiting', fact: { kind: 'in-software', kept }, next: 'wait' }
        : { word: 'waiting', fact: { kind: 'not-mapped', kept }, next: 'map' };
    case 'connecting':
      return { word: 'checking', fact: { kind: 'connecting', kept }, next: 'wait' };
    case 'connected':
      // Connected again a moment ago: what was held for that is about to leave.
      return ended
        ? { word: 'checking', fact: { kind: 'connecting', kept }, next: 'wait' }
        : connectedHealth(feed, today);
    default:
      return { word: 'checking', fact: { kind: 'checking' }, next: 'wait' };
  }
};

const connectedHealth = (feed: Feed | undefined, today: string): FeedHealth => {
  if (feed && feed.counts.waiting > 0) {
    const { reason, since } = feed.waiting ?? { reason: 'unknown', since: undefined };
    return { word: 'waiting', fact: { kind: 'waiting', reason, lines: feed.counts.waiting, since }, next: 'wait' };
  }
  if (!feed?.lastDelivery) return { word: 'connected', fact: { kind: 'nothing-yet' }, next: 'none' };
  const delivered = feed.days.find(({ date }) => date === today)?.delivered ?? 0;
  const { at, lines } = feed.lastDelivery;
  return {
    word: 'connected',
    fact: { kind: 'delivered', today: delivered, lastAt: at, lastLines: lines },
    next: 'none',
  };
};

/** What a customer sorts accounts by: someone has to act, something is under way, or all is well. */
export const feedGroups = ['attention', 'waiting', 'connected'] as const;
export type FeedGroup = (typeof feedGroups)[number];

export const groupOf = ({ word }: Pick<FeedHealth, 'word'>): FeedGroup => {
  switch (word) {
    case 'attention':
    case 'disconnected':
      return 'attention';
    case 'connected':
      return 'connected';
    default:
      return 'waiting';
  }
};

export const countGroups = (healths: readonly Pick<FeedHealth, 'word'>[]): Readonly<Record<FeedGroup, number>> => {
  const counts = { attention: 0, waiting: 0, connected: 0 };
  for (const health of healths) counts[groupOf(health)] += 1;
  return counts;
};

/** Lines of feeds whose account is not listed any more: they wait for a person, and must not go unseen. */
export const leftBehind = (feeds: readonly Feed[], accounts: readonly Pick<Account, 'id'>[]): number => {
  const listed = new Set(accounts.map(({ id }) => id));
  return feeds
    .filter(({ accountId }) => !listed.has(accountId))
    .reduce((sum, { counts }) => sum + counts.waiting + counts.held, 0);
};

/** The word for an account that is not looked at as a feed. */
export const accountWord = (status: Account['status']): HealthWord => {
  switch (status) {
    case 'connected':
    case 'disconnected':
      return status;
    case 'offered':
    case 'pending':
      return 'waiting';
    default:
      return 'checking';
  }
};
