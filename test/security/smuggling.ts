/** Requests whose end, or whose meaning, two servers could see differently; written byte by byte onto sockets. */
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { toNode } from '../../src/proxy/index.ts';
import { listenOnFreePort } from '../support/free-ports.ts';
import { makeCompany } from './companies.ts';
import { Findings, type Suite } from './suite.ts';
import { openWorld, pageOrigin, serverSecret, type Handler, type World } from './world.ts';

interface Case {
  readonly name: string;
  readonly bytes: string;
  /**
   * What is right: `refused` has one answer, of 4xx or 5xx; `plain` is answered as the same request without
   * what is odd about it, `ended` has no answer; a number is that status. In every case nothing that was hidden in it reached the proxy.
   */
  readonly expects: 'refused' | 'ended' | 'plain' | number;
}

/** Where a hidden request goes: with all it needs to be answered, so that it shows wherever it is carried out. */
const hiddenPath = '/v1/state?hidden=';

const make = (token: string): readonly Case[] => {
  let count = 0;
  const cases: Case[] = [];
  const page = ['Host: 127.0.0.1', `Origin: ${pageOrigin}`, 'Bank-Feed-Version: 1', `Authorization: Bearer ${token}`];
  const hidden = (): string => {
    count += 1;
    return [`GET ${hiddenPath}${count} HTTP/1.1`, ...page, 'Connection: close', '', ''].join('\r\n');
  };
  const add = (name: string, expects: Case['expects'], bytes: string): void =>
    void cases.push({ name, expects, bytes });
  const post = (headers: readonly string[], body: string): string =>
    [`POST /v1/connections HTTP/1.1`, ...page, 'Content-Type: application/json', ...headers, '', body].join('\r\n');
  const get = (headers: readonly string[], { line = 'GET /v1/state HTTP/1.1', own = page } = {}): string =>
    [line, ...own, ...headers, 'Connection: close', '', ''].join('\r\n');

  // Both lengths at once. All is inside the one, and the hidden request behind the end of the other.
  const codings = [
    'chunked',
    'Chunked',
    'CHUNKED',
    'identity, chunked',
    'gzip, chunked',
    'chunked, chunked',
    'chunked;q=1',
  ];
  const oddCodings = [
    'xchunked',
    'chunked, identity',
    'chunk',
    '"chunked"',
    'identity',
    '\u000bchunked',
    'chunked\u0000',
    ',chunked,',
  ];
  const names = [
    'Transfer-Encoding:',
    'transfer-encoding:',
    'TRANSFER-ENCODING:',
    'Transfer-Encoding :',
    'Transfer-Encoding\t:',
    ' Transfer-Encoding:',
    'X: y\nTransfer-Encoding:',
    'X: y\rTransfer-Encoding:',
    'Transfer-Encoding:\r\n',
  ];
  for (const name of names)
    for (const coding of codings) {
      const rest = `0\r\n\r\n${hidden()}`;
      add(
        `length for all, ${name} ${coding}`,
        'refused',
        post([`${name} ${coding}`, `Content-Length: ${rest.length}`], rest),
      );
    }
  for (const coding of oddCodings) {
    const rest = `0\r\n\r\n${hidden()}`;
    add(
      `length for all, odd coding ${coding}`,
      'refused',
      post([`Transfer-Encoding: ${coding}`, `Content-Length: ${rest.length}`], rest),
    );
    add(`no length, odd coding ${coding}`, 'refused', post([`Transfer-Encoding: ${coding}`], `0\r\n\r\n`));
  }
  for (const coding of codings) {
    const inner = hidden();
    const size = inner.length.toString(16);
    const rest = `${size}\r\n${inner}\r\n0\r\n\r\n`;
    add(
      `length for the first line, ${coding}`,
      'refused',
      post([`Content-Length: ${size.length + 2}`, `Transfer-Encoding: ${coding}`], rest),
    );
  }

  // Lengths that are none, or several.
  const lengths = [
    '5\r\nContent-Length: 0',
    '0\r\nContent-Length: 5',
    '5, 5',
    '5,0',
    '+5',
    '-1',
    '0x5',
    '5.0',
    '5e0',
    'five',
    '5 5',
    '5\u0000',
    '5;',
    '',
    '99999999999999999999',
    '\u0665',
  ];
  for (const length of lengths)
    add(`length ${length}`, 'refused', post([`Content-Length: ${length}`], `{"a":${hidden()}`));

  // Chunks.
  const chunks = [
    '0x2',
    '+2',
    ' 2',
    '-1',
    'g',
    '',
    'FFFFFFFFFFFFFFFFFF',
    '2\n',
    '2\r',
    '2;a\nb',
    '2;a\rb',
    '2\u0000',
    '2,2',
  ];
  for (const size of chunks)
    add(
      `chunk of size ${size}`,
      'refused',
      post(['Transfer-Encoding: chunked'], `${size}\r\n{}\r\n0\r\n\r\n${hidden()}`),
    );
  add(
    'a chunk longer than it says',
    'refused',
    post(['Transfer-Encoding: chunked'], `2\r\n{}xx\r\n0\r\n\r\n${hidden()}`),
  );
  add('a chunk that does not end', 'refused', post(['Transfer-Encoding: chunked'], `2\r\n{}0\r\n\r\n${hidden()}`));
  for (const trailer of [
    `Authorization: Bearer ${token}`,
    'Content-Length: 500',
    'Transfer-Encoding: chunked',
    'Host: evil.example',
  ])
    add(
      `behind the body ${trailer.slice(0, 20)}`,
      401,
      [
        'POST /v1/connections HTTP/1.1',
        'Host: 127.0.0.1',
        `Origin: ${pageOrigin}`,
        'Trailer: X',
        'Connection: close',
        'Transfer-Encoding: chunked',
        '',
        `2\r\n{}\r\n0\r\n${trailer}\r\n\r\n`,
      ].join('\r\n'),
    );

  // Lines and names.
  const oddHeaders = [
    'X : y',
    'X\t: y',
    ' X: y',
    'X',
    ': y',
    'X(: y',
    'X\u0000: y',
    'X: y\u0000',
    'X: y\rZ: z',
    'Ü: y',
    'X: a\r\n b',
    'X: \u0001',
  ];
  for (const header of oddHeaders) add(`header ${header}`, 'refused', get([header]));
  add('a header too large', 'refused', get([`X: ${'x'.repeat(20_000)}`]));
  // Node answers it; nothing here depends on the host.
  add('two hosts', 'plain', get(['Host: evil.example']));
  add('no host', 'refused', get([], { own: page.slice(1) }));
  const lines = [
    'GET\t/v1/state\tHTTP/1.1',
    'GET /v1/state HTTP/1.1 x',
    'GET /v1/state HTTP/9.9',
    'GET /v1/state HTTP/1.1.1',
    'GET /v1/state HTTQ/1.1',
    'get /v1/state HTTP/1.1',
    'GETT /v1/state HTTP/1.1',
    'GET v1/state HTTP/1.1',
    'GET /v1/st ate HTTP/1.1',
    'GET /v1/state\u0000 HTTP/1.1',
    'PRI * HTTP/2.0',
    'TRACE /v1/state HTTP/1.1',
    'GET * HTTP/1.1',
    `GET /${'a'.repeat(100_000)} HTTP/1.1`,
  ];
  for (const line of lines) add(`line ${line.slice(0, 40)}`, 'refused', get([], { line }));

  // Headers that mean something to others, and nothing here.
  const odd = [
    'X-Original-URL: /v1/feeds',
    'X-Rewrite-URL: /v1/feeds',
    'X-HTTP-Method-Override: DELETE',
    'X-Method-Override: POST',
    '_method: DELETE',
    'X-Forwarded-Host: evil.example',
    'X-Forwarded-For: 127.0.0.1',
    'X-Forwarded-Proto: http',
    'X-Forwarded-Prefix: /x',
    'Forwarded: host=evil.example',
    'X-Real-IP: 127.0.0.1',
    'X-Company-Id: other',
    'X-User: admin',
    `X-Authorization: Bearer ${serverSecret}`,
    `Proxy-Authorization: Bearer ${serverSecret}`,
    'Upgrade: h2c',
    'TE: trailers',
    'Max-Forwards: 0',
    'Range: bytes=0-1',
    'If-None-Match: *',
    'Accept-Encoding: gzip',
  ];
  for (const header of odd) add(header.slice(0, 40), 'plain', get([header]));
  add('an address of another host', 'plain', get([], { line: 'GET http://evil.example/v1/state HTTP/1.1' }));
  add('a host that is none of ours', 'plain', get([], { own: ['Host: evil.example', ...page.slice(1)] }));
  add('a tunnel', 'ended', get([], { line: 'CONNECT evil.example:443 HTTP/1.1' }));
  for (const line of ['GET  /v1/state HTTP/1.1', 'GET /v1/state  HTTP/1.1']) add(line, 'plain', get([], { line }));
  add('two tokens', 401, get([`Authorization: Bearer ${serverSecret}`]));
  add('two origins', 401, get(['Origin: https://evil.example']));
  add(
    'the right token second',
    401,
    get([], { own: ['Host: x', `Origin: ${pageOrigin}`, 'Authorization: Bearer x', `Authorization: Bearer ${token}`] }),
  );
  add('hop by hop', 'plain', get(['Connection: authorization, origin, bank-feed-version']));
  return cases;
};

