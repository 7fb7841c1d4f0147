import assert from 'node:assert/strict';
import { after, before, beforeEach } from 'node:test';
import type { Durations, FeedEvent, FeedFacts, FeedKey, TransactionInput } from '../../../../src/outbox/model.ts';
import { createOutbox, type Change, type OutboxOptions } from '../../../../src/outbox/outbox.ts';
import type { Database, Queryable, TxOptions } from '../../../../src/store/database.ts';
import { forEachStore, openFresh, type StoreKind } from '../../support/stores.ts';
import { CodatPort } from './codat-port.ts';
import { TestClock } from './test-clock.ts';

/** A database that knows whether it is busy, so that time only moves when nothing else does. */
class WatchedDatabase implements Database {
  busy = 0;
  readonly #inner: Database;
  readonly #waiting: (() => void)[] = [];
  constructor(inner: Database) {
    this.#inner = inner;
  }
  get kind() {
    return this.#inner.kind;
  }
  async #watch<Result>(work: () => Promise<Result>): Promise<Result> {
    this.busy += 1;
    try {
      return await work();
    } finally {
      this.busy -= 1;
      if (this.busy === 0) for (const wake of this.#waiting.splice(0)) wake();
    }
  }
  /** Resolves when nothing runs; a loop that looks would take the server's share of the processor. */
  quiet(): Promise<void> {
    return this.busy === 0 ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as in the interface it implements
  query<Row>(sql: string, params?: readonly unknown[]) {
    return this.#watch(() => this.#inner.query<Row>(sql, params));
  }
  tx<Result>(work: (tx: Queryable) => Promise<Result>, options?: TxOptions) {
    return this.#watch(() => this.#inner.tx(work, options));
  }
  close() {
    return this.#inner.close();
  }
}

/** One store of each kind for a test file; companies keep the tests apart. */
export const openTestDatabase = async (kind: StoreKind) => watched(await openFresh(kind));
export const watched = (database: Database) => new WatchedDatabase(database);
export type TestDatabase = Awaited<ReturnType<typeof openTestDatabase>>;

/** Every outbox serves every company of its store: what an earlier test left behind would be sent by the next one. */
export const clear = async (database: Database): Promise<void> => {
  await database.query('truncate connection, feed, txn, push, gate, event, hint, setting');
};

/** The store of the tests in `onEmptyStores`. */
export let database: TestDatabase;

/** The same tests on each store, which is empty before each of them. */
export const onEmptyStores = (tests: (kind: StoreKind) => void): void =>
  forEachStore((kind) => {
    before(async () => {
      database = await openTestDatabase(kind);
    });
    after(() => database.close());
    beforeEach(() => clear(database));
    tests(kind);
  });

export const connected: FeedFacts = { platform: 'xero', connection: 'linked', account: 'connected' };

let companies = 0;

export type RigOptions = Partial<Omit<OutboxOptions, 'durations'>> & { readonly durations?: Partial<Durations> };

/** An outbox with its own clock, its own company and its own Codat, on a shared store. */
export const createRig = (database: TestDatabase, options: RigOptions = {}) => {
  companies += 1;
  const companyId = `company-${companies}`;
  const clock = new TestClock();
  const codat = new CodatPort(clock);
  const events: FeedEvent[] = [];
  const changes: Change[] = [];
  const logged: string[] = [];
  const make = () =>
    createOutbox({
      database,
      upstream: codat,
      clock,
      timeZone: () => 'UTC',
      log: (level, message) => logged.push(`${level}: ${message}`),
      onEvent: (event) => events.push(event),
      onChange: (change) => changes.push(change),
      ...options,
      // There are no other instances, and hours of virtual time.
      durations: { look: 3_600_000, ...options.durations },
    });
  let outbox = make();
  let webhooks = 0;
  const useWebhooks = (): void => {
    codat.webhook = (company, key) => {
      webhooks += 1;
      void outbox.operationChanged(company, key).finally(() => (webhooks -= 1));
    };
  };
  useWebhooks();

  const idle = async (): Promise<void> => {
    for (let quiet = 0; quiet < 4;) {
      await database.quiet();
      await new Promise((resolve) => setImmediate(resolve));
      quiet = database.busy === 0 && webhooks === 0 ? quiet + 1 : 0;
    }
  };
  return {
    companyId,
    clock,
    codat,
    events,
    changes,
    logged,
    database,
    useWebhooks,
    idle,
    get outbox() {
      return outbox;
    },
    /** Another process on the same store. */
    replace() {
      outbox = make();
      return outbox;
    },
    key: (accountId = 'account', connectionId = 'connection'): FeedKey => ({ companyId, connectionId, accountId }),
    connect(accountId = 'account', facts: Partial<FeedFacts> = {}, connectionId = 'connection') {
      return outbox.observe({ companyId, connectionId, accountId }, { ...connected, ...facts });
    },
    push: (transactions: readonly unknown[], accountId = 'account', connectionId: string | undefined = 'connection') =>
      outbox.accept({ companyId, accountId, connectionId }, transactions),
    async overview(accountId = 'account') {
      const found = (await outbox.overview(companyId)).find((feed) => feed.accountId === accountId);
      assert.ok(found, `no feed of ${accountId}`);
      return found;
    },
    /** Lets time pass from sleeper to sleeper until `done`; fails after three hours of it. */
    async until(done: () => boolean | Promise<boolean>): Promise<void> {
      const limit = clock.now() + 3 * 3_600_000;
      for (;;) {
        await idle();
        if (await done()) return;
        assert.ok(clock.now() < limit, `not reached; log:\n${logged.join('\n')}`);
        assert.ok(clock.advanceToNext(), 'nobody sleeps, nothing will happen');
      }
    },
    /** Stops at once: a request under way is cut off, as by a process that ends. */
    async cut(): Promise<void> {
      const stopped = outbox.stop(0);
      await idle();
      clock.advance(0);
      await stopped;
    },
    /** Lets this much time pass, from sleeper to sleeper. */
    async pass(ms: number): Promise<void> {
      const end = clock.now() + ms;
      await idle();
      while (clock.now() < end) {
        clock.advance(Math.min(clock.untilNext(), end - clock.now()));
        await idle();
      }
    },
  };
};
export type Rig = ReturnType<typeof createRig>;

/** A connected feed with its outbox running. */
export const startRig = async (on: TestDatabase, options?: RigOptions): Promise<Rig> => {
  const rig = createRig(on, options);
  await rig.connect();
  await rig.outbox.start();
  return rig;
};

/** Another process takes over after this time; nobody polls meanwhile. One round of upkeep runs. */
export const later = async (rig: Rig, ms: number): Promise<void> => {
  await rig.outbox.stop();
  rig.clock.advance(ms);
  await rig.replace().start();
  await rig.pass(1000);
};

export const delivered = (rig: Rig, count: number, account?: string) => async (): Promise<boolean> =>
  (await rig.overview(account)).counts.delivered === count;
export const held = (rig: Rig) => async (): Promise<boolean> => (await rig.overview()).held !== undefined;
export const keys = (rig: Rig): string[] => rig.codat.requests.map(({ idempotencyKey }) => idempotencyKey);
export const eventTypes = (rig: Rig): string[] => rig.events.map(({ type }) => type);

/** What a person is shown first. */
export const heldFirst = async (rig: Rig) => {
  const { items } = await rig.outbox.held({ companyId: rig.companyId });
  const [first] = items;
  assert.ok(first, 'nothing is held');
  return first;
};

export const line = (id: string, date = '2026-03-01', fields: Partial<TransactionInput> = {}): TransactionInput => ({
  id,
  date,
  amount: '-12.50',
  balance: '100.00',
  ...fields,
});
export const lines = (count: number, prefix = 'line', date = '2026-03-01'): TransactionInput[] =>
  Array.from({ length: count }, (_, n) => line(`${prefix}-${String(n).padStart(5, '0')}`, date));
