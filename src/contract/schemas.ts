/**
 * The wire between widget and proxy, version 1. Shapes are what the client accepts: unions are open
 * (a value from a newer proxy reads as `unknown`), objects may carry more fields than these.
 * Ids of connections, accounts and targets are opaque; money is a decimal string with its currency;
 * instants are UTC with `Z`, dates `YYYY-MM-DD`.
 */
import { platformKeys } from './platforms.ts';
import {
  list,
  nullable,
  number,
  object,
  oneOf,
  open,
  optional,
  text,
  trimmed,
  type Shape,
  type ValueOf,
} from './shape.ts';

/** Sent by the client on every call, and answered by the proxy: the wire's major version. */
export const versionHeader = 'bank-feed-version';
export const wireVersion = '1';

const decimal = text(/^-?\d+(\.\d+)?$/, 'a decimal number as a string');
const instant = text(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/, 'a UTC instant');
const date = text(/^\d{4}-\d\d-\d\d$/, 'a date as YYYY-MM-DD');
const page = <Item>(item: Shape<Item>) => object({ items: list(item), nextCursor: optional(text()) });

export const money = object({ amount: decimal, currency: text() });
export type Money = ValueOf<typeof money>;

export const platformKey = open(platformKeys);

export const connection = object({
  id: text(),
  platform: platformKey,
  status: open(['pending', 'linked', 'unlinked', 'deauthorized']),
  createdAt: optional(instant),
  /** How the last attempt to authorize it ended, where it is not linked: the customer said no, or it failed. */
  problem: optional(object({ code: open(['refused', 'failed']), at: optional(instant) })),
});
export type Connection = ValueOf<typeof connection>;

/** Codat's own types. */
export const accountTypes = ['checking', 'savings', 'loan', 'creditCard', 'prepaidCard'] as const;

export const account = object({
  id: text(),
  connectionId: text(),
  name: text(),
  /** `paymentsProcessor` is the host's word for an account that Codat takes as another type. */
  type: open([...accountTypes, 'paymentsProcessor']),
  /** The last four characters of the account number; the whole number never reaches the browser. */
  last4: text(),
  currency: text(),
  balance: optional(money),
  /** `offered`: the host has it, it was not chosen yet. The others are Codat's. */
  status: open(['offered', 'pending', 'connecting', 'connected', 'disconnected']),
  target: optional(object({ name: text() })),
  feedStartDate: optional(date),
});
export type Account = ValueOf<typeof account>;

export const accountPage = page(account);
export type AccountPage = ValueOf<typeof accountPage>;

export const itemError = object({
  itemId: optional(text()),
  code: text(),
  field: optional(text()),
  message: text(),
});

/** What became of the accounts a customer chose: those made, and beside them each refusal by account id. */
export const chosenAccounts = object({ items: list(account), itemErrors: list(itemError) });
export type ChosenAccounts = ValueOf<typeof chosenAccounts>;

export const feedCounts = object({ delivered: number, waiting: number, held: number });

/** GET /v1/state: all a widget needs to land on the right step. */
export const feedState = object({
  /** The organization in the accounting software, where it gives a name. */
  organization: optional(object({ name: text() })),
  /** The platforms the host offers, in the host's order. */
  platforms: list(platformKey),
  /** Newest first; at most one is linked. */
  connections: list(connection),
  /** The chosen accounts of the current connection. */
  accounts: list(account),
  /** Delivered by the present connection, from where its accounts lead now; waiting and held on all there were. */
  counts: feedCounts,
  /** Names this company's channels between tabs; an HMAC, no secret. */
  liveKey: text(),
});
export type FeedState = ValueOf<typeof feedState>;

