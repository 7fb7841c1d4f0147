/**
 * A `FeedApi` without a server, for the playgrounds: one company, and the accounting software it has. It answers as the
 * proxy would: states, pages, refusals; and plays what happens in the software when it is told to.
 */
import { type CallOptions, type FeedApi, type PageOptions } from 'bank-feed-elements/client';
import { fail, offered, type ExampleCompany } from './example-company.ts';
import { feedOf } from './example-data.ts';
import type {
  Account,
  AccountPage,
  BankCredentials,
  ChosenAccounts,
  Connection,
  ConnectionLink,
  FeedPage,
  FeedState,
  LiveHint,
  MapAccountBody,
  Mapping,
  MappingPage,
  OneTimePassword,
  Platform,
  PushPage,
} from './wire.ts';

export type Fault = 'offline' | 'down' | 'ended' | 'refused';

const pause = (milliseconds: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });

const most = 200;
const paged = <Item>(items: readonly Item[], { cursor, limit = most }: PageOptions) => {
  const from = cursor === undefined ? 0 : Number(/^o(\d+)$/.exec(cursor)?.[1] ?? Number.NaN);
  if (Number.isNaN(from) || limit < 1 || limit > most)
    fail('invalid_request', 'There is no such page.', { status: 400 });
  const next = from + limit;
  return { items: items.slice(from, next), ...(next < items.length && { nextCursor: `o${next}` }) };
};

export class ExampleFeed implements FeedApi {
  /** Milliseconds that each answer takes. */
  latency = 0;
  faults: ReadonlySet<Fault> = new Set();
  readonly #company: ExampleCompany;

  constructor(company: ExampleCompany) {
    this.#company = company;
  }

