/** The examples of docs/mounting.md, compiled as they stand; then each of them serves, and the same is asked of all. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { serve } from '@hono/node-server';
import express from 'express';
import { fastify } from 'fastify';
import { Hono } from 'hono';
import { toNode, type BankFeedProxy } from '../../../src/proxy/index.ts';
import { createSandbox } from '../../../src/sandbox/index.ts';
import { freePort } from '../../support/free-ports.ts';
import { webhookSecret } from '../proxy/support.ts';
import { asked, logged, users } from './your-backend.ts';

const root = join(import.meta.dirname, '../../..');
// Inside the project, so that packages are found by their names.
const folder = join(root, 'test-results/mounting');
const origin = 'https://bank.example';

/** The frameworks, and how their own request is told from all others. */
const mounts: Readonly<Record<string, (native: object) => boolean>> = {
  node: (native) => 'rawHeaders' in native && !('app' in native),
  express: (native) => 'baseUrl' in native && native.baseUrl === '/bank-feed',
  fastify: (native) => 'raw' in native && 'routeOptions' in native,
  hono: (native) => 'req' in native && 'newResponse' in native,
};

/** The examples as on the page, but that they find the sources, and that the proxy is given `more`. */
const writeExamples = async (): Promise<void> => {
  const page = await readFile(join(root, 'docs/mounting.md'), 'utf8');
  const wanted = ['bank-feed', ...Object.keys(mounts)].map((name) => `${name}.ts`);
  await mkdir(folder, { recursive: true });
  for (const name of wanted) {
    const [, text] = new RegExp(`\`\`\`ts\\n(// ${name}\\n[\\s\\S]*?)\`\`\``).exec(page) ?? [];
    assert.ok(text, `docs/mounting.md has ${name}`);
    const found = text
      .replace("'bank-feed-elements/proxy'", "'../../src/proxy/index.ts'")
      .replace('import { accountsOf,', 'import { more, accountsOf,')
      .replace(/(?=sourceAccounts:)/, '...more, ');
    await writeFile(join(folder, name), found);
  }
  await writeFile(join(folder, 'your-backend.ts'), `export * from '../../test/node/mounts/your-backend.ts';\n`);
  const settings = { extends: '../../tsconfig.json', include: ['*.ts'], exclude: [] };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(settings));
};

const sandbox = createSandbox({ seed: 'mounts', delays: { connectingMs: 20, pushMs: 20, webhookMs: 1 } });
let proxy: BankFeedProxy;
let compiled: Promise<unknown>;

before(async () => {
  const { url } = await sandbox.start();
  await writeExamples();
  const tsc = join(root, 'node_modules/@typescript/native/bin/tsc');
  compiled = promisify(execFile)(process.execPath, [tsc, '-p', folder]);
  compiled.catch(() => undefined);
  Object.assign(process.env, { CODAT_API_KEY: sandbox.apiKey, CODAT_URL: url, CODAT_WEBHOOK_SECRET: webhookSecret });
  ({ proxy } = (await import(join(folder, 'bank-feed.ts'))) as { proxy: BankFeedProxy });
});

after(async () => {
  await proxy.stop();
  await sandbox.stop();
  await rm(folder, { recursive: true, force: true });
});

