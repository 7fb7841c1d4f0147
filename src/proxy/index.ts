/** `bank-feed-elements/proxy`: the server that holds the key and delivers. */
export { createBankFeedProxy, type BankFeedProxy } from './create-proxy.ts';
export { toFastify } from './fastify.ts';
export { toNode } from './node.ts';
export type { EnsureCompany } from './companies.ts';
export type { FeedEvents } from './feed-events.ts';
export type { FeedName, HeldFeeds, HeldQuery } from './held-feeds.ts';
export type { Log } from './log.ts';
export {
  ProxyOptionsError,
  type Authorization,
  type CompanyRef,
  type DatabaseOptions,
  type ProxyDurations,
  type ProxyOptions,
  type Role,
  type TokenOptions,
} from './options.ts';
export { Problem } from './problem.ts';
export type { PushInput } from './push.ts';
export type { Revocation } from './revocations.ts';
export type { MintedSession, MintInput } from './sessions.ts';
export type { TokenKey } from './token-keys.ts';
export { sourceAccount as sourceAccountSchema, type HostAccount } from './source-accounts.ts';
export type { Acted, FeedLine, HeldFeed, Skipped, WaitingFeed } from '../outbox/operating.ts';
export type { FeedEvent, FeedOverview, IssueRules, PushIssue, PushResult, TransactionInput } from '../outbox/model.ts';
