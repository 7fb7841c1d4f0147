/**
 * A write over node:http that holds its last byte back until it is told to go on. A process that was
 * frozen between deciding to send and sending asks again here, microseconds before the request becomes
 * whole; until then the server has nothing it could carry out.
 */
import * as http from 'node:http';
import * as https from 'node:https';
import * as net from 'node:net';
import * as tls from 'node:tls';
import type { Duplex } from 'node:stream';
import {
  buffer,
  defaultMaxBytes,
  transportError,
  TransportError,
  type TransportRequest,
  type TransportResponse,
} from './transport.ts';

/** TLS sockets cannot be reset, the sockets below them can: kept for that moment. */
const rawSockets = new WeakMap<Duplex, net.Socket>();

class TlsAgent extends https.Agent {
  override createConnection(options: tls.ConnectionOptions & net.TcpNetConnectOpts): Duplex {
    const raw = net.connect({ host: options.host, port: options.port, autoSelectFamily: true });
    const socket = tls.connect({ ...options, socket: raw });
    raw.on('error', (error) => socket.destroy(error));
    rawSockets.set(socket, raw);
    return socket;
  }
}

export interface FencedWriter {
  send(request: TransportRequest): Promise<TransportResponse>;
  close(): void;
}

function reset(socket: Duplex | null): void {
  const raw = socket === null ? undefined : (rawSockets.get(socket) ?? socket);
  // The one below takes the TLS socket with it; destroying that first would end it politely instead.
  if (raw instanceof net.Socket) raw.resetAndDestroy();
}

const flatten = (headers: http.IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );

/** `tlsOptions` is for private certificate authorities. */
export function createFencedWriter(tlsOptions: tls.SecureContextOptions = {}): FencedWriter {
  const plain = new http.Agent({ keepAlive: true });
  const secure = new TlsAgent({ keepAlive: true, ...tlsOptions });

  const send = async (write: TransportRequest): Promise<TransportResponse> => {
    const { method, url, headers, signal, commit, maxBytes = defaultMaxBytes } = write;
    const bytes = Buffer.from(write.body ?? '');
    const { promise: answered, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
    let response: http.IncomingMessage | undefined;

    const options = {
      method,
      headers: { ...headers, 'content-length': bytes.length },
      ...(signal === undefined ? {} : { signal }),
    };
    const request = url.startsWith('https:')
      ? https.request(url, { ...options, agent: secure })
      : http.request(url, { ...options, agent: plain });
    request.on('error', reject);
    request.on('response', (message) => resolve((response = message)));

    const finish = (): void => {
      // Answered already, without the last byte: a refusal, which the last byte cannot change.
      if (response !== undefined || request.destroyed) return;
      if (commit?.() === false) {
        reject(new TransportError('not-sent'));
        reset(request.socket);
      } else {
        request.end(bytes.subarray(-1));
      }
    };
    // Called when the kernel has taken all but the last byte, so after the connection and its handshake.
    request.write(bytes.subarray(0, -1), (error) => (error ? undefined : finish()));

    try {
      const { statusCode = 0, headers: received } = await answered;
      const body = await buffer(await answered, maxBytes);
      return { status: statusCode, headers: flatten(received), body };
    } catch (error) {
      const fault = transportError(error, signal);
      // Broken before the last byte: whatever arrived, it was no whole request.
      if (fault.code === 'broken' && !request.writableEnded) throw new TransportError('unreachable', error);
      if (fault.code !== 'not-sent') request.destroy();
      throw fault;
    } finally {
      // Answered before it was whole: this connection is of no further use.
      if (response !== undefined && !request.writableEnded) request.destroy();
    }
  };

  return {
    send,
    close: () => {
      plain.destroy();
      secure.destroy();
    },
  };
}
