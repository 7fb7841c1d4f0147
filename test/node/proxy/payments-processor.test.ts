/** A type of account that the host knows and Codat does not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../../src/codat/index.ts';
import { connectionsAtCodat, hostAccounts, startWorld } from './support.ts';

const processor = { ...hostAccounts[0], id: 'psp', accountType: 'paymentsProcessor' };

test('a payments processor is a checking account at Codat, and keeps its own word on every answer', async (t) => {
  let asked = 0;
  const world = await startWorld(t, {
    sourceAccounts: () => {
      asked += 1;
      return [processor, hostAccounts[1]];
    },
  });
  const { call, sandbox, companyId } = world;
  const { json: connection } = await call('POST', '/v1/connections', { body: { platform: 'xero' } });
  const [atCodat] = await connectionsAtCodat(world);
  sandbox.control.authorize(companyId, atCodat?.id ?? '');
  const path = `/v1/connections/${connection.id}/accounts`;
  const types = (json: { items?: { type: string }[]; accounts?: { type: string }[] }) =>
    (json.items ?? json.accounts ?? []).map(({ type }) => type);
  const both = ['paymentsProcessor', 'creditCard'];

  const { json: offered } = await call('GET', path);
  assert.deepEqual(types(offered), both);
  const accountIds = offered.items.map(({ id }: { id: string }) => id);
  const { json: chosen } = await call('POST', path, { body: { accountIds } });
  assert.deepEqual(types(chosen), both);
  const stored = await sandbox.fetch(
    new Request(`http://sandbox/companies/${companyId}/connections/${atCodat?.id}/connectionInfo/bankFeedAccounts`, {
      headers: { authorization: `Basic ${Buffer.from(sandbox.apiKey).toString('base64')}` },
    }),
  );
  const made = (await stored.json()) as { accountType: string }[];
  assert.deepEqual(
    made.map(({ accountType }) => accountType),
    ['checking', 'creditCard'],
  );

  assert.deepEqual(types((await call('GET', path)).json), both);
  const renamed = await call('PATCH', `${path}/${accountIds[0]}`, { body: { name: 'Takings' } });
  assert.deepEqual([renamed.json.type, renamed.json.name], ['paymentsProcessor', 'Takings']);
  const before = asked;
  for (let n = 0; n < 5; n += 1) assert.deepEqual(types((await call('GET', '/v1/state')).json), both);
  assert.equal(asked, before, 'the host is not asked at each reading of the state');
});

test('a host that does not answer keeps no page waiting for its state for long, and what it said counts', async (t) => {
  const { promise: later, resolve: answerNow } = Promise.withResolvers<unknown>();
  let silent = false;
  let ahead = 0;
  const world = await startWorld(t, {
    sourceAccounts: () => (silent ? later : [processor]),
    clock: { ...systemClock, now: () => systemClock.now() + ahead },
    // Whoever waited for the hook would wait for ever.
    durations: { watch: 60_000, listing: 0, hooks: 86_400_000 },
  });
  const { call, sandbox, companyId } = world;
  const { json: connection } = await call('POST', '/v1/connections', { body: { platform: 'xero' } });
  const [atCodat] = await connectionsAtCodat(world);
  sandbox.control.authorize(companyId, atCodat?.id ?? '');
  const path = `/v1/connections/${connection.id}/accounts`;
  const accountIds = (await call('GET', path)).json.items.map(({ id }: { id: string }) => id);
  await call('POST', path, { body: { accountIds } });
  silent = true;
  ahead = 120_000;
  assert.equal((await call('GET', '/v1/state')).json.accounts[0].type, 'paymentsProcessor');
  answerNow([processor]);
});
