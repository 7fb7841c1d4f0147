/** The shapes of the wire, as the port says them: a page has them from there, too. */
import type { FeedApi } from 'bank-feed-elements/client';

type Answer<Method extends keyof FeedApi> = Awaited<
  ReturnType<Extract<FeedApi[Method], (...call: never) => Promise<unknown>>>
>;

export type Platform = Parameters<FeedApi['createConnection']>[0];
export type FeedState = Answer<'state'>;
export type Connection = Answer<'createConnection'>;
export type ConnectionLink = Answer<'link'>;
export type BankCredentials = Answer<'credentials'>;
export type OneTimePassword = Answer<'oneTimePassword'>;
export type AccountPage = Answer<'accounts'>;
export type Account = AccountPage['items'][number];
export type ChosenAccounts = Answer<'chooseAccounts'>;
export type MappingPage = Answer<'mappings'>;
export type Mapping = MappingPage['items'][number];
export type Target = MappingPage['targets'][number];
export type MapAccountBody = Parameters<FeedApi['map']>[2];
export type FeedPage = Answer<'feeds'>;
export type Feed = FeedPage['items'][number];
export type PushPage = Answer<'pushes'>;
export type Push = PushPage['items'][number];
export type LiveHint = Exclude<ReturnType<FeedApi['live']> extends AsyncIterable<infer Hint> ? Hint : never, 'resync'>;
