import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pt } from '../../../src/locales/pt.ts';
import { sentences } from './sentences.ts';

test('Portuguese has its own quotation marks', () => {
  for (const [key, sentence] of sentences(pt)) {
    assert.doesNotMatch(sentence, /["'«»‘’]|“\s|\s”|\.\.\./, key);
    assert.equal(sentence.replace(/“[^“”]*”/g, '').search(/[“”]/), -1, `${key}: quotation marks come in pairs`);
  }
});

test('Portuguese reads well in Brazil and in Portugal: no form of address, nothing said as only one of them does', () => {
  const address = /(?<!\p{L})(você|vocês|tu|teus?|tuas?|contigo|vosso|vossa)(?!\p{L})/iu;
  const onlyThere = /(?<!\p{L})(está|estão|estamos) (\p{L}+ndo|a \p{L}+[aei]r)(?!\p{L})|conn?osco|\bcontac?t[aeo]/iu;
  for (const [key, sentence] of sentences(pt)) {
    assert.doesNotMatch(sentence, address, key);
    assert.doesNotMatch(sentence, onlyThere, key);
  }
});

test('Portuguese has an article before the name of software', () => {
  for (const [key, sentence] of sentences(pt))
    assert.doesNotMatch(sentence, /(?<!(?<!\p{L})(o|ao|do|no|pelo) )\{(platform|from)\}/iu, key);
});
