import assert from 'node:assert/strict';
import { test } from 'node:test';
import { en, type Text, type Texts } from '../../../src/locales/en.ts';
import { fr } from '../../../src/locales/fr.ts';

const languages: Record<string, Texts> = { fr };
const forms = (text: Text): string[] => (typeof text === 'string' ? [text] : Object.values(text));
const places = (text: Text): string[] =>
  [...new Set(forms(text).flatMap((form) => [...form.matchAll(/\{(\w+)\}/g)].map(([place]) => place)))].toSorted();

for (const [language, texts] of Object.entries(languages)) {
  test(`${language} has every text, with the same places for values`, () => {
    assert.deepEqual(Object.keys(texts).toSorted(), Object.keys(en).toSorted());
    for (const [key, text] of Object.entries<Text>(texts)) {
      const english = Object.entries<Text>(en).find(([name]) => name === key)?.[1] ?? '';
      assert.deepEqual(places(text), places(english), key);
      assert.ok(
        forms(text).every((form) => form.trim() !== ''),
        key,
      );
    }
  });
}

test('a text with plural forms counts something', () => {
  for (const texts of [en, ...Object.values(languages)]) {
    for (const [key, text] of Object.entries<Text>(texts)) {
      if (typeof text !== 'string') assert.ok(places(text).includes('{count}') || key === 'accounts.use', key);
    }
  }
});

test('French keeps its double punctuation with the word before it', () => {
  for (const [key, text] of Object.entries<Text>(fr)) {
    for (const form of forms(text)) {
      assert.doesNotMatch(form, /[^\u00A0]:|[^\u202F][;!?]|«[^\u00A0]|[^\u00A0]»|'/, key);
    }
  }
});
