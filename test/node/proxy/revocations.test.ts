/** What one instance revokes, as another one on the same store comes to know it. */
import assert from 'node:assert/strict';
import { after, test, type TestContext } from 'node:test';
import type { Clock } from '../../../src/outbox/model.ts';
import { silentLog } from '../../../src/proxy/log.ts';
import { createRevocations } from '../../../src/proxy/revocations.ts';
import type { Database } from '../../../src/store/database.ts';
import { openFresh } from '../support/stores.ts';

const longest = 9 * 3_600_000;
const database = await openFresh('postgres');
after(() => database.close());

/** Sleeps until the test wants the next look at the store. */
class Rounds implements Clock {
  at = Date.UTC(2026, 2, 1, 12);
  #asleep = Promise.withResolvers<void>();
  #wake: () => void = () => undefined;

  now = (): number => this.at;
  sleep = (_ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      this.#wake = resolve;
      signal?.addEventListener('abort', () => resolve());
      this.#asleep.resolve();
    });

  async next(): Promise<void> {
    await this.#asleep.promise;
    this.#asleep = Promise.withResolvers();
    this.#wake();
    await this.#asleep.promise;
  }
}

/** An instance that looks when it is told to. */
const startInstance = async (t: TestContext, store: Database = database, settledAfter?: number) => {
  const clock = new Rounds();
  const revocations = createRevocations({
    database: store,
    clock,
    interval: 1,
    longest,
    log: silentLog,
    settledAfter,
  });
  await revocations.start();
  t.after(() => revocations.stop());
  const isOver = (sessionId: string): boolean =>
    revocations.has({ companyId: 'company', sessionId, tokenId: 'token', issuedAt: clock.at });
  return { clock, revocations, isOver };
};

test('what was revoked while an instance could not read for long, it learns with the next read', async (t) => {
  let isAway = false;
  const failing: Database = {
    ...database,
    query: (sql, params) => (isAway ? Promise.reject(new Error('The server is away.')) : database.query(sql, params)),
  };
  // What is added counts as committed at once, or this would take a minute.
  const other = await startInstance(t, failing, 0);
  const { revocations } = await startInstance(t);
  isAway = true;
  await revocations.add({ sessionId: 'meanwhile' });
  // By the server's time longer than what the last look but one would reach back.
  await database.query('select pg_sleep(0.02)');
  await other.clock.next();
  assert.equal(other.isOver('meanwhile'), false);
  isAway = false;
  await other.clock.next();
  assert.equal(other.isOver('meanwhile'), true);
});

test('what was committed after a later one is not missed', async (t) => {
  const other = await startInstance(t);
  const { revocations } = await startInstance(t);
  const written = Promise.withResolvers<void>();
  const read = Promise.withResolvers<void>();
  const slow = database.tx(async (tx) => {
    await tx.query(`insert into revocation (kind, id, at) values ('session', 'slow', $1::bigint)`, [other.clock.at]);
    written.resolve();
    await read.promise;
  });
  await written.promise;
  await revocations.add({ sessionId: 'quick' });
  await other.clock.next();
  assert.deepEqual([other.isOver('quick'), other.isOver('slow')], [true, false]);
  read.resolve();
  await slow;
  await other.clock.next();
  assert.equal(other.isOver('slow'), true);
});

test('a server that takes over with a clock that is behind hides nothing', async (t) => {
  let ahead = 3600;
  const moved: Database = {
    ...database,
    query: (sql, params) =>
      database.query(sql.replace('clock_timestamp()', `clock_timestamp() + interval '${ahead} seconds'`), params),
  };
  const other = await startInstance(t, moved, 0);
  const { revocations } = await startInstance(t);
  ahead = 0;
  await revocations.add({ sessionId: 'after the change' });
  await other.clock.next();
  await other.clock.next();
  assert.equal(other.isOver('after the change'), true);
});

test('what no token can have outlived is forgotten with the next look', async (t) => {
  const { clock, revocations, isOver } = await startInstance(t);
  await revocations.add({ sessionId: 'long ago' });
  clock.at += longest + 1;
  assert.equal(isOver('long ago'), true);
  await clock.next();
  assert.equal(isOver('long ago'), false);
});

test('an instance whose clock is behind does not take back what another one revoked', async (t) => {
  const { clock, revocations } = await startInstance(t);
  const behind = await startInstance(t);
  behind.clock.at -= 5_000;
  const companyId = 'of both';
  await revocations.add({ companyId });
  await behind.revocations.add({ companyId });
  await clock.next();
  const isOver = (asked: typeof revocations): boolean =>
    asked.has({ companyId, sessionId: 'session', tokenId: 'token', issuedAt: clock.at - 1_000 });
  assert.equal(isOver(revocations), true);
  const { revocations: later } = await startInstance(t);
  assert.equal(isOver(later), true);
});
