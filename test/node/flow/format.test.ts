import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFormat, maskedNumber } from '../../../src/flow/format.ts';

const en = createFormat('en-GB', 'UTC');

test('where currencies differ, each has the symbol by which its language tells it apart', () => {
  const both = (language: string) =>
    ['USD', 'CAD', 'GBP'].map((currency) => createFormat(language).money({ amount: '1', currency }, true));
  assert.deepEqual(both('en-GB'), ['US$1.00', 'CA$1.00', '£1.00']);
  assert.deepEqual(both('en-CA'), ['US$1.00', '$1.00', '£1.00']);
  assert.equal(createFormat('en-CA').money({ amount: '1', currency: 'USD' }), '$1.00');
});

test('an amount brings no marks of direction that would tear it apart', () => {
  const { money } = createFormat('ar');
  assert.match(money({ amount: '-312.85', currency: 'GBP' }), /^\u2212312\.85\s(UK)?£$/u);
});

test('money is written exactly as it came, however many digits it has', () => {
  assert.equal(en.money({ amount: '1234.5', currency: 'GBP' }), '£1,234.50');
  assert.equal(en.money({ amount: '90071992547409931.07', currency: 'GBP' }), '£90,071,992,547,409,931.07');
  assert.equal(en.money({ amount: '0.1234', currency: 'GBP' }), '£0.1234');
  assert.equal(en.money({ amount: '1000', currency: 'JPY' }), '¥1,000');
});

test('a negative amount carries a real minus sign', () => {
  assert.equal(en.money({ amount: '-3.1', currency: 'GBP' }), '\u2212£3.10');
  assert.match(createFormat('fr').money({ amount: '-1234.5', currency: 'EUR' }), /^\u22121\s234,50\s€$/u);
});

test('a currency or amount that Intl does not take is shown as it came', () => {
  assert.equal(en.money({ amount: '-5.00', currency: 'POINTS' }), '\u22125.00 POINTS');
  assert.equal(en.money({ amount: 'five', currency: 'GBP' }), 'five');
});

test('a calendar day is the same in every zone', () => {
  for (const zone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'UTC']) {
    const format = createFormat('en-GB', zone);
    assert.equal(format.date('2026-03-01'), '1 March 2026');
    assert.equal(format.shortDate('2026-03-01'), '1 Mar');
  }
});

test('an instant is told in the zone of the reader', () => {
  const format = createFormat('en-GB', 'Asia/Tokyo');
  assert.equal(format.instant('2026-03-01T20:05:00Z'), '2 Mar 2026, 05:05');
  assert.equal(format.day('2026-03-01T20:05:00Z'), '2 March 2026');
});

test('relative times take the biggest unit that fits', () => {
  const now = new Date('2026-03-10T12:00:00Z');
  assert.equal(en.relative('2026-03-10T11:59:50Z', now), 'now');
  assert.equal(en.relative('2026-03-10T11:48:00Z', now), '12 minutes ago');
  assert.equal(en.relative('2026-03-10T09:00:00Z', now), '3 hours ago');
  assert.equal(en.relative('2026-03-09T11:00:00Z', now), '1 day ago');
  assert.equal(en.relative('2025-01-09T11:00:00Z', now), '1 year ago');
});

test('a server clock that is ahead does not tell the future', () => {
  assert.equal(en.relative('2026-03-10T12:00:40Z', new Date('2026-03-10T12:00:00Z')), 'now');
  assert.equal(en.relative('2026-03-10T12:07:00Z', new Date('2026-03-10T12:00:00Z')), 'now');
});

test('numbers and plurals follow the language; an impossible tag falls back to English', () => {
  assert.equal(createFormat('de').number(1234567), '1.234.567');
  assert.equal(en.plural(1), 'one');
  assert.equal(createFormat('fr').plural(0), 'one');
  assert.equal(createFormat('not a tag').locale, 'en');
});

test('account numbers are masked, and nothing is shown where none is known', () => {
  assert.equal(maskedNumber('4243'), '•••• 4243');
  assert.equal(maskedNumber(''), '');
  assert.equal(maskedNumber(undefined), '');
});

test('countries are named in the language of the reader, one that is none by its code', () => {
  assert.equal(createFormat('en-GB').regions(['US', 'CA']), 'United States and Canada');
  assert.equal(createFormat('fr').regions(['NL']), 'Pays-Bas');
  assert.equal(createFormat('en').regions(['US', 'QX']), 'United States and QX');
});
