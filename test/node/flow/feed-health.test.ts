import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Account, Connection, Feed } from '../../../src/contract/schemas.ts';
import { accountWord, countGroups, feedHealth, groupOf, leftBehind } from '../../../src/flow/feed-health.ts';

const today = '2026-11-20';
const linked = { status: 'linked', platform: 'xero' } as const;
const connected = { status: 'connected' } as const;
const feed = (more: Partial<Feed> = {}): Feed => ({
  accountId: 'a',
  connectionId: 'c1',
  counts: { delivered: 0, waiting: 0, held: 0 },
  days: [],
  ...more,
});
const since = '2026-11-20T08:00:00Z';

test('deliveries of today, and of earlier days', () => {
  const delivered = feed({
    counts: { delivered: 42, waiting: 0, held: 0 },
    lastDelivery: { at: since, lines: 12 },
    days: [{ date: today, delivered: 30, held: 0 }],
  });
  assert.deepEqual(feedHealth(connected, delivered, linked, today), {
    word: 'connected',
    fact: { kind: 'delivered', today: 30, lastAt: since, lastLines: 12 },
    next: 'none',
  });
  assert.partialDeepStrictEqual(feedHealth(connected, delivered, linked, '2026-11-21').fact, { today: 0 });
});

test('a connected account without deliveries is connected', () => {
  assert.deepEqual(feedHealth(connected, undefined, linked, today).fact, { kind: 'nothing-yet' });
  assert.equal(feedHealth(connected, feed(), linked, today).word, 'connected');
});

test('lines under way are waiting, with the reason where one is known', () => {
  const counts = { delivered: 0, waiting: 3, held: 0 };
  assert.deepEqual(feedHealth(connected, feed({ counts, waiting: { reason: 'paused', since } }), linked, today), {
    word: 'waiting',
    fact: { kind: 'waiting', reason: 'paused', lines: 3, since },
    next: 'wait',
  });
  const checking = feed({ counts, waiting: { reason: 'checking', since, until: '2026-11-20T08:07:00Z' } });
  assert.partialDeepStrictEqual(feedHealth(connected, checking, linked, today).fact, { reason: 'checking' });
  assert.partialDeepStrictEqual(feedHealth(connected, feed({ counts }), linked, today).fact, { reason: 'unknown' });
});

test('held lines need someone, and it is said who', () => {
  const held = (reason: NonNullable<Feed['held']>['reason']) =>
    feedHealth(
      connected,
      feed({ counts: { delivered: 1, waiting: 4, held: 2 }, held: { reason, since } }),
      linked,
      today,
    );
  assert.partialDeepStrictEqual(held('refused'), {
    word: 'attention',
    fact: { kind: 'held', lines: 2 },
    next: 'support',
  });
  // Codat does not take the partner's key: nothing the customer connects again would help.
  assert.equal(held('unauthorized').next, 'support');
  assert.equal(held('late').next, 'by-hand');
  assert.equal(held('timed-out').next, 'look');
  assert.equal(held('ambiguous').next, 'look');
  const bare = feedHealth(connected, feed({ counts: { delivered: 0, waiting: 0, held: 2 } }), linked, today);
  assert.partialDeepStrictEqual(bare.fact, { kind: 'held', reason: 'unknown' });
});

test('a lost connection comes before everything else', () => {
  const waiting = feed({ counts: { delivered: 0, waiting: 5, held: 1 }, held: { reason: 'refused', since } });
  assert.deepEqual(feedHealth(connected, waiting, { ...linked, status: 'unlinked' }, today), {
    word: 'disconnected',
    fact: { kind: 'lost', reason: 'unlinked', kept: 5 },
    next: 'reconnect',
  });
  assert.equal(feedHealth(connected, undefined, { ...linked, status: 'deauthorized' }, today).word, 'attention');
});

test('lines held only because the other end is gone are kept, and follow when it is back', () => {
  const held = (reason: NonNullable<Feed['held']>['reason']) =>
    feed({ counts: { delivered: 1, waiting: 0, held: 9 }, held: { reason, since } });
  const gone = { ...linked, status: 'deauthorized' } as const;
  assert.deepEqual(feedHealth(connected, held('deauthorized'), gone, today).fact, {
    kind: 'lost',
    reason: 'deauthorized',
    kept: 9,
  });
  assert.deepEqual(feedHealth({ status: 'disconnected' }, held('disconnected'), linked, today), {
    word: 'disconnected',
    fact: { kind: 'disconnected', kept: 9 },
    next: 'map',
  });
  assert.deepEqual(feedHealth(connected, held('unlinked'), linked, today).fact, { kind: 'connecting', kept: 9 });
});

test('what the customer chooses inside the software waits for that, without a fault', () => {
  for (const platform of ['quickbooks', 'sage'] as const) {
    const health = (account: Account['status'], status: Connection['status']) =>
      feedHealth({ status: account }, undefined, { platform, status }, today);
    assert.partialDeepStrictEqual(health('pending', 'pending'), {
      word: 'waiting',
      fact: { kind: 'unfinished' },
      next: 'connect',
    });
    assert.partialDeepStrictEqual(health('pending', 'linked'), {
      word: 'waiting',
      fact: { kind: 'in-software' },
      next: 'wait',
    });
    assert.partialDeepStrictEqual(health('disconnected', 'linked'), { word: 'disconnected', next: 'in-software' });
  }
});

test('the account’s own state, where lines are not held', () => {
  const table: [Account['status'], string, string, string][] = [
    ['offered', 'waiting', 'not-mapped', 'map'],
    ['pending', 'waiting', 'not-mapped', 'map'],
    ['connecting', 'checking', 'connecting', 'wait'],
    ['disconnected', 'disconnected', 'disconnected', 'map'],
    ['unknown', 'checking', 'checking', 'wait'],
  ];
  for (const [status, word, kind, next] of table) {
    const health = feedHealth({ status }, undefined, undefined, today);
    assert.deepEqual([health.word, health.fact.kind, health.next], [word, kind, next], status);
    assert.equal(accountWord(status), word);
  }
  assert.equal(accountWord('connected'), 'connected');
});

test('three groups: someone has to act, something is under way, all is well', () => {
  const words = ['connected', 'waiting', 'attention', 'disconnected', 'checking', 'connected'] as const;
  assert.deepEqual(countGroups(words.map((word) => ({ word }))), { attention: 2, waiting: 2, connected: 2 });
  assert.equal(groupOf({ word: 'disconnected' }), 'attention');
});

test('lines of accounts that are not listed any more are not lost from sight', () => {
  const counts = { delivered: 7, waiting: 1, held: 2 };
  const feeds = [feed({ accountId: 'a', counts }), feed({ accountId: 'gone', counts })];
  assert.equal(leftBehind(feeds, [{ id: 'a' }]), 3);
  assert.equal(leftBehind(feeds, [{ id: 'a' }, { id: 'gone' }]), 0);
});
