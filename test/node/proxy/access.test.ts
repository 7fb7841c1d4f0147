import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '../../../src/proxy/log.ts';
import {
  connectXero,
  connectionsAtCodat,
  hostAccounts,
  lines,
  pageOrigin,
  serverSecret,
  startWorld,
} from './support.ts';

test('another company’s ids and ids that do not exist get the same bytes', async (t) => {
  const world = await startWorld(t);
  const { connectionId, accountId } = await connectXero(world);
  const stranger = await world.proxy.companies.ensure({ reference: 'customer-2', name: 'Other Ltd' });
  const token = await world.token(stranger.id);
  const bodies = new Set<string>();
  const routes: [string, string, unknown?][] = [
    ['GET', '/v1/connections/ID/link'],
    ['POST', '/v1/connections/ID/disconnect'],
    ['DELETE', '/v1/connections/ID'],
    ['GET', '/v1/connections/ID/accounts'],
    ['POST', '/v1/connections/ID/accounts', { accountIds: [accountId] }],
    ['PATCH', `/v1/connections/ID/accounts/${accountId}`, { name: 'x' }],
    ['DELETE', `/v1/connections/ID/accounts/${accountId}`],
    ['GET', '/v1/connections/ID/mappings'],
    ['PUT', `/v1/connections/ID/mappings/${accountId}`, { targetId: null }],
    ['DELETE', `/v1/connections/ID/mappings/${accountId}`],
  ];
  for (const [method, path, body] of routes)
    for (const id of [connectionId, 'con_AAAAAAAAAAAAAAAAAAAAAA', '..%2f..', 'credentials', '%00']) {
      const answer = await world.call(method, path.replace('ID', id), { token, body });
      assert.equal(answer.status, 404, `${method} ${path} with ${id}`);
      bodies.add(answer.text);
    }
  bodies.add((await world.call('GET', `/v1/feeds/${accountId}/pushes`, { token })).text);
  bodies.add((await world.call('GET', '/v1/nowhere')).text);
  // Within one's own connection: another account, in path and in body.
  const own = `/v1/connections/${connectionId}`;
  for (const foreign of ['acc_AAAAAAAAAAAAAAAAAAAAAA', encodeURIComponent(hostAccounts[0].id), 'batch']) {
    bodies.add((await world.call('DELETE', `${own}/accounts/${foreign}`)).text);
    bodies.add((await world.call('POST', `${own}/accounts`, { body: { accountIds: [foreign] } })).text);
  }
  assert.equal(bodies.size, 1, [...bodies].join('\n'));
});

test('a session does only what its scopes allow', async (t) => {
  const world = await startWorld(t);
  const { token } = await world.proxy.sessions.mint({
    companyId: world.companyId,
    subject: 'reader',
    origin: pageOrigin,
    scopes: ['feeds:read'],
  });
  assert.equal((await world.call('GET', '/v1/state', { token })).status, 200);
  const refused = await world.call('POST', '/v1/connections', { token, body: { platform: 'xero' } });
  assert.deepEqual([refused.status, refused.json.code], [403, 'forbidden']);
});

