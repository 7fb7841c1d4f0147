/** The guides to Codat's component, which ours stands in for, and to the frameworks, held to the code. */
import assert from 'node:assert/strict';
import { glob } from 'node:fs/promises';
import { test } from 'node:test';
import { root } from '../../../scripts/root.ts';
import { compileBeside } from '../../support/compile.ts';
import { codesIn, readText, tableBelow } from '../../../scripts/guide-tables.ts';

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
  const scripts = [...guide.matchAll(/```tsx?\n([\s\S]*?)```/g)];
  assert.equal(scripts.length, 2);
  const files = scripts.map(([, code = ''], index) => [`${index}.ts`, code] as const);
  await compileBeside(t, 'migration-guide', [['codat.d.ts', declared], ...files]);
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
