/**
 * `npm run test:hosts`: packs, then builds each page and app of `demo/hosts/` with the package as it is published and
 * drives it in Chromium. `-- --only react-19,vue-3` takes some of them; `plain` are the pages with a script tag.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { packPackage } from '../../scripts/pack.ts';
import { atRoot, root } from '../../scripts/root.ts';

const { values } = parseArgs({ options: { only: { type: 'string' } } });
const projects = values.only?.split(',').map((name) => `--project=${name}`) ?? [];
await packPackage();
const playwright = [
  atRoot('node_modules/@playwright/test/cli.js'),
  'test',
  '--config',
  'test/hosts/playwright.config.ts',
];
const { status } = spawnSync(process.execPath, [...playwright, ...projects], { cwd: root, stdio: 'inherit' });
process.exitCode = status ?? 1;
