import assert from 'node:assert/strict';
import { test } from 'node:test';
import { platforms } from '../../../src/contract/platforms.ts';
import type { Mapping } from '../../../src/contract/schemas.ts';
import {
  bucketOf,
  draftFault,
  holdersOf,
  isOpen,
  isShortList,
  mappingBody,
  mappingProgress,
  newDraft,
  openSuggestion,
  rowOfAccount,
  startDateLimits,
  suggestedTargets,
  tally,
  targetChoices,
  type MappingDraft,
  type MappingRow,
} from '../../../src/flow/mapping.ts';

const today = '2026-11-20';
const mapping = (more: Partial<Mapping> = {}): Mapping => ({
  accountId: 'a',
  status: 'pending',
  targetIds: ['t1'],
  ...more,
});
const draft = (target: MappingDraft['target'], feedStartDate = today): MappingDraft => ({ target, feedStartDate });
const limits = startDateLimits(platforms.xero, today);

test('the platform’s history limits the start date, and says why', () => {
  assert.deepEqual(limits, { min: '2025-11-20', max: today, days: 365 });
  assert.deepEqual(startDateLimits(platforms.freeagent, today), { max: today });
  assert.deepEqual(startDateLimits(undefined, today), { max: today });
});

test('a new draft starts today, or on the day the mapping already has', () => {
  assert.deepEqual(newDraft(undefined, today), draft({ kind: 'later' }));
  assert.equal(newDraft(mapping({ feedStartDate: '2026-10-01' }), today).feedStartDate, '2026-10-01');
});

test('what keeps a draft from being sent', () => {
  const fault = (target: MappingDraft['target'], date?: string) => draftFault(draft(target, date), mapping(), limits);
  assert.equal(fault({ kind: 'later' }, 'nonsense'), undefined);
  assert.equal(fault({ kind: 'new' }), undefined);
  assert.equal(fault({ kind: 'existing', id: 't1' }), undefined);
  assert.equal(fault({ kind: 'existing', id: 'gone' }), 'target-gone');
  assert.equal(fault({ kind: 'new' }, ''), 'date-missing');
  assert.equal(fault({ kind: 'new' }, '2026-02-30'), 'date-missing');
  assert.equal(fault({ kind: 'new' }, '2025-11-20'), undefined);
  assert.equal(fault({ kind: 'new' }, '2025-11-19'), 'date-too-early');
  assert.equal(fault({ kind: 'new' }, '2026-11-21'), 'date-in-future');
});

test('a draft becomes a request, null asking for a new account', () => {
  assert.equal(mappingBody(draft({ kind: 'later' })), undefined);
  assert.deepEqual(mappingBody(draft({ kind: 'new' })), { targetId: null, feedStartDate: today });
  assert.deepEqual(mappingBody(draft({ kind: 'existing', id: 't1' })), { targetId: 't1', feedStartDate: today });
});

test('progress and openness of every status', () => {
  const table = [
    ['pending', 'todo', true],
    ['connecting', 'connecting', false],
    ['connected', 'connected', false],
    ['refused', 'refused', true],
    ['disconnected', 'disconnected', true],
    ['unknown', 'checking', false],
  ] as const;
  for (const [status, progress, open] of table) {
    assert.equal(mappingProgress(mapping({ status })), progress);
    assert.equal(isOpen(mapping({ status })), open, status);
  }
});

const row = (id: string, more: Partial<Mapping> = {}): MappingRow => ({
  account: {
    id,
    connectionId: 'c1',
    name: `Account ${id}`,
    type: 'checking',
    last4: '4243',
    currency: 'GBP',
    status: 'pending',
  },
  mapping: mapping({ accountId: id, targetIds: ['t1', 't2'], ...more }),
});
const chosen = (id: string) => ({ target: { kind: 'existing', id } as const });
const targets = ['t1', 't2', 't3'].map((id) => ({ id }));

test('an account tells by itself how far it is, where nobody asks for mappings', () => {
  const { account } = row('a');
  const arrived = rowOfAccount({
    ...account,
    status: 'connected',
    target: { name: 'Main' },
    feedStartDate: '2026-11-01',
  });
  assert.deepEqual(arrived.mapping, {
    accountId: 'a',
    status: 'connected',
    target: { name: 'Main' },
    targetIds: [],
    feedStartDate: '2026-11-01',
  });
  assert.equal(rowOfAccount(account).mapping.status, 'pending');
});

