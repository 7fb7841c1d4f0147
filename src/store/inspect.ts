/** A look at a store that leaves it as it is: nothing is made, nothing migrated, and a running proxy keeps it. */
import { statfsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Database, OpenOptions } from './database-types.ts';
import { lookAtFolder } from './folder.ts';
import { leastFreeBytes, openPglite } from './pglite.ts';
import { openPostgres } from './postgres.ts';
import { StoreError } from './store-error.ts';

export { pendingMigrations } from './migrations.ts';

/** `new`: there is none yet. `in-use`: by another process. `another`: of another user, whose files must stay theirs. */
export type Inspected =
  | { readonly state: 'new' | 'in-use' | 'another' }
  /** To be closed by who asked. */
  | { readonly state: 'open'; readonly database: Database };

const answerWithin = 10_000;

/** Rejects with StoreError where the store could not be used. */
export const inspectStore = async (options: OpenOptions): Promise<Inspected> => {
  if (options.url !== undefined)
    return { state: 'open', database: await openPostgres({ ...options, connections: 1, answerWithin }) };
  const { dataDir } = options;
  if (dataDir === undefined) return { state: 'new' };
  const state = await lookAtFolder(dataDir);
  if (state !== 'store') return { state };
  try {
    // Takes the lock first, as the proxy does: never two in one folder.
    return { state: 'open', database: await openPglite({ dataDir }) };
  } catch (error) {
    if (error instanceof StoreError && error.code === 'store_locked') return { state: 'in-use' };
    throw error;
  }
};

/** Where this folder is, or would be made: what is free, and how little stops all writing. */
export const freeSpace = (folder: string): { readonly bytes: number; readonly least: number } => {
  for (let at = resolve(folder); ; at = dirname(at))
    try {
      const { bavail, bsize } = statfsSync(at);
      return { bytes: bavail * bsize, least: leastFreeBytes };
    } catch (error) {
      if (at === dirname(at)) throw error;
    }
};
