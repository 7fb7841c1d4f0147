/** The folder of the embedded store: made where it is missing, its owner's alone, and taken only where it is a store's. */
import { chmod, lstat, mkdir, open, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StoreError } from './store-error.ts';

export const ownFolder = 0o700;
export const ownFile = 0o600;
const others = 0o077;

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** Node's own `recursive` tries for ever where a file system takes no folders, such as /proc. */
const makeFolders = async (path: string, mode?: number): Promise<void> => {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && (await lstat(join(path, '.'))).isDirectory()) return;
    const above = dirname(path);
    const isThere = await lstat(above).then(
      () => true,
      () => false,
    );
    if (codeOf(error) !== 'ENOENT' || isThere) throw error;
    await makeFolders(above);
    await mkdir(path, { mode });
  }
};

/** What a store puts there. Hidden entries and `lost+found` belong to file systems and those who mount them. */
const ours: ReadonlySet<string> = new Set(['lock', 'pgdata', 'creating']);
const isForeign = (name: string): boolean => !name.startsWith('.') && name !== 'lost+found';

const foreign = (folder: string, names: readonly string[]): StoreError =>
  new StoreError(
    'store_folder_foreign',
    `The folder ${folder} holds other files (${names.find(isForeign) ?? ''}) and no store. Give the store a folder of its own.`,
  );

/** Changes nothing. `store`: with a database in it; `another`: only its owner should open it. Rejects with StoreError. */
export const lookAtFolder = async (folder: string): Promise<'new' | 'store' | 'another'> => {
  try {
    const { uid } = await lstat(join(folder, '.'));
    if (process.getuid !== undefined && process.getuid() !== uid) return 'another';
    const names = await readdir(folder);
    if (names.some(isForeign) && !names.some((name) => ours.has(name))) throw foreign(folder, names);
    return names.includes('pgdata') && !names.includes('creating') ? 'store' : 'new';
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return 'new';
    if (cause instanceof StoreError) throw cause;
    throw new StoreError('store_unwritable', `The folder ${folder} cannot be read (${codeOf(cause)}).`, { cause });
  }
};

/** Takes away what others may do with it. Links are left alone, and what they lead to. */
const tighten = async (path: string): Promise<void> => {
  try {
    const { mode } = await lstat(path);
    if ((mode & others) !== 0) await chmod(path, mode & 0o7777 & ~others);
  } catch (error) {
    // The store may be in use, and a file gone since it was listed.
    if (codeOf(error) !== 'ENOENT') throw error;
  }
};

/**
 * Makes the folder, or takes one that is empty or a store already. Whatever the umask is, what is below it is for its
 * owner alone. Rejects with StoreError.
 */
export const takeFolder = async (folder: string, warn: (message: string) => void): Promise<void> => {
  let names: readonly string[];
  try {
    await makeFolders(folder, ownFolder);
    names = await readdir(folder);
    if (names.some((name) => ours.has(name)) || !names.some(isForeign)) {
      // There from now on, so that SQLite does not make it readable for all.
      const lock = await open(join(folder, 'lock'), 'a', ownFile);
      await lock.close();
      names = [];
    }
  } catch (cause) {
    throw new StoreError('store_unwritable', `The folder ${folder} cannot be made or written (${codeOf(cause)}).`, {
      cause,
    });
  }
  if (names.length > 0) throw foreign(folder, names);
  // Who owns it may be another user, as of a volume that is mounted: the store works all the same.
  const tell = (error: unknown): void =>
    warn(`The folder ${folder} is open to other users of this machine, and cannot be closed (${codeOf(error)}).`);
  await tighten(folder).catch(tell);
  await tightenBelow(folder).catch(tell);
};

const tightenBelow = async (folder: string): Promise<void> => {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!ours.has(entry.name)) continue;
    const path = join(folder, entry.name);
    const inside = entry.isDirectory() ? await readdir(path, { recursive: true, withFileTypes: true }) : [];
    const paths = [
      path,
      ...inside.filter((file) => !file.isSymbolicLink()).map((file) => join(file.parentPath, file.name)),
    ];
    for (let start = 0; start < paths.length; start += 64)
      await Promise.all(paths.slice(start, start + 64).map(tighten));
  }
};
