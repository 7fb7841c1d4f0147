/** What each platform's page and the API document state of a transaction, as one table: all platforms by all rules. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { platformKeys, type PlatformKey } from '../../../src/contract/platforms.ts';
import { adjustableRules } from '../../../src/outbox/model.ts';
import { preflight, preflightContext } from '../../../src/outbox/preflight.ts';

const now = Date.parse('2026-03-10T12:00:00Z');
const good = { id: 'a', date: '2026-03-10', amount: '-1.00', balance: '2.00', description: 'Coffee' };

const check = (input: unknown, platform: PlatformKey | undefined, rules = {}) =>
  preflight(input, 0, preflightContext(now, 'UTC', platform, rules));
const said = (input: unknown, platform: PlatformKey | undefined): string =>
  check(input, platform)
    .issues.map(({ severity, code, field }) => `${severity} ${code} ${field}`)
    .join('; ');

interface Rule {
  readonly name: string;
  readonly line: unknown;
  /** What most platforms are told; '' for nothing. */
  readonly usual: string;
  readonly unlike?: Partial<Record<PlatformKey | 'unknown', string>>;
}

const table: readonly Rule[] = [
  { name: 'a good line', line: good, usual: '' },
  { name: 'today in the evening', line: { ...good, date: '2026-03-10T23:59:59.9999999' }, usual: '' },
  { name: 'tomorrow', line: { ...good, date: '2026-03-11' }, usual: 'error date_in_future date' },
  { name: 'an offset', line: { ...good, date: '2026-03-10T09:00:00Z' }, usual: 'warning offset_ignored date' },
  { name: 'seven days', line: { ...good, date: '2026-03-03' }, usual: '' },
  {
    name: 'eight days',
    line: { ...good, date: '2026-03-02' },
    usual: '',
    unlike: { quickbooks: 'warning too_old date' },
  },
  { name: 'a year', line: { ...good, date: '2025-03-10' }, usual: '', unlike: { quickbooks: 'warning too_old date' } },
  {
    name: 'a year and a day',
    line: { ...good, date: '2025-03-09' },
    usual: '',
    unlike: { xero: 'error too_old date', quickbooks: 'warning too_old date' },
  },
  {
    name: 'no balance',
    line: { ...good, balance: undefined },
    usual: 'error balance_missing balance',
    unlike: {
      quickbooks: '',
      freeagent: 'warning balance_missing balance',
      unknown: 'warning balance_missing balance',
    },
  },
  { name: 'a balance of nought', line: { ...good, balance: '0' }, usual: '' },
  {
    name: 'no description',
    line: { ...good, description: undefined },
    usual: '',
    unlike: { quickbooks: 'warning description_missing description' },
  },
  {
    name: 'a blank description',
    line: { ...good, description: ' ' },
    usual: '',
    unlike: { quickbooks: 'warning description_missing description' },
  },
  {
    name: 'counterparty, reference and reconciled',
    line: { ...good, counterparty: 'c', reference: 'r', reconciled: false },
    usual: '',
    unlike: {
      quickbooks:
        'warning field_ignored counterparty; warning field_ignored reference; warning field_ignored reconciled',
    },
  },
  { name: 'Debit out', line: { ...good, transactionType: 'Debit' }, usual: '' },
  {
    name: 'Debit in',
    line: { ...good, amount: '1', transactionType: 'Debit' },
    usual: 'warning sign_unusual amount',
  },
  { name: 'Credit out', line: { ...good, transactionType: 'Credit' }, usual: 'warning sign_unusual amount' },
  {
    name: 'a transfer in',
    line: { ...good, amount: '1', transactionType: 'Xfer' },
    usual: '',
    unlike: {
      freeagent: 'warning type_rewritten transactionType',
      quickbooks: 'warning type_undocumented transactionType',
    },
  },
  {
    name: 'a transfer out',
    line: { ...good, transactionType: 'Xfer' },
    usual: '',
    unlike: { quickbooks: 'warning type_undocumented transactionType' },
  },
  { name: 'an unknown type', line: { ...good, transactionType: 'Bribe' }, usual: 'error type_unknown transactionType' },
  { name: 'a field nobody knows', line: { ...good, iban: 'x' }, usual: 'warning unknown_field iban' },
  { name: 'no id', line: { ...good, id: '' }, usual: 'error id_missing id' },
  { name: 'no amount', line: { ...good, amount: null }, usual: 'error amount_invalid amount' },
];

describe('the rules of each platform', () => {
  for (const { name, line, usual, unlike = {} } of table)
    it(name, () => {
      for (const platform of platformKeys) assert.equal(said(line, platform), unlike[platform] ?? usual, platform);
      assert.equal(said(line, undefined), unlike.unknown ?? usual, 'software that is not known yet');
    });

  it('errors refuse a line, warnings do not, and each says what to do', () => {
    for (const { line } of table)
      for (const platform of platformKeys) {
        const { line: taken, issues } = check(line, platform);
        assert.equal(
          taken === undefined,
          issues.some(({ severity }) => severity === 'error'),
        );
        for (const { message } of issues) assert.match(message, /^.{20,}\.$/);
      }
  });

  it('no severity a host chooses lets a line vanish unnamed', () => {
    const off = Object.fromEntries(adjustableRules.map((code) => [code, 'off']));
    const bad = [null, {}, ...table.map(({ line }) => line), { ...good, description: 5 }, { ...good, reconciled: 1 }];
    for (const input of bad)
      for (const rules of [
        off,
        { id_missing: 'off', date_invalid: 'off', amount_invalid: 'off', not_an_object: 'off' },
      ]) {
        const { line, issues } = check(input, 'xero', rules);
        assert.equal(
          line === undefined,
          issues.some(({ severity }) => severity === 'error'),
          JSON.stringify(input),
        );
      }
  });
});
