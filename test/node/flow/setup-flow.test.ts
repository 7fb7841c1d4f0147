import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Account, Connection, FeedState } from '../../../src/contract/schemas.ts';
import {
  connectionView,
  currentConnection,
  platformChoices,
  takesAccounts,
} from '../../../src/flow/connection-view.ts';
import {
  afterChoosing,
  setupStages,
  setupStep,
  setupView,
  toSignIn,
  type Sitting,
} from '../../../src/flow/setup-flow.ts';

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

const arriving: Sitting = { mode: 'arriving' };
const at = (status: Connection['status'], platform: Connection['platform'], ...accounts: Account[]) =>
  state({ connections: [connection(status, { platform })], accounts });

test('QuickBooks and Sage have accounts chosen before signing in, the others after', () => {
  assert.deepEqual(setupStages(at('pending', 'xero')), ['connect', 'accounts', 'mapping', 'finish']);
  for (const platform of ['quickbooks', 'sage'] as const)
    assert.deepEqual(setupStages(at('pending', platform)), ['connect', 'accounts', 'authorize', 'finish']);
  assert.equal(setupStages(state({ platforms: ['quickbooks', 'xero'] }))[2], 'mapping');
  assert.equal(setupStages(state({ platforms: ['quickbooks', 'sage'] }))[2], 'authorize');
  assert.equal(setupStages(state({ platforms: [] }))[2], 'mapping');
});

test('each state of the server has its stage and the part that does the work', () => {
  const seen = (given: FeedState) => {
    const view = setupView(given, arriving);
    return view.kind === 'stage' ? [view.stage, view.part] : [view.kind, view.part];
  };
  assert.deepEqual(seen(state()), ['connect', 'connect']);
  assert.deepEqual(seen(at('unknown', 'xero')), ['connect', 'connect']);
  assert.deepEqual(seen(at('pending', 'xero')), ['connect', 'connect']);
  assert.deepEqual(seen(at('linked', 'xero')), ['accounts', 'accounts']);
  assert.deepEqual(seen(at('linked', 'xero', account('pending'))), ['mapping', 'mapping']);
  assert.deepEqual(seen(at('linked', 'xero', account('connecting'))), ['mapping', 'mapping']);
  assert.deepEqual(seen(at('linked', 'xero', account('connected'))), ['set-up', 'overview']);
  assert.deepEqual(seen(at('unlinked', 'xero')), ['connect', 'connect']);
  assert.deepEqual(seen(at('pending', 'sage')), ['accounts', 'accounts']);
  assert.deepEqual(seen(at('pending', 'sage', account('pending'))), ['authorize', 'connect']);
  assert.deepEqual(seen(at('linked', 'sage', account('pending'))), ['authorize', 'mapping']);
  assert.deepEqual(seen(at('linked', 'sage', account('connected'))), ['set-up', 'overview']);
});

/** What a page goes through: the server's states in turn, and what the customer does. */
const page = () => {
  let sitting = arriving;
  let view = setupView(state(), sitting);
  const see = (given: FeedState) => {
    view = setupView(given, sitting);
    sitting = view.sitting;
    return view.kind === 'stage' ? view.stage : view.part;
  };
  return {
    see,
    view: () => view,
    mode: () => sitting.mode,
    back: () => (sitting = (view.kind === 'stage' && view.back) || sitting),
    on: () => (sitting = (view.kind === 'stage' && view.next) || sitting),
    chose: (someRefused = false) => (sitting = afterChoosing(view, someRefused)),
    again: () => (sitting = toSignIn(view)),
    open: (part: 'connect' | 'accounts' | 'mapping' | undefined) => (sitting = { ...sitting, at: part }),
  };
};

test('whoever walks to the end has finished, whoever comes back later manages what is there', () => {
  const { see, mode } = page();
  assert.equal(see(state()), 'connect');
  assert.equal(see(at('linked', 'xero')), 'accounts');
  assert.equal(see(at('linked', 'xero', account('pending'))), 'mapping');
  assert.equal(see(at('linked', 'xero', account('connected'))), 'overview');
  assert.equal(mode(), 'finished');
  assert.equal(see(at('linked', 'xero', account('connected'))), 'overview');
  assert.equal(mode(), 'finished');
  const later = page();
  assert.equal(later.see(at('linked', 'xero', account('connected'))), 'overview');
  assert.equal(later.mode(), 'managing');
});

test('a customer who went back stays there until they go on, whatever the server learns meanwhile', () => {
  const { see, back, on, view, mode } = page();
  const pending = at('linked', 'xero', account('pending'));
  const connected = at('linked', 'xero', account('connected'));
  see(pending);
  back();
  assert.equal(see(pending), 'accounts');
  back();
  assert.equal(see(pending), 'connect');
  assert.partialDeepStrictEqual(view(), { back: undefined, next: { at: 'accounts' } });
  assert.equal(see(connected), 'connect');
  assert.equal(mode(), 'walking');
  on();
  assert.equal(see(connected), 'accounts');
  on();
  assert.equal(see(connected), 'mapping');
  on();
  assert.equal(see(connected), 'overview');
  assert.equal(mode(), 'finished');
});

test('a customer who went back and undoes what came after walks on from there', () => {
  const { see, back, chose, view } = page();
  see(at('linked', 'xero', account('pending')));
  back();
  assert.equal(see(at('linked', 'xero')), 'accounts');
  assert.partialDeepStrictEqual(view(), { next: undefined });
  chose();
  assert.equal(see(at('linked', 'xero', account('pending'))), 'mapping');
  back();
  see(at('linked', 'xero', account('pending')));
  assert.equal(see(state()), 'connect');
});

