import type { Account, Connection, FeedState } from '../contract/schemas.ts';
import { chosenAccounts, connectionView, platformOf, type PlatformChoice } from './connection-view.ts';

/** Where a customer stands between nothing and a working feed. */
export type SetupStep =
  | { readonly step: 'choose-platform'; readonly choices: readonly PlatformChoice[] }
  | { readonly step: 'authorize'; readonly connection: Connection }
  | {
      readonly step: 'reconnect';
      readonly connection: Connection;
      readonly reason: 'unlinked' | 'deauthorized';
    }
  | { readonly step: 'choose-accounts'; readonly connection: Connection }
  /** `elsewhere` where the software itself asks which account goes where. */
  | {
      readonly step: 'map-accounts';
      readonly connection: Connection;
      readonly todo: readonly Account[];
      readonly elsewhere: boolean;
    }
  | { readonly step: 'connecting'; readonly connection: Connection; readonly accounts: readonly Account[] }
  | { readonly step: 'done'; readonly connection: Connection; readonly accounts: readonly Account[] }
  | { readonly step: 'checking'; readonly connection: Connection };

/** One feed that works is a finished set-up: accounts added later are the mapping element's business. */
export const setupStep = (state: FeedState, country?: string): SetupStep => {
  const view = connectionView(state, country);
  switch (view.kind) {
    case 'choose':
      return { step: 'choose-platform', choices: view.choices };
    case 'accounts-first':
      return { step: 'choose-accounts', connection: view.connection };
    case 'pending':
      return { step: 'authorize', connection: view.connection };
    case 'lost':
      return { step: 'reconnect', connection: view.connection, reason: view.reason };
    case 'unknown':
      return { step: 'checking', connection: view.connection };
    default:
      return linkedStep(state, view.connection);
  }
};

const linkedStep = (state: FeedState, connection: Connection): SetupStep => {
  const accounts = chosenAccounts(state, connection);
  if (accounts.length === 0) return { step: 'choose-accounts', connection };
  const connected = accounts.filter(({ status }) => status === 'connected');
  if (connected.length > 0) return { step: 'done', connection, accounts: connected };
  const todo = accounts.filter(({ status }) => status === 'pending' || status === 'disconnected');
  const elsewhere = platformOf(connection.platform)?.mapping === 'software';
  if (todo.length > 0) return { step: 'map-accounts', connection, todo, elsewhere };
  return { step: 'connecting', connection, accounts };
};
