import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '../../../src/proxy/problem.ts';
import { cacheDir } from '../support/stores.ts';
import { companiesAtCodat, connectXero, hostAccounts, lines, pageOrigin, serverSecret, startWorld } from './support.ts';

const accountId = hostAccounts[0].id;

test('the server-only routes: companies, sessions, push, events', async (t) => {
  const world = await startWorld(t);
  const server = (method: string, path: string, body?: unknown) =>
    fetch(`${world.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${serverSecret}`, 'content-type': 'application/json' },
      body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
    });
  const ensured = await server('POST', '/v1/companies', { reference: 'customer-1', name: 'Another name' });
  assert.deepEqual(await ensured.json(), { id: world.companyId, reference: 'customer-1' });
  const minted = await server('POST', '/v1/sessions', { companyId: world.companyId, subject: 'u', origin: pageOrigin });
  assert.equal(minted.status, 201);
  const { token } = (await minted.json()) as { token: string };
  assert.equal((await world.call('GET', '/v1/state', { token })).status, 200);

  // Digits beyond a double arrive as they were written.
  const exact =
    '{"id":"x","date":"2026-01-05","amount":12345678901234567890.123456789,"balance":1.10,"description":"d"}';
  const pushed = await server(
    'POST',
    '/v1/push',
    `{"companyId":"${world.companyId}","accountId":"${accountId}","transactions":[${exact}]}`,
  );
  assert.equal(pushed.status, 200, await pushed.clone().text());
  assert.equal(((await pushed.json()) as { accepted: number }).accepted, 1);

  const fromPage = await fetch(`${world.url}/v1/push`, {
    method: 'POST',
    headers: { authorization: `Bearer ${serverSecret}`, origin: pageOrigin },
    body: '{}',
  });
  assert.equal(fromPage.status, 403);
  const events = await server('GET', '/v1/events');
  assert.deepEqual(await events.json(), { items: [] });
  assert.equal((await server('POST', '/v1/events/acknowledge', {})).status, 400);
});

test('a call that is wrong as a whole names its field and stores nothing', async (t) => {
  const { proxy, companyId } = await startWorld(t);
  const transactions = lines(1);
  const wrong: Record<string, unknown> = {
    companyId: { companyId: 'x', accountId, transactions },
    accountId: { companyId, accountId: 'not offered', transactions },
    connectionId: { companyId, accountId, connectionId: 'x', transactions },
    transactions: { companyId, accountId, transactions: [] },
  };
  for (const [field, input] of Object.entries(wrong))
    await assert.rejects(
      proxy.push(input as Parameters<typeof proxy.push>[0]),
      (error) => error instanceof Problem && error.field === field,
      field,
    );
});

test('a push with a member or a question that is not known is refused: {"dryrun": true} would really send', async (t) => {
  const world = await startWorld(t);
  const transactions = lines(1);
  const post = (query: string, more: object, headers: Readonly<Record<string, string>> = {}) =>
    fetch(`${world.url}/v1/push${query}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${serverSecret}`, ...headers },
      body: JSON.stringify({ companyId: world.companyId, accountId, transactions, ...more }),
    });
  for (const [query, more] of [
    ['', { dryrun: true }],
    ['?dryrun=true', {}],
    ['?dryRun=true&more=true', {}],
  ] as const) {
    const refused = await post(query, more);
    assert.equal(refused.status, 400);
    assert.match(await refused.text(), /"field":"(dryrun|more)"/);
  }
  const packed = await post('', {}, { 'content-encoding': 'gzip' });
  assert.deepEqual([packed.status, ((await packed.json()) as { code: string }).code], [415, 'encoding_not_supported']);
  const packedLines = await post('', {}, { 'content-encoding': 'gzip', 'content-type': 'application/x-ndjson' });
  assert.equal(packedLines.status, 415);
  const taken = (await (await post('', {})).json()) as { accepted: number };
  assert.equal(taken.accepted, 1, 'nothing was stored before');
});

test('another method is told which ones there are, a wrong server secret that it is one', async (t) => {
  const { url, call } = await startWorld(t);
  const secret = { authorization: `Bearer ${serverSecret}` };
  for (const [method, path, allowed] of [
    ['GET', '/v1/push', 'POST'],
    ['PUT', '/v1/held/retry', 'POST'],
    ['POST', '/v1/held', 'GET'],
    ['POST', '/healthz', 'GET'],
  ] as const) {
    const response = await fetch(`${url}${path}`, { method, headers: secret });
    assert.deepEqual([response.status, response.headers.get('allow')], [405, allowed], path);
  }
  assert.equal((await fetch(`${url}/v1/pushes`, { headers: secret })).status, 404);
  assert.equal((await call('PATCH', '/v1/state')).status, 405);
  const wrong = await fetch(`${url}/v1/push`, { method: 'POST', headers: { authorization: 'Bearer x' } });
  assert.equal(wrong.status, 401);
  assert.match(await wrong.text(), /The server secret is missing or not the one/);
});

test('where the list of accounts cannot be had, a server hears of it in words for servers', async (t) => {
  const { proxy, companyId } = await startWorld(t, { sourceAccounts: () => Promise.reject(new Error('down')) });
  await assert.rejects(
    proxy.push({ companyId, accountId, transactions: lines(1) }),
    (error) =>
      error instanceof Problem &&
      error.code === 'source_accounts_failed' &&
      /BANK_FEED_SOURCE_ACCOUNTS_URL\) did not answer; .* Nothing was stored/.test(error.detail),
  );
});

