import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { OutboxError } from '../../../src/outbox/outbox.ts';
import { clear, createRig, line, lines, openTestDatabase, type Rig, type TestDatabase } from './support/rig.ts';
import { forEachStore } from '../support/stores.ts';

let database: TestDatabase;

const issuesOf = ({ issues }: { readonly issues: readonly { index: number; code: string }[] }): string[] =>
  issues.map(({ index, code }) => `${index} ${code}`);
const countsOf = async (rig: Rig, account?: string) => (await rig.overview(account)).counts;
const delivered = (rig: Rig, count: number, account?: string) => async () =>
  (await countsOf(rig, account)).delivered === count;

/** What the feed counts, against what is really there. */
const checkCounts = async (rig: Rig): Promise<void> => {
  const { rows } = await database.query<Record<string, unknown>>(
    `select f.account_id, f.queued,
       (select count(*)::integer from txn t where t.feed_id = f.id and (t.mark = 'straggler' or (t.mark is null
          and (t.local_at, t.seq) > (f.sealed_local, f.sealed_seq)))) as really_queued,
       f.in_push, (select coalesce(sum(p.lines), 0)::integer from push p where p.feed_id = f.id
          and (p.state in ('sealed', 'sending', 'pending') or p.id = f.blocked_push)) as really_in_push,
       f.delivered::integer, (select coalesce(sum(p.lines), 0)::integer from push p where p.feed_id = f.id
          and p.state = 'success') as really_delivered,
       f.late, (select count(*)::integer from txn t where t.feed_id = f.id and t.mark = 'late') as really_late,
       f.skipped, (select count(*)::integer from txn t where t.feed_id = f.id and t.mark = 'before-start') as really_skipped
     from feed f where f.company_id = $1`,
    [rig.companyId],
  );
  for (const row of rows)
    for (const name of ['queued', 'in_push', 'delivered', 'late', 'skipped'])
      assert.equal(row[name], row[`really_${name}`], `${name} of ${String(row['account_id'])}`);
};

