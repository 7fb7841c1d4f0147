import type { Account, Connection, Feed, feedReasons } from '../contract/schemas.ts';

export type FeedReason = (typeof feedReasons)[number] | 'unknown';

/** The five words, the same everywhere a customer meets a state. */
export type HealthWord = 'connected' | 'waiting' | 'attention' | 'disconnected' | 'checking';

/** What a person can do next; `wait` where nothing is needed, `support` where only the bank can help. */
export type NextStep = 'none' | 'wait' | 'map' | 'reconnect' | 'support';

/** The facts of one sentence. Counts are lines; instants are UTC. */
export type HealthFact =
  | { readonly kind: 'delivered'; readonly today: number; readonly lastAt: string; readonly lastLines: number }
  | { readonly kind: 'nothing-yet' }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'not-mapped'; readonly waiting: number }
  | {
      readonly kind: 'waiting';
      readonly reason: FeedReason;
      readonly lines: number;
      readonly since: string | undefined;
    }
  | { readonly kind: 'held'; readonly reason: FeedReason; readonly lines: number; readonly since: string | undefined }
  | { readonly kind: 'lost'; readonly reason: 'unlinked' | 'deauthorized'; readonly waiting: number }
  | { readonly kind: 'disconnected'; readonly waiting: number }
  | { readonly kind: 'checking' };

export interface FeedHealth {
  readonly word: HealthWord;
  readonly fact: HealthFact;
  readonly next: NextStep;
}

const reconnectable: ReadonlySet<FeedReason> = new Set(['unauthorized', 'unlinked', 'deauthorized']);

/** Who has to act on held lines: the customer where access was lost, otherwise the bank. */
const heldNext = (reason: FeedReason): NextStep => {
  if (reconnectable.has(reason)) return 'reconnect';
  if (reason === 'disconnected' || reason === 'not-connected') return 'map';
  return 'support';
};

/**
 * What to say of one account's feed. The worst thing wins: a lost connection, then held lines, then the account's
 * own state, then waiting lines, then deliveries. `today` is the calendar day in the zone the feed's days are counted in.
 */
export const feedHealth = (
  account: Pick<Account, 'status'>,
  feed: Feed | undefined,
  connection: Pick<Connection, 'status'> | undefined,
  today: string,
): FeedHealth => {
  const waiting = feed?.counts.waiting ?? 0;
  if (connection?.status === 'unlinked' || connection?.status === 'deauthorized') {
    const word = connection.status === 'unlinked' ? 'disconnected' : 'attention';
    return { word, fact: { kind: 'lost', reason: connection.status, waiting }, next: 'reconnect' };
  }
  if (feed && (feed.held || feed.counts.held > 0)) {
    const reason = feed.held?.reason ?? 'unknown';
    const fact = { kind: 'held', reason, lines: feed.counts.held, since: feed.held?.since } as const;
    return { word: 'attention', fact, next: heldNext(reason) };
  }
  switch (account.status) {
    case 'disconnected':
      return { word: 'disconnected', fact: { kind: 'disconnected', waiting }, next: 'map' };
    case 'offered':
    case 'pending':
      return { word: 'waiting', fact: { kind: 'not-mapped', waiting }, next: 'map' };
    case 'connecting':
      return { word: 'checking', fact: { kind: 'connecting' }, next: 'wait' };
    case 'connected':
      return connectedHealth(feed, waiting, today);
    default:
      return { word: 'checking', fact: { kind: 'checking' }, next: 'wait' };
  }
};

const connectedHealth = (feed: Feed | undefined, waiting: number, today: string): FeedHealth => {
  if (feed && waiting > 0) {
    const { reason, since } = feed.waiting ?? { reason: 'unknown', since: undefined };
    return { word: 'waiting', fact: { kind: 'waiting', reason, lines: waiting, since }, next: 'wait' };
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