test('a session for single connections sees no other one, and makes none', async (t) => {
  const world = await startWorld(t);
  const { connectionId: former, accountId } = await connectXero(world);
  await world.proxy.push({ companyId: world.companyId, accountId: hostAccounts[0].id, transactions: lines(3) });
  await world.event('delivered');
  await world.call('POST', `/v1/connections/${former}/disconnect`);
  const { json: made } = await world.call('POST', '/v1/connections', { body: { platform: 'freeagent' } });
  const current = (await connectionsAtCodat(world)).find(({ status }) => status === 'PendingAuth');
  assert.ok(current);
  const { token } = await world.proxy.sessions.mint({
    companyId: world.companyId,
    subject: 'user',
    origin: pageOrigin,
    connections: [current.id],
  });
  const { json: state } = await world.call('GET', '/v1/state', { token });
  assert.deepEqual(
    state.connections.map(({ id }: { id: string }) => id),
    [made.id],
  );
  assert.equal(state.counts.delivered, 0);
  assert.equal((await world.call('GET', `/v1/connections/${made.id}/accounts`, { token })).status, 200);
  const nowhere = await world.call('GET', '/v1/connections/con_AAAAAAAAAAAAAAAAAAAAAA/accounts', { token });
  const others = [
    ['GET', `/v1/connections/${former}/accounts`],
    ['GET', `/v1/connections/${former}/mappings`],
    ['DELETE', `/v1/connections/${former}`],
    ['POST', `/v1/connections/${former}/credentials`],
    ['PUT', `/v1/connections/${former}/mappings/${accountId}`],
    ['GET', `/v1/feeds/${accountId}/pushes`],
  ] as const;
  for (const [method, path] of others) {
    const answer = await world.call(method, path, { token });
    assert.deepEqual([answer.status, answer.text], [404, nowhere.text], `${method} ${path}`);
  }
  const creating = await world.call('POST', '/v1/connections', { token, body: { platform: 'xero' } });
  assert.deepEqual([creating.status, creating.json.code], [403, 'forbidden']);
  const { json: all } = await world.call('GET', '/v1/state');
  assert.equal(all.connections.length, 2);
});

test('that another connection is linked is told to no session that may not see it', async (t) => {
  const world = await startWorld(t);
  const { json: made } = await world.call('POST', '/v1/connections', { body: { platform: 'quickbooks' } });
  const own = (await connectionsAtCodat(world)).map(({ id }) => id);
  await world.call('POST', '/v1/connections', { body: { platform: 'xero' } });
  const other = (await connectionsAtCodat(world)).map(({ id }) => id).filter((id) => !own.includes(id));
  world.sandbox.control.authorize(world.companyId, other[0] ?? '');
  const begin = async (connections?: readonly string[]) => {
    const input = { companyId: world.companyId, subject: 'user', origin: pageOrigin, connections };
    const { token } = await world.proxy.sessions.mint(input);
    const { status, json } = await world.call('POST', `/v1/connections/${made.id}/credentials`, { token });
    return [status, json.code];
  };
  assert.deepEqual(await begin(), [409, 'connection_active']);
  assert.deepEqual(await begin([...own, ...other]), [409, 'connection_active']);
  assert.deepEqual(await begin(own), [403, 'forbidden']);
});

test('without a session every route answers the one 401, those for servers one of their own', async (t) => {
  const world = await startWorld(t);
  const answers = await Promise.all([
    world.call('GET', '/v1/state', { token: undefined }),
    world.call('GET', '/v1/feeds', { token: 'nonsense' }),
    world.call('GET', '/v1/state', { headers: { origin: 'https://other.example' } }),
  ]);
  const forServers = await Promise.all([
    world.call('POST', '/v1/push', { token: await world.token(), body: {} }),
    world.call('POST', '/v1/sessions', { token: `${serverSecret}x`, body: {} }),
    world.call('GET', '/v1/held', { token: undefined }),
  ]);
  for (const same of [answers, forServers]) {
    assert.deepEqual(new Set(same.map(({ status }) => status)), new Set([401]));
    assert.equal(new Set(same.map(({ text }) => text)).size, 1);
  }
});

test('the log at debug says why a session was refused', async (t) => {
  const debug = t.mock.fn((_fields: Readonly<Record<string, unknown>>, _message: string) => {});
  const why = (): unknown[] =>
    debug.mock.calls.flatMap(({ arguments: [fields, message] }) =>
      message === 'a request was refused' ? [fields['why']] : [],
    );
  const ask = (url: string, headers: Record<string, string>) => fetch(`${url}/v1/state`, { headers });
  const log = { ...silentLog, debug, isLevelEnabled: () => true };
  const byToken = await startWorld(t, { log });
  await ask(byToken.url, { origin: pageOrigin });
  await ask(byToken.url, { authorization: 'Bearer x' });
  await ask(byToken.url, { authorization: 'Bearer x', origin: pageOrigin });
  assert.deepEqual(why(), ['no token', 'no origin', 'no token that can be read']);
  debug.mock.resetCalls();
  const mounted = await startWorld(t, { log, authorize: () => undefined });
  await ask(mounted.url, { origin: 'https://evil.example' });
  await ask(mounted.url, {});
  await ask(mounted.url, { 'bank-feed-version': '1' });
  assert.deepEqual(why(), [
    'cross-site: the page is not of the origin of publicUrl',
    'no header bank-feed-version',
    'authorize() refused',
  ]);
});

