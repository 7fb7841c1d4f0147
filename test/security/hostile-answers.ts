/** What a Codat that was taken over may answer, byte by byte. */
import type { Socket } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';

/** Stands in every hostile answer: none of it may be seen by a page. */
export const mark = 'LEAKED-FROM-UPSTREAM';
/** The questions that the proxy asks. */
export type Route = 'state' | 'accounts' | 'mappings' | 'link';

export interface Case {
  readonly name: string;
  /** Which of the proxy's questions is answered like this; all that come before it are answered well. */
  readonly on: Route;
  readonly say: (socket: Socket, path: string) => void;
  readonly statuses: readonly number[];
}

export const json = (body: string | Buffer, { status = '200 OK', headers = [] as readonly string[] } = {}): Buffer =>
  Buffer.concat([
    Buffer.from(
      [
        `HTTP/1.1 ${status}`,
        'Content-Type: application/json',
        `Content-Length: ${body.length}`,
        'Connection: close',
        ...headers,
        '',
        '',
      ].join('\r\n'),
      'latin1',
    ),
    Buffer.from(body),
  ]);

const connectionId = '0725008a-15d0-4388-8148-d7eb804b5b22';
const connection = {
  id: connectionId,
  integrationId: '1845b5be-0b07-4eed-905c-1f92c9a6fa9d',
  integrationKey: 'gbol',
  sourceId: '467c4f18-f9cd-4b0c-be1f-3ed832c6ef55',
  sourceType: 'Accounting',
  platformName: 'Xero',
  linkUrl: 'https://link.codat.io/x',
  status: 'Linked',
  created: '2026-01-01T00:00:00Z',
  dataConnectionErrors: [],
};
const listing = (results: readonly unknown[], totalResults = results.length): string =>
  JSON.stringify({
    results,
    pageNumber: 1,
    pageSize: 500,
    totalResults,
    _links: { self: { href: '/' }, current: { href: '/' } },
  });

/** Chunks until nobody reads. */
const endless =
  (head: string, chunk: Buffer) =>
  (socket: Socket): void => {
    socket.write(Buffer.from(head, 'latin1'));
    const more = (): void => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on('drain', more);
    more();
  };

/** The same, at a pace that leaves the machine to others: it is cut off after the time that an answer has. */
const steady =
  (head: string, chunk: string) =>
  (socket: Socket): void => {
    socket.write(Buffer.from(head, 'latin1'));
    const timer = setInterval(() => socket.write(Buffer.from(chunk, 'latin1')), 100);
    socket.on('close', () => clearInterval(timer));
  };

