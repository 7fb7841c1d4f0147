/** The way to the software's own page and back: links that end, and attempts that did. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectionLink, feedState } from '../../../src/contract/schemas.ts';
import type { PlatformKey } from '../../../src/contract/platforms.ts';
import { Attempts, connectionProblem } from '../../../src/proxy/connection-problem.ts';
import { softwareUser } from '../sandbox/software-user.ts';
import { connectionsAtCodat, pageOrigin, startWorld, type World } from './support.ts';

const hour = 3_600_000;

const begin = async (world: World, platform: PlatformKey): Promise<string> => {
  const { json } = await world.call('POST', '/v1/connections', { body: { platform } });
  return `/v1/connections/${json.id}`;
};
const linkOf = async (world: World, path: string) =>
  connectionLink.parse((await world.call('GET', `${path}/link`)).json);
const stateOf = async (world: World) => feedState.parse((await world.call('GET', '/v1/state')).json);

test('a link says until when it opens: a day, and an hour for QuickBooks', async (t) => {
  const world = await startWorld(t);
  for (const [platform, hours] of [
    ['xero', 24],
    ['quickbooks', 1],
  ] as const) {
    const path = await begin(world, platform);
    const before = Date.now();
    const { expiresAt } = await linkOf(world, path);
    const asked = Date.parse(expiresAt ?? '') - hours * hour;
    assert.ok(asked >= before && asked <= Date.now(), expiresAt);
  }
});

test('a refused consent is told until another attempt begins, and each link is a fresh one', async (t) => {
  const world = await startWorld(t);
  const { sandbox, companyId } = world;
  const user = softwareUser(sandbox, companyId);
  const path = await begin(world, 'xero');
  assert.equal((await stateOf(world)).connections[0]?.problem, undefined);
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const { url } = await linkOf(world, path);
    assert.equal((await stateOf(world)).connections[0]?.problem, undefined, 'an attempt is under way');
    await user.refuse(url);
    await assert.rejects(user.refuse(url), /401/, 'used up');
    const answered = await world.call('GET', '/v1/state');
    const problem = feedState.parse(answered.json).connections[0]?.problem;
    assert.equal(problem?.code, 'refused');
    assert.ok(Math.abs(Date.parse(problem?.at ?? '') - Date.now()) < 60_000);
    assert.doesNotMatch(answered.text, /cancelled/i, 'no words of Codat’s');
  }
  const [atCodat] = await connectionsAtCodat(world);
  sandbox.control.authorize(companyId, atCodat?.id ?? '');
  assert.deepEqual((await stateOf(world)).connections[0]?.problem, undefined);
  sandbox.control.revoke(companyId, atCodat?.id ?? '');
  const [ended] = (await stateOf(world)).connections;
  assert.deepEqual([ended?.status, ended?.problem], ['deauthorized', undefined], 'that was no attempt');
});

test('a page that waits for a consent hears of it, also where nothing but the connection changed', async (t) => {
  const world = await startWorld(t, { durations: { watch: 60_000, changes: 20, listing: 60_000 } });
  const path = await begin(world, 'xero');
  const { url } = await linkOf(world, path);
  await stateOf(world);
  const stream = await fetch(`${world.url}/v1/live`, {
    headers: { origin: pageOrigin, authorization: `Bearer ${await world.token()}` },
  });
  await softwareUser(world.sandbox, world.companyId).refuse(url);
  let text = '';
  for await (const chunk of stream.body ?? []) {
    text += Buffer.from(chunk).toString();
    if (!text.includes('event: hint')) continue;
    if ((await stateOf(world)).connections[0]?.problem) break;
  }
  assert.match(text, new RegExp(path.split('/').at(-1) ?? ''));
});

test('nothing begins while another software is connected, and what is connected goes on', async (t) => {
  const world = await startWorld(t);
  const { call, sandbox, companyId } = world;
  const xero = await begin(world, 'xero');
  const quickbooks = await begin(world, 'quickbooks');
  const sage = await begin(world, 'sage');
  const atCodat = await connectionsAtCodat(world);
  const idOf = (key: string): string => atCodat.find(({ integrationKey }) => integrationKey === key)?.id ?? '';
  sandbox.control.authorize(companyId, idOf('hcws'));
  for (const [method, path] of [
    ['GET', `${xero}/link`],
    ['POST', `${sage}/otp`],
  ] as const) {
    const refused = await call(method, path);
    assert.deepEqual([refused.status, refused.json.code], [409, 'connection_active']);
  }
  const other = await call('POST', '/v1/connections', { body: { platform: 'xero' } });
  assert.equal(other.json.code, 'connection_active');
  assert.equal((await call('POST', `${quickbooks}/credentials`)).status, 200);
  assert.equal((await call('POST', `${quickbooks}/disconnect`)).status, 200);
  assert.equal((await call('GET', `${xero}/link`)).status, 200);
  assert.equal((await call('POST', `${quickbooks}/credentials`)).status, 200, 'to reconnect');
});

test('of several failures the newest that is not resolved counts, for a day', () => {
  const now = Date.parse('2026-06-10T12:00:00Z');
  const error = (more: object) => ({
    statusCode: '500',
    erroredOnUtc: '2026-06-10T09:00:00',
    status: 'Active',
    ...more,
  });
  const problem = (status: string, ...errors: readonly object[]) =>
    connectionProblem({ status, dataConnectionErrors: errors.map(error) }, now);
  assert.deepEqual(problem('PendingAuth', {}), { code: 'failed', at: '2026-06-10T09:00:00.000Z' });
  assert.equal(problem('PendingAuth', { statusCode: '403' })?.code, 'refused');
  assert.equal(problem('PendingAuth', { statusText: 'User cancelled linking' })?.code, 'refused');
  assert.equal(problem('PendingAuth', { errorMessage: 'User cancelled' })?.code, 'refused');
  const later = { statusCode: '403', erroredOnUtc: '2026-06-10T10:00:00Z' };
  assert.equal(problem('Unlinked', later, {})?.code, 'refused');
  assert.equal(problem('Unlinked', { ...later, status: 'Resolved' }, {})?.code, 'failed');
  assert.equal(problem('Linked', {}), undefined);
  assert.equal(problem('Deauthorized', { statusCode: '401' }), undefined);
  assert.equal(problem('Deauthorized', { statusCode: '401' }, later)?.code, 'refused');
  assert.equal(problem('PendingAuth', { erroredOnUtc: '2026-06-09T11:00:00Z' }), undefined);
  assert.equal(connectionProblem({ status: 'PendingAuth', dataConnectionErrors: null }, now), undefined);
});

test('an attempt hides what failed before it, and nothing after', () => {
  const attempts = new Attempts();
  const [first, second] = ['09:00', '10:00'].map((at) => ({ code: 'failed', at }) as const);
  attempts.begin('one', undefined);
  assert.equal(attempts.left('one', first), first);
  attempts.begin('one', first);
  assert.equal(attempts.left('one', first), undefined);
  assert.equal(attempts.left('one', second), second);
  assert.equal(attempts.left('two', first), first);
  assert.equal(attempts.left('one', undefined), undefined);
});
