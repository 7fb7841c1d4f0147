import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import {
  feedPage,
  feedState,
  mappingPage,
  pushPage,
  accountPage,
  chosenAccounts,
} from '../../../src/contract/schemas.ts';
import type { ProxyOptions } from '../../../src/proxy/index.ts';
import { forEachStore, freshUrl } from '../support/stores.ts';
import { connectXero, connectionsAtCodat, hostAccounts, lines, startWorld, type World } from './support.ts';

const untilDelivered = async (world: World, count: number) => {
  for (;;) {
    const page = feedPage.parse((await world.call('GET', '/v1/feeds')).json);
    if (page.items[0]?.counts.delivered === count) return page;
  }
};

forEachStore((kind) => {
  const start = async (t: TestContext, options: Partial<ProxyOptions> = {}): Promise<World> =>
    startWorld(t, kind === 'postgres' ? { ...options, database: { url: await freshUrl() } } : options);

  test('from nothing to transactions in the ledger, every answer as the wire says', async (t) => {
    const world = await start(t);
    const { call, companyId, sandbox } = world;

    const empty = feedState.parse((await call('GET', '/v1/state')).json);
    assert.deepEqual([empty.connections, empty.accounts, empty.organization], [[], [], undefined]);
    assert.equal(empty.platforms[0], 'xero');

    const created = await call('POST', '/v1/connections', { body: { platform: 'xero' } });
    assert.equal(created.status, 201);
    const again = await call('POST', '/v1/connections', { body: { platform: 'xero' } });
    assert.deepEqual([again.status, again.json.id], [200, created.json.id], 'the unfinished one is resumed');
    const link = await call('GET', `/v1/connections/${created.json.id}/link`);
    assert.match(link.json.url, /^http:\/\/127\.0\.0\.1:\d+\/link\//);

    const [atCodat] = await connectionsAtCodat(world);
    sandbox.control.authorize(companyId, atCodat?.id ?? '');
    const path = `/v1/connections/${created.json.id}`;
    const offered = accountPage.parse((await call('GET', `${path}/accounts`)).json);
    assert.deepEqual(
      offered.items.map(({ name, last4, status, balance }) => [name, last4, status, balance?.amount]),
      [
        ['Current account', '5555', 'offered', '100.00'],
        ['Card', '0093', 'offered', '0'],
      ],
    );
    const linked = feedState.parse((await call('GET', '/v1/state')).json);
    assert.equal(linked.connections[0]?.status, 'linked');
    assert.ok(linked.organization?.name);

    const accountIds = offered.items.map(({ id }) => id);
    const chosen = chosenAccounts.parse((await call('POST', `${path}/accounts`, { body: { accountIds } })).json);
    assert.deepEqual([chosen.items.length, chosen.itemErrors], [2, []]);

    const mappings = mappingPage.parse((await call('GET', `${path}/mappings`)).json);
    assert.equal(new Set(mappings.targets.map(({ id }) => id)).size, mappings.targets.length, 'each target once');
    const current = mappings.items.find(({ accountId }) => accountId === accountIds[0]);
    const targetId = current?.targetIds[0];
    assert.ok(targetId);
    const mapped = await call('PUT', `${path}/mappings/${accountIds[0]}`, {
      body: { targetId, feedStartDate: new Date().toISOString().slice(0, 10) },
    });
    assert.deepEqual([mapped.status, mapped.json.status], [200, 'connecting']);
    const connected = await world.event('account-connected');
    assert.equal(connected.accountId, hostAccounts[0].id);

    const transactions = lines(1200);
    const handedOver = await world.proxy.push({ companyId, accountId: hostAccounts[0].id, transactions });
    assert.deepEqual([handedOver.accepted, handedOver.refused], [1200, 0]);
    await world.event('delivered');
    const feeds = await untilDelivered(world, 1200);
    assert.equal(feeds.timeZone, 'Europe/London');
    assert.ok(feeds.items[0]?.lastDelivery);

    const landed = sandbox.ledger.entries({ companyId, accountId: hostAccounts[0].id });
    assert.deepEqual(
      landed.map(({ transaction }) => [transaction.id, transaction.amount, transaction.balance]),
      transactions.map(({ id, amount, balance }) => [id, amount, balance]),
    );
    const history = pushPage.parse((await call('GET', `/v1/feeds/${accountIds[0]}/pushes`)).json);
    assert.deepEqual(
      history.items.map(({ status, lines: count }) => [status, count]),
      [
        ['delivered', 200],
        ['delivered', 1000],
      ],
    );
    const state = await call('GET', '/v1/state');
    assert.equal(state.json.counts.delivered, 1200);
    for (const { id, accountNumber } of hostAccounts) {
      assert.ok(!state.text.includes(id), 'an account id of the host reached the browser');
      assert.ok(!state.text.includes(accountNumber), 'a whole account number reached the browser');
    }
  });

  test('lines handed over before the account is connected wait, and leave when it is', async (t) => {
    const world = await start(t);
    const transactions = lines(3);
    const early = await world.proxy.push({ companyId: world.companyId, accountId: hostAccounts[0].id, transactions });
    assert.deepEqual([early.accepted, early.waiting], [3, 'not-connected']);
    await connectXero(world);
    const delivered = await world.event('delivered');
    assert.equal(delivered.type === 'delivered' && delivered.lines, 3);
    assert.equal(world.sandbox.ledger.entries({ companyId: world.companyId }).length, 3);
  });

  test('a lost webhook is made up for by the slow listing', async (t) => {
    const world = await start(t, {
      webhookSecrets: undefined,
      durations: { watch: 30, changes: 50, pollFirst: 30, listing: 0 },
    });
    await world.proxy.push({ companyId: world.companyId, accountId: hostAccounts[0].id, transactions: lines(2) });
    await connectXero(world);
    await world.event('delivered');
    assert.equal(world.sandbox.ledger.entries({ companyId: world.companyId }).length, 2);
  });

  test('disconnect, remove and cancel do what they say', async (t) => {
    const world = await start(t);
    const { call } = world;
    const pending = await call('POST', '/v1/connections', { body: { platform: 'xero' } });
    assert.equal((await call('DELETE', `/v1/connections/${pending.json.id}`)).status, 204);
    assert.deepEqual((await call('GET', '/v1/state')).json.connections, []);

    const { connectionId, accountId } = await connectXero(world);
    const path = `/v1/connections/${connectionId}`;
    const renamed = await call('PATCH', `${path}/accounts/${accountId}`, { body: { name: '  Daily account ' } });
    assert.deepEqual([renamed.status, renamed.json.name], [200, 'Daily account']);
    assert.equal((await call('DELETE', `${path}/mappings/${accountId}`)).status, 204);
    const { json: accounts } = await call('GET', `${path}/accounts`);
    assert.equal(accounts.items.find((item: { id: string }) => item.id === accountId).status, 'disconnected');
    assert.equal((await call('DELETE', `${path}/accounts/${accountId}`)).status, 204);
    const { json: left } = await call('GET', `${path}/accounts`);
    assert.equal(left.items.find((item: { id: string }) => item.id === accountId).status, 'offered');

    const refusedCancel = await call('DELETE', path);
    assert.deepEqual([refusedCancel.status, refusedCancel.json.code], [400, 'invalid_request']);
    const unlinked = await call('POST', `${path}/disconnect`);
    assert.deepEqual([unlinked.status, unlinked.json.status], [200, 'unlinked']);
    const twice = await call('POST', `${path}/disconnect`);
    assert.deepEqual([twice.status, twice.json.code], [409, 'connection_not_linked']);
  });
});
