import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fc } from '../support/fast-check.ts';
import {
  type RigOptions,
  createRig,
  database,
  delivered,
  eventTypes,
  keys,
  line,
  lines,
  onEmptyStores,
  startRig,
} from './support/rig.ts';

const minute = 60_000;

const running = (options?: RigOptions) => startRig(database, options);

onEmptyStores((kind) => {
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
