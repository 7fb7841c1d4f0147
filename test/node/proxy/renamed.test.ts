import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { accountPage, feedState } from '../../../src/contract/schemas.ts';
import { connectionsAtCodat, connectXero, hostAccounts, startWorld, type World } from './support.ts';
import { answer, overFetch } from './transport.ts';

/** A host whose first account has the name of now; counts how often it was asked for its list. */
const host = (name: string) => {
  const accounts = {
    name,
    asked: 0,
    list: () => {
      accounts.asked += 1;
      return hostAccounts.map((account, n) => (n === 0 ? { ...account, accountName: accounts.name } : account));
    },
  };
  return accounts;
};

const stateOf = async (world: World) => feedState.parse((await world.call('GET', '/v1/state')).json);
const nameIn = async (world: World, connectionId: string): Promise<string | undefined> =>
  accountPage.parse((await world.call('GET', `/v1/connections/${connectionId}/accounts`)).json).items[0]?.name;
const nameInState = async (world: World): Promise<string | undefined> => (await stateOf(world)).accounts[0]?.name;

/** Its list is kept for a moment: until it was asked anew. */
const untilAsked = async (world: World, connectionId: string, accounts: { readonly asked: number }): Promise<void> => {
  const before = accounts.asked;
  while (accounts.asked === before) {
    await delay(50);
    await world.call('GET', `/v1/connections/${connectionId}/accounts`);
  }
};

test('a new name that the host gives an account is told, and taken along when it is connected again', async (t) => {
  const accounts = host('Current account');
  const world = await startWorld(t, { sourceAccounts: accounts.list });
  const [, cafe] = world.sandbox.control.organizations(world.companyId, 'gbol');
  const { connectionId, accountId } = await connectXero(world);
  const path = `/v1/connections/${connectionId}`;
  await world.call('POST', `${path}/disconnect`);
  accounts.name = 'Everyday account';
  await untilAsked(world, connectionId, accounts);

  const [atCodat] = await connectionsAtCodat(world);
  world.sandbox.control.authorize(world.companyId, atCodat?.id ?? '', { organizationId: cafe?.id });
  while ((await stateOf(world)).connections[0]?.status !== 'linked') await delay(20);
  // Straight to where it goes, as a customer does whose accounts are chosen already.
  const mapped = await world.call('PUT', `${path}/mappings/${accountId}`, { body: { targetId: null } });
  assert.equal(mapped.json.target.name, 'Everyday account');
  assert.equal(await nameInState(world), 'Everyday account');
  const opened = () =>
    world.sandbox.control
      .organizations(world.companyId, 'gbol')
      .flatMap(({ accounts }) => accounts)
      .map((account) => account.name);
  while (!opened().includes('Everyday account')) await delay(20);

  accounts.name = 'Daily account';
  await untilAsked(world, connectionId, accounts);
  assert.equal(await nameIn(world, connectionId), 'Daily account', 'also while it is connected');
});

test('a name that the customer gave stays, whatever the host calls the account', async (t) => {
  const accounts = host('Current account');
  const world = await startWorld(t, { sourceAccounts: accounts.list });
  const { connectionId, accountId } = await connectXero(world);
  await world.call('PATCH', `/v1/connections/${connectionId}/accounts/${accountId}`, { body: { name: 'Till' } });
  accounts.name = 'Everyday account';
  await untilAsked(world, connectionId, accounts);
  assert.equal(await nameIn(world, connectionId), 'Till');
  assert.equal(await nameInState(world), 'Till');
});

test('a name that the customer gave is the account’s in other software too', async (t) => {
  const world = await startWorld(t);
  const { connectionId, accountId } = await connectXero(world);
  const path = `/v1/connections/${connectionId}`;
  await world.call('PATCH', `${path}/accounts/${accountId}`, { body: { name: 'Till' } });
  await world.call('POST', `${path}/disconnect`);

  const { json: other } = await world.call('POST', '/v1/connections', { body: { platform: 'freeagent' } });
  const atCodat = (await connectionsAtCodat(world)).find(({ status }) => status === 'PendingAuth');
  world.sandbox.control.authorize(world.companyId, atCodat?.id ?? '');
  while ((await stateOf(world)).connections[0]?.status !== 'linked') await delay(20);
  const offered = accountPage.parse((await world.call('GET', `/v1/connections/${other.id}/accounts`)).json);
  assert.deepEqual(
    offered.items.map((account) => [account.name, account.status]),
    [
      ['Till', 'offered'],
      ['Card', 'offered'],
    ],
  );
  const body = { accountIds: [offered.items[0]?.id] };
  const chosen = await world.call('POST', `/v1/connections/${other.id}/accounts`, { body });
  assert.equal(chosen.json.items[0].name, 'Till');
  assert.equal(await nameInState(world), 'Till');

  const [account] = (await stateOf(world)).accounts;
  await world.call('DELETE', `/v1/connections/${other.id}/accounts/${account?.id ?? ''}`);
  assert.equal(await nameIn(world, other.id), 'Till');
  await world.proxy.companies.forget(world.companyId);
  assert.equal(await nameIn(world, other.id), 'Current account', 'nothing is kept of who is forgotten');
});

test('a host that does not answer keeps nobody from mapping', async (t) => {
  const accounts = host('Current account');
  let answers = true;
  const sourceAccounts = () => {
    const list = accounts.list();
    return answers ? list : Promise.reject(new Error('away'));
  };
  const world = await startWorld(t, { sourceAccounts });
  const { connectionId, accountId } = await connectXero(world);
  const path = `/v1/connections/${connectionId}/mappings/${accountId}`;
  assert.equal((await world.call('DELETE', path)).status, 204);
  answers = false;
  await untilAsked(world, connectionId, accounts);
  assert.equal((await world.call('PUT', path, { body: { targetId: null } })).status, 200);
});

test('a name that Codat refuses is not offered to it each time, and keeps no other account from its own', async (t) => {
  let ending = '';
  let refusals = 0;
  const world = await startWorld(t, {
    sourceAccounts: () =>
      hostAccounts.map((account) => ({ ...account, accountName: `${account.accountName}${ending}` })),
    transport: (request) => {
      if (request.method !== 'PATCH' || !request.url.includes(encodeURIComponent(hostAccounts[0].id)))
        return overFetch(request);
      refusals += 1;
      return Promise.resolve(answer(400, { statusCode: 400, error: 'This name is not allowed.' }));
    },
  });
  const { connectionId } = await connectXero(world);
  const path = `/v1/connections/${connectionId}/accounts`;
  const namesOf = async () =>
    accountPage.parse((await world.call('GET', path)).json).items.map((account) => account.name);
  const { items } = accountPage.parse((await world.call('GET', path)).json);
  await world.call('POST', path, { body: { accountIds: items.map(({ id }) => id) } });
  ending = ' of ours';
  while (!(await namesOf()).includes('Card of ours')) await delay(50);
  for (let n = 0; n < 3; n += 1) await world.call('POST', path, { body: { accountIds: items.map(({ id }) => id) } });
  assert.deepEqual(await namesOf(), ['Current account', 'Card of ours']);
  assert.ok(refusals <= 2, `it was refused ${refusals} times`);
});
