import type { Database, OpenOptions } from './database-types.ts';
import { migrate } from './migrations.ts';
import { openPglite } from './pglite.ts';
import { openPostgres } from './postgres.ts';
import { sqlState, StoreError } from './store-error.ts';

export type { Database, OpenOptions, Queryable, ServerOptions, TxOptions } from './database-types.ts';
export { isStoreAway, isUniqueViolation, StoreError } from './store-error.ts';

/** An index on a large table may take its time, and so may the instance that got there first. */
const migrationsWithin = 3_600_000;

/** What a database that was made for something else answers to migrations. */
const explained = (error: unknown): unknown => {
  const words = {
    '42501': 'The user of the database may not make tables in it. Make it the owner, or grant it create on the schema.',
    '42P07': 'The database holds tables of something else. Give it a database of its own.',
  }[sqlState(error) ?? ''];
  return words === undefined ? error : new StoreError('store_unwritable', words, { cause: error });
};

/** Opens and applies the migrations it lacks. Rejects with `StoreError`. */
export const openDatabase = async (options: OpenOptions = {}): Promise<Database> => {
  const database =
    options.url === undefined
      ? await openPglite(options)
      : await openPostgres({ ...options, connections: 1, answerWithin: migrationsWithin });
  try {
    await migrate(database);
  } catch (error) {
    await database.close();
    throw explained(error);
  }
  if (options.url === undefined) return database;
  await database.close();
  return openPostgres(options);
};