  async state(options: CallOptions = {}): Promise<FeedState> {
    await this.#answer(options);
    const [current] = this.#company.connections;
    const feeds = this.#company.accounts.map((account) => feedOf(account, this.#company.pushes.get(account.id) ?? []));
    const sum = (of: 'delivered' | 'held'): number => feeds.reduce((all, { counts }) => all + counts[of], 0);
    return {
      ...(current?.status === 'linked' && { organization: { name: 'Harbour Lane Bakery' } }),
      platforms: this.#company.platforms,
      connections: [...this.#company.connections],
      accounts: this.#company.accounts.filter(({ status }) => status !== 'offered'),
      counts: { delivered: sum('delivered'), waiting: 0, held: sum('held') },
      liveKey: 'playground',
    };
  }

  async createConnection(platform: Platform, options: CallOptions = {}): Promise<Connection> {
    await this.#answer(options);
    const [current] = this.#company.connections;
    if (current?.platform === platform) return current;
    if (current?.status === 'linked')
      fail('connection_active', 'Another accounting software is connected. Disconnect it first.', { status: 409 });
    const made = this.#company.begin(platform, 'pending');
    this.#company.hint();
    return made;
  }

  async link(connectionId: string, options: CallOptions = {}): Promise<ConnectionLink> {
    await this.#answer(options);
    this.#company.connection(connectionId);
    return { url: `https://software.example/sign-in?otp=${this.#company.next()}`, expiresAt: inMinutes(60) };
  }

  async credentials(connectionId: string, options: CallOptions = {}): Promise<BankCredentials> {
    await this.#answer(options);
    this.#company.connection(connectionId);
    return { username: `harbour-${this.#company.next()}`, password: 'cobalt-meadow-17' };
  }

  async revokeCredentials(connectionId: string, options: CallOptions = {}): Promise<void> {
    await this.#answer(options);
    this.#company.connection(connectionId);
  }

  async oneTimePassword(connectionId: string, options: CallOptions = {}): Promise<OneTimePassword> {
    await this.#answer(options);
    this.#company.connection(connectionId);
    const otp = `4H7K${this.#company.next()}`;
    return { codatConnectionId: '5f6dd5cd-5b6e-4a1f-9d5f-0d8ed9a6a2b1', otp, expiresAt: inMinutes(60) };
  }

  async disconnect(connectionId: string, options: CallOptions = {}): Promise<Connection> {
    await this.#answer(options);
    this.#company.linked(connectionId);
    return this.#company.end(connectionId, 'unlinked');
  }

  async cancelConnection(connectionId: string, options: CallOptions = {}): Promise<void> {
    await this.#answer(options);
    if (this.#company.connection(connectionId).status !== 'pending')
      fail('invalid_request', 'Only an unfinished connection is cancelled.', { status: 400 });
    this.#company.connections = this.#company.connections.filter(({ id }) => id !== connectionId);
    this.#company.accounts = this.#company.accounts.map((account) => offered(account, ''));
    this.#company.hint();
  }

  async accounts(connectionId: string, options: PageOptions = {}): Promise<AccountPage> {
    await this.#answer(options);
    this.#company.connection(connectionId);
    return paged(this.#company.accounts, options);
  }

  async chooseAccounts(
    connectionId: string,
    accountIds: readonly string[],
    options: CallOptions = {},
  ): Promise<ChosenAccounts> {
    await this.#answer(options);
    this.#company.connection(connectionId);
    const wanted = accountIds.map((id) => this.#company.account(id));
    const missing = wanted.filter(({ status }) => status === 'offered');
    const refused = this.faults.has('refused') ? missing[0] : undefined;
    for (const { id } of missing) if (id !== refused?.id) this.#company.change(connectionId, id, { status: 'pending' });
    this.#company.hint();
    const message = `The organisation has no other currency, and this account is in ${refused?.currency}.`;
    return {
      items: accountIds.map((id) => this.#company.account(id)).filter(({ status }) => status !== 'offered'),
      itemErrors: refused ? [{ itemId: refused.id, code: 'account_refused', message }] : [],
    };
  }

  async renameAccount(
    connectionId: string,
    accountId: string,
    name: string,
    options: CallOptions = {},
  ): Promise<Account> {
    await this.#answer(options);
    this.#company.connection(connectionId);
    const changed = this.#company.change(connectionId, accountId, { name: name.trim() });
    this.#company.hint();
    return changed;
  }

  async removeAccount(connectionId: string, accountId: string, options: CallOptions = {}): Promise<void> {
    await this.#answer(options);
    this.#company.connection(connectionId);
    this.#company.accounts = this.#company.accounts.map((account) =>
      account.id === accountId ? offered(account, connectionId) : account,
    );
    this.#company.pushes.delete(accountId);
    this.#company.hint();
  }

  async mappings(connectionId: string, options: PageOptions = {}): Promise<MappingPage> {
    await this.#answer(options);
    this.#mappable(connectionId);
    const chosen = this.#company.accounts.filter(({ status }) => status !== 'offered');
    return {
      targets: this.#company.books.map(({ target }) => target),
      ...paged(
        chosen.map((account) => this.#company.mapping(account)),
        options,
      ),
    };
  }

  async map(
    connectionId: string,
    accountId: string,
    { targetId, feedStartDate }: MapAccountBody,
    options: CallOptions = {},
  ): Promise<Mapping> {
    await this.#answer(options);
    this.#mappable(connectionId);
    this.#company.linked(connectionId);
    const account = this.#company.account(accountId);
    const target = this.#company.books.find(({ target: { id } }) => id === targetId)?.target;
    if (targetId !== null && (!target || !this.#company.mapping(account).targetIds.includes(targetId)))
      fail('mapping_refused', 'That account cannot be used any more. Choose another one.', {
        status: 422,
        field: 'targetId',
      });
    if (this.faults.has('refused')) {
      const message = 'A feed connection already exists to this account';
      fail('mapping_refused', message, {
        status: 422,
        itemErrors: [{ itemId: accountId, code: 'mapping_refused', message }],
      });
    }
    const name = target?.name ?? account.name;
    const changed = this.#company.change(connectionId, accountId, {
      status: 'connecting',
      target: { name },
      feedStartDate,
    });
    this.#company.hint();
    // The software confirms a moment later.
    setTimeout(() => {
      if (this.#company.account(accountId).status !== 'connecting') return;
      this.#company.change(connectionId, accountId, { status: 'connected' });
      this.#company.hint();
    }, 1500);
    return this.#company.mapping(changed);
  }

  async unmap(connectionId: string, accountId: string, options: CallOptions = {}): Promise<void> {
    await this.#answer(options);
    this.#mappable(connectionId);
    this.#company.change(connectionId, accountId, { status: 'disconnected' });
    this.#company.hint();
  }

  async feeds(options: PageOptions = {}): Promise<FeedPage> {
    await this.#answer(options);
    const chosen = this.#company.accounts.filter(({ status }) => status !== 'offered');
    const feeds = chosen.map((account) => feedOf(account, this.#company.pushes.get(account.id) ?? []));
    return { timeZone: 'UTC', ...paged(feeds, options) };
  }

  async pushes(accountId: string, options: PageOptions = {}): Promise<PushPage> {
    await this.#answer(options);
    this.#company.account(accountId);
    return paged(this.#company.pushes.get(accountId) ?? [], options);
  }

  async *live({ signal }: { readonly signal: AbortSignal }): AsyncGenerator<LiveHint> {
    while (!signal.aborted) {
      const heard = await new Promise<boolean>((resolve) => {
        this.#company.hints.addEventListener('hint', () => resolve(true), { once: true, signal });
        signal.addEventListener('abort', () => resolve(false), { once: true });
      });
      if (heard) yield { version: String(this.#company.next()) };
    }
  }

  #mappable(connectionId: string): void {
    this.#company.connection(connectionId);
    const { name, inside } = this.#company.software;
    if (inside) fail('invalid_request', `Transactions are directed inside ${name}.`, { status: 400 });
  }

  async #answer({ signal }: CallOptions): Promise<void> {
    await pause(this.latency, signal);
    if (this.faults.has('offline')) fail('network', 'There was no answer.');
    if (this.faults.has('ended')) fail('unauthenticated', 'Nobody is signed in.', { status: 401 });
    if (this.faults.has('down')) fail('store_unavailable', 'The store does not answer.', { status: 503 });
  }
}

const inMinutes = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString();
