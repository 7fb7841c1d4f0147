/** The package as strangers get it: packed, linted, its types checked, installed and imported in plain Node and in a page. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { checkApi } from './check-api.ts';
import { budgets, installed, wrongEngines } from './installed-size.ts';
import { deadLinks, guideTexts } from './links.ts';
import { elementEntries } from './manifest.ts';
import { packPackage } from './pack.ts';
import { judgeBundling, judgePage, judgeRegistering } from './package-in-pages.ts';
import { atRoot, root } from './root.ts';
import { judge } from './verdict.ts';

const step = (name: string, command: string, args: readonly string[], cwd = root): void => {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  judge(status === 0, name, [`${stdout}${stderr}`]);
};
const tool = (file: string): string => atRoot(`node_modules/${file}`);

const quiet = ['--no-audit', '--no-fund', '--prefer-offline'];
const entriesOf = z.object({ exports: z.record(z.string(), z.unknown()) });
/** What runs in Node alone. */
const servers = new Set(['./proxy', './codat', './sandbox']);
const tags = (await elementEntries()).map(({ tagName }) => tagName);

/** Prints what stands in the folder beside its budget. */
const measure = async (what: keyof typeof budgets, home: string): Promise<void> => {
  const { packages, megabytes } = await installed(home);
  const budget = budgets[what];
  judge(
    packages.length <= budget.packages && megabytes <= budget.megabytes,
    `${what}: ${packages.length} of ${budget.packages} packages, ${megabytes.toFixed(1)} of ${budget.megabytes} MB`,
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
  'bank-feed-elements.classic.js',
  'integrity.json',
  ...(await readdir(folder)).filter((name) => name.endsWith('.json')),
]);
await checkApi(false);
step('knip', process.execPath, [tool('knip/bin/knip.js')]);

// A link that leads out of the package is dead for whoever installed it.
const dead = deadLinks(await guideTexts(folder), (path) => existsSync(join(folder, path)));
judge(dead.length === 0, 'links of README and docs', dead);

const home = await mkdtemp(join(tmpdir(), 'bank-feed-package-'));
try {
  await writeFile(join(home, 'package.json'), JSON.stringify({ name: 'stranger', private: true, type: 'module' }));
  const manifest: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const install = (...args: string[]): void =>
    step(`npm install ${args.map((name) => basename(name)).join(' ')}`, 'npm', ['install', ...quiet, ...args], home);
  install(tarball);
  await measure('a front-end install', home);
  const brought = wrongEngines(manifest);
  judge(brought.length === 0, "servers' engines are optional peers alone", brought);

  // React is the page's own; here it is the repository's.
  await symlink(tool('react'), join(home, 'node_modules/react'));
  const entries = Object.keys(entriesOf.parse(manifest).exports).filter((entry) => !/\.js(on)?$/.test(entry));
  for (const entry of entries) {
    const name = `bank-feed-elements${entry.slice(1)}`;
    step(`import ${name}`, process.execPath, ['--input-type=module', '--eval', `await import('${name}')`], home);
  }
  const react = await readFile(join(folder, 'dist/browser/react.js'), 'utf8');
  judge(react.startsWith('"use client"'), 'react.js begins with "use client"');
  const own = ['.', ...tags.map((tag) => tag.replace('bank-feed-', './'))];
  for (const entry of own)
    await judgeRegistering(home, entry, entry === '.' ? 'bank-feed-setup' : entry.replace('./', 'bank-feed-'));
  const others = entries.filter((entry) => !own.includes(entry) && !servers.has(entry));
  for (const entry of others) await judgeBundling(home, entry);
  await judgePage(home, [...own, ...others], tags);
  const registered = "if (customElements.get('bank-feed-setup')) throw new Error('registered')";
  step(
    'bank-feed-elements/elements registers nothing',
    process.execPath,
    ['--input-type=module', '--eval', `await import('bank-feed-elements/elements'); ${registered}`],
    home,
  );
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
