import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { BankFeedProxy } from './create-proxy.ts';
import { Problem, problemResponse } from './problem.ts';

/**
 * Mounts the proxy in Node's http, Express or anything that takes `(request, response)`. Mount it before
 * body parsers: a webhook is verified over its raw bytes, and a body that was read already is gone.
 */
export const toNode = (proxy: BankFeedProxy): ((request: IncomingMessage, response: ServerResponse) => Promise<void>) =>
  getRequestListener(
    (request, { incoming }) =>
      bodyIsGone(incoming)
        ? problemResponse(
            new Problem(
              'webhook_body_consumed',
              'A body parser has read the request before the proxy. Mount the proxy before express.json() and the like.',
            ),
          )
        : proxy.fetch(request, { native: incoming }),
    { overrideGlobalObjects: false },
  );

/** Parsers leave what they read in `body`. */
const bodyIsGone = (incoming: Pick<IncomingMessage, 'method' | 'readableEnded'>): boolean =>
  incoming.method !== 'GET' &&
  incoming.method !== 'HEAD' &&
  (incoming.readableEnded || ('body' in incoming && incoming.body !== undefined));
