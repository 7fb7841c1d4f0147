import assert from 'node:assert/strict';
import { companyId, minute, pending, success, timedOut } from './bench.ts';
import type { Case } from './cases.ts';

export const readCases = (it: Case): void => {
  it('shows a feed as it stands, with the days of its company', async (bench) => {
    const { accept, observe, deliver, ledger, overview } = bench;
    await observe();
    await accept(['a', 'b']);
    await deliver(success);
    bench.now += 26 * 60 * minute;
    await accept(['c']);
    const shown = await overview();
    assert.deepEqual(shown.lastDelivery, { at: '2026-03-10T12:00:01.000Z', lines: 2 });
    assert.deepEqual(shown.waiting, { reason: 'sending', since: new Date(bench.now).toISOString() });
    assert.deepEqual(shown.days, [{ date: '2026-03-10', delivered: 2, held: 0 }]);
    const [elsewhere] = await ledger.overview(companyId, 'Pacific/Auckland', bench.now);
    assert.deepEqual(elsewhere?.days, [{ date: '2026-03-11', delivered: 2, held: 0 }]);
    await deliver({ ...timedOut, operationKey: 'operation-2' });
    assert.deepEqual((await overview()).days, [
      { date: '2026-03-10', delivered: 2, held: 0 },
      { date: '2026-03-11', delivered: 0, held: 1 },
    ]);
    assert.deepEqual((await ledger.overview(companyId, 'UTC', bench.now + 40 * 24 * 60 * minute))[0]?.days, []);
  });

  it('counts what is held among the days, by when it came', async (bench) => {
    const { accept, observe, deliver, overview } = bench;
    await observe();
    await accept(['a']);
    await deliver(success);
    await accept(['b', 'c']);
    bench.now += 26 * 60 * minute;
    await accept(['d']);
    assert.deepEqual((await overview()).days, [{ date: '2026-03-10', delivered: 1, held: 0 }]);
    await observe({ connection: 'unlinked' });
    const { counts, days } = await overview();
    assert.equal(counts.held, 3);
    assert.deepEqual(days, [
      { date: '2026-03-10', delivered: 1, held: 2 },
      { date: '2026-03-11', delivered: 0, held: 1 },
    ]);
    await observe();
    assert.deepEqual((await overview()).days, [{ date: '2026-03-10', delivered: 1, held: 0 }]);
  });

  it('tells of a batch in doubt until when it is looked for, also to the accounts behind it', async (bench) => {
    const { accept, observe, send, step, done, overview, durations } = bench;
    await observe();
    await observe({}, { ...bench.key, accountId: 'other' });
    await accept(['a']);
    const { lease, work } = await send();
    assert.equal((await accept(['b@2026-03-02'])).waiting, undefined);
    const at = bench.now + durations.sendWindow + durations.quietWindow;
    await step(lease, done(work, { kind: 'reconcile', at }), false);
    assert.equal((await accept(['o'], { accountId: 'other' })).waiting, 'checking');
    const until = new Date(at).toISOString();
    for (const accountId of ['account', 'other']) {
      const { state, waiting } = await overview(accountId);
      assert.deepEqual([state, waiting?.reason, waiting?.until], ['checking', 'checking', until]);
    }
    const { operating } = bench.ledger;
    const first = await operating.waiting(bench.now, {}, undefined, 1);
    const second = await operating.waiting(bench.now, { companyId }, first.next, 1);
    assert.deepEqual(
      [...first.items, ...second.items].map((feed) => [feed.accountId, feed.reason, feed.until, feed.lines]),
      [
        ['account', 'checking', until, 2],
        ['other', 'checking', until, 1],
      ],
    );
    assert.deepEqual([second.next, first.items[0]?.since], [undefined, '2026-03-10T12:00:00.000Z']);
    bench.now = at + 1000;
    const [other] = await bench.ledger.claim(bench.now, 1);
    assert.ok(other);
    const looking = await step(other);
    assert.ok(looking.kind === 'reconcile');
    await step(other, { companyId, pushId: work.push.id, attempt: 1, outcome: success }, false);
    const [delivered, behind] = [await overview(), await overview('other')];
    assert.deepEqual([delivered.state, behind.state, behind.waiting?.reason], ['open', 'open', 'sending']);
  });

  it('tells of an account that went away also where nothing waits, and of lines that come then', async (bench) => {
    const { accept, observe, deliver, told, overview, counts } = bench;
    await observe();
    await accept(['a']);
    await deliver(success);
    assert.deepEqual(told(), ['account-connected', 'delivered']);
    for (const [facts, reason] of [
      [{ account: 'disconnected' }, 'disconnected'],
      [{ connection: 'unlinked', account: 'disconnected' }, 'unlinked'],
      [{ connection: 'deleted', account: 'removed' }, 'removed'],
    ] as const) {
      await observe(facts);
      assert.deepEqual([(await overview()).state, told()], [reason, [`held ${reason}`]]);
      const { waiting } = await accept([`${reason}@2026-03-02`], { connectionId: undefined });
      assert.equal(waiting, reason);
      const [hold] = (await bench.ledger.operating.held(bench.now, {}, undefined, 10)).items;
      assert.deepEqual([hold?.reason, hold?.connectionId, hold?.actions], [reason, undefined, ['skip']]);
    }
    const parked = (await bench.ledger.overview(companyId, 'UTC', bench.now)).find(({ connectionId }) => !connectionId);
    assert.deepEqual([parked?.state, parked?.counts.held, parked?.held?.reason], ['removed', 3, 'removed']);
    await observe();
    assert.deepEqual(told(), ['account-connected', 'recovered']);
    assert.deepEqual(await counts(), [1, 3, 0, 'sending']);
  });

  it('counts since when the oldest line waits', async (bench) => {
    const { accept, observe, send, step, done, overview } = bench;
    await observe();
    await accept(['a']);
    const { lease, work } = await send();
    bench.now += minute;
    await accept(['c@2026-03-03']);
    const since = new Date(bench.now).toISOString();
    bench.now += minute;
    await accept(['d@2026-03-04']);
    await step(lease, done(work, success), false);
    assert.equal((await overview()).waiting?.since, since);
  });

  it('pages the history, newest first', async (bench) => {
    const { accept, observe, deliver, ledger, key } = bench;
    await observe();
    for (const n of [1, 2, 3]) {
      await accept([`a${n}@2026-03-0${n}`, `b${n}@2026-03-0${n}`]);
      await deliver({ kind: 'success', operationKey: `operation-${n}` });
    }
    const first = await ledger.history(key, 0, 2);
    assert.deepEqual(
      [first.more, first.items.map(({ operationKey }) => operationKey)],
      [true, ['operation-3', 'operation-2']],
    );
    const [item] = first.items;
    assert.deepEqual(
      [item?.status, item?.lines, item?.firstDate, item?.lastDate, item?.errors],
      ['delivered', 2, '2026-03-03', '2026-03-03', []],
    );
    const second = await ledger.history(key, 2, 2);
    assert.deepEqual([second.more, second.items.length], [false, 1]);
    assert.deepEqual(await ledger.history({ ...key, accountId: 'unknown' }, 0, 2), { items: [], more: false });
  });

  it('keeps events until they are acknowledged', async (bench) => {
    const { accept, observe, deliver, ledger, events } = bench;
    await observe({ feedStartDate: '2026-03-01' });
    await accept(['a']);
    await deliver(success);
    const all = await ledger.events(undefined, 10);
    assert.deepEqual(all, events);
    const [connected, delivered] = all;
    assert.deepEqual(
      [connected?.type, connected?.type === 'account-connected' && connected.feedStartDate, connected?.at],
      ['account-connected', '2026-03-01', Date.parse('2026-03-10T12:00:00Z')],
    );
    assert.deepEqual(delivered?.type === 'delivered' && [delivered.operationKey, delivered.lines], ['operation-1', 1]);
    assert.deepEqual(await ledger.events(connected?.id, 10), [delivered]);
    assert.deepEqual(await ledger.events(undefined, 1), [connected]);
    await ledger.acknowledge(connected?.id ?? '', bench.now);
    assert.deepEqual(await ledger.events(undefined, 10), [delivered]);
  });

  it('acknowledges only events that were told', async (bench) => {
    const { accept, observe, deliver, ledger, events } = bench;
    await observe();
    await accept(['a']);
    await deliver(success);
    const [connected, delivered] = events;
    await ledger.events(undefined, 1);
    await ledger.acknowledge(delivered?.id ?? '', bench.now);
    assert.deepEqual(await ledger.events(undefined, 10), [delivered]);
    assert.equal(connected?.type, 'account-connected');
  });

  it('acknowledges nothing where the id is beyond the last event', async (bench) => {
    const { observe, ledger, events } = bench;
    assert.equal(await ledger.acknowledge('999999999999', bench.now), false);
    await observe();
    await ledger.events(undefined, 10);
    assert.equal(await ledger.acknowledge('999999999999', bench.now), false);
    assert.deepEqual(await ledger.events(undefined, 10), events);
    // The last event itself may be gone by then.
    await ledger.forget(bench.now, companyId);
    assert.equal(await ledger.acknowledge(events[0]?.id ?? '', bench.now), true);
  });

  it('passes over no change, by company and by feed', async (bench) => {
    const { accept, observe, send, step, done, ledger, key } = bench;
    const accounts = async (after: number, company: string | undefined = companyId) => {
      const { version, changes } = await ledger.changes(after, company);
      return { version, accounts: changes.map(({ accountId }) => accountId) };
    };
    const none = await accounts(Number.MAX_SAFE_INTEGER);
    assert.deepEqual(none.accounts, []);
    await observe();
    await accept(['a']);
    await accept(['b'], { accountId: 'other' });
    const first = await accounts(none.version);
    assert.deepEqual(first.accounts, ['account', 'other']);
    assert.deepEqual((await accounts(first.version)).accounts, []);
    const { lease, work } = await send();
    await step(lease, done(work, pending()));
    await ledger.touch(bench.now, { ...key, accountId: '' });
    const second = await accounts(first.version);
    assert.deepEqual(second.accounts, ['account', '']);
    assert.deepEqual((await accounts(first.version, undefined)).accounts, ['account', '']);
    assert.deepEqual((await accounts(first.version, 'another')).accounts, []);
  });

  it('forgets a company and nothing else', async (bench) => {
    const { accept, observe, send, ledger, key } = bench;
    const other = { ...key, companyId: 'another' };
    await observe({}, other);
    await observe();
    await accept(['a']);
    await send();
    await ledger.forget(bench.now, companyId);
    assert.deepEqual(await ledger.overview(companyId, 'UTC', bench.now), []);
    assert.deepEqual(
      (await ledger.events(undefined, 10)).map((event) => event.companyId),
      ['another'],
    );
    assert.deepEqual((await ledger.history(key, 0, 10)).items, []);
    assert.deepEqual(await ledger.feedKeys('another'), [other]);
    assert.equal(await bench.due(), undefined);
  });

  it('knows the software of a feed, and of what is parked', async ({ ledger, observe, now }) => {
    const address = { companyId, accountId: 'account' };
    assert.equal(await ledger.platform(address), undefined);
    const [line] = [{ index: 0, id: 'a', day: '2026-03-01', at: '2026-03-01T00:00:00', body: '{}' }];
    await ledger.accept(now, address, [line], { dryRun: false, platform: 'sage' });
    assert.equal(await ledger.platform(address), 'sage');
    await observe();
    assert.equal(await ledger.platform({ ...address, connectionId: 'connection' }), 'xero');
  });
};