/** `trap`: where nobody may be sent. `host`: the server itself. */
export const hostileCases = (trap: string, host: string): readonly Case[] => {
  const cases: Case[] = [];
  const bad = [502];
  const add = (
    name: string,
    bytes: Buffer | string | Case['say'],
    statuses: readonly number[] = bad,
    on: Route = 'state',
  ): void => {
    const say: Case['say'] =
      typeof bytes === 'function'
        ? bytes
        : (socket) => void socket.end(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
    cases.push({ name, on, say, statuses });
  };

  // Slow ones first: the others are tried meanwhile.
  add('a byte now and then', steady('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n', ' '));
  add('nothing at all', () => {});
  add(
    'early hints for ever',
    steady('', `HTTP/1.1 103 Early Hints\r\nLink: <${trap}>; rel=preload\r\n\r\n`.repeat(20)),
  );
  add('a header without an end', steady('HTTP/1.1 200 OK\r\nX: ', ' '.repeat(10_000)));
  add('a status line without an end', steady('HTTP/1.1 200 ', 'x'.repeat(10_000)));

  // Somewhere else.
  const places = [
    trap,
    `${trap}/companies`,
    `//${trap.slice(7)}/x`,
    `${host}/elsewhere`,
    '/elsewhere',
    '../../elsewhere',
    'http://169.254.169.254/latest/meta-data/',
    'file:///etc/passwd',
    '',
  ];
  for (const status of [
    '301 Moved',
    '302 Found',
    '303 See Other',
    '307 Temporary',
    '308 Permanent',
    '300 Choices',
    '305 Use Proxy',
  ])
    for (const place of places) add(`${status} to ${place}`, json(mark, { status, headers: [`Location: ${place}`] }));
  for (const header of [
    `Refresh: 0;url=${trap}`,
    `Link: <${trap}>; rel=preload`,
    `Alt-Svc: http/1.1="${trap.slice(7)}"; persist=1`,
    `Content-Location: ${trap}`,
    `Location: ${trap}`,
    `Upgrade: h2c`,
    `Proxy-Authenticate: Basic realm=x`,
  ])
    add(header, json(mark, { headers: [header] }));
  add('101', `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n${mark}`);

  // No JSON, or not what was asked for; in each place.
  const deep = (opening: string, times: number): string => opening.repeat(times);
  const bodies: readonly (readonly [name: string, body: string | Buffer])[] = [
    ['nothing', ''],
    ['a word', mark],
    ['HTML', `<html><body>${mark}</body></html>`],
    ['half of it', `{"results":[{"id":"${mark}`],
    ['null', 'null'],
    ['a number', '7'],
    ['a list of lists', '[[[[]]]]'],
    ['deep lists', deep('[', 300_000)],
    ['deep objects', deep('{"a":', 100_000)],
    ['a number out of range', listing([{ ...connection, created: 1 }]).replace('"created":1', '"created":1e400')],
    ['__proto__', `{"__proto__":{"results":[],"totalResults":0,"isAdmin":"${mark}"}}`],
    ['constructor', `{"constructor":{"prototype":{"isAdmin":"${mark}"}}}`],
    ['UTF-16', Buffer.from(`\uFEFF${listing([])}`, 'utf16le')],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
    ['results that are none', JSON.stringify({ results: mark, totalResults: 1 })],
    ['a long number', `{"results":[],"totalResults":${'9'.repeat(500_000)}}`],
    ['a long name', `{"${'x'.repeat(900_000)}":`],
  ];
  for (const [name, body] of bodies) {
    for (const on of ['state', 'accounts', 'mappings', 'link'] as const) add(`${on}: ${name}`, json(body), bad, on);
  }

  // Too much of it.
  const zeros = Buffer.alloc(1 << 16, 0x20);
  const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';
  for (const on of ['state', 'accounts', 'link'] as const) {
    add(`${on}: a body without an end`, endless(`${head}Connection: close\r\n\r\n`, zeros), bad, on);
    add(
      `${on}: chunks without an end`,
      endless(
        `${head}Transfer-Encoding: chunked\r\n\r\n`,
        Buffer.concat([Buffer.from('10000\r\n'), zeros, Buffer.from('\r\n')]),
      ),
      bad,
      on,
    );
  }
  add('headers without an end', endless(head, Buffer.from('X: y\r\n'.repeat(1_000))));
  add('a length of a terabyte', endless(`${head}Content-Length: 1000000000000\r\n\r\n`, zeros));
  const large = Buffer.alloc(200_000_000, 0x20);
  for (const [coding, bomb] of [
    ['gzip', gzipSync(large)],
    ['deflate', deflateSync(large)],
    ['br', brotliCompressSync(large.subarray(0, 50_000_000))],
    ['gzip, gzip', gzipSync(gzipSync(large))],
  ] as const)
    for (const on of ['state', 'accounts'] as const)
      add(`${on}: a bomb by ${coding}`, json(bomb, { headers: [`Content-Encoding: ${coding}`] }), bad, on);
  add('pages without an end', (socket, path) => {
    const page = /page=(\d+)/.exec(path)?.[1] ?? '';
    const results = Array.from({ length: 500 }, (_, n) => ({ ...connection, id: `${page}-${n}` }));
    socket.end(json(listing(results, 1e9)));
  });
  add('one page again and again', (socket) => void socket.end(json(listing([connection], 1e9))));

  // What is no HTTP.
  const body = listing([]);
  const framings = [
    `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5\r\nContent-Length: 50\r\n\r\n${body}`,
    `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: -1\r\n\r\n${body}`,
    `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n${body}`,
    `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\n${body}`,
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n${body}\r\n0\r\n\r\n`,
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n${body}\r\n0\r\n\r\n`,
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"a":`,
    `HTTP/9.9 200 OK\r\n\r\n${body}`,
    `HTTP/1.1 2000 OK\r\n\r\n${body}`,
    `HTTP/1.1 000 OK\r\n\r\n${body}`,
    `HTTP/1.1 OK\r\n\r\n${body}`,
    body,
    mark,
    '',
    '\0\0\0\0',
    `\u0016\u0003\u0001\u0002\u0000\u0001`,
    `HTTP/1.1 200 OK\r\nX\u0000: y\r\n\r\n${body}`,
    `HTTP/1.1 200 OK\r\n: y\r\n\r\n${body}`,
  ];
  for (const [n, framing] of framings.entries()) add(`framing ${n}: ${framing.slice(0, 60)}`, framing);
  add('the connection is reset', (socket) => void socket.resetAndDestroy());

  // What an error says is for the log alone.
  for (const status of [401, 402, 403, 404, 408, 410, 418, 451, 500, 501, 502, 503, 504, 599, 999]) {
    const words = JSON.stringify({
      statusCode: status,
      error: mark,
      service: mark,
      correlationId: `a\r\nX-Leak: ${mark}`,
    });
    add(
      `${status}`,
      json(words, { status: `${status} ${mark}`, headers: [`X-Leak: ${mark}`, `Set-Cookie: ${mark}`] }),
      [404, 502],
    );
  }

  // What a page would follow.
  for (const linkUrl of [
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'JAVASCRIPT:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    '//evil.example',
    'vbscript:x',
    '',
    '/relative',
    'blob:x',
  ])
    add(`a link to ${linkUrl}`, json(JSON.stringify({ ...connection, linkUrl })), bad, 'link');
  return cases;
};

export const routeOf = (path: string): Route => {
  if (/\/connections\?/.test(path)) return 'state';
  if (path.endsWith('/bankFeedAccounts')) return 'accounts';
  return path.endsWith('/mapping') ? 'mappings' : 'link';
};

export const good: Readonly<Record<Route, string>> = {
  state: listing([connection]),
  accounts: '[]',
  mappings: '[]',
  link: JSON.stringify(connection),
};
