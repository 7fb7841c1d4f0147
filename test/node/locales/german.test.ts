import assert from 'node:assert/strict';
import { test } from 'node:test';
import { de } from '../../../src/locales/de.ts';
import { sentences } from './sentences.ts';

test('German has its own quotation marks, and keeps an ellipsis with the word before it', () => {
  for (const [key, form] of sentences(de)) {
    assert.doesNotMatch(form, /["'”‘’]|[^\u00A0]…|…./, key);
    assert.equal(form.replace(/„[^„“]*“/g, '').search(/[„“]/), -1, `${key}: quotation marks come in pairs`);
  }
});

test('German says "Sie", never "du"', () => {
  for (const [key, form] of sentences(de))
    assert.doesNotMatch(form, /\b(du|dich|dir|dein\w*|euch|euer|eure\w*)\b/i, key);
});
