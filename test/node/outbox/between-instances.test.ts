/** Transactions of two instances in the midst of each other: one has done its work and not yet committed. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { createLedger } from '../../../src/outbox/ledger.ts';
import type { Ledger } from '../../../src/outbox/ledger-port.ts';
import type { Database } from '../../../src/store/database.ts';
import { companyId, createBench, key, line, minute, pending, success, type Bench } from './conformance/bench.ts';
import { sqlStore } from './conformance/sql.ts';
import { endedOrWaiting } from './support/locks.ts';
import { openTestDatabase, type TestDatabase } from './support/rig.ts';

describe('instances of a shared store', () => {
  let database: TestDatabase;
  let bench: Bench;
  before(async () => {
    database = await openTestDatabase('postgres');
  });
  after(() => database.close());
  const underWay: (() => void)[] = [];
  afterEach(() => {
    for (const commit of underWay.splice(0)) commit();
  });
  beforeEach(async () => {
    const store = sqlStore(database);
    await store.clear();
    bench = createBench(store);
  });

  const another = (on: Partial<Database>): Ledger =>
    createLedger(
      {
        kind: database.kind,
        query: (sql, params) => database.query(sql, params),
        tx: (work, options) => database.tx(work, options),
        close: () => Promise.resolve(),
        ...on,
      },
      bench.durations,
      () => undefined,
    );

  /** Another instance, whose transaction has done its work; answers how it commits. */
  const upToCommit = async (work: (ledger: Ledger) => Promise<unknown>): Promise<() => Promise<unknown>> => {
    const [reached, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const done = work(
      another({
        tx: (run, options) =>
          database.tx(async (tx) => {
            const result = await run(tx);
            reached.resolve();
            await held.promise;
            return result;
          }, options),
      }),
    );
    underWay.push(held.resolve);
    await Promise.race([reached.promise, done]);
    return () => {
      held.resolve();
      return done;
    };
  };

  const accept = (ledger: Ledger, accountId: string, ...ids: string[]) =>
    ledger.accept(
      bench.now,
      { companyId, connectionId: 'connection', accountId },
      ids.map((id, n) => line(id, n)),
      { dryRun: false },
    );

  it('wakes the sender for lines that are stored while it gives its lease back', async () => {
    await bench.observe();
    await bench.observe({}, key('other'));
    await bench.accept(['a']);
    const { lease, work } = await bench.send();
    const commit = await upToCommit((ledger) => accept(ledger, 'other', 'b'));
    const released = bench.step(lease, bench.done(work, success));
    await endedOrWaiting(database, released);
    await commit();
    assert.deepEqual(await released, { kind: 'idle' });
    assert.deepEqual(bench.ids(await bench.step(await bench.claim())), ['b']);
  });

  for (const [what, open] of [
    ['the quota is reset', (ledger) => ledger.unpause(bench.now)],
    ['a person goes on', (ledger) => ledger.operating?.resume(bench.now, key())],
  ] as const satisfies readonly (readonly [string, (ledger: Ledger) => Promise<unknown> | undefined])[])
    it(`lets a sender that meets a closed gate go on where ${what} at that moment`, async () => {
      await bench.observe();
      await bench.accept(['a']);
      const lease = await bench.claim();
      if (what === 'a person goes on') {
        const work = await bench.step(lease);
        assert.ok(work.kind === 'send');
        const gate = { scope: 'company', until: bench.now + 60 * minute, reason: 'unauthorized' } as const;
        const refused = { kind: 'new-key', at: bench.now, gate, failed: false } as const;
        assert.deepEqual(await bench.step(lease, bench.done(work, refused)), { kind: 'idle' });
        await bench.accept(['b']);
        await database.query('update connection set wake_at = $1::timestamptz', [new Date(bench.now).toISOString()]);
      } else await bench.ledger.pause(bench.now + 60 * minute);
      const again = what === 'a person goes on' ? await bench.claim() : lease;
      const commit = await upToCommit(async (ledger) => open(ledger));
      const met = bench.step(again);
      // Else it would give its lease back until the gate's old end, past whoever wakes those who wait for it.
      assert.equal(await endedOrWaiting(database, met), false);
      await commit();
      assert.equal((await met).kind, 'send');
    });

  it('sweeps past a feed that is being worked on: that may take minutes, and nobody would send meanwhile', async () => {
    await bench.observe();
    await bench.observe({}, key('other', 'two'));
    await bench.accept(['a']);
    await bench.accept(['b'], { accountId: 'other', connectionId: 'two' });
    await database.query('update feed set due_at = null');
    await database.query('update connection set wake_at = null');
    const commit = await upToCommit((ledger) => accept(ledger, 'account', 'c'));
    const swept = bench.ledger.sweep(bench.now);
    const ended = await endedOrWaiting(database, swept);
    await commit();
    await swept;
    assert.ok(ended);
    const leases = await bench.ledger.claim(bench.now, 10);
    assert.deepEqual(
      leases.map(({ connectionId }) => connectionId),
      ['two'],
    );
  });

  it('acknowledges no event that the host was not told of, though its number is smaller', async () => {
    const facts = { platform: 'xero', connection: 'linked', account: 'connected' } as const;
    const of = (name: string) => ({ ...key(name), companyId: name });
    const commit = await upToCommit((ledger) => ledger.observe(bench.now, of('slow'), facts));
    await bench.ledger.observe(bench.now, of('fast'), facts);
    const told = await bench.ledger.events(undefined, 10);
    assert.deepEqual(
      told.map((event) => event.companyId),
      ['fast'],
    );
    await commit();
    await bench.ledger.acknowledge(told[0]?.id ?? '', bench.now);
    assert.deepEqual(
      (await bench.ledger.events(undefined, 10)).map((event) => event.companyId),
      ['slow'],
    );
  });

  it('forgets a company without leaving lines behind that came for a new account meanwhile', async () => {
    await bench.observe();
    await bench.accept(['a']);
    const between = another({
      tx: (run, options) =>
        database.tx(
          (tx) =>
            run({
              async query(sql, params) {
                const result = await tx.query<never>(sql, params);
                if (sql.startsWith('delete from txn')) await accept(bench.ledger, 'new', 'b');
                return result;
              },
            }),
          options,
        ),
    });
    await between.forget(bench.now, companyId);
    const left = `select count(*)::integer as lines, count(f.id)::integer as fed
      from txn t left join feed f on f.id = t.feed_id`;
    const { rows } = await database.query<{ lines: number; fed: number }>(left);
    assert.equal(rows[0]?.fed, rows[0]?.lines);
  });

  for (const outcome of [
    pending(),
    {
      kind: 'new-key',
      at: 0,
      failed: false,
      gate: { scope: 'company', until: 5 * minute, reason: 'unauthorized' },
    },
  ] as const)
    it(`keeps a restored store from sending although a request that was under way was answered: ${outcome.kind}`, async () => {
      await bench.observe();
      await bench.accept(['a']);
      const { lease, work } = await bench.send();
      await bench.ledger.operating?.holdRestored(bench.now);
      await bench.step(lease, bench.done(work, outcome));
      const restored = await bench.ledger.operating?.restored();
      assert.deepEqual(
        restored?.map((company) => company.companyId),
        [companyId],
      );
    });
});
