import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { feedPage, feedState, mappingPage, pushPage } from '../../../src/contract/schemas.ts';
import { connectionsAtCodat, hostAccounts, lines, startWorld, type World } from './support.ts';

const [{ id: iban }, { id: card }] = hostAccounts;

const stateOf = async (world: World) => feedState.parse((await world.call('GET', '/v1/state')).json);
const feedsOf = async (world: World) => feedPage.parse((await world.call('GET', '/v1/feeds')).json).items;
const pushesOf = async (world: World, accountId: string) =>
  pushPage.parse((await world.call('GET', `/v1/feeds/${accountId}/pushes`)).json).items;

/** The transactions that are in the books of one organization. */
const inBooks = (world: World, platform: string, name: string): string[] => {
  const organization = world.sandbox.control.organizations(world.companyId, platform).find((one) => one.name === name);
  assert.ok(organization);
  return organization.accounts.flatMap(({ id }) =>
    world.sandbox.ledger
      .linesOf(id)
      .slice()
      .map(({ transaction }) => transaction.id),
  );
};

/** The customer consents, for this organization where it is given; answers the connection's id. */
const link = async (world: World, platform: string, organizationId?: string): Promise<string> => {
  const { json: connection } = await world.call('POST', '/v1/connections', { body: { platform } });
  const all = await connectionsAtCodat(world);
  const open = all.find(({ status }) => status === 'PendingAuth') ?? all.find(({ status }) => status === 'Unlinked');
  world.sandbox.control.authorize(world.companyId, open?.id ?? '', { organizationId });
  while ((await stateOf(world)).connections[0]?.status !== 'linked') await delay(20);
  return connection.id;
};

const feedStartDate = new Date(Date.now() - 7 * 86_400_000).toISOString().slice(0, 10);

/** The customer disconnects, and that is known here before other books are connected. */
const disconnect = async (world: World, connectionId: string): Promise<void> => {
  assert.equal((await world.call('POST', `/v1/connections/${connectionId}/disconnect`)).status, 200);
  while ((await world.proxy.feeds.list(world.companyId)).some(({ state }) => state === 'open')) await delay(20);
};

/** Maps accounts, the first one unless told, each to an account of the books that it may feed. */
const map = async (world: World, connectionId: string, count = 1): Promise<readonly string[]> => {
  const path = `/v1/connections/${connectionId}`;
  const { json: offered } = await world.call('GET', `${path}/accounts`);
  const accountIds: string[] = offered.items.slice(0, count).map(({ id }: { id: string }) => id);
  await world.call('POST', `${path}/accounts`, { body: { accountIds } });
  for (const id of accountIds) {
    const { items } = mappingPage.parse((await world.call('GET', `${path}/mappings`)).json);
    const targetId = items.find(({ accountId }) => accountId === id)?.targetIds[0] ?? null;
    assert.equal(
      (await world.call('PUT', `${path}/mappings/${id}`, { body: { targetId, feedStartDate } })).status,
      200,
    );
  }
  const isConnected = async (): Promise<boolean> =>
    (await stateOf(world)).accounts.filter(({ status }) => status === 'connected').length === count;
  while (!(await isConnected())) await delay(20);
  return accountIds;
};

/** The same lines each time they are handed over. */
const known = new Map<string, ReturnType<typeof lines>>();
const hand = (world: World, prefix: string, count: number, accountId: string = iban) => {
  const key = `${prefix} ${count}`;
  const transactions = known.get(key) ?? lines(count, prefix);
  known.set(key, transactions);
  return world.proxy.push({ companyId: world.companyId, accountId, transactions });
};
const untilDelivered = async (world: World, count: number): Promise<void> => {
  while ((await stateOf(world)).counts.delivered !== count) await delay(20);
};

