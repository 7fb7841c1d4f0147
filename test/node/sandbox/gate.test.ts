import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ApiError } from '../../../src/sandbox/api/errors.ts';
import { line, standing } from './harness.ts';
import { receiver } from './receiver.ts';

const encode = (text: string): string => Buffer.from(text).toString('base64');

test('the key alone opens: no user, no colon, no other scheme', async () => {
  const { call } = standing();
  for (const authorization of [
    '',
    'a-key',
    `Bearer ${encode('a-key')}`,
    `Basic ${encode('a-key:')}`,
    `Basic ${encode(':a-key')}`,
    `Basic ${encode('user:a-key')}`,
    `Basic ${encode('other')}`,
    'Basic a-key',
    'Basic',
  ]) {
    const { status, body, headers } = await call('GET', '/companies', undefined, { authorization });
    assert.equal(status, 401, authorization);
    assert.equal(body.statusCode, 401);
    assert.equal(headers.get('x-rate-limit-remaining'), '1000');
  }
  assert.equal((await call('GET', '/companies', undefined, { authorization: `basic ${encode('a-key')}` })).status, 200);
  assert.equal((await call('GET', '/nowhere', undefined, { authorization: '' })).status, 401);
});

test('every answer says where one stands', async () => {
  const { call, linked, sandbox } = standing();
  const first = await call('GET', '/companies');
  assert.equal(first.headers.get('x-rate-limit-limit'), '1000');
  assert.equal(first.headers.get('x-rate-limit-remaining'), '999');
  assert.equal(first.headers.get('x-rate-limit-reset'), '2026-06-11T00:00:00.000Z');
  const { companyId } = await linked();
  const later = await call('GET', '/nowhere');
  assert.equal(later.status, 404);
  assert.equal(later.headers.get('x-rate-limit-limit'), '2000');

  const idempotency = { 'idempotency-key': 'k' };
  await call('POST', '/companies', { name: 'One' }, idempotency);
  const broken = sandbox.control.intercept((id, next) =>
    id === 'get-company' ? Promise.reject(new Error('a fault of the sandbox itself')) : next(),
  );
  for (const [status, answer] of [
    [400, await call('POST', '/companies', '{')],
    [401, await call('GET', '/companies', undefined, { authorization: '' })],
    [404, await call('DELETE', '/webhooks/unknown')],
    [405, await call('PUT', '/companies')],
    [422, await call('POST', '/companies', { name: 'Two' }, idempotency)],
    [500, await call('GET', `/companies/${companyId}`)],
    [204, await call('DELETE', `/companies/${companyId}`)],
  ] as const) {
    assert.equal(answer.status, status);
    for (const name of ['limit', 'remaining', 'reset']) {
      assert.ok(answer.headers.get(`x-rate-limit-${name}`), `${status} ${name}`);
    }
  }
  broken();
});

test('a company linked when the quota is used up makes room, and running out again is told again', async () => {
  const { send, deliveries } = receiver();
  const { call, company, clock, sandbox } = standing({ send });
  const eventTypes = ['client.rateLimit.reached', 'client.rateLimit.reset'];
  sandbox.control.addWebhook({ url: 'http://receiver.test/', eventTypes });
  const companyId = await company();
  const { body } = await call('POST', `/companies/${companyId}/connections`, { platformKey: 'gbol' });
  for (let index = 0; index < 998; index++) await call('GET', '/companies/x');
  await clock.advance(60_000);
  assert.equal((await call('GET', '/companies')).status, 429);
  sandbox.control.authorize(companyId, body.id);
  const more = await call('GET', '/companies');
  assert.equal(more.status, 200);
  assert.equal(more.headers.get('x-rate-limit-remaining'), '999');
  for (let index = 0; index < 999; index++) {
    if (index === 500) await clock.advance(60_000);
    await call('GET', '/companies/x');
  }
  await clock.advance(60_000);
  assert.equal((await call('GET', '/companies')).status, 429);
  await clock.set(Date.parse('2026-06-11T00:00:00.100Z'));
  const told = deliveries.map(({ body: { eventType, payload } }) => [eventType, payload]);
  const expiryDate = '2026-06-11T00:00:00.000Z';
  assert.deepEqual(told, [
    ['client.rateLimit.reached', { dailyQuota: 1000, quotaRemaining: 0, expiryDate }],
    ['client.rateLimit.reached', { dailyQuota: 2000, quotaRemaining: 0, expiryDate }],
    ['client.rateLimit.reset', { dailyQuota: 2000, quotaRemaining: 2000, expiryDate: '2026-06-12T00:00:00.000Z' }],
  ]);
});

