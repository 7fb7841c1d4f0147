import type { Account, Connection } from '../contract/schemas.ts';
import { takesAccounts } from './connection-view.ts';

/** What the accounts element has to show; one kind at a time. */
export type AccountsView =
  | { readonly kind: 'connect-first' }
  /** The host has no account to offer. */
  | { readonly kind: 'empty'; readonly connection: Connection }
  | { readonly kind: 'choose'; readonly connection: Connection; readonly offered: readonly Account[] }
  | {
      readonly kind: 'chosen';
      readonly connection: Connection;
      readonly chosen: readonly Account[];
      readonly offered: readonly Account[];
    }
  /** The connection does not hold: what was chosen can be read, not changed. */
  | { readonly kind: 'lost'; readonly connection: Connection; readonly chosen: readonly Account[] };

const isChosen = ({ status }: Account): boolean => status !== 'offered';

export const accountsView = (connection: Connection | undefined, items: readonly Account[]): AccountsView => {
  if (!connection) return { kind: 'connect-first' };
  const chosen = items.filter(isChosen);
  if (!takesAccounts(connection)) {
    return chosen.length > 0 ? { kind: 'lost', connection, chosen } : { kind: 'connect-first' };
  }
  if (items.length === 0) return { kind: 'empty', connection };
  const offered = items.filter((account) => !isChosen(account));
  return chosen.length > 0 ? { kind: 'chosen', connection, chosen, offered } : { kind: 'choose', connection, offered };
};

/**
 * What stays ticked when a newer list has come, and which of it cannot be chosen any more: another tab was faster. What
 * is being added from here is not gone.
 */
export const keptTicks = (
  ticked: ReadonlySet<string>,
  before: readonly Account[],
  now: readonly Account[],
  adding: ReadonlySet<string>,
): { readonly ticked: ReadonlySet<string>; readonly gone: readonly Account[] } => {
  const offered = new Set(now.filter((account) => !isChosen(account)).map(({ id }) => id));
  const stays = (id: string) => adding.has(id) || offered.has(id);
  return {
    ticked: new Set([...ticked].filter(stays)),
    gone: before.filter(({ id }) => ticked.has(id) && !stays(id)),
  };
};

/** The list with newer answers in place of what they are about; what is new to it comes last. */
export const withAnswers = (items: readonly Account[], answers: readonly Account[]): Account[] => {
  const newer = new Map(answers.map((account) => [account.id, account]));
  const known = new Set(items.map(({ id }) => id));
  return [...items.map((account) => newer.get(account.id) ?? account), ...answers.filter(({ id }) => !known.has(id))];
};
