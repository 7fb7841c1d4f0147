/**
 * The way from a process to a server, over TCP: it can go silent as a half-open connection does, and it can keep the
 * Idempotency-Key from a server, which then ignores it.
 */
import { connect, createServer, type Socket } from 'node:net';
import { listenOnFreePort } from '../support/free-ports.ts';

export interface Relay {
  readonly port: number;
  /** What is open now goes silent: nothing arrives, nothing is closed. What is opened later works. Answers how many. */
  silence(): number;
  close(): void;
}

/** As long as the one it takes the place of, so that nothing else moves. */
const header = 'idempotency-key:';
const stranger = 'x-key-not-heard:';

const withoutKey = (chunk: Buffer): Buffer => {
  const text = chunk.toString('latin1');
  const at = text.toLowerCase().indexOf(header);
  if (at === -1) return chunk;
  return Buffer.from(text.slice(0, at) + stranger + text.slice(at + header.length), 'latin1');
};

export const openRelay = async (to: { host: string; port: number }, ignoreKey = false): Promise<Relay> => {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect({ ...to, noDelay: true });
    near.setNoDelay();
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('data', (chunk) => other.write(ignoreKey && one === near ? withoutKey(chunk) : chunk));
      one.on('end', () => other.end());
      // A reset stays a reset: a request whose last byte is missing must not end politely.
      one.on('error', () => other.resetAndDestroy());
      one.on('close', () => {
        sockets.delete(one);
        if (!other.destroyed) other.destroySoon();
      });
    }
  });
  return {
    port: await listenOnFreePort(server),
    silence() {
      for (const socket of sockets)
        socket
          .pause()
          .removeAllListeners()
          .on('error', () => undefined);
      const count = sockets.size / 2;
      sockets.clear();
      return count;
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
};
