/** The partner's side of the demo: the page of a small bank, and the backend beside it. */
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { BankFeedProxy, CompanyRef } from 'bank-feed-elements/proxy';
import type { BankLedger } from './bank-ledger.ts';

export interface BankServerOptions {
  readonly ledger: BankLedger;
  readonly proxy: BankFeedProxy;
  readonly proxyUrl: string;
  readonly company: CompanyRef;
  /** Where the accounting software of the demo shows what arrived; not with the real Codat. */
  readonly softwareUrl?: string | undefined;
  /** Off with the real Codat unless asked for: nobody's books get demo lines by accident. */
  readonly allowPush: boolean;
}

const page = (name: string): string => fileURLToPath(new URL(`./page/${name}`, import.meta.url));
/** The built file, found by the package's own name as a partner would. */
const scriptFile = fileURLToPath(import.meta.resolve('bank-feed-elements/bank-feed-elements.js'));
const scriptFolder = scriptFile.slice(0, scriptFile.lastIndexOf('/') + 1);

const types: Readonly<Record<string, string>> = {
  css: 'text/css',
  js: 'text/javascript',
  map: 'application/json',
  svg: 'image/svg+xml',
};
const typeOf = (path: string): string => types[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream';

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** The strictest policy a page can have, plus the proxy it calls and the frame of the accounting software. */
const policy = (proxyUrl: string, softwareUrl: string | undefined): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self' ${new URL(proxyUrl).origin}`,
    `frame-src ${softwareUrl ? new URL(softwareUrl).origin : "'none'"}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types bank-feed-elements',
  ].join('; ');

const mostLines = 5000;

/** Something a visitor of the page can put right. */
class BankError extends Error {}

export const createBankServer = (options: BankServerOptions): Server => {
  const { ledger, proxy, company } = options;
  const send = (response: ServerResponse, status: number, type: string, body: string | Buffer): void => {
    response.writeHead(status, {
      'content-type': `${type}; charset=utf-8`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': policy(options.proxyUrl, options.softwareUrl),
    });
    response.end(body);
  };
  const json = (response: ServerResponse, status: number, value: unknown): void =>
    send(response, status, 'application/json', JSON.stringify(value));

  /** Only this page may ask its own backend; a real bank would also look at the customer's session. */
  const fromThisPage = (request: IncomingMessage): boolean =>
    request.headers.origin === `http://${request.headers.host}`;

  const transactions = async (query: URLSearchParams): Promise<unknown> => {
    const accountId = query.get('account') ?? '';
    const count = Number(query.get('count') ?? '');
    if (!Number.isInteger(count) || count < 1 || count > mostLines)
      throw new BankError(`Make 1 to ${mostLines} transactions at a time.`);
    const result = await ledger.make(accountId, count, { until: new Date(), days: 0 }, (lines) =>
      proxy.push({ companyId: company.id, accountId, transactions: lines }),
    );
    return { made: count, ...result };
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://bank');
    const route = `${request.method} ${pathname}`;
    if (request.method === 'POST' && !fromThisPage(request)) return json(response, 403, { error: 'other origin' });
    switch (route) {
      case 'GET /': {
        const html = await readFile(page('index.html'), 'utf8');
        const facts = {
          ENDPOINT: options.proxyUrl,
          SOFTWARE: options.softwareUrl ?? '',
          PUSH: String(options.allowPush),
        };
        return send(
          response,
          200,
          'text/html',
          html.replace(/%(ENDPOINT|SOFTWARE|PUSH)%/g, (_, name: keyof typeof facts) => escapeHtml(facts[name])),
        );
      }
      case 'POST /session':
        // Here a real bank looks up its own session, and which company it belongs to.
        return json(
          response,
          200,
          await proxy.sessions.mint({
            companyId: company.id,
            subject: 'demo-user',
            origin: `http://${request.headers.host}`,
          }),
        );
      case 'GET /accounts':
        return json(
          response,
          200,
          ledger.offered().map(({ id, accountName }) => ({ id, accountName })),
        );
      case 'POST /transactions':
        if (!options.allowPush) return json(response, 403, { error: 'Start with --allow-push to send demo lines.' });
        return json(response, 200, await transactions(searchParams));
      default:
        return file(request, response, pathname);
    }
  };

  const file = async (request: IncomingMessage, response: ServerResponse, pathname: string): Promise<void> => {
    const name = /^\/((?:locales\/)?[a-zA-Z-]+\.(?:js|css|svg)(?:\.map)?)$/.exec(pathname)?.[1];
    if (request.method !== 'GET' || name === undefined) return send(response, 404, 'text/plain', 'Not found');
    const own = ['bank.css', 'bank.js', 'icon.svg'].includes(name);
    const body = await readFile(own ? page(name) : `${scriptFolder}${name}`).catch(() => undefined);
    return body ? send(response, 200, typeOf(name), body) : send(response, 404, 'text/plain', 'Not found');
  };

  return createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (error instanceof BankError) return json(response, 400, { error: error.message });
      console.error(error);
      if (!response.headersSent) json(response, 500, { error: 'The demo bank failed; see its terminal.' });
    });
  });
};
