import { isPlatformKey, platforms, type Platform } from '../contract/platforms.ts';
import type { Account, Connection, FeedState } from '../contract/schemas.ts';

/** A platform a customer may choose, and whether its feeds are offered in the company's country. */
export interface PlatformChoice {
  readonly platform: Platform;
  readonly suits: boolean;
}

/** What the connect element has to show; one kind at a time. `platform` is undefined for one this version does not know. */
export type ConnectionView =
  | { readonly kind: 'choose'; readonly choices: readonly PlatformChoice[] }
  /** The software takes something of ours, and asks for accounts that exist: they are chosen first. */
  | { readonly kind: 'accounts-first'; readonly connection: Connection; readonly platform: Platform }
  | { readonly kind: 'pending'; readonly connection: Connection; readonly platform: Platform | undefined }
  | {
      readonly kind: 'linked';
      readonly connection: Connection;
      readonly platform: Platform | undefined;
      readonly organization: string | undefined;
    }
  | {
      readonly kind: 'lost';
      readonly reason: 'unlinked' | 'deauthorized';
      readonly connection: Connection;
      readonly platform: Platform | undefined;
    }
  /** A status of a newer proxy: say that it is being checked, offer nothing. */
  | { readonly kind: 'unknown'; readonly connection: Connection };

export const platformOf = (key: string): Platform | undefined => (isPlatformKey(key) ? platforms[key] : undefined);

const suits = ({ regions }: Platform, country: string | undefined): boolean =>
  country === undefined || country === '' || regions === null || regions.includes(country.toUpperCase());

/**
 * The platforms the host offers, in its order; those this version does not know are left out, those that have no
 * feeds in the company's country (ISO 3166) stand last.
 */
export const platformChoices = (state: Pick<FeedState, 'platforms'>, country?: string): PlatformChoice[] => {
  const choices = state.platforms.flatMap((key): PlatformChoice[] => {
    const platform = platformOf(key);
    return platform ? [{ platform, suits: suits(platform, country) }] : [];
  });
  return [...choices.filter((choice) => choice.suits), ...choices.filter((choice) => !choice.suits)];
};

/** The connection everything is about: the linked one, otherwise the newest. */
export const currentConnection = (state: Pick<FeedState, 'connections'>): Connection | undefined =>
  state.connections.find(({ status }) => status === 'linked') ?? state.connections[0];

/** Whether the customer types something of ours into the software, instead of leaving for its page. */
export const authorizesInside = (platform: Platform | undefined): boolean =>
  platform !== undefined && platform.connect !== 'redirect';

/** Whether accounts can be chosen: once it is linked, or before where the software lets customers pick among them. */
export const takesAccounts = ({ status, platform }: Pick<Connection, 'status' | 'platform'>): boolean =>
  status === 'linked' || (status === 'pending' && authorizesInside(platformOf(platform)));

/** The accounts of a connection that the customer has chosen. */
export const chosenAccounts = (state: Pick<FeedState, 'accounts'>, connection: Connection): Account[] =>
  state.accounts.filter(({ connectionId, status }) => connectionId === connection.id && status !== 'offered');

/** Decided from the server's state alone, so that a reload, another tab or another device lands on the same screen. */
export const connectionView = (state: FeedState, country?: string): ConnectionView => {
  const connection = currentConnection(state);
  if (!connection) return { kind: 'choose', choices: platformChoices(state, country) };
  const platform = platformOf(connection.platform);
  switch (connection.status) {
    case 'linked':
      return { kind: 'linked', connection, platform, organization: state.organization?.name };
    case 'pending':
      return platform && authorizesInside(platform) && chosenAccounts(state, connection).length === 0
        ? { kind: 'accounts-first', connection, platform }
        : { kind: 'pending', connection, platform };
    case 'unlinked':
    case 'deauthorized':
      return { kind: 'lost', reason: connection.status, connection, platform };
    default:
      return { kind: 'unknown', connection };
  }
};
