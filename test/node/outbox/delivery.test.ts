import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { fc } from '../support/fast-check.ts';
import type { Fault } from './support/codat-port.ts';
import { clear, createRig, line, lines, openTestDatabase, type Rig, type TestDatabase } from './support/rig.ts';
import { forEachStore } from '../support/stores.ts';

let database: TestDatabase;

const minute = 60_000;
const delivered = (rig: Rig, count: number) => () => rig.overview().then(({ counts }) => counts.delivered === count);
const held = (rig: Rig) => () => rig.overview().then((feed) => feed.held !== undefined);
const eventTypes = (rig: Rig): string[] => rig.events.map(({ type }) => type);
const keys = (rig: Rig): string[] => rig.codat.requests.map(({ idempotencyKey }) => idempotencyKey);

/** A connected feed with its outbox running. */
const running = async (options: Parameters<typeof createRig>[1] = {}): Promise<Rig> => {
  const rig = createRig(database, options);
  await rig.connect();
  await rig.outbox.start();
  return rig;
};

forEachStore((kind) => {
  before(async () => {
    database = await openTestDatabase(kind);
  });
  after(() => database.close());
  beforeEach(() => clear(database));

  describe('delivery', () => {
    it('carries 2,500 lines through in order, in batches of 1,000, one at a time', async () => {
      const rig = await running();
      const input = lines(2500);
      const answer = await rig.push(input);
      const plain = { accepted: 2500, duplicates: 0, held: 0, skipped: 0, refused: 0, waiting: undefined, issues: [] };
      assert.deepEqual(answer, plain);
      await rig.until(delivered(rig, 2500));
      assert.deepEqual(
        rig.codat.ids(),
        input.map(({ id }) => id),
      );
      assert.deepEqual(
        rig.codat.landed.map(({ ids }) => ids.length),
        [1000, 1000, 500],
      );
      assert.equal(new Set(keys(rig)).size, 3);
      assert.deepEqual(eventTypes(rig), ['account-connected', 'delivered', 'delivered', 'delivered']);
      const { items, more } = await rig.outbox.pushes(rig.key(), { limit: 2 });
      assert.ok(more);
      assert.deepEqual(
        items.map(({ status, lines: count, firstDate }) => [status, count, firstDate]),
        [
          ['delivered', 500, '2026-03-01'],
          ['delivered', 1000, '2026-03-01'],
        ],
      );
      const { lastDelivery, days, counts, waiting, held: none } = await rig.overview();
      assert.deepEqual(counts, { delivered: 2500, waiting: 0, held: 0 });
      assert.deepEqual([waiting, none, lastDelivery?.lines], [undefined, undefined, 500]);
      assert.deepEqual(days, [{ date: '2026-03-10', delivered: 2500, held: 0 }]);
      await rig.outbox.stop();
    });

    it('orders by local date-time, then by arrival, whatever the cutting', async () => {
      const rig = await running({ durations: { linger: 0 } });
      const times = [
        '2026-03-01',
        '2026-03-01T00:00:00',
        '2026-03-01T00:00:00.5',
        '2026-03-02T10:00',
        '2026-03-02T09:59:59',
      ];
      let run = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(fc.constantFrom(...times), { minLength: 1, maxLength: 40 }), async (dates) => {
          run += 1;
          const account = `ordered-${run}`;
          await rig.connect(account);
          await rig.push(
            dates.map((date, n) => line(`l${n}`, date)),
            account,
          );
          await rig.until(async () => (await rig.overview(account)).counts.delivered === dates.length);
          const rank = (date: string) =>
            ['2026-03-01T00:00:00', '2026-03-01T00:00:00.5', '2026-03-02T09:59:59', '2026-03-02T10:00'].indexOf(
              date === '2026-03-01' ? '2026-03-01T00:00:00' : date,
            );
          const expected = dates
            .map((date, n) => ({ id: `l${n}`, n, rank: rank(date) }))
            .toSorted((one, other) => one.rank - other.rank || one.n - other.n)
            .map(({ id }) => id);
          assert.deepEqual(rig.codat.ids(account), expected);
        }),
        { numRuns: 15 },
      );
      await rig.outbox.stop();
    });

    it('lets small pushes wait a moment for company', async () => {
      const rig = await running();
      await rig.push([line('a')]);
      await rig.push([line('b')]);
      await rig.until(delivered(rig, 2));
      assert.equal(rig.codat.requests.length, 1);
      await rig.outbox.stop();
    });

    it('sends the same money, digit by digit', async () => {
      const rig = await running();
      const amount = '-123456789012345678901234567890.10';
      await rig.push([line('a', '2026-03-01', { amount, balance: '0.10' })]);
      await rig.until(delivered(rig, 1));
      assert.equal(
        rig.codat.landed[0]?.body,
        `{"accountId":"account","transactions":[{"amount":${amount},"balance":0.10,"id":"a","date":"2026-03-01"}]}`,
      );
      await rig.outbox.stop();
    });

    it('serves the accounts of a connection in turn, one unanswered request at a time', async () => {
      const rig = await running();
      await rig.connect('other');
      await rig.push(lines(2000, 'a'), 'account');
      await rig.push(lines(2000, 'b'), 'other');
      rig.codat.pushMs = 10;
      await rig.until(async () => (await rig.overview('other')).counts.delivered === 2000);
      await rig.until(delivered(rig, 2000));
      assert.deepEqual(
        rig.codat.requests.map(({ accountId }) => accountId),
        ['account', 'other', 'account', 'other'],
      );
      await rig.outbox.stop();
    });

    it('finishes by polling where webhooks are lost, and reads at once where one comes before the answer', async () => {
      const rig = await running();
      rig.codat.webhook = undefined;
      rig.codat.pushMs = 30_000;
      await rig.push([line('a')]);
      await rig.until(delivered(rig, 1));
      assert.ok(rig.codat.gets >= 3 && rig.codat.gets <= 6, String(rig.codat.gets));

      await rig.outbox.stop();

      // The operation is known to the webhook, the answer of the request not yet here.
      const hasty = await running();
      hasty.codat.webhook = undefined;
      const create = hasty.codat.create.bind(hasty.codat);
      hasty.codat.create = async (request) => {
        const answer = await create(request);
        assert.ok(answer.kind === 'accepted');
        hasty.codat.setOperation(hasty.companyId, { ...answer.operation, status: 'success' });
        await hasty.outbox.operationChanged(hasty.companyId, answer.operation.key);
        return answer;
      };
      await hasty.push([line('a')]);
      const start = hasty.clock.now();
      await hasty.until(delivered(hasty, 1));
      assert.ok(hasty.clock.now() - start < 1000);
      await hasty.outbox.stop();
    });

    it('goes on after polls that fail or find nothing', async () => {
      const rig = await running();
      rig.codat.webhook = undefined;
      rig.codat.getFails = true;
      await rig.push([line('a')]);
      await rig.until(() => rig.codat.gets >= 2);
      rig.codat.getFails = false;
      const [key = ''] = rig.codat.operations.keys();
      const kept = rig.codat.operations.get(key);
      rig.codat.operations.delete(key);
      await rig.until(() => rig.logged.some((text) => text.includes('does not know')));
      if (kept) rig.codat.operations.set(key, kept);
      await rig.until(delivered(rig, 1));
      await rig.outbox.stop();
    });
  });

  describe('faults', () => {
    for (const fault of ['lost-request', 'lost-reply', 'in-progress', 'throws'] as const satisfies readonly Fault[]) {
      it(`${fault}: the same key and the same bytes again`, async () => {
        const rig = await running();
        rig.codat.faults.push(fault);
        await rig.push([line('a')]);
        await rig.until(delivered(rig, 1));
        assert.deepEqual(rig.codat.ids(), ['a']);
        assert.equal(new Set(keys(rig)).size, 1);
        assert.equal(new Set(rig.codat.requests.map(({ body }) => body)).size, 1);
        assert.equal(rig.codat.requests.length, 2);
        await rig.outbox.stop();
      });
    }

    it('not sent: sealed as before, again soon', async () => {
      const rig = await running();
      rig.codat.faults.push('not-sent', 'not-sent');
      await rig.push([line('a')]);
      await rig.until(delivered(rig, 1));
      assert.equal(new Set(keys(rig)).size, 1);
      await rig.outbox.stop();
    });

    it('429: nobody sends before Retry-After, and the push keeps its key', async () => {
      const rig = await running();
      rig.codat.faults.push('throttled');
      await rig.push([line('a')]);
      await rig.until(() => rig.codat.requests.length === 1);
      await rig.pass(1000);
      assert.equal((await rig.overview()).waiting?.reason, 'paused');
      await rig.connect('other');
      assert.equal((await rig.push([line('z')], 'other')).waiting, 'paused');
      const start = rig.clock.now();
      await rig.until(delivered(rig, 1));
      assert.ok(rig.clock.now() - start >= 28_000);
      await rig.until(async () => (await rig.overview('other')).counts.delivered === 1);
      const own = rig.codat.requests.filter(({ accountId }) => accountId === 'account');
      assert.deepEqual([own.length, new Set(own.map(({ idempotencyKey }) => idempotencyKey)).size], [2, 1]);
      await rig.outbox.stop();
    });

    it('429 after an unanswered attempt: still in doubt, same key', async () => {
      const rig = await running();
      rig.codat.faults.push('lost-reply', 'throttled');
      await rig.push([line('a')]);
      await rig.until(delivered(rig, 1));
      assert.deepEqual([rig.codat.requests.length, new Set(keys(rig)).size, rig.codat.landed.length], [3, 1, 1]);
      await rig.outbox.stop();
    });

    it('5xx without effect: a new key after the quiet window', async () => {
      const rig = await running();
      rig.codat.faults.push('503-without-effect');
      await rig.push([line('a')]);
      const start = rig.clock.now();
      await rig.until(delivered(rig, 1));
      assert.ok(rig.clock.now() - start >= 6 * minute);
      assert.deepEqual([rig.codat.requests.length, new Set(keys(rig)).size, rig.codat.landed.length], [2, 2, 1]);
      const { items } = await rig.outbox.pushes(rig.key(), { limit: 10 });
      assert.deepEqual(
        items.map(({ status }) => status),
        ['delivered'],
      );
      await rig.outbox.stop();
    });

    it('5xx with effect: the operation is found and adopted', async () => {
      const rig = await running();
      rig.codat.faults.push('503-with-effect');
      rig.codat.listFails = true;
      await rig.push([line('a')]);
      await rig.pass(8 * minute);
      rig.codat.listFails = false;
      await rig.until(delivered(rig, 1));
      assert.deepEqual([rig.codat.requests.length, rig.codat.landed.length], [1, 1]);
      await rig.outbox.stop();
    });

    it('two operations that could be ours: the account stops, nothing is guessed', async () => {
      const rig = await running();
      rig.codat.faults.push('503-with-effect');
      await rig.push([line('a')]);
      await rig.until(() => rig.codat.operations.size === 1);
      const [first] = rig.codat.operations.values();
      assert.ok(first);
      rig.codat.setOperation(rig.companyId, { ...first.operation, key: 'stranger' });
      rig.codat.setOperation(rig.companyId, { ...first.operation, key: 'elsewhere', connectionId: 'other' });
      rig.codat.setOperation(rig.companyId, { ...first.operation, key: 'invoice', dataType: 'invoices' });
      await rig.until(held(rig));
      assert.equal((await rig.overview()).held?.reason, 'ambiguous');
      assert.equal(rig.codat.requests.length, 1);
      await rig.outbox.stop();
    });

    it('an outage of two hours: past the key’s life nothing is sent twice', async () => {
      const rig = await running();
      rig.codat.faults.push('lost-reply', ...Array.from({ length: 200 }, () => 'lost-request' as const));
      await rig.push([line('a')]);
      await rig.until(() => rig.codat.landed.length === 1);
      await rig.until(delivered(rig, 1));
      assert.equal(rig.codat.landed.length, 1);
      assert.equal(new Set(keys(rig)).size, 1);
      await rig.outbox.stop();
    });

    it('401: the company rests, no feed fails, and it goes on under a new key', async () => {
      const rig = await running();
      rig.codat.faults.push('unauthorized', 'unauthorized');
      await rig.push([line('a')]);
      await rig.until(() => rig.codat.requests.length === 1);
      await rig.pass(1000);
      const { waiting, held: none } = await rig.overview();
      assert.deepEqual([waiting?.reason, none], ['unauthorized', undefined]);
      await rig.until(delivered(rig, 1));
      assert.equal(new Set(keys(rig)).size, 3);
      assert.deepEqual(eventTypes(rig), ['account-connected', 'held', 'recovered', 'delivered']);
      await rig.outbox.stop();
    });

    it('401 after an unanswered attempt: found by listing, not sent again', async () => {
      const rig = await running();
      rig.codat.honoursKeys = false;
      rig.codat.faults.push('lost-reply', 'unauthorized');
      await rig.push([line('a')]);
      await rig.until(delivered(rig, 1));
      assert.deepEqual([rig.codat.requests.length, rig.codat.landed.length], [2, 1]);
      await rig.outbox.stop();
    });

    it('other 4xx: the account stops and shows Codat’s words; the other accounts go on', async () => {
      const rig = await running();
      await rig.connect('other');
      rig.codat.faults.push('refused');
      await rig.push([line('a'), line('b')]);
      await rig.until(held(rig));
      await rig.push([line('c')]);
      await rig.push([line('d')], 'other');
      await rig.until(async () => (await rig.overview('other')).counts.delivered === 1);
      const { counts, held: why, days } = await rig.overview();
      assert.deepEqual(counts, { delivered: 0, waiting: 0, held: 3 });
      assert.equal(why?.reason, 'refused');
      assert.deepEqual(days, [{ date: '2026-03-10', delivered: 0, held: 2 }]);
      const { items } = await rig.outbox.pushes(rig.key(), { limit: 10 });
      assert.deepEqual(items[0]?.errors, [{ itemId: 'b', message: 'bad line', code: 'refused' }]);
      assert.equal((await rig.push([line('e')])).waiting, 'refused');
      await rig.outbox.stop();
    });

    it('422: our bug, the account stops', async () => {
      const rig = await running();
      rig.codat.faults.push('key-mismatch');
      await rig.push([line('a')]);
      await rig.until(held(rig));
      assert.equal((await rig.overview()).held?.reason, 'fault');
      const { items } = await rig.outbox.pushes(rig.key(), { limit: 10 });
      assert.match(items[0]?.errors[0]?.message ?? '', /Idempotency-Key/);
      await rig.outbox.stop();
    });

    it('Failed with item errors stops, Failed without any and 5xx goes on under a new key', async () => {
      const rig = await running();
      rig.codat.fates.push('failed-transient', 'failed-transient', 'success', 'failed');
      await rig.push([line('a')]);
      await rig.until(delivered(rig, 1));
      assert.equal(new Set(keys(rig)).size, 3);
      await rig.push([line('b')]);
      await rig.until(held(rig));
      assert.equal((await rig.overview()).held?.reason, 'refused');
      await rig.outbox.stop();
    });

    it('TimedOut stops; seen later as written it recovers by itself', async () => {
      const rig = await running();
      rig.codat.fates.push('timed-out-but-written');
      await rig.push([line('a')]);
      await rig.until(held(rig));
      assert.equal((await rig.overview()).held?.reason, 'timed-out');
      await rig.push([line('b')]);
      await rig.pass(minute);
      assert.equal(rig.codat.requests.length, 1);
      const [entry] = rig.codat.operations.values();
      assert.ok(entry);
      await rig.outbox.operationChanged(rig.companyId, entry.operation.key);
      assert.equal((await rig.overview()).held?.reason, 'timed-out');
      rig.codat.setOperation(rig.companyId, { ...entry.operation, status: 'success' });
      await rig.outbox.operationChanged(rig.companyId, entry.operation.key);
      await rig.until(delivered(rig, 2));
      assert.deepEqual(rig.codat.ids(), ['a', 'b']);
      assert.ok(eventTypes(rig).includes('recovered'));
      await rig.outbox.stop();
    });

    it('an operation that belongs to another batch is never taken for this one', async () => {
      const rig = await running();
      await rig.push([line('a')]);
      await rig.until(delivered(rig, 1));
      const [entry] = rig.codat.operations.values();
      assert.ok(entry);
      rig.codat.create = () => Promise.resolve({ kind: 'accepted', operation: entry.operation });
      await rig.push([line('b')]);
      await rig.until(held(rig));
      assert.equal((await rig.overview()).held?.reason, 'fault');
      await rig.outbox.stop();
    });

    it('lines that are counted and not found stop the account instead of being passed over', async () => {
      const rig = await running();
      await rig.push([line('a')]);
      await database.query(
        `delete from txn where feed_id = (select id from feed where company_id = $1 and account_id = 'account')`,
        [rig.companyId],
      );
      await rig.until(held(rig));
      assert.equal((await rig.overview()).held?.reason, 'fault');
      await rig.outbox.stop();
    });
  });

  describe('stopping, starting, taking over', () => {
    it('a stop lets the request under way end', async () => {
      const rig = await running();
      await rig.push([line('a')]);
      await rig.until(() => rig.codat.requests.length === 1);
      const stopped = rig.outbox.stop();
      rig.clock.advance(50);
      await stopped;
      rig.replace();
      await rig.outbox.start();
      await rig.outbox.start();
      await rig.until(delivered(rig, 1));
      assert.equal(rig.codat.requests.length, 1);
      await rig.outbox.stop();
    });

    it('a stop that takes too long leaves the request in doubt; the next start settles it', async () => {
      const rig = await running();
      rig.codat.postMs = 10 * minute;
      await rig.push([line('a')]);
      await rig.until(() => rig.codat.requests.length === 1);
      const stopped = rig.outbox.stop(1000);
      await rig.idle();
      rig.clock.advance(1000);
      await stopped;
      rig.codat.postMs = 50;
      await rig.replace().start();
      await rig.until(delivered(rig, 1));
      assert.deepEqual([new Set(keys(rig)).size, rig.codat.landed.length], [1, 1]);
      await rig.outbox.stop();
    });

    it('a process that died in the middle of a request: same key, same bytes', async () => {
      const rig = await running();
      rig.codat.postMs = 24 * 3_600_000;
      await rig.push([line('a')]);
      await rig.until(() => rig.codat.requests.length === 1);
      rig.codat.postMs = 50;
      // The first outbox is left hanging, as if its process were gone. Alone on its store, the second clears its lease;
      // on a shared one that lease has to run out.
      if (kind === 'postgres')
        await database.query('update connection set lease_until = clock_timestamp() where company_id = $1', [
          rig.companyId,
        ]);
      await rig.replace().start();
      await rig.until(delivered(rig, 1));
      assert.deepEqual([keys(rig).length, new Set(keys(rig)).size, rig.codat.landed.length], [2, 1, 1]);
      await rig.outbox.stop();
    });

    it('a sender that lost its lease neither completes a request nor records anything', async () => {
      const rig = await running();
      const create = rig.codat.create.bind(rig.codat);
      let stolen = false;
      rig.codat.create = async (request) => {
        if (!stolen) {
          stolen = true;
          await database.query('update connection set lease_token = lease_token + 1 where company_id = $1', [
            rig.companyId,
          ]);
          await rig.pass(6000);
          assert.equal(request.commit?.(), false);
          return { kind: 'not-sent' };
        }
        return create(request);
      };
      await rig.push([line('a')]);
      await rig.until(() => stolen);
      await database.query('update connection set lease_until = null where company_id = $1', [rig.companyId]);
      await rig.until(delivered(rig, 1));
      assert.deepEqual(rig.codat.ids(), ['a']);
      await rig.outbox.stop();
    });

    it('a process that was frozen past the send window completes no request', async () => {
      const rig = await running({ durations: { heartbeat: 60 * minute } });
      const create = rig.codat.create.bind(rig.codat);
      let frozen = 0;
      rig.codat.create = (request) => {
        frozen += 1;
        if (frozen === 1) rig.clock.advance(8000);
        return create(request);
      };
      await rig.push([line('a')]);
      await rig.until(delivered(rig, 1));
      assert.deepEqual([frozen, rig.codat.requests.length], [2, 1]);
      await rig.outbox.stop();
    });

    it('the sweeper finds what every wake-up missed', async () => {
      const rig = await running();
      rig.codat.webhook = undefined;
      await database.query('update connection set wake_at = null where company_id = $1', [rig.companyId]);
      await rig.push([line('a')]);
      await database.query('update feed set due_at = null where company_id = $1', [rig.companyId]);
      await database.query('update connection set wake_at = null where company_id = $1', [rig.companyId]);
      await rig.until(delivered(rig, 1));
      await rig.outbox.stop();
    });

    it('a failing store is survived', async () => {
      const rig = createRig(database);
      await rig.connect();
      let failures = 1;
      const query = database.query.bind(database);
      database.query = (sql, params) =>
        failures-- > 0 ? Promise.reject(new Error('the store is away')) : query(sql, params);
      try {
        // On a shared store there is nothing to clear before the loop begins.
        if (kind === 'pglite') await assert.rejects(rig.outbox.start(), /away/);
        await rig.outbox.start();
        await rig.idle();
        failures = 1;
        await rig.until(() => failures < 0);
      } finally {
        Reflect.deleteProperty(database, 'query');
      }
      await rig.push([line('a')]);
      await rig.until(delivered(rig, 1));
      assert.ok(rig.logged.some((text) => text.includes('the store is away')));
      await rig.outbox.stop();
    });
  });
});
