import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idsOf, knownWords, type KnownId } from '../../../src/proxy/known-words.ts';

const account = { id: 'account-0001', accountName: 'Current account', accountNumber: '12-345678' };
const guid = '05b403ea-8bc1-4db6-8c99-4e85da5088e3';
const said = (text: string, known: readonly KnownId[] = idsOf(account)): string => knownWords(known)(text);

test('an account that is named by its id is named by its name', () => {
  assert.equal(
    said('The currency USD of account account-0001 is not enabled.'),
    'The currency USD of account “Current account” is not enabled.',
  );
  assert.equal(said("'account-0001': closed (account-0001)."), '“Current account”: closed (“Current account”).');
  assert.equal(said('ACCOUNT-0001 and account-0001'), '“Current account” and “Current account”');
  assert.equal(said('Number 12-345678 is taken.'), 'Number …5678 is taken.');
  const card = { id: 'card/1 ü.*', accountName: 'Reserve 123456789' };
  assert.equal(said('Account card/1 ü.* is closed', idsOf(card)), 'Account “Reserve 123456789” is closed');
});

test('an id of Codat’s that nothing is known by is left out, without a gap', () => {
  const known = [{ id: guid }];
  assert.equal(said(`Connection ${guid} is not linked.`, known), 'Connection is not linked.');
  assert.equal(said(`The company (${guid.toUpperCase()}) is busy, says ${guid}.`, known), 'The company is busy, says.');
  assert.equal(said(`No feed for "${guid}"`, known), 'No feed for');
});

test('only a whole id that is known is taken out', () => {
  for (const text of [
    'Account account-00012 is closed.',
    'Account my-account-0001 is closed.',
    'See page 2 of account-0002.',
    'Amounts such as 10,000.50 of 2026-01-15 are refused.',
  ])
    assert.equal(said(text), text);
  // What could be a word, a year, a day or a count stays as it is.
  for (const id of ['current', '1', '42', '2026', '2026-01', 'a1', ''])
    assert.equal(said(`The current 1 of 42 in 2026, on 2026-01-15 a1`, [{ id, name: 'X' }]).includes('X'), false, id);
});

test('what looks like an account number stands for itself no more, but in a name', () => {
  assert.equal(said('Account account-0001 is 87654321.'), 'Account “Current account” is …4321.');
  assert.equal(knownWords(idsOf(account), (text) => text)('87654321 of account-0001'), '87654321 of “Current account”');
});
