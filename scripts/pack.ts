/** `npm run pack`: writes build/package/ with a manifest of its own, and packs it beside. */
import { execFileSync } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { buildAll } from './build.ts';
import { withoutTests } from './links.ts';
import { writeManifest } from './manifest.ts';
import { atRoot } from './root.ts';

/** What only the development of this package needs; `engines` would fail a front-end install on Yarn 1. */
const ownOnly = [
  'private',
  'scripts',
  'devDependencies',
  'optionalDependencies',
  'overrides',
  'allowScripts',
  'engines',
] as const;

export const packPackage = async (): Promise<{ folder: string; tarball: string }> => {
  await buildAll();
  const folder = atRoot('build/package');
  await rm(atRoot('build'), { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const manifest = JSON.parse(await readFile(atRoot('package.json'), 'utf8')) as Record<string, unknown>;
  for (const field of ownOnly) delete manifest[field];
  manifest['sideEffects'] = [
    './dist/browser/**/*.js',
    './dist/script/*.js',
    './dist/server/commands/main.js',
    './dist/server/sandbox/cli.js',
  ];
  const { files, fields } = await writeManifest(folder, String(manifest['version']));
  manifest['files'] = ['dist', 'docs', ...files];
  Object.assign(manifest, fields);
  manifest['exports'] = {
    ...(manifest['exports'] as object),
    ...Object.fromEntries(files.map((file) => [`./${file}`, `./${file}`])),
  };
  await writeFile(`${folder}/package.json`, `${JSON.stringify(manifest, null, 2)}\n`);
  await cp(atRoot('dist'), `${folder}/dist`, { recursive: true, filter: (path) => !path.endsWith('.stamp') });
  // What README leads to; the tests that a page names are not in the package.
  await cp(atRoot('docs'), `${folder}/docs`, { recursive: true });
  const coverage = await readFile(atRoot('docs/codat-coverage.md'), 'utf8');
  await writeFile(`${folder}/docs/codat-coverage.md`, withoutTests(coverage));
  for (const file of ['README.md', 'LICENSE']) await cp(atRoot(file), `${folder}/${file}`);
  const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', atRoot('build')], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const name = /"filename":\s*"([^"]+)"/.exec(packed)?.[1];
  if (name === undefined) throw new Error('npm pack named no file.');
  return { folder, tarball: atRoot(`build/${name}`) };
};

if (import.meta.main) {
  const { tarball } = await packPackage();
  console.log(tarball);
}
