import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nl } from '../../../src/locales/nl.ts';
import { sentences } from './sentences.ts';

test('Dutch has its own quotation marks', () => {
  for (const [key, form] of sentences(nl)) {
    assert.doesNotMatch(form, /["'“”„]/, key);
    assert.equal(form.replace(/‘[^‘’]*’/g, '').search(/‘/), -1, `${key}: quotation marks come in pairs`);
  }
});

test('Dutch says "u", never "je"', () => {
  for (const [key, form] of sentences(nl)) assert.doesNotMatch(form, /\b(je|jij|jou|jouw|jullie)\b/i, key);
});
