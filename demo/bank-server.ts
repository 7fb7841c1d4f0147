/** The partner's side of the demo: the page of a small bank, and the backend beside it. */
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { BankFeedProxy } from 'bank-feed-elements/proxy';
import { isPlain, readAddress } from './address.ts';
import { BankError, type Backstage } from './backstage.ts';
import { freshName, plain, type Customer, type Customers } from './customers.ts';
import { endpointOf } from './line.ts';
import { pageFile, renderPage } from './page-html.ts';

export interface BankServerOptions {
  readonly customers: Customers;
  readonly backstage: Backstage;
  readonly proxy: Pick<BankFeedProxy, 'sessions'>;
  readonly proxyUrl: string;
  /** Where the accounting software of the demo shows what arrived; not with the real Codat. */
  readonly sandboxUrl?: string | undefined;
  /** Off with the real Codat unless asked for: nobody's books get demo lines by accident. */
  readonly allowPush: boolean;
}

/** The built file, found by the package's own name as a partner would. */
const scriptFile = fileURLToPath(import.meta.resolve('bank-feed-elements/bank-feed-elements.js'));
const scriptFolder = scriptFile.slice(0, scriptFile.lastIndexOf('/') + 1);

const ownFiles = new Set([
  'bank.css',
  'bank.js',
  'behind.js',
  'brands.css',
  'choices.js',
  'event-log.js',
  'icon.svg',
  'requests.js',
]);
const types: Readonly<Record<string, string>> = {
  css: 'text/css',
  js: 'text/javascript',
  map: 'application/json',
  svg: 'image/svg+xml',
};
const typeOf = (path: string): string => types[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream';

/** The strictest policy a page can have, plus the proxy it calls and the frame of the accounting software. */
const policy = (proxyUrl: string, sandboxUrl: string | undefined): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self' ${new URL(proxyUrl).origin}`,
    `frame-src ${sandboxUrl ? new URL(sandboxUrl).origin : "'none'"}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types bank-feed-elements',
  ].join('; ');

export const createBankServer = (options: BankServerOptions): Server => {
  const { customers, backstage, proxy, proxyUrl, sandboxUrl } = options;
  const send = (response: ServerResponse, status: number, type: string, body: string | Buffer): void => {
    response.writeHead(status, {
      'content-type': `${type}; charset=utf-8`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': policy(proxyUrl, sandboxUrl),
    });
    response.end(body);
  };
  const json = (response: ServerResponse, status: number, value: unknown): void =>
    send(response, status, 'application/json', JSON.stringify(value));
  const redirect = (response: ServerResponse, query: URLSearchParams): void => {
    response.writeHead(303, { location: `/?${query}`, 'cache-control': 'no-store' }).end();
  };

  /** Only this page may ask its own backend; a real bank would also look at the customer's session. */
  const fromThisPage = (request: IncomingMessage): boolean =>
    request.headers.origin === `http://${request.headers.host}`;

  const showPage = async (response: ServerResponse, query: URLSearchParams): Promise<void> => {
    const address = readAddress(query);
    const isShared = sandboxUrl === undefined || (isPlain(query) && address.company === undefined);
    const name = isShared ? plain.name : (address.company ?? 'new');
    const setUp = isShared ? plain.setUp : { ...address.choices, scenario: address.scenario };
    const customer = name === 'new' ? undefined : await customers.open(name, setUp);
    if (!customer) {
      // The address names the company from the start, so that a reload finds it again.
      query.set('company', freshName());
      return redirect(response, query);
    }
    await backstage.choose(customer, address, String(query));
    const softwareUrl = sandboxUrl && `${sandboxUrl}/software?company=${customer.company.id}`;
    const endpoint = endpointOf(proxyUrl, name);
    const { allowPush } = options;
    const html = await renderPage({ address, customer: name, endpoint, softwareUrl, allowPush });
    return send(response, 200, 'text/html', html);
  };

  /** From the accounting software, which knows Codat's id of the company: to where this customer was. */
  const comeBack = (response: ServerResponse, query: URLSearchParams): void => {
    const customer = customers.ofCompany(query.get('company') ?? '');
    const was = new URLSearchParams(customer?.query);
    const statusCode = query.get('statusCode') ?? '200';
    // Only what went wrong has to be said: the rest shows by itself.
    if (statusCode !== '200') was.set('statusCode', statusCode);
    return redirect(response, was);
  };

  const ask = async (
    route: string,
    request: IncomingMessage,
    query: URLSearchParams,
    customer: Customer,
  ): Promise<unknown> => {
    const accountId = query.get('account') ?? '';
    switch (route) {
      case 'POST /choices':
        query.delete('customer');
        return backstage.choose(customer, readAddress(query), String(query)).then(() => ({}));
      case 'POST /session':
        // Here a real bank looks up its own session, and which company it belongs to.
        if (customer.fault.has('signed-out')) return undefined;
        return proxy.sessions.mint({
          companyId: customer.company.id,
          subject: 'demo-user',
          origin: `http://${request.headers.host}`,
        });
      case 'GET /accounts':
        return customer.ledger.offered().map(({ id, accountName }) => ({ id, accountName }));
      case 'POST /transactions':
        if (!options.allowPush) throw new BankError('Start with --allow-push to send demo lines.');
        return backstage.make(customer, accountId, Number(query.get('count') ?? ''));
      case 'POST /software':
        return { done: await backstage.inSoftware(customer, query.get('do') ?? '', accountId) };
      case 'GET /held':
        return backstage.held(customer);
      case 'POST /held':
        return {
          done: await backstage.support(customer, query.get('do') ?? '', accountId, query.get('connection') || null),
        };
      default:
        throw new BankError('The demo bank has nothing there.');
    }
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://bank');
    const route = `${request.method} ${pathname}`;
    if (request.method === 'POST' && !fromThisPage(request)) return json(response, 403, { error: 'other origin' });
    if (route === 'GET /') return showPage(response, searchParams);
    if (route === 'GET /back') return comeBack(response, searchParams);
    const asking = searchParams.get('customer');
    if (asking === null) return file(request, response, pathname);
    const customer = customers.find(asking);
    if (!customer) return json(response, 404, { error: 'The demo bank was started again: reload the page.' });
    const answer = await ask(route, request, searchParams, customer);
    return answer === undefined ? json(response, 401, { error: 'signed out' }) : json(response, 200, answer);
  };

  const file = async (request: IncomingMessage, response: ServerResponse, pathname: string): Promise<void> => {
    const name = /^\/((?:locales\/)?[a-zA-Z-]+\.(?:js|css|svg)(?:\.map)?)$/.exec(pathname)?.[1];
    if (request.method !== 'GET' || name === undefined) return send(response, 404, 'text/plain', 'Not found');
    const path = ownFiles.has(name) ? pageFile(name) : `${scriptFolder}${name}`;
    const body = await readFile(path).catch(() => undefined);
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
