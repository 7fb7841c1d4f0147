import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frCa } from '../../../src/locales/fr-ca.ts';
import { fr } from '../../../src/locales/fr.ts';
import { sentences } from './sentences.ts';

test('French keeps its double punctuation with the word before it', () => {
  for (const [key, form] of [...sentences(fr), ...sentences(frCa)]) {
    assert.doesNotMatch(form, /[^\u00A0]:|[^\u202F][;!?]|«[^\u00A0]|[^\u00A0]»|'/, key);
  }
});