test('a load whose parts come newest first leaves in the order of its dates', async (t) => {
  const world = await startWorld(t);
  await connectXero(world);
  const all = lines(1_500);
  const part = (transactions: typeof all, more: boolean) =>
    world.proxy.push({ companyId: world.companyId, accountId, transactions, more });
  await part(all.slice(1_000), true);
  await part(all.slice(300, 1_000), true);
  await part(all.slice(0, 300), false);
  await world.event('delivered');
  const [first] = world.sandbox.ledger.entries({ companyId: world.companyId, accountId });
  assert.equal(first?.transaction.id, all[0]?.id);
});

test('an account that was connected before the proxy knew of it is not told to be waiting for that', async (t) => {
  const world = await startWorld(t);
  await connectXero(world);
  const own = { database: undefined, cacheDir };
  const { proxy } = await world.beside(own);
  const input = { companyId: world.companyId, accountId, transactions: lines(2) };
  const result = await proxy.push(input);
  assert.deepEqual([result.accepted, result.waiting], [2, undefined]);
  const refusing = await world.beside(own);
  assert.equal((await refusing.proxy.push({ ...input, refuseNotConnected: true, dryRun: true })).accepted, 2);
});

test('single lines are answered one by one, and the good ones are taken', async (t) => {
  const { proxy, companyId } = await startWorld(t);
  const [good] = lines(1);
  assert.ok(good);
  const result = await proxy.push({
    companyId,
    accountId,
    transactions: [
      good,
      { ...good, id: 'no-amount', amount: 'NaN' },
      { ...good, id: 'lost-digits', amount: 0.12345678901234568 },
      { ...good, id: 'leap', date: '2025-02-29' },
      { ...good, id: 'future', date: '2999-01-01' },
    ],
  });
  assert.deepEqual([result.accepted, result.refused], [1, 4]);
  assert.deepEqual(
    result.issues.filter(({ severity }) => severity === 'error').map(({ index, field }) => [index, field]),
    [
      [1, 'amount'],
      [2, 'amount'],
      [3, 'date'],
      [4, 'date'],
    ],
  );
  const repeated = await proxy.push({ companyId, accountId, transactions: [good] });
  assert.deepEqual([repeated.accepted, repeated.duplicates], [0, 1]);
});

test('a dry run stores nothing', async (t) => {
  const { proxy, companyId } = await startWorld(t);
  const transactions = lines(2);
  assert.equal((await proxy.push({ companyId, accountId, transactions, dryRun: true })).accepted, 2);
  const real = await proxy.push({ companyId, accountId, transactions });
  assert.deepEqual([real.accepted, real.duplicates], [2, 0]);
});

test('a company is made once, however many ask at once', async (t) => {
  const { proxy } = await startWorld(t);
  const made = await Promise.all(
    Array.from({ length: 8 }, () => proxy.companies.ensure({ reference: 'customer-9', name: 'Nine Ltd' })),
  );
  assert.equal(new Set(made.map(({ id }) => id)).size, 1);
  assert.deepEqual(await proxy.companies.get(made[0]?.id ?? ''), made[0]);
  await assert.rejects(
    proxy.companies.ensure({ reference: '', name: 'x' }),
    (error) => error instanceof Problem && error.field === 'reference',
  );
});

test('a company whose making was not answered is found again, not made twice', async (t) => {
  const { proxy, sandbox } = await startWorld(t);
  const { faults } = sandbox.control;
  const named = (name: string) => companiesAtCodat(sandbox).then((all) => all.filter((one) => one.name === name));
  for (const [name, fault] of [
    ['Lost Ltd', { kind: 'lost-reply' }],
    ['Failed Ltd', { kind: 'status', status: 503, effect: true }],
  ] as const) {
    faults.add({ operation: 'create-company', times: 1, ...fault });
    const wanted = { reference: `${name} ${'"&& ='.repeat(30)}`, name };
    await assert.rejects(proxy.companies.ensure(wanted));
    const [made, ...others] = await named(name);
    assert.deepEqual(others, []);
    assert.equal((await proxy.companies.ensure(wanted)).id, made?.id);
    assert.equal((await named(name)).length, 1);
  }
  // What was refused was not made.
  faults.add({ operation: 'create-company', kind: 'status', status: 400, times: 1 });
  const refused = { reference: 'refused', name: 'Refused Ltd' };
  await assert.rejects(proxy.companies.ensure(refused));
  await proxy.companies.ensure(refused);
  assert.equal((await named('Refused Ltd')).length, 1);
});

test('the host chooses severities, and whether lines may wait for a connection', async (t) => {
  const { proxy, companyId } = await startWorld(t, { rules: { unknown_field: 'error', sign_unusual: 'off' } });
  const [line] = lines(1);
  assert.ok(line);
  const transactions = [
    { ...line, transactionType: 'Debit' },
    { ...line, id: 'extra', iban: 'x' },
  ];
  const refused = await proxy.push({ companyId, accountId, transactions, refuseNotConnected: true });
  assert.deepEqual([refused.accepted, refused.refused, refused.waiting], [0, 2, 'not-connected']);
  assert.deepEqual(
    refused.issues.filter(({ severity }) => severity === 'error').map(({ index, code }) => [index, code]),
    [
      [0, 'not_connected'],
      [1, 'unknown_field'],
    ],
  );
  const taken = await proxy.push({ companyId, accountId, transactions });
  assert.deepEqual([taken.accepted, taken.refused, taken.waiting], [1, 1, 'not-connected']);
  assert.ok(!taken.issues.some(({ code }) => code === 'sign_unusual'));
});
