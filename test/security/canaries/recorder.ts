/** Looks at all that a process sends, logs and throws on behalf of a proxy, and writes down what should not be in it. */
import { appendFileSync, existsSync, mkdirSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { ServerResponse } from 'node:http';
import { basename, join } from 'node:path';
import { inspect } from 'node:util';
import * as z from 'zod';
import { kinds, percentDecoded, Secrets, type Kind } from './secrets.ts';

export const record = z.union([
  z.object({ fault: z.string(), where: z.string(), file: z.string(), excerpt: z.string() }),
  z.object({ responses: z.int(), frames: z.int(), logLines: z.int(), errors: z.int() }),
]);

/** Who hears it. A host's own server and log may name its accounts by its own ids, whatever those consist of. */
type Audience = 'page' | 'server' | 'log';

/** The one screen that shows each of them. */
const shownOn: readonly { readonly kind: Kind; readonly on: RegExp }[] = [
  { kind: 'link', on: /^GET \S*\/v1\/connections\/[^/]+\/link$/ },
  { kind: 'otp', on: /^POST \S*\/v1\/connections\/[^/]+\/otp$/ },
  { kind: 'credentials', on: /^POST \S*\/v1\/connections\/[^/]+\/credentials$/ },
  { kind: 'session', on: /^POST \S*\/v1\/sessions$/ },
];

/** What Codat says that a page gets on one screen or never. */
const said: readonly { readonly kind: Kind; readonly name: string; readonly at: RegExp }[] = [
  { kind: 'link', name: 'link', at: /"linkUrl":"([^"]+)"/g },
  { kind: 'link', name: 'password of a link', at: /[?&]otp=([\w-]+)/g },
  { kind: 'otp', name: 'one-time password', at: /"otp":"([^"]+)"/g },
  { kind: 'credentials', name: 'password for the bank', at: /"password":"([^"]+)"/g },
  { kind: 'credentials', name: 'user name for the bank', at: /"username":"([^"]+)"/g },
  { kind: 'secret', name: 'company token of Codat', at: /"accessToken":"([^"]+)"/g },
  { kind: 'link', name: 'link of a whole company', at: /"redirect":"([^"]+)"/g },
];

/** The same for all answers that say the same: a request's own id and the time are none of theirs. */
const withoutTime = (head: string): string =>
  head.replace(/(x-request-id\W+)[\da-f-]{36}/, '$1').replace(/\r\nDate: [^\r]*/, '');

/** As the router reads it: what is written oddly leads to the same screen. */
const routeOf = (method: string | undefined, path: string): string =>
  `${method} ${percentDecoded(new URL(path, 'http://proxy').pathname)}`;

/** Between two looks at a body in pieces: no secret is longer. */
const overlap = 4_096;

interface Sending {
  tail: string;
  isHeadSeen: boolean;
}

