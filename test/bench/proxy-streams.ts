/** Idle live streams: what each holds in the proxy, how soon all hear of something, and whether any is left behind. */
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { spawnSync, type ChildProcess } from 'node:child_process';
import type { Figure } from './elements/bench.ts';
import { pageOrigin, type Company, type FromServer, type ToServer } from './proxy-messages.ts';

interface Streams {
  readonly count: number;
  readonly url: string;
  readonly company: Company | undefined;
  readonly server: ChildProcess;
  readonly ask: <Kind extends FromServer['kind']>(
    child: ChildProcess,
    order: ToServer,
    kind: Kind,
  ) => Promise<Extract<FromServer, { kind: Kind }>>;
}

/** At once: a listener's queue is not what is measured. */
const together = 100;

/** A connection that was cut is gone within so many milliseconds, or it is left behind. */
const goneWithin = 5_000;

/** Each stream is a file to the proxy, and one to this process; both need some for themselves. */
const refuseTooFewFiles = (count: number): void => {
  const files = Number(spawnSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).stdout);
  if (files < count + 200)
    throw new Error(`${count} streams need some ${count + 200} open files; \`ulimit -n\` says ${files}. Raise it.`);
};

export async function streamFigures({ count, url, company, server, ask }: Streams): Promise<Figure[]> {
  if (!company) throw new Error('There is no company.');
  refuseTooFewFiles(count);
  const { port } = new URL(url);
  const asked = `GET /v1/live HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nOrigin: ${pageOrigin}\r\nAuthorization: Bearer ${company.token}\r\n\r\n`;
  let heardBy = 0;
  let last = 0;
  let refused = 0;
  let allHeard: () => void = () => undefined;
  const open = async (): Promise<Socket> => {
    const socket = connect({ host: '127.0.0.1', port: Number(port) });
    socket.setEncoding('latin1');
    socket.on('error', () => undefined);
    let told = false;
    const opened = new Promise<void>((resolve, reject) => {
      let head = '';
      socket.on('data', (text: string) => {
        if (head.length < 4096) head += text;
        if (head.includes(': open')) resolve();
        else if (head.startsWith('HTTP/1.1 429') && head.includes('rate_limited')) {
          refused += 1;
          resolve();
        } else if (head.startsWith('HTTP/1.1') && !/^HTTP\/1\.1 (?:200|429)/.test(head))
          reject(new Error(head.slice(0, 200)));
        if (told || !text.includes('event: hint')) return;
        told = true;
        heardBy += 1;
        last = performance.timeOrigin + performance.now();
        if (heardBy === count) allHeard();
      });
    });
    await once(socket, 'connect');
    socket.write(asked);
    await opened;
    return socket;
  };
  const openAll = async (): Promise<Socket[]> => {
    const sockets: Socket[] = [];
    while (sockets.length < count)
      sockets.push(...(await Promise.all(Array.from({ length: Math.min(together, count - sockets.length) }, open))));
    return sockets;
  };
  const connections = async (): Promise<number> =>
    (await ask(server, { kind: 'connections' }, 'connected')).connections;
  /** How many connections the proxy holds on to. */
  const closeAll = async (sockets: readonly Socket[], before: number): Promise<number> => {
    for (const socket of sockets) socket.destroy();
    const until = performance.now() + goneWithin;
    for (;;) {
      const left = Math.max(0, (await connections()) - before);
      if (left === 0 || performance.now() > until) return left;
      await delay(20);
    }
  };

  const idle = await connections();
  const before = await ask(server, { kind: 'usage', collected: true }, 'used');
  const sockets = await openAll();
  if (refused > 0) throw new Error(`The proxy had no room for ${refused} of the streams it is started for.`);
  const during = await ask(server, { kind: 'usage', collected: true }, 'used');
  const everybody = new Promise<void>((resolve) => (allHeard = resolve));
  const { at } = await ask(server, { kind: 'tell' }, 'told');
  await everybody;
  const spread = last - at;
  const held = await closeAll(sockets, idle);
  // The proxy is started for exactly so many: each that it still counts refuses one of these.
  const left = await closeAll(await openAll(), idle);
  return [
    {
      what: `${count} idle live streams, memory of each`,
      value: (during.rss - before.rss) / count / 1024,
      unit: 'KB',
      atMost: 32,
    },
    { what: 'one event to all of them', value: spread, unit: 'ms', atMost: 500 },
    { what: 'connections when all of them are cut', value: Math.max(held, left), unit: 'left', atMost: 0 },
    { what: 'streams that the proxy still counts then', value: refused, unit: 'left', atMost: 0 },
  ];
}
