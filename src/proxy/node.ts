import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { textAside, TextResponse } from './answer.ts';
import type { BankFeedProxy } from './create-proxy.ts';

/**
 * Mounts the proxy in Node's http, Express or anything that takes `(request, response)`. Mount it before
 * body parsers: a webhook is verified over its raw bytes, and a body that was read already is gone.
 */
export const toNode = (
  proxy: Pick<BankFeedProxy, 'fetch'>,
): ((request: IncomingMessage, response: ServerResponse) => Promise<void>) => {
  const answer = getRequestListener(
    async (request, { incoming, outgoing }) => {
      const given = bodyIsGone(incoming) ? used(request) : request;
      const answer = await proxy.fetch(given, { native: incoming, [textAside]: true });
      if (!(answer instanceof TextResponse)) return answer;
      const target: Writable = outgoing;
      const bytes = Buffer.byteLength(answer.whole);
      target.writeHead(answer.status, { ...answer.named, 'content-length': bytes });
      // Nothing but ASCII needs no second look for what UTF-8 writes in several bytes.
      target.end(answer.whole, bytes === answer.whole.length ? 'latin1' : 'utf8');
      return RESPONSE_ALREADY_SENT;
    },
    { overrideGlobalObjects: false },
  );
  return (request, response) => {
    // Express and its kin take away the path under which something is mounted; `publicUrl` has it.
    if ('originalUrl' in request && typeof request.originalUrl === 'string') request.url = request.originalUrl;
    return answer(request, response);
  };
};

/** The same of HTTP/1 and HTTP/2. */
interface Writable {
  writeHead(status: number, headers: Readonly<Record<string, string | number>>): unknown;
  end(text: string, encoding: 'latin1' | 'utf8'): unknown;
}

/** What a parser took cannot be read again, unless it kept the bytes in `rawBody`, as some platforms do. */
const bodyIsGone = (incoming: Pick<IncomingMessage, 'method' | 'readableDidRead'>): boolean =>
  incoming.readableDidRead &&
  incoming.method !== 'GET' &&
  incoming.method !== 'HEAD' &&
  !('rawBody' in incoming && incoming.rawBody instanceof Buffer);

/** The same request, saying so as every Request does whose body was read. */
const used = ({ url, method, headers }: Request): Request => {
  const request = new Request(url, { method, headers, body: '' });
  void request.text();
  return request;
};
