import assert from 'node:assert/strict';
import { test } from 'node:test';
import { platforms } from '../../../src/contract/platforms.ts';
import type { Mapping } from '../../../src/contract/schemas.ts';
import {
  draftFault,
  isOpen,
  mappingBody,
  mappingProgress,
  newDraft,
  startDateLimits,
  type MappingDraft,
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