/** All that comes back until the server closes, or says nothing more for a while. */
const exchange = (port: number, bytes: string): Promise<string> =>
  new Promise((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1');
    const done = (): void => {
      socket.destroy();
      resolve(text);
    };
    socket.setTimeout(1_500, done);
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
    socket.on('error', done);
    socket.on('close', done);
    socket.write(Buffer.from(bytes, 'latin1'));
  });

const statusesOf = (text: string): number[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status)).filter((status) => status >= 200);

/** Without what differs from answer to answer. */
const withoutTimes = (text: string): string =>
  text.replaceAll(/^(date|x-request-id): .*$/gim, '').replace(/^connection: .*$/im, '');

const tryAll = async (
  port: number,
  cases: readonly Case[],
  plain: string,
  reached: readonly string[],
  findings: Findings,
): Promise<void> => {
  const waiting = cases.values();
  const inTurn = async (): Promise<void> => {
    for (const { name, bytes, expects } of waiting) {
      findings.tried();
      const text = await exchange(port, bytes);
      const statuses = statusesOf(text);
      const about = (): string =>
        `${JSON.stringify(name)}: answered ${statuses.join(', ') || 'nothing'}\n${text.slice(0, 600)}`;
      if (expects === 'refused')
        findings.expect(statuses.length === 1 && statuses.every((status) => status >= 400), about);
      else if (expects === 'ended') findings.expect(text === '', about);
      else if (expects === 'plain') findings.expect(withoutTimes(text) === withoutTimes(plain), about);
      else findings.expect(statuses.length === 1 && statuses[0] === expects, about);
    }
  };
  await Promise.all(Array.from({ length: 16 }, inTurn));
  for (const url of reached) findings.fault(`what was hidden reached the proxy: ${url}`);
};

