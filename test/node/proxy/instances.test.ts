/** Several instances on one store. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { feedPage } from '../../../src/contract/schemas.ts';
import { createBankFeedProxy, ProxyOptionsError } from '../../../src/proxy/index.ts';
import { readShared } from '../../../src/proxy/quota-shares.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { administer, freshUrl } from '../support/stores.ts';
import {
  companiesAtCodat,
  connectionsAtCodat,
  connectXero,
  hostAccounts,
  lines,
  pageOrigin,
  serverSecret,
  startWorld,
  type World,
} from './support.ts';

const durations = { watch: 200, changes: 50, linger: 1, listing: 0, look: 50 };
const accountId = hostAccounts[0].id;
const pause = () => new Promise((resolve) => setTimeout(resolve, 20));

const landed = ({ sandbox, companyId }: World): string[] =>
  sandbox.ledger.entries({ companyId, accountId }).map(({ transaction }) => transaction.id);

const untilDelivered = async (world: World, count: number): Promise<void> => {
  for (;;) {
    const page = feedPage.parse((await world.call('GET', '/v1/feeds')).json);
    if (page.items[0]?.counts.delivered === count) return;
  }
};

/** Reads the live stream of an instance until a hint of this account comes. */
const hintOf = async (world: World, url: string, wireId: string, opened: () => void): Promise<void> => {
  const headers = { origin: pageOrigin, authorization: `Bearer ${await world.token()}` };
  const response = await fetch(`${url}/v1/live`, { headers });
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    if (text.includes(': open')) opened();
    if (text.includes(`"accountId":"${wireId}"`)) return;
  }
  assert.fail(`the stream ended: ${text}`);
};

test('handed over at two instances, delivered once and in order, told by the other one', async (t) => {
  const database = { url: await freshUrl() };
  const world = await startWorld(t, { database, durations });
  const other = await world.beside({});
  const { accountId: wireId } = await connectXero(world);
  let opened: () => void = () => undefined;
  const open = new Promise<void>((resolve) => (opened = resolve));
  const told = hintOf(world, other.url, wireId, opened);
  await open;

  const transactions = lines(2400);
  const input = { companyId: world.companyId, accountId };
  const parts = [transactions.slice(0, 1500), transactions.slice(1500)];
  const first = await world.proxy.push({ ...input, transactions: parts[0] ?? [] });
  await told;
  const [second, again] = await Promise.all([
    other.proxy.push({ ...input, transactions: parts[1] ?? [] }),
    other.proxy.push({ ...input, transactions: parts[0] ?? [] }),
  ]);
  assert.deepEqual([first.accepted, second.accepted, again.duplicates], [1500, 900, 1500]);
  await untilDelivered(world, 2400);
  assert.deepEqual(
    landed(world),
    transactions.map(({ id }) => id),
  );
});

test('what is revoked at one instance is over at the others', async (t) => {
  const world = await startWorld(t, { database: { url: await freshUrl() }, durations });
  const other = await world.beside({});
  const token = await world.token();
  const headers = { origin: pageOrigin, authorization: `Bearer ${token}` };
  const stream = await fetch(`${other.url}/v1/live`, { headers });
  await world.proxy.sessions.revoke({ companyId: world.companyId });
  assert.match(await stream.text(), /^: open/);
  assert.equal((await fetch(`${other.url}/v1/state`, { headers })).status, 401);
});

test('an instance takes in what it said itself before, where another one was told otherwise meanwhile', async (t) => {
  // No webhooks, no slow listing: what is known comes of the pages' listings alone. Nobody delivers: the line waits.
  const world = await startWorld(t, {
    database: { url: await freshUrl() },
    durations: { ...durations, watch: 3_600_000 },
    role: 'web',
    webhookSecrets: undefined,
  });
  const other = await world.beside({});
  const headers = { origin: pageOrigin, 'bank-feed-version': '1', authorization: `Bearer ${await world.token()}` };
  const list = (url: string, connectionId: string) =>
    fetch(`${url}/v1/connections/${connectionId}/accounts`, { headers });
  const connected = new AbortController();
  const connecting = connectXero(world).finally(() => connected.abort());
  while (!connected.signal.aborted) await world.call('GET', '/v1/state');
  const { connectionId } = await connecting;
  const [{ id: codatId } = { id: '' }] = await connectionsAtCodat(world);
  await world.proxy.push({ companyId: world.companyId, accountId, transactions: lines(1) });
  await list(world.url, connectionId);
  world.sandbox.control.disconnectAccount(world.companyId, codatId, accountId);
  await list(other.url, connectionId);
  await world.event('held');
  world.sandbox.control.authorize(world.companyId, codatId, { accountIds: [accountId] });
  await list(world.url, connectionId);
  await world.event('recovered');
});

test('instances divide what Codat allows, by the address from which they reach it', async (t) => {
  const url = await freshUrl();
  const world = await startWorld(t, { database: { url }, durations });
  await world.beside({ database: { url, egress: 'second gateway' }, role: 'worker' });
  // Each looks at the row when it starts, and before its first request at the latest.
  await world.call('GET', '/v1/state');
  const database = await openDatabase({ url });
  t.after(() => database.close());
  for (;;) {
    const { rows } = await database.query<{ value: string }>(`select value from setting where key = 'codat-quota'`);
    const { instances } = readShared(rows[0]?.value ?? '');
    const addresses = Object.values(instances).map(({ address }) => address);
    if (addresses.length < 2) continue;
    assert.deepEqual(addresses.toSorted(), ['', 'second gateway']);
    break;
  }
});

