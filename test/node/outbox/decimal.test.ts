import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fc } from '../support/fast-check.ts';
import { decimalOfNumber, plainDecimal, sameDecimal, signOf } from '../../../src/outbox/decimal.ts';
import { isTimeZone, latestToday, parseLocalDate, todayIn } from '../../../src/outbox/local-date.ts';
import { lineText, requestText, sameLine } from '../../../src/outbox/transaction-text.ts';

const textOf = (value: string | number): string => {
  const result = typeof value === 'number' ? decimalOfNumber(value) : plainDecimal(value);
  return 'text' in result ? result.text : result.problem;
};

describe('decimals', () => {
  it('keeps the digits of a plain one, thirty of them too', () => {
    for (const same of ['0', '-0.00', '1.10', '-12.5', '123456789012345678901234567890.123456789'])
      assert.equal(textOf(same), same);
  });
  it('writes leading zeros and exponents out', () => {
    const cases = { '007.50': '7.50', '-00': '-0', '1e3': '1000', '1.25E+1': '12.5', '5e-3': '0.005', '12e-1': '1.2' };
    for (const [given, expected] of Object.entries(cases)) assert.equal(textOf(given), expected, given);
  });
  it('refuses what is no decimal, and what no amount has', () => {
    for (const bad of ['', ' 1', '1.', '.5', '+1', '1,5', '0x10', 'NaN', 'Infinity', '1e', '--1', '１', '1e99999'])
      assert.equal(textOf(bad), 'invalid', bad);
    for (const long of ['1e400', '1'.repeat(61), '1'.repeat(100_000)]) assert.equal(textOf(long), 'too-long');
  });
  it('takes numbers of at most 15 significant digits', () => {
    const cases: [number, string][] = [
      [0.1, '0.1'],
      [-0, '0'],
      [1e21, '1000000000000000000000'],
      [1.5e-7, '0.00000015'],
      [123456789012.345, '123456789012.345'],
      [0.1 + 0.2, 'not-exact'],
      [2 ** 53 + 2, 'not-exact'],
      [Number.NaN, 'invalid'],
      [Infinity, 'invalid'],
    ];
    for (const [given, expected] of cases) assert.equal(textOf(given), expected);
  });
  it('compares by value', () => {
    assert.ok(sameDecimal('1.1', '1.10') && sameDecimal('0', '-0.00') && sameDecimal('100', '100.00'));
    assert.ok(!sameDecimal('1', '10') && !sameDecimal('1', '-1') && !sameDecimal('100', '1'));
    assert.deepEqual(['-0.0', '-0.1', '0.1'].map(signOf), [0, -1, 1]);
  });
  it('knows the same value in every spelling, and no other', () => {
    const digits = fc.tuple(fc.boolean(), fc.bigInt(0n, 2000n), fc.nat(3), fc.nat(3), fc.nat(3));
    const spelled = digits.map(([negative, value, places, before, after]) => {
      const text = `${'0'.repeat(before)}${String(value).padStart(places + 1, '0')}`;
      const point = text.length - places;
      const fraction = text.slice(point) + '0'.repeat(after);
      const plain = textOf(`${negative ? '-' : ''}${text.slice(0, point)}${fraction === '' ? '' : `.${fraction}`}`);
      return { plain, value: (negative ? -1n : 1n) * value * 10n ** BigInt(3 - places) };
    });
    fc.assert(
      fc.property(spelled, spelled, (one, other) => {
        assert.equal(sameDecimal(one.plain, other.plain), one.value === other.value);
        assert.equal(signOf(one.plain), one.value === 0n ? 0 : one.value < 0n ? -1 : 1);
      }),
      { numRuns: 2000 },
    );
  });
  it('gives back the value for every number it takes', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }), (value) => {
        const text = textOf(value);
        if (/^-?\d/.test(text)) assert.equal(Number(text), value === 0 ? 0 : value);
      }),
    );
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 29n), 10n ** 29n), fc.integer({ min: -20, max: 20 }), (digits, exponent) => {
        const plain = textOf(`${digits}e${exponent}`);
        assert.match(plain, /^-?(0|[1-9]\d*)(\.\d+)?$/);
        const [whole = '', fraction = ''] = plain.replace('-', '').split('.');
        const shifted = BigInt(whole + fraction.padEnd(20, '0')) * (plain.startsWith('-') ? -1n : 1n);
        assert.equal(shifted, digits * 10n ** BigInt(20 + exponent));
      }),
    );
  });
});

