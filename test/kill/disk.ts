/**
 * A disk that fails under the embedded store, in the process that uses it: full, or cut off in the middle of a flush.
 * The store writes and flushes by calls of node:fs, which are replaced here.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { createRandom } from '../sim/random.ts';

const sector = 512;

export const injectDisk = (dataDir: string | undefined) => {
  const log = join(dataDir ?? '', 'pgdata/pg_wal');
  const { fsyncSync, writeSync, statfsSync } = fs;
  /** The segments of the write-ahead log, as they were when they were last flushed. */
  const flushed = new Map<string, Buffer>();
  let tearing: { left: number; readonly seed: number } | undefined;
  let isFull = false;

  const isLog = (path: string): boolean => /pg_wal\/[0-9A-F]{24}$/.test(path);

  /** Of the sectors that nobody was promised yet, each is there, or not, or broken. */
  const tear = (path: string, seed: number): void => {
    const random = createRandom(seed);
    const now = fs.readFileSync(path);
    const before = flushed.get(path) ?? Buffer.alloc(now.length);
    const file = fs.openSync(path, 'r+');
    for (let at = 0; at < now.length; at += sector) {
      const written = now.subarray(at, at + sector);
      const old = before.subarray(at, at + sector);
      if (written.equals(old)) continue;
      const fate = random.int(0, 2);
      // A sector is whole or broken; what was flushed in it before is written again with it, and stays.
      const broken = Buffer.from(written);
      for (let n = 0; n < sector; n += 1) if (written[n] !== old[n]) broken[n] = random.int(0, 255);
      if (fate > 0) writeSync(file, fate === 1 ? old : broken, 0, sector, at);
    }
    fsyncSync(file);
  };

  fs.fsyncSync = (file) => {
    if (tearing === undefined) return fsyncSync(file);
    const path = fs.readlinkSync(join('/proc/self/fd', String(file)));
    if (!isLog(path)) return fsyncSync(file);
    tearing.left -= 1;
    if (tearing.left <= 0) {
      tear(path, tearing.seed);
      process.kill(process.pid, 'SIGKILL');
    }
    fsyncSync(file);
    flushed.set(path, fs.readFileSync(path));
  };
  const writeOrFail = (...args: Parameters<typeof writeSync>): number => {
    // Standard output stands elsewhere.
    if (isFull && args[0] > 2)
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', errno: -28 });
    return writeSync(...args);
  };
  fs.writeSync = writeOrFail as typeof fs.writeSync;
  fs.statfsSync = ((...args: Parameters<typeof statfsSync>) => {
    const found = statfsSync(...args);
    return isFull ? Object.assign(found, { bavail: 0 }) : found;
  }) as typeof fs.statfsSync;
  syncBuiltinESMExports();

  return {
    full(now: boolean): void {
      isFull = now;
    },
    /** Cuts the power in the middle of the nth flush of the log from now on. */
    tear(nth: number, seed: number): void {
      // What stands there now may have been promised already.
      for (const name of fs.readdirSync(log))
        if (isLog(join(log, name))) flushed.set(join(log, name), fs.readFileSync(join(log, name)));
      tearing = { left: nth, seed };
    },
  };
};
