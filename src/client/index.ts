export { HttpFeedApi } from './http-feed-api.ts';
export type { HttpFeedApiOptions } from './http-feed-api.ts';
export { FeedApiError, toFeedApiError } from './errors.ts';
export type { FeedErrorCode, FeedErrorFacts } from './errors.ts';
export type { GetToken, TokenReason } from './session.ts';
export type { CallOptions, FeedApi, PageOptions } from './feed-api.ts';
export type { Clock } from './clock.ts';