test('a target that is fed, or chosen for an account further up, belongs to that one', () => {
  const rows = [
    row('a', { status: 'connected', target: { id: 't1', name: 'One' } }),
    row('b'),
    row('c'),
    row('d', { status: 'connecting', target: { name: 'A new one without an id yet' } }),
  ];
  const drafts = new Map([
    ['b', chosen('t2')],
    ['c', chosen('t2')],
    ['a', chosen('t3')],
  ]);
  const holders = holdersOf(rows, drafts);
  assert.deepEqual([...holders.keys()].toSorted(), ['t1', 't2']);
  assert.deepEqual(holders.get('t1'), { accountId: 'a', name: 'Account a', how: 'fed' });
  assert.deepEqual(holders.get('t2'), { accountId: 'b', name: 'Account b', how: 'chosen' });
  const fault = (id: string) =>
    draftFault(draft({ kind: 'existing', id: 't2' }), mapping({ accountId: id, targetIds: ['t2'] }), limits, holders);
  assert.equal(fault('b'), undefined);
  assert.equal(fault('c'), 'target-taken');
});

test('a fed target stays with the account that feeds it, whatever was chosen elsewhere', () => {
  const rows = [row('b'), row('a', { status: 'connected', target: { id: 't1', name: 'One' } })];
  assert.equal(holdersOf(rows, new Map([['b', chosen('t1')]])).get('t1')?.accountId, 'a');
});

test('every target is listed, those that cannot be chosen last and with the reason', () => {
  const own = mapping({ accountId: 'b', targetIds: ['t2', 't1', 't4'] });
  const holders = holdersOf([row('a', { status: 'connected', target: { id: 't1', name: 'One' } })], new Map());
  const refusals = new Map([['t4', 'Locked for this year']]);
  assert.deepEqual(targetChoices(own, [...targets, { id: 't4' }], holders, refusals), [
    { target: { id: 't2' }, whyNot: undefined },
    { target: { id: 't1' }, whyNot: { kind: 'fed', name: 'Account a' } },
    { target: { id: 't3' }, whyNot: { kind: 'unfit' } },
    { target: { id: 't4' }, whyNot: { kind: 'refused', words: 'Locked for this year' } },
  ]);
});

test('a suggestion is offered while it can be taken and nothing is chosen', () => {
  const suggestion = { targetId: 't1', reasons: ['number' as const] };
  const known = new Map([['t1', {}]]);
  const own = mapping({ suggestion });
  const later = draft({ kind: 'later' });
  assert.equal(openSuggestion(own, undefined, known, new Map()), suggestion);
  assert.equal(openSuggestion(own, later, known, new Map()), suggestion);
  assert.equal(openSuggestion(own, draft({ kind: 'new' }), known, new Map()), undefined);
  assert.equal(openSuggestion(own, later, new Map(), new Map()), undefined);
  assert.equal(openSuggestion(mapping({ suggestion, status: 'connected' }), later, known, new Map()), undefined);
  assert.equal(openSuggestion(own, later, known, new Map(), new Map([['t1', 'No']])), undefined);
  const holders = holdersOf([row('x', { status: 'connected', target: { id: 't1', name: 'One' } })], new Map());
  assert.equal(openSuggestion(own, later, known, holders), undefined);
});

test('two accounts with the same suggestion: all together take it once', () => {
  const suggestion = { targetId: 't1', reasons: ['name' as const] };
  const rows = [row('a', { suggestion }), row('b'), row('c', { suggestion })];
  const taken = suggestedTargets(rows, (one) => one.mapping.suggestion);
  assert.deepEqual([...taken], [['a', 't1']]);
});

test('a list is short while a native one is comfortable', () => {
  assert.equal(isShortList(15, 30), true);
  assert.equal(isShortList(16, 16), false);
  assert.equal(isShortList(3, 31), false);
});

test('what there is to do, done and in trouble', () => {
  const rows = [
    row('a', { status: 'connected' }),
    row('b', { status: 'connecting' }),
    row('c'),
    row('d', { status: 'refused' }),
    row('e', { status: 'disconnected' }),
  ];
  const counts = tally(rows, (id) => id === 'e');
  assert.deepEqual(counts, { all: 5, connected: 1, todo: 1, done: 2, problem: 2 });
  assert.equal(bucketOf(mapping({ status: 'unknown' }), false), 'done');
});
