/** `npm start`: sandbox, proxy with the embedded store, and the page of a bank that embeds the widget. */
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBankFeedProxy, toNode, type BankFeedProxy } from 'bank-feed-elements/proxy';
import { createSandbox, type Sandbox } from 'bank-feed-elements/sandbox';
import { openBankLedger, type BankLedger } from './bank-ledger.ts';
import { createBankServer } from './bank-server.ts';

export interface DemoOptions {
  /** Keeps sandbox, store and bank here; a temporary folder, removed at the end, where not given. */
  readonly dataDir?: string | undefined;
  /** The page's port; 0 for any free one. Proxy and sandbox take free ones. */
  readonly port?: number | undefined;
  /** The real Codat, with this company. */
  readonly live?: { readonly apiKey: string; readonly companyId: string } | undefined;
  /** With the real Codat: let the demo bank send its invented transactions. */
  readonly allowPush?: boolean | undefined;
  /** Lines handed over by themselves when an account connects. */
  readonly firstLoad?: number | undefined;
}

export interface Demo {
  readonly url: string;
  readonly proxyUrl: string;
  readonly companyId: string;
  readonly sandbox: Sandbox | undefined;
  readonly ledger: BankLedger;
  stop(): Promise<void>;
}

const listen = async (server: Server, port: number): Promise<number> => {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const at = server.address();
  if (at === null || typeof at === 'string') throw new Error('The server has no port.');
  return at.port;
};

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

export const startDemo = async (options: DemoOptions = {}): Promise<Demo> => {
  // Ports first: page, proxy and sandbox have to know one another's addresses, and a taken one is found out early.
  const bank = Promise.withResolvers<Server>();
  const bankServer = createServer((request, response) => {
    // A page that is opened early waits for the rest to be ready.
    void bank.promise.then((server) => server.emit('request', request, response));
  });
  const port = await listen(bankServer, options.port ?? 0);
  let serveProxy: ReturnType<typeof toNode> | undefined;
  const proxyServer = createServer((request, response) => void serveProxy?.(request, response));
  const proxyUrl = `http://127.0.0.1:${await listen(proxyServer, 0)}`;
  const origins = [`http://localhost:${port}`, `http://127.0.0.1:${port}`];

  const folder = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'bank-feed-demo-')));
  await mkdir(folder, { recursive: true });
  const ledger = await openBankLedger(join(folder, 'bank.json'));
  const allowPush = options.live === undefined || options.allowPush === true;

  const webhookSecret = `whsec_${randomBytes(32).toString('base64')}`;
  const sandbox = options.live ? undefined : createSandbox({ dataFile: join(folder, 'sandbox.json') });
  const sandboxUrl = (await sandbox?.start({ port: 0 }))?.url;

  const proxy: BankFeedProxy = createBankFeedProxy({
    apiKey: options.live?.apiKey ?? sandbox?.apiKey ?? '',
    codatUrl: sandboxUrl,
    publicUrl: proxyUrl,
    token: { keys: [{ kid: 'demo', secret: randomBytes(32).toString('base64') }], origins },
    webhookSecrets: [webhookSecret],
    dataDir: join(folder, 'store'),
    cacheDir: join(import.meta.dirname, '../node_modules/.cache/bank-feed-elements'),
    timeZone: () => 'UTC',
    sourceAccounts: () => ledger.offered(),
    // Nothing is fetched by itself: when an account connects, the bank hands over its recent lines.
    onEvent: async (event) => {
      const { companyId, accountId } = event;
      if (event.type !== 'account-connected' || !allowPush || ledger.count(accountId) > 0) return;
      await ledger.make(accountId, options.firstLoad ?? 30, { until: new Date(), days: 90 }, (transactions) =>
        proxy.push({ companyId, accountId, transactions }),
      );
    },
    log: {
      debug: () => {},
      info: () => {},
      warn: (fields, message) => console.warn(message, fields),
      error: (fields, message) => console.error(message, fields),
    },
  });
  serveProxy = toNode(proxy);
  await proxy.start();

  const company = await proxy.companies.ensure({
    reference: 'demo',
    name: 'Harbour Lane Bakery',
    companyId: options.live?.companyId,
  });
  sandbox?.control.addWebhook({ url: `${proxyUrl}/v1/webhooks/codat`, secret: webhookSecret });
  sandbox?.control.setRedirectUrl(`http://localhost:${port}/`);
  const bankPages = createBankServer({
    ledger,
    proxy,
    proxyUrl,
    company,
    softwareUrl: sandboxUrl ? `${sandboxUrl}/software?company=${company.id}` : undefined,
    allowPush,
  });
  bank.resolve(bankPages);

  return {
    url: `http://localhost:${port}/`,
    proxyUrl,
    companyId: company.id,
    sandbox,
    ledger,
    async stop() {
      await close(bankServer);
      await proxy.stop();
      await close(proxyServer);
      await sandbox?.stop();
      if (options.dataDir === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
};
