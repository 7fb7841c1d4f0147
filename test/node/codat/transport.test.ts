import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createTlsHttp } from 'node:https';
import { createServer, type Socket } from 'node:net';
import { describe, it } from 'node:test';
import { createServer as createTls } from 'node:tls';
import { createDefaultTransport, fetchTransport, systemClock, TransportError } from '../../../src/codat/index.ts';
import { createNodeTransport } from '../../../src/codat/node-transport.ts';
import { timed, type Transport, type TransportRequest } from '../../../src/codat/transport.ts';
import { listenOnFreePort } from '../../support/free-ports.ts';
import { selfSigned } from './certificate.ts';
import { playCodat, portOf } from './codat-server.ts';

const body = JSON.stringify({ accountId: 'acc', transactions: Array.from({ length: 1000 }, (_, id) => ({ id })) });
const certificate = selfSigned();

const write = (url: string, more: Partial<TransportRequest> = {}): TransportRequest => ({
  method: 'POST',
  url,
  headers: { 'content-type': 'application/json' },
  body,
  ...more,
});

async function faultOf(sent: Promise<unknown>): Promise<string> {
  const error: unknown = await sent.then(
    () => assert.fail('it should have been rejected'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof TransportError, String(error));
  return error.code;
}

/** A server that reads bytes and answers nothing; says what it had read when the connection ended. */
async function listen(tls: boolean) {
  const { promise: ended, resolve } = Promise.withResolvers<{ text: string; error: string }>();
  const hear = (socket: Socket): void => {
    let text = '';
    let error = '';
    socket.on('data', (chunk) => (text += String(chunk)));
    socket.on('error', (reason: NodeJS.ErrnoException) => (error = reason.code ?? ''));
    socket.on('close', () => resolve({ text, error }));
  };
  // A TLS 1.3 server writes after the handshake, and may learn of the reset by that instead.
  const server = tls ? createTls({ ...certificate, maxVersion: 'TLSv1.2' }, hear) : createServer(hear);
  server.listen(0, tls ? 'localhost' : '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  const url = tls ? `https://localhost:${port}/x` : `http://127.0.0.1:${port}/x`;
  return { url, ended, [Symbol.asyncDispose]: () => new Promise<void>((done) => void server.close(() => done())) };
}

describe('the fence', () => {
  for (const tls of [false, true]) {
    it(`holds the last byte back and resets the connection${tls ? ' under TLS' : ''}`, async () => {
      await using server = await listen(tls);
      const transport = createNodeTransport({ tls: { ca: certificate.cert } });
      let asked = 0;
      const commit = (): boolean => (asked += 1) > 99;
      assert.equal(await faultOf(transport(write(server.url, { commit }))), 'not-sent');
      const { text, error } = await server.ended;
      assert.equal(asked, 1);
      assert.equal(body.startsWith(text.split('\r\n\r\n')[1] ?? 'x'), true);
      assert.equal(text.endsWith(body), false);
      assert.equal(error, 'ECONNRESET');
      await transport.close();
    });
  }

  it('lets the write pass once it is told to, over a connection that is used again', async () => {
    await using server = await playCodat({ status: 202, json: { ok: true }, headers: { 'set-cookie': 'a=b' } });
    const transport = createNodeTransport();
    const ports = new Set<string>();
    for (let round = 0; round < 3; round += 1) {
      const answer = await transport(write(server.url, { commit: () => true }));
      assert.equal(answer.status, 202);
      assert.equal(answer.headers['set-cookie'], 'a=b');
      assert.equal(new TextDecoder().decode(answer.body), '{"ok":true}');
      ports.add(String(server.seen.at(-1)?.port));
      // The socket goes back to its pool after the answer has been read.
      await new Promise(setImmediate);
    }
    assert.deepEqual(
      server.seen.map((seen) => seen.body === body),
      [true, true, true],
    );
    assert.equal(ports.size, 1);
    await transport.close();
  });

  it('passes over TLS too, and not to a certificate that does not hold', async () => {
    const server = createTlsHttp(certificate, (request, response) => {
      let text = '';
      request.on('data', (chunk) => (text += String(chunk)));
      request.on('end', () => response.end(String(text === body)));
    });
    await once(server.listen(0, 'localhost'), 'listening');
    const port = portOf(server);
    const url = `https://localhost:${port}/x`;
    const trusting = createNodeTransport({ tls: { ca: certificate.cert } });
    for (const commit of [() => true, undefined]) {
      assert.equal(new TextDecoder().decode((await trusting(write(url, { commit }))).body), 'true');
    }
    const wary = createNodeTransport();
    for (const commit of [() => true, undefined]) {
      assert.equal(await faultOf(wary(write(url, { commit }))), 'unreachable');
    }
    await Promise.all([trusting.close(), wary.close()]);
    server.closeAllConnections();
    server.close();
  });

  it('takes an answer that comes before the last byte, and asks no more', async () => {
    const early = 'HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\nconnection: close\r\n\r\nno';
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end(early));
    });
    const port = await listenOnFreePort(server);
    const transport = createNodeTransport();
    let asked = 0;
    const huge = 'x'.repeat(50_000_000);
    const commit = (): boolean => (asked += 1) > 0;
    const sent = transport(write(`http://127.0.0.1:${port}/`, { body: huge, commit }));
    // The refusal may be overtaken by the reset that follows it; either way the write was not completed.
    const outcome = await sent.then(
      ({ status }) => String(status),
      ({ code }: TransportError) => code,
    );
    assert.match(outcome, /^(413|unreachable)$/);
    assert.equal(asked, 0);
    await transport.close();
    server.close();
  });

  it('ends with the signal, the limit and the connection', async () => {
    await using silent = await playCodat(() => {});
    const transport = createNodeTransport();
    const abort = new AbortController();
    const commit = (): boolean => {
      setImmediate(() => abort.abort());
      return true;
    };
    assert.equal(await faultOf(transport(write(silent.url, { commit, signal: abort.signal }))), 'aborted');
    await using long = await playCodat({ text: 'x'.repeat(1000) });
    assert.equal(await faultOf(transport(write(long.url, { commit: () => true, maxBytes: 999 }))), 'too-large');
    await using rude = await playCodat((request) => request.socket.destroy());
    assert.equal(await faultOf(transport(write(rude.url, { commit: () => true }))), 'broken');
    await rude[Symbol.asyncDispose]();
    assert.equal(await faultOf(transport(write(rude.url, { commit: () => true }))), 'unreachable');
    await using odd = await playCodat((_, response) => void response.socket?.end('nonsense\r\n\r\n'));
    assert.equal(await faultOf(transport(write(odd.url, { commit: () => true }))), 'malformed');
    await transport.close();
  });
});

