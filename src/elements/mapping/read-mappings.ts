import type { FeedApi } from '../../client/feed-api.ts';
import type { Connection, FeedState, Target } from '../../contract/schemas.ts';
import { chosenAccounts, currentConnection, platformOf, takesAccounts } from '../../flow/connection-view.ts';
import { rowOfAccount, type MappingRow } from '../../flow/mapping.ts';
import { allPages } from '../internal/pages.ts';
import type { Elsewhere } from './elsewhere.ts';

/** What the server says of all accounts. */
export interface Mappings {
  readonly connection: Connection | undefined;
  readonly rows: readonly MappingRow[];
  readonly targets: ReadonlyMap<string, Target>;
  /** Where the customer chooses, if not here. */
  readonly where: Elsewhere | undefined;
}

/** Mappings are only asked for where the customer chooses here: the proxy has none for software that asks itself. */
export const readMappings = async (
  api: FeedApi,
  state: FeedState,
  inCodat: boolean,
  signal: AbortSignal,
): Promise<Mappings> => {
  const connection = currentConnection(state);
  if (!connection || !takesAccounts(connection)) {
    return { connection: undefined, rows: [], targets: new Map(), where: undefined };
  }
  const accounts = chosenAccounts(state, connection);
  const where = platformOf(connection.platform)?.mapping === 'software' ? 'software' : inCodat ? 'codat' : undefined;
  if (where) return { connection, rows: accounts.map(rowOfAccount), targets: new Map(), where };
  const pages = await allPages((cursor) => api.mappings(connection.id, { cursor, limit: 200, signal }));
  const mappings = new Map(pages.flatMap(({ items }) => items).map((mapping) => [mapping.accountId, mapping]));
  return {
    connection,
    rows: accounts.map((account) => ({
      account,
      // Chosen a moment ago, and not yet in Codat's list.
      mapping: mappings.get(account.id) ?? { accountId: account.id, status: 'unknown', targetIds: [] },
    })),
    targets: new Map(pages.flatMap(({ targets }) => targets).map((target) => [target.id, target])),
    where,
  };
};
