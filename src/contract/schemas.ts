/**
 * The wire between widget and proxy, version 1. Shapes are what the client accepts: unions are open
 * (a value from a newer proxy reads as `unknown`), objects may carry more fields than these.
 * Ids of connections, accounts and targets are opaque; money is a decimal string with its currency;
 * instants are UTC with `Z`, dates `YYYY-MM-DD`.
 */
import * as z from 'zod/mini';
import { platformKeys } from './platforms.ts';

/** Sent by the client on every call, and answered by the proxy: the wire's major version. */
export const versionHeader = 'bank-feed-version';
export const wireVersion = '1';

const openEnum = <const Values extends readonly string[]>(values: Values) =>
  z.pipe(
    z.string(),
    z.transform((value): Values[number] | 'unknown' => values.find((known) => known === value) ?? 'unknown'),
  );

const decimal = z.string().check(z.regex(/^-?\d+(\.\d+)?$/));
const instant = z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/));
const date = z.string().check(z.regex(/^\d{4}-\d\d-\d\d$/));
const page = <Item extends z.ZodMiniType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.optional(z.string()) });

export const money = z.object({ amount: decimal, currency: z.string() });
export type Money = z.infer<typeof money>;

export const platformKey = openEnum(platformKeys);

export const connection = z.object({
  id: z.string(),
  platform: platformKey,
  status: openEnum(['pending', 'linked', 'unlinked', 'deauthorized']),
  createdAt: z.optional(instant),
  /** How the last attempt to authorize it ended, where it is not linked: the customer said no, or it failed. */
  problem: z.optional(z.object({ code: openEnum(['refused', 'failed']), at: z.optional(instant) })),
});
export type Connection = z.infer<typeof connection>;

/** Codat's own types. */
export const accountTypes = ['checking', 'savings', 'loan', 'creditCard', 'prepaidCard'] as const;

export const account = z.object({
  id: z.string(),
  connectionId: z.string(),
  name: z.string(),
  /** `paymentsProcessor` is the host's word for an account that Codat takes as another type. */
  type: openEnum([...accountTypes, 'paymentsProcessor']),
  /** The last four characters of the account number; the whole number never reaches the browser. */
  last4: z.string(),
  currency: z.string(),
  balance: z.optional(money),
  /** `offered`: the host has it, it was not chosen yet. The others are Codat's. */
  status: openEnum(['offered', 'pending', 'connecting', 'connected', 'disconnected']),
  target: z.optional(z.object({ name: z.string() })),
  feedStartDate: z.optional(date),
});
export type Account = z.infer<typeof account>;

export const accountPage = page(account);
export type AccountPage = z.infer<typeof accountPage>;

export const itemError = z.object({
  itemId: z.optional(z.string()),
  code: z.string(),
  field: z.optional(z.string()),
  message: z.string(),
});

/** What became of the accounts a customer chose: those made, and beside them each refusal by account id. */
export const chosenAccounts = z.object({ items: z.array(account), itemErrors: z.array(itemError) });
export type ChosenAccounts = z.infer<typeof chosenAccounts>;

export const feedCounts = z.object({ delivered: z.number(), waiting: z.number(), held: z.number() });

/** GET /v1/state: all a widget needs to land on the right step. */
export const feedState = z.object({
  /** The organization in the accounting software, where it gives a name. */
  organization: z.optional(z.object({ name: z.string() })),
  /** The platforms the host offers, in the host's order. */
  platforms: z.array(platformKey),
  /** Newest first; at most one is linked. */
  connections: z.array(connection),
  /** The chosen accounts of the current connection. */
  accounts: z.array(account),
  /** Delivered by the present connection, from where its accounts lead now; waiting and held on all there were. */
  counts: feedCounts,
  /** Names this company's channels between tabs; an HMAC, no secret. */
  liveKey: z.string(),
});
export type FeedState = z.infer<typeof feedState>;

