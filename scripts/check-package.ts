/** The package as strangers get it: packed, linted, its types checked, installed and imported in plain Node. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { build } from 'vite';
import * as z from 'zod';
import { checkApi } from './check-api.ts';
import { budgets, installed, wrongEngines } from './installed-size.ts';
import { deadLinks, guideTexts } from './links.ts';
import { elementEntries } from './manifest.ts';
import { packPackage } from './pack.ts';
import { atRoot, root } from './root.ts';

/** What a page of an app has in the end whose one line imports this entry. */
const bundled = async (home: string, entry: string): Promise<string> => {
  const input = join(home, 'page.js');
  await writeFile(input, `import 'bank-feed-elements${entry.slice(1)}';\n`);
  const built = await build({
    root: home,
    configFile: false,
    logLevel: 'error',
    build: { write: false, rolldownOptions: { input } },
  });
  const outputs = Array.isArray(built) ? built : 'output' in built ? [built] : [];
  return outputs
    .flatMap(({ output }) => output)
    .map((file) => (file.type === 'chunk' ? file.code : ''))
    .join('\n');
};

let failed = false;
const step = (name: string, command: string, args: readonly string[], cwd = root): void => {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  const ok = status === 0;
  failed ||= !ok;
  console.log(`${ok ? '✓' : '✗'} ${name}`);
  if (!ok) console.log(`${stdout}${stderr}`);
};
const tool = (file: string): string => atRoot(`node_modules/${file}`);

const quiet = ['--no-audit', '--no-fund', '--prefer-offline'];
const entriesOf = z.object({ exports: z.record(z.string(), z.unknown()) });
const tags = (await elementEntries()).map(({ tagName }) => tagName);

/** Prints what stands in the folder beside its budget. */
const measure = async (what: keyof typeof budgets, home: string): Promise<void> => {
  const { packages, megabytes } = await installed(home);
  const budget = budgets[what];
  const ok = packages.length <= budget.packages && megabytes <= budget.megabytes;
  failed ||= !ok;
  console.log(
    `${ok ? '✓' : '✗'} ${what}: ${packages.length} of ${budget.packages} packages, ` +
      `${megabytes.toFixed(1)} of ${budget.megabytes} MB`,
  );
};

const { folder, tarball } = await packPackage();
step('publint', process.execPath, [tool('publint/src/cli.js'), 'run', '--strict', folder]);
step('attw', process.execPath, [
  tool('@arethetypeswrong/cli/dist/index.js'),
  tarball,
  '--profile',
  'esm-only',
  '--exclude-entrypoints',
  'bank-feed-elements.js',
  'bank-feed-elements.classic.js',
  'integrity.json',
  ...(await readdir(folder)).filter((name) => name.endsWith('.json')),
]);
failed ||= !(await checkApi(false));
step('knip', process.execPath, [tool('knip/bin/knip.js')]);

// A link that leads out of the package is dead for whoever installed it.
const dead = deadLinks(await guideTexts(folder), (path) => existsSync(join(folder, path)));
failed ||= dead.length > 0;
console.log(`${dead.length === 0 ? '✓' : '✗'} links of README and docs\n${dead.join('\n')}`.trimEnd());

const home = await mkdtemp(join(tmpdir(), 'bank-feed-package-'));
try {
  await writeFile(join(home, 'package.json'), JSON.stringify({ name: 'stranger', private: true, type: 'module' }));
  const manifest: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const install = (...args: string[]): void =>
    step(`npm install ${args.map((name) => basename(name)).join(' ')}`, 'npm', ['install', ...quiet, ...args], home);
  install(tarball);
  await measure('a front-end install', home);
  const brought = wrongEngines(manifest);
  failed ||= brought.length > 0;
  console.log(
    `${brought.length === 0 ? '✓' : '✗'} servers' engines are optional peers alone ${brought.join(', ')}`.trimEnd(),
  );

  // React is the page's own; here it is the repository's.
  await symlink(tool('react'), join(home, 'node_modules/react'));
  const entries = Object.keys(entriesOf.parse(manifest).exports).filter((entry) => !/\.js(on)?$/.test(entry));
  for (const entry of entries) {
    const name = `bank-feed-elements${entry.slice(1)}`;
    step(`import ${name}`, process.execPath, ['--input-type=module', '--eval', `await import('${name}')`], home);
  }
  const client = (await readFile(join(folder, 'dist/browser/react.js'), 'utf8')).startsWith('"use client"');
  failed ||= !client;
  console.log(`${client ? '✓' : '✗'} react.js begins with "use client"`);
  // A bundler leaves out what it takes for free of side effects: registering an element is one.
  for (const entry of ['.', ...tags.map((tag) => tag.replace('bank-feed-', './'))]) {
    const tag = entry === '.' ? 'bank-feed-setup' : entry.replace('./', 'bank-feed-');
    const registers = new RegExp(`\\(["'\`]${tag}["'\`],`).test(await bundled(home, entry));
    failed ||= !registers;
    console.log(`${registers ? '✓' : '✗'} bundled, bank-feed-elements${entry.slice(1)} registers ${tag}`);
  }
  step('bank-feed-proxy --help', join(home, 'node_modules/.bin/bank-feed-proxy'), ['--help'], home);
  step('bank-feed-sandbox --help', join(home, 'node_modules/.bin/bank-feed-sandbox'), ['--help'], home);
  await rm(join(home, 'node_modules/react'));
  install('pg');
  await measure('with pg, for a proxy on PostgreSQL', home);
  step('npm uninstall pg', 'npm', ['uninstall', ...quiet, 'pg'], home);
  install('@electric-sql/pglite');
  await measure('with PGlite, for a proxy with the embedded store', home);
} finally {
  await rm(home, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
