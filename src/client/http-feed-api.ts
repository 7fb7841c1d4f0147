import * as wire from '../contract/schemas.ts';
import type { PlatformKey } from '../contract/platforms.ts';
import { Misfit, type Shape } from '../contract/shape.ts';
import { readEndpoint } from './endpoint.ts';
import { FeedApiError } from './errors.ts';
import { HttpWire } from './http-wire.ts';
import { LiveFeed } from './live-feed.ts';
import { Session } from './session.ts';
import type { GetToken } from './session.ts';
import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import type { CallOptions, FeedApi, PageOptions } from './feed-api.ts';

export interface HttpFeedApiOptions {
  /** The proxy's address: an absolute http(s) URL, or a path on the page's own origin. */
  readonly endpoint: string;
  /** Gives session tokens. Left out where the proxy is mounted in the host's backend, behind its own session. */
  readonly getToken?: GetToken | undefined;
  readonly fetch?: typeof globalThis.fetch | undefined;
  readonly clock?: Clock | undefined;
  /** From 0 up to 1, for jitter. */
  readonly random?: (() => number) | undefined;
}

/**
 * `FeedApi` over HTTP, to the proxy. The constructor throws `invalid_configuration` for a wrong `endpoint` or
 * `getToken`. Reads are repeated up to twice on a broken connection, 429, 502, 503 and 504; writes never.
 */
export class HttpFeedApi implements FeedApi {
  readonly endpoint: string;
  readonly #wire: HttpWire;
  readonly #live: LiveFeed;
  #liveKey: string | undefined;

