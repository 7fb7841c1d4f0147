/** Idle live streams: what each holds in the proxy, how soon all hear of something, and whether any is left behind. */
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import type { ChildProcess } from 'node:child_process';
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

export async function streamFigures({ count, url, company, server, ask }: Streams): Promise<Figure[]> {
  if (!company) throw new Error('There is no company.');
  const { port } = new URL(url);
  const asked = `GET /v1/live HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nOrigin: ${pageOrigin}\r\nAuthorization: Bearer ${company.token}\r\n\r\n`;
  let heardBy = 0;
  let last = 0;
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
        else if (head.startsWith('HTTP/1.1') && !head.startsWith('HTTP/1.1 200')) reject(new Error(head.slice(0, 200)));
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
  const closeAll = async (sockets: readonly Socket[]): Promise<void> => {
    await Promise.all(
      sockets.map(async (socket) => {
        const closed = once(socket, 'close');
        socket.destroy();
        await closed;
      }),
    );
  };

  const before = await ask(server, { kind: 'usage' }, 'used');
  const sockets = await openAll();
  const during = await ask(server, { kind: 'usage' }, 'used');
  const everybody = new Promise<void>((resolve) => (allHeard = resolve));
  const { at } = await ask(server, { kind: 'tell' }, 'told');
  await everybody;
  const spread = last - at;
  await closeAll(sockets);
  // The proxy is started for exactly so many: each that were left behind would refuse one of these.
  const again = await openAll();
  await closeAll(again);
  return [
    {
      what: `${count} idle live streams, memory of each`,
      value: (during.rss - before.rss) / count / 1024,
      unit: 'KB',
      atMost: 32,
    },
    { what: 'one event to all of them', value: spread, unit: 'ms', atMost: 500 },
    { what: 'left behind', value: 0, unit: 'streams', atMost: 0 },
  ];
}
