import assert from 'node:assert/strict';
import fs from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { cacheDir } from '../support/stores.ts';

const { fsyncSync, writeSync } = fs;
let fails: 'write' | 'flush' | undefined;
/** Standard output stands elsewhere. */
fs.writeSync = ((...args: Parameters<typeof writeSync>) => {
  if (fails === 'write' && args[0] > 2) throw Object.assign(new Error('no space'), { code: 'ENOSPC', errno: -28 });
  return writeSync(...args);
}) as typeof fs.writeSync;
fs.fsyncSync = (file) => {
  if (fails === 'flush') throw Object.assign(new Error('no such luck'), { code: 'EIO', errno: -5 });
  fsyncSync(file);
};
syncBuiltinESMExports();
const { openDatabase } = await import('../../../src/store/database.ts');

const open = async (t: TestContext) => {
  const folder = await mkdtemp(join(tmpdir(), 'bank-feed-disk-'));
  const logged: string[] = [];
  const database = await openDatabase({
    dataDir: join(folder, 'store'),
    cacheDir,
    log: (level, message) => logged.push(`${level} ${message}`),
  });
  t.after(async () => {
    fails = undefined;
    await database.close();
    await rm(folder, { recursive: true });
  });
  const keys = async () => (await database.query<{ key: string }>('select key from setting order by key')).rows;
  return { database, logged, keys };
};

for (const kind of ['write', 'flush'] as const)
  it(`the disk fails at a ${kind}: nothing is acknowledged that is not kept, and all goes on once it can`, async (t) => {
    const { database, logged, keys } = await open(t);
    await database.query(`insert into setting values ('a', '1')`);
    fails = kind;
    const failed = { name: 'StoreError', code: 'store_disk_failed' };
    await assert.rejects(database.query(`insert into setting values ('b', repeat('x', 5000))`), failed);
    await assert.rejects(
      database.tx((tx) => tx.query(`insert into setting values ('c', '1')`)),
      failed,
    );
    fails = undefined;
    const again = () => database.tx((tx) => tx.query(`insert into setting values ('d', '1')`));
    // It is not tried with every request.
    for (let done = false; !done;)
      done = await again().then(
        () => true,
        (error: unknown) => {
          assert.ok(error instanceof Error && 'code' in error && error.code === 'store_disk_failed', String(error));
          return delay(20, false);
        },
      );
    // What was not acknowledged may be there; what was has to be.
    const kept = (await keys()).map(({ key }) => key);
    assert.deepEqual(
      kept.filter((key) => !['b', 'c'].includes(key)),
      ['a', 'd'],
    );
    assert.match(logged.join('\n'), /^error The disk of the store failed/);
  });

it('a transaction in whose middle the disk fails is not committed', async (t) => {
  const { database, keys } = await open(t);
  await assert.rejects(
    database.tx(async (tx) => {
      await tx.query(`insert into setting values ('a', '1')`);
      fails = 'write';
      await tx.query(`insert into setting select n::text, repeat('x', 5000) from generate_series(1, 3000) n`);
    }),
    { code: 'store_disk_failed' },
  );
  fails = undefined;
  assert.deepEqual(await keys(), []);
});
