import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Text } from '../../../src/locales/en.ts';
import { de } from '../../../src/locales/de.ts';

// What every language has to keep is the matter of `npm run check:text`.
const forms = (text: Text): string[] => (typeof text === 'string' ? [text] : Object.values(text));

test('German has its own quotation marks, and keeps an ellipsis with the word before it', () => {
  for (const [key, text] of Object.entries<Text>(de)) {
    for (const form of forms(text)) {
      assert.doesNotMatch(form, /["'”‘’]|[^\u00A0]…|…./, key);
      assert.equal(form.replace(/„[^„“]*“/g, '').search(/[„“]/), -1, `${key}: quotation marks come in pairs`);
    }
  }
});

test('German says "Sie", never "du"', () => {
  for (const [key, text] of Object.entries<Text>(de)) {
    for (const form of forms(text)) assert.doesNotMatch(form, /\b(du|dich|dir|dein\w*|euch|euer|eure\w*)\b/i, key);
  }
});
