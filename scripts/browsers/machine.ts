/** What looking for a browser needs of the machine: which files start, and Debian's packages. */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

export const run = promisify(execFile);

export const say = (line: string): void => void process.stderr.write(`${line}\n`);

export const reason = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).trim().split('\n').slice(0, 3).join(' ');

export const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );

/** A stub that asks for another way to install the browser is there too, so existing is not enough. */
export const starts = async (path: string, answer: RegExp): Promise<boolean> => {
  if (!(await isExecutable(path))) return false;
  // On Windows `--version` opens a window instead of printing.
  if (process.platform === 'win32') return true;
  return run(path, ['--version'], { timeout: 30_000 }).then(
    ({ stdout }) => answer.test(stdout),
    () => false,
  );
};

/** Where commands of these names may be, in the order of `PATH`. */
export const commandPaths = (...names: readonly string[]): string[] => [
  ...new Set(
    (process.env['PATH'] ?? '')
      .split(delimiter)
      .concat('/usr/bin', '/usr/local/bin')
      .flatMap((folder) => names.map((name) => join(folder, name))),
  ),
];

/** Where a program of these folders and names is on Windows. */
export const programFiles = (...path: readonly string[]): string[] =>
  [process.env['PROGRAMFILES'], process.env['PROGRAMFILES(X86)'], process.env['LOCALAPPDATA']].flatMap((folder) =>
    folder === undefined ? [] : [join(folder, ...path)],
  );

export const firstThat = async (
  paths: readonly string[],
  good: (path: string) => Promise<boolean>,
): Promise<string | undefined> => {
  for (const path of paths) if (await good(path)) return path;
  return undefined;
};

/** Debian itself, or something made of it that has the same packages. */
export const isDebian = async (): Promise<boolean> =>
  process.platform === 'linux' &&
  /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(await readFile('/etc/os-release', 'utf8').catch(() => ''));

const options = {
  env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  maxBuffer: 64 * 1024 * 1024,
  timeout: 15 * 60_000,
};
const wait = ['-o', 'DPkg::Lock::Timeout=300'];
let lists: Promise<unknown> | undefined;

/** Installs packages, as root on Debian and Ubuntu; elsewhere it throws why it cannot. */
export async function aptInstall(...packages: readonly string[]): Promise<void> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) throw new Error('apt-get needs Linux and root');
  if (!(await isDebian())) throw new Error('this is neither Debian nor Ubuntu');
  say(`Installing ${packages.join(' and ')} with apt-get.`);
  // A third-party list that fails to refresh must not stop the install.
  lists ??= run('apt-get', [...wait, 'update'], options).catch(() => undefined);
  await lists;
  await run('apt-get', [...wait, 'install', '-y', '--no-install-recommends', ...packages], options);
}
