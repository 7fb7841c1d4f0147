/** What is asked of every mount of docs/mounting.md, in whatever process it runs. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { webhookSecret } from '../node/proxy/support.ts';

export interface Mounted {
  /** Of the server, without the path of the mount. */
  readonly url: string;
  /** Of the mount, such as `/bank-feed`. */
  readonly path: string;
  readonly sandbox: Sandbox;
  /** At Codat; of the user whose cookie it is. */
  readonly companyId: string;
  readonly cookie: string;
  /** Lines of the log that say that something failed. */
  errors(): readonly string[];
}

export const origin = 'https://bank.example';

/** Signs as Codat does. */
export const signed = (body: string, id: string): Record<string, string> => {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const key = Buffer.from(webhookSecret.slice('whsec_'.length), 'base64');
  const mac = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${mac}` };
};

export const until = async (what: string, done: () => Promise<boolean> | boolean, within = 10_000): Promise<void> => {
  for (const end = Date.now() + within; !(await done()); await delay(5)) assert.ok(Date.now() < end, what);
};

type CallInit = Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> };

/** What a mounted page sends. */
const pageHeaders = (cookie: string) => ({ origin, 'bank-feed-version': '1', cookie });

export const asPage = ({ url, path, cookie }: Mounted, to: string, init: CallInit = {}): Promise<Response> =>
  fetch(`${url}${path}${to}`, { ...init, headers: { ...pageHeaders(cookie), ...init.headers } });

/** An answer's text as it comes. */
const textOf = (response: Response): AsyncIterator<string> => {
  assert.ok(response.body);
  return response.body.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
};

/** Codat's ids of the company's connections. */
const connectionsAtCodat = async ({ sandbox, companyId }: Mounted): Promise<readonly string[]> => {
  const headers = { authorization: `Basic ${Buffer.from(sandbox.apiKey).toString('base64')}` };
  const response = await sandbox.fetch(new Request(`http://sandbox/companies/${companyId}/connections`, { headers }));
  const { results } = (await response.json()) as { results: { id: string }[] };
  return results.map(({ id }) => id);
};

/** Registers the tests. The proxy has to allow one stream for a company. */
export const mountSuite = (mount: () => Mounted): void => {
  const live = (signal: AbortSignal): Promise<Response> => asPage(mount(), '/v1/live', { signal });

  test('the proxy has its path and the session is the host’s', async () => {
    const { url, path } = mount();
    assert.equal(await (await fetch(`${url}${path}/healthz`)).text(), 'ok');
    assert.equal((await asPage(mount(), '/v1/state')).status, 200);
    assert.equal((await asPage(mount(), '/v1/state', { headers: { cookie: 'somebody' } })).status, 401);
    assert.equal((await asPage(mount(), '/v1/state', { headers: { origin: 'https://other.example' } })).status, 401);
    const unknown = await asPage(mount(), '/v1/nothing?here');
    assert.deepEqual([unknown.status, unknown.headers.get('content-type')], [404, 'application/problem+json']);
    assert.equal(unknown.headers.get('cache-control'), 'no-store');
  });

  test('a webhook arrives byte for byte, whatever its type is called', async () => {
    const { url, path, companyId } = mount();
    const body = '{ "eventType":"something.new",\r\n\t"amount": 1.10, "payload":{"a":"é\\u00e9\uFEFF"} }\n';
    const deliver = async (raw: string, type: string, id: string): Promise<number> => {
      const headers = { ...signed(body, `${companyId}_${id}`), 'content-type': type };
      return (await fetch(`${url}${path}/v1/webhooks/codat`, { method: 'POST', headers, body: raw })).status;
    };
    const types = ['application/json', 'application/json; charset=utf-8', 'text/plain', 'odd/one'];
    for (const [n, type] of types.entries()) assert.equal(await deliver(body, type, `${n}`), 204, type);
    assert.equal(await deliver(body.trim(), 'application/json', 'short'), 400);
  });

  test('an event at Codat becomes a hint on the open stream at once', async () => {
    const { sandbox, companyId } = mount();
    const leaving = new AbortController();
    const response = await live(leaving.signal);
    assert.equal(response.headers.get('cache-control'), 'no-store, no-transform');
    const stream = textOf(response);
    const hears = async (what: string): Promise<void> => {
      const end = setTimeout(() => leaving.abort(), 5_000);
      for (let heard = ''; !heard.includes(what); heard += (await stream.next()).value ?? assert.fail(heard));
      clearTimeout(end);
    };
    await hears(': open');
    const made = await asPage(mount(), '/v1/connections', { method: 'POST', body: '{"platform":"xero"}' });
    assert.equal(made.status, 201, await made.clone().text());
    const { id } = (await made.json()) as { id: string };
    await hears(id);
    const [connection] = await connectionsAtCodat(mount());
    sandbox.control.authorize(companyId, connection ?? '');
    await hears(id);
    await until('the sandbox is rid of its webhooks', () => sandbox.control.pendingWebhooks() === 0);
    leaving.abort();
  });

  test('a stream whose reader went away gives its place back', async () => {
    for (let n = 0; n < 3; n += 1) {
      const leaving = new AbortController();
      await until('its place is free', async () => (await live(leaving.signal)).status === 200);
      assert.equal((await live(leaving.signal)).status, 429);
      leaving.abort();
    }
  });

  test('clients that go away in the middle of an upload leave nothing behind', async () => {
    const { url, path, cookie, errors } = mount();
    const before = errors().length;
    for (const to of ['webhooks/codat', 'connections', 'webhooks/codat']) {
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      await once(socket, 'connect');
      const lines = [`POST ${path}/v1/${to} HTTP/1.1`, 'Host: bank.example', 'Content-Length: 5000'];
      const headers = Object.entries(pageHeaders(cookie)).map(([field, value]) => `${field}: ${value}`);
      socket.write(`${[...lines, ...headers].join('\r\n')}\r\n\r\n{"half":`);
      // Meanwhile it has arrived.
      assert.equal((await asPage(mount(), '/v1/state')).status, 200);
      socket.resetAndDestroy();
    }
    assert.equal((await asPage(mount(), '/v1/state')).status, 200);
    assert.deepEqual(errors().slice(before), []);
  });
};
