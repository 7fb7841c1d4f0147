/**
 * The real other side of the browser tests: the sandbox, and the proxy in both its modes, started once per run with
 * the first company a test asks for. In front of the proxy stands a gate, with an address of its own per company, so
 * that a test can end sessions, hold answers back or be unreachable without disturbing the tests beside it.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import * as z from 'zod';
import { createBankFeedProxy, toNode } from '../../../../src/proxy/index.ts';
import type { BankFeedProxy, ProxyOptions, PushInput, PushResult } from '../../../../src/proxy/index.ts';
import { plainLog } from '../../../../src/commands/json-log.ts';
import { createSandbox } from '../../../../src/sandbox/index.ts';
import type { LedgerEntry } from '../../../../src/sandbox/index.ts';
import { listenOnFreePort } from '../../../support/free-ports.ts';
import { softwareUser } from '../../../node/sandbox/software-user.ts';
import type { EnteredCredentials, EnteredPassword } from '../../../node/sandbox/software-user.ts';
import { scopes as allScopes } from '../../../../src/contract/schemas.ts';
import type { Scope } from '../../../../src/contract/schemas.ts';

/** `expired`: every session is refused. `hold`: answers wait until `open`. `down`: connections are reset. */
export type GateMode = 'open' | 'expired' | 'hold' | 'down';

/** Codat answers an operation with this instead, for one company. */
export interface Fault {
  /** The id of the operation in Codat's document, such as `create-batch-source-account`. */
  readonly operation: string;
  readonly status: number;
  readonly message: string;
  /** How many times; for ever where not given. */
  readonly times?: number | undefined;
}

interface Company {
  readonly key: string;
  readonly id: string;
  readonly scopes: readonly Scope[];
  accounts: unknown;
  faults: { fault: Fault; left: number }[];
  gate: GateMode;
  gateOpened: PromiseWithResolvers<void>;
  readonly answering: Set<ServerResponse>;
}

const mountPath = '/__mounted';

export const defaultAccounts = [
  {
    id: 'host-current',
    accountName: 'Business Current',
    accountType: 'checking',
    accountNumber: '31510604',
    sortCode: '040004',
    currency: 'GBP',
    balance: '1204.50',
  },
  {
    id: 'host-savings',
    accountName: 'Business Savings',
    accountType: 'savings',
    accountNumber: '31510612',
    sortCode: '040004',
    currency: 'GBP',
    balance: '0',
  },
  {
    id: 'host-card',
    accountName: 'Business Card',
    accountType: 'creditCard',
    accountNumber: '5400000000004243',
    sortCode: '040004',
    currency: 'GBP',
    balance: '-310.07',
  },
];

const hostAccounts = z.array(z.object({ id: z.string() }));
const connections = z.object({
  results: z.array(z.object({ id: z.string(), status: z.string(), created: z.string(), linkUrl: z.string() })),
});

export class RealBackend {
  readonly #sandbox = createSandbox({ limits: 'off', delays: { connectingMs: 300, pushMs: 50, webhookMs: 5 } });
  readonly #companies = new Map<string, Company>();
  readonly #byId = new Map<string, Company>();
  readonly #webhookSecret = `whsec_${randomBytes(32).toString('base64')}`;
  #starting: Promise<{ proxy: BankFeedProxy; origin: string; codatUrl: string; server: Server }> | undefined;
  #mounted: Promise<BankFeedProxy> | undefined;

