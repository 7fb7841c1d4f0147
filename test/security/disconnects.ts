/** Clients that go away in the middle: of a body, of an answer, of a stream. Nothing of theirs may stay. */
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../sim/random.ts';
import { asPage, makeCompany } from './companies.ts';
import { Findings, type Suite } from './suite.ts';
import { open, type OpenAnswer } from './wire.ts';
import { openWorld, pageOrigin, serverSecret, type Handler, type World } from './world.ts';

const clients = 32;
const mostStreams = 40;
/** How long what is left over from a storm may take to go, in milliseconds; where it is known to stay, not so long. */
const settledWithin = 10_000;
const staysWithin = 1_000;

type Way = (socket: Socket, token: string) => void;

const head = (line: string, ...headers: string[]): string =>
  [line, 'Host: 127.0.0.1', `Origin: ${pageOrigin}`, 'Bank-Feed-Version: 1', ...headers, '', ''].join('\r\n');

/** What a client has sent when it goes. */
const ways: Readonly<Record<string, Way>> = {
  'in the middle of a header': (socket) => socket.write('GET /v1/state HTTP/1.1\r\nHost: 127'),
  'in the middle of a body': (socket, token) =>
    socket.write(
      `${head('POST /v1/connections HTTP/1.1', `Authorization: Bearer ${token}`, 'Content-Length: 5000')}{"platform":`,
    ),
  'in the middle of a chunk': (socket, token) =>
    socket.write(
      `${head('POST /v1/connections HTTP/1.1', `Authorization: Bearer ${token}`, 'Transfer-Encoding: chunked')}ff\r\n{"a":`,
    ),
  'in the middle of a large hand-over': (socket) =>
    socket.write(
      `POST /v1/push HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${serverSecret}\r\n` +
        `Content-Type: application/x-ndjson\r\nContent-Length: 9000000\r\n\r\n${'{"id":"1"}\n'.repeat(2_000)}`,
    ),
  'in the middle of a webhook': (socket) =>
    socket.write('POST /v1/webhooks/codat HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 90000\r\n\r\n{"id"'),
  'before the answer': (socket, token) =>
    socket.write(head('GET /v1/state HTTP/1.1', `Authorization: Bearer ${token}`)),
  'in the middle of a stream': (socket, token) =>
    socket.write(head('GET /v1/live HTTP/1.1', `Authorization: Bearer ${token}`)),
  'in the middle of a stream that is made up for': (socket, token) =>
    socket.write(head('GET /v1/live HTTP/1.1', `Authorization: Bearer ${token}`, 'Last-Event-ID: 1')),
};

const storm = async (world: World, token: string, random: Random): Promise<void> => {
  await Promise.all(
    Array.from({ length: clients }, async () => {
      const socket = connect(world.port, '127.0.0.1');
      socket.on('error', () => {});
      const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()));
      await new Promise<void>((resolve) => socket.once('connect', resolve));
      random.pick(Object.values(ways))(socket, token);
      const wait = random.pick([0, 0, 1, 5, 20, 60]);
      if (wait > 0) await delay(wait);
      if (random.chance(0.5)) socket.resetAndDestroy();
      else socket.destroy();
      await gone;
    }),
  );
};

/** What keeps the process busy, but for what it always has: of each kind, how many. */
const handles = (): Readonly<Record<string, number>> => {
  const count: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) count[kind] = (count[kind] ?? 0) + 1;
  return count;
};
const kinds = ['TCPSocketWrap', 'Timeout', 'Immediate', 'HTTPINCOMINGMESSAGE', 'FSReqCallback'];
const grown = (before: Readonly<Record<string, number>>): readonly string[] => {
  const now = handles();
  return kinds
    .filter((kind) => (now[kind] ?? 0) > (before[kind] ?? 0))
    .map((kind) => `${kind}: ${now[kind]}, and ${before[kind] ?? 0} before`);
};

const settled = async (before: Readonly<Record<string, number>>, within: number): Promise<readonly string[]> => {
  for (const end = Date.now() + within; Date.now() < end; await delay(20)) if (grown(before).length === 0) return [];
  return grown(before);
};

/** Every stream there is room for can be opened: none is still counted that is gone. */
const streamsOpen = async (world: World, token: string): Promise<number> => {
  const opened: OpenAnswer[] = [];
  const headers = { origin: pageOrigin, 'bank-feed-version': '1', authorization: `Bearer ${token}` };
  for (let n = 0; n < mostStreams; n += 1)
    opened.push(await open(world.port, { method: 'GET', path: '/v1/live', headers }));
  for (const { close } of opened) close();
  return opened.filter(({ status }) => status === 200).length;
};

const through = async (
  world: World,
  companyId: string,
  handler: Handler,
  storms: number,
  random: Random,
  findings: Findings,
  errors: readonly unknown[],
  within = settledWithin,
): Promise<void> => {
  world.serve(handler);
  const token = await world.token(companyId);
  const ask = () => asPage(world, token, { method: 'GET', path: '/v1/state' });
  // Whatever is made once and kept is made now.
  await storm(world, token, random);
  await ask();
  await delay(500);
  const before = handles();
  const faultsBefore = errors.length;
  for (let n = 0; n < storms; n += 1) {
    findings.tried();
    await storm(world, token, random);
    const answer = await ask();
    findings.expect(
      answer.status === 200,
      () => `after storm ${n + 1} a page is answered ${answer.status} ${answer.text}`,
    );
  }
  const left = await settled(before, within);
  findings.expect(left.length === 0, () => `after ${storms} storms there is more than before them: ${left.join('; ')}`);
  const count = await streamsOpen(world, token);
  findings.expect(count === mostStreams, () => `of ${mostStreams} streams ${count} could be opened`);
  for (const error of errors.slice(faultsBefore)) findings.fault(`nobody caught: ${String(error)}`);
};

/** What the holes leave behind, until the end. */
const timers: NodeJS.Timeout[] = [];

const holes: Readonly<Record<string, (world: World) => Handler>> = {
  'a timer is left for everybody who goes': (world) => async (request, env) => {
    if (timers.length < 50) timers.push(setInterval(() => {}, 1_000));
    return world.proxy.fetch(request, env);
  },
  'a stream is left open': (world) => async (request, env) => {
    const { url, headers } = request;
    if (url.endsWith('/live')) await world.proxy.fetch(new Request(url, { headers }));
    return world.proxy.fetch(request, env);
  },
  'an error is left for everybody who goes': (world) => async (request, env) => {
    void request
      .clone()
      .text()
      .then(() => undefined);
    return world.proxy.fetch(request, env);
  },
};

export const disconnects: Suite = {
  name: 'disconnects',
  cases: 25,
  async run({ random, cases }) {
    const findings = new Findings();
    const planted = new Map<string, number>();
    const errors: unknown[] = [];
    const onError = (error: unknown): void => void errors.push(error);
    process.on('uncaughtException', onError).on('unhandledRejection', onError);
    const world = await openWorld({ streamLimits: { company: mostStreams, all: mostStreams } });
    try {
      const { id } = await makeCompany(world, 'own', ['xero']);
      await through(world, id, world.proxy.fetch, cases, random, findings, errors);
      for (const [name, hole] of Object.entries(holes)) {
        const found = new Findings();
        await through(world, id, hole(world), Math.min(cases, 3), random, found, errors, staysWithin);
        planted.set(name, found.faults);
      }
    } finally {
      for (const timer of timers) clearInterval(timer);
      await world.stop();
      process.off('uncaughtException', onError).off('unhandledRejection', onError);
    }
    return { findings, planted };
  },
};
