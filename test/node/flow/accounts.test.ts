import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Account, Connection } from '../../../src/contract/schemas.ts';
import { accountsView, keptTicks, withAnswers } from '../../../src/flow/accounts.ts';

const account = (id: string, status: Account['status'] = 'offered', name = id): Account => ({
  id,
  connectionId: 'c',
  name,
  type: 'checking',
  last4: '4243',
  currency: 'GBP',
  status,
});
const connection = (status: Connection['status'], platform: Connection['platform'] = 'xero'): Connection => ({
  id: 'c',
  platform,
  status,
});
const items = [account('a', 'pending'), account('b')];

test('accounts are chosen on a linked connection, and before it is linked where the software asks for them', () => {
  assert.equal(accountsView(undefined, items).kind, 'connect-first');
  assert.equal(accountsView(connection('pending'), [account('b')]).kind, 'connect-first');
  assert.equal(accountsView(connection('linked'), [account('b')]).kind, 'choose');
  assert.equal(accountsView(connection('pending', 'quickbooks'), [account('b')]).kind, 'choose');
  assert.equal(accountsView(connection('pending', 'sage'), items).kind, 'chosen');
  assert.equal(accountsView(connection('linked'), []).kind, 'empty');
});

test('what is chosen stands apart from what is still offered', () => {
  assert.deepEqual(accountsView(connection('linked'), items), {
    kind: 'chosen',
    connection: connection('linked'),
    chosen: [items[0]],
    offered: [items[1]],
  });
});

test('a connection that does not hold shows what was chosen, and offers nothing', () => {
  for (const status of ['unlinked', 'deauthorized', 'unknown'] as const) {
    const view = accountsView(connection(status), items);
    assert.deepEqual(view, { kind: 'lost', connection: connection(status), chosen: [items[0]] });
    assert.equal(accountsView(connection(status), [account('b')]).kind, 'connect-first');
  }
});

test('what is ticked stays so while it can be chosen, or is being added; the rest is named', () => {
  const before = ['a', 'b', 'c', 'd'].map((id) => account(id));
  const now = [account('a', 'pending'), account('b', 'pending'), account('c')];
  const { ticked, gone } = keptTicks(new Set(['a', 'b', 'c', 'd']), before, now, new Set(['a']));
  assert.deepEqual(ticked, new Set(['a', 'c']));
  assert.deepEqual(gone, [before[1], before[3]]);
});

test('answers take the place of what they are about, and what is new comes last', () => {
  const renamed = account('a', 'pending', 'Other');
  const fresh = account('z', 'pending');
  assert.deepEqual(withAnswers(items, [fresh, renamed]), [renamed, items[1], fresh]);
  assert.deepEqual(withAnswers(items, []), items);
});
