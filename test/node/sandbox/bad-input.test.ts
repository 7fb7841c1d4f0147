import assert from 'node:assert/strict';
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { after, afterEach, beforeEach, test } from 'node:test';
import { line, sourceAccount, standing } from './harness.ts';

const logged: string[] = [];
const { sandbox, call, clock, connected } = standing({
  limits: 'off',
  log: (message, details) => logged.push(`${message} ${JSON.stringify(details)}`),
});
const { companyId, base, push } = await connected();
const { url } = await sandbox.start();
const authorization = `Basic ${Buffer.from('a-key').toString('base64')}`;
const agent = new Agent({ keepAlive: true });
after(() => {
  agent.destroy();
  return sandbox.stop();
});

/** Everything that a request could have changed. */
async function state(): Promise<unknown> {
  await clock.advance(5000);
  const paths = ['/companies', `/companies/${companyId}/push`, `${base}/connectionInfo/bankFeedAccounts`, '/webhooks'];
  const answers = await Promise.all(paths.map((path) => call('GET', path)));
  const shown = answers.map(({ text }) => text.replaceAll(/otp=[\w-]+/g, ''));
  return [...shown, sandbox.ledger.entries().length];
}
let before: unknown;
beforeEach(async () => {
  before = await state();
});
afterEach(async () => {
  assert.deepEqual(await state(), before, 'something was half done');
  assert.deepEqual(logged, [], 'the sandbox took it for a fault of its own');
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Sends the whole body, on a connection that is kept; rejects if the connection is reset meanwhile. */
const send = (
  method: string,
  path: string,
  body: string | Uint8Array = '',
  { headers = {}, chunked = false }: { headers?: Record<string, string>; chunked?: boolean } = {},
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const length = chunked ? {} : { 'content-length': Buffer.byteLength(body) };
    const sent = request(
      `${url}${path}`,
      { method, agent, headers: { authorization, 'content-type': 'application/json', ...length, ...headers } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    sent.on('error', reject);
    if (chunked) for (let at = 0; at < body.length; at += 65_536) sent.write(body.slice(at, at + 65_536));
    sent.end(chunked ? undefined : body);
  });

/** Writes bytes on a socket, piece by piece, and answers what came back until the server or `hangUp` ended it. */
const onSocket = (pieces: readonly string[], { hangUp = false } = {}): Promise<string> =>
  new Promise((resolve) => {
    let answer = '';
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
    const next = (index: number): void => {
      const piece = pieces[index];
      if (piece !== undefined) socket.write(piece, () => setImmediate(next, index + 1));
      else if (hangUp) socket.end();
    };
    next(0);
  });

/** The documented error body, with the status of the answer, and headers that say where one stands. */
function assertRefused(status: number, text: string, message: RegExp): void {
  const body = JSON.parse(text) as Record<string, unknown>;
  assert.equal(body['statusCode'], status);
  assert.match(String(body['correlationId']), /^[0-9a-f-]{36}$/);
  assert.equal(body['canBeRetried'], 'False');
  assert.match(String(body['error']), message);
}

const many = JSON.stringify({
  accountId: 'acc-1',
  transactions: Array.from({ length: 1001 }, (_, index) => line(index)),
});
const account = (more: object): string => JSON.stringify(sourceAccount({ id: 'acc-2', ...more }));
const accounts = `${base}/connectionInfo/bankFeedAccounts`;
const transactions = (...lines: object[]): string => JSON.stringify({ accountId: 'acc-1', transactions: lines });
const unknown = '5d1c1b6e-0000-4000-8000-000000000000';
const megabytes = Buffer.alloc(10 * 1024 * 1024, ' ');

const cases: readonly (readonly [string, string, string, string | Uint8Array, number, RegExp])[] = [
  ['JSON that breaks off', 'POST', '/companies', '{"name":"A', 400, /not valid JSON/],
  ['a form instead of JSON', 'POST', '/companies', 'name=A', 400, /not valid JSON/],
  ['bytes that are not UTF-8', 'POST', '/companies', Buffer.from([0x22, 0xff, 0xfe, 0x22]), 400, /UTF-8/],
  ['no body at all', 'POST', '/companies', '', 400, /needs one/],
  ['a member that is absent', 'POST', '/companies', '{"description":"A"}', 400, /name: is required/],
  ['null', 'POST', '/companies', 'null', 400, /object/],
  ['a list for an object', 'POST', '/companies', '[{"name":"A"}]', 400, /object/],
  ['an object for a list', 'POST', `${accounts}/batch`, account({}), 400, /list/],
  ['a number for a name', 'POST', '/companies', '{"name":7}', 400, /name: must be a string/],
  ['text for an amount', 'POST', push, transactions(line(1, { amount: '1.25' })), 400, /amount: must be a number/],
  ['an amount beyond all money', 'POST', push, transactions(line(1)).replace('-1.25', '1e400'), 400, /amount/],
  ['a day that does not exist', 'POST', push, transactions(line(1, { date: '2026-02-30' })), 400, /date/],
  ['one bad line among good ones', 'POST', push, transactions(line(1), line(2, { date: 'x' }), line(3)), 400, /date/],
  ['1,001 transactions', 'POST', push, many, 400, /at most 1000 transactions/],
  ['no transactions', 'POST', push, transactions(), 400, /at least one/],
  ['an over-long name', 'POST', '/companies', JSON.stringify({ name: 'x'.repeat(100_000) }), 400, /at most/],
  ['an over-long member name', 'POST', '/companies', `{"name":"A","tags":{"${'k'.repeat(100_000)}":"v"}}`, 400, /tags/],
  ['an over-long account id', 'POST', accounts, account({ id: 'x'.repeat(100_000) }), 400, /id/],
  ['100,000 brackets', 'POST', '/companies', '['.repeat(100_000) + ']'.repeat(100_000), 400, /nested|object/],
  ['100,000 objects', 'POST', '/companies', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, 400, /nested|name/],
  ['brackets that never close', 'POST', '/companies', '['.repeat(100_000), 400, /not valid JSON/],
  ['ten megabytes', 'POST', '/companies', megabytes, 400, /too long/],
  ['ten megabytes for a PATCH', 'PATCH', `/companies/${companyId}`, megabytes, 400, /too long/],
  ['an unknown company', 'GET', `/companies/${unknown}`, '', 404, /No company/],
  ['a company id that is none', 'PATCH', '/companies/%00', '{"name":"A"}', 404, /No company/],
  ['an unknown connection', 'DELETE', `/companies/${companyId}/connections/${unknown}`, '', 404, /not found/],
  ['an unknown source account', 'DELETE', `${accounts}/acc-9`, '', 404, /No source account/],
  ['an unknown push operation', 'GET', `/companies/${companyId}/push/${unknown}`, '', 404, /No push operation/],
  ['an escape that breaks off', 'GET', '/companies/%E0%A4', '', 404, /No company/],
  ['an id of 10,000 characters', 'GET', `/companies/${'x'.repeat(10_000)}`, '', 404, /No company/],
  ['a path of no operation', 'POST', '/company', '{}', 404, /No operation/],
  ['a method of no operation', 'PATCH', '/companies', '{}', 405, /PATCH is not allowed/],
  ['a retired way', 'PUT', accounts, '[]', 405, /retired/],
];

for (const [name, method, path, body, status, message] of cases) {
  for (const chunked of body === '' ? [false] : [false, true]) {
    test(`${name}${chunked ? ', in chunks' : ''}: ${status} with the documented body`, async () => {
      const answer = await send(method, path, body, { chunked });
      assert.equal(answer.status, status, answer.text.slice(0, 300));
      assert.ok(answer.headers['x-rate-limit-remaining']);
      assert.ok(answer.text.length < 50_000, 'the refusal repeats what it refuses');
      assertRefused(status, answer.text, message);
    });
  }
}

test('ten megabytes are refused in words also to fetch, and to a client that reads only when all is sent', async () => {
  const response = await fetch(`${url}/companies`, { method: 'POST', headers: { authorization }, body: megabytes });
  assertRefused(400, await response.text(), /too long/);
  const head = `POST /companies HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: ${authorization}\r\n`;
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    let text = '';
    socket.pause();
    socket.on('error', reject);
    socket.write(`${head}content-length: ${megabytes.length}\r\n\r\n`);
    let at = 0;
    // Slowly: what is left of the body comes long after the refusal could have been given.
    const more = (): void => {
      at += 1 << 20;
      if (at < megabytes.length) socket.write(megabytes.subarray(at - (1 << 20), at), () => setTimeout(more, 70));
      else {
        socket.write(megabytes.subarray(at - (1 << 20)));
        socket.on('data', (chunk) => {
          text += chunk.toString();
        });
        socket.on('end', () => resolve(text));
        socket.resume();
      }
    };
    more();
  });
  assertRefused(400, answer.slice(answer.indexOf('\r\n\r\n') + 4), /too long/);
});

test('a body on a GET is passed over, and the connection goes on', async () => {
  const head = (method: string, path: string) =>
    `${method} ${path} HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\n`;
  const answer = await onSocket([
    `${head('GET', '/companies')}content-length: 5\r\n\r\nhello`,
    `${head('DELETE', `/companies/${unknown}`)}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
    `${head('GET', '/nothing')}connection: close\r\n\r\n`,
  ]);
  assert.deepEqual(
    [...answer.matchAll(/HTTP\/1.1 (\d+)/g)].map(([, status]) => status),
    ['200', '404', '404'],
  );
});

test('who asks before sending is told to go on', async () => {
  const head = `PATCH /companies HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\nconnection: close\r\n`;
  const answer = await onSocket([`${head}expect: 100-continue\r\ncontent-length: 2\r\n\r\n`, '{}']);
  assert.match(answer, /^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 405 /);
});

const head = `POST /companies HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\n`;

test('half a request is no request', async () => {
  await onSocket([`${head}content-length: 100\r\n\r\n{"name":"A"}`], { hangUp: true });
  await onSocket([`${head}transfer-encoding: chunked\r\n\r\n`, 'c\r\n{"name":"A"}\r\n'], { hangUp: true });
  await onSocket([head], { hangUp: true });
});

const unreadable: readonly (readonly [string, string, number])[] = [
  ['a header that is too large', `GET /companies HTTP/1.1\r\nhost: x\r\nx-big: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ['an address that is too long', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`, 431],
  ['what is not HTTP', 'hello\r\n\r\n', 400],
  ['two lengths', `${head}content-length: 2\r\ncontent-length: 12\r\n\r\n{"name":"A"}`, 400],
  ['a length and chunks', `${head}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
  ['a chunk without a length', `${head}transfer-encoding: chunked\r\n\r\nxyz\r\n`, 400],
  ['no host', `GET /companies HTTP/1.1\r\nconnection: close\r\nauthorization: ${authorization}\r\n\r\n`, 400],
  ['a host that is none', `GET /companies HTTP/1.1\r\nconnection: close\r\nhost: a b\\c\r\n\r\n`, 400],
  ['a backslash in the path', `GET /a\\b HTTP/1.1\r\nconnection: close\r\nhost: x\r\n\r\n`, 400],
  ['a star for a path', `OPTIONS * HTTP/1.1\r\nconnection: close\r\nhost: x\r\n\r\n`, 400],
  ['an expectation nobody meets', `${head}connection: close\r\nexpect: more\r\ncontent-length: 0\r\n\r\n`, 417],
];

for (const [name, bytes, status] of unreadable) {
  test(`${name}: ${status} with the documented body, and the connection ends`, async () => {
    const answer = await onSocket([bytes]);
    assert.match(answer, new RegExp(`^HTTP/1.1 ${status} \\w`));
    assert.match(answer, /\r\nx-rate-limit-limit: \d+\r\n/i);
    assert.match(answer, /\r\ncontent-type: application\/json; charset=utf-8\r\n/i);
    assertRefused(status, answer.slice(answer.indexOf('\r\n\r\n') + 4), /\w{4}/);
  });
}

test('a key for repeating that nobody could mean is refused, and nothing is kept under it', async () => {
  for (const key of ['', 'x'.repeat(256)]) {
    const answer = await send('POST', '/companies', '{"name":"A"}', { headers: { 'idempotency-key': key } });
    assert.equal(answer.status, 400);
    assertRefused(400, answer.text, /Idempotency-Key/);
  }
});

test('members that would reach into every object reach into none', async () => {
  const body = '{"name":"","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
  assert.equal((await send('POST', '/companies', body)).status, 400);
  const batch = `[{"id":"__proto__","status":"connected","accountInfo":{"__proto__":{"polluted":1}},"currency":"x"}]`;
  assert.equal((await send('POST', `${accounts}/batch`, batch)).status, 400);
  assert.equal(Reflect.get({}, 'polluted'), undefined);
});