export class Recorder {
  readonly secrets = new Secrets();
  readonly counts = { responses: 0, frames: 0, logLines: 0, errors: 0 };
  readonly #accountIds = new Set<string>();
  readonly #servers = new WeakSet<object>();
  readonly #sending = new WeakMap<ServerResponse, Sending>();
  readonly #file: string;
  #serverSecret = '';

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    this.#file = join(folder, `${process.pid}.ndjson`);
    process.on('exit', () => {
      if (existsSync(folder)) this.#write(this.counts);
    });
  }

  #write(entry: z.infer<typeof record>): void {
    appendFileSync(this.#file, `${JSON.stringify(entry)}\n`);
  }

  #look(audience: Audience, where: string, text: string): void {
    let looked = text;
    if (audience !== 'page') for (const id of this.#accountIds) looked = looked.replaceAll(id, '…');
    const allowed = new Set(shownOn.filter(({ on }) => on.test(where)).map(({ kind }) => kind));
    if (audience === 'log') allowed.add('internal');
    const found = this.secrets.find(looked, allowed);
    if (found === undefined) return;
    const fault = `${found.kind}: ${found.name}`;
    this.#write({ fault, where, file: basename(process.argv[1] ?? ''), excerpt: text.slice(0, 600) });
  }

  learnServerSecret(secret: unknown): void {
    this.secrets.learn('secret', 'server secret', secret);
    if (typeof secret === 'string') this.#serverSecret = secret;
  }

  learnAccount(id: unknown, numbers: readonly unknown[]): void {
    for (const number of numbers) {
      this.secrets.learn('number', 'account number or sort code', number);
      if (typeof id !== 'string' || typeof number !== 'string' || !id.includes(number)) continue;
      this.#accountIds.add(id);
      this.secrets.learn('number', 'account number in an id', id);
    }
  }

  error(where: string, error: unknown): void {
    this.counts.errors += 1;
    this.#look('log', `error of ${where}`, inspect(error, { depth: 6 }));
  }

  logLine(where: string, text: string): void {
    this.counts.logLines += 1;
    this.#look('log', where, text);
  }

  /** All answers of its server are looked at from now on: a proxy stands behind it. */
  serves(request: IncomingMessage): void {
    const server: unknown = Reflect.get(request.socket, 'server');
    if (typeof server === 'object' && server !== null) this.#servers.add(server);
  }

  /** An answer that no server of Node's sends. */
  async response(request: Request, response: Response): Promise<void> {
    const where = routeOf(request.method, request.url);
    const head = JSON.stringify([...response.headers]);
    this.counts.responses += 1;
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
    const body = isStream || response.body === null ? '' : await response.clone().text();
    this.#answer(where, request.headers.get('authorization') ?? '', head, body);
  }

  #answer(where: string, authorization: string, head: string, body: string): void {
    const isServer = this.#serverSecret !== '' && authorization === `Bearer ${this.#serverSecret}`;
    this.#look(isServer ? 'server' : 'page', where, withoutTime(head) + body);
    const shown = shownOn.find(({ on }) => on.test(where))?.kind;
    if (shown === undefined || head === '' || /no-store/.test(head)) return;
    const others = new Set(kinds.filter((kind) => kind !== shown));
    if (this.secrets.find(head + body, others) !== undefined)
      this.#write({ fault: `${shown} without no-store`, where, file: basename(process.argv[1] ?? ''), excerpt: head });
  }

  /** Sees every byte that a server of this process answers. */
  watchServers(): void {
    const { write, end } = ServerResponse.prototype;
    const see = (response: ServerResponse, chunk: unknown): void => this.#sent(response, chunk);
    Object.assign(ServerResponse.prototype, {
      write(this: ServerResponse, ...given: unknown[]): unknown {
        const answer: unknown = Reflect.apply(write, this, given);
        see(this, given[0]);
        return answer;
      },
      end(this: ServerResponse, ...given: unknown[]): unknown {
        const answer: unknown = Reflect.apply(end, this, given);
        see(this, given[0]);
        return answer;
      },
    });
  }

  #sent(response: ServerResponse, chunk: unknown): void {
    const text = typeof chunk === 'string' ? chunk : chunk instanceof Uint8Array ? Buffer.from(chunk).toString() : '';
    const server: unknown = Reflect.get(response.req.socket, 'server');
    if (typeof server !== 'object' || server === null || !this.#servers.has(server)) {
      // Codat, or somebody in its place.
      for (const { kind, name, at } of said)
        for (const [, value = ''] of text.matchAll(at)) this.secrets.learn(kind, name, value.replaceAll('\\/', '/'));
      return;
    }
    const sending = this.#sending.get(response) ?? { tail: '', isHeadSeen: false };
    this.#sending.set(response, sending);
    const head = sending.isHeadSeen ? '' : String(Reflect.get(response, '_header'));
    if (sending.isHeadSeen) this.counts.frames += 1;
    else this.counts.responses += 1;
    const { method, url = '', headers } = response.req;
    const where = URL.canParse(url, 'http://proxy') ? routeOf(method, url) : `${method} ${url}`;
    this.#answer(where, headers.authorization ?? '', head, sending.tail + text);
    sending.isHeadSeen = true;
    sending.tail = (sending.tail + text).slice(-overlap);
  }

  /** Sees what this process prints. */
  watchOutput(): void {
    for (const stream of [process.stdout, process.stderr]) {
      const write = stream.write.bind(stream);
      const look = (text: unknown): void => this.logLine('output', String(text));
      Object.assign(stream, {
        write(...given: Parameters<typeof write>): boolean {
          look(given[0]);
          return write(...given);
        },
      });
    }
  }
}
