/** What only a store can meet that several instances share. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { Change } from '../../../src/outbox/model.ts';
import { clear, createRig, line, openTestDatabase, type TestDatabase } from './support/rig.ts';

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
    await new Promise((resolve) => setTimeout(resolve, 50));
    await commitFact();
    assert.equal((await taken).waiting, undefined);
  });
});