export const connectionLink = z.object({
  url: z.string().check(z.regex(/^https?:\/\//i)),
  /** After this the page behind it refuses the customer; a fresh link works. */
  expiresAt: z.optional(instant),
});
export type ConnectionLink = z.infer<typeof connectionLink>;

/** What the customer types into QuickBooks: shown once, kept nowhere. Sets made before stay good until all are revoked. */
export const bankCredentials = z.object({ username: z.string(), password: z.string() });
export type BankCredentials = z.infer<typeof bankCredentials>;

/** What the customer types into Sage: the one id of Codat's that the wire carries. `otp` is absent where none is given out. */
export const oneTimePassword = z.object({
  codatConnectionId: z.string(),
  otp: z.optional(z.string()),
  expiresAt: z.optional(instant),
});
export type OneTimePassword = z.infer<typeof oneTimePassword>;

export const target = z.object({
  id: z.string(),
  name: z.string(),
  last4: z.optional(z.string()),
  balance: z.optional(decimal),
});
export type Target = z.infer<typeof target>;

export const suggestionReasons = ['number', 'name', 'currency', 'type'] as const;

export const mapping = z.object({
  accountId: z.string(),
  status: openEnum(['pending', 'connecting', 'connected', 'disconnected', 'refused']),
  /** The target account it feeds, by id where it is still among the targets, and by name. */
  target: z.optional(z.object({ id: z.optional(z.string()), name: z.string() })),
  /** Ids of the targets this account may feed (same currency and type, not taken). */
  targetIds: z.array(z.string()),
  feedStartDate: z.optional(date),
  /** Codat's own words where the software refused. */
  refusal: z.optional(z.string()),
  /** The one target that looks right, with what speaks for it; the numbers were compared on the server. */
  suggestion: z.optional(z.object({ targetId: z.string(), reasons: z.array(openEnum(suggestionReasons)) })),
});
export type Mapping = z.infer<typeof mapping>;

/** Each target once per connection; items refer to it by id. */
export const mappingPage = z.object({
  targets: z.array(target),
  items: z.array(mapping),
  nextCursor: z.optional(z.string()),
});
export type MappingPage = z.infer<typeof mappingPage>;

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

export const feed = z.object({
  accountId: z.string(),
  connectionId: z.string(),
  counts: feedCounts,
  /** Present while lines wait. */
  waiting: z.optional(z.object({ reason: openEnum(feedReasons), since: instant, until: z.optional(instant) })),
  /** Present while lines are held: nothing is lost, a person has to act. */
  held: z.optional(z.object({ reason: openEnum(feedReasons), since: instant })),
  lastDelivery: z.optional(z.object({ at: instant, lines: z.number() })),
  /** One entry a day with something to say, oldest first, in the page's `timeZone`. */
  days: z.array(z.object({ date, delivered: z.number(), held: z.number() })),
});
export type Feed = z.infer<typeof feed>;

export const feedPage = z.object({
  /** IANA name; per-day counts are counted in it. */
  timeZone: z.string(),
  items: z.array(feed),
  nextCursor: z.optional(z.string()),
});
export type FeedPage = z.infer<typeof feedPage>;

/** One push operation of ours: a batch of lines of one account. */
export const push = z.object({
  id: z.string(),
  status: openEnum(['sending', 'pending', 'delivered', 'failed', 'timed-out']),
  lines: z.number(),
  firstDate: date,
  lastDate: date,
  startedAt: instant,
  finishedAt: z.optional(instant),
  /** Codat's own words, per line where it gives them. */
  errors: z.array(itemError),
});
export type Push = z.infer<typeof push>;
export const pushPage = page(push);
export type PushPage = z.infer<typeof pushPage>;

/** Something changed; read again. Carries no data of its own. */
export const liveHint = z.object({
  connectionId: z.optional(z.string()),
  accountId: z.optional(z.string()),
  version: z.string(),
});
export type LiveHint = z.infer<typeof liveHint>;

/** application/problem+json (RFC 9457), its code from `problems.ts`. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  code: z.string(),
  detail: z.string(),
  field: z.optional(z.string()),
  itemErrors: z.optional(z.array(itemError)),
});

// What the widget sends.
export const createConnectionBody = z.object({ platform: z.enum(platformKeys) });
export const chooseAccountsBody = z.object({
  accountIds: z.array(z.string()).check(z.minLength(1), z.maxLength(1000)),
});
export const renameAccountBody = z.object({ name: z.string().check(z.trim(), z.minLength(1), z.maxLength(200)) });
export const mapAccountBody = z.object({
  /** Null asks the software for a new account, named like the source account. */
  targetId: z.nullable(z.string()),
  feedStartDate: z.optional(date),
});
export type MapAccountBody = z.infer<typeof mapAccountBody>;

export const scopes = ['feeds:read', 'feeds:connect', 'feeds:map', 'feeds:disconnect'] as const;
export type Scope = (typeof scopes)[number];
