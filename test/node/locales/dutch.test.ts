import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Text } from '../../../src/locales/en.ts';
import { nl } from '../../../src/locales/nl.ts';

// What every language has to keep is the matter of `npm run check:text`.
const forms = (text: Text): string[] => (typeof text === 'string' ? [text] : Object.values(text));

test('Dutch has its own quotation marks', () => {
  for (const [key, text] of Object.entries<Text>(nl)) {
    for (const form of forms(text)) {
      assert.doesNotMatch(form, /["'“”„]/, key);
      assert.equal(form.replace(/‘[^‘’]*’/g, '').search(/‘/), -1, `${key}: quotation marks come in pairs`);
    }
  }
});

test('Dutch says "u", never "je"', () => {
  for (const [key, text] of Object.entries<Text>(nl)) {
    for (const form of forms(text)) assert.doesNotMatch(form, /\b(je|jij|jou|jouw|jullie)\b/i, key);
  }
});
