/** What the cases of the conformance suite are written with: a ledger, whatever store is behind it. */
import assert from 'node:assert/strict';
import { defaultDurations } from '../../../../src/outbox/durations.ts';
import type { Outcome } from '../../../../src/outbox/decide.ts';
import type { Done, IndexedLine, Lease, Ledger, Publish, Work } from '../../../../src/outbox/ledger-port.ts';
import type { Durations, FeedEvent, FeedFacts, FeedKey } from '../../../../src/outbox/model.ts';
import { lineText } from '../../../../src/outbox/transaction-text.ts';

/** A store under test. */
export interface LedgerStore {
  ledger(publish: Publish, durations: Durations): Ledger;
  /** Every lease runs out, as if its time had passed on the store's own clock. */
  expireLeases(): Promise<void>;
  clear(): Promise<void>;
  close(): Promise<void>;
}

export const start = Date.parse('2026-03-10T12:00:00Z');
export const minute = 60_000;
export const companyId = 'company';

export const key = (accountId = 'account', connectionId = 'connection'): FeedKey => ({
  companyId,
  connectionId,
  accountId,
});

/** `id` or `id@day`; the amount tells two contents of one id apart. */
export const line = (text: string, index = 0, amount = '1.00'): IndexedLine => {
  const [id = '', day = '2026-03-01'] = text.split('@');
  const body = lineText({ id, date: day, amount, balance: '5.00', description: `Line ${id}` });
  return { id, index, day, at: `${day}T00:00:00`, body };
};

export type Sent = Extract<Work, { kind: 'send' }>;

export const createBench = (store: LedgerStore) => {
  const durations = { ...defaultDurations, look: 24 * 60 * minute };
  const events: FeedEvent[] = [];
  const ledger = store.ledger((news) => void events.push(...news.events), durations);
  const bench = {
    store,
    key: key(),
    ledger,
    durations,
    events,
    now: start,
    told: () => events.splice(0).map((event) => (event.type === 'held' ? `held ${event.reason}` : event.type)),
    observe: (facts: Partial<FeedFacts> = {}, of = key()) =>
      ledger.observe(bench.now, of, { platform: 'xero', connection: 'linked', account: 'connected', ...facts }),
    accept: (texts: readonly string[], of: { accountId?: string; connectionId?: string | undefined } = {}) => {
      const address = { companyId, accountId: 'account', connectionId: 'connection', ...of };
      return ledger.accept(
        bench.now,
        address,
        texts.map((text, n) => line(text, n)),
        { dryRun: false },
      );
    },
    /** The lease on the only connection that is due. */
    async claim(): Promise<Lease> {
      bench.now += 1000;
      const leases = await ledger.claim(bench.now, 10);
      assert.equal(leases.length, 1);
      return leases[0]!;
    },
    /** Milliseconds; undefined where nothing is due. A shared store is looked at now and then all the same. */
    async due(): Promise<number | undefined> {
      const due = await ledger.untilDue(bench.now);
      return due === durations.look ? undefined : due;
    },
    step: (lease: Lease, done?: Done, take = true) => ledger.step(lease, done, bench.now, take),
    /** Claims, and takes the batch that is to be sent. */
    async send(): Promise<{ readonly lease: Lease; readonly work: Sent }> {
      const lease = await bench.claim();
      const work = await bench.step(lease);
      assert.equal(work.kind, 'send');
      assert.ok(work.kind === 'send');
      return { lease, work };
    },
    done: ({ push }: Sent, outcome: Outcome): Done => ({
      companyId,
      pushId: push.id,
      attempt: push.state.attempts,
      outcome,
    }),
    /** Sends what waits, and ends it in this way; answers the push. */
    async deliver(outcome: Outcome): Promise<Sent> {
      const { lease, work } = await bench.send();
      assert.deepEqual(await bench.step(lease, bench.done(work, outcome)), { kind: 'idle' });
      return work;
    },
    async overview(accountId = 'account', connectionId: string | undefined = 'connection') {
      const all = await ledger.overview(companyId, 'UTC', bench.now);
      const found = all.find((feed) => feed.accountId === accountId && feed.connectionId === connectionId);
      assert.ok(found, `no feed of ${accountId}`);
      return found;
    },
    async counts(accountId = 'account', connectionId: string | undefined = 'connection') {
      const { counts, waiting, held } = await bench.overview(accountId, connectionId);
      const { delivered, waiting: waits, held: holds } = counts;
      return [delivered, waits, holds, waiting?.reason ?? held?.reason];
    },
    ids: (work: Work): string[] =>
      work.kind === 'send' ? [...work.body.matchAll(/"id":"([^"]+)"/g)].map(([, id = '']) => id) : [],
  };
  return bench;
};
export type Bench = ReturnType<typeof createBench>;

type Of<Kind extends Outcome['kind']> = Extract<Outcome, { kind: Kind }>;

export const success: Of<'success'> = { kind: 'success', operationKey: 'operation-1' };
export const pending = (operationKey = 'operation-1'): Outcome => ({ kind: 'pending', operationKey });
export const refused: Of<'stop'> = {
  kind: 'stop',
  state: 'failed',
  reason: 'refused',
  message: 'not valid',
  errors: [{ itemId: 'a', message: 'bad line' }],
};
export const timedOut: Of<'stop'> = {
  kind: 'stop',
  state: 'timed-out',
  reason: 'timed-out',
  message: 'look there',
  errors: [],
  operationKey: 'operation-1',
};