test('what a key answered is kept over a restart, headers included', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
  try {
    const dataFile = join(folder, 'state.json');
    const create = ({ call }: ReturnType<typeof standing>, key: string) =>
      call('POST', '/companies', { name: 'One' }, { 'idempotency-key': key });
    const before = standing({ dataFile });
    const made = await create(before, 'k-1');
    before.sandbox.control.faults.add({
      kind: 'status',
      operation: 'create-company',
      status: 503,
      retryAfterSeconds: 7,
    });
    const refused = await create(before, 'k-2');
    await before.sandbox.stop();

    const after = standing({ dataFile });
    assert.deepEqual((await create(after, 'k-1')).body, made.body);
    const again = await create(after, 'k-2');
    assert.equal(again.status, 503);
    assert.equal(again.headers.get('retry-after'), '7');
    assert.deepEqual(again.body, refused.body);
    await after.sandbox.stop();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('beyond the minute and the day: 429 with Retry-After, and an event for the quota', async () => {
  const { call, clock, sandbox } = standing();
  sandbox.control.addWebhook({
    url: 'http://127.0.0.1:9/hook',
    eventTypes: ['client.rateLimit.reached', 'client.rateLimit.reset'],
  });
  await clock.advance(1000);
  for (let index = 0; index < 999; index++) await call('GET', '/companies/x');
  assert.equal((await call('GET', '/companies')).status, 200);
  const refused = await call('GET', '/companies');
  assert.equal(refused.status, 429);
  assert.equal(refused.body.canBeRetried, 'True');
  assert.equal(refused.headers.get('retry-after'), String(14.5 * 3600 - 1));
  assert.equal(refused.headers.get('x-rate-limit-remaining'), '0');
  assert.equal((await call('GET', '/companies')).status, 429);
  assert.equal(sandbox.control.pendingWebhooks(), 1);
  await clock.set(Date.parse('2026-06-11T00:00:00Z'));
  assert.equal((await call('GET', '/companies')).status, 200);
  assert.equal(sandbox.control.pendingWebhooks(), 2);

  const busy = standing();
  for (let index = 0; index < 3; index++) await busy.linked();
  for (let index = 0; index < 993; index++) await busy.call('GET', '/companies/x');
  await busy.call('GET', '/companies');
  const tooFast = await busy.call('GET', '/companies');
  assert.equal(tooFast.status, 429);
  assert.equal(tooFast.headers.get('retry-after'), '60');
  await busy.clock.advance(60_000);
  assert.equal((await busy.call('GET', '/companies')).status, 200);

  const free = standing({ limits: 'off' });
  for (let index = 0; index < 1010; index++) await free.call('GET', '/companies/x');
  assert.equal((await free.call('GET', '/companies')).status, 200);
});

test('ten requests at a time for one company', async () => {
  const { call, company, sandbox } = standing();
  const companyId = await company();
  const other = await company();
  const gate = Promise.withResolvers<void>();
  const remove = sandbox.control.intercept(async (_, next) => {
    await gate.promise;
    return next();
  });
  const running = Array.from({ length: 10 }, () => call('GET', `/companies/${companyId}`));
  const eleventh = await call('GET', `/companies/${companyId}`);
  assert.equal(eleventh.status, 429);
  assert.equal(eleventh.headers.get('retry-after'), '1');
  const elsewhere = call('GET', `/companies/${other}`);
  gate.resolve();
  remove();
  assert.deepEqual([...new Set((await Promise.all([...running, elsewhere])).map(({ status }) => status))], [200]);
  assert.equal((await call('GET', `/companies/${companyId}`)).status, 200);
});

test('an Idempotency-Key: replayed for 90 minutes, 422 for another body, 409 while under way', async () => {
  const { call, clock, sandbox } = standing();
  const create = (name: unknown, key = 'k-1') => call('POST', '/companies', { name }, { 'idempotency-key': key });
  const first = await create('One');
  assert.equal((await create('One')).body.id, first.body.id);
  const other = await create('Two');
  assert.equal(other.status, 422);
  assert.equal((await call('GET', '/companies')).body.totalResults, 1);
  await clock.advance(90 * 60_000 - 1);
  assert.equal((await create('One')).body.id, first.body.id);
  await clock.advance(1);
  assert.notEqual((await create('One')).body.id, first.body.id);

  // Refusals are kept too, with their correlation id.
  const refused = await create(7, 'k-2');
  assert.equal(refused.status, 400);
  assert.equal((await create(7, 'k-2')).body.correlationId, refused.body.correlationId);

  const gate = Promise.withResolvers<void>();
  const remove = sandbox.control.intercept(async (_, next) => {
    await gate.promise;
    return next();
  });
  const running = create('Slow', 'k-3');
  const meanwhile = await create('Slow', 'k-3');
  assert.equal(meanwhile.status, 409);
  gate.resolve();
  remove();
  assert.equal((await running).status, 200);
  assert.equal((await create('Slow', 'k-3')).body.id, (await running).body.id);

  // A key belongs to one request: another company or another operation is another request.
  const paths = [await create('A', 'k-4'), await create('B', 'k-5')].map(({ body }) => `/companies/${body.id}`);
  const connect = (path = '') =>
    call('POST', `${path}/connections`, { platformKey: 'gbol' }, { 'idempotency-key': 'k-6' });
  assert.equal((await connect(paths[0])).status, 200);
  assert.equal((await connect(paths[1])).status, 422);
  const patch = (body: object) => call('PATCH', paths[0] ?? '', body, { 'idempotency-key': 'k-7' });
  assert.equal((await patch({ name: 'C' })).body.name, 'C');
  await call('PATCH', paths[0] ?? '', { name: 'D' });
  assert.equal((await patch({ name: 'C' })).body.name, 'C');
  assert.equal((await call('GET', paths[0] ?? '')).body.name, 'D');

  assert.equal((await create('x', 'k'.repeat(256))).status, 400);
  // Reads take no notice of the header.
  assert.equal((await call('GET', '/companies', undefined, { 'idempotency-key': 'k-1' })).status, 200);
});

test('a 5xx is kept and replayed with its effect or without, a 429 lets go of the key', async () => {
  const { call, connected, clock, sandbox } = standing();
  const { accountId, push } = await connected();
  const send = (key: string) => call('POST', push, { accountId, transactions: [line(1)] }, { 'idempotency-key': key });
  let status = 503;
  const remove = sandbox.control.intercept(async (id, next) => {
    if (id === 'create-bank-transactions') await next();
    throw new ApiError(status, 'Injected.', status === 429 ? { headers: { 'retry-after': '2' } } : {});
  });
  assert.equal((await send('a')).status, 503);
  remove();
  assert.equal((await send('a')).status, 503);
  await clock.advance(400);
  assert.equal(sandbox.ledger.entries().length, 1);

  status = 429;
  const again = sandbox.control.intercept(() => Promise.reject(new ApiError(status, 'Injected.')));
  assert.equal((await send('b')).status, 429);
  again();
  assert.equal((await send('b')).status, 200);

  const broken = sandbox.control.intercept(() => Promise.reject(new Error('a fault of the sandbox itself')));
  const fault = await call('GET', '/companies');
  assert.equal(fault.status, 500);
  assert.doesNotMatch(fault.text, /a fault of the sandbox/);
  broken();
});

test('malformed bodies get the documented error body', async () => {
  const { call } = standing();
  for (const [body, pattern] of [
    ['{', /not valid JSON/],
    ['{"name":}', /not valid JSON/],
    ['nonsense', /not valid JSON/],
    ['['.repeat(200_000), /not valid JSON|nested too deeply/],
    [`${'['.repeat(200_000)}${']'.repeat(200_000)}`, /nested too deeply|not valid/],
    [`{"name":"${'x'.repeat(9 * 1024 * 1024)}"}`, /too long/],
    ['', /body/],
    ['null', /body/],
    ['"text"', /body/],
  ] as const) {
    const answer = await call('POST', '/companies', body);
    assert.equal(answer.status, 400, body.slice(0, 40));
    assert.match(answer.body.error, pattern);
    assert.deepEqual(Object.keys(answer.body), [
      'statusCode',
      'service',
      'error',
      'correlationId',
      'validation',
      'canBeRetried',
      'detailedErrorCode',
    ]);
  }
});

test('invalid UTF-8 is refused', async () => {
  const { sandbox } = standing();
  const response = await sandbox.fetch(
    new Request('http://sandbox.test/companies', {
      method: 'POST',
      headers: { authorization: `Basic ${encode('a-key')}` },
      body: new Uint8Array([0x7b, 0xff, 0x7d]),
    }),
  );
  assert.equal(response.status, 400);
  assert.match(await response.text(), /not valid UTF-8/);
});

test('unknown paths are 404, known paths with another method 405', async () => {
  const { call, linked } = standing();
  const { base } = await linked();
  assert.equal((await call('GET', '/companies/a/b/c/d')).status, 404);
  const wrong = await call('DELETE', '/companies');
  assert.equal(wrong.status, 405);
  assert.equal(wrong.headers.get('allow'), 'POST, GET');
  const retired = await call('PUT', `${base}/connectionInfo/bankFeedAccounts`, []);
  assert.equal(retired.status, 405);
  assert.match(retired.body.error, /POST …\/bankFeedAccounts\/batch/);
});

test('ids that are UUIDs are the same in capitals, ids of accounts are not', async () => {
  const { call, connected } = standing();
  const { companyId, connectionId, push, accountId } = await connected();
  const { body: pushed } = await call('POST', push, { accountId, transactions: [line(1)] });
  const [company, connection] = [`/companies/${companyId.toUpperCase()}`, connectionId.toUpperCase()];
  assert.equal((await call('GET', `${company}/connections/${connection}`)).body.id, connectionId);
  const operation = await call('GET', `${company}/push/${String(pushed.pushOperationKey).toUpperCase()}`);
  assert.equal(operation.body.pushOperationKey, pushed.pushOperationKey);
  const account = `${company}/connections/${connection}/connectionInfo/bankFeedAccounts/${accountId.toUpperCase()}`;
  assert.equal((await call('DELETE', account)).status, 404);
});