const missing = () => Promise.reject(new Error("Cannot find package 'undici'"));
const transports: Record<string, Transport> = {
  undici: createNodeTransport(),
  'Node without undici': createNodeTransport({}, missing),
  fetch: fetchTransport,
  default: createDefaultTransport(),
};

for (const [name, transport] of Object.entries(transports)) {
  describe(`the transport (${name})`, () => {
    it('sends bytes and text, and reads the whole answer, whatever its status', async () => {
      await using server = await playCodat({ status: 418, json: { a: 1 }, headers: { 'X-Mixed': 'Case' } });
      for (const given of [body, new TextEncoder().encode(body), undefined]) {
        const answer = await transport(write(`${server.url}/p?q=a%20b`, { body: given, headers: { 'x-h': '1' } }));
        assert.equal(answer.status, 418);
        assert.equal(answer.headers['x-mixed'], 'Case');
        assert.equal(new TextDecoder().decode(answer.body), '{"a":1}');
        assert.equal(server.seen.at(-1)?.body, given === undefined ? '' : body);
        assert.equal(server.seen.at(-1)?.url, '/p?q=a%20b');
      }
      const empty = await transport({ method: 'GET', url: server.url, headers: {} });
      assert.equal(empty.body.length, 7);
    });

    it('follows no redirect', async () => {
      await using server = await playCodat({ status: 307, headers: { location: '/elsewhere' } });
      assert.equal((await transport({ method: 'GET', url: server.url, headers: {} })).status, 307);
      assert.equal(server.seen.length, 1);
    });

    it('stops reading at the limit, and by the signal', async () => {
      await using server = await playCodat({ text: 'x'.repeat(100_000) }, () => {});
      const get = { method: 'GET', url: server.url, headers: {} };
      assert.equal(await faultOf(transport({ ...get, maxBytes: 99_999 })), 'too-large');
      const abort = new AbortController();
      const waiting = faultOf(transport({ ...get, signal: abort.signal }));
      setImmediate(() => abort.abort());
      assert.equal(await waiting, 'aborted');
      assert.equal(await faultOf(transport({ ...get, signal: AbortSignal.abort() })), 'aborted');
    });

    it('asks before it sends, where it cannot hold a byte back', async () => {
      await using server = await playCodat({ json: {} });
      assert.equal(await faultOf(transport(write(server.url, { commit: () => false }))), 'not-sent');
      assert.equal((await transport(write(server.url, { commit: () => true }))).status, 200);
      assert.equal(server.seen.length, 1);
    });
  });
}

const { fetch: _, ...keepingTime } = transports;
for (const [name, transport] of Object.entries(keepingTime)) {
  describe(`the time of an attempt (${name})`, () => {
    it('ends it before the answer and in the middle of it, and its connection with it', async () => {
      const closed: Promise<unknown>[] = [];
      await using server = await playCodat(
        (request) => void closed.push(once(request.socket, 'close')),
        (request, response) => {
          closed.push(once(request.socket, 'close'));
          response.writeHead(200, { 'content-length': 10 }).write('12345');
        },
      );
      for (const round of [1, 2]) {
        const asked = transport({ method: 'GET', url: server.url, headers: {}, timeoutMs: 50 });
        assert.equal(await faultOf(asked), 'timed-out', `round ${round}`);
      }
      await Promise.all(closed);
      assert.equal(closed.length, 2);
    });
  });
}

describe('timed', () => {
  it('ends an attempt also where the transport ignores its signal', async () => {
    const deaf = timed(() => new Promise(() => {}));
    assert.equal(await faultOf(deaf({ method: 'GET', url: '', headers: {}, timeoutMs: 10 })), 'timed-out');
    const abort = new AbortController();
    const waiting = faultOf(deaf({ method: 'GET', url: '', headers: {}, signal: abort.signal }));
    abort.abort();
    assert.equal(await waiting, 'aborted');
  });
});

describe('the system clock', () => {
  it('sleeps, or not where the signal has aborted, and wakes when it does', async () => {
    await systemClock.sleep(1);
    const abort = new AbortController();
    const sleeping = systemClock.sleep(Number.MAX_SAFE_INTEGER, abort.signal);
    abort.abort();
    await sleeping;
    await systemClock.sleep(Number.MAX_SAFE_INTEGER, abort.signal);
    assert.ok(Math.abs(systemClock.now() - Date.now()) < 1000);
  });
});

describe('closing', () => {
  it('ends a client that was never used, and one that was', async () => {
    await createDefaultTransport().close();
    await createNodeTransport().close();
    await using server = await playCodat({ json: {} });
    const transport = createDefaultTransport();
    await transport({ method: 'GET', url: server.url, headers: {} });
    await transport.close();
  });
});
