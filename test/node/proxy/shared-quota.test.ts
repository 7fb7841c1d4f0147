/** Two instances on one store keep within Codat's limits together. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createGovernor } from '../../../src/codat/index.ts';
import type { Clock } from '../../../src/outbox/model.ts';
import { silentLog } from '../../../src/proxy/log.ts';
import { createSharedQuota, type SharedQuotaStore } from '../../../src/proxy/shared-quota.ts';
import type { Database } from '../../../src/store/database.ts';
import { forEachStore, openFresh } from '../support/stores.ts';

const noon = Date.parse('2026-06-10T12:00:00Z');
const perMinute = 100;

/** Time that stands still but for `advance`, which ends when what it woke has had its answer of the store. */
const world = (database: Database) => {
  let now = noon;
  let sleepers: { readonly until: number; readonly wake: () => void }[] = [];
  const asked = new Set<Promise<unknown>>();
  let looks = 0;
  const tracked: Database = {
    ...database,
    tx(work, options) {
      looks += 1;
      const answer = database.tx(work, options);
      const ended: Promise<boolean> = answer.then(
        () => asked.delete(ended),
        () => asked.delete(ended),
      );
      asked.add(ended);
      return answer;
    },
  };
  const clock: Clock = {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        sleepers.push({ until: now + ms, wake: resolve });
        signal?.addEventListener('abort', () => resolve(), { once: true });
      }),
  };
  const settle = async (): Promise<void> => {
    await new Promise((resolve) => void setImmediate(resolve));
    while (asked.size > 0) {
      await Promise.all(asked);
      await new Promise((resolve) => void setImmediate(resolve));
    }
  };
  const advance = async (ms: number): Promise<void> => {
    const end = now + ms;
    for (;;) {
      await settle();
      const next = Math.min(...sleepers.map(({ until }) => until));
      if (next > end) break;
      now = Math.max(now, next);
      const due = sleepers.filter(({ until }) => until <= now);
      sleepers = sleepers.filter(({ until }) => until > now);
      for (const { wake } of due) wake();
    }
    now = end;
    await settle();
  };
  return { clock, advance, settle, database: tracked, looks: () => looks };
};

const databases = new Map<Database['kind'], Promise<Database>>();
const opened = (kind: Database['kind']): Promise<Database> => {
  const database = databases.get(kind) ?? openFresh(kind);
  databases.set(kind, database);
  return database;
};

const start = async (t: TestContext, kind: Database['kind'], addresses: readonly string[] = ['', '']) => {
  const database = await opened(kind);
  await database.query(`delete from setting where key = 'codat-quota'`);
  const time = world(database);
  const stores = addresses.map((address) =>
    createSharedQuota({ database: time.database, clock: time.clock, log: silentLog, address, perMinute }),
  );
  t.after(() => Promise.all(stores.map((store) => store.stop())));
  for (const store of stores) store.start();
  await time.settle();
  const [one, other] = stores;
  assert.ok(one && other);
  return { ...time, one, other };
};

/** Sends until it has to wait, or `most` are sent; answers how many. */
const send = async (store: SharedQuotaStore, clock: Clock, most = Infinity): Promise<number> => {
  let sent = 0;
  while (sent < most && (await store.take(clock.now())) === 0) {
    store.release(clock.now());
    sent += 1;
  }
  return sent;
};

