import type { Database, OpenOptions } from './database-types.ts';
import { migrate } from './migrations.ts';
import { openPglite } from './pglite.ts';

export type { Database, OpenOptions, Queryable } from './database-types.ts';
export { isUniqueViolation, StoreError } from './store-error.ts';

/** Opens and applies the migrations it lacks. Rejects with `StoreError`. */
export const openDatabase = async (options: OpenOptions = {}): Promise<Database> => {
  const database = await openPglite(options);
  try {
    await migrate(database);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
};