describe('local dates', () => {
  it('reads dates and date-times, sortable as text', () => {
    assert.deepEqual(parseLocalDate('2026-03-01'), { day: '2026-03-01', at: '2026-03-01T00:00:00', offset: false });
    assert.equal(parseLocalDate('2026-03-01T09:30')?.at, '2026-03-01T09:30:00');
    assert.equal(parseLocalDate('2026-03-01T09:30:05.1200')?.at, '2026-03-01T09:30:05.12');
    assert.equal(parseLocalDate('2026-03-01T09:30:05.000')?.at, '2026-03-01T09:30:05');
    assert.deepEqual(parseLocalDate('2026-03-01T23:30:00+02:00'), {
      day: '2026-03-01',
      at: '2026-03-01T23:30:00',
      offset: true,
    });
    assert.equal(parseLocalDate('2024-02-29')?.day, '2024-02-29');
  });
  it('refuses what is not in the calendar', () => {
    for (const bad of [
      '2026-02-29',
      '2100-02-29',
      '2026-13-01',
      '2026-00-01',
      '2026-04-31',
      '2026-1-1',
      '01/02/2026',
      '2026-03-01 10:00',
      '2026-03-01T24:00:00',
      '2026-03-01T10:60',
      '2026-03-01T10:00:60',
      '1800-01-01',
      '',
      'today',
      '+12026-01-01',
    ])
      assert.equal(parseLocalDate(bad), undefined, bad);
  });
  it('knows today in a zone and the latest date on earth', () => {
    const now = Date.parse('2026-03-10T11:00:00Z');
    assert.equal(todayIn(now, 'Pacific/Kiritimati'), '2026-03-11');
    assert.equal(todayIn(now, 'America/New_York'), '2026-03-10');
    assert.equal(latestToday(now), '2026-03-11');
    assert.throws(() => todayIn(now, 'Mars/Olympus'), RangeError);
  });
  it('takes the names of IANA, old and new, and none that Node alone knows', () => {
    for (const zone of ['Asia/Kolkata', 'Asia/Calcutta', 'America/Argentina/Buenos_Aires', 'UTC', 'EST', 'Etc/GMT+5'])
      assert.ok(isTimeZone(zone), zone);
    for (const zone of ['BST', 'bst', 'PST', 'AET', '+01:00', 'Mars/Olympus', '', undefined])
      assert.ok(!isTimeZone(zone), zone);
  });
  it('sorts as text as it sorts in time', () => {
    const date = fc.date({ min: new Date('1990-01-01'), max: new Date('2090-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(date, date, (one, other) => {
        const [first, second] = [one, other].map((each) => parseLocalDate(each.toISOString().slice(0, -1))?.at ?? '');
        assert.equal((first ?? '') < (second ?? ''), one < other);
      }),
    );
  });
});

describe('the exact text', () => {
  const transaction = { id: 'a"\\é\u202e🙂', date: '2026-03-01', amount: '-1.10', balance: '30.00' };
  it('carries money digit by digit', () => {
    const money = '123456789012345678901234567890.10';
    const text = requestText('acc"1', [lineText({ ...transaction, amount: money }), lineText(transaction)]);
    assert.ok(text.startsWith(`{"accountId":"acc\\"1","transactions":[{"amount":${money},"balance":30.00,`));
    const parsed: unknown = JSON.parse(text);
    assert.ok(typeof parsed === 'object' && parsed !== null && 'transactions' in parsed);
    assert.deepEqual(parsed.transactions, [
      { id: transaction.id, date: '2026-03-01', amount: Number(money), balance: 30 },
      { id: transaction.id, date: '2026-03-01', amount: -1.1, balance: 30 },
    ]);
  });
  it('compares decimals by value, all else by letter', () => {
    const text = lineText(transaction);
    assert.ok(sameLine(text, text));
    assert.ok(sameLine(text, lineText({ ...transaction, amount: '-1.1', balance: '30' })));
    assert.ok(!sameLine(text, lineText({ ...transaction, amount: '-1.11' })));
    assert.ok(!sameLine(text, lineText({ ...transaction, balance: '30.01' })));
    assert.ok(!sameLine(text, lineText({ ...transaction, balance: undefined })));
    assert.ok(!sameLine(text, lineText({ ...transaction, description: 'x' })));
    assert.ok(!sameLine(text, 'something else'));
    const bare = { ...transaction, balance: undefined };
    assert.ok(sameLine(lineText(bare), lineText({ ...bare, amount: '-1.100' })));
  });
});
