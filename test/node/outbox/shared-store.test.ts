/** What only a store can meet that several instances share. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { systemClock } from '../../../src/outbox/durations.ts';
import type { Change } from '../../../src/outbox/model.ts';
import { createOutbox, type Outbox } from '../../../src/outbox/outbox.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { administer, freshUrl } from '../support/stores.ts';
import { CodatPort, type Fault } from './support/codat-port.ts';
import { endedOrWaiting } from './support/locks.ts';
import { clear, connected, createRig, line, lines, openTestDatabase, type TestDatabase } from './support/rig.ts';

/** Everything happens soon, so that a few seconds see many turns. */
const quick = {
  lease: 1000,
  heartbeat: 200,
  sendWindow: 400,
  linger: 1,
  quietWindow: 50,
  pollFirst: 50,
  pollMax: 100,
  sweep: 200,
  look: 20,
  retryFirst: 5,
  retryMax: 40,
};

describe('a shared store', () => {
  let database: TestDatabase;
  before(async () => {
    database = await openTestDatabase('postgres');
  });
  after(() => database.close());
  beforeEach(() => clear(database));

  /** A transaction that has begun, and ends when told to. */
  const underWay = async (statement: string, params: readonly unknown[] = []) => {
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    let begun: () => void = () => undefined;
    const started = new Promise<void>((resolve) => (begun = resolve));
    const done = database.tx(async (tx) => {
      await tx.query(statement, params);
      begun();
      await ended;
    });
    await started;
    return () => {
      end();
      return done;
    };
  };

  it('passes over no change that is committed after a younger one', async () => {
    const rig = createRig(database);
    const { version: start } = await rig.outbox.changesSince(Number.MAX_SAFE_INTEGER);
    const commitOlder = await underWay(
      `insert into hint (company_id, connection_id, account_id, version)
       values ($1, 'connection', 'older', pg_current_xact_id()::text::bigint)`,
      [rig.companyId],
    );
    await rig.connect('younger');
    const accounts = (changes: readonly Change[]) => changes.map(({ accountId }) => accountId);
    const first = await rig.outbox.changesSince(start, rig.companyId);
    assert.deepEqual(accounts(first.changes), ['younger']);
    await commitOlder();
    const second = await rig.outbox.changesSince(first.version, rig.companyId);
    assert.deepEqual(accounts(second.changes), ['older', 'younger']);
  });

  it('takes lines in as its software was when they were stored, not when they began to wait for the feed', async () => {
    const rig = createRig(database);
    await rig.connect('account', { platform: undefined, connection: 'pending', account: 'pending' });
    const commitFact = await underWay(
      `with f as (update feed set account_status = 'connected' where company_id = $1)
       update connection set status = 'linked', platform = 'xero' where company_id = $1`,
      [rig.companyId],
    );
    const taken = rig.push([line('a')]);
    assert.equal(await endedOrWaiting(database, taken), false);
    await commitFact();
    assert.equal((await taken).waiting, undefined);
  });

  for (const first of ['accept', 'observe'] as const)
    it(`leaves no line parked that comes while its account connects, where the one to begin is ${first}`, async () => {
      let release: () => void = () => undefined;
      const held = new Promise<void>((resolve) => (release = resolve));
      let reached: () => void = () => undefined;
      const there = new Promise<void>((resolve) => (reached = resolve));
      const rig = createRig(database, {
        async probe(point) {
          if (point !== `in-${first}-before-commit`) return;
          reached();
          await held;
        },
      });
      const address = { companyId: rig.companyId, accountId: 'account' };
      const work = { accept: () => rig.outbox.accept(address, lines(3)), observe: () => rig.connect() };
      const begun = work[first]();
      await there;
      const other = work[first === 'accept' ? 'observe' : 'accept']();
      await endedOrWaiting(database, other);
      release();
      await Promise.all([begun, other]);
      const feeds = await rig.outbox.overview(rig.companyId);
      assert.deepEqual(
        feeds.map(({ connectionId, counts }) => [connectionId, counts.waiting]),
        [['connection', 3]],
      );
    });

  it('goes on within seconds when its server is back', async (t) => {
    const url = await freshUrl();
    const opened = await openDatabase({ url });
    const codat = new CodatPort(systemClock);
    const logged: string[] = [];
    const outbox = createOutbox({
      database: opened,
      upstream: codat,
      timeZone: () => 'UTC',
      durations: { look: 20, linger: 1 },
      log: (_level, message) => logged.push(message),
    });
    t.after(async () => {
      await outbox.stop();
      await opened.close();
    });
    const address = { companyId: 'company', connectionId: 'connection', accountId: 'account' };
    await outbox.observe(address, connected);
    await outbox.start();
    const name = new URL(url).pathname.slice(1);
    await administer(`alter database ${name} with allow_connections false`);
    await administer(`select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = '${name}'`);
    await assert.rejects(outbox.accept(address, [line('a')]));
    while (!logged.some((message) => message.includes('the store could not be used'))) await systemClock.sleep(5);
    await administer(`alter database ${name} with allow_connections true`);
    // By another instance, so that nothing but its own looking wakes the sender.
    const other = await openDatabase({ url });
    t.after(() => other.close());
    await createOutbox({ database: other, upstream: codat }).accept(address, [line('b')]);
    const back = Date.now();
    while (codat.ids().length === 0) await systemClock.sleep(5);
    assert.ok(Date.now() - back < 10_000);
    assert.deepEqual(codat.ids(), ['b']);
  });

  it('has every line delivered once and in order by several instances, whatever fails between them', async (t) => {
    const url = await freshUrl();
    const codat = new CodatPort(systemClock);
    codat.postMs = 2;
    codat.pushMs = 5;
    const faults: readonly Fault[] = [
      'lost-reply',
      'not-sent',
      '503-with-effect',
      'lost-request',
      '503-without-effect',
    ];
    for (let n = 0; n < 40; n += 1) codat.faults.push(faults[n % faults.length] ?? 'throws');
    const instances = await Promise.all(
      Array.from({ length: 3 }, async () => {
        const opened = await openDatabase({ url, connections: 5 });
        const outbox = createOutbox({ database: opened, upstream: codat, timeZone: () => 'UTC', durations: quick });
        t.after(async () => {
          await outbox.stop();
          await opened.close();
        });
        return outbox;
      }),
    );
    let turn = 0;
    const next = (): Outbox => {
      turn += 1;
      return instances[turn % 3] ?? assert.fail();
    };
    codat.webhook = (company, key) => void next().operationChanged(company, key);
    const addresses = ['one', 'two'].flatMap((connectionId) =>
      ['a', 'b', 'c'].map((name) => ({ companyId: 'company', connectionId, accountId: `${connectionId} ${name}` })),
    );
    const facts = (connection: 'linked' | 'unlinked', connectionId: string) =>
      Promise.all(
        addresses
          .filter((address) => address.connectionId === connectionId)
          .map((address) => next().observe(address, { ...connected, platform: 'sage', connection })),
      );
    await facts('linked', 'one');
    await facts('linked', 'two');
    for (const outbox of instances) await outbox.start();

    const expected = new Map<string, string[]>();
    const handOver = async (address: (typeof addresses)[number]): Promise<void> => {
      const ids: string[] = [];
      expected.set(address.accountId, ids);
      for (let day = 1; day <= 15; day += 1) {
        const batch = lines(4, `${address.accountId} ${day}`, `2026-03-${String(day).padStart(2, '0')}`);
        ids.push(...batch.map(({ id }) => id));
        // The host is not sure whether it was heard, and asks another instance too.
        const answers = await Promise.all([next().accept(address, batch), next().accept(address, batch)]);
        assert.equal(answers[0].accepted + answers[1].accepted, 4);
      }
    };
    const flap = async (): Promise<void> => {
      for (let n = 0; n < 5; n += 1) {
        await facts('unlinked', 'two');
        await facts('linked', 'two');
      }
    };
    await Promise.all([...addresses.map(handOver), flap()]);
    for (;;) {
      const feeds = await next().overview('company');
      if (feeds.every(({ counts }) => counts.delivered === 60)) break;
      assert.ok(
        feeds.every(({ held }) => held === undefined),
        JSON.stringify(feeds),
      );
      await systemClock.sleep(20);
    }
    for (const { accountId } of addresses) assert.deepEqual(codat.ids(accountId), expected.get(accountId));
  });
});
