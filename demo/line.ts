/** The line between the page and the proxy: as slow and as unreliable as a tester wants it for one customer. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Customer } from './customers.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

export interface Line {
  readonly handle: Handler;
  /** Cuts off what is open, such as a live stream. */
  cut(name: string): void;
}

/** The proxy as one customer's page reaches it. */
export const endpointOf = (proxyUrl: string, name: string): string => `${proxyUrl}/of/${name}`;

export const createLine = (serve: Handler, find: (name: string) => Customer | undefined): Line => {
  const open = new Map<string, Set<ServerResponse>>();
  const requests = new Map<string, number>();

  return {
    async handle(request, response) {
      const [, name, path] = /^\/of\/([a-z0-9-]+)(\/.*)$/.exec(request.url ?? '') ?? [];
      // Everybody else, such as Codat with its webhooks, has a line of their own.
      if (name === undefined || path === undefined) return serve(request, response);
      const { latency = 0, fault } = find(name) ?? {};
      if (fault?.has('offline')) return request.socket.destroy();
      const isPreflight = request.method === 'OPTIONS';
      if (latency > 0 && !isPreflight) await sleep(latency, undefined, { ref: false });
      if (fault?.has('cut') && !isPreflight) {
        const number = (requests.get(name) ?? 0) + 1;
        requests.set(name, number);
        // An answer that has begun: a browser repeats by itself what was not answered at all.
        if (number % 3 === 0) {
          response.writeHead(200, { ...cors(request), 'content-length': '1000' }).write('{');
          return setImmediate(() => response.destroy());
        }
      }
      if (fault?.has('down') && !isPreflight) return response.writeHead(503, cors(request)).end();
      const mine = open.get(name) ?? new Set();
      open.set(name, mine.add(response));
      response.once('close', () => mine.delete(response));
      request.url = path;
      return serve(request, response);
    },
    cut(name) {
      for (const response of open.get(name) ?? []) response.destroy();
    },
  };
};

/** Without these the page would only learn that there was no answer. */
const cors = ({ headers }: IncomingMessage): Record<string, string> => ({
  'access-control-allow-origin': headers.origin ?? '',
  vary: 'Origin',
});
