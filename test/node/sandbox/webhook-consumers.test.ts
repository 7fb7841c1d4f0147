import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { standing } from './harness.ts';
import { receiver } from './receiver.ts';

const url = 'http://receiver.test/';
const hour = 3_600_000;

test('a consumer is created, listed and deleted; its secret stands with the controls alone', async () => {
  const { call, sandbox } = standing();
  const created = await call('POST', '/webhooks', { url, eventTypes: ['company.created'], companyTags: ['region:uk'] });
  assert.equal(created.status, 201);
  assert.match(created.body.id, /^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  assert.deepEqual(created.body, {
    id: created.body.id,
    url,
    disabled: false,
    eventTypes: ['company.created'],
    companyTags: ['region:uk'],
  });
  const second = await call('POST', '/webhooks', {
    url,
    eventTypes: ['company.created'],
    disabled: true,
    companyTags: null,
  });
  assert.equal(second.body.disabled, true);
  assert.equal('companyTags' in second.body, false);
  assert.notEqual(second.body.id, created.body.id);
  assert.deepEqual((await call('GET', '/webhooks')).body, { results: [created.body, second.body] });

  const [first, other] = sandbox.control.webhooks();
  assert.match(first?.secret ?? '', /^whsec_[A-Za-z0-9+/]{43}=$/);
  assert.notEqual(first?.secret, other?.secret);

  assert.equal((await call('DELETE', `/webhooks/${created.body.id}`)).status, 204);
  assert.deepEqual((await call('GET', '/webhooks')).body.results, [second.body]);
  const gone = await call('DELETE', `/webhooks/${created.body.id}`);
  assert.equal(gone.status, 404);
  assert.match(gone.body.error, /No webhook consumer/);
});

test('older names of event types are kept in their newer form', async () => {
  const { call } = standing();
  const eventTypes = [
    'DataSyncCompleted',
    'Dataset data changed',
    'Push Operation Status Changed()',
    'client.rateLimit.reset',
  ];
  assert.deepEqual((await call('POST', '/webhooks', { url, eventTypes })).body.eventTypes, [
    'DataSyncCompleted',
    'DatasetDataChanged',
    'PushOperationStatusChanged',
    'client.rateLimit.reset',
  ]);
});

test('a consumer that is none is refused, member by member; the list holds fifty', async () => {
  const { call } = standing();
  const eventTypes = ['company.created'];
  for (const [body, itemId] of [
    [{ eventTypes }, 'url'],
    [{ url: '/hook', eventTypes }, 'url'],
    [{ url: 'ftp://receiver.test/', eventTypes }, 'url'],
    [{ url: 'http://user:password@receiver.test/', eventTypes }, 'url'],
    [{ url }, 'eventTypes'],
    [{ url, eventTypes: [] }, 'eventTypes'],
    [{ url, eventTypes: [''] }, 'eventTypes.0'],
    [{ url, eventTypes, disabled: 'no' }, 'disabled'],
    [{ url, eventTypes, companyTags: ['region'] }, 'companyTags.0'],
    [{ url, eventTypes, companyTags: [`k:${'v'.repeat(127)}`] }, 'companyTags.0'],
    [{ url, eventTypes, companyTags: Array.from({ length: 11 }, (_, index) => `k${index}:v`) }, 'companyTags'],
    [[], 'body'],
    [undefined, 'body'],
  ] as const) {
    const answer = await call('POST', '/webhooks', body);
    assert.equal(answer.status, 400, JSON.stringify(body));
    assert.equal(answer.body.validation.errors[0].itemId, itemId, JSON.stringify(body));
  }
  for (let index = 0; index < 50; index++) await call('POST', '/webhooks', { url, eventTypes });
  const tooMany = await call('POST', '/webhooks', { url, eventTypes });
  assert.equal(tooMany.status, 400);
  assert.match(tooMany.body.error, /at most 50/);
  assert.equal((await call('GET', '/webhooks')).body.results.length, 50);
});

test('one Idempotency-Key makes one consumer', async () => {
  const { call } = standing();
  const create = () =>
    call('POST', '/webhooks', { url, eventTypes: ['company.created'] }, { 'idempotency-key': 'not a GUID' });
  const first = await create();
  assert.equal(first.status, 201);
  assert.deepEqual((await create()).body, first.body);
  assert.equal((await call('GET', '/webhooks')).body.results.length, 1);
});

test('a consumer with tags hears of companies that carry one of them, case and all', async () => {
  const { deliveries, send } = receiver();
  const { call, clock, sandbox } = standing({ send });
  await call('POST', '/webhooks', {
    url,
    eventTypes: ['company.created', 'connection.created', 'client.rateLimit.reached'],
    companyTags: ['region:us', 'service:t2k', 'link:a:b'],
  });
  const secret = sandbox.control.webhooks()[0]?.secret ?? '';
  for (const [name, tags] of [
    ['matches one', { region: 'us', service: 'minerva' }],
    ['another value', { region: 'uk' }],
    ['another case', { region: 'US' }],
    ['no tags', {}],
    ['a colon in the value', { link: 'a:b' }],
  ] as const) {
    const { body } = await call('POST', '/companies', { name, tags });
    await call('POST', `/companies/${body.id}/connections`, { platformKey: 'gbol' });
  }
  await clock.advance(100);
  const heard = deliveries.map(({ body }) => [body.eventType, (body.payload.referenceCompany ?? body.payload).name]);
  assert.deepEqual(heard, [
    ['company.created', 'matches one'],
    ['connection.created', 'matches one'],
    ['company.created', 'a colon in the value'],
    ['connection.created', 'a colon in the value'],
  ]);
  const [first] = deliveries;
  assert.ok(first);
  const signature = new Webhook(secret).sign(first.id, new Date(Number(first.timestamp) * 1000), first.text);
  assert.equal(first.headers['webhook-signature'], signature);
});

test('a disabled consumer hears nothing, and attempts that come due meanwhile are passed over', async () => {
  let status = 500;
  const { deliveries, send } = receiver(() => status);
  const { company, clock, sandbox } = standing({ send });
  sandbox.control.addWebhook({ url, disabled: true });
  await company();
  await clock.advance(hour);
  assert.equal(deliveries.length, 0);

  sandbox.control.addWebhook({ url });
  await company();
  await clock.advance(5 * 60_000 + 5050);
  assert.equal(deliveries.length, 3);
  sandbox.control.addWebhook({ url, disabled: true });
  await clock.advance(3 * hour);
  assert.equal(deliveries.length, 3);
  sandbox.control.addWebhook({ url });
  await clock.advance(30 * hour);
  // Of the eight attempts, those after half an hour and two hours fell into the pause.
  assert.equal(deliveries.length, 6);
  assert.equal(sandbox.control.pendingWebhooks(), 0);

  status = 200;
  await company();
  await clock.advance(hour);
  assert.equal(deliveries.length, 7);
});

test('a consumer that fails for five days is disabled; one success begins the count anew', async () => {
  let status = 500;
  const { deliveries, send } = receiver(() => status);
  const { call, company, clock } = standing({ send, limits: 'off' });
  await call('POST', '/webhooks', { url, eventTypes: ['company.created'] });
  const disabled = async () => (await call('GET', '/webhooks')).body.results[0].disabled;
  const days = async (count: number) => {
    for (let day = 0; day < count; day++) {
      await company();
      await clock.advance(24 * hour);
    }
  };
  await days(4);
  status = 200;
  await days(1);
  status = 500;
  await days(5);
  assert.equal(await disabled(), false);
  await days(1);
  assert.equal(await disabled(), true);
  const before = deliveries.length;
  await days(2);
  assert.equal(deliveries.length, before);
});

test('what is on its way to a deleted consumer is dropped, also while it is under way', async () => {
  const arrived = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<Response>();
  const { call, company, clock, sandbox } = standing({
    send: async () => {
      arrived.resolve();
      return answer.promise;
    },
  });
  const { body } = await call('POST', '/webhooks', { url, eventTypes: ['company.created'] });
  await company();
  await company();
  assert.equal(sandbox.control.pendingWebhooks(), 2);
  const moving = clock.advance(100);
  await arrived.promise;
  assert.equal((await call('DELETE', `/webhooks/${body.id}`)).status, 204);
  assert.equal(sandbox.control.pendingWebhooks(), 0);
  answer.resolve(new Response(null, { status: 500 }));
  await moving;
  assert.equal(sandbox.control.pendingWebhooks(), 0);
});

test('consumers and rules are kept in the file, with their secrets and what is on its way', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
  try {
    const dataFile = join(folder, 'state.json');
    const before = standing({ dataFile, send: receiver(() => 500).send });
    await before.call('POST', '/webhooks', { url, eventTypes: ['company.created'], companyTags: ['region:uk'] });
    before.sandbox.control.addWebhook({ url: 'http://other.test/', disabled: true });
    before.sandbox.control.addRule({ url: 'http://rule.test/' });
    await before.call('POST', '/companies', { name: 'Kept', tags: { region: 'uk' } });
    const kept = JSON.stringify(before.sandbox.control.webhooks());
    await before.sandbox.stop();

    const { deliveries, send } = receiver();
    const after = standing({ dataFile, send });
    assert.equal(JSON.stringify(after.sandbox.control.webhooks()), kept);
    await after.clock.advance(100);
    assert.deepEqual(
      deliveries.map(({ body }) => body.payload.name),
      ['Kept'],
    );
    const { connected, call, clock } = after;
    const { push, accountId } = await connected();
    await call('POST', push, { accountId, transactions: [{ id: 't', date: '2026-06-05', amount: 1, balance: 1 }] });
    await clock.advance(1000);
    assert.equal(deliveries.at(-1)?.body.RuleType, 'Push Operation Status Changed()');
    await after.sandbox.stop();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('an older file without consumers opens; what was on its way to them is let go', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
  try {
    const dataFile = join(folder, 'state.json');
    const before = standing({ dataFile, webhooks: [{ url }] });
    await before.company();
    await before.sandbox.stop();
    const { consumers, rules, ...older } = JSON.parse(readFileSync(dataFile, 'utf8'));
    assert.deepEqual([consumers.length, rules.length, older.messages.length], [1, 0, 1]);
    writeFileSync(dataFile, JSON.stringify(older));

    const after = standing({ dataFile, send: receiver().send });
    assert.equal(after.sandbox.control.pendingWebhooks(), 1);
    await after.clock.advance(100);
    assert.equal(after.sandbox.control.pendingWebhooks(), 0);
    await after.sandbox.stop();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the controls over HTTP list consumers with their secrets and what waits for each', async () => {
  const { call, company } = standing({ send: receiver(() => 500).send });
  const { body: created } = await call('POST', '/webhooks', { url, eventTypes: ['company.created'] });
  await call('POST', '/sandbox/webhooks', { url: 'http://other.test/', companyTags: ['region:uk'] });
  await company();
  const { body } = await call('GET', '/sandbox/webhooks');
  assert.equal(body.results.length, 2);
  assert.equal(body.results[0].id, created.id);
  assert.match(body.results[0].secret, /^whsec_/);
  assert.deepEqual(
    body.results.map(({ pending }: { pending: number }) => pending),
    [1, 0],
  );
});
