/**
 * The transport of Node: undici for what may be sent freely, node:http for writes with a fence. undici
 * is an optional peer; without it, or where it does not run, reads go over fetch.
 */
import type * as Undici from 'undici';
import { createFencedWriter } from './fenced-write.ts';
import {
  fetchTransport,
  timed,
  type ClosableTransport,
  type NodeTransportOptions,
  type Transport,
} from './transport.ts';
import { undiciTransport } from './undici-transport.ts';

interface Reader {
  readonly send: Transport;
  close(): Promise<void>;
}

function undiciReader({ Agent }: typeof Undici, tls: NodeTransportOptions['tls']): Reader {
  // Time is kept for the whole attempt alone.
  const dispatcher = new Agent({
    headersTimeout: 0,
    bodyTimeout: 0,
    ...(tls === undefined ? {} : { connect: { ...tls } }),
  });
  return { send: undiciTransport(dispatcher), close: () => dispatcher.destroy() };
}

const fetchReader: Reader = { send: timed(fetchTransport), close: async () => {} };

/** A transport with its own connections, which keeps an attempt's time. Where undici cannot be loaded, fetch is used. */
export function createNodeTransport(
  { tls }: NodeTransportOptions = {},
  // A bundler has to see that it may be missing.
  undici: () => Promise<typeof Undici> = () => import('undici').catch((error: unknown) => Promise.reject(error)),
): ClosableTransport {
  const writer = createFencedWriter(tls);
  const write = timed((request) => writer.send(request));
  let reader: Promise<Reader> | undefined;
  const open = (): Promise<Reader> =>
    undici().then(
      (module) => undiciReader(module, tls),
      () => fetchReader,
    );

  const transport: Transport = async (request) => {
    if (request.commit !== undefined && request.body !== undefined && request.body.length > 0) return write(request);
    return (await (reader ??= open())).send(request);
  };
  const close = async (): Promise<void> => {
    writer.close();
    await (await reader)?.close();
  };
  return Object.assign(transport, { close });
}
