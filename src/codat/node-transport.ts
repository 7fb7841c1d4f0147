/**
 * The transport of Node: undici for what may be sent freely, node:http for writes with a fence. undici
 * is an optional peer; without it, or where it does not run, reads go over fetch.
 */
import type * as Undici from 'undici';
import { createFencedWriter } from './fenced-write.ts';
import {
  buffer,
  defaultMaxBytes,
  fetchTransport,
  transportError,
  type ClosableTransport,
  type NodeTransportOptions,
  type Transport,
} from './transport.ts';

interface Reader {
  readonly send: Transport;
  close(): Promise<void>;
}

function undiciReader({ Agent, request: send }: typeof Undici, tls: NodeTransportOptions['tls']): Reader {
  // Time is kept by the caller's signal alone.
  const dispatcher = new Agent({
    headersTimeout: 0,
    bodyTimeout: 0,
    ...(tls === undefined ? {} : { connect: { ...tls } }),
  });
  return {
    send: async ({ method, url, headers, body, signal, maxBytes = defaultMaxBytes }) => {
      try {
        const answer = await send(url, { dispatcher, method, headers, body: body ?? null, signal: signal ?? null });
        const received = Object.entries(answer.headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]);
        return {
          status: answer.statusCode,
          headers: Object.fromEntries(received),
          body: await buffer(answer.body, maxBytes),
        };
      } catch (error) {
        throw transportError(error, signal);
      }
    },
    close: () => dispatcher.destroy(),
  };
}

const fetchReader: Reader = { send: fetchTransport, close: async () => {} };

/** A transport with its own connections. Where undici cannot be loaded, fetch is used. */
export function createNodeTransport(
  { tls }: NodeTransportOptions = {},
  undici: () => Promise<typeof Undici> = () => import('undici'),
): ClosableTransport {
  const writer = createFencedWriter(tls);
  let reader: Promise<Reader> | undefined;
  const open = (): Promise<Reader> =>
    undici().then(
      (module) => undiciReader(module, tls),
      () => fetchReader,
    );

  const transport: Transport = async (request) => {
    if (request.commit !== undefined && request.body !== undefined && request.body.length > 0)
      return writer.send(request);
    return (await (reader ??= open())).send(request);
  };
  const close = async (): Promise<void> => {
    writer.close();
    await (await reader)?.close();
  };
  return Object.assign(transport, { close });
}
