import type { Database, OpenOptions } from './database-types.ts';
import { migrate } from './migrations.ts';
import { openPglite } from './pglite.ts';
import { openPostgres } from './postgres.ts';

export type { Database, OpenOptions, Queryable, ServerOptions, TxOptions } from './database-types.ts';
export { isUniqueViolation, StoreError } from './store-error.ts';

/** An index on a large table may take its time, and so may the instance that got there first. */
const migrationsWithin = 3_600_000;

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
    throw error;
  }
  if (options.url === undefined) return database;
  await database.close();
  return openPostgres(options);
};