test('every answer carries the headers that keep it private', async (t) => {
  const world = await startWorld(t);
  assert.equal((await world.call('GET', '/healthz', { token: undefined })).text, 'ok');
  assert.equal((await world.call('GET', '/readyz', { token: undefined })).text, 'ok');
  for (const path of ['/v1/state', '/v1/nowhere', '/elsewhere']) {
    const { headers } = await world.call('GET', path);
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('referrer-policy'), 'no-referrer');
    assert.equal(headers.get('content-security-policy'), "default-src 'none'; frame-ancestors 'none'");
    assert.equal(headers.get('access-control-allow-origin'), pageOrigin);
    assert.match(headers.get('vary') ?? '', /Origin/);
    assert.equal(headers.get('server'), null);
    assert.ok(headers.get('x-request-id'));
  }
  const foreign = await world.call('GET', '/v1/state', { headers: { origin: 'https://evil.example' } });
  assert.deepEqual([foreign.status, foreign.headers.get('access-control-allow-origin')], [401, null]);
  const preflight = await world.call('OPTIONS', '/v1/state', { token: undefined });
  assert.equal(preflight.status, 204);
  assert.match(preflight.headers.get('access-control-allow-headers') ?? '', /authorization/);
});

test('bad bodies name the field and change nothing', async (t) => {
  const world = await startWorld(t);
  const cases: [unknown, string | undefined, number][] = [
    ['{"platform":', undefined, 400],
    [{}, 'platform', 400],
    [{ platform: 'myob' }, 'platform', 400],
    [{ platform: 7 }, 'platform', 400],
    [JSON.stringify({ platform: 'x'.repeat(70_000) }), undefined, 413],
  ];
  for (const [body, field, status] of cases) {
    const answer = await world.call('POST', '/v1/connections', { body });
    assert.deepEqual([answer.status, answer.json.field], [status, field], answer.text);
    assert.equal(answer.headers.get('content-type'), 'application/problem+json');
  }
  for (const query of ['limit=0', 'limit=201', 'limit=x', 'cursor=abc'])
    assert.equal((await world.call('GET', `/v1/feeds?${query}`)).json.field, query.split('=')[0]);
  assert.deepEqual((await world.call('GET', '/v1/state')).json.connections, []);
});

test('a platform that is not offered is refused', async (t) => {
  const world = await startWorld(t, { platforms: ['xero'] });
  const answer = await world.call('POST', '/v1/connections', { body: { platform: 'freeagent' } });
  assert.deepEqual([answer.status, answer.json.code], [422, 'platform_not_allowed']);
  assert.deepEqual((await world.call('GET', '/v1/state')).json.platforms, ['xero']);
});

test('a second software is refused while one is connected, also where an attempt at it was begun before', async (t) => {
  const world = await startWorld(t);
  assert.equal((await world.call('POST', '/v1/connections', { body: { platform: 'freeagent' } })).status, 201);
  const { json: begun } = await world.call('POST', '/v1/connections', { body: { platform: 'xero' } });
  const xero = (await connectionsAtCodat(world)).find(({ integrationKey }) => integrationKey === 'gbol');
  world.sandbox.control.authorize(world.companyId, xero?.id ?? '');
  for (const platform of ['freeagent', 'netsuite']) {
    const answer = await world.call('POST', '/v1/connections', { body: { platform } });
    assert.deepEqual([answer.status, answer.json.code], [409, 'connection_active'], platform);
  }
  const own = await world.call('POST', '/v1/connections', { body: { platform: 'xero' } });
  assert.deepEqual([own.status, own.json.id, own.json.status], [200, begun.id, 'linked']);
});

