/** How instances divide Codat's limits, over any course of events. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Minute } from '../../../src/codat/minute.ts';
import { divide, fairParts, nothingShared, readShared, type SharedQuota } from '../../../src/proxy/quota-shares.ts';
import { fc, seed } from '../support/fast-check.ts';

const perMinute = 40;
const noReading = { day: undefined, closedUntil: 0, resets: 0, reset: false };

/** One instance's side of it, without a store. */
class Instance {
  readonly minute = new Minute(perMinute, 0);
  readonly id: string;
  readonly address: string;
  constructor(id: string, address: string) {
    this.id = id;
    this.address = address;
  }

  look(shared: SharedQuota, now: number, wanted: number, left: number | undefined): SharedQuota {
    const held = this.minute.held(now);
    const day = left === undefined ? undefined : { limit: 10_000, remaining: left, resetAt: now + 3_600_000 };
    const { id, address } = this;
    const next = divide(shared, { ...noReading, id, address, held, wanted, day }, now, perMinute);
    this.minute.limit = next.instances[id]?.places ?? 0;
    return next;
  }
}

const step = fc.record({
  who: fc.nat(3),
  what: fc.constantFrom('send', 'send', 'send', 'look', 'look', 'wait'),
  count: fc.nat(perMinute),
});

describe('the limits, divided', () => {
  it('give no minute more than the limit of an address, whatever instances do', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const instances = [0, 1, 2, 3].map((n) => new Instance(`i${n}`, n === 3 ? 'other' : ''));
        const sent: { at: number; address: string }[] = [];
        let shared = nothingShared;
        let now = 1_000_000;
        for (const { who, what, count } of steps) {
          const instance = instances[who]!;
          const { minute, address } = instance;
          // Looking every few seconds is what keeps its places its own.
          if (what === 'wait') {
            now += count * 500;
            for (const one of instances)
              shared = one.look(shared, now, Math.max(1, 2 * one.minute.held(now)), undefined);
          } else if (what === 'look') shared = instance.look(shared, now, count, undefined);
          else
            for (let n = 0; n < count && minute.take(now); n += 1) {
              minute.release(now);
              sent.push({ at: now, address });
            }
          for (const place of ['', 'other']) {
            const inMinute = sent.filter((one) => one.address === place && one.at > now - 60_000).length;
            assert.ok(inMinute <= perMinute, `${inMinute} in a minute at ${place || 'the first address'}`);
          }
        }
      }),
      { seed, numRuns: 300 },
    );
  });

  it('give no more than is left of the day', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), fc.integer({ min: 0, max: 90 }), (steps, quota) => {
        const instances = [0, 1, 2, 3].map((n) => new Instance(`i${n}`, `address ${n % 2}`));
        let left = quota;
        let shared = nothingShared;
        let now = 1_000_000;
        for (const { who, what, count } of steps) {
          const instance = instances[who]!;
          if (what === 'wait') {
            now += count * 500;
            for (const one of instances) shared = one.look(shared, now, Math.max(1, 2 * one.minute.held(now)), left);
          } else if (what === 'look') shared = instance.look(shared, now, count, left);
          else
            for (let n = 0; n < count && instance.minute.take(now); n += 1) {
              instance.minute.release(now);
              left -= 1;
            }
          assert.ok(left >= 0, 'more was sent than the day has');
        }
      }),
      { seed, numRuns: 300 },
    );
  });

  it('are fair: who wants little gets it, the others the same, and nothing is left over', () => {
    assert.deepEqual(fairParts(100, [10, 200, 60, 200]), [10, 30, 30, 30]);
    assert.deepEqual(fairParts(7, [5, 5, 5]), [2, 2, 3]);
    assert.deepEqual(fairParts(1, [10, 10]), [0, 1]);
    assert.deepEqual(fairParts(100, [10, 20]), [10, 20]);
    assert.deepEqual(fairParts(-5, [10]), [0]);
    fc.assert(
      fc.property(fc.nat(2000), fc.array(fc.nat(1000), { minLength: 1, maxLength: 9 }), (whole, wanted) => {
        const parts = fairParts(whole, wanted);
        const sum = (list: readonly number[]): number => list.reduce((total, one) => total + one, 0);
        assert.equal(sum(parts), Math.min(whole, sum(wanted)));
        for (const [n, part] of parts.entries()) assert.ok(part <= wanted[n]!);
      }),
      { seed, numRuns: 300 },
    );
  });

  it('go to the busy one while the others are idle, and back when they are not', () => {
    const [one, other] = [new Instance('a', ''), new Instance('b', '')];
    let now = 1_000_000;
    let shared = one.look(nothingShared, now, 40, undefined);
    assert.equal(one.minute.limit, 40);
    shared = other.look(shared, now, 30, undefined);
    assert.equal(other.minute.limit, 0, 'what was given is not given twice');
    shared = one.look(shared, (now += 5_000), 40, undefined);
    shared = other.look(shared, now, 30, undefined);
    assert.deepEqual([one.minute.limit, other.minute.limit], [20, 20]);
    // One that is gone is forgotten when nothing of it can count any more.
    shared = other.look(shared, (now += 119_999), 40, undefined);
    assert.equal(other.minute.limit, 20);
    shared = other.look(shared, (now += 1), 40, undefined);
    assert.deepEqual([other.minute.limit, Object.keys(shared.instances)], [40, ['b']]);
  });

  it('keep a pause and the day for all, until Codat says that the quota was reset', () => {
    const now = 1_000_000;
    const day = { limit: 2_000, remaining: 0, resetAt: now + 60_000 };
    const at = { address: '', held: 0, wanted: 10 };
    const told = divide(nothingShared, { ...noReading, ...at, id: 'a', day, closedUntil: now + 9 }, now, perMinute);
    const heard = divide(told, { ...noReading, ...at, id: 'b' }, now, perMinute);
    assert.deepEqual([heard.closedUntil, heard.day, heard.instances['b']?.places], [now + 9, day, 0]);
    const reset = divide(heard, { ...noReading, ...at, id: 'b', reset: true }, now, perMinute);
    assert.deepEqual([reset.closedUntil, reset.day, reset.resets], [0, undefined, 1]);
    // What the first one knows is from before.
    const after = divide(reset, { ...noReading, ...at, id: 'a', day, closedUntil: now + 9 }, now, perMinute);
    assert.deepEqual([after.closedUntil, after.day, after.instances['a']?.places], [0, undefined, 10]);
  });

  it('begin anew where the row cannot be read', () => {
    for (const text of ['', '{', '[]', '{"closedUntil":"soon"}']) assert.deepEqual(readShared(text), nothingShared);
    assert.deepEqual(readShared(JSON.stringify(nothingShared)), nothingShared);
  });
});