  async ready(origin: string): Promise<true> {
    await (this.#starting ??= this.#start(origin));
    return true;
  }

  async create(
    origin: string,
    options: { accounts?: unknown; scopes?: readonly Scope[] | undefined; name?: string | undefined },
  ): Promise<{ key: string; companyId: string; endpoint: string }> {
    const { proxy, origin: address } = await (this.#starting ??= this.#start(origin));
    const key = randomUUID();
    const { id } = await proxy.companies.ensure({ reference: key, name: options.name ?? 'Test Bakery' });
    const company: Company = {
      key,
      id,
      scopes: options.scopes ?? allScopes,
      accounts: options.accounts ?? defaultAccounts,
      faults: [],
      gate: 'open',
      gateOpened: Promise.withResolvers(),
      answering: new Set(),
    };
    this.#companies.set(key, company);
    this.#byId.set(id, company);
    return { key, companyId: id, endpoint: `${address}/c/${key}` };
  }

  /** Opens the mounted proxy on the page's own origin; the cookie `test_company` is its session. */
  async mount(key: string, origin: string): Promise<string> {
    await (this.#mounted ??= this.#startMounted(origin));
    return `${mountPath}/${this.#company(key).key}`;
  }

  async token(key: string, origin: string): Promise<string> {
    const { proxy } = await this.#started();
    const { id, scopes } = this.#company(key);
    return (await proxy.sessions.mint({ companyId: id, subject: `user of ${id}`, origin, scopes })).token;
  }

  /** Consents in the accounting software, for the newest connection that waits for it. */
  async authorize(key: string): Promise<void> {
    const { id } = this.#company(key);
    const connection = await this.#connection(id, 'PendingAuth', 'Unlinked', 'Deauthorized');
    this.#sandbox.control.authorize(id, connection.id);
  }

  /** Follows the link of that connection, and refuses. */
  async refuse(key: string): Promise<void> {
    const { id } = this.#company(key);
    const { linkUrl } = await this.#connection(id, 'PendingAuth', 'Unlinked', 'Deauthorized');
    await softwareUser(this.#sandbox, id).refuse(linkUrl);
  }

  async enterCredentials(key: string, entered: EnteredCredentials): Promise<void> {
    await softwareUser(this.#sandbox, this.#company(key).id).enterCredentials(entered);
  }

  async enterOneTimePassword(key: string, entered: EnteredPassword): Promise<void> {
    await softwareUser(this.#sandbox, this.#company(key).id).enterOneTimePassword(entered);
  }

  hostIds(key: string): string[] {
    return hostAccounts.parse(this.#company(key).accounts).map(({ id }) => id);
  }

  /** QuickBooks takes what was delivered, as it does once a day. */
  async collect(key: string): Promise<number> {
    const { id } = this.#company(key);
    return this.#sandbox.control.collect(id, (await this.#connection(id, 'Linked')).id);
  }

  /** Withdraws the consent in the accounting software. */
  async revoke(key: string): Promise<void> {
    const { id } = this.#company(key);
    this.#sandbox.control.revoke(id, (await this.#connection(id, 'Linked')).id);
  }

  async push(key: string, accountId: string, transactions: PushInput['transactions']): Promise<PushResult> {
    const { proxy } = await this.#started();
    return proxy.push({ companyId: this.#company(key).id, accountId, transactions });
  }

  ledger(key: string): readonly LedgerEntry[] {
    return this.#sandbox.ledger.entries({ companyId: this.#company(key).id });
  }

  setAccounts(key: string, accounts: unknown): void {
    this.#company(key).accounts = accounts;
  }

  setFaults(key: string, faults: readonly Fault[]): void {
    this.#company(key).faults = faults.map((fault) => ({ fault, left: fault.times ?? Number.POSITIVE_INFINITY }));
  }

  setGate(key: string, mode: GateMode): void {
    const company = this.#company(key);
    company.gate = mode;
    company.gateOpened.resolve();
    company.gateOpened = Promise.withResolvers();
    // An ended session ends its stream; a dead line ends everything.
    if (mode === 'expired' || mode === 'down') for (const response of company.answering) response.destroy();
  }

  /** For the page's own server: what is below the mounted proxy's path. False where the request is none of ours. */
  async handleMounted(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const [, key, path = ''] = /^\/__mounted(?:\/([\da-f-]{36}))?(\/v1\/.*)$/s.exec(request.url ?? '') ?? [];
    if (path === '' || this.#mounted === undefined) return false;
    const proxy = await this.#mounted;
    if (key === undefined) await toNode(proxy)(request, response);
    else await this.#pass(proxy, key, `${mountPath}${path}`, request, response);
    return true;
  }

  async stop(): Promise<void> {
    const started = await this.#starting?.catch(() => undefined);
    started?.server.closeAllConnections();
    started?.server.close();
    await started?.proxy.stop();
    await (await this.#mounted?.catch(() => undefined))?.stop();
    await this.#sandbox.stop();
  }

  async #start(
    pageOrigin: string,
  ): Promise<{ proxy: BankFeedProxy; origin: string; codatUrl: string; server: Server }> {
    const { url: codatUrl } = await this.#sandbox.start();
    this.#sandbox.control.intercept(async (operation, next, request) => {
      const id = /^\/companies\/([^/]+)/.exec(new URL(request.url).pathname)?.[1];
      const found = this.#byId
        .get(id ?? '')
        ?.faults.find(({ fault, left }) => fault.operation === operation && left > 0);
      if (found === undefined) return next();
      found.left -= 1;
      const { status, message } = found.fault;
      return {
        status,
        body: { statusCode: status, service: 'PublicApi', error: message, correlationId: randomUUID() },
      };
    });

    const server = createServer();
    const origin = `http://127.0.0.1:${await listenOnFreePort(server)}`;
    const proxy = createBankFeedProxy({
      ...this.#proxyOptions(codatUrl),
      publicUrl: origin,
      token: { keys: [{ kid: 'test', secret: randomBytes(32).toString('hex') }], origins: [pageOrigin] },
    });
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const [, key, path = ''] = /^\/c\/([\da-f-]{36})(\/.*)$/s.exec(request.url ?? '') ?? [];
      const passing =
        key === undefined ? toNode(proxy)(request, response) : this.#pass(proxy, key, path, request, response);
      passing.catch(() => response.destroy());
    });
    await proxy.start();
    this.#sandbox.control.addWebhook({ url: `${origin}/v1/webhooks/codat`, secret: this.#webhookSecret });
    return { proxy, origin, codatUrl, server };
  }

  async #startMounted(pageOrigin: string): Promise<BankFeedProxy> {
    const { codatUrl } = await this.#started();
    const proxy = createBankFeedProxy({
      ...this.#proxyOptions(codatUrl),
      publicUrl: pageOrigin + mountPath,
      authorize: (request) => {
        const key = /(?:^|; )test_company=([\da-f-]{36})/.exec(request.headers.get('cookie') ?? '')?.[1];
        const company = this.#companies.get(key ?? '');
        if (company === undefined || company.gate === 'expired') return null;
        return { companyId: company.id, subject: `user of ${company.id}`, scopes: company.scopes };
      },
    });
    await proxy.start();
    this.#sandbox.control.addWebhook({
      url: `${pageOrigin}${mountPath}/v1/webhooks/codat`,
      secret: this.#webhookSecret,
    });
    return proxy;
  }

  #proxyOptions(codatUrl: string): Omit<ProxyOptions, 'publicUrl'> {
    return {
      apiKey: this.#sandbox.apiKey,
      codatUrl,
      webhookSecrets: [this.#webhookSecret],
      sourceAccounts: ({ id }) => this.#byId.get(id)?.accounts ?? [],
      timeZone: () => 'Europe/London',
      durations: { listing: 50, changes: 200, pollFirst: 500 },
      log: process.env['BANK_FEED_TEST_LOG'] === undefined ? undefined : plainLog(process.stderr, 'info'),
    };
  }

  async #pass(
    proxy: BankFeedProxy,
    key: string,
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const company = this.#company(key);
    while (company.gate === 'hold' && request.method !== 'OPTIONS') await company.gateOpened.promise;
    if (company.gate === 'down') return void request.destroy();
    company.answering.add(response);
    response.once('close', () => company.answering.delete(response));
    if (company.gate === 'expired') {
      // The session is taken away, whatever it was; the refusal is the proxy's own.
      const name = (index: number): string | undefined => request.rawHeaders[index - (index % 2)]?.toLowerCase();
      request.rawHeaders = request.rawHeaders.filter((_, index) => name(index) !== 'authorization');
      delete request.headers.authorization;
    }
    request.url = path;
    await toNode(proxy)(request, response);
  }

  /** The newest of the first status that any has. */
  async #connection(companyId: string, ...statuses: readonly string[]): Promise<{ id: string; linkUrl: string }> {
    const { codatUrl } = await this.#started();
    const response = await fetch(`${codatUrl}/companies/${companyId}/connections?pageSize=100`, {
      headers: { authorization: `Basic ${Buffer.from(this.#sandbox.apiKey).toString('base64')}` },
    });
    const { results } = connections.parse(await response.json());
    const newestFirst = results.toSorted((a, b) => b.created.localeCompare(a.created));
    const found = statuses.flatMap((status) => newestFirst.filter((each) => each.status === status));
    if (found[0] === undefined) throw new Error(`The company has no connection that is ${statuses.join(' or ')}.`);
    return found[0];
  }

  #company(key: string): Company {
    const company = this.#companies.get(key);
    if (company === undefined) throw new Error(`There is no company ${key}.`);
    return company;
  }

  async #started(): Promise<{ proxy: BankFeedProxy; codatUrl: string }> {
    if (this.#starting === undefined) throw new Error('Make a company first.');
    return this.#starting;
  }
}