test('accounts that are on their way or left for later hold the finish until the customer goes on', () => {
  const { see, on, view, mode } = page();
  const some = at('linked', 'xero', account('pending'), account('connected'));
  see(at('linked', 'xero', account('pending')));
  assert.equal(see(some), 'mapping');
  assert.partialDeepStrictEqual(view(), { back: { at: 'accounts' }, next: { mode: 'finished' } });
  assert.equal(see(at('linked', 'xero', account('connecting'), account('connected'))), 'mapping');
  see(some);
  on();
  assert.equal(see(some), 'overview');
  assert.equal(mode(), 'finished');
  assert.partialDeepStrictEqual(view(), { lost: false });
  assert.equal(page().see(some), 'overview');
});

test('an account that the customer stopped holds nothing up', () => {
  const { see, mode } = page();
  see(at('linked', 'xero', account('pending')));
  assert.equal(see(at('linked', 'xero', account('disconnected'), account('connected'))), 'overview');
  assert.equal(mode(), 'finished');
});

test('what is set up can be changed part by part, also when the software was lost', () => {
  const { see, open, view, mode } = page();
  const connected = at('linked', 'xero', account('connected'));
  see(connected);
  open('accounts');
  assert.equal(see(connected), 'accounts');
  open('connect');
  assert.equal(see(at('deauthorized', 'xero', account('connected'))), 'connect');
  assert.partialDeepStrictEqual(view(), { lost: true });
  open(undefined);
  assert.equal(see(connected), 'overview');
  assert.equal(mode(), 'managing');
  open('mapping');
  assert.equal(see(at('linked', 'xero', account('disconnected'))), 'mapping');
  assert.equal(mode(), 'managing');
});

test('whoever has had an account connected does not walk again', () => {
  for (const given of [
    at('linked', 'xero', account('disconnected')),
    at('linked', 'sage', account('disconnected'), account('pending')),
    at('linked', 'xero', account('disconnected'), account('connecting')),
    at('unlinked', 'xero', account('disconnected')),
  ]) {
    const { see, view, mode } = page();
    assert.equal(see(given), 'overview');
    assert.equal(mode(), 'managing');
    assert.partialDeepStrictEqual(view(), { lost: true });
  }
  assert.equal(page().see(at('pending', 'sage', account('disconnected'))), 'authorize');
  assert.equal(page().see(at('unknown', 'xero', account('disconnected'))), 'connect');
});

test('an account that was left for later is known at the finish', () => {
  const left = (...accounts: Account[]) => {
    const view = setupView(at('linked', 'xero', ...accounts), { mode: 'finished' });
    return view.kind === 'set-up' ? view.left : undefined;
  };
  assert.equal(left(account('connected'), account('pending'), account('offered')), 1);
  assert.equal(left(account('connected'), account('disconnected'), account('connecting')), 0);
});

test('what is entered in the software is found again from where accounts wait, and left by going back', () => {
  const { see, view, back, again } = page();
  const waits = at('linked', 'sage', account('pending'));
  see(waits);
  again();
  assert.equal(see(waits), 'authorize');
  assert.partialDeepStrictEqual(view(), { part: 'connect', back: { at: 'authorize' } });
  see(waits);
  back();
  assert.equal(see(waits), 'authorize');
  assert.partialDeepStrictEqual(view(), { part: 'mapping', back: { at: 'accounts' } });
  again();
  assert.equal(see(at('unlinked', 'sage', account('pending'))), 'connect');
  const later = page();
  later.see(at('linked', 'sage', account('connected')));
  later.again();
  assert.equal(later.see(at('linked', 'sage', account('connected'))), 'connect');
  assert.equal(later.mode(), 'managing');
});

test('there is no way back to the choice of software once accounts wait inside QuickBooks or Sage', () => {
  const { see, back, view } = page();
  assert.equal(see(at('pending', 'sage')), 'accounts');
  assert.partialDeepStrictEqual(view(), { back: { at: 'connect' } });
  see(at('pending', 'sage', account('pending')));
  back();
  assert.equal(see(at('pending', 'sage', account('pending'))), 'accounts');
  assert.partialDeepStrictEqual(view(), { back: undefined, next: { at: undefined } });
  assert.equal(see(at('linked', 'sage', account('pending'))), 'accounts');
  assert.partialDeepStrictEqual(view(), { back: { at: 'connect' } });
});

test('refusals are read before the next stage', () => {
  const { see, chose, on, view } = page();
  see(at('linked', 'xero'));
  chose(true);
  assert.equal(see(at('linked', 'xero')), 'accounts');
  assert.equal(see(at('linked', 'xero', account('pending'))), 'accounts');
  assert.partialDeepStrictEqual(view(), { next: { at: undefined } });
  on();
  assert.equal(see(at('linked', 'xero', account('pending'))), 'mapping');
});

test('an account added later goes on to where it belongs, or stays with the steps inside the software', () => {
  for (const [platform, part] of [
    ['xero', 'mapping'],
    ['quickbooks', 'accounts'],
  ] as const) {
    const { see, open, chose } = page();
    see(at('linked', platform, account('connected')));
    open('accounts');
    see(at('linked', platform, account('connected')));
    chose();
    assert.equal(see(at('linked', platform, account('connected'), account('pending'))), part);
  }
});
