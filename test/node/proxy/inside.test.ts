/** Software that takes something of ours typed into it: QuickBooks and Sage, from the choice of accounts to the push. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import {
  accountPage,
  bankCredentials,
  chosenAccounts,
  feedState,
  oneTimePassword,
} from '../../../src/contract/schemas.ts';
import type { PlatformKey } from '../../../src/contract/platforms.ts';
import type { FeedState } from '../../../src/contract/schemas.ts';
import { softwareUser } from '../sandbox/software-user.ts';
import { connectionsAtCodat, hostAccounts, lines, startWorld, type World } from './support.ts';
import { answer, overFetch } from './transport.ts';

const [current, card] = hostAccounts;
const today = (): string => new Date().toISOString().slice(0, 10);

const begin = async (world: World, platform: PlatformKey): Promise<string> => {
  const { json } = await world.call('POST', '/v1/connections', { body: { platform } });
  return `/v1/connections/${json.id}`;
};

const untilState = async (world: World, holds: (state: FeedState) => boolean): Promise<FeedState> => {
  for (;;) {
    const state = feedState.parse((await world.call('GET', '/v1/state')).json);
    if (holds(state)) return state;
    await delay(20);
  }
};

const choose = async (world: World, path: string, count = 2) => {
  const offered = accountPage.parse((await world.call('GET', `${path}/accounts`)).json);
  const accountIds = offered.items.slice(0, count).map(({ id }) => id);
  const answered = await world.call('POST', `${path}/accounts`, { body: { accountIds } });
  return chosenAccounts.parse(answered.json);
};

test('accounts of a pending connection are chosen, listed, renamed and removed', async (t) => {
  const world = await startWorld(t);
  for (const platform of ['quickbooks', 'sage'] as const) {
    const path = await begin(world, platform);
    const { items, itemErrors } = await choose(world, path);
    assert.deepEqual([items.map(({ status }) => status), itemErrors], [['pending', 'pending'], []]);
    const [first, second] = items;
    const renamed = await world.call('PATCH', `${path}/accounts/${first?.id}`, { body: { name: 'Daily' } });
    assert.deepEqual([renamed.status, renamed.json.name, renamed.json.status], [200, 'Daily', 'pending']);
    assert.equal((await world.call('DELETE', `${path}/accounts/${second?.id}`)).status, 204);
    const listed = accountPage.parse((await world.call('GET', `${path}/accounts`)).json);
    assert.deepEqual(
      listed.items.map(({ name, status }) => [name, status]),
      [
        ['Daily', 'pending'],
        ['Card', 'offered'],
      ],
    );
    const state = feedState.parse((await world.call('GET', '/v1/state')).json);
    assert.deepEqual([state.connections[0]?.status, state.accounts.map(({ name }) => name)], ['pending', ['Daily']]);
    assert.equal((await world.call('DELETE', path)).status, 204);
  }
});

test('QuickBooks: accounts, credentials, typed in there, connected, delivered; revoked and entered anew', async (t) => {
  const log: string[] = [];
  const note = (fields: object, message: string): void => void log.push(JSON.stringify({ ...fields, message }));
  const world = await startWorld(t, { log: { debug: note, info: note, warn: note, error: note } });
  const { call, companyId, proxy, sandbox } = world;
  const user = softwareUser(sandbox, companyId);
  const path = await begin(world, 'quickbooks');
  await choose(world, path);
  await proxy.push({ companyId, accountId: current.id, transactions: lines(2) });

  const made = await call('POST', `${path}/credentials`);
  assert.equal(made.headers.get('cache-control'), 'no-store');
  const credentials = bankCredentials.parse(made.json);
  const again = bankCredentials.parse((await call('POST', `${path}/credentials`)).json);
  assert.notDeepEqual(again, credentials, 'a new set each time');
  await user.enterCredentials({ ...credentials, startDate: '2026-01-01' });
  const linked = await untilState(world, ({ accounts }) => accounts.every(({ status }) => status === 'connected'));
  assert.deepEqual([linked.connections[0]?.status, linked.connections[0]?.problem], ['linked', undefined]);
  const delivered = await world.event('delivered');
  assert.equal(delivered.accountId, current.id);
  const [atCodat] = await connectionsAtCodat(world);
  assert.equal(sandbox.control.collect(companyId, atCodat?.id ?? ''), 2);

  assert.equal((await call('DELETE', `${path}/credentials`)).status, 204);
  for (const revoked of [credentials, again])
    await assert.rejects(user.enterCredentials(revoked), /user name or the password is not right/);
  // Linked all the while: what is entered anew is for further accounts, or for the same ones again.
  const renewed = bankCredentials.parse((await call('POST', `${path}/credentials`)).json);
  sandbox.control.revoke(companyId, atCodat?.id ?? '');
  await untilState(world, ({ connections }) => connections[0]?.status === 'deauthorized');
  await user.enterCredentials({ ...renewed, accountIds: [] });
  await untilState(world, ({ connections }) => connections[0]?.status === 'linked');

  assert.ok(log.length > 0);
  for (const { username, password } of [credentials, again, renewed])
    for (const text of log) assert.ok(!text.includes(username) && !text.includes(password), text);
});

test('QuickBooks: disconnecting takes every password back, and cancelling too; where that fails, nothing has ended', async (t) => {
  const asked: string[] = [];
  let status = 0;
  const world = await startWorld(t, {
    transport: async (request) => {
      const { method, url } = request;
      if (method !== 'GET') asked.push(`${method} ${url.split('/').at(-1)}`);
      const isRevocation = method === 'DELETE' && url.endsWith('/credentials');
      return isRevocation && status > 0 ? answer(status, { statusCode: status, error: 'No.' }) : overFetch(request);
    },
  });
  const { call, companyId, sandbox } = world;
  const user = softwareUser(sandbox, companyId);
  const path = await begin(world, 'quickbooks');
  await choose(world, path);
  const credentials = bankCredentials.parse((await call('POST', `${path}/credentials`)).json);
  await user.enterCredentials(credentials);
  await untilState(world, ({ connections }) => connections[0]?.status === 'linked');

  status = 403;
  assert.ok((await call('POST', `${path}/disconnect`)).status >= 400);
  assert.equal(feedState.parse((await call('GET', '/v1/state')).json).connections[0]?.status, 'linked');
  status = 0;
  assert.equal((await call('POST', `${path}/disconnect`)).status, 200);
  await assert.rejects(user.enterCredentials(credentials), /user name or the password is not right/);

  const [atCodat] = await connectionsAtCodat(world);
  sandbox.control.authorize(companyId, atCodat?.id ?? '');
  await untilState(world, ({ connections }) => connections[0]?.status === 'linked');
  status = 404;
  assert.equal((await call('POST', `${path}/disconnect`)).status, 200, 'none were made');

  const another = await startWorld(t, {
    transport: async (request) => (asked.push(request.method), overFetch(request)),
  });
  const pending = await begin(another, 'quickbooks');
  const shown = bankCredentials.parse((await another.call('POST', `${pending}/credentials`)).json);
  asked.length = 0;
  assert.equal((await another.call('DELETE', pending)).status, 204);
  assert.deepEqual(
    asked.filter((method) => method === 'DELETE'),
    ['DELETE', 'DELETE'],
  );
  await assert.rejects(softwareUser(another.sandbox, another.companyId).enterCredentials(shown));
});

test('Sage: accounts, id and one-time password, typed in there, connected, delivered', async (t) => {
  const world = await startWorld(t);
  const { call, companyId, proxy, sandbox } = world;
  const user = softwareUser(sandbox, companyId);
  const path = await begin(world, 'sage');
  await choose(world, path);
  const replaced = oneTimePassword.parse((await call('POST', `${path}/otp`)).json);
  const made = await call('POST', `${path}/otp`);
  assert.equal(made.headers.get('cache-control'), 'no-store');
  const { codatConnectionId, otp, expiresAt } = oneTimePassword.parse(made.json);
  const [atCodat] = await connectionsAtCodat(world);
  assert.equal(codatConnectionId, atCodat?.id);
  assert.ok(otp && expiresAt && Date.parse(expiresAt) > Date.now());
  await assert.rejects(user.enterOneTimePassword({ codatConnectionId, otp: replaced.otp ?? '' }), /made a newer/);
  await user.enterOneTimePassword({ codatConnectionId, otp, accountId: current.id });
  await untilState(world, ({ accounts }) => accounts[0]?.status === 'connected');
  await proxy.push({
    companyId,
    accountId: current.id,
    transactions: [{ id: 'one', date: `${today()}T23:59:59`, amount: '1.10', balance: '1001.10', description: 'One' }],
  });
  await world.event('delivered');
  // A further account takes a password of its own, on the connection that is linked.
  const further = oneTimePassword.parse((await call('POST', `${path}/otp`)).json);
  await user.enterOneTimePassword({ codatConnectionId, otp: further.otp ?? '', accountId: card.id });
  await untilState(world, ({ accounts }) => accounts.every(({ status }) => status === 'connected'));
});

test('where Codat gives out no password the id alone is answered, but a Codat that is away is an error', async (t) => {
  let status = 0;
  const world = await startWorld(t, {
    transport: async (request) =>
      status > 0 && request.url.endsWith('/otp')
        ? answer(status, { statusCode: status, error: 'No.' })
        : overFetch(request),
  });
  const path = await begin(world, 'sage');
  const [atCodat] = await connectionsAtCodat(world);
  for (status of [400, 403, 404, 409, 422]) {
    const { status: answered, json } = await world.call('POST', `${path}/otp`);
    assert.deepEqual([answered, json], [200, { codatConnectionId: atCodat?.id }], String(status));
  }
  for (const [given, code] of [
    [401, 'upstream_unauthorized'],
    [429, 'rate_limited'],
    [503, 'upstream_unavailable'],
  ] as const) {
    status = given;
    assert.equal((await world.call('POST', `${path}/otp`)).json.code, code);
  }
});

test('the id of a connection that is gone at Codat is not given out', async (t) => {
  const world = await startWorld(t);
  const path = await begin(world, 'sage');
  assert.equal((await world.call('POST', `${path}/otp`)).status, 200);
  const [atCodat] = await connectionsAtCodat(world);
  const headers = { authorization: `Basic ${Buffer.from(world.sandbox.apiKey).toString('base64')}` };
  const address = `http://sandbox/companies/${world.companyId}/connections/${atCodat?.id}`;
  await world.sandbox.fetch(new Request(address, { method: 'DELETE', headers }));
  const { status, text } = await world.call('POST', `${path}/otp`);
  assert.equal(status, 404);
  assert.ok(!text.includes(atCodat?.id ?? ''));
});

test('credentials are not made without end', async (t) => {
  const world = await startWorld(t);
  const path = await begin(world, 'quickbooks');
  const token = await world.token();
  for (let n = 0; n < 20; n += 1)
    assert.equal((await world.call('POST', `${path}/credentials`, { token })).status, 200);
  const refused = await world.call('POST', `${path}/credentials`, { token });
  assert.deepEqual([refused.status, refused.json.code], [429, 'rate_limited']);
  assert.ok(Number(refused.headers.get('retry-after')) > 500);
  const other = await begin(world, 'sage');
  assert.equal((await world.call('POST', `${other}/otp`, { token })).status, 200, 'of another connection');
});

test('software that takes nothing of ours says so, and only who may connect is given anything', async (t) => {
  const world = await startWorld(t);
  const scoped = await world.proxy.sessions.mint({
    companyId: world.companyId,
    subject: 'user-2',
    origin: 'https://bank.example',
    scopes: ['feeds:read', 'feeds:map', 'feeds:disconnect'],
  });
  const routes = [
    ['POST', 'credentials'],
    ['DELETE', 'credentials'],
    ['POST', 'otp'],
    ['GET', 'link'],
  ] as const;
  const taken = { xero: ['link'], quickbooks: ['credentials', 'credentials', 'link'], sage: ['otp'] };
  for (const platform of ['xero', 'quickbooks', 'sage'] as const) {
    const path = await begin(world, platform);
    const passed: string[] = [];
    for (const [method, route] of routes) {
      const { status, json } = await world.call(method, `${path}/${route}`);
      if (status < 300) passed.push(route);
      else assert.deepEqual([status, json.code], [400, 'invalid_request']);
      const refused = await world.call(method, `${path}/${route}`, { token: scoped.token });
      assert.equal(refused.status, 403);
    }
    assert.deepEqual(passed, taken[platform]);
  }
  for (const [method, route] of routes)
    assert.equal((await world.call(method, `/v1/connections/con_nobody/${route}`)).status, 404);
});
