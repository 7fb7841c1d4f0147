/**
 * The embedded store: PostgreSQL compiled to WebAssembly, one connection, in this process. What a server does
 * by itself and PGlite does not is added here: a lock on the folder, fsync, checkpoints, cleaning, a look at
 * the free disk space.
 */
import { randomUUID } from 'node:crypto';
import { statfsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { PGlite, PGliteOptions } from '@electric-sql/pglite';
import type { Database, EmbeddedOptions, Queryable } from './database-types.ts';
import { durableFs, syncFolder } from './durable-fs.ts';
import { ownFile, ownFolder, takeFolder } from './folder.ts';
import { lockFolder } from './lock.ts';
import { updatedTables } from './migrations.ts';
import { StoreError } from './store-error.ts';

/** Below this, writing stops with an error: on a full disk PGlite would spin for ever. */
export const leastFreeBytes = 32 * 1024 * 1024;
const freeSpaceEvery = 1000;
/** Opening costs a second of work: not with every request while a disk stays broken. */
const reopenEvery = 1000;
const cleanEvery = 10;

/** As on a server, a queue is read by its index: without statistics the planner would rather sort it for each batch. */
const common = ['shared_buffers=16MB', 'enable_bitmapscan=off'].flatMap((setting) => ['-c', setting]);
const settings = ['fsync=on', 'wal_sync_method=fsync', 'full_page_writes=on'].flatMap((setting) => ['-c', setting]);
const segmentSize = '--wal-segsize=4';

const loadDriver = async () => {
  try {
    // Each awaited right here: a bundler then sees that it may be missing, and bundles what runs on a server alone.
    const { PGlite } = await import('@electric-sql/pglite');
    const { NodeFS } = await import('@electric-sql/pglite/nodefs');
    return { PGlite, NodeFS };
  } catch (cause) {
    throw new StoreError(
      'store_driver_missing',
      'The embedded store needs the package @electric-sql/pglite (0.5). Install it: npm install @electric-sql/pglite@0.5',
      { cause },
    );
  }
};

/** Emscripten gives numbers, Node errors. */
const textOf = (fault: unknown): string => (fault instanceof Error ? fault.message : String(fault));

const exists = async (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** The file of a prepared empty database; named by the exact version that made it. */
const preparedFile = async (cacheDir: string): Promise<string> => {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const manifest: unknown = JSON.parse(await readFile(join(dirname(entry), '..', 'package.json'), 'utf8'));
  const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : '0';
  return join(cacheDir, `empty-${String(version)}.tar.gz`);
};

const gunzipped = promisify(gunzip);

const savePrepared = async (pg: PGlite, file: string): Promise<void> => {
  await pg.query('checkpoint');
  const dump = await pg.dumpDataDir('gzip');
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, new Uint8Array(await dump.arrayBuffer()));
  await rename(draft, file);
};

const failed = (cause: unknown): StoreError =>
  new StoreError(
    'store_disk_failed',
    `The disk of the store failed (${textOf(cause)}). It may be full; work goes on once it can be written again.`,
    { cause },
  );

/** One PGlite, which is of no use any more once the disk failed under it. */
interface Engine {
  readonly pg: PGlite;
  readonly fault: () => unknown;
}

/**
 * After a write or a flush that failed PostgreSQL panics: a server would end all its processes and recover. Here the
 * next statement, a rollback included, would spin for ever; so none is let through.
 */
const guard = async (open: (onFault: (error: unknown) => void) => Promise<PGlite>): Promise<Engine> => {
  let fault: unknown;
  const pg = await open((error) => (fault ??= error));
  const refuse = (): void => {
    if (fault !== undefined) throw failed(fault);
  };
  const ask = pg.execProtocolRawSync.bind(pg);
  pg.execProtocolRawSync = (message) => {
    refuse();
    const answer = ask(message);
    refuse();
    return answer;
  };
  return { pg, fault: () => fault };
};

const wrap = (
  engine: () => Engine,
  folder: string | undefined,
  reopen: () => Promise<void>,
  release: () => Promise<void>,
): Database => {
  let closing: Promise<void> | undefined;
  let nextLook = 0;
  let reopening: Promise<void> | undefined;
  let nextTry = 0;

  const check = (): void => {
    if (closing !== undefined) throw new StoreError('store_closed', 'The store is closed.');
    const now = performance.now();
    if (folder === undefined || now < nextLook) return;
    const { bavail, bsize } = statfsSync(folder);
    if (bavail * bsize < leastFreeBytes) {
      throw new StoreError('store_disk_full', `The disk of ${folder} is full. Free some space; work then goes on.`);
    }
    nextLook = now + freeSpaceEvery;
  };

  const ready = async (): Promise<PGlite> => {
    const fault = engine().fault();
    if (fault !== undefined) nextLook = 0;
    check();
    if (fault === undefined) return engine().pg;
    if (reopening === undefined && performance.now() < nextTry) throw failed(fault);
    reopening ??= reopen()
      .catch((error: unknown) => {
        throw failed(error);
      })
      .finally(() => {
        nextTry = performance.now() + reopenEvery;
        reopening = undefined;
      });
    await reopening;
    return engine().pg;
  };

  return {
    kind: 'pglite',
    async query<Row>(sql: string, params?: readonly unknown[]) {
      const pg = await ready();
      return pg.query<Row>(sql, params === undefined ? undefined : [...params]);
    },
    async tx<Result>(work: (tx: Queryable) => Promise<Result>) {
      const pg = await ready();
      return pg.transaction((inner) =>
        work({ query: (sql, params) => inner.query(sql, params === undefined ? undefined : [...params]) }),
      );
    },
    close() {
      closing ??= Promise.resolve(reopening)
        .catch(() => undefined)
        .then(release);
      return closing;
    },
  };
};

/** Checkpoints when something was written since the last one; now and then cleans what is updated in place. */
const maintain = (engine: () => Engine, every: number, log: EmbeddedOptions['log']): (() => Promise<void>) => {
  let seen = '';
  let rounds = 0;
  let running: Promise<void> = Promise.resolve();
  const round = async (): Promise<void> => {
    const { pg, fault } = engine();
    if (fault() !== undefined) return;
    const { rows } = await pg.query<{ lsn: string }>('select pg_current_wal_insert_lsn()::text as lsn');
    const lsn = rows[0]?.lsn ?? '';
    if (lsn === seen) return;
    rounds += 1;
    if (rounds % cleanEvery === 0) {
      await pg.query(`vacuum (analyze) ${updatedTables.join(', ')}`);
      await pg.query('analyze txn');
    }
    await pg.query('checkpoint');
    const after = await pg.query<{ lsn: string }>('select pg_current_wal_insert_lsn()::text as lsn');
    seen = after.rows[0]?.lsn ?? '';
  };
  const timer = setInterval(() => {
    running = running.then(round).catch((error: unknown) => {
      log?.('error', `The store could not be checkpointed: ${error instanceof Error ? error.message : String(error)}`);
    });
  }, every);
  timer.unref();
  return () => {
    clearInterval(timer);
    return running;
  };
};

const openMemory = async (options: EmbeddedOptions): Promise<Database> => {
  const { PGlite } = await loadDriver();
  const base: PGliteOptions = {
    startParams: [...PGlite.defaultStartParams, ...common],
    initDbStartParams: [segmentSize],
  };
  const pg = await create(PGlite, base, options);
  return wrap(
    () => ({ pg, fault: () => undefined }),
    undefined,
    () => Promise.resolve(),
    () => pg.close(),
  );
};

/** A new database, from the prepared file where there is one, which is only a short cut. */
const create = async (Driver: typeof PGlite, base: PGliteOptions, options: EmbeddedOptions): Promise<PGlite> => {
  if (options.cacheDir === undefined) return Driver.create(base);
  const file = await preparedFile(options.cacheDir);
  // Unpacked here: through the web streams that the driver uses it takes as long as all the rest of opening.
  if (await exists(file))
    return Driver.create({
      ...base,
      loadDataDir: new Blob([await gunzipped(await readFile(file), { chunkSize: 2 ** 22 })]),
    });
  const pg = await Driver.create(base);
  await savePrepared(pg, file).catch((error: unknown) => {
    options.log?.('warn', `The prepared database could not be kept: ${String(error)}`);
  });
  return pg;
};

const openFolder = async (folder: string, options: EmbeddedOptions): Promise<Database> => {
  const { PGlite, NodeFS } = await loadDriver();
  await takeFolder(folder, (message) => options.log?.('warn', message));
  const lock = await lockFolder(folder);
  try {
    const data = join(folder, 'pgdata');
    // There while a database is being made: what an interrupted attempt left behind holds nothing yet.
    const unfinished = join(folder, 'creating');
    const fresh = (await exists(unfinished)) || !(await exists(data));
    if (fresh) {
      await writeFile(unfinished, '', { mode: ownFile });
      await rm(data, { recursive: true, force: true });
      await mkdir(data, { mode: ownFolder });
    }
    const base = (onFault: (error: unknown) => void): PGliteOptions => ({
      fs: new (durableFs(NodeFS, { onFault }))(data),
      startParams: [...PGlite.defaultStartParams.filter((param) => param !== '-F'), ...common, ...settings],
      initDbStartParams: [segmentSize],
    });
    const open = (onFault: (error: unknown) => void): Promise<PGlite> => PGlite.create(base(onFault));
    let engine = await guard(fresh ? (onFault) => create(PGlite, base(onFault), options) : open);
    const reopen = async (): Promise<void> => {
      const fault = engine.fault();
      options.log?.('error', `The disk of the store failed, it is opened again: ${textOf(fault)}`);
      // The old one is left as it is: it cannot be closed any more. The lock of the folder stays with this process.
      engine = await guard(open);
      options.log?.('info', 'The store is open again.');
    };
    if (fresh) {
      await syncFolder(data);
      await rm(unfinished);
    }
    await checkSettings(engine.pg, folder);
    const current = (): Engine => engine;
    const stopMaintenance = maintain(current, options.checkpointEvery ?? 60_000, options.log);
    return wrap(current, folder, reopen, async () => {
      await stopMaintenance();
      try {
        if (engine.fault() !== undefined) return;
        await engine.pg.query('checkpoint');
        await engine.pg.close();
      } finally {
        lock.release();
      }
    });
  } catch (error) {
    lock.release();
    throw error;
  }
};

const checkSettings = async (pg: PGlite, folder: string): Promise<void> => {
  const { rows } = await pg.query<{ fsync: string; method: string; pages: string }>(
    `select current_setting('fsync') as fsync, current_setting('wal_sync_method') as method,
      current_setting('full_page_writes') as pages`,
  );
  const found = rows[0];
  if (found?.fsync === 'on' && found.method === 'fsync' && found.pages === 'on') return;
  await pg.close();
  throw new StoreError(
    'store_unsafe',
    `The store in ${folder} would lose data in a power cut: fsync, full_page_writes must be on and wal_sync_method fsync. Remove other values from its postgresql.conf.`,
  );
};

export const openPglite = (options: EmbeddedOptions): Promise<Database> =>
  options.dataDir === undefined ? openMemory(options) : openFolder(options.dataDir, options);
