/** A Codat that was taken over, or something else that answers in its place. */
import { createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { asPage } from './companies.ts';
import { good, hostileCases, json, mark, routeOf, type Case, type Route } from './hostile-answers.ts';
import { Findings, type Suite } from './suite.ts';
import type { Answered } from './wire.ts';
import { openWorld, pageOrigin } from './world.ts';
import { listenOnFreePort } from '../support/free-ports.ts';
import type { ProxyOptions } from '../../src/proxy/index.ts';

/** How long a page waits at the most, in milliseconds. */
const longest = 60_000;
/** More than any answer that is read may take, with what else runs here; in bytes. */
const mostMemory = 300_000_000;
/** What is written into a connection before nobody reads any more; a listing may have a few megabytes. */
const mostSent = 24_000_000;

const asked: Readonly<Record<Route, string>> = {
  state: '/v1/state',
  accounts: '/accounts',
  mappings: '/mappings',
  link: '/link',
};

/** The hostile server: which case is meant it knows by the company. */
const openHostile = async () => {
  const running = new Map<string, Case>();
  const seen: string[] = [];
  const most = { sent: 0 };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let text = '';
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      most.sent = Math.max(most.sent, socket.bytesWritten);
    });
    const read = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      if (!text.includes('\r\n\r\n')) return;
      socket.off('data', read).on('data', () => {});
      const path = text.split(' ')[1] ?? '';
      seen.push(path);
      const one = running.get(/^\/companies\/([^/?]+)/.exec(path)?.[1] ?? '');
      const route = routeOf(path);
      if (one?.on === route) one.say(socket, path);
      else socket.end(json(good[route]));
    };
    socket.on('data', read);
  });
  return {
    port: await listenOnFreePort(server),
    running,
    seen,
    most,
    stop: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
};

const attack = async (transport: ProxyOptions['transport'], findings: Findings, only: RegExp): Promise<void> => {
  let trapped = 0;
  const trap = createServer((socket) => {
    trapped += 1;
    socket.destroy();
  });
  const hostile = await openHostile();
  const host = `http://127.0.0.1:${hostile.port}`;
  const world = await openWorld({ transport, codatUrl: host });
  const cases = hostileCases(`http://127.0.0.1:${await listenOnFreePort(trap)}`, host).filter(({ name }) =>
    only.test(name),
  );
  const before = process.memoryUsage().rss;
  let memory = 0;
  const sampling = setInterval(() => (memory = Math.max(memory, process.memoryUsage().rss - before)), 10);

  const tryOne = async (one: Case): Promise<void> => {
    findings.tried();
    const companyId = crypto.randomUUID();
    const { token } = await world.proxy.sessions.mint({ companyId, subject: 'user', origin: pageOrigin });
    let path = asked.state;
    if (one.on !== 'state') {
      const made = await asPage(world, token, { method: 'POST', path: '/v1/connections', body: '{"platform":"xero"}' });
      path = `/v1/connections/${/"id":"(con_[^"]+)"/.exec(made.text)?.[1] ?? 'none'}${asked[one.on]}`;
    }
    hostile.running.set(companyId, one);
    const answer: Answered = await Promise.race([
      asPage(world, token, { method: 'GET', path }),
      delay(longest, { status: 0, headers: {}, text: '' }, { ref: false }),
    ]);
    const about = (): string => `${one.name}: answered ${answer.status} ${answer.text.slice(0, 300)}`;
    findings.expect(one.statuses.includes(answer.status), about);
    findings.expect(
      !JSON.stringify([answer.headers, answer.text]).includes(mark),
      () => `${about()}\ntells what Codat said`,
    );
    const calls = hostile.seen.filter((called) => called.includes(companyId)).length;
    findings.expect(calls <= 60, () => `${one.name}: Codat was asked ${calls} times`);
    hostile.running.set(companyId, { ...one, say: (socket) => void socket.destroy() });
  };
  try {
    const waiting = cases.values();
    const inTurn = async (): Promise<void> => {
      for (const one of waiting) await tryOne(one);
    };
    await Promise.all(Array.from({ length: 12 }, inTurn));
    findings.expect(trapped === 0, () => `${trapped} connections were made to where answers pointed`);
    const strange = hostile.seen.filter((path) => !path.startsWith('/companies/') || path.includes('elsewhere'));
    findings.expect(strange.length === 0, () => `called: ${strange.slice(0, 3).join(', ')}`);
    findings.expect(memory < mostMemory, () => `memory grew by ${Math.round(memory / 1e6)} MB`);
    findings.expect(
      hostile.most.sent < mostSent,
      () => `of one answer ${Math.round(hostile.most.sent / 1e6)} MB were taken`,
    );
    const polluted: unknown = Reflect.get({}, 'isAdmin');
    findings.expect(polluted === undefined, () => 'every object has members of an answer');
  } finally {
    clearInterval(sampling);
    hostile.stop();
    trap.close();
    await world.stop();
  }
};

/** Follows redirects, and reads all there is. */
const careless: NonNullable<ProxyOptions['transport']> = async ({ method, url, headers, signal }) => {
  const response = await fetch(url, { method, headers, signal: signal ?? null });
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    size += chunk.length;
    // Not for ever: it has shown by now that it would.
    if (size > 4 * mostSent) break;
  }
  return { status: response.status, headers: Object.fromEntries(response.headers), body: Buffer.concat(chunks) };
};

export const upstream: Suite = {
  name: 'upstream',
  async run() {
    const findings = new Findings();
    const planted = new Map<string, number>();
    // The transport that a host has where it brings none.
    await attack(undefined, findings, /^/);
    const holes: Readonly<Record<string, RegExp>> = {
      'redirects are followed': /^30[1278]/,
      'answers of any length are read': /body without an end/,
    };
    for (const [name, only] of Object.entries(holes)) {
      const found = new Findings();
      await attack(careless, found, only);
      planted.set(name, found.faults);
    }
    return { findings, planted };
  },
};