test('mounted: the host decides, and other sites are refused', async (t) => {
  let companyId = '';
  const natives: unknown[] = [];
  const world = await startWorld(t, {
    authorize: (request, native) => {
      natives.push(native);
      return request.headers.get('cookie') === 'session=ann'
        ? { companyId, subject: 'ann', scopes: ['feeds:read'] }
        : undefined;
    },
  });
  companyId = world.companyId;
  const ask = (headers: Record<string, string>) =>
    fetch(`${world.url}/v1/state`, { headers: { cookie: 'session=ann', ...headers } });
  assert.equal((await ask({ 'bank-feed-version': '1' })).status, 200);
  assert.equal((await ask({ 'bank-feed-version': '1', origin: world.url })).status, 200);
  assert.ok(natives[0] && typeof natives[0] === 'object' && 'socket' in natives[0]);
  assert.equal((await ask({})).status, 401);
  assert.equal((await ask({ 'bank-feed-version': '1', cookie: 'session=bob' })).status, 401);
  assert.equal((await ask({ 'bank-feed-version': '1', origin: 'https://evil.example' })).status, 401);
  assert.equal((await ask({ 'bank-feed-version': '1', 'sec-fetch-site': 'cross-site' })).status, 401);
  await assert.rejects(world.proxy.sessions.mint({ companyId, subject: 'ann', origin: world.url }), /mounted/);
});

test('mounted: a slip in the answer of authorize() opens nothing', async (t) => {
  const error = t.mock.fn((_fields: Readonly<Record<string, unknown>>, _message: string) => {});
  const world = await startWorld(t, {
    authorize: () => {
      const answer = { companyId: world.companyId, subject: 'ann', scopes: ['feeds:read' as const], connection: 'one' };
      return answer;
    },
    log: { ...silentLog, error },
  });
  const { status } = await fetch(`${world.url}/v1/state`, { headers: { 'bank-feed-version': '1' } });
  assert.equal(status, 500);
  assert.match(
    String(error.mock.calls[0]?.arguments[0]['reason']),
    /^authorize\(\) gave an answer that cannot be used: connection is no member of an answer, which has companyId, /,
  );
});

test('two clicks at once make one connection', async (t) => {
  const world = await startWorld(t);
  const made = await Promise.all(
    [1, 2, 3].map(() => world.call('POST', '/v1/connections', { body: { platform: 'xero' } })),
  );
  assert.equal(new Set(made.map(({ json }) => json.id)).size, 1);
  assert.equal((await connectionsAtCodat(world)).length, 1);
});

test('whoever asks for the headers alone gets those of the whole answer', async (t) => {
  const world = await startWorld(t);
  const { connectionId } = await connectXero(world);
  const headers = { origin: pageOrigin, authorization: `Bearer ${await world.token()}` };
  const changing = new Set(['date', 'x-request-id', 'content-length', 'connection', 'keep-alive']);
  for (const [path, status] of [
    [`/v1/connections/${connectionId}/accounts`, 200],
    ['/v1/nowhere', 404],
  ] as const) {
    const told = async (method: string): Promise<[string, string][]> => {
      const answer = await fetch(`${world.url}${path}`, { method, headers });
      assert.equal(answer.status, status, `${method} ${path}`);
      await answer.arrayBuffer();
      return [...answer.headers].filter(([name]) => !changing.has(name));
    };
    const whole = await told('GET');
    for (const name of ['content-type', 'cache-control', 'vary', 'access-control-allow-origin'])
      assert.ok(
        whole.some(([own]) => own === name),
        `${path} has ${name}`,
      );
    assert.deepEqual(await told('HEAD'), whole);
  }
});

test('the host learns Codat’s id of a connection that the widget names, of its own company alone', async (t) => {
  const world = await startWorld(t);
  const { connectionId } = await connectXero(world);
  const [atCodat] = await connectionsAtCodat(world);
  assert.equal(await world.proxy.connections.resolve(world.companyId.toUpperCase(), connectionId), atCodat?.id);
  const stranger = await world.proxy.companies.ensure({ reference: 'customer-2', name: 'Other Ltd' });
  for (const [companyId, id, code] of [
    [stranger.id, connectionId, 'not_found'],
    [world.companyId, atCodat?.id ?? '', 'not_found'],
    ['no id', connectionId, 'invalid_request'],
  ] as const)
    await assert.rejects(world.proxy.connections.resolve(companyId, id), { code });
});
