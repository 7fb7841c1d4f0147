import assert from 'node:assert/strict';
import { minute, pending, success } from './bench.ts';
import type { Case } from './cases.ts';

export const leaseCases = (it: Case): void => {
  it('hands a connection to one sender at a time, and only when it is due', async (bench) => {
    const { ledger, accept, observe } = bench;
    await accept(['a']);
    assert.deepEqual(await ledger.claim(bench.now + minute, 10), []);
    await observe();
    assert.deepEqual(await ledger.claim(bench.now - 1, 10), []);
    assert.equal((await ledger.claim(bench.now, 10)).length, 1);
    assert.deepEqual(await ledger.claim(bench.now + minute, 10), []);
  });

  it('lets another sender take over when the lease ran out; the first one records and sends nothing more', async (bench) => {
    const { ledger, store, accept, observe, send, claim, step, done, counts } = bench;
    await observe();
    await accept(['a']);
    const { lease, work } = await send();
    await store.expireLeases();
    const other = await claim();
    assert.ok(BigInt(other.token) > BigInt(lease.token));
    assert.equal(await ledger.renew(lease), false);
    assert.equal(await ledger.renew(other), true);
    assert.deepEqual(await step(lease, done(work, success)), { kind: 'lost' });
    assert.deepEqual(await counts(), [0, 1, 0, 'sending']);

    const again = await step(other);
    assert.ok(again.kind === 'send');
    const { id, state } = again.push;
    assert.deepEqual([id, again.body, state.attempts, state.unanswered], [work.push.id, work.body, 2, true]);
    // The late answer of the first attempt, under a lease that is good: it is not about the second one.
    const next = await step(other, done(work, { kind: 'new-key', at: bench.now, failed: false }));
    assert.equal(next.kind === 'send' && next.push.id, work.push.id);
  });

  it('takes nothing with a heartbeat that comes after the lease was given back', async (bench) => {
    const { ledger, accept, observe, send, step, done } = bench;
    await observe();
    await accept(['a']);
    const { lease, work } = await send();
    const at = bench.now + 30 * minute;
    assert.deepEqual(await step(lease, done(work, { kind: 'again', at })), { kind: 'idle' });
    assert.equal(await ledger.renew(lease), false);
    assert.deepEqual(await step(lease), { kind: 'lost' });
    const [next] = await ledger.claim(at, 10);
    assert.ok(next);
  });

  it('is not due before both the work and the end of the lease are there', async (bench) => {
    const { ledger, store, accept, observe, send, step, done, durations } = bench;
    assert.equal(await bench.due(), undefined);
    await observe();
    await accept(['a', 'b']);
    const { lease, work } = await send();
    // How long a lease lasts is told by the store's own clock.
    const leased = (await bench.due()) ?? 0;
    assert.ok(leased > 0 && leased <= durations.lease);
    await store.expireLeases();
    assert.equal(await bench.due(), 0);
    const other = await bench.claim();
    assert.equal((await step(lease, done(work, success))).kind, 'lost');
    await step(other);
    const at = bench.now + 30 * minute;
    await step(other, { ...done(work, { kind: 'again', at }), attempt: 2 });
    assert.equal(await bench.due(), 30 * minute);
    // A lease that ran out beside work for later: to look every moment would be to spin.
    const [early] = await ledger.claim(at, 10);
    assert.ok(early);
    await store.expireLeases();
    assert.equal(await bench.due(), 30 * minute);
  });

  it('serves the account that waited longest, and gives the lease back when told to', async (bench) => {
    const { accept, observe, claim, step, done } = bench;
    await observe({}, { ...bench.key, accountId: 'first' });
    await observe({}, { ...bench.key, accountId: 'second' });
    await accept(['a'], { accountId: 'second' });
    bench.now += 10;
    await accept(['b'], { accountId: 'first' });
    const lease = await claim();
    const work = await step(lease);
    assert.ok(work.kind === 'send');
    assert.equal(work.push.key.accountId, 'second');
    assert.deepEqual(await step(lease, done(work, pending()), false), { kind: 'idle' });
    const { work: next } = await bench.send();
    assert.equal(next.push.key.accountId, 'first');
  });

  it('finds by sweeping what every wake-up missed', async (bench) => {
    const { ledger, accept, observe, send, store } = bench;
    await observe();
    await accept(['a']);
    const lease = await bench.claim();
    await store.expireLeases();
    await ledger.sweep(bench.now);
    const { work } = await send();
    assert.deepEqual(bench.ids(work), ['a']);
    assert.notEqual(lease.token, '');
  });
};
