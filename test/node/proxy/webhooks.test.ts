import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { silentLog } from '../../../src/proxy/log.ts';
import { Problem, problemResponse } from '../../../src/proxy/problem.ts';
import { webhookRoutes } from '../../../src/proxy/routes/webhooks.ts';
import { createWebhookVerifier } from '../../../src/proxy/webhook-signature.ts';
import { startWorld, webhookSecret, type World } from './support.ts';

const key = Buffer.from(webhookSecret.slice('whsec_'.length), 'base64');
const sign = (id: string, timestamp: string, body: string | Buffer): string =>
  `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`;
const body = '{"id":"e1","eventType":"something.new","payload":{}}';
const now = String(Math.floor(Date.now() / 1000));
const signed = (raw: string | Buffer = body, id = 'msg_1', timestamp = now) => ({
  'webhook-id': id,
  'webhook-timestamp': timestamp,
  'webhook-signature': sign(id, timestamp, raw),
});
const verify = createWebhookVerifier([webhookSecret]);
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('a signed delivery is verified, also among several signatures and secrets', () => {
  assert.deepEqual(verify(new Headers(signed()), bytes(body)), { id: 'msg_1', body });
  const two = {
    ...signed(),
    'webhook-signature': `v1,${Buffer.alloc(32).toString('base64')} ${signed()['webhook-signature']}`,
  };
  assert.equal(verify(new Headers(two), bytes(body)).id, 'msg_1');
  const rotating = createWebhookVerifier([`whsec_${Buffer.alloc(32, 9).toString('base64')}`, webhookSecret]);
  assert.equal(rotating(new Headers(signed()), bytes(body)).id, 'msg_1');
});

const invalidUtf8 = Buffer.from([0x7b, 0xff, 0x7d]);
const tampered: Record<string, [Record<string, string>, Uint8Array]> = {
  'the body changed': [signed(), bytes(body.replace('e1', 'e2'))],
  'the id changed': [{ ...signed(), 'webhook-id': 'msg_2' }, bytes(body)],
  'the time changed': [{ ...signed(), 'webhook-timestamp': String(Number(now) + 1) }, bytes(body)],
  'the time has trailing junk': [{ ...signed(), 'webhook-timestamp': `${now}x` }, bytes(body)],
  'the time is long gone': [signed(body, 'msg_1', String(Number(now) - 600)), bytes(body)],
  'svix headers beside a forged id': [
    {
      'webhook-id': 'forged',
      'svix-id': 'msg_1',
      'svix-timestamp': now,
      'svix-signature': signed()['webhook-signature'],
    },
    bytes(body),
  ],
  'repeated headers': [{ ...signed(), 'webhook-id': 'msg_1, msg_1' }, bytes(body)],
  'no signature': [{ 'webhook-id': 'msg_1', 'webhook-timestamp': now }, bytes(body)],
  'an empty signature': [{ ...signed(), 'webhook-signature': 'v1,' }, bytes(body)],
  'bytes that are not UTF-8': [signed(invalidUtf8), invalidUtf8],
};
for (const [name, [headers, raw]] of Object.entries(tampered))
  test(`refused: ${name}`, () => {
    assert.throws(
      () => verify(new Headers(headers), raw),
      (error) => error instanceof Problem && error.code === 'webhook_invalid',
    );
  });

const deliver = (world: World, headers: Record<string, string>, raw = body) =>
  fetch(`${world.url}/v1/webhooks/codat`, { method: 'POST', headers, body: raw });

test('unknown events are taken, twice the same is taken once, and forged ones are refused', async (t) => {
  const world = await startWorld(t);
  assert.equal((await deliver(world, signed())).status, 204);
  assert.equal((await deliver(world, signed())).status, 204);
  assert.equal((await deliver(world, signed('[]', 'msg_3'), '[]')).status, 204);
  const forged = await deliver(world, { ...signed(), 'webhook-id': 'msg_9' });
  assert.equal(forged.status, 400);
  assert.equal(((await forged.json()) as { code: string }).code, 'webhook_invalid');
});

test('what is refused says which of the three it is: the clock, the signature, the body', () => {
  const reason = (headers: Record<string, string>, raw = body): string => {
    try {
      verify(new Headers(headers), bytes(raw));
      return 'taken';
    } catch (error) {
      return error instanceof Problem ? error.detail : String(error);
    }
  };
  const [late, early] = [-600, 600].map((seconds) => String(Number(now) + seconds));
  for (const timestamp of [late, early]) {
    assert.match(reason(signed(body, 'msg_1', timestamp)), /timestamp.*five minutes.*clock/);
    // The signature is not looked at: nothing is told of it.
    assert.equal(
      reason({ ...signed(body, 'msg_1', timestamp), 'webhook-signature': `v1,${'A'.repeat(43)}=` }),
      reason(signed(body, 'msg_1', timestamp)),
    );
  }
  assert.match(reason(signed('no json'), 'no json'), /body is no JSON/);
  assert.match(reason(signed(), 'no json'), /signature does not match/);
});

test('refused webhooks are told in one warning in five minutes, and what is no webhook in none', async (t) => {
  const warn = t.mock.fn((_fields: Readonly<Record<string, unknown>>, _message: string) => {});
  let at = 0;
  const app = webhookRoutes({
    verify,
    inbox: { receive: async () => {} },
    clock: { now: () => at },
    log: { ...silentLog, warn },
  });
  app.onError((error) => (error instanceof Problem ? problemResponse(error) : Response.error()));
  const send = async (headers: Record<string, string>): Promise<number> =>
    (await app.request('/webhooks/codat', { method: 'POST', headers, body })).status;
  const forged = { ...signed(), 'webhook-id': 'msg_9' };
  assert.equal(await send({}), 400);
  assert.equal(warn.mock.callCount(), 0);
  assert.equal(await send(forged), 400);
  for (let n = 0; n < 3; n += 1) assert.equal(await send(forged), 400);
  assert.equal(await send(signed()), 204);
  at += 299_999;
  assert.equal(await send(forged), 400);
  at += 1;
  assert.equal(await send(forged), 400);
  assert.deepEqual(
    warn.mock.calls.map(({ arguments: [fields] }) => fields['refused']),
    [1, 5],
  );
  assert.doesNotMatch(JSON.stringify(warn.mock.calls.map((call) => call.arguments)), /msg_|eventType/);
  assert.match(warn.mock.calls[0]?.arguments[1] ?? '', /check webhookSecrets/);
});

test('without secrets there is no receiver', async (t) => {
  const world = await startWorld(t, { webhookSecrets: undefined });
  assert.equal((await deliver(world, signed())).status, 404);
});