export const connectionLink = object({
  url: text(/^https?:\/\//i, 'an http(s) address'),
  /** After this the page behind it refuses the customer; a fresh link works. */
  expiresAt: optional(instant),
});
export type ConnectionLink = ValueOf<typeof connectionLink>;

/** What the customer types into QuickBooks: shown once, kept nowhere. Sets made before stay good until all are revoked. */
export const bankCredentials = object({ username: text(), password: text() });
export type BankCredentials = ValueOf<typeof bankCredentials>;

/** What the customer types into Sage: the one id of Codat's that the wire carries. `otp` is absent where none is given out. */
export const oneTimePassword = object({
  codatConnectionId: text(),
  otp: optional(text()),
  expiresAt: optional(instant),
});
export type OneTimePassword = ValueOf<typeof oneTimePassword>;

export const target = object({
  id: text(),
  name: text(),
  last4: optional(text()),
  balance: optional(decimal),
});
export type Target = ValueOf<typeof target>;

export const suggestionReasons = ['number', 'name', 'currency', 'type'] as const;

export const mapping = object({
  accountId: text(),
  status: open(['pending', 'connecting', 'connected', 'disconnected', 'refused']),
  /** The target account it feeds, by id where it is still among the targets, and by name. */
  target: optional(object({ id: optional(text()), name: text() })),
  /** Ids of the targets this account may feed (same currency and type, not taken). */
  targetIds: list(text()),
  feedStartDate: optional(date),
  /** Codat's own words where the software refused. */
  refusal: optional(text()),
  /** The one target that looks right, with what speaks for it; the numbers were compared on the server. */
  suggestion: optional(object({ targetId: text(), reasons: list(open(suggestionReasons)) })),
});
export type Mapping = ValueOf<typeof mapping>;

/** Each target once per connection; items refer to it by id. */
export const mappingPage = object({
  targets: list(target),
  items: list(mapping),
  nextCursor: optional(text()),
});
export type MappingPage = ValueOf<typeof mappingPage>;

/** Why lines wait or are held, as far as a customer is told. */
export const feedReasons = [
  'not-connected',
  'sending',
  'paused',
  'checking',
  'late',
  'refused',
  'timed-out',
  'ambiguous',
  'unauthorized',
  'unlinked',
  'deauthorized',
  'disconnected',
  'removed',
  'fault',
] as const;

export const feed = object({
  accountId: text(),
  connectionId: text(),
  counts: feedCounts,
  /** Present while lines wait. */
  waiting: optional(object({ reason: open(feedReasons), since: instant, until: optional(instant) })),
  /** Present while lines are held: nothing is lost, a person has to act. */
  held: optional(object({ reason: open(feedReasons), since: instant })),
  lastDelivery: optional(object({ at: instant, lines: number })),
  /** One entry a day with something to say, oldest first, in the page's `timeZone`. */
  days: list(object({ date, delivered: number, held: number })),
});
export type Feed = ValueOf<typeof feed>;

export const feedPage = object({
  /** IANA name; per-day counts are counted in it. */
  timeZone: text(),
  items: list(feed),
  nextCursor: optional(text()),
});
export type FeedPage = ValueOf<typeof feedPage>;

/** One push operation of ours: a batch of lines of one account. */
export const push = object({
  id: text(),
  status: open(['sending', 'pending', 'delivered', 'failed', 'timed-out']),
  lines: number,
  firstDate: date,
  lastDate: date,
  startedAt: instant,
  finishedAt: optional(instant),
  /** Codat's own words, per line where it gives them. */
  errors: list(itemError),
});
export type Push = ValueOf<typeof push>;
export const pushPage = page(push);
export type PushPage = ValueOf<typeof pushPage>;

/** Something changed; read again. Carries no data of its own. */
export const liveHint = object({
  connectionId: optional(text()),
  accountId: optional(text()),
  version: text(),
});
export type LiveHint = ValueOf<typeof liveHint>;

/** application/problem+json (RFC 9457), its code from `problems.ts`. */
export const problem = object({
  type: text(),
  title: text(),
  status: number,
  code: text(),
  detail: text(),
  field: optional(text()),
  itemErrors: optional(list(itemError)),
});

// What the widget sends.
export const createConnectionBody = object({ platform: oneOf(platformKeys) });
export const chooseAccountsBody = object({
  accountIds: list(text(), 1, 1000),
});
export const renameAccountBody = object({ name: trimmed(200) });
export const mapAccountBody = object({
  /** Null asks the software for a new account, named like the source account. */
  targetId: nullable(text()),
  feedStartDate: optional(date),
});
export type MapAccountBody = ValueOf<typeof mapAccountBody>;

export const scopes = ['feeds:read', 'feeds:connect', 'feeds:map', 'feeds:disconnect'] as const;
export type Scope = (typeof scopes)[number];
