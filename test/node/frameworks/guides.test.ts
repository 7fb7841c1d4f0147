/** The guides to Codat's component, which ours stands in for, and to the frameworks, held to the code. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
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

for (const [page, count] of [
  ['migration', 2],
  ['frameworks', 3],
] as const)
  test(`what docs/${page}.md shows compiles`, async (t) => {
    // Inside the project, so that the package is found by its name.
    const folder = join(root, `test-results/${page}-guide`);
    t.after(() => rm(folder, { recursive: true, force: true }));
    await mkdir(folder, { recursive: true });
    const scripts = [...(await readText(`docs/${page}.md`)).matchAll(/```(tsx?)\n([\s\S]*?)```/g)];
    assert.equal(scripts.length, count);
    await writeFile(join(folder, 'codat.d.ts'), declared);
    await Promise.all(
      scripts.map(([, language = '', code = ''], index) => writeFile(join(folder, `${index}.${language}`), code)),
    );
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: '../../tsconfig.json', include: ['*'], exclude: [] }),
    );
    const tsc = join(root, 'node_modules/@typescript/native/bin/tsc');
    await promisify(execFile)(process.execPath, [tsc, '-p', folder]).catch((error: { stdout: string }) =>
      assert.fail(error.stdout),
    );
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
