import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createQuotaStore } from '../../../src/codat/index.ts';
import { dayRoom, newerDay, pauseAfter429, readDay } from '../../../src/codat/quota.ts';
import { noon } from './virtual-time.ts';

const midnight = Date.parse('2026-06-11T00:00:00Z');
const told = (limit: number, remaining: number, reset = '2026-06-11T00:00:00Z') => ({
  'x-rate-limit-limit': String(limit),
  'x-rate-limit-remaining': String(remaining),
  'x-rate-limit-reset': reset,
});
const day = (remaining: number, limit = 1000, resetAt = midnight) => ({ limit, remaining, resetAt });

describe('the headers of the day', () => {
  it('are read in every spelling of a date, and one without a zone is UTC', () => {
    for (const reset of ['2026-06-11T00:00:00Z', '2026-06-11T00:00:00.0000000', 'Thu, 11 Jun 2026 00:00:00 GMT'])
      assert.deepEqual(readDay(told(2000, 1999, reset), noon), day(1999, 2000), reset);
    assert.deepEqual(readDay(told(2000, 1999, '2026-06-11'), noon), day(1999, 2000));
  });

  it('say nothing where one is missing or makes no sense', () => {
    assert.equal(readDay({}, noon), undefined);
    const { 'x-rate-limit-reset': _, ...without } = told(1000, 1);
    assert.equal(readDay(without, noon), undefined);
    for (const reset of ['soon', '', '99', '2026-06-10T11:59:59Z', '2027-06-11T00:00:00Z'])
      assert.equal(readDay(told(1000, 1, reset), noon), undefined, reset);
    assert.equal(readDay({ ...told(1000, 1), 'x-rate-limit-remaining': '-1' }, noon), undefined);
    assert.equal(readDay({ ...told(1000, 1), 'x-rate-limit-limit': '1000, 1000' }, noon), undefined);
  });

  it('replace what was known only where they are newer', () => {
    assert.deepEqual(newerDay(undefined, day(10)), day(10));
    assert.deepEqual(newerDay(day(10), day(9)), day(9));
    assert.deepEqual(newerDay(day(9), day(10)), day(9));
    // A company connected meanwhile: more is left, and more is used up.
    assert.deepEqual(newerDay(day(9), day(1008, 2000)), day(1008, 2000));
    assert.deepEqual(newerDay(day(1008, 2000), day(9)), day(1008, 2000));
    // The next day, and an answer of the last one that came late.
    const next = day(999, 1000, midnight + 86_400_000);
    assert.deepEqual(newerDay(day(9), next), next);
    assert.deepEqual(newerDay(next, day(8)), next);
    assert.deepEqual(newerDay(day(9), day(8, 1000, midnight - 900)), day(8, 1000, midnight - 900));
  });
});

describe('the room a day has', () => {
  it('ends for polling a tenth before the end, for user actions two hundredths, for pushes at nought', () => {
    const ends = (priority: 'push' | 'user' | 'poll'): number => {
      let remaining = 1000;
      while (dayRoom(day(remaining), 0, priority, noon) === 'free') remaining -= 1;
      return remaining;
    };
    assert.deepEqual([ends('push'), ends('user'), ends('poll')], [0, 20, 100]);
  });

  it('is less by what is under way, whose answers are waited for where it hangs on them', () => {
    assert.equal(dayRoom(day(5), 4, 'push', noon), 'free');
    assert.equal(dayRoom(day(5), 5, 'push', noon), 'wait');
    assert.equal(dayRoom(day(0), 5, 'push', noon), 'held');
    assert.equal(dayRoom(day(22), 1, 'user', noon), 'free');
    assert.equal(dayRoom(day(22), 2, 'user', noon), 'wait');
  });

  it('is not known to be limited before the first answer, or once the day is over', () => {
    assert.equal(dayRoom(undefined, 1000, 'poll', noon), 'free');
    assert.equal(dayRoom(day(0), 0, 'poll', midnight), 'free');
  });
});

describe('the pause after a 429', () => {
  it('is what Retry-After says, a second without it, until the reset where nothing is left, never more than a day', () => {
    const pause = (headers: Record<string, string>): number => pauseAfter429(headers, noon) - noon;
    assert.equal(pause({ 'retry-after': '1', ...told(1000, 700) }), 1_000);
    assert.equal(pause({ 'retry-after': 'Wed, 10 Jun 2026 12:05:00 GMT' }), 300_000);
    assert.equal(pause({}), 1_000);
    assert.equal(pause({ 'retry-after': '1', ...told(1000, 0) }), midnight - noon);
    assert.equal(pause({ 'retry-after': '864000' }), 86_400_000);
  });
});

describe('the counts in memory', () => {
  it('give a place of the minute back a minute after the end of its request', () => {
    const store = createQuotaStore({ perMinute: 2 });
    assert.equal(store.take(0), 0);
    assert.equal(store.take(0), 0);
    assert.equal(store.take(10), 60_000);
    store.release(1_000);
    assert.equal(store.take(2_000), 59_000);
    store.release(5_000);
    assert.equal(store.facts(60_999).minuteUsed, 2);
    assert.equal(store.take(61_000), 0);
    assert.equal(store.take(61_000), 4_000);
    assert.equal(store.facts(65_000).minuteUsed, 1);
  });

  it('do not stand still when the clock is set back', () => {
    const store = createQuotaStore({ perMinute: 1 });
    store.take(3_600_000);
    store.release(3_600_000);
    assert.equal(store.take(0), 0);
  });

  it('stay closed for the longest of several pauses, and open with all that was known forgotten', () => {
    const store = createQuotaStore();
    store.close(500);
    store.close(200);
    store.observe(day(0));
    assert.equal(store.facts(0).closedUntil, 500);
    store.open();
    assert.deepEqual(store.facts(0), { closedUntil: 0, day: undefined, minuteUsed: 0 });
  });
});
