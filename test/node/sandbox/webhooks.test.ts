import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { createSandbox } from '../../../src/sandbox/index.ts';
import { listenOnFreePort } from '../../support/free-ports.ts';
import { line, standing } from './harness.ts';
import { receiver } from './receiver.ts';

const secret = `whsec_${Buffer.from('a secret of the tests, long enough').toString('base64')}`;

test('what happens is told, signed, once for each consumer', async () => {
  const { deliveries, send, types } = receiver();
  const { connected, call, clock, sandbox } = standing({ send, webhooks: [{ url: 'http://receiver.test/', secret }] });
  const { companyId, connectionId, base, accountId, push } = await connected();
  await call('POST', push, { accountId, transactions: [line(1), line(2)] });
  await clock.advance(1000);
  assert.deepEqual(types(), [
    'company.created',
    'connection.created',
    'connection.connected',
    'bankFeeds.sourceAccount.connected',
    'bankTransactions.write.successful',
  ]);
  assert.equal(deliveries[0]?.body.payload.redirect, `http://sandbox.test/link/company/${companyId}`);
  const written = deliveries.at(-1);
  assert.equal(written?.body.payload.type, 'Create');
  assert.equal(written?.body.payload.status, 'Success');
  assert.equal(written?.body.payload.connectionId, connectionId);
  assert.equal(written?.body.payload.referenceCompany.id, companyId);
  const operation = await call('GET', `/companies/${companyId}/push/${written?.body.payload.id}`);
  assert.equal(operation.body.changes[0].recordRef.id, written?.body.payload.record.id);
  const account = deliveries[3]?.body.payload;
  assert.equal(account.sourceAccount.id, 'acc-1');
  assert.equal(account.sourceAccount.status, 'connected');
  assert.equal(account.companyId, companyId);

  await call('POST', push, { accountId, transactions: [line(1, { date: '2020-01-01' })] });
  await clock.advance(1000);
  await call('PATCH', `${base}/connectionInfo/bankFeedAccounts/acc-1`, { status: 'disconnected' });
  await call('PATCH', base, { status: 'Unlinked' });
  sandbox.control.authorize(companyId, connectionId);
  await call('DELETE', base);
  await call('DELETE', `/companies/${companyId}`);
  await clock.advance(1000);
  assert.deepEqual(types().slice(5), [
    'bankTransactions.write.unsuccessful',
    'bankFeeds.sourceAccount.disconnected',
    'connection.disconnected',
    'connection.reconnected',
    'connection.deleted',
    'company.deleted',
  ]);
  assert.equal(new Set(deliveries.map(({ id }) => id)).size, deliveries.length);
  assert.equal(sandbox.control.pendingWebhooks(), 0);
});

test('a connection’s events carry its state at that moment, with the errors it had', async () => {
  const { deliveries, send } = receiver();
  const { call, clock, sandbox, linked } = standing({ send, webhooks: [{ url: 'http://receiver.test/', secret }] });
  const { companyId, connectionId, base } = await linked();
  sandbox.control.revoke(companyId, connectionId);
  await clock.advance(1000);
  sandbox.control.authorize(companyId, connectionId);
  await call('PATCH', base, { status: 'Unlinked' });
  const { body: company } = await call('GET', `/companies/${companyId}`);
  await clock.advance(1000);
  const seen = deliveries
    .filter(({ body }) => body.eventType.startsWith('connection.'))
    .map(({ body: { eventType, payload } }) => {
      assert.equal(payload.connection.id, connectionId);
      assert.equal(payload.referenceCompany.name, company.name);
      const [error] = payload.connection.dataConnectionErrors;
      return [eventType, payload.connection.status, error?.status, error?.resolvedOnUtc];
    });
  const resolved = '2026-06-10T09:30:01.000Z';
  assert.deepEqual(seen, [
    ['connection.created', 'PendingAuth', undefined, undefined],
    ['connection.connected', 'Linked', undefined, undefined],
    ['connection.disconnected', 'Deauthorized', 'Active', undefined],
    ['connection.reconnected', 'Linked', 'Resolved', resolved],
    ['connection.disconnected', 'Unlinked', 'Resolved', resolved],
  ]);
});

test('a push operation that times out is told as unsuccessful, once, though its lines land', async () => {
  const { deliveries, send } = receiver();
  const eventTypes = ['bankTransactions.write.successful', 'bankTransactions.write.unsuccessful'];
  const webhooks = [{ url: 'http://receiver.test/', secret, eventTypes }];
  const { call, clock, sandbox, connected } = standing({ send, webhooks, delays: { pushMs: 120_000 } });
  const { accountId, connectionId, push } = await connected();
  const { body } = await call('POST', `${push}?timeoutInMinutes=1`, { accountId, transactions: [line(1)] });
  await clock.advance(180_000);
  assert.equal(deliveries.length, 1);
  const [{ body: event } = { body: undefined }] = deliveries;
  assert.equal(event.eventType, 'bankTransactions.write.unsuccessful');
  const { referenceCompany, ...payload } = event.payload;
  assert.deepEqual(payload, {
    id: body.pushOperationKey,
    type: 'Create',
    connectionId,
    requestedOnDate: '2026-06-10T09:30:00.000Z',
    completedOnDate: '2026-06-10T09:31:00.000Z',
    status: 'TimedOut',
  });
  assert.deepEqual(Object.keys(referenceCompany), ['id', 'name', 'links', 'tags']);
  assert.equal(sandbox.ledger.entries().length, 1);
});

