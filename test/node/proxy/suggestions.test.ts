import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namesAlike, wordsOf } from '../../../src/proxy/account-names.ts';
import { isContradicted, numberKeys } from '../../../src/proxy/account-numbers.ts';
import { suggest, type SuggestionSource, type SuggestionTarget } from '../../../src/proxy/suggestions.ts';

type Given = Partial<Omit<SuggestionSource, 'id'>>;

/** Sources s1, s2, … and targets t1, t2, …, each source allowed each target; answers `s1 t1 number name`. */
const suggested = (sources: readonly Given[], targets: readonly Omit<SuggestionTarget, 'id'>[]): string[] => {
  const ends = targets.map((target, index) => ({ ...target, id: `t${index + 1}` }));
  const options = ends.map(({ id }) => id);
  const starts = sources.map((source, index) => ({ options, ...source, id: `s${index + 1}` }));
  const tell = (found: ReturnType<typeof suggest>): string[] =>
    [...found].map(([id, { targetId, reasons }]) => [id, targetId, ...reasons].join(' ')).toSorted();
  const told = tell(suggest(starts, ends));
  assert.deepEqual(tell(suggest(starts.toReversed(), ends.toReversed())), told, 'the order must not matter');
  return told;
};

const same = (one: [string, string?], other: [string, string?]): boolean => {
  const [first, second] = [one, other].map(([number, sortCode]) => ({ number, sortCode }));
  const keys = new Set(numberKeys(first ?? {}));
  return numberKeys(second ?? {}).some((key) => keys.has(key)) && !isContradicted(first ?? {}, second ?? {});
};

test('a number is the same however it is written', () => {
  assert.ok(same(['31510604', '040004'], ['3151 0604', '04-00-04']));
  assert.ok(same(['31510604', '040004'], ['04000431510604']));
  assert.ok(same(['0012345678'], ['12345678']));
  assert.ok(same(['DE89370400440532013000'], ['de89 3704 0044 0532 0130 00']));
  assert.ok(same(['DE89370400440532013000'], ['532013000']));
  assert.ok(same(['GB33BUKB20201555555555'], ['55555555', '20-20-15']));
  assert.ok(same(['NL91ABNA0417164300'], ['417164300']));
  assert.ok(same(['BE68539007547034'], ['539-0075470-34']), 'all that follows the country');
});

test('a part of a number, a hidden one and another one are not the same', () => {
  assert.ok(!same(['5400000000004243'], ['4243']));
  assert.ok(!same(['5400000000004243'], ['XXXXXXXXXXXX4243']));
  assert.ok(!same(['****31510604'], ['31510604']));
  assert.ok(!same(['00001234'], ['1234']), 'too short to tell');
  assert.ok(!same(['31510604', '040004'], ['31510604', '200415']), 'another bank');
  assert.ok(!same(['55555555', '99-99-99'], ['GB33BUKB20201555555555']), 'another bank, said by the IBAN');
  assert.ok(!same(['1555555555'], ['GB33BUKB20201555555555']), 'more than the number of an IBAN');
  assert.ok(!same(['32013000'], ['DE89370400440532013000']), 'the end of another number');
  assert.ok(!same(['189000'], ['FR1420041010050500013M02606189000']), 'a country whose numbers end otherwise');
});

test('the end of a hidden number contradicts another one, and what hides none does not', () => {
  const contradicted = (one: string, other: string): boolean =>
    isContradicted({ number: one }, { number: other }) && isContradicted({ number: other }, { number: one });
  assert.ok(contradicted('5400000000004243', 'XXXXXXXXXXXX9999'));
  assert.ok(contradicted('31510604', '•••• 0612'));
  assert.ok(contradicted('****0604', '****0612'));
  assert.ok(contradicted('GB33BUKB20201555555555', '****1234'));
  assert.ok(!contradicted('5400000000004243', 'XXXX-4243'));
  assert.ok(!contradicted('31510604', '***604'));
  assert.ok(!contradicted('31510604', '1200'), 'a code of the books');
  assert.ok(!contradicted('31510604', '****'));
  assert.deepEqual(suggested([{ name: 'Savings', number: '31510612' }], [{ name: 'Savings', number: '****9999' }]), []);
  assert.deepEqual(suggested([{ name: 'Savings', number: '31510612' }], [{ name: 'Savings', number: '****0612' }]), [
    's1 t1 name',
  ]);
});

