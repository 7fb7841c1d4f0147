import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { writeKeys, writeLines } from '../../../scripts/text-lines.ts';
import { readKeys, readLines } from '../../../src/elements/internal/text-lines.ts';
import { en, type Texts } from '../../../src/locales/en.ts';

const folder = new URL('../../../src/locales/', import.meta.url);

for (const name of readdirSync(folder))
  test(`${name} comes out of its lines as it went in`, async () => {
    const file: Readonly<Record<string, Partial<Texts>>> = await import(new URL(name, folder).href);
    const [texts = {}] = Object.values(file);
    assert.deepEqual(readLines(Object.keys(en), writeLines(texts)), texts);
  });

test('keys come out as they went in, in their order', () => {
  assert.deepEqual(readKeys(writeKeys()), Object.keys(en));
});

test('what a line cannot say is refused', () => {
  assert.throws(() => writeLines({ 'setup.next': 'a\nb' }), /longer than a line/);
  assert.throws(
    () => writeLines({ 'pushes.lines': { one: 'a', other: 'b' }, 'mapping.go': { few: 'a', one: 'b', other: 'c' } }),
    /other forms/,
  );
});
