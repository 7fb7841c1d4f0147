import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Text } from '../../../src/locales/en.ts';
import { frCa } from '../../../src/locales/fr-ca.ts';
import { fr } from '../../../src/locales/fr.ts';

// What every language has to keep is the matter of `npm run check:text`.
const forms = (text: Text): string[] => (typeof text === 'string' ? [text] : Object.values(text));

test('French keeps its double punctuation with the word before it', () => {
  for (const [key, text] of [...Object.entries<Text>(fr), ...Object.entries<Text>(frCa)]) {
    for (const form of forms(text)) {
      assert.doesNotMatch(form, /[^\u00A0]:|[^\u202F][;!?]|«[^\u00A0]|[^\u00A0]»|'/, key);
    }
  }
});
