/** The sandbox on a socket. What never becomes a request is refused in Codat's words too. */
import { createServer, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { getRequestListener, type Http2Bindings, type HttpBindings, RequestError } from '@hono/node-server';

export interface ServerParts {
  readonly fetch: (request: Request, bindings: HttpBindings | Http2Bindings) => Promise<Response>;
  /** The answer to what cannot be read as a request. */
  readonly refuse: (status: number, message: string) => { body: string; headers: Readonly<Record<string, string>> };
}

/** What Node's parser says of a message, as a status; everything else is a 400. */
const unreadable = new Map([
  ['HPE_HEADER_OVERFLOW', { status: 431, message: 'The request line and the headers are too long together.' }],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', { status: 413, message: 'The extensions of a chunk are too long.' }],
  ['ERR_HTTP_REQUEST_TIMEOUT', { status: 408, message: 'The request did not arrive in time.' }],
]);
const malformed = { status: 400, message: 'This is not a request that HTTP allows.' };

export function createHttpServer({ fetch, refuse }: ServerParts): Server {
  const listener = getRequestListener(fetch, {
    errorHandler(error) {
      const failed = { status: 500, message: 'An unexpected error occurred.' };
      const { status, message } = error instanceof RequestError ? malformed : failed;
      const { body, headers } = refuse(status, message);
      return new Response(body, { status, headers });
    },
  });
  // A missing host is refused by the listener, with a body.
  const server = createServer({ requireHostHeader: false }, (request, response) => void listener(request, response));
  server.on('checkExpectation', (_, response) => {
    const { body, headers } = refuse(417, 'Of the expectations in HTTP only 100-continue is met.');
    response.writeHead(417, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const { status, message } = unreadable.get(error.code ?? '') ?? malformed;
    const { body, headers } = refuse(status, message);
    const lines = Object.entries({ ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' });
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head}\r\n${body}`);
  });
  return server;
}
