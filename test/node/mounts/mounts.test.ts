/** The examples of docs/mounting.md, compiled as they stand; then each of them serves, and the same is asked of all. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { serve } from '@hono/node-server';
import express from 'express';
import { fastify } from 'fastify';
import { Hono } from 'hono';
import { atRoot } from '../../../scripts/root.ts';
import { toNode, type BankFeedProxy } from '../../../src/proxy/index.ts';
import { createSandbox } from '../../../src/sandbox/index.ts';
import { compile } from '../../support/compile.ts';
import { withMore, writeExamples } from '../../support/examples.ts';
import { freePort } from '../../support/free-ports.ts';
import { asPage, mountSuite, signed, type Mounted } from '../../support/mount-suite.ts';
import { webhookSecret } from '../proxy/support.ts';
import { asked, logged, users } from './your-backend.ts';

// Inside the project, so that packages are found by their names.
const folder = atRoot('test-results/mounting');

/** The frameworks, and how their own request is told from all others. */
const mounts: Readonly<Record<string, (native: object) => boolean>> = {
  node: (native) => 'rawHeaders' in native && !('app' in native),
  express: (native) => 'baseUrl' in native && native.baseUrl === '/bank-feed',
  fastify: (native) => 'raw' in native && 'routeOptions' in native,
  hono: (native) => 'req' in native && 'newResponse' in native,
};

/** The examples as on the page, but that they find the sources. */
const prepare = async (): Promise<void> => {
  await writeExamples(folder, ['bank-feed.ts', ...Object.keys(mounts).map((name) => `${name}.ts`)], (text) =>
    withMore(text).replace("'bank-feed-elements/proxy'", "'../../src/proxy/index.ts'"),
  );
  await writeFile(join(folder, 'your-backend.ts'), `export * from '../../test/node/mounts/your-backend.ts';\n`);
};

const sandbox = createSandbox({ seed: 'mounts', delays: { connectingMs: 20, pushMs: 20, webhookMs: 1 } });
let proxy: BankFeedProxy;
let compiled: Promise<void>;
/** One after the other they listen here: the sandbox knows one address. */
const port = await freePort();
const url = `http://127.0.0.1:${port}`;
const errors = (): string[] => logged.filter(({ level }) => level === 'error').map(({ text }) => text);

before(async () => {
  const codat = await sandbox.start();
  await prepare();
  compiled = compile(folder, []);
  compiled.catch(() => undefined);
  Object.assign(process.env, {
    CODAT_API_KEY: sandbox.apiKey,
    CODAT_URL: codat.url,
    CODAT_WEBHOOK_SECRET: webhookSecret,
    PORT: port,
  });
  sandbox.control.addWebhook({ url: `${url}/bank-feed/v1/webhooks/codat`, secret: webhookSecret });
  ({ proxy } = (await import(join(folder, 'bank-feed.ts'))) as { proxy: BankFeedProxy });
});

after(async () => {
  await proxy.stop();
  await sandbox.stop();
  await rm(folder, { recursive: true, force: true });
});

const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const close = (server: Server): void => {
  server.close();
  server.closeAllConnections();
};

for (const [name, isNative] of Object.entries(mounts))
  describe(`mounted in ${name}`, () => {
    let server: Server;
    let mounted: Mounted;

    before(async () => {
      ({ server } = (await import(join(folder, `${name}.ts`))) as { server: Server });
      if (!server.listening) await once(server, 'listening');
      const { id: companyId } = await proxy.companies.ensure({ reference: name, name: `Mounted in ${name}` });
      users.set(name, { id: 'user-1', codatCompanyId: companyId });
      mounted = { url, path: '/bank-feed', sandbox, companyId, cookie: name, errors };
    });
    after(() => close(server));

    mountSuite(() => mounted);

    test('the host has all other paths, and authorize its own request', async () => {
      assert.equal(await (await fetch(`${mounted.url}/`)).text(), 'Your own pages');
      assert.equal((await asPage(mounted, '/v1/state')).status, 200);
      assert.ok(typeof asked.native === 'object' && asked.native !== null && isNative(asked.native));
    });
  });

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
    const url = `${urlOf(server)}/bank-feed/v1/webhooks/codat`;
    logged.length = 0;
    const response = await fetch(url, { method: 'POST', headers, body });
    const { code, detail } = (await response.json()) as { code: string; detail: string };
    assert.deepEqual([response.status, code], [500, 'webhook_body_consumed']);
    assert.match(detail, /Mount the proxy before express\.json\(\)/);
    assert.equal(errors().length, 1);
    assert.match(errors()[0] ?? '', /Mount the proxy before express\.json\(\)/);
  });

test('the call of the page that is shown is answered, and refused without its header', async (t) => {
  const [, shown = ''] = /```sh\n(curl [^`]*)```/.exec(await readFile(atRoot('docs/mounting.md'), 'utf8')) ?? [];
  const server = createServer(toNode(proxy)).listen(0);
  t.after(() => close(server));
  await once(server, 'listening');
  const { id: codatCompanyId } = await proxy.companies.ensure({ reference: 'shown', name: 'As shown' });
  users.set('signed-in', { id: 'user-1', codatCompanyId });
  const env = { ...process.env, COOKIE: 'signed-in', PORT: new URL(urlOf(server)).port };
  const answer = async (call: string): Promise<unknown> =>
    JSON.parse((await promisify(execFile)('bash', ['-c', call], { env })).stdout);
  assert.partialDeepStrictEqual(await answer(shown), { connections: [], accounts: [] });
  assert.partialDeepStrictEqual(await answer(shown.replace("-H 'bank-feed-version: 1'", '')), { status: 401 });
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
  const url = `${urlOf(server)}/bank-feed/v1/webhooks/codat`;
  assert.equal((await fetch(url, { method: 'POST', headers, body })).status, 204);
});

test('the examples compile under strict settings', () => compiled);

test('in the end nothing is under way that somebody went away from', async () => {
  await proxy.stop();
  assert.deepEqual(
    logged.filter(({ text }) => text.includes('cut off')),
    [],
  );
});
