import { FeedApiError, type FeedErrorCode, type FeedErrorFacts } from '../../../../src/client/errors.ts';
import type { FeedApi } from '../../../../src/client/feed-api.ts';
import type {
  Account,
  ChosenAccounts,
  Connection,
  Feed,
  FeedState,
  LiveHint,
  Mapping,
  OneTimePassword,
  Push,
  Target,
} from '../../../../src/contract/schemas.ts';

export type Method = keyof FeedApi;

/** A world a host's own `FeedApi` may tell of: the elements are to show every state, also those that take Codat days. */
export interface World {
  organization?: string;
  platforms: FeedState['platforms'];
  connections: Connection[];
  accounts: Account[];
  targets: Target[];
  mappings: Mapping[];
  feeds: Feed[];
  pushes: Push[];
  timeZone: string;
  oneTimePassword: Omit<OneTimePassword, 'codatConnectionId'>;
}

export const account = (id: string, more: Partial<Account> = {}): Account => ({
  id,
  connectionId: 'c1',
  name: `Account ${id}`,
  type: 'checking',
  last4: '4243',
  currency: 'GBP',
  balance: { amount: '1234.50', currency: 'GBP' },
  status: 'offered',
  ...more,
});

export const connection = (status: Connection['status'], platform: Connection['platform'] = 'xero'): Connection => ({
  id: 'c1',
  platform,
  status,
  createdAt: '2026-03-03T09:30:00Z',
});

export const mapping = (accountId: string, more: Partial<Mapping> = {}): Mapping => ({
  accountId,
  status: 'pending',
  targetIds: ['t1', 't2'],
  ...more,
});

export const feed = (accountId: string, more: Partial<Feed> = {}): Feed => ({
  accountId,
  connectionId: 'c1',
  counts: { delivered: 0, waiting: 0, held: 0 },
  days: [],
  ...more,
});

export const push = (id: string, more: Partial<Push> = {}): Push => ({
  id,
  status: 'delivered',
  lines: 12,
  firstDate: '2026-11-18',
  lastDate: '2026-11-19',
  startedAt: '2026-11-20T08:00:00Z',
  finishedAt: '2026-11-20T08:00:05Z',
  errors: [],
  ...more,
});

export const emptyWorld = (): World => ({
  platforms: ['xero', 'freeagent', 'quickbooks', 'sage'],
  connections: [],
  accounts: [],
  targets: [
    { id: 't1', name: 'Business bank account', last4: '1200' },
    { id: 't2', name: 'Reserve' },
  ],
  mappings: [],
  feeds: [],
  pushes: [],
  timeZone: 'UTC',
  oneTimePassword: { otp: 'ABC234', expiresAt: new Date(Date.now() + 3_600_000).toISOString() },
});

const notFound = () => new FeedApiError('not_found', { detail: 'There is no such thing.' });

/** A host's `FeedApi` over a `World`; calls can be delayed, failed and counted. */
export class HostApi implements FeedApi {
  world: World;
  readonly calls: Method[] = [];
  readonly #failures = new Map<Method, FeedApiError[]>();
  readonly #gates = new Map<Method, Promise<unknown>>();
  readonly #hints = new EventTarget();

  constructor(world: Partial<World> = {}) {
    this.world = { ...emptyWorld(), ...world };
  }

  /** The next calls of a method fail like this, once for each error. */
  fail(method: Method, code: FeedErrorCode, facts: Partial<FeedErrorFacts> = {}): void {
    const error = new FeedApiError(code, { detail: `The host says ${code}.`, ...facts });
    this.#failures.set(method, [...(this.#failures.get(method) ?? []), error]);
  }

  /** Calls of a method wait until the answer is let through. */
  hold(method: Method): () => void {
    const gate = Promise.withResolvers<void>();
    this.#gates.set(method, gate.promise);
    return () => {
      this.#gates.delete(method);
      gate.resolve();
    };
  }

  count(method: Method): number {
    return this.calls.filter((call) => call === method).length;
  }

  hint(): void {
    this.#hints.dispatchEvent(new Event('hint'));
  }

  async #enter(method: Method, signal: AbortSignal | undefined): Promise<void> {
    this.calls.push(method);
    const failure = this.#failures.get(method)?.shift();
    await (this.#gates.get(method) ?? Promise.resolve());
    signal?.throwIfAborted();
    if (failure) throw failure;
  }

  async state({ signal }: { signal?: AbortSignal | undefined } = {}): Promise<FeedState> {
    const { organization, platforms, connections, accounts } = this.world;
    const answer: FeedState = {
      ...(organization !== undefined && { organization: { name: organization } }),
      platforms,
      connections: [...connections],
      accounts: accounts.filter(({ status }) => status !== 'offered'),
      counts: { delivered: 0, waiting: 0, held: 0 },
      liveKey: 'key',
    };
    await this.#enter('state', signal);
    return answer;
  }

  async createConnection(platform: Connection['platform'], { signal }: { signal?: AbortSignal | undefined } = {}) {
    await this.#enter('createConnection', signal);
    const made = connection('pending', platform);
    this.world.connections = [made];
    return made;
  }

  async link(_id: string, { signal }: { signal?: AbortSignal | undefined } = {}) {
    await this.#enter('link', signal);
    return { url: 'https://software.example/consent?otp=1' };
  }

