import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OutboxError } from '../../../src/outbox/outbox.ts';
import { checkCounts } from './support/counts.ts';
import { type Rig, createRig, database, delivered, line, onEmptyStores } from './support/rig.ts';

const issuesOf = ({ issues }: { readonly issues: readonly { index: number; code: string }[] }): string[] =>
  issues.map(({ index, code }) => `${index} ${code}`);
const countsOf = async (rig: Rig, account?: string) => (await rig.overview(account)).counts;

onEmptyStores(() => {
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

    it('knows a stored line again where rules refuse it by now, or Codat told the software only later', async () => {
      const rig = createRig(database);
      await rig.connect('account', { platform: undefined });
      const bare = line('bare', '2026-03-01', { balance: undefined });
      assert.equal((await rig.push([line('a'), bare])).accepted, 2);
      await rig.connect();
      rig.clock.advance(400 * 86_400_000);
      const again = await rig.push([line('a'), line('b'), bare, line('a', '2026-03-01', { amount: '1.00' })]);
      assert.deepEqual([again.accepted, again.duplicates, again.refused], [0, 2, 2]);
      assert.deepEqual(issuesOf(again), ['1 too_old', '3 too_old']);
      await checkCounts(rig);
      // With no word from Codat, and no connection named.
      const unnamed = await rig.outbox.accept({ companyId: rig.companyId, accountId: 'account' }, [line('c')]);
      assert.deepEqual(issuesOf(unnamed), ['0 too_old']);
      assert.equal((await rig.push([line('f', '2999-01-01')], 'nobody')).refused, 1);
      assert.deepEqual(await rig.outbox.feedKeys(rig.companyId), [rig.key()]);
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
