import assert from 'node:assert/strict';
import { glob, readFile } from 'node:fs/promises';
import { test } from 'node:test';

const read = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
const sorted = (names: Iterable<string>): string[] => [...new Set(names)].toSorted();

/** Of each row of the tables, what stands in code in its first cell. */
const listed = async (heading: string): Promise<string[]> => {
  const [, section = ''] = (await read('docs/theming.md')).split(`## ${heading}\n`);
  const rows = section.split('\n## ')[0]?.match(/^\| `.*$/gm) ?? [];
  return rows.flatMap((row) => [...(row.split(' | ')[0] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
};

/** The parts that a comment on an element's class names. */
const partsOf = (source: string): string[] =>
  [...source.matchAll(/@csspart ((?:(?!\n \* @|\n \*\/).)*)/gs)].flatMap(([, text = '']) =>
    (text.replaceAll('\n *', ' ').split(' - ')[0] ?? '').split(/[,\s]+/).filter((name) => name !== ''),
  );

const elements = new Map<string, string[]>();
for await (const path of glob('src/elements/*/bank-feed-*.ts', { cwd: new URL('../../', import.meta.url) })) {
  const parts = partsOf(await read(path));
  if (parts.length > 0) elements.set(path, parts);
}

test('every token of the styles is in the guide, and no other', async () => {
  const used: string[] = [];
  for await (const path of glob('src/elements/**/*.ts', { cwd: new URL('../../', import.meta.url) }))
    used.push(...((await read(path)).match(/(?<=var\()--bank-feed-[a-z-]+/g) ?? []));
  assert.deepEqual(sorted(await listed('Tokens')), sorted(used));
});

test('every part that an element documents is in the guide, and no other', async () => {
  assert.ok(elements.size >= 6);
  // One of five, named by its pattern.
  const guide = (await listed('Parts')).filter((name) => name !== 'state-connected');
  assert.deepEqual(sorted(guide), sorted([...elements.values()].flat()));
});

test('the set-up hands on every part of the elements it shows', async () => {
  const setup = [...elements.keys()].find((path) => path.includes('setup')) ?? '';
  const [, list = ''] = /const exported = \[(.*?)\]/s.exec(await read(setup)) ?? [];
  const handedOn = new Set(list.match(/[a-z-]+/g));
  const inside = [...elements].filter(([path]) => path !== setup && !path.includes('provider'));
  const missing = inside.flatMap(([, parts]) => parts).filter((part) => !handedOn.has(part));
  assert.deepEqual(sorted(missing), []);
});
