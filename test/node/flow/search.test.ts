import assert from 'node:assert/strict';
import { test } from 'node:test';
import { searcher } from '../../../src/flow/search.ts';

test('a search finds letters as people type them', () => {
  assert.equal(searcher('epargne')('Épargne projet'), true);
  assert.equal(searcher('ÉPARGNE')('epargne'), true);
  assert.equal(searcher('o’brien')('OBrien Ltd'), true);
  assert.equal(searcher('40-00-04')('400004'), true);
  assert.equal(searcher('توفير')('حساب توفير'), true);
});

test('all words have to be there, in any order and in any of the texts', () => {
  const find = searcher(' eur  savings ');
  assert.equal(find('Savings account', 'EUR'), true);
  assert.equal(find('Savings account', 'GBP'), false);
  assert.equal(searcher('ab')('xa', 'bx'), false);
});

test('nothing to search for finds everything', () => {
  for (const query of ['', '  ', '-']) assert.equal(searcher(query)('anything'), true);
});