const signed = (body: string, id: string): Record<string, string> => {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const key = Buffer.from(webhookSecret.slice('whsec_'.length), 'base64');
  const mac = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${mac}` };
};

const port = (server: Server): number => (server.address() as AddressInfo).port;

const close = (server: Server): void => {
  server.close();
  server.closeAllConnections();
};

const until = async (what: string, done: () => Promise<boolean> | boolean): Promise<void> => {
  for (const end = Date.now() + 10_000; !(await done()); await delay(5)) assert.ok(Date.now() < end, what);
};

const connections = (server: Server): Promise<number> => promisify(server.getConnections.bind(server))();

type CallInit = Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> };

/** What a mounted page sends. */
const asPage = (user: string): Record<string, string> => ({ origin, 'bank-feed-version': '1', cookie: user });

/** An answer's text as it comes. */
const textOf = (response: Response): AsyncIterator<string> => {
  assert.ok(response.body);
  return response.body.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
};

for (const [name, isNative] of Object.entries(mounts))
  describe(`mounted in ${name}`, () => {
    let server: Server;
    let url: string;
    let companyId: string;
    /** What the server answered to webhooks of the sandbox. */
    const delivered: number[] = [];

    before(async () => {
      process.env['PORT'] = String(await freePort());
      ({ server } = (await import(join(folder, `${name}.ts`))) as { server: Server });
      if (!server.listening) await once(server, 'listening');
      url = `http://127.0.0.1:${process.env['PORT']}`;
      server.on('request', (request, response) => {
        if (request.headers['webhook-id']?.toString().startsWith('msg_') === true)
          response.once('finish', () => delivered.push(response.statusCode));
      });
      sandbox.control.addWebhook({ url: `${url}/bank-feed/v1/webhooks/codat`, secret: webhookSecret });
      const company = await proxy.companies.ensure({ reference: name, name: `Mounted in ${name}` });
      companyId = company.id;
      users.set(name, { id: 'user-1', codatCompanyId: companyId });
    });
    after(() => close(server));

    const call = (path: string, init: CallInit = {}): Promise<Response> =>
      fetch(`${url}${path}`, { ...init, headers: { ...asPage(name), ...init.headers } });
    const live = (signal?: AbortSignal): Promise<Response> =>
      call('/bank-feed/v1/live', signal === undefined ? {} : { signal });

    test('the proxy has its path, the host all others, and the session is the host’s', async () => {
      assert.equal(await (await fetch(`${url}/`)).text(), 'Your own pages');
      assert.equal(await (await fetch(`${url}/bank-feed/healthz`)).text(), 'ok');
      assert.equal((await call('/bank-feed/v1/state')).status, 200);
      assert.ok(typeof asked.native === 'object' && asked.native !== null && isNative(asked.native));
      assert.equal((await call('/bank-feed/v1/state', { headers: { cookie: 'somebody' } })).status, 401);
      const unknown = await call('/bank-feed/v1/nothing?here');
      assert.deepEqual([unknown.status, unknown.headers.get('content-type')], [404, 'application/problem+json']);
    });

    test('a webhook arrives byte for byte, whatever its type is called', async () => {
      const body = '{ "eventType":"something.new",\r\n\t"amount": 1.10, "payload":{"a":"é\\u00e9\uFEFF"} }\n';
      const deliver = async (raw: string, type: string, id: string): Promise<number> => {
        const headers = { ...signed(body, id), 'content-type': type };
        return (await fetch(`${url}/bank-feed/v1/webhooks/codat`, { method: 'POST', headers, body: raw })).status;
      };
      const types = [
        'application/json',
        'application/json; charset=utf-8',
        'text/plain',
        'application/x-www-form-urlencoded',
        'odd/one',
      ];
      for (const [n, type] of types.entries()) assert.equal(await deliver(body, type, `${name}_${n}`), 204, type);
      assert.equal(await deliver(body.trim(), 'application/json', `${name}_short`), 400);
    });

    test('an event at Codat becomes a hint on the open stream at once', async () => {
      const made = await call('/bank-feed/v1/connections', { method: 'POST', body: '{"platform":"xero"}' });
      assert.equal(made.status, 201, await made.clone().text());
      const leaving = new AbortController();
      const response = await live(leaving.signal);
      assert.equal(response.headers.get('cache-control'), 'no-store, no-transform');
      const stream = textOf(response);
      assert.match((await stream.next()).value ?? '', /: open/);
      const [connection] = ((await (await call('/bank-feed/v1/state')).json()) as { connections: { id: string }[] })
        .connections;
      assert.ok(connection);
      const { connectionId } = await proxyIdOf(companyId);
      delivered.length = 0;
      sandbox.control.authorize(companyId, connectionId);
      let heard = '';
      while (!heard.includes(connection.id)) heard += (await stream.next()).value ?? '';
      await until('webhooks of the sandbox arrive', () => delivered.length > 0);
      assert.deepEqual([...new Set(delivered)], [204]);
      leaving.abort();
    });

    test('a stream whose reader went away gives its place back, and its connection', async () => {
      const leaving = new AbortController();
      await until('the place of the last test is free', async () => (await live(leaving.signal)).status === 200);
      assert.equal((await live()).status, 429);
      leaving.abort();
      const again = new AbortController();
      await until('its place is free', async () => (await live(again.signal)).status === 200);
      again.abort();
    });

    test('a client that goes away in the middle of an upload leaves nothing behind', async () => {
      const errors = logged.filter(({ level }) => level === 'error').length;
      const before = await connections(server);
      for (const path of ['webhooks/codat', 'connections']) {
        const socket = connect(port(server), '127.0.0.1');
        await once(socket, 'connect');
        const lines = [`POST /bank-feed/v1/${path} HTTP/1.1`, 'Host: bank.example', 'Content-Length: 5000'];
        const headers = Object.entries(asPage(name)).map(([field, value]) => `${field}: ${value}`);
        socket.write(`${[...lines, ...headers].join('\r\n')}\r\n\r\n{"half":`);
        await once(server, 'request');
        socket.resetAndDestroy();
      }
      await until('its connections are gone', async () => (await connections(server)) <= before);
      assert.equal((await call('/bank-feed/v1/state')).status, 200);
      assert.deepEqual(logged.filter(({ level }) => level === 'error').slice(errors), []);
    });
  });