  constructor(options: HttpFeedApiOptions) {
    this.endpoint = readEndpoint(options.endpoint);
    const getToken: unknown = options.getToken;
    if (getToken !== undefined && typeof getToken !== 'function') {
      throw new FeedApiError('invalid_configuration', {
        detail: `getToken must be a function that resolves to a token string, but is of type ${typeof getToken}.`,
        field: 'getToken',
      });
    }
    const clock = options.clock ?? systemClock;
    const random = options.random ?? Math.random;
    this.#wire = new HttpWire({
      endpoint: this.endpoint,
      session: options.getToken && new Session({ getToken: options.getToken, clock, random }),
      // Looked up at each call: a page may replace the global one later (monitoring does).
      fetch: options.fetch ?? ((...call) => globalThis.fetch(...call)),
      clock,
      random,
    });
    this.#live = new LiveFeed({
      clock,
      random,
      name: () => this.#liveName(),
      open: (lastEventId, signal) =>
        this.#wire.open({
          method: 'GET',
          path: '/v1/live',
          headers: { accept: 'text/event-stream', ...(lastEventId !== undefined && { 'last-event-id': lastEventId }) },
          signal,
        }),
    });
  }

  async state(options: CallOptions = {}): Promise<wire.FeedState> {
    const state = await this.#wire.call({ method: 'GET', path: '/v1/state', ...options }, wire.feedState);
    this.#liveKey = state.liveKey;
    return state;
  }

  async createConnection(platform: PlatformKey, options: CallOptions = {}): Promise<wire.Connection> {
    const body = checked(wire.createConnectionBody, { platform });
    return this.#wire.call({ method: 'POST', path: '/v1/connections', body, ...options }, wire.connection);
  }

  async link(connectionId: string, options: CallOptions = {}): Promise<wire.ConnectionLink> {
    const path = `${connectionPath(connectionId)}/link`;
    return this.#wire.call({ method: 'GET', path, ...options }, wire.connectionLink);
  }

  async credentials(connectionId: string, options: CallOptions = {}): Promise<wire.BankCredentials> {
    const path = `${connectionPath(connectionId)}/credentials`;
    return this.#wire.call({ method: 'POST', path, ...options }, wire.bankCredentials);
  }

  async revokeCredentials(connectionId: string, options: CallOptions = {}): Promise<void> {
    return this.#wire.command({ method: 'DELETE', path: `${connectionPath(connectionId)}/credentials`, ...options });
  }

  async oneTimePassword(connectionId: string, options: CallOptions = {}): Promise<wire.OneTimePassword> {
    const path = `${connectionPath(connectionId)}/otp`;
    return this.#wire.call({ method: 'POST', path, ...options }, wire.oneTimePassword);
  }

  async disconnect(connectionId: string, options: CallOptions = {}): Promise<wire.Connection> {
    const path = `${connectionPath(connectionId)}/disconnect`;
    return this.#wire.call({ method: 'POST', path, ...options }, wire.connection);
  }

  async cancelConnection(connectionId: string, options: CallOptions = {}): Promise<void> {
    return this.#wire.command({ method: 'DELETE', path: connectionPath(connectionId), ...options });
  }

  async accounts(connectionId: string, options: PageOptions = {}): Promise<wire.AccountPage> {
    const path = paged(`${connectionPath(connectionId)}/accounts`, options);
    return this.#wire.call({ method: 'GET', path, signal: options.signal }, wire.accountPage);
  }

  async chooseAccounts(
    connectionId: string,
    accountIds: readonly string[],
    options: CallOptions = {},
  ): Promise<wire.ChosenAccounts> {
    const path = `${connectionPath(connectionId)}/accounts`;
    const body = checked(wire.chooseAccountsBody, { accountIds });
    return this.#wire.call({ method: 'POST', path, body, ...options }, wire.chosenAccounts);
  }

  async renameAccount(
    connectionId: string,
    accountId: string,
    name: string,
    options: CallOptions = {},
  ): Promise<wire.Account> {
    const body = checked(wire.renameAccountBody, { name });
    const path = accountPath(connectionId, accountId);
    return this.#wire.call({ method: 'PATCH', path, body, ...options }, wire.account);
  }

  async removeAccount(connectionId: string, accountId: string, options: CallOptions = {}): Promise<void> {
    return this.#wire.command({ method: 'DELETE', path: accountPath(connectionId, accountId), ...options });
  }

  async mappings(connectionId: string, options: PageOptions = {}): Promise<wire.MappingPage> {
    const path = paged(`${connectionPath(connectionId)}/mappings`, options);
    return this.#wire.call({ method: 'GET', path, signal: options.signal }, wire.mappingPage);
  }

  async map(
    connectionId: string,
    accountId: string,
    mapping: wire.MapAccountBody,
    options: CallOptions = {},
  ): Promise<wire.Mapping> {
    const body = checked(wire.mapAccountBody, mapping);
    const path = mappingPath(connectionId, accountId);
    return this.#wire.call({ method: 'PUT', path, body, ...options }, wire.mapping);
  }

  async unmap(connectionId: string, accountId: string, options: CallOptions = {}): Promise<void> {
    return this.#wire.command({ method: 'DELETE', path: mappingPath(connectionId, accountId), ...options });
  }

  async feeds(options: PageOptions = {}): Promise<wire.FeedPage> {
    return this.#wire.call({ method: 'GET', path: paged('/v1/feeds', options), signal: options.signal }, wire.feedPage);
  }

  async pushes(accountId: string, options: PageOptions = {}): Promise<wire.PushPage> {
    const path = paged(`/v1/feeds/${segment('accountId', accountId)}/pushes`, options);
    return this.#wire.call({ method: 'GET', path, signal: options.signal }, wire.pushPage);
  }

  live(options: { readonly signal: AbortSignal }): AsyncGenerator<wire.LiveHint | 'resync'> {
    return this.#live.subscribe(options.signal);
  }

  /** The key comes with the state; without one this page keeps a stream of its own, which says itself what is wrong. */
  async #liveName(): Promise<string | undefined> {
    const key =
      this.#liveKey ??
      (await this.state()
        .then(({ liveKey }) => liveKey)
        .catch(() => undefined));
    return key === undefined ? undefined : `bank-feed ${this.endpoint} ${key}`;
  }
}

const invalidRequest = (field: string, what: string): FeedApiError =>
  new FeedApiError('invalid_request', { detail: `${field} ${what}.`, field });

/** One id as one segment of a path: `.` and `..` would be taken for folders. */
function segment(field: string, id: string): string {
  if (typeof id !== 'string' || id === '' || id === '.' || id === '..') {
    throw invalidRequest(field, 'is not an id that the proxy gave');
  }
  return encodeURIComponent(id);
}

const connectionPath = (connectionId: string): string => `/v1/connections/${segment('connectionId', connectionId)}`;
const accountPath = (connectionId: string, accountId: string): string =>
  `${connectionPath(connectionId)}/accounts/${segment('accountId', accountId)}`;
const mappingPath = (connectionId: string, accountId: string): string =>
  `${connectionPath(connectionId)}/mappings/${segment('accountId', accountId)}`;

function paged(path: string, { cursor, limit }: PageOptions): string {
  const query = new URLSearchParams();
  if (cursor !== undefined) query.set('cursor', cursor);
  if (limit !== undefined) query.set('limit', String(limit));
  return query.size === 0 ? path : `${path}?${query}`;
}

/** What is sent fits the wire, or nothing is sent. */
function checked<Value>(shape: Shape<Value>, body: unknown): Value {
  try {
    return shape.parse(body);
  } catch (error) {
    if (!(error instanceof Misfit)) throw error;
    throw invalidRequest(error.path.join('.') || 'body', 'does not fit what the proxy accepts');
  }
}
