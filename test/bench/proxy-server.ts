/** A process of the bench of the proxy: ours on the embedded store, or `http-proxy` that only passes requests on. */
import { once } from 'node:events';
import { createServer, Agent, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import httpProxy from 'http-proxy';
import { createGovernor } from '../../src/codat/index.ts';
import { createBankFeedProxy, toNode, type BankFeedProxy } from '../../src/proxy/index.ts';
import { accounts, apiKey, pageOrigin, type Company, type FromServer, type ToServer } from './proxy-messages.ts';

const say = (message: FromServer): void => void process.send?.(message);
const authorization = `Basic ${Buffer.from(apiKey).toString('base64')}`;

let server: Server | undefined;
const listen = async (listener: RequestListener): Promise<string> => {
  server = createServer({ keepAliveTimeout: 60_000 }, listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const startBare = async (target: string): Promise<void> => {
  const proxy = httpProxy.createProxyServer({
    target,
    changeOrigin: true,
    agent: new Agent({ keepAlive: true }),
    headers: { authorization },
  });
  const url = await listen((request, response) => proxy.web(request, response));
  say({ kind: 'listening', url });
};

let own: BankFeedProxy | undefined;
let made: readonly Company[] = [];

const linked = async (companyId: string, connectionId: string): Promise<void> => {
  say({ kind: 'authorize', companyId, connectionId });
  for (;;) {
    const [order] = (await once(process, 'message')) as [ToServer];
    if (order.kind === 'linked') return;
  }
};

const startOwn = async ({ codatUrl, companies, streams }: Extract<ToServer, { kind: 'own' }>): Promise<void> => {
  let handle: RequestListener | undefined;
  const url = await listen((request, response) => handle?.(request, response));
  own = createBankFeedProxy({
    apiKey,
    codatUrl,
    publicUrl: url,
    token: { keys: [{ kid: 'one', secret: 'a token secret of more than thirty-two bytes' }], origins: [pageOrigin] },
    sourceAccounts: () => accounts,
    governor: createGovernor({ concurrency: 1000, perMinute: 1_000_000 }),
    streamLimits: { company: streams, all: streams },
    // Nothing is answered from a listing that is kept, but whether an id is the company's own.
    durations: { listing: 0 },
  });
  await own.start();
  handle = toNode(own);
  made = await Promise.all(
    Array.from({ length: companies }, (_, index) => makeCompany(own as BankFeedProxy, url, codatUrl, index)),
  );
  say({ kind: 'made', url, companies: made });
};

const makeCompany = async (proxy: BankFeedProxy, url: string, codatUrl: string, index: number): Promise<Company> => {
  const { id } = await proxy.companies.ensure({ reference: `customer-${index}`, name: `Customer ${index}` });
  const { token } = await proxy.sessions.mint({ companyId: id, subject: 'user', origin: pageOrigin });
  const headers = { origin: pageOrigin, authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const ask = async (path: string, body?: unknown): Promise<{ id: string; items: { id: string }[] }> => {
    const init = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) };
    const response = await fetch(`${url}/v1${path}`, init);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json() as never;
  };
  const connection = await ask('/connections', { platform: 'xero' });
  const listed = await fetch(`${codatUrl}/companies/${id}/connections`, { headers: { authorization } });
  const { results } = (await listed.json()) as { results: { id: string }[] };
  const connectionId = results[0]?.id ?? '';
  await linked(id, connectionId);
  const offered = await ask(`/connections/${connection.id}/accounts`);
  await ask(`/connections/${connection.id}/accounts`, { accountIds: offered.items.map((account) => account.id) });
  return { id, connectionId, token, path: `/v1/connections/${connection.id}/accounts` };
};

/** Something that concerns every open stream of the first company. */
const tell = async (): Promise<void> => {
  const [company] = made;
  if (!own || !company) throw new Error('There is nothing to tell of.');
  const at = performance.timeOrigin + performance.now();
  const line = {
    date: new Date(Date.now() - 86_400_000).toISOString().slice(0, 10),
    amount: '1.00',
    balance: '1.00',
    description: 'x',
  };
  const result = await own.push({
    companyId: company.id,
    accountId: accounts[0]?.id ?? '',
    transactions: [{ id: `told-${at}`, ...line }],
  });
  if (result.accepted !== 1) throw new Error(`Nothing happened: ${JSON.stringify(result.issues)}`);
  say({ kind: 'told', at });
};

process.on('message', (order: ToServer) => {
  if (order.kind === 'bare') void startBare(order.target);
  if (order.kind === 'own') void startOwn(order);
  if (order.kind === 'tell') void tell();
  if (order.kind === 'connections') server?.getConnections((_, connections) => say({ kind: 'connected', connections }));
  if (order.kind !== 'usage') return;
  if (order.collected) globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  say({ kind: 'used', cpu: user + system, rss, heap: heapUsed });
});
process.on('disconnect', () => process.exit());