/** Codat's id of a company's only connection. */
const proxyIdOf = async (companyId: string): Promise<{ connectionId: string }> => {
  const headers = { authorization: `Basic ${Buffer.from(sandbox.apiKey).toString('base64')}` };
  const response = await sandbox.fetch(new Request(`http://sandbox/companies/${companyId}/connections`, { headers }));
  const { results } = (await response.json()) as { results: { id: string }[] };
  return { connectionId: results[0]?.id ?? '' };
};

/** How it is mounted wrongly: behind something that reads the body. */
const behindParsers: Readonly<Record<string, () => Promise<Server>>> = {
  express: async () => {
    const app = express();
    app.use(express.json());
    app.use('/bank-feed', toNode(proxy));
    return app.listen(0);
  },
  fastify: async () => {
    const app = fastify();
    app.all('/bank-feed/*', (request, reply) => {
      reply.hijack();
      void toNode(proxy)(request.raw, reply.raw);
    });
    await app.listen({ port: 0 });
    return app.server;
  },
  hono: async () => {
    const app = new Hono();
    app.use(async (context, next) => {
      await context.req.json();
      await next();
    });
    app.all('*', (context) => proxy.fetch(context.req.raw));
    return serve({ fetch: app.fetch, port: 0 }) as Server;
  },
};

for (const [name, listen] of Object.entries(behindParsers))
  test(`behind a parser of ${name} the first webhook is answered, and logged, with the way out`, async (t) => {
    const server = await listen();
    t.after(() => close(server));
    if (!server.listening) await once(server, 'listening');
    const body = '{"eventType":"something.new","payload":{}}';
    const headers = { ...signed(body, `behind_${name}`), 'content-type': 'application/json' };
    const url = `http://127.0.0.1:${port(server)}/bank-feed/v1/webhooks/codat`;
    logged.length = 0;
    const response = await fetch(url, { method: 'POST', headers, body });
    const { code, detail } = (await response.json()) as { code: string; detail: string };
    assert.deepEqual([response.status, code], [500, 'webhook_body_consumed']);
    assert.match(detail, /Mount the proxy before express\.json\(\)/);
    assert.deepEqual(
      logged.map(({ level }) => level),
      ['error'],
    );
    assert.match(logged[0]?.text ?? '', /Mount the proxy before express\.json\(\)/);
  });

test('where a platform kept the bytes as rawBody, they are read there', async (t) => {
  const app = express();
  app.use(express.json({ verify: (request, _response, bytes) => void Object.assign(request, { rawBody: bytes }) }));
  app.use('/bank-feed', toNode(proxy));
  const server = createServer(app).listen(0);
  t.after(() => close(server));
  await once(server, 'listening');
  const body = '{ "eventType": "something.new" }';
  const headers = { ...signed(body, 'kept'), 'content-type': 'application/json' };
  const url = `http://127.0.0.1:${port(server)}/bank-feed/v1/webhooks/codat`;
  assert.equal((await fetch(url, { method: 'POST', headers, body })).status, 204);
});

test('the examples compile under strict settings', async () => {
  await compiled.catch((error: { stdout: string }) => assert.fail(error.stdout));
});
