import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { isUniqueViolation, openDatabase, StoreError, type Database } from '../../../src/store/database.ts';
import { durableFs } from '../../../src/store/durable-fs.ts';
import { migrate, migrations } from '../../../src/store/migrations.ts';
import { forEachStore, openFresh } from '../support/stores.ts';

const hasCode = (code: string) => (error: unknown) => error instanceof StoreError && error.code === code;

forEachStore((kind) => {
  let database: Database;
  before(async () => {
    database = await openFresh(kind);
  });
  after(() => database.close());

  it('has its tables after opening, and nothing to migrate', async () => {
    assert.equal(database.kind, kind);
    const { rows } = await database.query<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'public' order by 1`,
    );
    const names = new Set(rows.map((row) => row.name));
    for (const name of ['company', 'connection', 'event', 'feed', 'gate', 'hint', 'push', 'setting', 'txn']) {
      assert.ok(names.has(name), name);
    }
    assert.deepEqual(await migrate(database), []);
  });

  it('applies a new migration once and leaves a schema alone that is ahead', async () => {
    const next = { id: 1002, name: 'more', statements: ['create table more (a integer)'] };
    assert.deepEqual(await migrate(database, [...migrations, next]), ['more']);
    assert.deepEqual(await migrate(database, [...migrations, next]), []);
    assert.deepEqual(await migrate(database, migrations), []);
  });

  it('applies a failing migration not at all', async () => {
    const broken = { id: 1003, name: 'broken', statements: ['create table half (a integer)', 'create tabel x'] };
    await assert.rejects(migrate(database, [...migrations, broken]));
    const { rows } = await database.query(`select 1 from information_schema.tables where table_name = 'half'`);
    assert.equal(rows.length, 0);
  });

  it('commits what resolves, rolls back what rejects, and works on after a failed statement', async () => {
    await database.tx((tx) => tx.query(`insert into setting values ('a', '1')`));
    await assert.rejects(
      database.tx(async (tx) => {
        await tx.query(`insert into setting values ('b', '1')`);
        throw new Error('no');
      }),
      /no/,
    );
    const failure = await database.query(`insert into setting values ('a', '2')`).catch((error: unknown) => error);
    assert.ok(isUniqueViolation(failure));
    assert.ok(!isUniqueViolation(new Error('other')));
    const { rows } = await database.query<{ key: string; value: string }>('select key, value from setting');
    assert.deepEqual(rows, [{ key: 'a', value: '1' }]);
  });

  it('gives the same of every type, and takes the same', async () => {
    const { rows } = await database.query(
      `select 1::int4 as whole, 7::int8 as long, 9223372036854775807 as longest, 1.50::numeric as exact,
         0.5::float8 as broken, true as yes, 'é' as text, null::text as nothing, array['a', 'b"c', null] as texts,
         array[1, 2] as numbers, '{"a": [1.5, null]}'::jsonb as json, '00000000-0000-4000-8000-00000000000a'::uuid as id,
         '2026-03-01'::date as day, '2026-03-01T01:02:03Z'::timestamptz as moment,
         $1::text[] as given, $2::int8::text as number, $3::boolean as flag, $4::jsonb as object`,
      [['x', 'y,"z"', '', 'null', '{}'], 42, false, JSON.stringify({ a: 1 })],
    );
    assert.deepEqual(rows, [
      {
        whole: 1,
        long: 7,
        longest: 9_223_372_036_854_775_807n,
        exact: '1.50',
        broken: 0.5,
        yes: true,
        text: 'é',
        nothing: null,
        texts: ['a', 'b"c', null],
        numbers: [1, 2],
        json: { a: [1.5, null] },
        id: '00000000-0000-4000-8000-00000000000a',
        day: new Date('2026-03-01'),
        moment: new Date('2026-03-01T01:02:03Z'),
        given: ['x', 'y,"z"', '', 'null', '{}'],
        number: '42',
        flag: false,
        object: { a: 1 },
      },
    ]);
  });
});

describe('the store in a folder', () => {
  let root: string;
  let cacheDir: string;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'store-'));
    cacheDir = join(root, 'cache');
  });
  after(() => rm(root, { recursive: true, force: true }));

  it('keeps what was written, is closed when closed, and can be opened again', async () => {
    const dataDir = join(root, 'kept');
    const first = await openDatabase({ dataDir, cacheDir });
    await first.query(`insert into setting values ('x', 'y')`);
    await first.close();
    await first.close();
    await assert.rejects(first.query('select 1'), hasCode('store_closed'));
    await assert.rejects(
      first.tx(() => Promise.resolve()),
      hasCode('store_closed'),
    );
    const second = await openDatabase({ dataDir, cacheDir });
    const { rows } = await second.query<{ value: string }>(`select value from setting where key = 'x'`);
    assert.deepEqual(rows, [{ value: 'y' }]);
    await second.close();
    assert.deepEqual((await readdir(dataDir)).toSorted(), ['lock', 'pgdata']);
  });

  it('starts from a prepared database, in memory too', async () => {
    assert.equal((await readdir(cacheDir)).length, 1);
    const database = await openDatabase({ cacheDir });
    assert.deepEqual((await database.query('select 1 as one')).rows, [{ one: 1 }]);
    await database.close();
  });

  it('refuses a folder that is in use', async () => {
    const dataDir = join(root, 'locked');
    const first = await openDatabase({ dataDir, cacheDir });
    await assert.rejects(openDatabase({ dataDir, cacheDir }), hasCode('store_locked'));
    await first.close();
    const second = await openDatabase({ dataDir, cacheDir });
    await second.close();
  });

  it('makes the database anew where an earlier attempt was interrupted', async () => {
    const dataDir = join(root, 'interrupted');
    await mkdir(join(dataDir, 'pgdata'), { recursive: true });
    await writeFile(join(dataDir, 'pgdata', 'PG_VERSION'), '18\n');
    await writeFile(join(dataDir, 'creating'), '');
    const database = await openDatabase({ dataDir, cacheDir });
    assert.deepEqual((await database.query('select 1 as one')).rows, [{ one: 1 }]);
    await database.close();
  });

  it('says clearly that a folder cannot be written', async () => {
    const file = join(root, 'file');
    await writeFile(file, '');
    await assert.rejects(openDatabase({ dataDir: join(file, 'below') }), hasCode('store_unwritable'));
  });

  const openToOthers = async (folder: string): Promise<readonly string[]> => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const paths = [folder, ...entries.map((entry) => join(entry.parentPath, entry.name))];
    const modes = await Promise.all(paths.map(async (path) => [path, (await stat(path)).mode & 0o077] as const));
    return modes.flatMap(([path, mode]) => (mode === 0 ? [] : [`${path} ${mode.toString(8)}`]));
  };

  it('is its owner’s alone whatever the umask, and is made so where it was open to others', async () => {
    const dataDir = join(root, 'private');
    const umask = process.umask(0);
    try {
      const made = await openDatabase({ dataDir });
      await made.query('create table afterwards (a integer)');
      assert.deepEqual(await openToOthers(dataDir), []);
      await made.close();
      for (const name of await readdir(dataDir, { recursive: true })) {
        const path = join(dataDir, name);
        await chmod(path, (await stat(path)).isDirectory() ? 0o755 : 0o666);
      }
      await chmod(dataDir, 0o755);
      const again = await openDatabase({ dataDir });
      await again.query('create table later (a integer)');
      await again.close();
      assert.deepEqual(await openToOthers(dataDir), []);
    } finally {
      process.umask(umask);
    }
  });

  it('does not take a folder that holds something else', async () => {
    const dataDir = join(root, 'foreign');
    await mkdir(join(dataDir, 'lost+found'), { recursive: true });
    await writeFile(join(dataDir, 'accounts.csv'), '');
    await assert.rejects(openDatabase({ dataDir }), hasCode('store_folder_foreign'));
    assert.deepEqual((await readdir(dataDir)).toSorted(), ['accounts.csv', 'lost+found']);
    await rm(join(dataDir, 'accounts.csv'));
    const database = await openDatabase({ dataDir, cacheDir });
    await database.close();
  });

  it('ends at once where no folder can be made', { skip: process.platform !== 'linux' }, async () => {
    for (const dataDir of ['/proc/bank-feed', '/proc/bank-feed/below'])
      await assert.rejects(openDatabase({ dataDir }), hasCode('store_unwritable'));
  });

  it('checkpoints by a timer', async () => {
    const database = await openDatabase({ dataDir: join(root, 'checkpointed'), cacheDir, checkpointEvery: 10 });
    const checkpoint = async () => {
      const { rows } = await database.query<{ lsn: string }>(
        'select redo_lsn::text as lsn from pg_control_checkpoint()',
      );
      return rows[0]?.lsn;
    };
    const start = await checkpoint();
    await database.query(`insert into setting values ('a', 'b')`);
    while ((await checkpoint()) === start) await new Promise((resolve) => setImmediate(resolve));
    await database.close();
  });

  it('flushes each commit to the disk', async () => {
    const { PGlite } = await import('@electric-sql/pglite');
    const { NodeFS } = await import('@electric-sql/pglite/nodefs');
    let syncs = 0;
    const dataDir = join(root, 'kept', 'pgdata');
    const pg = await PGlite.create({
      fs: new (durableFs(NodeFS, { onSync: () => (syncs += 1) }))(dataDir),
      startParams: [...PGlite.defaultStartParams.filter((param) => param !== '-F'), '-c', 'wal_sync_method=fsync'],
    });
    const before = syncs;
    for (let n = 0; n < 5; n += 1) await pg.query('insert into setting values ($1, $1)', [`sync ${String(n)}`]);
    assert.ok(syncs - before >= 5, `${String(syncs - before)} flushes`);
    await pg.close();
  });
});
