import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '../../../src/proxy/problem.ts';
import { connectXero, hostAccounts, lines, startWorld } from './support.ts';
import { answer, overFetch } from './transport.ts';

const accountId = hostAccounts[0].id;
const refused = (field: string) => (error: unknown) =>
  error instanceof Problem && error.code === 'invalid_request' && error.field === field;

test('ids of companies are one id in either case: nothing is delivered twice', async (t) => {
  const world = await startWorld(t);
  await connectXero(world);
  const shouted = world.companyId.toUpperCase();
  const transactions = lines(1);
  await world.proxy.push({ companyId: world.companyId, accountId, transactions });
  const again = await world.proxy.push({ companyId: shouted, accountId, transactions });
  assert.deepEqual([again.accepted, again.duplicates], [0, 1]);
  assert.deepEqual(await world.proxy.companies.get(shouted), { id: world.companyId, reference: 'customer-1' });
  assert.equal((await world.call('GET', '/v1/state', { token: await world.token(shouted) })).json.accounts.length, 1);
});

test('a reference and a company belong together once', async (t) => {
  const { proxy, companyId } = await startWorld(t);
  const other = '8a210b68-6988-11ed-a1eb-0242ac120002';
  const name = 'Harbour Lane Bakery';
  await assert.rejects(
    proxy.companies.ensure({ reference: 'customer-1', name, companyId: other }),
    refused('companyId'),
  );
  await assert.rejects(proxy.companies.ensure({ reference: 'customer-2', name, companyId }), refused('companyId'));
  assert.equal((await proxy.companies.ensure({ reference: 'customer-1', name, companyId })).id, companyId);
  await assert.rejects(proxy.companies.ensure({ reference: 'customer-3', name, companyId: other }), {
    code: 'invalid_request',
    field: 'companyId',
    detail: 'companyId is not known at Codat.',
  });
  assert.notEqual((await proxy.companies.ensure({ reference: 'customer-3', name })).id, other);
  await assert.rejects(proxy.companies.ensure({ reference: 'a\u0000b', name }), refused('reference'));
});

test('a push names a connection of the company, or none', async (t) => {
  const { proxy, companyId } = await startWorld(t);
  const connectionId = '8a210b68-6988-11ed-a1eb-0242ac120002';
  await assert.rejects(
    proxy.push({ companyId, accountId, connectionId, transactions: lines(1) }),
    refused('connectionId'),
  );
});

test('lines are taken although Codat does not answer', async (t) => {
  let hangs = false;
  const { proxy, companyId } = await startWorld(t, {
    durations: { watch: 200, changes: 50, linger: 1, listing: 0, hooks: 100 },
    transport: async (request) => {
      if (!hangs) return overFetch(request);
      return new Promise((_, reject) => {
        request.signal?.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
      });
    },
  });
  hangs = true;
  const began = performance.now();
  assert.equal((await proxy.push({ companyId, accountId, transactions: lines(1) })).accepted, 1);
  assert.ok(performance.now() - began < 2_000);
});

test('a hook that hangs, throws or answers nonsense is one clear error, and no line is refused for a time zone', async (t) => {
  let zone: () => unknown = () => 'Europe/London';
  let accounts: () => unknown = () => hostAccounts;
  const world = await startWorld(t, {
    durations: { watch: 200, changes: 50, linger: 1, listing: 0, hooks: 100 },
    timeZone: () => zone() as string,
    sourceAccounts: () => accounts(),
  });
  const zones: (() => unknown)[] = [
    () => {
      throw new Error('no zone');
    },
    () => new Promise(() => {}),
    () => 'Mars/Phobos',
    () => '+05:00',
    () => 5,
    () => null,
  ];
  for (const [index, given] of zones.entries()) {
    zone = given;
    const { accepted } = await world.proxy.push({
      companyId: world.companyId,
      accountId,
      transactions: lines(1, `zone-${index}`),
    });
    assert.equal(accepted, 1);
    const feeds = await world.call('GET', '/v1/feeds');
    assert.deepEqual([feeds.status, feeds.json.timeZone], [200, 'UTC']);
  }
  zone = () => 'Europe/London';
  accounts = () => new Promise(() => {});
  const stranger = await world.proxy.companies.ensure({ reference: 'customer-2', name: 'Other Ltd' });
  await assert.rejects(
    world.proxy.push({ companyId: stranger.id, accountId, transactions: lines(1) }),
    (error) => error instanceof Problem && error.code === 'source_accounts_failed',
  );
});

test('what Codat calls an error does not break the answer', async (t) => {
  let broken = false;
  const world = await startWorld(t, {
    transport: async (request) =>
      broken
        ? answer(400, { statusCode: 400, error: 'no', correlationId: 'two\nlines — and more' })
        : overFetch(request),
  });
  broken = true;
  const { status, headers, json } = await world.call('GET', '/v1/state');
  assert.deepEqual([status, json.code, headers.get('cache-control')], [422, 'upstream_refused', 'no-store']);
});

test('an authorize() that answers nonsense is told to the log, not to the page', async (t) => {
  const logged: unknown[] = [];
  const note = (fields: Readonly<Record<string, unknown>>): void => void logged.push(fields['reason']);
  const world = await startWorld(t, {
    authorize: () => ({ companyId: 'mine', subject: 'ann', scopes: ['feeds:read'] }),
    log: { debug: note, info: note, warn: note, error: note },
  });
  const response = await fetch(`${world.url}/v1/state`, { headers: { 'bank-feed-version': '1' } });
  assert.equal(response.status, 500);
  assert.doesNotMatch(await response.text(), /authorize/);
  assert.ok(logged.some((message) => /authorize\(\) .* companyId/.test(String(message))));
});
