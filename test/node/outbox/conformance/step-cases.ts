import assert from 'node:assert/strict';
import type { Outcome } from '../../../../src/outbox/decide.ts';
import { companyId, minute, pending, refused, success, timedOut } from './bench.ts';
import type { Case } from './cases.ts';

export const stepCases = (it: Case): void => {
  it('seals before it hands out: the same id and bytes until the outcome is known', async (bench) => {
    const { accept, observe, send, step, done, counts } = bench;
    await observe();
    await accept(['a', 'b']);
    const { lease, work } = await send();
    assert.deepEqual(
      [work.push.state.attempts, work.push.state.unanswered, work.push.state.firstTryAt],
      [1, false, bench.now],
    );
    await accept(['c']);
    const at = bench.now + 500;
    assert.deepEqual(await step(lease, done(work, { kind: 'again', at })), { kind: 'idle' });
    const second = await send();
    assert.deepEqual([second.work.push.id, second.work.body], [work.push.id, work.body]);
    assert.deepEqual(
      [second.work.push.state.attempts, second.work.push.state.unanswered, second.work.push.state.firstTryAt],
      [2, true, work.push.state.firstTryAt],
    );
    const third = await step(second.lease, done(second.work, success));
    assert.deepEqual(bench.ids(third), ['c']);
    assert.deepEqual(await counts(), [2, 1, 0, 'sending']);
  });

  it('starts the clock of a key anew where nothing was written for certain', async (bench) => {
    const { accept, observe, send, step, done } = bench;
    await observe();
    await accept(['a']);
    const { lease, work } = await send();
    const at = bench.now + minute;
    await step(lease, done(work, { kind: 'sealed', at }));
    assert.deepEqual(await bench.ledger.claim(at - 1, 10), []);
    bench.now = at;
    const { work: again } = await send();
    const { state } = again.push;
    assert.deepEqual(
      [again.push.id, state.unanswered, state.firstTryAt, state.lastTryAt],
      [work.push.id, false, bench.now, bench.now],
    );
  });

  it('lists the operations once a doubtful key has rested, and never sends under it', async (bench) => {
    const { accept, observe, send, step, done, durations, ledger } = bench;
    await observe();
    await accept(['a']);
    const { lease, work } = await send();
    const triedAt = bench.now;
    const at = triedAt + durations.sendWindow + durations.quietWindow;
    await step(lease, done(work, { kind: 'reconcile', at }));
    bench.now = at - 1000;
    const next = await bench.claim();
    const listed = await step(next);
    assert.ok(listed.kind === 'reconcile');
    assert.deepEqual([listed.push.id, listed.since], [work.push.id, triedAt - durations.clockSkew]);
    assert.deepEqual([...(await ledger.knownOperations(companyId, ['operation-1']))], []);
    assert.equal((await step(next, { ...done(work, success), attempt: 1 })).kind, 'idle');
    assert.deepEqual([...(await ledger.knownOperations(companyId, ['operation-1', 'other']))], ['operation-1']);
  });

  it('carries the same lines over to a new key', async (bench) => {
    const { accept, observe, send, step, done, ledger, key } = bench;
    await observe();
    await accept(['a', 'b']);
    const { lease, work } = await send();
    const next = await step(lease, done(work, { kind: 'new-key', at: bench.now, failed: true }));
    assert.ok(next.kind === 'send');
    assert.notEqual(next.push.id, work.push.id);
    assert.deepEqual([next.body, next.push.state.attempts, next.push.state.failures], [work.body, 1, 1]);
    await step(lease, done(next, success));
    const { items } = await ledger.history(key, 0, 10);
    assert.deepEqual(
      items.map(({ id, status, lines }) => [id, status, lines]),
      [[next.push.id, 'delivered', 2]],
    );
  });

  for (const outcome of [refused, timedOut])
    it(`stops the feed on ${outcome.reason}, and the others go on`, async (bench) => {
      const { accept, observe, deliver, counts, told, ledger, key } = bench;
      await observe();
      await observe({}, { ...key, accountId: 'other' });
      await accept(['a', 'b']);
      told();
      await deliver(outcome);
      const { reason } = outcome;
      assert.deepEqual(told(), [`held ${reason}`]);
      await accept(['c']);
      await accept(['d'], { accountId: 'other' });
      assert.deepEqual(await counts(), [0, 0, 3, reason]);
      const work = await deliver({ ...success, operationKey: 'operation-2' });
      assert.equal(work.push.key.accountId, 'other');
      const { items } = await ledger.history(key, 0, 10);
      assert.deepEqual(
        items.map(({ status, errors }) => [status, errors.map(({ code, message }) => [code, message])]),
        [
          [
            outcome === refused ? 'failed' : 'timed-out',
            [outcome === refused ? ['refused', 'bad line'] : ['timed-out', 'look there']],
          ],
        ],
      );
      assert.equal(await bench.due(), undefined);
    });

  it('gives a pending push no successor; its end is settled once, whoever tells it', async (bench) => {
    const { accept, observe, deliver, counts, told, ledger, durations } = bench;
    await observe();
    await accept(['a']);
    const work = await deliver(pending());
    await accept(['b']);
    assert.deepEqual(await ledger.claim(bench.now + 30 * minute, 10), []);
    assert.equal(await ledger.settle(bench.now, work.push.id, pending()), false);
    told();
    assert.equal(await ledger.settle(bench.now, work.push.id, success), true);
    assert.equal(await ledger.settle(bench.now, work.push.id, success), false);
    assert.equal(await ledger.settle(bench.now, work.push.id, refused), false);
    assert.deepEqual(told(), ['delivered']);
    assert.deepEqual(await counts(), [1, 1, 0, 'sending']);
    assert.equal(await bench.due(), 0);
    const next = await deliver(pending('operation-2'));
    assert.deepEqual(bench.ids(next), ['b']);
    assert.equal(
      await ledger.settle(bench.now, next.push.id, { kind: 'new-key', at: bench.now + minute, failed: true }),
      true,
    );
    assert.deepEqual(await ledger.claim(bench.now + minute - 1, 10), []);
    bench.now += minute;
    assert.deepEqual(bench.ids(await deliver(pending('operation-3'))), ['b']);
    assert.ok(durations.pollFirst > 0);
  });

  it('recovers a push that timed out and was written after all', async (bench) => {
    const { accept, observe, deliver, counts, told, ledger } = bench;
    await observe();
    await accept(['a']);
    const work = await deliver(pending());
    assert.equal(await ledger.settle(bench.now, work.push.id, timedOut), true);
    await accept(['b']);
    assert.deepEqual(await counts(), [0, 0, 2, 'timed-out']);
    told();
    assert.ok(await ledger.findOperation(companyId, 'operation-1'));
    assert.equal(await ledger.settle(bench.now, work.push.id, success), true);
    assert.deepEqual(told(), ['delivered', 'recovered']);
    assert.deepEqual(await counts(), [1, 1, 0, 'sending']);
    assert.deepEqual(bench.ids(await deliver(pending('operation-2'))), ['b']);
  });

  for (const outcome of [success, timedOut])
    it(`takes no operation that belongs to another push, and ended: ${outcome.kind}`, async (bench) => {
      const { accept, observe, deliver, counts } = bench;
      await observe();
      await accept(['a']);
      await deliver(success);
      await accept(['b']);
      await deliver(outcome);
      assert.deepEqual(await counts(), [1, 0, 1, 'fault']);
    });

  it('knows an operation that failed at once, so that it is not taken for the next attempt', async (bench) => {
    const { accept, observe, deliver, ledger } = bench;
    await observe();
    await accept(['a']);
    const at = bench.now + minute;
    await deliver({ kind: 'new-key', at, failed: true, operationKey: 'operation-1' });
    assert.deepEqual([...(await ledger.knownOperations(companyId, ['operation-1']))], ['operation-1']);
  });

  it('polls what is pending, each once, at growing distances', async (bench) => {
    const { accept, observe, deliver, ledger, durations } = bench;
    await observe();
    await accept(['a']);
    const { push } = await deliver(pending());
    const first = bench.now + durations.pollFirst;
    assert.deepEqual(await ledger.claimPolls(first - 1, 10), []);
    const polls = await ledger.claimPolls(first, 10);
    assert.deepEqual(
      polls.map(({ id, operationKey, companyId: company }) => [id, operationKey, company]),
      [[push.id, 'operation-1', companyId]],
    );
    assert.deepEqual(await ledger.claimPolls(first, 10), []);
    assert.deepEqual(await ledger.claimPolls(first + 2 * durations.pollFirst - 1, 10), []);
    assert.equal((await ledger.claimPolls(first + 2 * durations.pollFirst, 10)).length, 1);
    let at = first;
    for (let polled = 0; polled < 12; polled += 1) {
      at += durations.pollMax;
      assert.equal((await ledger.claimPolls(at, 10)).length, 1);
    }
    assert.deepEqual(await ledger.claimPolls(at + durations.pollMax - 1, 10), []);
    assert.equal(await ledger.findOperation(companyId, 'unknown'), undefined);
    assert.equal((await ledger.findOperation(companyId, 'operation-1'))?.id, push.id);
    await ledger.settle(bench.now, push.id, success);
    assert.equal(await ledger.findOperation(companyId, 'operation-1'), undefined);
    assert.deepEqual(await ledger.claimPolls(at + minute * 60, 10), []);
  });

  it('lets nobody send while a gate is closed', async (bench) => {
    const { accept, observe, send, step, done, ledger, claim, counts, told } = bench;
    await observe();
    await accept(['a']);
    const { lease, work } = await send();
    const until = bench.now + 10 * minute;
    const gate = { scope: 'all', until, reason: 'rate-limit' } as const;
    await step(lease, done(work, { kind: 'sealed', at: bench.now, gate }));
    assert.deepEqual(await counts(), [0, 1, 0, 'paused']);
    assert.deepEqual(await ledger.claim(until - 1, 10), []);
    await ledger.pause(until - minute);
    await ledger.unpause(bench.now);
    const next = await claim();
    const again = await step(next);
    assert.ok(again.kind === 'send');
    told();
    const closed: Outcome = {
      kind: 'new-key',
      at: until,
      gate: { scope: 'company', until, reason: 'unauthorized' },
      failed: false,
    };
    await step(next, done(again, closed));
    assert.deepEqual([told(), await counts()], [['held unauthorized'], [0, 1, 0, 'unauthorized']]);
    bench.now = until;
    const third = await send();
    await step(third.lease, done(third.work, pending()));
    assert.deepEqual(told(), ['recovered']);
    assert.deepEqual(await counts(), [0, 1, 0, 'sending']);
  });
};
