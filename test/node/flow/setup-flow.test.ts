import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Account, Connection, FeedState } from '../../../src/contract/schemas.ts';
import {
  connectionView,
  currentConnection,
  platformChoices,
  takesAccounts,
} from '../../../src/flow/connection-view.ts';
import { setupStep } from '../../../src/flow/setup-flow.ts';

const connection = (status: Connection['status'], more: Partial<Connection> = {}): Connection => ({
  id: 'c1',
  platform: 'xero',
  status,
  ...more,
});
const account = (status: Account['status'], more: Partial<Account> = {}): Account => ({
  id: `a-${status}`,
  connectionId: 'c1',
  name: 'Current account',
  type: 'checking',
  last4: '4243',
  currency: 'GBP',
  status,
  ...more,
});
const state = (more: Partial<FeedState> = {}): FeedState => ({
  platforms: ['xero', 'quickbooks'],
  connections: [],
  accounts: [],
  counts: { delivered: 0, waiting: 0, held: 0 },
  liveKey: 'k',
  ...more,
});
const linked = (...accounts: Account[]) => state({ connections: [connection('linked')], accounts });

test("platforms without feeds in the company's country stand last, unknown ones are left out", () => {
  const choices = platformChoices(state({ platforms: ['sage', 'quickbooks', 'unknown', 'xero'] }), 'gb');
  assert.deepEqual(
    choices.map(({ platform, suits }) => [platform.key, suits]),
    [
      ['sage', true],
      ['xero', true],
      ['quickbooks', false],
    ],
  );
});

test('the linked connection is the current one, otherwise the newest', () => {
  const older = connection('linked', { id: 'old' });
  assert.equal(currentConnection(state({ connections: [connection('pending'), older] }))?.id, 'old');
  assert.equal(currentConnection(state({ connections: [connection('pending'), connection('unlinked')] }))?.id, 'c1');
  assert.equal(currentConnection(state()), undefined);
});

test('every status of a connection has its view', () => {
  const view = (status: Connection['status']) => connectionView(state({ connections: [connection(status)] }));
  assert.equal(connectionView(state()).kind, 'choose');
  assert.equal(view('pending').kind, 'pending');
  assert.equal(view('unknown').kind, 'unknown');
  assert.partialDeepStrictEqual(view('unlinked'), { kind: 'lost', reason: 'unlinked' });
  assert.partialDeepStrictEqual(view('deauthorized'), { kind: 'lost', reason: 'deauthorized' });
  const named = connectionView(state({ connections: [connection('linked')], organization: { name: 'Maple' } }));
  assert.partialDeepStrictEqual(named, { kind: 'linked', organization: 'Maple' });
});

test('the steps before anything is linked', () => {
  const step = (status: Connection['status']) => setupStep(state({ connections: [connection(status)] }));
  assert.equal(setupStep(state()).step, 'choose-platform');
  assert.equal(step('pending').step, 'authorize');
  assert.equal(step('unknown').step, 'checking');
  assert.partialDeepStrictEqual(step('unlinked'), { step: 'reconnect', reason: 'unlinked' });
});

test('the steps of a linked connection', () => {
  assert.equal(setupStep(linked()).step, 'choose-accounts');
  assert.equal(setupStep(linked(account('offered'))).step, 'choose-accounts');
  assert.partialDeepStrictEqual(setupStep(linked(account('pending'))), { step: 'map-accounts', elsewhere: false });
  assert.equal(setupStep(linked(account('disconnected'))).step, 'map-accounts');
  assert.equal(setupStep(linked(account('connecting'))).step, 'connecting');
  assert.equal(setupStep(linked(account('unknown'))).step, 'connecting');
  assert.equal(setupStep(linked(account('pending'), account('connected'))).step, 'done');
});

test('accounts of another connection do not count', () => {
  assert.equal(setupStep(linked(account('connected', { connectionId: 'other' }))).step, 'choose-accounts');
});

test('software that lets customers pick among our accounts has them chosen before it is authorized', () => {
  const pending = (platform: Connection['platform'], ...accounts: Account[]) =>
    state({ connections: [connection('pending', { platform })], accounts });
  for (const platform of ['quickbooks', 'sage'] as const) {
    assert.equal(setupStep(pending(platform)).step, 'choose-accounts');
    assert.equal(setupStep(pending(platform, account('pending'))).step, 'authorize');
    assert.equal(takesAccounts(connection('pending', { platform })), true);
  }
  assert.equal(takesAccounts(connection('pending')), false);
  assert.equal(takesAccounts(connection('linked')), true);
  assert.equal(takesAccounts(connection('unlinked', { platform: 'quickbooks' })), false);
});

test('where the software itself maps, the step says so', () => {
  const quickbooks = state({
    connections: [connection('linked', { platform: 'quickbooks' })],
    accounts: [account('pending')],
  });
  assert.partialDeepStrictEqual(setupStep(quickbooks), { step: 'map-accounts', elsewhere: true });
});
