import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codesIn, readText, tableBelow } from '../../scripts/guide-tables.ts';
import { elementDocs, pathsOf } from './support/element-docs.ts';

const sorted = (names: Iterable<string>): string[] => [...new Set(names)].toSorted();

/** Of each row of the tables, what stands in code in its first cell. */
const listed = async (heading: string): Promise<string[]> =>
  tableBelow(await readText('docs/theming.md'), heading).flatMap(([first = '']) => codesIn(first));

const elements = await elementDocs();

test('every token of the styles is in the guide, and no other', async () => {
  const used: string[] = [];
  for (const path of await pathsOf('src/elements/**/*.ts'))
    used.push(...((await readText(path)).match(/(?<=var\()--bank-feed-[a-z-]+/g) ?? []));
  assert.deepEqual(sorted(await listed('Tokens')), sorted(used));
});

test('every part that an element documents is in the guide, and no other', async () => {
  assert.ok(elements.length >= 6);
  // One of five, named by its pattern.
  const guide = (await listed('Parts')).filter((name) => name !== 'state-connected');
  assert.deepEqual(sorted(guide), sorted(elements.flatMap(({ names }) => names.csspart)));
});

test('the set-up hands on every part of the elements it shows', () => {
  const setup = elements.find(({ name }) => name === 'setup');
  const [, list = ''] = /const exported = \[(.*?)\]/s.exec(setup?.source ?? '') ?? [];
  const handedOn = new Set(list.match(/[a-z-]+/g));
  const inside = elements.filter(({ name }) => name !== 'setup' && name !== 'provider');
  const missing = inside.flatMap(({ names }) => names.csspart).filter((part) => !handedOn.has(part));
  assert.deepEqual(sorted(missing), []);
});