test('another organization under the same connection begins at nothing, and is told of as it stands', async (t) => {
  const world = await startWorld(t);
  const [bakery, cafe] = world.sandbox.control.organizations(world.companyId, 'gbol');
  assert.ok(bakery && cafe);
  const first = await link(world, 'xero', bakery.id);
  const [before] = await map(world, first, 2);
  await hand(world, 'bakery', 3);
  await hand(world, 'card', 1, card);
  await untilDelivered(world, 4);
  assert.equal((await pushesOf(world, before ?? '')).length, 1);

  await disconnect(world, first);
  const second = await link(world, 'xero', cafe.id);
  assert.equal(second, first, 'Codat keeps the connection');
  while ((await stateOf(world)).accounts.some(({ status }) => status !== 'disconnected')) await delay(20);
  assert.equal((await stateOf(world)).counts.delivered, 0, 'nothing of it is in these books');
  while ((await feedsOf(world)).some(({ counts }) => counts.delivered > 0)) await delay(20);
  const [account = ''] = await map(world, second);

  assert.deepEqual((await stateOf(world)).counts, { delivered: 0, waiting: 0, held: 0 });
  const [feed] = await feedsOf(world);
  assert.deepEqual(
    [feed?.accountId, feed?.counts.delivered, feed?.lastDelivery, feed?.days],
    [account, 0, undefined, []],
  );
  assert.deepEqual(await pushesOf(world, account), []);

  await hand(world, 'cafe', 2);
  await untilDelivered(world, 2);
  const [after] = await feedsOf(world);
  assert.deepEqual([after?.counts.delivered, after?.lastDelivery?.lines, after?.days[0]?.delivered], [2, 2, 2]);
  assert.deepEqual(
    (await pushesOf(world, account)).map(({ lines: count }) => count),
    [2],
  );
  assert.deepEqual(inBooks(world, 'gbol', cafe.name), ['cafe-1', 'cafe-2']);
  assert.deepEqual(inBooks(world, 'gbol', bakery.name).toSorted(), ['bakery-1', 'bakery-2', 'bakery-3', 'card-1']);
});

test('what an account had before it was mapped anew is not sent again, and says so; under new ids it goes', async (t) => {
  const world = await startWorld(t);
  const [bakery, cafe] = world.sandbox.control.organizations(world.companyId, 'gbol');
  const first = await link(world, 'xero', bakery?.id);
  await map(world, first);
  await hand(world, 'line', 2);
  await untilDelivered(world, 2);
  assert.deepEqual((await hand(world, 'line', 2)).issues, [], 'a known line that was delivered here');

  await disconnect(world, first);
  await hand(world, 'between', 1);
  await map(world, await link(world, 'xero', cafe?.id));
  await untilDelivered(world, 1);
  const again = await hand(world, 'line', 2);
  assert.deepEqual(
    [again.accepted, again.duplicates, again.issues.map(({ code, severity }) => `${severity} ${code}`)],
    [0, 2, ['warning known_before', 'warning known_before']],
  );
  assert.deepEqual((await hand(world, 'between', 1)).issues, [], 'it waited, and went to the books of now');
  await hand(world, 'line again', 2);
  await untilDelivered(world, 3);
  assert.deepEqual(inBooks(world, 'gbol', cafe?.name ?? '').toSorted(), ['between-1', 'line again-1', 'line again-2']);
});

test('after other software, and back again, what is delivered is told of the present connection alone', async (t) => {
  const world = await startWorld(t);
  const [bakery, cafe] = world.sandbox.control.organizations(world.companyId, 'gbol');
  for (const [platform, organization, prefix] of [
    ['xero', bakery, 'bakery'],
    ['freeagent', undefined, 'other'],
    ['xero', cafe, 'cafe'],
  ] as const) {
    const connectionId = await link(world, platform, organization?.id);
    await map(world, connectionId);
    assert.equal((await stateOf(world)).counts.delivered, 0, platform);
    await hand(world, prefix, 2);
    await untilDelivered(world, 2);
    assert.deepEqual(
      (await feedsOf(world)).map(({ counts }) => counts.delivered),
      [2],
    );
    await disconnect(world, connectionId);
  }
  // Until something else is connected, this is what there was.
  assert.equal((await stateOf(world)).counts.delivered, 2);
});

test('the same books, linked again with the account as it was, go on as they stood', async (t) => {
  const world = await startWorld(t);
  const first = await link(world, 'xero');
  const [account = ''] = await map(world, first);
  await hand(world, 'line', 2);
  await untilDelivered(world, 2);
  await disconnect(world, first);
  await link(world, 'xero');
  assert.equal((await stateOf(world)).counts.delivered, 2);
  assert.equal((await pushesOf(world, account)).length, 1);
  assert.deepEqual((await hand(world, 'line', 2)).issues, []);
});