  async credentials(_id: string, { signal }: { signal?: AbortSignal | undefined } = {}) {
    await this.#enter('credentials', signal);
    return { username: `USER-${this.count('credentials')}`, password: `secret-${this.count('credentials')}` };
  }

  async revokeCredentials(_id: string, { signal }: { signal?: AbortSignal | undefined } = {}) {
    await this.#enter('revokeCredentials', signal);
  }

  async oneTimePassword(_id: string, { signal }: { signal?: AbortSignal | undefined } = {}): Promise<OneTimePassword> {
    await this.#enter('oneTimePassword', signal);
    return { codatConnectionId: '5f6dd5cd-5b6e-4a1f-9d5f-0d8ed9a6a2b1', ...this.world.oneTimePassword };
  }

  async disconnect(_id: string, { signal }: { signal?: AbortSignal | undefined } = {}) {
    await this.#enter('disconnect', signal);
    this.world.connections = this.world.connections.map((entry) => ({ ...entry, status: 'unlinked' }));
    return this.world.connections[0] ?? connection('unlinked');
  }

  async cancelConnection(id: string, { signal }: { signal?: AbortSignal | undefined } = {}) {
    await this.#enter('cancelConnection', signal);
    this.world.connections = this.world.connections.filter((entry) => entry.id !== id);
  }

  async accounts(
    _id: string,
    { cursor, signal }: { cursor?: string | undefined; signal?: AbortSignal | undefined } = {},
  ) {
    await this.#enter('accounts', signal);
    const from = Number(cursor ?? 0);
    const items = this.world.accounts.slice(from, from + 200);
    const next = from + 200;
    return { items, ...(next < this.world.accounts.length && { nextCursor: String(next) }) };
  }

  async chooseAccounts(
    _id: string,
    ids: readonly string[],
    { signal }: { signal?: AbortSignal | undefined } = {},
  ): Promise<ChosenAccounts> {
    await this.#enter('chooseAccounts', signal);
    this.#change(ids, { status: 'pending' });
    this.world.mappings.push(...ids.map((id) => mapping(id)));
    return { items: this.world.accounts.filter(({ id }) => ids.includes(id)), itemErrors: [] };
  }

  async renameAccount(_id: string, id: string, name: string, { signal }: { signal?: AbortSignal | undefined } = {}) {
    await this.#enter('renameAccount', signal);
    return this.#change([id], { name });
  }

  async removeAccount(_id: string, id: string, { signal }: { signal?: AbortSignal | undefined } = {}) {
    await this.#enter('removeAccount', signal);
    this.#change([id], { status: 'offered' });
  }

  async mappings(_id: string, { signal }: { signal?: AbortSignal | undefined } = {}) {
    await this.#enter('mappings', signal);
    return { targets: this.world.targets, items: [...this.world.mappings] };
  }

  async map(
    _connection: string,
    id: string,
    { targetId, feedStartDate }: { targetId: string | null; feedStartDate?: string | undefined },
    { signal }: { signal?: AbortSignal | undefined } = {},
  ): Promise<Mapping> {
    await this.#enter('map', signal);
    const name = this.world.targets.find((target) => target.id === targetId)?.name ?? `Account ${id}`;
    return this.remap(id, { status: 'connecting', target: { name }, feedStartDate });
  }

  async unmap(_connection: string, id: string, { signal }: { signal?: AbortSignal | undefined } = {}) {
    await this.#enter('unmap', signal);
    this.remap(id, { status: 'disconnected' });
  }

  async feeds({ signal }: { signal?: AbortSignal | undefined } = {}) {
    await this.#enter('feeds', signal);
    return { timeZone: this.world.timeZone, items: this.world.feeds };
  }

  async pushes(
    _id: string,
    {
      cursor,
      limit = 50,
      signal,
    }: { cursor?: string | undefined; limit?: number | undefined; signal?: AbortSignal | undefined } = {},
  ) {
    await this.#enter('pushes', signal);
    const from = Number(cursor ?? 0);
    const next = from + limit;
    const items = this.world.pushes.slice(from, next);
    return { items, ...(next < this.world.pushes.length && { nextCursor: String(next) }) };
  }

  async *live({ signal }: { readonly signal: AbortSignal }): AsyncGenerator<LiveHint | 'resync'> {
    this.calls.push('live');
    while (!signal.aborted) {
      const heard = await new Promise<boolean>((resolve) => {
        this.#hints.addEventListener('hint', () => resolve(true), { once: true, signal });
        signal.addEventListener('abort', () => resolve(false), { once: true });
      });
      if (heard) yield { version: '1' };
    }
  }

  remap(id: string, more: Partial<Mapping>): Mapping {
    const before = this.world.mappings.find(({ accountId }) => accountId === id) ?? mapping(id);
    const after = { ...before, ...more };
    this.world.mappings = [...this.world.mappings.filter(({ accountId }) => accountId !== id), after];
    return after;
  }

  #change(ids: readonly string[], more: Partial<Account>): Account {
    this.world.accounts = this.world.accounts.map((entry) => (ids.includes(entry.id) ? { ...entry, ...more } : entry));
    const changed = this.world.accounts.find(({ id }) => ids.includes(id));
    if (!changed) throw notFound();
    return changed;
  }
}