const obeys =
  (world: World, header: string, change: (request: Request, value: string) => Request): Handler =>
  async (request, env) => {
    const value = request.headers.get(header);
    return world.proxy.fetch(value === null ? request : change(request, value), env);
  };

export const smuggling: Suite = {
  name: 'smuggling',
  async run() {
    const findings = new Findings();
    const planted = new Map<string, number>();
    const world = await openWorld();
    try {
      const { token } = await makeCompany(world, 'own', ['xero']);
      const cases = make(token);
      let reached: string[] = [];
      const watched =
        (handler: Handler): Handler =>
        (request, env) => {
          if (request.url.includes(hiddenPath)) reached.push(request.url);
          return handler(request, env);
        };
      const head = ['GET /v1/state HTTP/1.1', 'Host: 127.0.0.1', `Origin: ${pageOrigin}`, 'Bank-Feed-Version: 1'];
      const plainBytes = [...head, `Authorization: Bearer ${token}`, 'Connection: close', '', ''].join('\r\n');
      world.serve(watched(world.proxy.fetch));
      const plain = await exchange(world.port, plainBytes);
      findings.expect(statusesOf(plain).join() === '200', () => `a plain request is answered ${plain}`);
      await tryAll(world.port, cases, plain, reached, findings);

      const lenient = createServer(
        { insecureHTTPParser: true, requireHostHeader: false },
        (request, response) => void toNode({ ...world.proxy, fetch: watched(world.proxy.fetch) })(request, response),
      );
      reached = [];
      const found = new Findings();
      await tryAll(await listenOnFreePort(lenient), cases, plain, reached, found);
      planted.set('a server that reads requests leniently', found.faults);
      lenient.close();
      lenient.closeAllConnections();

      const holes: Readonly<Record<string, Handler>> = {
        'X-Original-URL is obeyed': obeys(
          world,
          'x-original-url',
          (request, path) => new Request(new URL(path, request.url), request),
        ),
        'X-HTTP-Method-Override is obeyed': obeys(
          world,
          'x-http-method-override',
          (request, method) => new Request(request.url, { method, headers: request.headers }),
        ),
      };
      for (const [name, handler] of Object.entries(holes)) {
        world.serve(handler);
        const seen = new Findings();
        await tryAll(
          world.port,
          cases.filter(({ expects }) => expects === 'plain'),
          plain,
          [],
          seen,
        );
        planted.set(name, seen.faults);
      }
    } finally {
      await world.stop();
    }
    return { findings, planted };
  },
};
