import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '../../../src/codat/index.ts';
import type { SourceAccount } from '../../../src/codat/schemas/source-account.ts';
import { createAccountWatch, nextRest, type Rest } from '../../../src/proxy/account-watch.ts';
import type { ConnectionView } from '../../../src/proxy/company-view.ts';
import { silentLog } from '../../../src/proxy/log.ts';
import { connectXero, connectionsAtCodat, hostAccounts, lines, startWorld } from './support.ts';
import { answer, overFetch } from './transport.ts';

const accountId = hostAccounts[0].id;

const account = (id: string): SourceAccount => ({
  id,
  accountName: id,
  accountType: 'checking',
  currency: 'GBP',
  status: 'connected',
});
const connection = (status: ConnectionView['status'], asOf: number): ConnectionView => ({
  id: 'connection',
  wireId: 'con_1',
  platform: 'xero',
  status,
  createdAt: undefined,
  problem: undefined,
  asOf,
});

test('a listing that took long does not undo what was learnt since', async (t) => {
  let hold = false;
  const held = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const world = await startWorld(t, {
    transport: async (request) => {
      const response = await overFetch(request);
      if (hold && request.method === 'GET' && request.url.endsWith('/connectionInfo/bankFeedAccounts')) {
        hold = false;
        held.resolve();
        await release.promise;
      }
      return response;
    },
  });
  const { json: connection } = await world.call('POST', '/v1/connections', { body: { platform: 'xero' } });
  const [first] = await connectionsAtCodat(world);
  world.sandbox.control.authorize(world.companyId, first?.id ?? '');
  const path = `/v1/connections/${connection.id}`;
  const account = (await world.call('GET', `${path}/accounts`)).json.items[0].id;
  await world.call('POST', `${path}/accounts`, { body: { accountIds: [account] } });
  hold = true;
  const old = world.call('GET', `${path}/accounts`);
  await held.promise;
  await world.sandbox.fetch(
    new Request(`http://sandbox/companies/${world.companyId}/connections/${first?.id}/bankFeedAccounts/mapping`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(world.sandbox.apiKey).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ sourceAccountId: accountId, targetAccountId: null }),
    }),
  );
  await world.event('account-connected');
  release.resolve();
  await old;
  await delay(50);
  const pushed = await world.proxy.push({ companyId: world.companyId, accountId, transactions: lines(1) });
  assert.deepEqual([pushed.accepted, pushed.waiting], [1, undefined]);
});

test('of two listings the older one is not taken in last, however long it takes', async () => {
  const told: string[] = [];
  const isSlow = Promise.withResolvers<void>();
  const began = Promise.withResolvers<void>();
  const watch = createAccountWatch({
    view: () => assert.fail('Nothing is listed here.'),
    outbox: {
      observe: () => assert.fail('Nothing is missing here.'),
      async observeAll(_connection, facts) {
        for (const [id, { connection }] of facts) {
          if (connection === 'unlinked') {
            began.resolve();
            await isSlow.promise;
          }
          told.push(`${id} ${connection}`);
        }
        return [...facts.keys()];
      },
      newsAmong: async (_company, _connection, facts) => [...facts.keys()],
      changed: async () => undefined,
      feedKeys: async () => [],
      awaited: async () => [],
    },
    clock: systemClock,
    interval: 1,
    isShared: true,
    turn: async () => false,
    log: silentLog,
  });
  const accounts = [account('a'), account('b')];
  const older = watch.observe('company', connection('unlinked', 1), accounts);
  await began.promise;
  const newer = watch.observe('company', connection('linked', 2), accounts);
  isSlow.resolve();
  await Promise.all([older, newer]);
  assert.deepEqual(told, ['a unlinked', 'a linked', 'b linked']);
});

test('a company that cannot be listed keeps no other one waiting', async (t) => {
  let broken = '';
  const world = await startWorld(t, {
    // Nothing but the slow listing.
    webhookSecrets: undefined,
    transport: async (request) =>
      broken !== '' && request.url.includes(broken) ? answer(404, { statusCode: 404 }) : overFetch(request),
  });
  const gone = await world.proxy.companies.ensure({ reference: 'gone', name: 'Gone Ltd' });
  await world.proxy.push({ companyId: gone.id, accountId, transactions: lines(1) });
  broken = gone.id;
  await world.proxy.push({ companyId: world.companyId, accountId, transactions: lines(2) });
  await connectXero(world);
  const delivered = await world.event('delivered');
  assert.equal(delivered.companyId, world.companyId);
});

test('a connection that is no bank feed keeps the others from nothing', async (t) => {
  const other = 'aaaaaaaa-0000-4000-8000-000000000001';
  const world = await startWorld(t, {
    transport: async (request) => {
      if (request.url.includes(other)) return answer(404, { statusCode: 404 });
      const response = await overFetch(request);
      if (request.method !== 'GET' || !/\/connections\?/.test(request.url)) return response;
      const page = JSON.parse(new TextDecoder().decode(response.body)) as { results: object[]; totalResults: number };
      if (page.results.length === 0) return response;
      const foreign = { id: other, integrationKey: 'fztf', status: 'Linked', created: '2999-01-01T00:00:00Z' };
      page.results.push({ ...page.results[0], ...foreign });
      page.totalResults += 1;
      return answer(200, page);
    },
  });
  const { connectionId } = await connectXero(world);
  const { json: state } = await world.call('GET', '/v1/state');
  assert.deepEqual(
    state.accounts.map((account: { connectionId: string; status: string }) => [account.connectionId, account.status]),
    [[connectionId, 'connected']],
  );
});

test('what a person waits for goes before the slow listing of the same', async (t) => {
  const listings = new Set<string>();
  const world = await startWorld(t, {
    // Nothing but the slow listing.
    webhookSecrets: undefined,
    transport: (request) => {
      if (/\/connections\?/.test(request.url)) listings.add(request.priority ?? 'user');
      return overFetch(request);
    },
  });
  await world.call('GET', '/v1/state');
  assert.deepEqual([...listings], ['user']);
  await world.proxy.push({ companyId: world.companyId, accountId, transactions: lines(1) });
  await connectXero(world);
  assert.deepEqual([...listings], ['user', 'poll']);
});

test('a company that does not connect is listed ever more rarely', () => {
  const minute = 60_000;
  const looks: number[] = [];
  let rest: Rest | undefined;
  for (let now = 0; now < 24 * 60 * minute; now += minute) {
    if (now < (rest?.until ?? 0)) continue;
    rest = nextRest(rest, minute, now);
    looks.push(now / minute);
  }
  assert.deepEqual(looks.slice(0, 9), [0, 1, 3, 7, 15, 31, 63, 123, 183]);
  assert.equal(looks.length, 29);
});
