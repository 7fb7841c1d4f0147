import assert from 'node:assert/strict';
import { test } from 'node:test';
import { es } from '../../../src/locales/es.ts';
import { sentences } from './sentences.ts';

test('Spanish opens its questions, and has its own quotation marks', () => {
  for (const [key, sentence] of sentences(es)) {
    assert.doesNotMatch(sentence, /["'“”‘’]|«\s|\s»|\.\.\./, key);
    assert.equal(sentence.replace(/«[^«»]*»|¿[^¿?]*\?/g, '').search(/[«»¿?!]/), -1, `${key}: marks come in pairs`);
  }
});

test('Spanish says "usted", never "tú" or "vosotros"', () => {
  for (const [key, sentence] of sentences(es))
    assert.doesNotMatch(sentence, /(?<!\p{L})(tú|tus?|te|ti|contigo|vosotros|vuestr[oa]s?|os)(?!\p{L})/iu, key);
});
