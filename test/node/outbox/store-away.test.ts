/** A store that is away for some seconds, as a server is that is started again. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { StoreError, type Database } from '../../../src/store/database.ts';
import { forEachStore, openFresh } from '../support/stores.ts';
import { type Rig, type TestDatabase, clear, delivered, line, startRig, watched } from './support/rig.ts';

const second = 1000;
/** What may pass until all is as if nothing had been, beside what Codat takes. */
const soon = 2 * second;

forEachStore((kind) => {
  describe('a store that was away', () => {
    let inner: Database;
    let database: TestDatabase;
    let away = false;
    const ask = <Result>(what: () => Promise<Result>): Promise<Result> =>
      away ? Promise.reject(new StoreError('store_unreachable', 'The store is away.')) : what();
    before(async () => {
      inner = await openFresh(kind);
      database = watched({
        kind: inner.kind,
        // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as in the interface
        query: <Row>(sql: string, params?: readonly unknown[]) => ask(() => inner.query<Row>(sql, params)),
        tx: (work, options) => ask(() => inner.tx(work, options)),
        close: () => inner.close(),
      });
    });
    after(() => inner.close());
    beforeEach(() => clear(inner));

    const running = async (): Promise<Rig> => {
      const rig = await startRig(database);
      rig.codat.webhook = undefined;
      return rig;
    };
    const goesAway = async (rig: Rig): Promise<void> => {
      away = true;
      await rig.pass(5 * second);
      away = false;
    };

    it('gets the answer to a request that ended meanwhile, and nothing is sent again', async () => {
      const rig = await running();
      rig.codat.postMs = 2 * second;
      rig.codat.honoursKeys = false;
      await rig.push([line('a')]);
      await rig.until(() => rig.codat.requests.length === 1);
      await goesAway(rig);
      await rig.pass(soon);
      const { items } = await rig.outbox.pushes(rig.key(), { limit: 1 });
      assert.deepEqual(
        items.map(({ status, operationKey }) => [status, operationKey]),
        [['pending', [...rig.codat.operations.keys()][0]]],
      );
      await rig.until(delivered(rig, 1));
      assert.equal(rig.codat.requests.length, 1);
      await rig.outbox.stop();
    });

    it('gets what a poll was answered, though the next one is minutes away', async () => {
      const rig = await running();
      rig.codat.pushMs = 20 * 60 * second;
      await rig.push([line('a')]);
      await rig.until(() => rig.codat.landed.length === 1);
      const { gets } = rig.codat;
      const get = rig.codat.get.bind(rig.codat);
      rig.codat.get = async (...asked) => {
        const operation = await get(...asked);
        away = true;
        return operation;
      };
      await rig.until(() => rig.codat.gets > gets);
      rig.codat.get = get;
      await goesAway(rig);
      await rig.pass(soon);
      assert.equal(await delivered(rig, 1)(), true);
      await rig.outbox.stop();
    });

    it('is swept at once where that was due meanwhile', async () => {
      const rig = await running();
      await rig.connect('account', { connection: 'unlinked' });
      await rig.push([line('a')]);
      await rig.pass(10 * second);
      // A wake-up that was missed.
      await inner.query(`update connection set status = 'linked'`);
      away = true;
      await rig.pass(60 * second);
      away = false;
      await rig.pass(soon);
      assert.equal(rig.codat.requests.length, 1);
      await rig.until(delivered(rig, 1));
      await rig.outbox.stop();
    });

    it('keeps no process from ending', async () => {
      const rig = await running();
      rig.codat.postMs = 2 * second;
      await rig.push([line('a')]);
      await rig.until(() => rig.codat.requests.length === 1);
      away = true;
      await rig.pass(3 * second);
      await rig.cut();
      away = false;
    });
  });
});
