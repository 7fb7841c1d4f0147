/** A bank behind a page: on origins of their own the real proxy in token mode, and the sandbox behind it. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBankFeedProxy, toNode, type BankFeedProxy } from 'bank-feed-elements/proxy';
import { createSandbox, type Sandbox } from 'bank-feed-elements/sandbox';
import { atRoot } from '../../scripts/root.ts';
import { listenOnFreePort } from '../support/free-ports.ts';

export interface Bank {
  readonly proxyUrl: string;
  readonly sandboxUrl: string;
  readonly companyId: string;
  readonly sandbox: Sandbox;
  /** False: the bank knows nobody any more. */
  signedIn: boolean;
  stop(): Promise<void>;
}

/** What the pages of `demo/hosts/` call the proxy. */
export const proxyInPages = 'https://feeds.bank.example';

export const bankAccount = { id: 'current-4242', name: 'Business current account' } as const;
const account = { accountType: 'checking', sortCode: '04-00-04', currency: 'GBP', balance: '18250.40' } as const;
const today = (): string => new Date().toISOString().slice(0, 10);

export const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

/** So many transactions are handed over when an account connects. */
export const firstLoad = 12;

/** Of a page at this origin, to which customers come back. */
export const startBank = async (origin: string): Promise<Bank> => {
  const folder = await mkdtemp(join(tmpdir(), 'bank-feed-host-'));
  const sandbox = createSandbox({ seed: 'plain host', bankName: 'Northbridge Bank' });
  const { url: sandboxUrl } = await sandbox.start();
  const webhookSecret = `whsec_${randomBytes(32).toString('base64')}`;

  let proxyListener: RequestListener | undefined;
  const proxyServer = createServer((request, response) => proxyListener?.(request, response));
  const proxyUrl = `http://127.0.0.1:${await listenOnFreePort(proxyServer)}`;
  const proxy: BankFeedProxy = createBankFeedProxy({
    apiKey: sandbox.apiKey,
    codatUrl: sandboxUrl,
    publicUrl: proxyUrl,
    token: { keys: [{ kid: 'plain', secret: randomBytes(32).toString('base64') }], origins: [origin] },
    webhookSecrets: [webhookSecret],
    dataDir: join(folder, 'store'),
    cacheDir: atRoot('node_modules/.cache/bank-feed-elements'),
    timeZone: () => 'UTC',
    sourceAccounts: () => [
      { ...account, id: bankAccount.id, accountName: bankAccount.name, accountNumber: '70124242' },
      { ...account, id: 'savings-5151', accountName: 'Savings account', accountNumber: '70125151' },
    ],
    onEvent: async ({ type, companyId, accountId }) => {
      if (type !== 'account-connected') return;
      const transactions = Array.from({ length: firstLoad }, (_, index) => ({
        id: `t-${index}`,
        date: today(),
        amount: '-10.00',
        balance: `${18250 - 10 * index}.40`,
        description: `Millbrook Flour ${index}`,
      }));
      await proxy.push({ companyId, accountId, transactions });
    },
    log: {
      debug: () => {},
      info: () => {},
      warn: () => {},
      error: (fields, message) => console.error(message, fields),
    },
  });
  await proxy.start();
  const company = await proxy.companies.ensure({ reference: 'customer-17', name: 'Harbour Lane Bakery' });
  sandbox.control.addWebhook({ url: `${proxyUrl}/v1/webhooks/codat`, secret: webhookSecret });
  sandbox.control.setRedirectUrl(`${origin}/`);

  const serve = toNode(proxy);
  const bank: Bank = {
    proxyUrl,
    sandboxUrl,
    companyId: company.id,
    sandbox,
    signedIn: true,
    async stop() {
      await proxy.stop();
      await close(proxyServer);
      await sandbox.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  proxyListener = (request, response) => {
    if (request.url !== '/session') return serve(request, response);
    response.setHeader('access-control-allow-origin', origin).setHeader('access-control-allow-credentials', 'true');
    if (!bank.signedIn) return response.writeHead(401).end();
    return proxy.sessions
      .mint({ companyId: company.id, subject: 'user-5', origin })
      .then(({ token }) => response.end(token));
  };
  return bank;
};