forEachStore((kind) => {
  test('two instances send no more in a minute than one may', async (t) => {
    const { one, other, clock, advance } = await start(t, kind);
    const first = [await send(one, clock), await send(other, clock)];
    assert.equal(first[0]! + first[1]!, perMinute);
    let more = 0;
    for (let second = 0; second < 59; second += 1) {
      await advance(1_000);
      if (second % 10 > 0) continue;
      more += (await send(one, clock)) + (await send(other, clock));
    }
    assert.equal(more, 0);
    await advance(1_000);
    // Both want all of it: after a while both get the same, and none of it is left.
    const counts = [0, 0];
    for (let second = 0; second < 360; second += 5) {
      for (const [n, store] of [one, other].entries()) {
        const sent = await send(store, clock);
        if (second >= 240) counts[n]! += sent;
      }
      await advance(5_000);
    }
    assert.deepEqual(counts, [perMinute, perMinute]);
  });

  test('a busy instance has what an idle one does not use, for a look at the row now and then', async (t) => {
    const { one, clock, looks } = await start(t, kind);
    const before = looks();
    assert.equal(await send(one, clock, 99), 99);
    assert.ok(looks() - before <= 8, `${looks() - before} looks`);
    // The rest is kept for the idle one, and asking once is enough.
    const full = looks();
    for (let n = 0; n < 50; n += 1) assert.equal(await send(one, clock), 0);
    assert.ok(looks() - full <= 2, `${looks() - full} looks`);
  });

  test('each address has a minute of its own, and the day is one', async (t) => {
    const { one, other, clock, advance } = await start(t, kind, ['a', 'b']);
    assert.deepEqual([await send(one, clock), await send(other, clock)], [perMinute, perMinute]);
    one.observe({ limit: 2_000, remaining: 51, resetAt: noon + 3_600_000 });
    await advance(65_000);
    let sent = 0;
    for (let second = 0; second < 120; second += 1) {
      for (const store of [one, other]) {
        const now = await send(store, clock);
        sent += now;
        store.observe({ limit: 2_000, remaining: 51 - sent, resetAt: noon + 3_600_000 });
      }
      await advance(1_000);
    }
    assert.equal(sent, 51);
  });

  test('a pause that one was told holds both, and a reset frees both', async (t) => {
    const { one, other, clock, advance, settle } = await start(t, kind);
    one.close(noon + 600_000);
    one.observe({ limit: 2_000, remaining: 0, resetAt: noon + 600_000 });
    // Both look every five seconds at the same moment, whichever comes first: the one tells, then the other hears.
    await advance(10_000);
    assert.equal(other.facts(clock.now()).closedUntil, noon + 600_000);
    assert.equal(other.facts(clock.now()).day?.remaining, 0);
    other.open();
    await settle();
    await advance(5_000);
    for (const store of [one, other]) {
      const { closedUntil, day } = store.facts(clock.now());
      assert.deepEqual([closedUntil, day], [0, undefined]);
    }
    assert.equal(await send(one, clock, 5), 5);
  });

  test('one that ends gives its places back, but for those Codat still counts', async (t) => {
    const { one, other, clock, advance } = await start(t, kind);
    assert.equal(await send(one, clock, 60), 60);
    assert.equal(one.facts(clock.now()).sharedBy, 2);
    await one.stop();
    assert.equal(await send(other, clock), 40);
    assert.equal(other.facts(clock.now()).sharedBy, 1);
    await advance(120_000);
    assert.equal(await send(other, clock), perMinute);
  });

  test('places of one company are divided', async (t) => {
    const { one, other, clock, settle } = await start(t, kind);
    await send(one, clock, 1);
    await settle();
    const running = [0, 0];
    const hang = Promise.withResolvers<void>();
    const governors = [one, other].map((store, n) =>
      createGovernor({ store, clock })(async () => {
        running[n]! += 1;
        await hang.promise;
        return { status: 200, headers: {}, body: new Uint8Array() };
      }),
    );
    const get = { method: 'GET', url: 'http://x/companies/a', headers: {} };
    const all = governors.flatMap((governor) => Array.from({ length: 9 }, () => governor(get)));
    for (let n = 0; n < 20; n += 1) await settle();
    assert.deepEqual(running, [5, 5]);
    hang.resolve();
    await Promise.all(all);
  });

  test('a store that is away stops nobody', async (t) => {
    const database = await opened(kind);
    const time = world(database);
    const store = createSharedQuota({ database: time.database, clock: time.clock, log: silentLog, perMinute });
    await database.close();
    assert.equal(await send(store, time.clock), perMinute);
    await store.stop();
    t.diagnostic('it keeps to the whole minute then, as one that is alone');
  });
});
