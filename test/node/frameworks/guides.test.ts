/** The guides to Codat's component, which ours stands in for, and to the frameworks, held to the code. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { glob, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { codesIn, readText, tableBelow } from '../support/element-docs.ts';

const root = join(import.meta.dirname, '../../..');
const guide = await readText('docs/migration.md');
const options = await readText('src/frameworks/codat-link-options.ts');
const keysIn = (source: string | undefined): string[] =>
  [...(source ?? '').matchAll(/'([\w.]+)'/g)].map(([, key = '']) => key);

/** The package that is installed has the props under their older name. */
const declared = `declare module '@codat/sdk-link-types/bank-feeds' {
  import type { CodatLinkProps } from '@codat/sdk-link-types';
  export const initCodatBankFeeds: (target: HTMLElement, props: CodatLinkProps) => Promise<void>;
}`;

test('what docs/migration.md shows compiles', async (t) => {
  // Inside the project, so that the package is found by its name.
  const folder = join(root, 'test-results/migration-guide');
  t.after(() => rm(folder, { recursive: true, force: true }));
  await mkdir(folder, { recursive: true });
  const scripts = [...guide.matchAll(/```tsx?\n([\s\S]*?)```/g)];
  assert.equal(scripts.length, 2);
  await writeFile(join(folder, 'codat.d.ts'), declared);
  await Promise.all(scripts.map(([, code = ''], index) => writeFile(join(folder, `${index}.ts`), code)));
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: '../../tsconfig.json', include: ['*'], exclude: [] }),
  );
  const tsc = join(root, 'node_modules/@typescript/native/bin/tsc');
  await promisify(execFile)(process.execPath, [tsc, '-p', folder]).catch((error: { stdout: string }) =>
    assert.fail(error.stdout),
  );
});

/** However far in; the formatter ends a tag that stands by itself. */
const even = (code: string): string =>
  code
    .split('\n')
    .map((line) => line.trim().replace(/;$/, ''))
    .join('\n');

test('what docs/frameworks.md shows stands in an app, which npm run test:hosts builds', async () => {
  const sources: string[] = [];
  for await (const file of glob('demo/hosts/*/{vite.config.ts,{app,src}/*.{css,svelte,ts,tsx,vue}}', { cwd: root }))
    sources.push(even(await readText(file)));
  const page = await readText('docs/frameworks.md');
  const blocks = [...page.matchAll(/```(?:css|svelte|tsx?|vue)\n([\s\S]*?)\n```/g)].map(([, code = '']) => code);
  assert.equal(blocks.length, 9);
  for (const block of blocks) {
    const parts = even(block).split('\n// …\n');
    assert.ok(
      sources.some((source) => parts.every((part) => source.includes(part))),
      block,
    );
  }
});

test('every text that has a place is in the table, with the place', () => {
  const [, places = ''] = /const places = \{(.*?)\} as const/s.exec(options) ?? [];
  const [, terms = ''] = /const terms = \[(.*?)\] as const/s.exec(options) ?? [];
  const expected = new Map<string, readonly string[]>(keysIn(terms).map((key) => [key, []]));
  for (const [, key = '', to = ''] of places.matchAll(/^ +'?([\w.]+)'?: \[(.*)\],$/gm)) expected.set(key, keysIn(to));
  assert.ok(expected.size >= 12);
  const told = tableBelow(guide, 'What is different').flatMap(([keys = '', to = '']) =>
    codesIn(keys).map((key) => [key, codesIn(to)] as const),
  );
  assert.deepEqual(new Map(told), expected);
});

test('what has no effect is named', () => {
  const [, names = ''] = /const withoutEffect = \[(.*?)\] as const/s.exec(options) ?? [];
  const [, different = ''] = guide.split('\n## What is different\n');
  assert.equal(keysIn(names).length, 4);
  for (const name of keysIn(names)) assert.match(different, new RegExp(`\`${name}\``));
});
