/** A proxy on the real store beside a real sandbox, each on its own port, with short delays. */
import { createServer } from 'node:http';
import type { TestContext } from 'node:test';
import { createBankFeedProxy, toNode, type BankFeedProxy, type ProxyOptions } from '../../../src/proxy/index.ts';
import type { FeedEvent } from '../../../src/proxy/index.ts';
import { createSandbox, type Sandbox } from '../../../src/sandbox/index.ts';
import { listenOnFreePort } from '../../support/free-ports.ts';
import { cacheDir, freshUrl } from '../support/stores.ts';

export const pageOrigin = 'https://bank.example';
export const serverSecret = 'a-server-secret-of-more-than-32-characters';
export const webhookSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const tokenSecret = 'a token secret of more than thirty-two bytes';

export const hostAccounts = [
  {
    id: 'GB33BUKB20201555555555',
    accountName: 'Current account',
    accountType: 'checking',
    accountNumber: '55555555',
    sortCode: '20-20-15',
    currency: 'GBP',
    balance: '100.00',
  },
  {
    id: 'card/1 ü',
    accountName: 'Card',
    accountType: 'creditCard',
    accountNumber: '5521390000440093',
    sortCode: '20-20-15',
    currency: 'GBP',
    balance: 0,
  },
] as const;

export interface Instance {
  readonly proxy: BankFeedProxy;
  readonly url: string;
}

export interface World {
  /** Another instance of the same proxy, behind the same public URL. */
  beside(overrides: Partial<ProxyOptions>): Promise<Instance>;
  readonly sandbox: Sandbox;
  readonly proxy: BankFeedProxy;
  readonly url: string;
  readonly companyId: string;
  /** Resolves with the next event of this type, or with one that came already. */
  event(type: FeedEvent['type']): Promise<FeedEvent>;
  token(companyId?: string): Promise<string>;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
}
export interface CallOptions {
  readonly token?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers of every shape
  readonly json: any;
}

/** On the server of the whole run, which opens a store in a tenth of the time; a file that runs alone needs none. */
const place = async ({ dataDir, database }: Partial<ProxyOptions>): Promise<Partial<ProxyOptions>> =>
  process.env['TEST_DATABASE_URL'] && dataDir === undefined && database === undefined
    ? { database: { url: await freshUrl() } }
    : { cacheDir };

