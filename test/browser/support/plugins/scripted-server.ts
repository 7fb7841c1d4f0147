/**
 * A node:http server that answers as a test tells it, for what a healthy proxy never does: broken answers, refusals
 * in a row, streams that stop half-way. `support/scripted.ts` is the page's side of it.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { TestRunnerPlugin } from '@web/test-runner';
import * as z from 'zod';
import { listenOnFreePort } from '../../../support/free-ports.ts';

const answer = z.object({
  status: z.number().default(200),
  headers: z.record(z.string(), z.string()).default({}),
  /** Sent as it is where a string, else as JSON. */
  body: z.unknown().optional(),
  /** `hold`: never answered. `drop`: connection reset. `break`: reset in the middle of the body. `stream`: left open. */
  how: z.enum(['whole', 'hold', 'drop', 'break', 'stream']).default('whole'),
});
type Answer = z.infer<typeof answer>;
export type ScriptedAnswer = z.input<typeof answer>;

export interface ScriptedRequest {
  readonly method: string;
  /** Below the endpoint, with the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

interface Script {
  readonly answers: Map<string, Answer[]>;
  readonly requests: ScriptedRequest[];
  readonly streams: ServerResponse[];
  /** Resolved, and replaced, whenever something happens. */
  event: PromiseWithResolvers<void>;
}

const message = {
  'scripted:answer': z.object({ id: z.string(), route: z.string(), answers: z.array(answer) }),
  'scripted:requests': z.object({ id: z.string(), route: z.string().optional(), atLeast: z.number().default(0) }),
  'scripted:stream': z.object({
    id: z.string(),
    action: z.enum(['send', 'end', 'drop', 'closed']),
    text: z.string().default(''),
  }),
};

const routeOf = (request: ScriptedRequest): string => `${request.method} ${request.path.replace(/\?.*/, '')}`;

async function readBody(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) if (Buffer.isBuffer(piece)) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

function give(response: ServerResponse, script: Script, { status, headers, body, how }: Answer): void {
  if (how === 'hold') return;
  if (how === 'drop') return void response.destroy();
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? null);
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  if (how === 'whole') return void response.end(status === 204 ? undefined : text);
  response.write(text);
  if (how === 'break') return void setImmediate(() => response.destroy());
  script.streams.push(response);
  response.once('close', () => notify(script));
  notify(script);
}

function notify(script: Script): void {
  script.event.resolve();
  script.event = Promise.withResolvers();
}

export function scriptedServer(): TestRunnerPlugin {
  const scripts = new Map<string, Script>();
  let server: Server | undefined;
  let address = '';

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [, id = '', path = ''] = /^\/([^/]+)(.*)$/s.exec(request.url ?? '') ?? [];
    const script = scripts.get(id);
    if (script === undefined) return void response.writeHead(410).end();
    response.setHeader('access-control-allow-origin', request.headers.origin ?? '*');
    response.setHeader('access-control-allow-credentials', 'true');
    response.setHeader('access-control-expose-headers', 'x-request-id, x-codat-correlation-id, retry-after');
    if (request.method === 'OPTIONS') {
      response.setHeader('access-control-allow-methods', 'GET, POST, PUT, PATCH, DELETE');
      response.setHeader('access-control-allow-headers', request.headers['access-control-request-headers'] ?? '');
      return void response.writeHead(204).end();
    }
    const body = await readBody(request);
    const seen = { method: request.method ?? '', path, headers: request.headers, body };
    script.requests.push(seen);
    notify(script);
    const answers = script.answers.get(routeOf(seen)) ?? [];
    // The last answer stays.
    const next = answers.length > 1 ? answers.shift() : answers[0];
    if (next === undefined) return void response.writeHead(500).end(`No answer is scripted for ${routeOf(seen)}.`);
    give(response, script, next);
  };

  const find = (id: string): Script => {
    const script = scripts.get(id);
    if (script === undefined) throw new Error(`There is no script ${id}.`);
    return script;
  };

  return {
    name: 'scripted-server',
    async executeCommand({ command, payload }) {
      switch (command) {
        case 'scripted:start': {
          if (server === undefined) {
            server = createServer((request, response) => {
              handle(request, response).catch(() => response.destroy());
            });
            address = `http://127.0.0.1:${await listenOnFreePort(server)}`;
          }
          const id = crypto.randomUUID();
          scripts.set(id, { answers: new Map(), requests: [], streams: [], event: Promise.withResolvers() });
          return { id, endpoint: `${address}/${id}` };
        }
        case 'scripted:answer': {
          const { id, route, answers } = message[command].parse(payload);
          find(id).answers.set(route, answers);
          return true;
        }
        case 'scripted:requests': {
          const { id, route, atLeast } = message[command].parse(payload);
          const script = find(id);
          for (;;) {
            const requests = script.requests.filter((request) => route === undefined || routeOf(request) === route);
            if (requests.length >= atLeast) return requests;
            await script.event.promise;
          }
        }
        case 'scripted:stream': {
          const { id, action, text } = message[command].parse(payload);
          const script = find(id);
          let stream = script.streams.at(-1);
          for (; stream === undefined; stream = script.streams.at(-1)) await script.event.promise;
          if (action === 'send') stream.write(text);
          else if (action === 'end') stream.end();
          else if (action === 'drop') stream.destroy();
          else while (!stream.closed) await script.event.promise;
          return true;
        }
        default:
          return undefined;
      }
    },
    async serverStop() {
      server?.closeAllConnections();
      server?.close();
    },
  };
}
