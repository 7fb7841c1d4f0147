import type {
  AccountPage,
  Account,
  BankCredentials,
  ChosenAccounts,
  Connection,
  ConnectionLink,
  FeedPage,
  FeedState,
  LiveHint,
  MapAccountBody,
  Mapping,
  MappingPage,
  OneTimePassword,
  PushPage,
} from '../contract/schemas.ts';
import type { PlatformKey } from '../contract/platforms.ts';

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface PageOptions extends CallOptions {
  readonly cursor?: string | undefined;
  /** At most 200. */
  readonly limit?: number | undefined;
}

/**
 * What the elements need of a server. `HttpFeedApi` speaks it to the proxy; a host may implement it
 * itself. Every method rejects with `FeedApiError`, or with the signal's reason when aborted.
 */
export interface FeedApi {
  state(options?: CallOptions): Promise<FeedState>;
  createConnection(platform: PlatformKey, options?: CallOptions): Promise<Connection>;
  /** A fresh link to the software's consent page: fetch it at the click, never keep it. */
  link(connectionId: string, options?: CallOptions): Promise<ConnectionLink>;
  /** A new set of what QuickBooks asks for: to be shown once and kept nowhere. */
  credentials(connectionId: string, options?: CallOptions): Promise<BankCredentials>;
  /** Takes back every set; QuickBooks gets nothing more until the customer enters a new one. */
  revokeCredentials(connectionId: string, options?: CallOptions): Promise<void>;
  /** A new one-time password for Sage, which ends the one before. */
  oneTimePassword(connectionId: string, options?: CallOptions): Promise<OneTimePassword>;
  disconnect(connectionId: string, options?: CallOptions): Promise<Connection>;
  cancelConnection(connectionId: string, options?: CallOptions): Promise<void>;
  accounts(connectionId: string, options?: PageOptions): Promise<AccountPage>;
  chooseAccounts(connectionId: string, accountIds: readonly string[], options?: CallOptions): Promise<ChosenAccounts>;
  renameAccount(connectionId: string, accountId: string, name: string, options?: CallOptions): Promise<Account>;
  removeAccount(connectionId: string, accountId: string, options?: CallOptions): Promise<void>;
  mappings(connectionId: string, options?: PageOptions): Promise<MappingPage>;
  map(connectionId: string, accountId: string, body: MapAccountBody, options?: CallOptions): Promise<Mapping>;
  unmap(connectionId: string, accountId: string, options?: CallOptions): Promise<void>;
  feeds(options?: PageOptions): Promise<FeedPage>;
  pushes(accountId: string, options?: PageOptions): Promise<PushPage>;
  /** Hints until the signal aborts; reconnects by itself; `resync` says that hints may have been missed. */
  live(options: { readonly signal: AbortSignal }): AsyncIterable<LiveHint | 'resync'>;
}
