import { join } from 'node:path';
import { StoreError } from './store-error.ts';

export interface FolderLock {
  release(): void;
}

/**
 * Takes the folder for this process alone. The lock is SQLite's own on a file inside, so the system frees it
 * when the process ends in whatever way; a file with a process id in it would outlive a kill.
 */
export const lockFolder = async (folder: string): Promise<FolderLock> => {
  const { DatabaseSync } = await import('node:sqlite').catch((cause: unknown) => {
    throw new StoreError(
      'store_runtime_too_old',
      `The embedded store needs Node 22.13 or newer; this is ${process.version}.`,
      { cause },
    );
  });
  const file = new DatabaseSync(join(folder, 'lock'));
  try {
    file.exec('pragma locking_mode = exclusive; begin exclusive');
  } catch (cause) {
    file.close();
    throw new StoreError(
      'store_locked',
      `The store in ${folder} is in use by another process. Stop that process, or give this one another folder.`,
      { cause },
    );
  }
  return { release: () => file.close() };
};
