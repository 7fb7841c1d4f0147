import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Problem } from '../../../src/proxy/problem.ts';
import { openDatabase } from '../../../src/store/database.ts';
import {
  asServer,
  connectXero,
  hostAccounts,
  lines,
  pageOrigin,
  pushRefused,
  serverSecret,
  startWorld,
} from './support.ts';

const accountId = hostAccounts[0].id;

test('held lines are seen, skipped and resumed over the server-only routes', async (t) => {
  const world = await startWorld(t);
  const { companyId } = world;
  await pushRefused(world, 'Line 2 is not to our taste.');
  const { status, json: held } = await asServer(world, 'GET', `/v1/held?companyId=${companyId}`);
  assert.equal(status, 200);
  const [item] = held.items;
  assert.deepEqual(
    [item.accountId, item.reason, item.message, item.lines, item.actions, held.nextCursor],
    [accountId, 'refused', 'Line 2 is not to our taste.', 3, ['retry', 'skip'], undefined],
  );
  const feed = { companyId, accountId, connectionId: item.connectionId };
  const { json: waiting } = await asServer(world, 'GET', `/v1/held/lines?${String(new URLSearchParams(feed))}&limit=2`);
  assert.deepEqual(
    waiting.items.map((line: { id: string; state: string }) => [line.id, line.state]),
    [
      ['line-1', 'stopped'],
      ['line-2', 'stopped'],
    ],
  );
  assert.equal(waiting.nextCursor, 'o2');

  const early = await asServer(world, 'POST', '/v1/held/resume', feed);
  assert.deepEqual([early.status, early.json.code], [409, 'action_not_possible']);
  const nameless = await asServer(world, 'POST', '/v1/held/skip', { ...feed, ids: ['nobody'], reason: 'x' });
  assert.deepEqual([nameless.status, nameless.json.field], [400, 'ids']);
  const skipped = await asServer(world, 'POST', '/v1/held/skip', { ...feed, ids: ['line-2'], reason: 'by hand' });
  assert.deepEqual(skipped.json, { lines: 1, left: 2, resume: true });
  assert.deepEqual((await asServer(world, 'POST', '/v1/held/resume', feed)).json, { lines: 2 });
  await world.event('delivered');
  const { json: after } = await asServer(world, 'GET', `/v1/companies/${companyId}/feeds`);
  assert.deepEqual(after.items[0].counts, { delivered: 2, waiting: 0, held: 0 });
  assert.equal(after.items[0].skipped, 1);
  assert.deepEqual((await asServer(world, 'GET', '/v1/held')).json, { items: [] });

  const { json: events } = await asServer(world, 'GET', '/v1/events');
  assert.deepEqual(
    events.items.map(({ type }: { type: string }) => type),
    ['account-connected', 'held', 'operated', 'recovered', 'operated', 'delivered'],
  );
});

test('the same in process, and what is asked wrongly names its field', async (t) => {
  const world = await startWorld(t);
  const { proxy, companyId } = world;
  await pushRefused(world, 'Line 2 is not to our taste.');
  const feed = { companyId: companyId.toUpperCase(), accountId };
  assert.equal((await proxy.feeds.held({ companyId, limit: 1 })).items.length, 1);
  assert.equal((await proxy.feeds.lines(feed)).items.length, 3);
  assert.equal((await proxy.feeds.list(companyId))[0]?.held?.reason, 'refused');
  const problem = (code: string, field?: string) => (error: unknown) =>
    error instanceof Problem && error.code === code && error.field === field;
  await assert.rejects(proxy.feeds.resume(feed), problem('action_not_possible', ''));
  await assert.rejects(proxy.feeds.list('x'), problem('invalid_request', 'companyId'));
  await assert.rejects(proxy.feeds.skip({ ...feed, ids: [], reason: '' }), { field: 'ids' });
  assert.deepEqual(await proxy.feeds.retry(feed), { lines: 3 });
  await world.event('delivered');

  for (const [path, field] of [
    ['/v1/held?companyId=x', 'companyId'],
    ['/v1/held?cursor=x', 'cursor'],
    ['/v1/held?limit=0', 'limit'],
    [`/v1/held/lines?companyId=${companyId}`, 'accountId'],
  ]) {
    const answer = await asServer(world, 'GET', path ?? '');
    assert.deepEqual([answer.status, answer.json.field], [400, field], path);
  }
  await assert.rejects(proxy.feeds.retry(Object.assign({ batch: 'one' }, feed)), problem('invalid_request', 'batch'));
  const unknown = await asServer(world, 'POST', '/v1/held/retry', { companyId, accountId: 'nobody' });
  assert.deepEqual([unknown.status, unknown.json.code], [404, 'not_found']);
  assert.equal((await asServer(world, 'POST', '/v1/held/other', {})).status, 404);
});

