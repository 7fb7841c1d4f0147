import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClock } from '../../../src/sandbox/index.ts';
import { line, morning, standing } from './harness.ts';
import { receiver } from './receiver.ts';

const url = 'http://rule.test/hook';
const second = 1000;

const push = async (sandbox: ReturnType<typeof standing>, more: object = {}) => {
  const { companyId, connectionId, accountId, push: path } = await sandbox.connected();
  const { body } = await sandbox.call('POST', path, { accountId, transactions: [line(1, more)] });
  await sandbox.clock.advance(second);
  return { companyId, connectionId, operationKey: body.pushOperationKey };
};

test('a rule is told of every push operation that ended, unsigned and in the old form', async () => {
  const { deliveries, send } = receiver();
  const sandbox = standing({ send });
  const rule = sandbox.sandbox.control.addRule({ url });
  const { companyId, connectionId, operationKey } = await push(sandbox);
  assert.equal(deliveries.length, 1);
  const [delivery] = deliveries;
  assert.ok(delivery);
  const { headers, body } = delivery;
  assert.deepEqual(body, {
    ClientId: headers['x-codat-clientid'],
    ClientName: 'Sandbox',
    CompanyId: companyId,
    DataConnectionId: connectionId,
    RuleId: rule.id,
    RuleType: 'Push Operation Status Changed()',
    Type: 'Push Operation Status Changed',
    AlertId: body.AlertId,
    Message: 'bankTransactions triggered notification for PushOperationStatusChanged at 2026-06-10T09:30:00.400Z',
    Data: { dataType: 'bankTransactions', status: 'Success', pushOperationKey: operationKey },
  });
  assert.match(body.AlertId, /^[0-9a-f-]{36}$/);
  assert.deepEqual(
    Object.keys(headers).filter((name) => name.startsWith('webhook-')),
    [],
  );

  await push(sandbox, { date: '2020-01-01' });
  assert.equal(deliveries[1]?.body.Data.status, 'Failed');
  assert.notEqual(deliveries[1]?.body.AlertId, body.AlertId);
});

test('a rule of one company hears of that one alone; the same rule is there once', async () => {
  const { deliveries, send } = receiver();
  const sandbox = standing({ send });
  const { companyId, accountId, push: path } = await sandbox.connected();
  const first = await sandbox.call('POST', '/sandbox/rules', { url, companyId });
  assert.equal(first.status, 200);
  assert.deepEqual((await sandbox.call('POST', '/sandbox/rules', { url, companyId })).body, first.body);
  assert.equal((await sandbox.call('POST', '/sandbox/rules', { url: 'nonsense' })).status, 400);
  await push(sandbox);
  assert.equal(deliveries.length, 0);
  await sandbox.call('POST', path, { accountId, transactions: [line(1)] });
  await sandbox.clock.advance(second);
  assert.deepEqual(
    deliveries.map(({ body }) => body.CompanyId),
    [companyId],
  );
});

test('a consumer gets the legacy alert, signed, when it asks for it by name, beside the newer event', async () => {
  const { deliveries, send } = receiver();
  const sandbox = standing({ send });
  const eventTypes = ['PushOperationStatusChanged', 'bankTransactions.write.successful'];
  const { body: consumer } = await sandbox.call('POST', '/webhooks', { url, eventTypes });
  sandbox.sandbox.control.addWebhook({ url: 'http://everything.test/' });
  const { operationKey } = await push(sandbox);
  const own = deliveries.filter((each) => each.url === url);
  assert.equal(own.length, 2);
  assert.equal(own[0]?.body.eventType, 'bankTransactions.write.successful');
  assert.equal(own[1]?.body.RuleId, consumer.id);
  assert.equal(own[1]?.body.Data.pushOperationKey, operationKey);
  assert.match(own[1]?.headers['webhook-signature'] ?? '', /^v1,/);
  assert.notEqual(own[0]?.id, own[1]?.id);
  // Who asked for every event did not ask for the legacy one.
  assert.ok(deliveries.every(({ url: to, body }) => to === url || body.eventType !== undefined));
});

test('a rule is tried again three times within two minutes after a passing failure, and not after others', async () => {
  for (const [answers, attempts] of [
    [[503, 502, new Error('refused'), 429, 200], 4],
    [[408, 200], 2],
    [[400], 1],
    [[500], 1],
  ] as const) {
    const outcomes: (number | Error)[] = [...answers];
    const { deliveries, send } = receiver(() => outcomes.shift() ?? 200);
    const sandbox = standing({ send });
    sandbox.sandbox.control.addRule({ url });
    await push(sandbox);
    await sandbox.clock.advance(120 * second);
    assert.equal(deliveries.length, attempts, answers.join());
    assert.equal(sandbox.sandbox.control.pendingWebhooks(), 0);
  }
});

test('a rule’s receiver sets the pause by Retry-After, in seconds or as a date', async () => {
  for (const value of ['300', 'Wed, 10 Jun 2026 09:35:00 GMT']) {
    const answers = [new Response(null, { status: 503, headers: { 'retry-after': value } })];
    const { deliveries, send } = receiver(() => answers.shift() ?? 200);
    const sandbox = standing({ send });
    sandbox.sandbox.control.addRule({ url });
    await push(sandbox);
    await sandbox.clock.advance(298 * second);
    assert.equal(deliveries.length, 1, value);
    await sandbox.clock.advance(2 * second);
    assert.equal(deliveries.length, 2, value);
  }
});

test('a date in Retry-After is the receiver’s own, however far the sandbox’s clock was moved', async () => {
  const inFiveMinutes = new Date(Date.now() + 300 * second).toUTCString();
  const answers = [new Response(null, { status: 503, headers: { 'retry-after': inFiveMinutes } })];
  const { deliveries, send } = receiver(() => answers.shift() ?? 200);
  const sandbox = standing({ send, clock: createClock({ start: morning }) });
  sandbox.sandbox.control.addRule({ url });
  await push(sandbox);
  await sandbox.clock.advance(290 * second);
  assert.equal(deliveries.length, 1);
  await sandbox.clock.advance(20 * second);
  assert.equal(deliveries.length, 2);
  await sandbox.sandbox.stop();
});
