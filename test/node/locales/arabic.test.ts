import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ar } from '../../../src/locales/ar.ts';
import { sentences } from './sentences.ts';

test('Arabic has its own punctuation', () => {
  for (const [key, sentence] of sentences(ar)) {
    assert.doesNotMatch(sentence, /["'“”‘’?,;]|«\s|\s»|\.\.\./, key);
    assert.equal(sentence.replace(/«[^«»]*»/g, '').search(/[«»]/), -1, `${key}: quotation marks come in pairs`);
  }
});

/** As a reader sees it: a name in Latin letters, a number, or words. */
const filled = (sentence: string): string =>
  sentence
    .replace(/\{(platform|from|partner|name|target|message|query)\}/g, 'Xero')
    .replace(/\{(count|done|number|total|days|held|last4)\}/g, '7')
    .replace(/\{\w+\}/g, 'كلمة');

// A sentence takes its direction from its first letter, and what stands between Latin letters or numbers theirs.
test('Arabic sentences begin in Arabic, and it stands between names in Latin letters and what follows them', () => {
  for (const [key, sentence] of sentences(ar)) {
    assert.doesNotMatch(filled(sentence), /^\P{L}*[A-Z]/iu, key);
    assert.doesNotMatch(filled(sentence), /[A-Z]\P{L}*(7|[^\p{L}\s]\P{L}*[A-Z])/iu, key);
  }
});

test('Arabic joins no letter to a place', () => {
  for (const [key, sentence] of sentences(ar)) assert.doesNotMatch(sentence, /\p{L}\{|\}\p{L}/u, key);
});
