import { isPlatformKey, platforms, type Platform } from '../contract/platforms.ts';
import type { Connection, FeedState } from '../contract/schemas.ts';

/** A platform a customer may choose, and whether this version can carry its connection through to the end. */
export interface PlatformChoice {
  readonly platform: Platform;
  readonly available: boolean;
}

/** What the connect element has to show; one kind at a time. */
export type ConnectionView =
  | { readonly kind: 'choose'; readonly choices: readonly PlatformChoice[] }
  | { readonly kind: 'pending'; readonly connection: Connection; readonly choice: PlatformChoice | undefined }
  | {
      readonly kind: 'linked';
      readonly connection: Connection;
      readonly choice: PlatformChoice | undefined;
      readonly organization: string | undefined;
    }
  | {
      readonly kind: 'lost';
      readonly reason: 'unlinked' | 'deauthorized';
      readonly connection: Connection;
      readonly choice: PlatformChoice | undefined;
    }
  /** A status of a newer proxy: say that it is being checked, offer nothing. */
  | { readonly kind: 'unknown'; readonly connection: Connection };

/** Redirect is the one way to connect whose screens exist; credentials and one-time passwords come later. */
const choiceOf = (key: string): PlatformChoice | undefined =>
  isPlatformKey(key) ? { platform: platforms[key], available: platforms[key].connect === 'redirect' } : undefined;

/** The platforms the host offers, in its order; those this version does not know are left out. */
export const platformChoices = (state: FeedState): PlatformChoice[] =>
  state.platforms.flatMap((key) => choiceOf(key) ?? []);

/** The connection everything is about: the linked one, otherwise the newest. */
export const currentConnection = (state: FeedState): Connection | undefined =>
  state.connections.find(({ status }) => status === 'linked') ?? state.connections[0];

/** Decided from the server's state alone, so that a reload, another tab or another device lands on the same screen. */
export const connectionView = (state: FeedState): ConnectionView => {
  const connection = currentConnection(state);
  if (!connection) return { kind: 'choose', choices: platformChoices(state) };
  const choice = choiceOf(connection.platform);
  switch (connection.status) {
    case 'linked':
      return { kind: 'linked', connection, choice, organization: state.organization?.name };
    case 'pending':
      return { kind: 'pending', connection, choice };
    case 'unlinked':
    case 'deauthorized':
      return { kind: 'lost', reason: connection.status, connection, choice };
    default:
      return { kind: 'unknown', connection };
  }
};
