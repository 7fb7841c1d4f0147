/** What a PostgreSQL server must be, looked at once when it is opened. */
import type { Database } from './database-types.ts';
import { sqlState, StoreError } from './store-error.ts';

const oldestVersion = 14;

interface Settings {
  version: number;
  fsync: string;
  pages: string;
  commit: string;
  standby: boolean;
  read_only: string;
}

const readSettings = (database: Database): Promise<Settings | undefined> =>
  // In a transaction: a pooler that gives each statement another connection refuses it here, not in the middle of work.
  database.tx(async (tx) => {
    const { rows } = await tx.query<Settings>(
      `select current_setting('server_version_num')::integer / 10000 as version, current_setting('fsync') as fsync,
         current_setting('full_page_writes') as pages, current_setting('synchronous_commit') as commit,
         pg_is_in_recovery() as standby, current_setting('transaction_read_only') as read_only`,
    );
    return rows[0];
  });

/** Rejects with StoreError where the server cannot be reached, or would lose or refuse what is written. */
export const checkServer = async (database: Database, place: string, durableStorage: boolean): Promise<void> => {
  const found = await readSettings(database).catch((cause: unknown) => {
    const state = sqlState(cause);
    const words = cause instanceof Error ? cause.message || ('code' in cause ? String(cause.code) : '') : String(cause);
    throw new StoreError(
      'store_unreachable',
      `The database ${place} cannot be used (${words}). ${
        state === undefined
          ? 'Check that the server runs and can be reached from here, and its TLS settings.'
          : 'Check user, password and name of the database, and that no pooler in statement mode stands before it.'
      }`,
      { cause },
    );
  });
  if (found === undefined) throw new StoreError('store_unreachable', `The database ${place} gave no settings.`);
  const { version, fsync, pages, commit, standby, read_only: readOnly } = found;
  if (version < oldestVersion)
    throw new StoreError(
      'store_server_too_old',
      `The database ${place} is PostgreSQL ${version}; ${oldestVersion} or newer is needed.`,
    );
  if (standby || readOnly === 'on')
    throw new StoreError(
      'store_read_only',
      `The database ${place} cannot be written: ${standby ? 'it is a standby' : 'default_transaction_read_only is on'}. Give the URL of the primary, such as with target_session_attrs=read-write behind its own name.`,
    );
  if (commit === 'off')
    throw new StoreError(
      'store_unsafe',
      `The database ${place} would lose commits in a crash: synchronous_commit is off. Turn it on for this user: alter role … set synchronous_commit = on.`,
    );
  const off = [fsync === 'on' ? '' : 'fsync', pages === 'on' ? '' : 'full_page_writes'].filter(Boolean);
  if (off.length > 0 && !durableStorage)
    throw new StoreError(
      'store_unsafe',
      `The database ${place} would lose data in a power cut: ${off.join(' and ')} is off. Turn it on; where the provider's storage keeps commits by other means, say so with durableStorage (BANK_FEED_DURABLE_STORAGE=yes).`,
    );
};
