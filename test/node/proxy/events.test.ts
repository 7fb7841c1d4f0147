/** The list of events: read page by page, acknowledged, the same in process and over HTTP. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '../../../src/proxy/problem.ts';
import { asServer, connectXero, hostAccounts, lines, startWorld } from './support.ts';

const accountId = hostAccounts[0].id;

test('events are read on from one, and go once they are acknowledged', async (t) => {
  const world = await startWorld(t);
  await connectXero(world);
  await world.proxy.push({ companyId: world.companyId, accountId, transactions: lines(2) });
  await world.event('delivered');

  const { items } = await world.proxy.events.list();
  const [connected, delivered] = items;
  assert.ok(connected !== undefined && delivered !== undefined);
  assert.deepEqual(
    items.map(({ type }) => type),
    ['account-connected', 'delivered'],
  );
  assert.deepEqual(await world.proxy.events.list({ limit: 1 }), { items: [connected] });
  assert.deepEqual(await world.proxy.events.list({ after: connected.id }), { items: [delivered] });

  const first = await asServer(world, 'GET', '/v1/events?limit=1');
  assert.deepEqual(first.json, { items: [{ ...connected, at: new Date(connected.at).toISOString() }] });
  const second = await asServer(world, 'GET', `/v1/events?after=${connected.id}&limit=5`);
  assert.deepEqual(
    second.json.items.map(({ id }: { id: string }) => id),
    [delivered.id],
  );

  assert.equal((await asServer(world, 'POST', '/v1/events/acknowledge', { upTo: connected.id })).status, 204);
  assert.deepEqual(await world.proxy.events.list(), { items: [delivered] });
  await world.proxy.events.acknowledge(delivered.id);
  assert.deepEqual((await asServer(world, 'GET', '/v1/events')).json, { items: [] });
  // An answer that was lost is repeated.
  await world.proxy.events.acknowledge(delivered.id);
});

test('an id that no event has yet acknowledges nothing', async (t) => {
  const world = await startWorld(t);
  await connectXero(world);
  const { items } = await world.proxy.events.list();
  assert.equal(items.length, 1);
  for (const upTo of ['999', 999, 'x', '', undefined]) {
    const { status, json } = await asServer(world, 'POST', '/v1/events/acknowledge', { upTo });
    assert.deepEqual([status, json.code, json.field], [400, 'invalid_request', 'upTo'], String(upTo));
    assert.deepEqual(await world.proxy.events.list(), { items });
  }
  assert.equal((await asServer(world, 'POST', '/v1/events/acknowledge', null)).status, 400);
  await assert.rejects(world.proxy.events.acknowledge('999'), (error) => error instanceof Problem);
  for (const query of ['after=x', 'limit=0', 'limit=201', 'limit=x']) {
    const { status, json } = await asServer(world, 'GET', `/v1/events?${query}`);
    assert.deepEqual([status, json.field], [400, query.split('=')[0]], query);
  }
});
