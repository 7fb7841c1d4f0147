import assert from 'node:assert/strict';
import { companyId, line, success } from './bench.ts';
import type { Case } from './cases.ts';

const address = { companyId, accountId: 'account', connectionId: 'connection' };

export const acceptCases = (it: Case): void => {
  it('takes each id once, and calls other content a conflict', async ({ ledger, now, accept, observe, counts }) => {
    await observe();
    assert.deepEqual(await accept(['a', 'b']), {
      accepted: 2,
      duplicates: 0,
      held: 0,
      skipped: 0,
      refused: 0,
      waiting: undefined,
      issues: [],
    });
    const again = [line('a', 0), line('b', 1, '2.00'), line('c', 2)];
    const result = await ledger.accept(now, address, again, { dryRun: false });
    assert.deepEqual([result.accepted, result.duplicates, result.refused], [1, 1, 1]);
    assert.deepEqual(
      result.issues.map(({ index, code }) => [index, code]),
      [[1, 'changed_content']],
    );
    assert.deepEqual(await counts(), [0, 3, 0, 'sending']);
  });

  it('takes amounts that differ in writing only for the same line', async ({ ledger, now }) => {
    const one = { ...line('a'), body: '{"amount":1.10,"balance":5.00,"id":"a","date":"2026-03-01"}' };
    const same = { ...line('a'), body: '{"amount":1.1,"balance":5,"id":"a","date":"2026-03-01"}' };
    await ledger.accept(now, address, [one], { dryRun: false });
    assert.equal((await ledger.accept(now, address, [same], { dryRun: false })).duplicates, 1);
  });

  it('leaves nothing behind a dry run', async ({ ledger, now, events }) => {
    const result = await ledger.accept(now, address, [line('a')], { dryRun: true });
    assert.deepEqual([result.accepted, result.waiting], [1, 'not-connected']);
    assert.deepEqual([await ledger.feedKeys(companyId), await ledger.awaited(), events], [[], [], []]);
    assert.equal(await ledger.platform(address), undefined);
  });

  it('knows again what rules refuse by now, and stores none of it', async ({
    ledger,
    now,
    accept,
    observe,
    counts,
  }) => {
    await observe();
    await accept(['a', 'b']);
    const refusals = [{ index: 0, severity: 'error', code: 'too_old', field: 'date', message: 'too old' }] as const;
    const given = [line('a'), line('b', 1, '2.00'), line('c', 2)].map((one) => ({
      ...one,
      refusals: refusals.map((issue) => ({ ...issue, index: one.index, id: one.id })),
    }));
    const result = await ledger.accept(now, address, [...given, line('d', 3), line('a', 4)], { dryRun: false });
    assert.deepEqual([result.accepted, result.duplicates, result.refused], [1, 2, 2]);
    assert.deepEqual(
      result.issues.map(({ index, code }) => [index, code]),
      [
        [1, 'too_old'],
        [2, 'too_old'],
      ],
    );
    assert.deepEqual(await counts(), [0, 3, 0, 'sending']);
  });

  it('remembers the software lines would go to, whoever does not name the connection', async (bench) => {
    const { ledger, observe, accept } = bench;
    const open = { companyId, accountId: 'account', connectionId: undefined };
    assert.equal(await ledger.platform(open), undefined);
    await accept(['a'], { connectionId: undefined });
    assert.equal(await ledger.platform(open), undefined);
    await observe({ account: 'pending' }, { ...address, accountId: 'another', connectionId: 'xero' });
    assert.equal(await ledger.platform(open), 'xero');
    await observe({ platform: 'sage' }, { ...address, connectionId: 'sage' });
    await observe({}, { ...address, accountId: 'third', connectionId: 'xero' });
    assert.equal(await ledger.platform(open), 'sage');
    await observe({ platform: 'sage', connection: 'unlinked' }, { ...address, connectionId: 'sage' });
    assert.equal(await ledger.platform(open), 'xero');
  });

  it('refuses lines of an account that is not connected where the caller asks for it', async ({ ledger, now }) => {
    const options = { dryRun: false, refuseNotConnected: true };
    const result = await ledger.accept(now, address, [line('a')], options);
    assert.deepEqual([result.accepted, result.refused, result.issues[0]?.code], [0, 1, 'not_connected']);
    assert.deepEqual(await ledger.awaited(), []);
  });

  it('holds late lines where the software keeps an order', async (bench) => {
    const { accept, observe, deliver, counts, told } = bench;
    await observe({ platform: 'sage' });
    await accept(['b@2026-03-02', 'a@2026-03-02']);
    assert.deepEqual(bench.ids(await deliver(success)), ['b', 'a']);
    told();
    const result = await accept(['late@2026-03-01', 'same@2026-03-02', 'new@2026-03-03']);
    assert.deepEqual([result.accepted, result.held], [2, 1]);
    assert.deepEqual(
      result.issues.map(({ id, code, severity }) => [id, code, severity]),
      [['late', 'late', 'warning']],
    );
    assert.deepEqual(told(), ['held late']);
    assert.deepEqual(await counts(), [2, 2, 1, 'sending']);
    assert.deepEqual(bench.ids(await deliver({ ...success, operationKey: 'operation-2' })), ['same', 'new']);
    assert.deepEqual(await counts(), [4, 0, 1, 'late']);
  });

  it('lets them go in their place elsewhere', async (bench) => {
    const { accept, observe, deliver, counts } = bench;
    await observe();
    await accept(['b@2026-03-02']);
    await deliver(success);
    assert.equal((await accept(['late@2026-03-01', 'new@2026-03-03', 'older@2026-02-01'])).held, 0);
    const work = await deliver({ ...success, operationKey: 'operation-2' });
    assert.deepEqual(bench.ids(work), ['older', 'late', 'new']);
    assert.deepEqual(await counts(), [4, 0, 0, undefined]);
  });

  it('keeps lines before the feed start date, and sends none of them', async (bench) => {
    const { accept, observe, deliver, overview } = bench;
    await accept(['waits@2026-02-01']);
    await observe({ platform: 'freeagent', feedStartDate: '2026-03-01' });
    const result = await accept(['before@2026-02-28', 'first@2026-03-01']);
    assert.deepEqual([result.accepted, result.skipped, result.issues[0]?.code], [1, 1, 'before_start']);
    assert.deepEqual(bench.ids(await deliver(success)), ['first']);
    assert.deepEqual((await overview()).counts, { delivered: 1, waiting: 0, held: 0 });
  });

  it('sends them all the same where the date is a hint', async (bench) => {
    const { accept, observe, deliver } = bench;
    await observe({ feedStartDate: '2026-03-01' });
    assert.equal((await accept(['before@2026-02-28'])).issues[0]?.code, 'start_date_hint');
    assert.deepEqual(bench.ids(await deliver(success)), ['before']);
  });

  it('cuts at 1,000 lines, by local date and then arrival', async (bench) => {
    const { accept, observe, send, step, done } = bench;
    await observe();
    const ids = Array.from({ length: 1500 }, (_, n) => `line-${n}@2026-03-0${1 + (n % 2)}`);
    await accept(ids);
    const { lease, work } = await send();
    const sent = bench.ids(work);
    assert.deepEqual(
      [sent.length, sent[0], sent[749], sent[750], sent[999]],
      [1000, 'line-0', 'line-1498', 'line-1', 'line-499'],
    );
    const next = await step(lease, done(work, success));
    assert.deepEqual([bench.ids(next).length, bench.ids(next)[0]], [500, 'line-501']);
  });

  it('says why what is accepted does not leave at once', async ({ ledger, now, accept, observe }) => {
    assert.equal((await accept(['a'])).waiting, 'not-connected');
    await observe();
    await ledger.pause(now + 60_000);
    assert.equal((await accept(['b'])).waiting, 'paused');
    await ledger.unpause(now);
    assert.equal((await accept(['c'])).waiting, undefined);
    await observe({ connection: 'unlinked' });
    assert.equal((await accept(['d'])).waiting, 'unlinked');
  });

  it('says of lines that are known whether they are held or left out', async (bench) => {
    const { accept, observe, deliver } = bench;
    await observe({ platform: 'sage', feedStartDate: '2026-03-01' });
    await accept(['b@2026-03-03']);
    await deliver(success);
    const texts = ['late@2026-03-02', 'before@2026-02-28', 'b@2026-03-03'];
    const first = await accept(texts);
    const again = await accept(texts);
    assert.deepEqual([again.duplicates, again.held, again.skipped], [3, 0, 0]);
    assert.deepEqual(again.issues, first.issues);
    assert.deepEqual(
      again.issues.map(({ index, code }) => [index, code]),
      [
        [0, 'late'],
        [1, 'before_start'],
      ],
    );
  });

  it('takes nothing again that went to the same software on another connection, unless that one is named', async (bench) => {
    const { accept, observe, deliver, ledger, key } = bench;
    const anew = { ...key, connectionId: 'anew' };
    await observe({ platform: 'sage' });
    await accept(['a', 'b']);
    await deliver(success);
    await observe({ platform: 'sage', connection: 'deleted', account: 'removed' });
    await observe({ platform: 'sage' }, anew);
    const result = await accept(['a', 'c'], { connectionId: undefined });
    assert.deepEqual([result.accepted, result.duplicates], [1, 1]);
    assert.deepEqual(
      result.issues.map(({ index, severity, code }) => [index, severity, code]),
      [[0, 'warning', 'known_elsewhere']],
    );
    assert.match(result.issues[0]?.message ?? '', /connection\b.*connectionId/);
    const changed = await ledger.accept(bench.now, { companyId, accountId: 'account' }, [line('b', 0, '2.00')], {
      dryRun: false,
    });
    assert.deepEqual([changed.refused, changed.issues[0]?.code], [1, 'changed_content']);
    assert.equal((await accept(['a'], { connectionId: 'anew' })).accepted, 1);
    // Now it is known here as well.
    assert.deepEqual((await accept(['a'], { connectionId: undefined })).issues, []);
    assert.deepEqual(bench.ids(await deliver({ ...success, operationKey: 'operation-2' })), ['c', 'a']);
  });

  it('takes everything for other software, and what was left out before the start date for any', async (bench) => {
    const { accept, observe, deliver, key } = bench;
    await observe({ platform: 'sage', feedStartDate: '2026-03-01' });
    await accept(['a@2026-03-01', 'before@2026-02-28']);
    await deliver(success);
    await observe({ platform: 'sage', connection: 'unlinked' });
    await observe({ platform: 'sage' }, { ...key, connectionId: 'same' });
    const same = await accept(['a@2026-03-01', 'before@2026-02-28'], { connectionId: undefined });
    assert.deepEqual([same.accepted, same.duplicates], [1, 1]);
    await observe({ platform: 'sage', connection: 'unlinked' }, { ...key, connectionId: 'same' });
    await observe({ platform: 'xero' }, { ...key, connectionId: 'other' });
    assert.equal((await accept(['a@2026-03-01'], { connectionId: undefined })).accepted, 1);
  });

  it('lets nothing of a load leave before its last part, whatever else asks for it', async (bench) => {
    const { ledger, observe, accept, deliver, durations } = bench;
    const part = (texts: readonly string[], more: boolean) =>
      ledger.accept(
        bench.now,
        address,
        texts.map((text, n) => line(text, n)),
        { dryRun: false, more },
      );
    await observe({ platform: 'sage' });
    await accept(['first@2026-02-01']);
    const { lease, work } = await bench.send();
    await part(['c@2026-03-03'], true);
    assert.deepEqual(await bench.step(lease, bench.done(work, success)), { kind: 'idle' });
    await part(['b@2026-03-02'], true);
    await ledger.sweep(bench.now);
    assert.equal(await bench.due(), durations.loading);
    bench.now += 1000;
    assert.deepEqual(await ledger.claim(bench.now, 10), []);
    assert.deepEqual([(await part(['a@2026-03-01'], false)).held, await bench.due()], [0, durations.linger]);
    assert.deepEqual(bench.ids(await deliver({ ...success, operationKey: 'operation-2' })), ['a', 'b', 'c']);
  });

  it('lets a load go whose next part does not come', async (bench) => {
    const { ledger, observe, counts, deliver, durations } = bench;
    await ledger.accept(bench.now, { companyId, accountId: 'account' }, [line('a')], { dryRun: false, more: true });
    await observe();
    assert.deepEqual(await counts(), [0, 1, 0, 'sending']);
    const [lease] = await ledger.claim(bench.now, 10);
    if (lease) assert.deepEqual(await bench.step(lease), { kind: 'idle' });
    bench.now += durations.loading;
    assert.deepEqual(bench.ids(await deliver(success)), ['a']);
  });
};