forEachStore((kind) => {
  before(async () => {
    database = await openTestDatabase(kind);
  });
  after(() => database.close());
  beforeEach(() => clear(database));

  describe('handing over', () => {
    it('takes each line once, whoever repeats it', async () => {
      const rig = createRig(database);
      await rig.connect();
      const first = await rig.push([line('a'), line('b'), line('a'), line('b', '2026-03-02')]);
      assert.deepEqual([first.accepted, first.duplicates, first.refused], [2, 1, 1]);
      assert.deepEqual(issuesOf(first), ['3 changed_content']);
      const again = await rig.push([line('c'), line('a', '2026-03-01', { amount: '-12.5' }), line('b', '2026-03-03')]);
      assert.deepEqual([again.accepted, again.duplicates, again.refused], [1, 1, 1]);
      assert.deepEqual(issuesOf(again), ['2 changed_content']);
      await checkCounts(rig);
    });

    it('answers each bad line and stores the rest', async () => {
      const rig = createRig(database);
      await rig.connect();
      const answer = await rig.push([line('a'), null, line('b', 'soon'), line('c', '2026-03-01T10:00:00Z')]);
      assert.deepEqual([answer.accepted, answer.refused], [2, 2]);
      assert.deepEqual(issuesOf(answer), ['1 not_an_object', '2 date_invalid', '3 offset_ignored']);
      assert.deepEqual(await rig.push([null]), {
        accepted: 0,
        duplicates: 0,
        held: 0,
        skipped: 0,
        refused: 1,
        issues: [
          {
            index: 0,
            id: undefined,
            severity: 'error',
            code: 'not_an_object',
            field: '',
            message: 'A transaction must be an object with id, date and amount.',
          },
        ],
      });
      assert.equal((await rig.push([])).accepted, 0);
    });

    it('checks without storing on a dry run', async () => {
      const rig = createRig(database);
      await rig.connect();
      await rig.push([line('a')]);
      const address = rig.key();
      const answer = await rig.outbox.accept(address, [line('a'), line('b'), line('a2', 'x')], { dryRun: true });
      assert.deepEqual([answer.accepted, answer.duplicates, answer.refused], [1, 1, 1]);
      assert.equal((await countsOf(rig)).waiting, 1);
      const changes = rig.changes.length;
      await rig.outbox.accept({ companyId: rig.companyId, accountId: 'new' }, [line('a')], { dryRun: true });
      assert.equal((await rig.outbox.overview(rig.companyId)).length, 1);
      assert.equal(rig.changes.length, changes);
    });

    it('refuses a call that is wrong as a whole, naming the field', async () => {
      const rig = createRig(database);
      const refused = (accountId: string, field = 'accountId', companyId = rig.companyId) =>
        assert.rejects(
          rig.outbox.accept({ companyId, accountId }, [line('a')]),
          (error) => error instanceof OutboxError && error.field === field,
          accountId,
        );
      for (const bad of ['', '.', '..', 'batch', 'credentials', 'a\u0000b', '\ud800', 'x'.repeat(201)])
        await refused(bad);
      await refused('a', 'companyId', '');
      const notAList: unknown = { length: 1 };
      await assert.rejects(
        // @ts-expect-error a host without types may hand over anything
        rig.outbox.accept(rig.key(), notAList),
        (error) => error instanceof OutboxError && error.field === 'transactions',
      );
      await assert.rejects(rig.outbox.events({ after: 'x', limit: 1 }), OutboxError);
      await assert.rejects(rig.outbox.acknowledge('-1'), OutboxError);
    });

    it('works without a known time zone, and with one that does not exist', async () => {
      const rig = createRig(database, { timeZone: undefined });
      await rig.connect();
      assert.deepEqual(issuesOf(await rig.push([line('a', '2026-03-11')])), ['0 today_uncertain']);
      const wrong = createRig(database, { timeZone: () => Promise.resolve('Mars/Olympus') });
      await wrong.connect();
      assert.equal((await wrong.push([line('a')])).accepted, 1);
      assert.ok(wrong.logged.some((text) => text.includes('Mars/Olympus')));
    });

    it('survives callbacks that throw', async () => {
      const rig = createRig(database, {
        onEvent: () => {
          throw new Error('host bug');
        },
        onChange: () => {
          throw new Error('host bug');
        },
      });
      await rig.connect();
      assert.equal((await rig.push([line('a')])).accepted, 1);
      assert.equal(rig.logged.filter((text) => text.includes('host bug')).length, 3);
    });
  });

  describe('lines that come late', () => {
    it('are held where the software keeps an order, shown, and never refused', async () => {
      for (const platform of ['quickbooks', 'sage', undefined] as const) {
        const rig = createRig(database);
        await rig.connect('account', { platform });
        await rig.outbox.start();
        await rig.push([line('a', '2026-03-05T10:00:00')]);
        await rig.until(delivered(rig, 1));
        const answer = await rig.push([
          line('old', '2026-03-05T09:59:59'),
          line('day', '2026-03-05'),
          line('same', '2026-03-05T10:00:00'),
        ]);
        assert.deepEqual([answer.accepted, answer.held, answer.refused], [1, 2, 0]);
        assert.deepEqual(
          issuesOf(answer).filter((issue) => issue.endsWith('late')),
          ['0 late', '1 late'],
        );
        await rig.until(delivered(rig, 2));
        const feed = await rig.overview();
        assert.deepEqual([feed.counts, feed.held?.reason], [{ delivered: 2, waiting: 0, held: 2 }, 'late']);
        assert.deepEqual(feed.days, [{ date: '2026-03-10', delivered: 2, held: 2 }]);
        assert.ok(rig.events.some((event) => event.type === 'held' && event.reason === 'late'));
        await checkCounts(rig);
        await rig.outbox.stop();
      }
    });

    it('go with the next batch elsewhere, in their place', async () => {
      const rig = createRig(database);
      await rig.connect();
      await rig.outbox.start();
      await rig.push([line('a', '2026-03-05')]);
      await rig.until(delivered(rig, 1));
      await rig.push([line('new', '2026-03-06'), line('old', '2026-03-01'), line('older', '2026-02-28')]);
      await rig.until(delivered(rig, 4));
      assert.deepEqual(rig.codat.ids(), ['a', 'older', 'old', 'new']);
      await rig.push([line('oldest', '2026-02-27')]);
      await rig.until(delivered(rig, 5));
      await rig.push([line('newest', '2026-03-06')]);
      await rig.until(delivered(rig, 6));
      assert.deepEqual(rig.codat.ids().slice(4), ['oldest', 'newest']);
      await checkCounts(rig);
      await rig.outbox.stop();
    });
  });

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
        await rig.connect();
        await rig.until(delivered(rig, 3));
        const types = rig.events.filter(({ accountId }) => accountId === 'account').map(({ type }) => type);
        assert.deepEqual(types, ['account-connected', 'held', 'account-connected', 'recovered', 'delivered']);
        await rig.outbox.stop();
      });
    }

    it('with a batch on its way: found by listing, and the rest goes under a new key later', async () => {
      const rig = createRig(database);
      await rig.connect();
      await rig.outbox.start();
      rig.codat.faults.push('lost-request');
      await rig.push([line('a')]);
      await rig.until(() => rig.codat.requests.length === 1);
      await rig.connect('account', { connection: 'unlinked' });
      await rig.pass(20 * 60_000);
      assert.equal(rig.codat.requests.length, 1);
      assert.equal((await rig.overview()).held?.reason, 'unlinked');
      await rig.connect();
      await rig.until(delivered(rig, 1));
      assert.equal(new Set(rig.codat.requests.map(({ idempotencyKey }) => idempotencyKey)).size, 2);
      await checkCounts(rig);
      await rig.outbox.stop();
    });
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

  describe('what the proxy reads', () => {
    it('tells changes by version, per company, and where to go on', async () => {
      const rig = createRig(database);
      const { version: start, changes: none } = await rig.outbox.changesSince(Number.MAX_SAFE_INTEGER);
      await rig.connect();
      await rig.connect('other');
      await rig.outbox.changed(rig.companyId, 'connection');
      const { version, changes } = await rig.outbox.changesSince(start, rig.companyId);
      assert.deepEqual(
        changes.map(({ accountId }) => accountId),
        ['account', 'other', ''],
      );
      assert.deepEqual([none, rig.changes], [[], changes]);
      // Told again while an older transaction is under way, in whatever database of the server.
      for (let from = version; ;) {
        const next = await rig.outbox.changesSince(from, rig.companyId);
        if (next.changes.length === 0) break;
        assert.ok(next.version >= from && next.changes.every(({ version: told }) => told >= from));
        from = next.version;
      }
      assert.ok(start <= version);
    });

    it('keeps events until they are acknowledged', async () => {
      const rig = createRig(database);
      await rig.connect('account', { feedStartDate: '2026-01-01' });
      await rig.outbox.start();
      await rig.push([line('a')]);
      await rig.until(delivered(rig, 1));
      const own = async (after?: string) =>
        (await rig.outbox.events({ after, limit: 1000 })).filter(({ companyId }) => companyId === rig.companyId);
      const all = await own();
      assert.deepEqual(all, rig.events);
      const [first] = all;
      assert.ok(first);
      assert.equal((await own(first.id)).length, 1);
      await rig.outbox.acknowledge(first.id);
      assert.deepEqual(await own(), rig.events.slice(1));
      await database.query(
        `insert into event (at, company_id, connection_id, account_id, type, data) values (now(), $1, 'c', 'a', 'newer', '{}')`,
        [rig.companyId],
      );
      assert.equal((await own()).length, 1);
      await rig.outbox.stop();
    });

    it('pauses everybody, and goes on', async () => {
      const rig = createRig(database);
      await rig.connect();
      await rig.outbox.start();
      await rig.outbox.pause(rig.clock.now() + 3_600_000);
      await rig.push([line('a')]);
      await rig.pass(60_000);
      assert.deepEqual([rig.codat.requests.length, (await rig.overview()).waiting?.reason], [0, 'paused']);
      const start = rig.clock.now();
      await rig.outbox.unpause();
      await rig.until(delivered(rig, 1));
      assert.ok(rig.clock.now() - start < 120_000);
      await rig.outbox.stop();
    });

    it('forgets a company', async () => {
      const rig = createRig(database);
      await rig.connect();
      await rig.outbox.start();
      await rig.push([line('a')]);
      await rig.until(delivered(rig, 1));
      await rig.push([line('b')]);
      await rig.outbox.forget(rig.companyId);
      assert.deepEqual(await rig.outbox.overview(rig.companyId), []);
      for (const table of ['feed', 'connection', 'event', 'hint', 'push']) {
        const { rows } = await database.query(`select 1 from ${table} where company_id = $1`, [rig.companyId]);
        assert.equal(rows.length, 0, table);
      }
      await rig.pass(1000);
      assert.equal(rig.codat.requests.length, 1);
      await rig.outbox.stop();
    });
  });
});
