/** `npm start`: sandbox, proxy with the embedded store, and the page of a bank that embeds the widget. */
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCodatClient } from 'bank-feed-elements/codat';
import { createBankFeedProxy, toNode, type BankFeedProxy, type CompanyRef } from 'bank-feed-elements/proxy';
import { createSandbox, type Sandbox } from 'bank-feed-elements/sandbox';
import { createBackstage } from './backstage.ts';
import { fewAccounts } from './bank-accounts.ts';
import type { BankLedger } from './bank-ledger.ts';
import { createBankServer } from './bank-server.ts';
import { openCustomers, plain, type Customers, type Preparing } from './customers.ts';
import { createLine } from './line.ts';
import { createPreparing } from './preparing.ts';
import { createMuted, createTroubles } from './troubles.ts';

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

/** A folder belongs to the sandbox or to one real company: mixing them would send one's lines to the other. */
const claimFolder = async (folder: string, live: DemoOptions['live']): Promise<void> => {
  const owner = live ? `company ${live.companyId} at Codat` : 'the sandbox';
  const file = join(folder, 'belongs-to.txt');
  const known = await readFile(file, 'utf8').catch(() => undefined);
  if (known === undefined) return writeFile(file, owner);
  if (known !== owner) throw new Error(`${folder} holds the data of ${known}: choose another folder with --data.`);
  return undefined;
};

/** What the bank hands over when an account connects: its lines since the day the customer chose. */
const since = (feedStartDate: string | undefined): { readonly until: Date; readonly days: number } => {
  const until = new Date();
  const from = Date.parse(feedStartDate ?? '');
  return { until, days: Number.isNaN(from) ? 0 : Math.max(0, (until.getTime() - from) / 86_400_000) };
};

/** So many of a customer's accounts have lines from before they connect. */
const usedAccounts = 4;

/** Under this name customers find the bank inside QuickBooks and Sage. */
const bankName = 'Northbridge Bank';

export const startDemo = async (options: DemoOptions = {}): Promise<Demo> => {
  // What was opened so far, to be closed last first: at the end, and where the rest cannot be started.
  const opened: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const close of opened.splice(0).toReversed()) await close();
  };
  try {
    return { ...(await open(options, opened)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

/** Codat allows more requests the more companies feed; the demo bank has customers enough for a day of testing. */
const otherCustomers = 100;

const open = async (options: DemoOptions, opened: (() => Promise<void>)[]): Promise<Omit<Demo, 'stop'>> => {
  // Ports first: page, proxy and sandbox have to know one another's addresses, and a taken one is found out early.
  const bank = Promise.withResolvers<Server>();
  const bankServer = createServer((request, response) => {
    // A page that is opened early waits for the rest to be ready.
    void bank.promise.then((server) => server.emit('request', request, response));
  });
  const port = await listen(bankServer, options.port ?? 0);
  opened.push(() => close(bankServer));
  let customers: Customers | undefined;
  let serveProxy: ReturnType<typeof toNode> | undefined;
  const line = createLine(
    (request, response) => void serveProxy?.(request, response),
    (name) => customers?.find(name),
  );
  const proxyServer = createServer((request, response) => void line.handle(request, response));
  const proxyUrl = `http://127.0.0.1:${await listen(proxyServer, 0)}`;
  opened.push(() => close(proxyServer));
  const origins = [`http://localhost:${port}`, `http://127.0.0.1:${port}`];

  const folder = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'bank-feed-demo-')));
  if (options.dataDir === undefined) opened.push(() => rm(folder, { recursive: true, force: true }));
  await mkdir(folder, { recursive: true });
  await claimFolder(folder, options.live);
  const allowPush = options.live === undefined || options.allowPush === true;

  const webhookSecret = `whsec_${randomBytes(32).toString('base64')}`;
  const muted = createMuted();
  const dataFile = join(folder, 'sandbox.json');
  const isNew = await access(dataFile).then(
    () => false,
    () => true,
  );
  const sandbox = options.live ? undefined : createSandbox({ dataFile, bankName, send: muted.send });
  const sandboxUrl = (await sandbox?.start({ port: 0 }))?.url;
  if (sandbox) opened.push(() => sandbox.stop());
  if (isNew)
    for (let number = 0; number < otherCustomers; number += 1)
      sandbox?.control.seed({ accounts: 0, targets: 0, name: 'Another customer of the bank' });

  const proxy: BankFeedProxy = createBankFeedProxy({
    apiKey: options.live?.apiKey ?? sandbox?.apiKey ?? '',
    codatUrl: sandboxUrl,
    publicUrl: proxyUrl,
    token: { keys: [{ kid: 'demo', secret: randomBytes(32).toString('base64') }], origins },
    webhookSecrets: [webhookSecret],
    dataDir: join(folder, 'store'),
    cacheDir: join(import.meta.dirname, '../node_modules/.cache/bank-feed-elements'),
    timeZone: () => 'UTC',
    sourceAccounts: ({ reference }) => customers?.ledger(reference)?.offered() ?? [],
    // Nothing is fetched by itself: when an account connects, the bank hands over its lines since the chosen day.
    onEvent: async (event, { reference }) => {
      const { companyId, accountId } = event;
      const ledger = customers?.ledger(reference);
      if (event.type !== 'account-connected' || !allowPush || !ledger) return;
      // Of a thousand accounts most were not used lately.
      const isUsed = ledger.offered().findIndex(({ id }) => id === accountId) < usedAccounts;
      if (!isUsed || ledger.count(accountId) > 0) return;
      await ledger.make(accountId, options.firstLoad ?? 30, since(event.feedStartDate), (transactions) =>
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
  opened.push(() => proxy.stop());
  await proxy.start();

  const codat = sandbox && createCodatClient({ apiKey: sandbox.apiKey, baseUrl: sandboxUrl });
  if (codat) opened.push(() => codat.close());
  const known = await openCustomers(
    join(folder, 'customers'),
    sandbox && codat ? createPreparing({ sandbox, codat, proxy }) : atCodat(proxy, options.live?.companyId),
  );
  customers = known;
  const shown = await known.open(plain.name, plain.setUp);
  if (!shown) throw new Error(`${folder} has a customer "${plain.name}" of another set-up.`);
  sandbox?.control.addWebhook({ url: `${proxyUrl}/v1/webhooks/codat`, secret: webhookSecret });
  sandbox?.control.setRedirectUrl(`http://localhost:${port}/back?company={companyId}&statusCode={statusCode}`);
  const simulated =
    sandbox && codat
      ? {
          sandbox,
          codat,
          troubles: createTroubles({
            sandbox,
            codat,
            muted: muted.companies,
            ofCompany: (companyId) => known.ofCompany(companyId),
          }),
        }
      : undefined;
  const backstage = createBackstage({ customers: known, proxy, line, simulated });
  bank.resolve(createBankServer({ customers: known, backstage, proxy, proxyUrl, sandboxUrl, allowPush }));

  return {
    url: `http://localhost:${port}/`,
    proxyUrl,
    companyId: shown.company.id,
    sandbox,
    ledger: shown.ledger,
  };
};

/** The one company at the real Codat, which is there already. */
const atCodat = (proxy: Pick<BankFeedProxy, 'companies'>, companyId: string | undefined): Preparing => {
  const ensure = (reference: string): Promise<CompanyRef> =>
    proxy.companies.ensure({ reference, name: 'Harbour Lane Bakery', companyId });
  return {
    reopen: ensure,
    async make(name, _setUp, keep) {
      await keep(fewAccounts('GBP'));
      return ensure(name);
    },
  };
};