test('the signature is one that the published verifier accepts', async () => {
  const { deliveries, send } = receiver();
  const sandbox = createSandbox({
    send,
    delays: { webhookMs: 0 },
    webhooks: [{ url: 'http://receiver.test/', secret }],
  });
  await sandbox.fetch(
    new Request('http://x/companies', {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(sandbox.apiKey).toString('base64')}` },
      body: '{"name":"Åäö – Ltd"}',
    }),
  );
  await sandbox.clock.advance(0);
  const [delivery] = deliveries;
  assert.ok(delivery);
  assert.doesNotThrow(() => new Webhook(secret).verify(delivery.text, delivery.headers));
  assert.throws(() => new Webhook(secret).verify(`${delivery.text} `, delivery.headers));
  await sandbox.stop();
});

test('failed deliveries are repeated on the published schedule, with the same id', async () => {
  const outcomes: (number | Error)[] = [500, new Error('refused'), 302, 404];
  const { deliveries, send } = receiver(() => outcomes.shift() ?? 204);
  const { company, clock, sandbox } = standing({ send, webhooks: [{ url: 'http://receiver.test/', secret }] });
  await company();
  const minute = 60_000;
  for (const wait of [50, 5000, 5 * minute, 30 * minute, 120 * minute]) {
    const before = deliveries.length;
    await clock.advance(wait - 1);
    assert.equal(deliveries.length, before);
    await clock.advance(1);
    assert.equal(deliveries.length, before + 1);
  }
  assert.equal(new Set(deliveries.map(({ id }) => id)).size, 1);
  assert.equal(new Set(deliveries.map(({ timestamp }) => timestamp)).size, 5);
  assert.equal(sandbox.control.pendingWebhooks(), 0);

  const silent = receiver(() => 500);
  const given = standing({ send: silent.send, webhooks: [{ url: 'http://receiver.test/', secret }] });
  await given.company();
  await given.clock.advance(30 * 60 * minute);
  assert.equal(silent.deliveries.length, 8);
  assert.equal(given.sandbox.control.pendingWebhooks(), 0);
});

test('a consumer hears only the events it wants; its secret can be replaced', async () => {
  const { deliveries, send, types } = receiver();
  const { company, clock, sandbox } = standing({ send });
  const made = sandbox.control.addWebhook({ url: 'http://receiver.test/', eventTypes: ['company.deleted'] });
  assert.match(made.secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
  await company();
  await clock.advance(100);
  assert.deepEqual(types(), []);
  assert.equal(sandbox.control.addWebhook({ url: 'http://receiver.test/', secret }).id, made.id);
  assert.equal(sandbox.control.addWebhook({ url: 'http://receiver.test/' }).secret, secret);
  await company();
  await clock.advance(100);
  assert.equal(deliveries.length, 1);
  for (const [consumer, pattern] of [
    [{ url: 'nonsense' }, /url/],
    [{ url: 'file:///etc/passwd' }, /url/],
    [{ url: 'http://a.test/', secret: 'short' }, /secret/],
    [{ url: 'http://a.test/', secret: 'whsec_' }, /secret/],
    [{ url: 'http://a.test/', secret: 'whsec_!!!!' }, /secret/],
  ] as const) {
    assert.throws(() => sandbox.control.addWebhook(consumer), pattern);
  }
});

test('a real receiver over a real socket', async () => {
  const arrived = Promise.withResolvers<{ headers: Record<string, string>; text: string }>();
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      response.end();
      const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signature } = request.headers;
      const headers = {
        'webhook-id': String(id),
        'webhook-timestamp': String(time),
        'webhook-signature': String(signature),
      };
      arrived.resolve({ headers, text });
    });
  });
  const port = await listenOnFreePort(server);
  const sandbox = createSandbox({ delays: { webhookMs: 1 } });
  try {
    const { url } = await sandbox.start();
    await assert.rejects(sandbox.start(), /started already/);
    sandbox.control.addWebhook({ url: `http://127.0.0.1:${port}/hook`, secret });
    const authorization = `Basic ${Buffer.from(sandbox.apiKey).toString('base64')}`;
    const created = await fetch(`${url}/companies`, {
      method: 'POST',
      headers: { authorization },
      body: '{"name":"Real"}',
    });
    assert.equal(created.status, 200);
    const company = await created.json();
    assert.equal(company.redirect, `${url}/link/company/${company.id}`);
    const { headers, text } = await arrived.promise;
    assert.doesNotThrow(() => new Webhook(secret).verify(text, headers));
    const page = await fetch(`${url}/`);
    assert.equal(page.url, `${url}/software`);
    assert.equal(page.status, 200);
  } finally {
    await sandbox.stop();
    server.close();
  }
});
