/** The real proxy on its real store, over the real sandbox; between the two a recorder of every call to Codat. */
import { createServer } from 'node:http';
import { join } from 'node:path';
import { generateKeyPairSync } from 'node:crypto';
import { createGovernor } from '../../src/codat/index.ts';
import { createBankFeedProxy, toNode, type BankFeedProxy, type ProxyOptions } from '../../src/proxy/index.ts';
import { createSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { answer, overFetch } from '../node/proxy/transport.ts';
import { listenOnFreePort } from '../support/free-ports.ts';
import { readRoutes, type Route } from './routes.ts';

export const pageOrigin = 'https://bank.example';
export const otherOrigin = 'https://other.example';
export const serverSecret = 'a-server-secret-of-more-than-32-characters';
export const webhookSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
export const tokenSecrets = {
  one: 'a token secret of more than thirty-two bytes',
  two: 'an older token secret, also over thirty-two bytes',
} as const;
export const hostKeys = generateKeyPairSync('ed25519');
export const hostPublicKey = hostKeys.publicKey.export({ type: 'spki', format: 'pem' }).toString();

/** Prepared empty stores, shared with the other tests. */
const cacheDir = join(import.meta.dirname, '../../node_modules/.cache/bank-feed-elements');

/** A call to Codat as it left the proxy. */
export interface Upstream {
  readonly method: string;
  /** From the base URL on, with its query. */
  readonly path: string;
  readonly body: string;
}

export class Recorder {
  calls: Upstream[] = [];
  /** Writes are recorded and answered with a refusal, so that nothing is used up. */
  refusesWrites = false;
  /** Where Codat is. */
  readonly base: string;

  constructor(base: string) {
    this.base = base;
  }

  readonly transport: NonNullable<ProxyOptions['transport']> = async (request) => {
    const { method, url, body } = request;
    const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
    this.calls.push({ method, path: url.startsWith(this.base) ? url.slice(this.base.length) : url, body: text });
    return method !== 'GET' && this.refusesWrites ? answer(400, { statusCode: 400, error: 'No.' }) : overFetch(request);
  };

  /** What was called since it was last taken. */
  take(): readonly Upstream[] {
    const taken = this.calls;
    this.calls = [];
    return taken;
  }
}

export type Handler = BankFeedProxy['fetch'];

export interface World {
  readonly sandbox: Sandbox;
  readonly recorder: Recorder;
  readonly proxy: BankFeedProxy;
  /** What its router really holds. */
  readonly routes: readonly Route[];
  readonly url: string;
  readonly port: number;
  /** Serves from now on what is given, in place of the proxy itself. */
  serve(handler: Handler): void;
  token(companyId: string, origin?: string): Promise<string>;
  stop(): Promise<void>;
}

/** Accounts of one company, with ids that no other company has. */
export const hostAccountsOf = (companyId: string) => {
  const own = companyId.slice(0, 8);
  return ['../..', 'card/1 ü', 'IBAN'].map((name, n) => ({
    id: `${name}-${own}`,
    accountName: `Account ${n}`,
    accountType: 'checking',
    accountNumber: `5555555${n}`,
    sortCode: '20-20-15',
    currency: 'GBP',
    balance: '100.00',
  }));
};

export const openWorld = async (overrides: Partial<ProxyOptions> = {}): Promise<World> => {
  // Without Codat's limits: what is answered 429 before anybody looked at it would prove nothing.
  const delays = { connectingMs: 1, pushMs: 1, webhookMs: 1 };
  const sandbox = createSandbox({ seed: 'security', delays, limits: 'off' });
  const codat = await sandbox.start();
  const recorder = new Recorder(codat.url);
  let handle: ReturnType<typeof toNode> | undefined;
  const server = createServer((request, response) => void handle?.(request, response));
  const port = await listenOnFreePort(server);
  const url = `http://127.0.0.1:${port}`;
  const proxy = createBankFeedProxy({
    apiKey: sandbox.apiKey,
    codatUrl: codat.url,
    publicUrl: url,
    ...(overrides.authorize
      ? {}
      : {
          token: {
            keys: [
              { kid: 'one', secret: tokenSecrets.one },
              { kid: 'two', secret: tokenSecrets.two },
              { kid: 'host', publicKey: hostPublicKey },
            ],
            origins: [pageOrigin, otherOrigin],
          },
        }),
    serverSecret,
    webhookSecrets: [webhookSecret],
    sourceAccounts: ({ id }) => hostAccountsOf(id),
    timeZone: () => 'Europe/London',
    cacheDir,
    transport: recorder.transport,
    // Nothing in the background: whatever reaches Codat was asked for by a case.
    durations: { watch: 3_600_000, listing: 1_000 },
    governor: createGovernor({ perMinute: 1_000_000 }),
    ...overrides,
  });
  const routes = await readRoutes(() => proxy.start());
  const serve: World['serve'] = (handler) => (handle = toNode({ ...proxy, fetch: handler }));
  serve(proxy.fetch);
  return {
    sandbox,
    recorder,
    proxy,
    routes,
    url,
    port,
    serve,
    token: async (companyId, origin = pageOrigin) =>
      (await proxy.sessions.mint({ companyId, subject: 'user', origin })).token,
    async stop() {
      await proxy.stop();
      server.close();
      server.closeAllConnections();
      await sandbox.stop();
    },
  };
};
