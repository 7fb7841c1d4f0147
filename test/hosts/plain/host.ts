/**
 * A bank that embeds the widget without a bundler: a page of `demo/hosts/` as it stands, the files of the script tag
 * beside it, and on other origins the real proxy in token mode, with the sandbox behind it.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { createBankFeedProxy, toNode, type BankFeedProxy } from 'bank-feed-elements/proxy';
import { createSandbox, type Sandbox } from 'bank-feed-elements/sandbox';
import { atRoot } from '../../../scripts/root.ts';

export interface PlainHost {
  /** Of the page, with a slash at its end. */
  readonly url: string;
  readonly proxyUrl: string;
  readonly sandboxUrl: string;
  readonly companyId: string;
  readonly sandbox: Sandbox;
  /** What browsers reported to `/reports`. */
  readonly reports: readonly string[];
  /** False: the bank knows nobody any more. */
  signedIn: boolean;
  stop(): Promise<void>;
}

export interface PlainHostOptions {
  /** A folder of `demo/hosts/`. */
  readonly page: string;
  /** The header `content-security-policy`, in which the proxy is called as in the pages. */
  readonly policy?: string | undefined;
  /** Further files by their path, in which the proxy and hashes stand as in the pages; undefined is not there. */
  readonly extra?: (path: string) => string | undefined;
}

/** What the pages call the proxy, another origin with the page's files, and the place of a hash in their script tags. */
const proxyInPages = 'https://feeds.bank.example';
const elsewhereInPages = 'https://files.bank.example';
const hashPlace = /(src="[^"]*\/bank-feed\/([^"?]+)[^"]*"\s+integrity=")sha384-…"/g;

/** The files of the script tag as they are published; written by `npm run pack`. */
export const published = (file: string): string => atRoot(`build/package/dist/script/${file}`);

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

export const bankAccount = { id: 'current-4242', name: 'Business current account' } as const;
const account = { accountType: 'checking', sortCode: '04-00-04', currency: 'GBP', balance: '18250.40' } as const;
const today = (): string => new Date().toISOString().slice(0, 10);

const listen = async (server: Server): Promise<number> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const at = server.address();
  if (at === null || typeof at === 'string') throw new Error('The server has no port.');
  return at.port;
};

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

/** So many transactions are handed over when an account connects. */
export const firstLoad = 12;

export const startPlainHost = async (options: PlainHostOptions): Promise<PlainHost> => {
  const integrity = new Map(Object.entries<string>(JSON.parse(await readFile(published('integrity.json'), 'utf8'))));
  const folder = await mkdtemp(join(tmpdir(), 'bank-feed-plain-'));
  const sandbox = createSandbox({ seed: 'plain host', bankName: 'Northbridge Bank' });
  const { url: sandboxUrl } = await sandbox.start();
  const webhookSecret = `whsec_${randomBytes(32).toString('base64')}`;
  const reports: string[] = [];

  let proxyListener: RequestListener | undefined;
  const proxyServer = createServer((request, response) => proxyListener?.(request, response));
  const proxyUrl = `http://127.0.0.1:${await listen(proxyServer)}`;
  const asServed = (text: string): string =>
    text
      .replaceAll(proxyInPages, proxyUrl)
      .replaceAll(elsewhereInPages, origin.replace('localhost', '127.0.0.1'))
      .replace(hashPlace, (_, before: string, file: string) => `${before}${integrity.get(file) ?? 'unknown'}"`);

  const read = (file: string): Promise<string | undefined> => readFile(file, 'utf8').catch(() => undefined);
  const fileAt = async (path: string): Promise<string | undefined> => {
    const extra = options.extra?.(path);
    if (extra !== undefined) return asServed(extra);
    const built = /^\/bank-feed\/((?:locales\/)?[\w.-]+\.js)$/.exec(path)?.[1];
    if (built !== undefined) return read(published(built));
    const name = /^\/([\w-]+\.(?:html|js|css))$/.exec(path)?.[1];
    const text = name && (await read(atRoot(`demo/hosts/${options.page}/${name}`)));
    return text && asServed(text);
  };
  const pageServer = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://page');
    if (pathname === '/reports') {
      request.setEncoding('utf8').on('data', (chunk: string) => reports.push(chunk));
      request.on('end', () => response.writeHead(204).end());
      return;
    }
    // Chromium asks for it by itself.
    if (pathname === '/favicon.ico') return void response.writeHead(204).end();
    const path = pathname === '/' ? '/index.html' : pathname;
    void fileAt(path).then((text) => {
      const policy = options.policy && { 'content-security-policy': asServed(options.policy).replaceAll('\n', ' ') };
      const headers = { 'content-type': types[extname(path)] ?? 'application/octet-stream', ...policy };
      // Only the files of the script tag may be had from pages of other origins.
      const shared = path.startsWith('/bank-feed/') && { 'access-control-allow-origin': '*' };
      response.writeHead(text === undefined ? 404 : 200, { ...headers, ...shared }).end(text);
    });
  });
  const origin = `http://localhost:${await listen(pageServer)}`;

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
  const host: PlainHost = {
    url: `${origin}/`,
    proxyUrl,
    sandboxUrl,
    companyId: company.id,
    sandbox,
    reports,
    signedIn: true,
    async stop() {
      await proxy.stop();
      await close(pageServer);
      await close(proxyServer);
      await sandbox.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  proxyListener = (request, response) => {
    if (request.url !== '/session') return serve(request, response);
    response.setHeader('access-control-allow-origin', origin);
    if (!host.signedIn) return response.writeHead(401).end();
    return proxy.sessions
      .mint({ companyId: company.id, subject: 'user-5', origin })
      .then(({ token }) => response.end(token));
  };
  return host;
};
