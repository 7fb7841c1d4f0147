import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { parseSync } from 'vite';
import { writeKeys, writeLines } from '../../../scripts/text-lines.ts';
import { numberTexts } from '../../../scripts/text-numbers.ts';
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
  assert.throws(() => writeLines({ 'setup.next': 'a\nb' }), /setup\.next has a tab or a line break/);
  assert.throws(() => writeLines({ 'setup.next': 'a\tb' }), /setup\.next has a tab or a line break/);
  const lines = { one: 'a', other: 'b' };
  assert.throws(() => writeLines({ 'pushes.lines': { one: 'a\tb', other: 'c' } }), /a tab or a line break/);
  for (const others of [{ few: 'a', one: 'b', other: 'c' }, { few: 'a', other: 'b' }, { other: 'a' }])
    assert.throws(() => writeLines({ 'pushes.lines': lines, 'mapping.go': others }), /other forms/);
});

test('texts are asked for by their numbers, and nothing else becomes one', () => {
  const numbered = (code: string): string => numberTexts(code, parseSync('a.js', code).program);
  const [first = '', second = '', third = ''] = Object.keys(en);
  assert.equal(
    numbered(`html\`<p>\${t('${first}')}</p>\`; this.locale.rich(b ? '${second}' : (c ? '${third}' : d), { e });`),
    'html`<p>${t(0)}</p>`; this.locale.rich(b ? 1 : (c ? 2 : d), { e });',
  );
  const others = `t('nothing'); t(\`state.\${word}\`); s('${first}'); x.t[0]('${first}'); t(a, '${first}'); k = '${first}';`;
  assert.equal(numbered(others), others);
});
