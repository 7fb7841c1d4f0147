import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkCounts, checkStanding } from './support/counts.ts';
import { createRig, database, delivered, line, lines, onEmptyStores } from './support/rig.ts';

const issuesOf = ({ issues }: { readonly issues: readonly { index: number; code: string }[] }): string[] =>
  issues.map(({ index, code }) => `${index} ${code}`);

onEmptyStores(() => {
  describe('an account that is not connected yet', () => {
    it('lets its lines wait, named, and releases them', async () => {
      const rig = createRig(database);
      await rig.connect('account', { connection: 'pending', account: 'none' });
      await rig.outbox.start();
      const answer = await rig.push(lines(3));
      assert.deepEqual([answer.accepted, answer.waiting], [3, 'not-connected']);
      assert.equal((await rig.overview()).waiting?.reason, 'not-connected');
      const isOurs = ({ companyId }: { companyId: string }) => companyId === rig.companyId;
      assert.deepEqual((await rig.outbox.awaited()).filter(isOurs), [rig.key()]);
      await rig.connect('account', { account: 'connecting' });
      await rig.pass(120_000);
      assert.equal(rig.codat.requests.length, 0);
      await rig.connect();
      await rig.until(delivered(rig, 3));
      assert.deepEqual((await rig.outbox.awaited()).filter(isOurs), []);
      await rig.outbox.stop();
    });

    it('refuses where the host asks for it', async () => {
      const rig = createRig(database);
      const answer = await rig.outbox.accept(rig.key(), lines(2), { refuseNotConnected: true });
      assert.deepEqual([answer.accepted, answer.refused, answer.waiting], [0, 2, 'not-connected']);
      assert.deepEqual(
        issuesOf(answer).filter((issue) => issue.endsWith('connected')),
        ['0 not_connected', '1 not_connected'],
      );
    });

    it('parks lines whose connection is unknown and binds them to the one that connects', async () => {
      const rig = createRig(database);
      await rig.outbox.start();
      const address = { companyId: rig.companyId, accountId: 'account' };
      assert.equal((await rig.outbox.accept(address, lines(1200))).waiting, 'not-connected');
      assert.equal((await rig.overview()).connectionId, undefined);
      assert.deepEqual(await rig.outbox.feedKeys(rig.companyId), []);
      await rig.connect('account', { connection: 'pending', account: 'pending' });
      await rig.connect('other');
      await rig.connect('account', { feedStartDate: '2026-01-01T00:00:00' });
      await rig.until(async () =>
        (await rig.outbox.overview(rig.companyId)).some(({ counts }) => counts.delivered === 1200),
      );
      const accounts = (await rig.outbox.feedKeys(rig.companyId)).map(({ accountId }) => accountId);
      assert.deepEqual(accounts.toSorted(), ['account', 'other']);
      const connectedEvent = rig.events.find(
        (event) => event.type === 'account-connected' && event.accountId === 'account',
      );
      assert.ok(connectedEvent?.type === 'account-connected' && connectedEvent.feedStartDate === '2026-01-01');
      // From now on a push without a connection finds it.
      assert.equal((await rig.outbox.accept(address, [line('z', '2026-03-02')])).waiting, undefined);
      await rig.until(delivered(rig, 1201));
      await checkCounts(rig);
      await rig.outbox.stop();
    });

    it('moves parked lines behind those that the feed has already', async () => {
      const rig = createRig(database);
      const address = { companyId: rig.companyId, accountId: 'account' };
      await rig.connect('account', { connection: 'pending', account: 'pending' });
      await rig.outbox.accept(address, [line('parked', '2026-03-02'), line('both'), line('differs', '2026-03-03')]);
      await rig.push([line('own', '2026-03-01'), line('both'), line('differs', '2026-03-04')]);
      await rig.outbox.start();
      await rig.connect();
      await rig.until(async () =>
        (await rig.outbox.overview(rig.companyId)).some(({ counts }) => counts.delivered === 4),
      );
      assert.deepEqual(rig.codat.ids(), ['own', 'both', 'parked', 'differs']);
      const left = (await rig.outbox.overview(rig.companyId)).find(({ connectionId }) => connectionId === undefined);
      assert.deepEqual([left?.counts.held, left?.held?.reason], [1, 'fault']);
      assert.ok(rig.events.some((event) => event.type === 'held' && event.reason === 'fault'));
      await rig.outbox.stop();
    });

    it('tells once of parked lines that cannot join, and lets later ones join', async () => {
      const rig = createRig(database);
      await rig.connect();
      await rig.push([line('own')]);
      const address = { companyId: rig.companyId, accountId: 'account' };
      await rig.connect('account', { account: 'disconnected' });
      await rig.outbox.accept(address, [line('own', '2026-03-03')]);
      await rig.connect();
      const [events, changes] = [rig.events.length, rig.changes.length];
      // Each listing of a page says the same again.
      await rig.connect();
      await rig.connect();
      assert.deepEqual([rig.events.length, rig.changes.length], [events, changes]);
      await rig.connect('account', { account: 'disconnected' });
      await rig.outbox.accept(address, [line('later', '2026-03-04')]);
      await rig.connect();
      await rig.outbox.start();
      await rig.until(delivered(rig, 2));
      assert.deepEqual(rig.codat.ids(), ['own', 'later']);
      await checkCounts(rig);
      await rig.outbox.stop();
    });

    it('binds lines that were parked while the account was connected already', async () => {
      const rig = createRig(database);
      const address = { companyId: rig.companyId, accountId: 'account' };
      await rig.outbox.accept(address, [line('parked', '2026-03-02')]);
      // As if the connection had been seen by an instance that did not see the parked line.
      await rig.connect('account', { connection: 'pending' });
      await rig.push([line('own', '2026-03-05')]);
      await database.query(`update connection set status = 'linked' where company_id = $1 and connection_id <> ''`, [
        rig.companyId,
      ]);
      await rig.outbox.start();
      await rig.until(async () =>
        (await rig.outbox.overview(rig.companyId)).some(({ counts }) => counts.delivered === 1),
      );
      await rig.connect();
      await rig.until(delivered(rig, 2));
      assert.deepEqual(rig.codat.ids(), ['own', 'parked']);
      await checkCounts(rig);
      await rig.outbox.stop();
    });
  });

  describe('the feed start date', () => {
    it('is a border: earlier lines are skipped, those that wait at release', async () => {
      const rig = createRig(database);
      await rig.connect('account', { platform: 'netsuite', connection: 'pending', account: 'pending' });
      await rig.outbox.start();
      const waiting = await rig.push([
        line('a', '2026-02-27'),
        line('b', '2026-02-28T23:59:59'),
        line('c', '2026-03-01'),
      ]);
      assert.equal(waiting.accepted, 3);
      await rig.connect('account', { platform: 'netsuite', feedStartDate: '2026-03-01' });
      await rig.until(delivered(rig, 1));
      const answer = await rig.push([line('d', '2026-02-28'), line('e', '2026-03-02')]);
      assert.deepEqual([answer.accepted, answer.skipped], [1, 1]);
      assert.deepEqual(issuesOf(answer), ['0 before_start']);
      await rig.until(delivered(rig, 2));
      assert.deepEqual(rig.codat.ids(), ['c', 'e']);
      await checkCounts(rig);
      await rig.outbox.stop();
    });

    it('is a mere hint for Xero', async () => {
      const rig = createRig(database);
      await rig.connect('account', { feedStartDate: '2026-03-01' });
      const answer = await rig.push([line('d', '2026-02-28')]);
      assert.deepEqual([answer.accepted, answer.skipped, issuesOf(answer)], [1, 0, ['0 start_date_hint']]);
    });

    it('leaves nothing waiting where all lines lie before it', async () => {
      const rig = createRig(database);
      await rig.connect('account', { platform: 'sage', account: 'pending' });
      await rig.push([line('a', '2026-02-27')]);
      await rig.connect('account', { platform: 'sage', feedStartDate: '2026-03-01' });
      const { counts, waiting } = await rig.overview();
      assert.deepEqual([counts, waiting], [{ delivered: 0, waiting: 0, held: 0 }, undefined]);
    });
  });

  describe('the other end goes away', () => {
    const ways = [
      { facts: { connection: 'unlinked' }, reason: 'unlinked' },
      { facts: { connection: 'deauthorized' }, reason: 'deauthorized' },
      { facts: { connection: 'deleted' }, reason: 'removed' },
      { facts: { account: 'disconnected' }, reason: 'disconnected' },
      { facts: { account: 'removed' }, reason: 'removed' },
    ] as const;
    for (const { facts, reason } of ways) {
      it(`${JSON.stringify(facts)}: what waits is held, and goes when it is back`, async () => {
        const rig = createRig(database);
        await rig.connect();
        await rig.connect('sibling');
        await rig.push(lines(2));
        await rig.connect('account', facts);
        await rig.outbox.start();
        await rig.pass(120_000);
        assert.equal(rig.codat.requests.length, 0);
        const { counts, held } = await rig.overview();
        assert.deepEqual([counts.held, counts.waiting, held?.reason], [2, 0, reason]);
        assert.equal((await rig.push([line('more', '2026-03-02')])).waiting, reason);
        await checkStanding(rig);
        await rig.connect();
        await rig.until(delivered(rig, 3));
        const types = rig.events.filter(({ accountId }) => accountId === 'account').map(({ type }) => type);
        assert.deepEqual(types, ['account-connected', 'held', 'account-connected', 'recovered', 'delivered']);
        await rig.outbox.stop();
      });
    }
  });

  it('lines that are parked for an account that has ended count as held, those for one that is new do not', async () => {
    const rig = createRig(database);
    const { companyId } = rig;
    for (const accountId of ['account', 'new'])
      await rig.outbox.accept({ companyId, accountId }, [line('a'), line('b', '2026-03-02')]);
    await rig.database.query(
      `insert into connection (company_id, connection_id, status) values ($1, 'gone', 'unlinked'), ($1, 'went', 'deleted')`,
      [companyId],
    );
    // As if the connections had been seen by an instance that did not see the parked lines.
    await rig.database.query(
      `insert into feed (connection_ref, company_id, connection_id, account_id, account_status)
       select id, company_id, connection_id, 'account', 'connected' from connection where connection_id in ('gone', 'went')`,
    );
    const reasons = (await rig.outbox.standing()).map(({ kind, reason, lines: count }) => `${kind} ${reason} ${count}`);
    assert.deepEqual(reasons.toSorted(), ['held removed 2', 'waiting not-connected 2']);
    await checkStanding(rig);
  });

  describe('refused because the other end had gone', () => {
    it('goes again under a new key when it is back, though nobody had told of its going', async () => {
      const rig = createRig(database);
      await rig.connect();
      await rig.outbox.start();
      rig.codat.faults.push('refused');
      await rig.push([line('a'), line('b')]);
      await rig.until(async () => (await rig.overview()).held?.reason === 'refused');
      await rig.connect('account', { account: 'disconnected' });
      await rig.pass(60_000);
      assert.equal((await rig.overview()).counts.held, 2);
      await rig.connect();
      await rig.until(delivered(rig, 2));
      const keys = rig.codat.requests.map(({ idempotencyKey }) => idempotencyKey);
      assert.deepEqual([keys.length, new Set(keys).size], [2, 2]);
      assert.ok(rig.events.some(({ type }) => type === 'recovered'));
      await checkCounts(rig);
      await rig.outbox.stop();
    });
  });
});
