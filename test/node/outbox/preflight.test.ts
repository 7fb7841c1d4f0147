import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PlatformKey } from '../../../src/contract/platforms.ts';
import type { IssueRules } from '../../../src/outbox/model.ts';
import { preflight, preflightContext } from '../../../src/outbox/preflight.ts';

const now = Date.parse('2026-03-10T12:00:00Z');
const good = { id: 'a', date: '2026-03-10', amount: '1.00', balance: '2.00' };

const check = (
  input: unknown,
  platform: PlatformKey | undefined = 'xero',
  zone: string | undefined = 'UTC',
  rules?: IssueRules,
) => preflight(input, 3, preflightContext(now, zone, platform, rules));
const codes = (...args: Parameters<typeof check>) =>
  check(...args).issues.map(({ severity, code, field }) => `${severity} ${code} ${field}`);

describe('preflight', () => {
  it('lets a good line pass as exact text', () => {
    const { line, issues } = check({
      ...good,
      date: '2026-03-10T09:00',
      amount: 1.5,
      description: null,
      reconciled: true,
    });
    assert.deepEqual(issues, []);
    assert.deepEqual(line, {
      id: 'a',
      day: '2026-03-10',
      at: '2026-03-10T09:00:00',
      body: '{"amount":1.5,"balance":2.00,"id":"a","date":"2026-03-10T09:00","reconciled":true}',
    });
  });

  it('names place, id, field and what to do', () => {
    const [issue] = check({ ...good, amount: 'ten' }).issues;
    assert.deepEqual(issue, {
      index: 3,
      id: 'a',
      severity: 'error',
      code: 'amount_invalid',
      field: 'amount',
      message: 'amount is not a decimal such as -12.50.',
    });
  });

  it('refuses what is wrong, each with its code', () => {
    const cases: [unknown, string[]][] = [
      [null, ['error not_an_object ']],
      [[], ['error not_an_object ']],
      ['x', ['error not_an_object ']],
      [{ ...good, id: undefined }, ['error id_missing id']],
      [{ ...good, id: 7 }, ['error id_missing id']],
      [{ ...good, id: 'x'.repeat(201) }, ['error too_long id']],
      [{ ...good, id: 'a\nb' }, ['error invalid_characters id']],
      [{ ...good, id: '\ud800' }, ['error invalid_characters id']],
      [{ ...good, date: '2026-02-29' }, ['error date_invalid date']],
      [{ ...good, date: 20260301 }, ['error date_invalid date']],
      [{ ...good, date: '2026-03-11' }, ['error date_in_future date']],
      [{ ...good, date: '9999-12-31' }, ['error date_in_future date']],
      [{ ...good, amount: Number.NaN }, ['error amount_invalid amount']],
      [{ ...good, amount: Infinity }, ['error amount_invalid amount']],
      [{ ...good, amount: '1e400' }, ['error too_long amount']],
      [{ ...good, amount: undefined }, ['error amount_invalid amount']],
      [{ ...good, amount: 0.1 + 0.2 }, ['error amount_not_exact amount']],
      [{ ...good, balance: true }, ['error amount_invalid balance']],
      [{ ...good, description: 'x'.repeat(10_000_000) }, ['error too_long description']],
      [{ ...good, reference: 5 }, ['error not_text reference']],
      [{ ...good, counterparty: 'a\u0000b' }, ['error invalid_characters counterparty']],
      [{ ...good, reconciled: 'yes' }, ['error not_boolean reconciled']],
      [{ ...good, transactionType: 'Bribe' }, ['error type_unknown transactionType']],
      [
        {},
        [
          'error id_missing id',
          'error date_invalid date',
          'error amount_invalid amount',
          'error balance_missing balance',
        ],
      ],
    ];
    for (const [input, expected] of cases) {
      assert.deepEqual(codes(input), expected);
      assert.equal(check(input).line, undefined);
    }
  });

  it('lets unusual but honest lines pass with a warning', () => {
    const cases: [unknown, string[]][] = [
      [{ ...good, date: '2026-03-10T10:00:00+02:00' }, ['warning offset_ignored date']],
      [{ ...good, transactionType: 'Debit' }, ['warning sign_unusual amount']],
      [{ ...good, amount: '-1', transactionType: 'Credit' }, ['warning sign_unusual amount']],
      [{ ...good, iban: 'x' }, ['warning unknown_field iban']],
      [{ ...good, date: '2024-02-29', id: 'ü\u202e🙂'.repeat(40) }, ['error too_old date']],
    ];
    for (const [input, expected] of cases) assert.deepEqual(codes(input), expected);
    assert.deepEqual(codes({ ...good, description: 'שלום 🙂', id: 'x'.repeat(200) }), []);
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`field${n}`, 1]));
    assert.equal(codes({ ...many, ...good }).length, 5);
  });

  it('knows what each platform asks for', () => {
    const noBalance = { ...good, balance: undefined };
    const described = { ...good, description: 'Coffee' };
    assert.deepEqual(codes({ ...described, balance: undefined }, 'quickbooks'), []);
    assert.deepEqual(codes(noBalance, 'sage'), ['error balance_missing balance']);
    assert.deepEqual(codes(noBalance, 'freeagent'), ['warning balance_missing balance']);
    const unknown = preflight(noBalance, 0, preflightContext(now, 'UTC', undefined));
    assert.deepEqual(
      unknown.issues.map(({ code, severity }) => [code, severity]),
      [['balance_missing', 'warning']],
    );
    assert.deepEqual(codes({ ...described, date: '2026-03-02' }, 'quickbooks'), ['warning too_old date']);
    assert.deepEqual(codes({ ...described, date: '2026-03-03' }, 'quickbooks'), []);
    assert.deepEqual(codes({ ...good, date: '2025-03-09' }), ['error too_old date']);
    assert.deepEqual(codes({ ...good, date: '2025-03-10' }), []);
    assert.deepEqual(codes({ ...good, date: '2020-03-10' }, 'netsuite'), []);
    assert.deepEqual(codes({ ...good, transactionType: 'Xfer' }, 'freeagent'), [
      'warning type_rewritten transactionType',
    ]);
    assert.deepEqual(codes({ ...described, transactionType: 'Fee' }, 'quickbooks'), [
      'warning type_undocumented transactionType',
    ]);
  });

  it('judges today in the company’s zone, or generously where none is known', () => {
    const tomorrow = { ...good, date: '2026-03-11' };
    assert.deepEqual(codes(tomorrow, 'xero', 'Pacific/Kiritimati'), []);
    assert.deepEqual(codes({ ...good, date: '2026-03-10' }, 'xero', 'Pacific/Pago_Pago'), []);
    const generous = preflight(tomorrow, 0, preflightContext(now, undefined, 'xero'));
    assert.deepEqual(
      generous.issues.map(({ code }) => code),
      ['today_uncertain'],
    );
    const later = preflight({ ...good, date: '2026-03-12' }, 0, preflightContext(now, undefined, 'xero'));
    assert.deepEqual(
      later.issues.map(({ code }) => code),
      ['date_in_future'],
    );
  });

  it('takes the host’s own severities', () => {
    const noBalance = { ...good, balance: undefined };
    assert.deepEqual(codes(noBalance, 'sage', 'UTC', { balance_missing: 'off' }), []);
    assert.deepEqual(codes(noBalance, 'sage', 'UTC', { balance_missing: 'warning' }), [
      'warning balance_missing balance',
    ]);
    const strict = check({ ...good, iban: 1 }, 'xero', 'UTC', { unknown_field: 'error' });
    assert.equal(strict.line, undefined);
  });
});
