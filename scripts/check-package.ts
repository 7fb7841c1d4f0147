/** The package as strangers get it: packed, linted, its types checked, installed and imported in plain Node. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packPackage } from './pack.ts';
import { atRoot, root } from './root.ts';

let failed = false;
const step = (name: string, command: string, args: readonly string[], cwd = root): void => {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  const ok = status === 0;
  failed ||= !ok;
  console.log(`${ok ? '✓' : '✗'} ${name}`);
  if (!ok) console.log(`${stdout}${stderr}`);
};
const tool = (file: string): string => atRoot(`node_modules/${file}`);

const { folder, tarball } = await packPackage();
step('publint', process.execPath, [tool('publint/src/cli.js'), 'run', '--strict', folder]);
step('attw', process.execPath, [
  tool('@arethetypeswrong/cli/dist/index.js'),
  tarball,
  '--profile',
  'esm-only',
  '--exclude-entrypoints',
  'bank-feed-elements.js',
  'package.json',
]);
step('knip', process.execPath, [tool('knip/bin/knip.js')]);

const home = await mkdtemp(join(tmpdir(), 'bank-feed-package-'));
try {
  await writeFile(join(home, 'package.json'), JSON.stringify({ name: 'stranger', private: true, type: 'module' }));
  step('npm install of the tarball', 'npm', ['install', '--no-audit', '--no-fund', tarball], home);
  const entries = [
    '.',
    './provider',
    './connect',
    './accounts',
    './mapping',
    './status',
    './client',
    './proxy',
    './codat',
    './sandbox',
  ];
  for (const entry of entries) {
    const name = `bank-feed-elements${entry.slice(1)}`;
    step(`import ${name}`, process.execPath, ['--input-type=module', '--eval', `await import('${name}')`], home);
  }
  step('bank-feed-proxy --help', join(home, 'node_modules/.bin/bank-feed-proxy'), ['--help'], home);
  step('bank-feed-sandbox --help', join(home, 'node_modules/.bin/bank-feed-sandbox'), ['--help'], home);
} finally {
  await rm(home, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