test('names are alike by their words, not by what any account is called', () => {
  const alike = (one: string, other: string): boolean => namesAlike(wordsOf(one), wordsOf(other));
  for (const [one, other] of [
    ['Business Current', 'business current account'],
    ['Épargne d’entreprise', 'Epargne dentreprise'],
    ['Business Current', 'Alder & Birch Business Current A/C'],
    ['Savings', 'The Savings Account'],
    ['東京', '東京'],
  ] as const)
    assert.ok(alike(one, other) && alike(other, one), `${one} = ${other}`);
  for (const [one, other] of [
    ['Savings', 'Business Savings'],
    ['Business Current', 'Business Current Payroll'],
    ['Business Current', '2 Business Current'],
    ['Business Current 1', 'Business Current 2'],
    ['Current', 'Currency'],
    ['Account', 'Bank account'],
    ['', ''],
  ] as const)
    assert.ok(!alike(one, other) && !alike(other, one), `${one} ≠ ${other}`);
});

test('the number decides, the name alone only where nothing contradicts it', () => {
  const named = { name: 'Business Current' };
  assert.deepEqual(suggested([{ number: '31510604', ...named }], [{ number: '31510604', ...named }]), [
    's1 t1 number name',
  ]);
  assert.deepEqual(suggested([{ number: '31510604' }], [{ number: '31510604', name: 'Main' }]), ['s1 t1 number']);
  assert.deepEqual(suggested([{ number: '31510604', ...named }], [named]), ['s1 t1 name']);
  assert.deepEqual(suggested([{ number: '31510604', ...named }], [{ number: '31510639', ...named }]), []);
  assert.deepEqual(suggested([{ number: '31510604', ...named }], [{ number: '…0604', name: 'Other' }]), []);
  const both = suggested([{ number: '31510604', ...named }], [named, { number: '31510604', name: 'Old name' }]);
  assert.deepEqual(both, ['s1 t2 number'], 'best first');
});

test('an account is suggested once, and where two could be meant none is', () => {
  const savings = { name: 'Savings' };
  assert.deepEqual(suggested([savings, savings], [savings]), []);
  assert.deepEqual(suggested([savings], [savings, savings]), []);
  assert.deepEqual(suggested([{ ...savings, number: '31510612' }, savings], [{ ...savings, number: '31510612' }]), [
    's1 t1 number name',
  ]);
  const twice = { number: '31510604' };
  assert.deepEqual(
    suggested([{ ...twice, name: 'Business Current' }], [twice, twice, { name: 'Business Current' }]),
    [],
    'two of this number: a third of this name is not the one either',
  );
});

test('only what it may feed is suggested', () => {
  assert.deepEqual(suggested([{ number: '31510604', options: ['t2'] }], [{ number: '31510604' }, {}]), []);
});

test('currency and type are claimed where both ends say so, and contradict where they differ', () => {
  const pounds = { number: '31510604', currency: 'GBP', side: 'debit' } as const;
  assert.deepEqual(suggested([pounds], [pounds]), ['s1 t1 number currency type']);
  assert.deepEqual(suggested([pounds], [{ number: '31510604' }]), ['s1 t1 number']);
  assert.deepEqual(suggested([pounds], [{ ...pounds, currency: 'USD' }]), []);
  assert.deepEqual(suggested([pounds], [{ ...pounds, side: 'credit' }]), []);
  assert.deepEqual(suggested([{ currency: 'GBP', side: 'debit' }], [{ currency: 'GBP', side: 'debit' }]), []);
});

test('a thousand accounts by five hundred are compared in no time', () => {
  const account = (index: number) => ({ number: String(10_000_000 + index), name: `Branch ${index} takings` });
  const ends = Array.from({ length: 500 }, (_, index) => ({ ...account(index), id: `t${index}` }));
  const options = ends.map(({ id }) => id);
  const starts = Array.from({ length: 1000 }, (_, index) => ({ ...account(index), id: `s${index}`, options }));
  const before = performance.now();
  const found = suggest(starts, ends);
  assert.equal(found.size, 500);
  assert.deepEqual(found.get('s7'), { targetId: 't7', reasons: ['number', 'name'] });
  assert.ok(performance.now() - before < 2_000);
});
