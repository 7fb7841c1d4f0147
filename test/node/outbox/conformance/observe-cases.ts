import assert from 'node:assert/strict';
import { companyId, line, minute, refused, success, type Bench } from './bench.ts';
import type { Case } from './cases.ts';

/** The connection feeds another account too, which has had a delivery. */
const withAnother = async ({ accept, observe, deliver, key }: Bench): Promise<Bench['key']> => {
  const other = { ...key, accountId: 'other' };
  await observe();
  await observe({}, other);
  await accept(['a'], other);
  await deliver(success);
  return other;
};

export const observeCases = (it: Case): void => {
  it('releases what waits when the account connects, and says so once', async (bench) => {
    const { accept, observe, counts, told, deliver, ledger } = bench;
    await accept(['a']);
    assert.deepEqual(await ledger.awaited(), [{ companyId, accountId: 'account', connectionId: 'connection' }]);
    assert.equal(await observe({ account: 'connecting' }), true);
    assert.deepEqual([await counts(), told()], [[0, 1, 0, 'not-connected'], []]);
    assert.equal(await observe(), true);
    assert.equal(await observe(), false);
    assert.deepEqual(told(), ['account-connected']);
    assert.deepEqual(await ledger.awaited(), []);
    assert.deepEqual(bench.ids(await deliver(success)), ['a']);
  });

  for (const gone of [
    { connection: 'unlinked' },
    { connection: 'deauthorized' },
    { connection: 'deleted' },
    { account: 'disconnected' },
    { account: 'removed' },
  ] as const)
    it(`holds what waits: ${JSON.stringify(gone)}`, async (bench) => {
      const { accept, observe, counts, told, deliver, ledger } = bench;
      const reason = 'connection' in gone && gone.connection !== 'deleted' ? gone.connection : 'removed';
      const expected = 'account' in gone && gone.account === 'disconnected' ? 'disconnected' : reason;
      await observe();
      await accept(['a']);
      told();
      await observe(gone);
      assert.deepEqual([told(), await counts()], [[`held ${expected}`], [0, 0, 1, expected]]);
      await ledger.sweep(bench.now);
      const [lease] = await ledger.claim(bench.now + minute, 10);
      if (lease) assert.equal((await bench.step(lease)).kind, 'idle');
      await observe();
      assert.deepEqual(told(), ['account-connected', 'recovered']);
      assert.deepEqual(bench.ids(await deliver(success)), ['a']);
    });

  it('finds out what became of a request under way before anything else', async (bench) => {
    const { accept, observe, send, store, claim, step, done, durations } = bench;
    await observe();
    await accept(['a']);
    const { work } = await send();
    const triedAt = bench.now;
    await observe({ connection: 'unlinked' });
    await store.expireLeases();
    const waits = await claim();
    assert.equal((await step(waits)).kind, 'idle');
    bench.now = triedAt + durations.sendWindow + durations.quietWindow;
    const lease = await claim();
    assert.equal((await step(lease)).kind, 'reconcile');
    await step(lease, done(work, { kind: 'new-key', at: bench.now, failed: false }));
    assert.deepEqual(await bench.counts(), [0, 0, 1, 'unlinked']);
    await observe();
    const { work: again } = await send();
    assert.equal(again.body, work.body);
    assert.notEqual(again.push.id, work.push.id);
  });

  it('leaves out what lies before the feed start date, also where younger lines left before it', async (bench) => {
    const { accept, observe, deliver, counts } = bench;
    await observe({ platform: 'freeagent' });
    await accept(['b@2026-03-05']);
    await deliver(success);
    await observe({ platform: 'freeagent', account: 'disconnected' });
    assert.equal((await accept(['old@2026-02-20', 'late@2026-03-04'])).accepted, 2);
    await observe({ platform: 'freeagent', feedStartDate: '2026-03-01' });
    assert.deepEqual(await counts(), [1, 1, 0, 'sending']);
    assert.deepEqual(bench.ids(await deliver({ ...success, operationKey: 'operation-2' })), ['late']);
    assert.deepEqual(await counts(), [2, 0, 0, undefined]);
  });

  it('sends a refused batch once more when the other end is back', async (bench) => {
    const { accept, observe, deliver, counts } = bench;
    await observe();
    await accept(['a']);
    const first = await deliver(refused);
    await observe({ account: 'disconnected' });
    assert.deepEqual(await counts(), [0, 0, 1, 'disconnected']);
    await observe();
    const again = await deliver(success);
    assert.equal(again.body, first.body);
    assert.notEqual(again.push.id, first.push.id);
    assert.deepEqual(await counts(), [1, 0, 0, undefined]);
  });

  it('parks lines whose connection is not known, and binds them by name to the feed that connects', async (bench) => {
    const { accept, observe, counts, deliver, ledger, events } = bench;
    await accept(['a'], { connectionId: undefined });
    assert.deepEqual(await ledger.feedKeys(companyId), []);
    assert.deepEqual(await ledger.awaited(), [{ companyId, accountId: 'account', connectionId: undefined }]);
    assert.deepEqual(events, []);
    await observe({ connection: 'pending' });
    await observe();
    assert.deepEqual(await counts(), [0, 1, 0, 'sending']);
    assert.equal((await ledger.overview(companyId, 'UTC', bench.now)).length, 1);
    assert.deepEqual(bench.ids(await deliver(success)), ['a']);
    // From here on the account is found where it is connected.
    assert.equal((await accept(['a', 'b'], { connectionId: undefined })).duplicates, 1);
    assert.deepEqual(await counts(), [1, 1, 0, 'sending']);
  });

  it('binds what is parked for every account when a connection is linked, whichever account tells', async (bench) => {
    const { accept, observe, counts, key } = bench;
    await observe({ connection: 'pending' });
    await observe({ connection: 'pending' }, { ...key, accountId: 'other' });
    await accept(['a'], { connectionId: undefined });
    await accept(['b'], { connectionId: undefined, accountId: 'other' });
    await observe();
    assert.deepEqual(await counts(), [0, 1, 0, 'sending']);
    assert.deepEqual(await counts('other'), [0, 1, 0, 'sending']);
  });

  it('moves parked lines behind those that a feed has, and holds those that come too late there', async (bench) => {
    const { accept, observe, counts, deliver } = bench;
    await observe({ platform: 'sage' });
    await accept(['a@2026-03-02']);
    await deliver(success);
    await observe({ platform: 'sage', connection: 'unlinked' });
    await accept(['a@2026-03-02', 'late@2026-03-01', 'same@2026-03-02', 'new@2026-03-03'], { connectionId: undefined });
    await observe({ platform: 'sage' });
    assert.deepEqual(await counts(), [1, 2, 1, 'sending']);
    assert.deepEqual(bench.ids(await deliver({ ...success, operationKey: 'operation-2' })), ['same', 'new']);
    assert.equal((await bench.ledger.overview(companyId, 'UTC', bench.now)).length, 1);
  });

  it('keeps parked lines that bear a known id with other content, and tells once', async (bench) => {
    const { accept, observe, told, ledger } = bench;
    await observe({ connection: 'unlinked' });
    await accept(['a']);
    const address = { companyId, accountId: 'account' };
    await ledger.accept(bench.now, address, [line('a', 0, '9.00'), line('b', 1)], { dryRun: false });
    told();
    await observe();
    assert.deepEqual(told(), ['held fault', 'account-connected', 'recovered']);
    assert.deepEqual(await bench.counts(), [0, 2, 0, 'sending']);
    assert.equal(await observe({ feedStartDate: '2026-01-01' }), true);
    assert.deepEqual(told(), []);
    const parked = (await ledger.overview(companyId, 'UTC', bench.now)).find((feed) => feed.connectionId === undefined);
    assert.deepEqual([parked?.counts.held, parked?.held?.reason], [1, 'fault']);
  });

  it('drops parked lines that say the same as known ones in other digits', async (bench) => {
    const { accept, observe, told, ledger } = bench;
    await observe({ connection: 'unlinked' });
    await accept(['a']);
    const again = { ...line('a'), body: line('a', 0, '1.0').body };
    await ledger.accept(bench.now, { companyId, accountId: 'account' }, [again, line('b', 1)], { dryRun: false });
    told();
    await observe();
    assert.deepEqual(told(), ['account-connected', 'recovered']);
    assert.deepEqual(await bench.counts(), [0, 2, 0, 'sending']);
    assert.equal((await ledger.overview(companyId, 'UTC', bench.now)).length, 1);
  });

  it('binds no parked line that went to the same software on another connection', async (bench) => {
    const { accept, observe, counts, deliver, ledger, key } = bench;
    await observe({ platform: 'sage' });
    await accept(['a@2026-03-02']);
    await deliver(success);
    await observe({ platform: 'sage', connection: 'deleted', account: 'removed' });
    await accept(['a@2026-03-02', 'b@2026-03-02'], { connectionId: undefined });
    await observe({ platform: 'sage' }, { ...key, connectionId: 'anew' });
    assert.deepEqual(await counts('account', 'anew'), [0, 1, 0, 'sending']);
    assert.equal((await ledger.overview(companyId, 'UTC', bench.now)).length, 2);
    assert.deepEqual(bench.ids(await deliver({ ...success, operationKey: 'operation-2' })), ['b']);
  });

  it('binds all that is parked to other software', async (bench) => {
    const { accept, observe, deliver, key } = bench;
    await observe({ platform: 'sage' });
    await accept(['a']);
    await deliver(success);
    await observe({ platform: 'sage', connection: 'deleted', account: 'removed' });
    await accept(['a', 'b'], { connectionId: undefined });
    await observe({ platform: 'xero' }, { ...key, connectionId: 'anew' });
    assert.deepEqual(bench.ids(await deliver({ ...success, operationKey: 'operation-2' })), ['a', 'b']);
  });

  it('begins anew with an account that is mapped anew: what went before is told apart', async (bench) => {
    const { accept, observe, deliver, counts, ledger, key } = bench;
    const shown = async () => {
      const [feed] = await ledger.overview(companyId, 'UTC', bench.now);
      const { items } = await ledger.history(key, 0, 10);
      const days = feed?.days.reduce((sum, { delivered }) => sum + delivered, 0);
      return [feed?.counts.delivered, feed?.former, feed?.lastDelivery?.lines, days, items.map(({ lines }) => lines)];
    };
    await observe();
    await accept(['a', 'b']);
    await deliver(success);
    assert.deepEqual(await shown(), [2, undefined, 2, 2, [2]]);

    // Linked again as it was: the same books.
    await observe({ connection: 'unlinked' });
    await observe();
    assert.deepEqual(await shown(), [2, undefined, 2, 2, [2]]);

    await observe({ account: 'disconnected' });
    assert.deepEqual(await shown(), [2, undefined, 2, 2, [2]], 'ended, and this is what it had');
    await accept(['waits']);
    await observe({ account: 'connecting' });
    assert.deepEqual(await shown(), [2, 2, undefined, 0, []]);
    await observe();
    await deliver({ ...success, operationKey: 'operation-2' });
    assert.deepEqual(await shown(), [3, 2, 1, 1, [1]]);
    assert.deepEqual(await counts(), [3, 0, 0, undefined]);

    const again = await accept(['a', 'b', 'waits']);
    assert.deepEqual(
      [again.duplicates, again.issues.map(({ id, severity, code }) => `${id ?? ''} ${severity} ${code}`)],
      [3, ['a warning known_before', 'b warning known_before']],
    );
  });

  it('begins anew where the connection is linked again and the account is seen to have ended', async (bench) => {
    const { accept, observe, deliver, ledger } = bench;
    await observe();
    await accept(['a']);
    await deliver(success);
    await observe({ connection: 'unlinked' });
    await observe({ account: 'disconnected' });
    assert.equal((await ledger.overview(companyId, 'UTC', bench.now))[0]?.former, 1);
  });

  it('begins anew where only another start date tells that an account was mapped meanwhile', async (bench) => {
    const { accept, observe, deliver, ledger } = bench;
    const former = async () => (await ledger.overview(companyId, 'UTC', bench.now))[0]?.former;
    await observe();
    await accept(['a@2026-03-05']);
    await deliver(success);
    await observe({ feedStartDate: '2026-03-01' });
    assert.equal(await former(), undefined, 'it was not known before');
    await observe();
    await observe({ feedStartDate: '2026-03-01' });
    assert.equal(await former(), undefined);
    await observe({ feedStartDate: '2026-03-04' });
    assert.equal(await former(), 1);
  });

  it('counts a batch where it went: answered before the account was mapped anew, or sent again after it', async (bench) => {
    const { accept, observe, deliver, send, step, done, ledger } = bench;
    const former = async () => {
      const [feed] = await ledger.overview(companyId, 'UTC', bench.now);
      return [feed?.counts.delivered, feed?.former, feed?.lastDelivery?.lines];
    };
    await observe();
    await accept(['a']);
    const { lease, work } = await send();
    await step(lease, done(work, { kind: 'pending', operationKey: 'operation-1' }));
    await observe({ account: 'disconnected' });
    await observe({ account: 'connecting' });
    await observe();
    await ledger.settle(bench.now, work.push.id, { kind: 'success', operationKey: 'operation-1' });
    assert.deepEqual(await former(), [1, 1, undefined]);

    await accept(['b']);
    await deliver(refused);
    await observe({ account: 'disconnected' });
    await observe({ account: 'connecting' });
    await observe();
    await deliver({ ...success, operationKey: 'operation-2' });
    assert.deepEqual(await former(), [2, 1, 1]);
    const again = await accept(['a', 'b']);
    assert.deepEqual(
      again.issues.map(({ id, code }) => `${id ?? ''} ${code}`),
      ['a known_before'],
    );
  });

  for (const seen of ['connected', 'disconnected'] as const)
    it(`begins anew with all accounts of a connection that is linked again, where they were ${seen}`, async (bench) => {
      const { observe, overview } = bench;
      const other = await withAnother(bench);
      await observe({ connection: 'unlinked' });
      await observe({ connection: 'unlinked', account: seen }, other);
      await observe();
      await observe({ account: 'disconnected' }, other);
      assert.equal((await overview('other')).former, 1);
    });

  it('goes on with all accounts of a connection that is linked again as they were', async (bench) => {
    const { observe, overview } = bench;
    const other = await withAnother(bench);
    await observe({ connection: 'unlinked' });
    await observe();
    assert.equal(await observe({}, other), false);
    await observe({ account: 'disconnected' }, other);
    assert.equal((await overview('other')).former, undefined, 'it ended later, and this is what it had');
  });

  it('knows no line from before that went where the account leads now: late ones, and what was refused', async (bench) => {
    const { accept, observe, deliver, send, step, done, ledger, key } = bench;
    const known = async () =>
      (await accept(['b@2026-03-05', 'late@2026-03-04', 'refused@2026-03-06'])).issues.map(
        ({ id, code }) => `${id ?? ''} ${code}`,
      );
    const strict = { platform: undefined };
    await observe(strict);
    await accept(['b@2026-03-05']);
    await deliver(success);
    assert.equal((await accept(['late@2026-03-04'])).held, 1);
    await accept(['refused@2026-03-06']);
    const { lease, work } = await send();
    await step(lease, done(work, { kind: 'pending', operationKey: 'operation-2' }));
    await observe({ ...strict, account: 'disconnected' });
    await observe({ ...strict, account: 'connecting' });
    assert.deepEqual(await known(), ['b known_before', 'late late', 'refused known_before']);
    await ledger.settle(bench.now, work.push.id, refused);
    await observe();
    await deliver({ ...success, operationKey: 'operation-3' });
    await ledger.operating.retry(bench.now, key, false);
    await deliver({ ...success, operationKey: 'operation-4' });
    assert.deepEqual(await known(), ['b known_before']);
  });
};