test('nobody without the server secret, and no page, comes near them', async (t) => {
  const world = await startWorld(t);
  for (const [method, path] of [
    ['GET', '/v1/held'],
    ['GET', '/v1/waiting'],
    ['GET', '/v1/held/lines'],
    ['POST', '/v1/held/retry'],
    ['POST', '/v1/held/skip'],
    ['POST', '/v1/held/resume'],
    ['GET', `/v1/companies/${world.companyId}/feeds`],
    ['DELETE', `/v1/companies/${world.companyId}`],
  ] as const) {
    assert.equal((await world.call(method, path)).status, 401, path);
    const headers = { authorization: `Bearer ${serverSecret}`, origin: pageOrigin };
    assert.equal((await fetch(`${world.url}${path}`, { method, headers })).status, 403, path);
  }
});

test('forgetting a company removes all that is kept of it, and only that', async (t) => {
  const world = await startWorld(t);
  const { companyId, proxy } = world;
  const other = await proxy.companies.ensure({ reference: 'customer-2', name: 'Other Ltd' });
  await pushRefused(world, 'Line 2 is not to our taste.');
  await proxy.push({ companyId: other.id, accountId, transactions: lines(1) });
  assert.equal((await asServer(world, 'DELETE', '/v1/companies/x')).status, 400);
  const forgotten = await asServer(world, 'DELETE', `/v1/companies/${companyId}`);
  assert.equal(forgotten.status, 204);
  assert.deepEqual((await asServer(world, 'GET', `/v1/companies/${companyId}/feeds`)).json, { items: [] });
  assert.deepEqual((await asServer(world, 'GET', '/v1/held')).json, { items: [] });
  const { json: events } = await asServer(world, 'GET', '/v1/events');
  assert.ok(events.items.every((event: { companyId: string }) => event.companyId !== companyId));
  assert.deepEqual(await proxy.companies.get(companyId), { id: companyId });
  assert.equal((await proxy.feeds.list(other.id)).length, 1);
  // Once more does nothing.
  assert.equal(await proxy.companies.forget(companyId), false);
  assert.equal((await asServer(world, 'DELETE', `/v1/companies/${companyId}`)).status, 404);
});

test('a company that was forgotten is known again from the next listing on', async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'bank-feed-again-'));
  t.after(() => rm(dataDir, { recursive: true, force: true }));
  // The embedded store remembers what a listing said; nothing but a page's own listing tells it here.
  const world = await startWorld(t, { dataDir, durations: { watch: 3_600_000, changes: 50, linger: 1, listing: 0 } });
  const { companyId, proxy } = world;
  const { connectionId } = await connectXero(world);
  const list = () => world.call('GET', `/v1/connections/${connectionId}/accounts`);
  await list();
  await proxy.companies.forget(companyId);
  assert.deepEqual(await proxy.feeds.list(companyId), []);
  while ((await proxy.feeds.list(companyId)).length === 0) await list();
  await proxy.stop();
});

test('of a webhook that was dealt with, and of a company that was forgotten, only ids are kept', async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'bank-feed-kept-'));
  t.after(() => rm(dataDir, { recursive: true, force: true }));
  const world = await startWorld(t, { dataDir });
  const { companyId } = world;
  await connectXero(world);
  await world.proxy.push({ companyId, accountId, transactions: lines(2) });
  await world.event('delivered');
  await world.proxy.companies.forget(companyId);
  await world.proxy.stop();
  const database = await openDatabase({ dataDir });
  try {
    const { rows: messages } = await database.query<{ id: string; body: string }>(
      'select id, body from webhook_message',
    );
    assert.ok(messages.length > 0);
    assert.deepEqual(new Set(messages.map(({ body }) => body)), new Set(['']));
    for (const table of ['txn', 'push', 'feed', 'connection', 'event', 'hint', 'company', 'gate']) {
      const { rows } = await database.query(`select * from ${table}`);
      assert.deepEqual(rows, [], table);
    }
  } finally {
    await database.close();
  }
});