export const startWorld = async (t: TestContext, overrides: Partial<ProxyOptions> = {}): Promise<World> => {
  const sandbox = createSandbox({
    seed: 'proxy tests',
    delays: { connectingMs: 20, pushMs: 20, webhookMs: 1 },
    redirectUrl: `${pageOrigin}/back`,
  });
  const codat = await sandbox.start();
  let handle: ReturnType<typeof toNode> | undefined;
  const server = createServer((request, response) => void handle?.(request, response));
  const url = `http://127.0.0.1:${await listenOnFreePort(server)}`;

  const happened: FeedEvent[] = [];
  const waiting = new Set<(event: FeedEvent) => void>();
  const options: ProxyOptions = {
    apiKey: sandbox.apiKey,
    codatUrl: codat.url,
    publicUrl: url,
    ...(overrides.authorize
      ? {}
      : { token: { keys: [{ kid: 'one', secret: tokenSecret }], origins: [pageOrigin, 'https://other.example'] } }),
    serverSecret,
    webhookSecrets: [webhookSecret],
    sourceAccounts: () => hostAccounts,
    timeZone: () => 'Europe/London',
    ...(await place(overrides)),
    durations: { watch: 200, changes: 50, linger: 1, listing: 0 },
    ...overrides,
    onEvent: async (event, company) => {
      happened.push(event);
      for (const listener of waiting) listener(event);
      await overrides.onEvent?.(event, company);
    },
  };
  const proxy = createBankFeedProxy(options);
  await proxy.start();
  handle = toNode(proxy);
  sandbox.control.addWebhook({ url: `${url}/v1/webhooks/codat`, secret: webhookSecret });
  const company = await proxy.companies.ensure({ reference: 'customer-1', name: 'Harbour Lane Bakery' });
  t.after(async () => {
    await proxy.stop();
    server.close();
    server.closeAllConnections();
    await sandbox.stop();
  });

  const token = async (companyId = company.id): Promise<string> =>
    (await proxy.sessions.mint({ companyId, subject: 'user-1', origin: pageOrigin })).token;

  let own: Promise<string> | undefined;

  const beside = async (more: Partial<ProxyOptions>): Promise<Instance> => {
    const instance = createBankFeedProxy({ ...options, ...more });
    await instance.start();
    const answers = toNode(instance);
    const listening = createServer((request, response) => void answers(request, response));
    const besideUrl = `http://127.0.0.1:${await listenOnFreePort(listening)}`;
    t.after(async () => {
      await instance.stop();
      listening.close();
      listening.closeAllConnections();
    });
    return { proxy: instance, url: besideUrl };
  };

  return {
    beside,
    sandbox,
    proxy,
    url,
    companyId: company.id,
    event(type) {
      const known = happened.find((event) => event.type === type);
      if (known) return Promise.resolve(known);
      return new Promise((resolve) => {
        const listener = (event: FeedEvent): void => {
          if (event.type !== type) return;
          waiting.delete(listener);
          resolve(event);
        };
        waiting.add(listener);
      });
    },
    token,
    async call(method, path, options = {}) {
      // One for all calls, as a page has it: so many as a loop asks for would be refused.
      const bearer = 'token' in options ? options.token : await (own ??= token());
      const response = await fetch(`${url}${path}`, {
        method,
        headers: {
          origin: pageOrigin,
          'bank-feed-version': '1',
          ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
          ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...options.headers,
        },
        ...(options.body === undefined
          ? {}
          : { body: typeof options.body === 'string' ? options.body : JSON.stringify(options.body) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        text,
        json: text.startsWith('{') ? JSON.parse(text) : undefined,
      };
    },
  };
};

/** Through connect, accounts and mapping; answers the wire ids. */
export const connectXero = async (world: World): Promise<{ connectionId: string; accountId: string }> => {
  const { json: connection } = await world.call('POST', '/v1/connections', { body: { platform: 'xero' } });
  const [first] = await connectionsAtCodat(world);
  world.sandbox.control.authorize(world.companyId, first?.id ?? '');
  const { json: offered } = await world.call('GET', `/v1/connections/${connection.id}/accounts`);
  const accountId: string = offered.items[0].id;
  await world.call('POST', `/v1/connections/${connection.id}/accounts`, { body: { accountIds: [accountId] } });
  await world.call('PUT', `/v1/connections/${connection.id}/mappings/${accountId}`, { body: { targetId: null } });
  await world.event('account-connected');
  return { connectionId: connection.id, accountId };
};

interface CodatConnection {
  readonly id: string;
  readonly integrationKey: string;
  readonly status: string;
}

/** The connections as Codat has them, past the proxy. */
export const connectionsAtCodat = async ({ sandbox, companyId }: World): Promise<readonly CodatConnection[]> => {
  const response = await sandbox.fetch(
    new Request(`http://sandbox/companies/${companyId}/connections`, {
      headers: { authorization: `Basic ${Buffer.from(sandbox.apiKey).toString('base64')}` },
    }),
  );
  const page = (await response.json()) as { results: CodatConnection[] };
  return page.results;
};

export const companiesAtCodat = async (sandbox: Sandbox): Promise<readonly { id: string; name: string }[]> => {
  const response = await sandbox.fetch(
    new Request('http://sandbox/companies?page=1&pageSize=500', {
      headers: { authorization: `Basic ${Buffer.from(sandbox.apiKey).toString('base64')}` },
    }),
  );
  const page = (await response.json()) as { results: { id: string; name: string }[] };
  return page.results;
};

/** `count` lines of one account, one a minute, newest last, dated before today. */
export const lines = (count: number, prefix = 'line') =>
  Array.from({ length: count }, (_, index) => ({
    id: `${prefix}-${index + 1}`,
    date: new Date(Date.now() - 86_400_000 - (count - index) * 60_000).toISOString().slice(0, 19),
    description: `Line ${index + 1}`,
    amount: `${index + 1}.10`,
    balance: `${1000 + index}.01`,
    transactionType: 'Credit',
  }));

/** A connected account, the first of the host, whose first batch Codat refuses in these words. */
export const pushRefused = async (world: World, message: string): Promise<void> => {
  await connectXero(world);
  world.sandbox.control.faults.add({ kind: 'status', operation: 'create-bank-transactions', status: 400, message });
  const accountId = hostAccounts[0].id;
  await world.proxy.push({ companyId: world.companyId, accountId, transactions: lines(3) });
  await world.event('held');
};

/** A call of the host's server, on a route that pages do not have. */
export const asServer = async (
  { url }: World,
  method: string,
  path: string,
  body?: unknown,
): Promise<Pick<Answer, 'status' | 'json'>> => {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${serverSecret}` },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, json: text === '' ? undefined : JSON.parse(text) };
};