test('what one instance takes in, another one delivers that does nothing else', async (t) => {
  const database = { url: await freshUrl() };
  const world = await startWorld(t, { database, durations, role: 'web' });
  await world.proxy.push({ companyId: world.companyId, accountId, transactions: lines(3) });
  await connectXero(world);
  const waiting = feedPage.parse((await world.call('GET', '/v1/feeds')).json);
  assert.deepEqual([waiting.items[0]?.counts.waiting, landed(world)], [3, []]);

  const worker = await world.beside({ role: 'worker' });
  await untilDelivered(world, 3);
  // From now on it is asleep, and has to find by itself what comes.
  await world.proxy.push({ companyId: world.companyId, accountId, transactions: lines(2, 'later') });
  await untilDelivered(world, 5);
  assert.equal(landed(world).length, 5);

  const answers = await Promise.all(
    ['/healthz', '/readyz', '/v1/state', '/v1/push', '/v1/webhooks/codat'].map((path) => fetch(`${worker.url}${path}`)),
  );
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 404, 404, 404],
  );
});

test('a company that several instances are asked for at once is made once', async (t) => {
  const world = await startWorld(t, { database: { url: await freshUrl() }, durations });
  const instances = [world, await world.beside({}), await world.beside({})];
  const wanted = { reference: 'customer-9', name: 'Nine Ltd' };
  const made = await Promise.all([...instances, ...instances].map(({ proxy }) => proxy.companies.ensure(wanted)));
  assert.equal(new Set(made.map(({ id }) => id)).size, 1);
  const all = await companiesAtCodat(world.sandbox);
  assert.deepEqual(
    all.filter(({ name }) => name === wanted.name).map(({ id }) => id),
    [made[0]?.id],
  );
});

test('with the database away it says so, is not ready, and says when it is back', async (t) => {
  const database = { url: await freshUrl() };
  const said: string[] = [];
  const keep = (_fields: unknown, message: string): void => void said.push(message);
  const log = { debug: () => undefined, info: keep, warn: () => undefined, error: keep };
  const world = await startWorld(t, { database, durations: { ...durations, sweep: 100 }, log });
  const get = (path: string) => fetch(`${world.url}${path}`, { headers: { authorization: `Bearer ${serverSecret}` } });
  const name = new URL(database.url).pathname.slice(1);
  await administer(`alter database ${name} with allow_connections false`);
  await administer(`select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = '${name}'`);
  assert.deepEqual([(await get('/readyz')).status, (await get('/healthz')).status], [503, 200]);
  const held = await get('/v1/held');
  assert.deepEqual([held.status, ((await held.json()) as { code: string }).code], [503, 'store_unavailable']);
  assert.equal(held.headers.get('retry-after'), '5');
  while (!said.some((message) => message.startsWith('the store could not be used'))) await pause();
  await administer(`alter database ${name} with allow_connections true`);
  while (!said.includes('the store can be used again')) await pause();
  assert.equal((await get('/readyz')).status, 200);
  assert.equal((await get('/v1/held')).status, 200);
});

test('serving and delivering apart needs a store that is shared', () => {
  const options = {
    apiKey: 'key',
    publicUrl: 'https://feeds.bank.example',
    authorize: () => undefined,
    sourceAccounts: () => [],
  };
  const refused = (more: object, words: RegExp) =>
    assert.throws(
      () => createBankFeedProxy({ ...options, ...more }),
      (error) => error instanceof ProxyOptionsError && words.test(error.message),
    );
  for (const role of ['web', 'worker'])
    refused({ role, dataDir: 'folder' }, /role: needs database: .* share a PostgreSQL server/);
  refused({ role: 'sender' }, /role: must be one of all, web, worker/);
  refused({ database: { url: 'postgres://x/y' }, dataDir: 'folder' }, /database: give database or dataDir, not both/);
  refused({ database: { url: 'mysql://user:sesame@x/y' } }, /database\.url: must be postgres:/);
});

test('the command runs on a server, in a role', async (t) => {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../../src/commands/main.ts')], {
    env: {
      ...process.env,
      CODAT_API_KEY: 'key',
      BANK_FEED_PUBLIC_URL: 'http://127.0.0.1:1',
      BANK_FEED_PAGE_ORIGINS: pageOrigin,
      BANK_FEED_TOKEN_SECRET: 'a token secret of more than thirty-two bytes',
      BANK_FEED_SERVER_SECRET: serverSecret,
      BANK_FEED_SOURCE_ACCOUNTS_URL: 'http://127.0.0.1:1/accounts',
      DATABASE_URL: await freshUrl(),
      BANK_FEED_DATABASE_CONNECTIONS: '2',
      BANK_FEED_ROLE: 'worker',
      PORT: '0',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  const messages: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const { message } = JSON.parse(line) as { message: string };
    messages.push(message);
    if (message === 'ready') child.kill('SIGTERM');
    if (message === 'stopping') break;
  }
  const [code] = await once(child, 'exit');
  assert.deepEqual([code, messages.includes('ready')], [0, true]);
});
