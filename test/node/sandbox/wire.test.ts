import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fc } from '../support/fast-check.ts';
import { Decimal, readJson } from '../../../src/sandbox/api/wire.ts';

/** What the reader is to answer, found the slow and certain way: by a reviver that sees each number's own text. */
const byReviver = (text: string): unknown =>
  JSON.parse(text, (key: string, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' && ['amount', 'balance', 'availableBalance'].includes(key)
      ? new Decimal(context?.source ?? '')
      : value,
  );

/** What the reader puts before money for a moment. */
const mark = '\u007f a decimal: ';
const name = fc.oneof(
  fc.constantFrom(
    mark,
    'amount',
    'balance',
    'availableBalance',
    'id',
    '__proto__',
    'x"amount',
    'amount"',
    '\\',
    '\ud800',
  ),
  fc.string({ unit: 'binary', maxLength: 4 }),
);
const number = fc
  .tuple(fc.constantFrom('', '-'), fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.constantFrom('', '.0', '.10', '.005'))
  .map((parts) => parts.join(''));
const gap = fc.constantFrom('', ' ', '\n\t');
const { document } = fc.letrec<{ document: string; member: string }>((tie) => ({
  member: fc
    .tuple(name, gap, gap, tie('document'))
    .map(([key, a, b, value]) => `${JSON.stringify(key)}${a}:${b}${value}`),
  document: fc.oneof(
    { depthSize: 'small' },
    number,
    fc
      .oneof(name, fc.constantFrom('"amount":1', '\\"amount": 5,', '1.25', `${mark}1.25`))
      .map((text) => JSON.stringify(text)),
    fc.array(tie('document'), { maxLength: 3 }).map((items) => `[${items.join(' ,')}]`),
    fc.array(tie('member'), { maxLength: 4 }).map((members) => `{${members.join(',\n')}}`),
  ),
}));

test('money is read with every digit, wherever it stands, and nothing else is touched', () => {
  fc.assert(
    fc.property(document, (text) => assert.deepEqual(readJson(text), byReviver(text))),
    { numRuns: 2000 },
  );
});

test('a string is never taken for money, also where it carries the mark the reader uses', () => {
  for (const written of [mark, mark.replace('\u007f', '\\u007f'), mark.replace(' a', ' \\u0061')]) {
    const forged = readJson(`{"amount":"${written}1.25","balance":"1.25","overdraftLimit":1.50}`);
    assert.deepEqual(forged, { amount: `${mark}1.25`, balance: '1.25', overdraftLimit: new Decimal('1.50') });
  }
});

test('powers of ten are written out, and what no amount can have is no amount', () => {
  const amounts = ['1.5e3', '1E-3', '-0', '1e400', `1${'0'.repeat(120)}`].map((amount) => {
    const { amount: decimal } = readJson(`{"amount":${amount}}`) as { amount: Decimal };
    return decimal.text;
  });
  assert.deepEqual(amounts, ['1500', '0.001', '-0', 'NaN', 'NaN']);
});

for (const text of [
  '{"amount":01}',
  '{"amount":1.}',
  '{"amount":1 2}',
  '{"amount":+1}',
  '{"a"amount":1}',
  '{"amount":1"}',
]) {
  test(`${text} stays what it is: not JSON`, () => {
    assert.throws(() => readJson(text), SyntaxError);
  });
}
