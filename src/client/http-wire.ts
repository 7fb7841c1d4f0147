import { isProblemCode } from '../contract/problems.ts';
import { problem, versionHeader, wireVersion } from '../contract/schemas.ts';
import { fitting, Misfit, type Shape } from '../contract/shape.ts';
import { FeedApiError } from './errors.ts';
import type { FeedErrorCode } from './errors.ts';
import type { Session } from './session.ts';
import type { Clock } from './clock.ts';

export interface WireRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** From `/v1` on, encoded. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpWireOptions {
  readonly endpoint: string;
  /** None where the proxy is mounted in the host's backend, which knows the user by its own session. */
  readonly session: Session | undefined;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly random: () => number;
}

const readTimeout = 20_000;
/** A write waits for the accounting software, and is never repeated. */
const writeTimeout = 60_000;
const retries = 2;
/** Longer waits are left to the user. */
const longestRetryAfter = 10_000;
const passing = new Set<number | undefined>([429, 502, 503, 504]);

const codeByStatus: Readonly<Record<number, FeedErrorCode>> = {
  401: 'unauthenticated',
  403: 'forbidden',
  413: 'body_too_large',
  429: 'rate_limited',
};

/** Calls over fetch: session, version header, time limit, repeated reads, answers parsed, problems as errors. */
export class HttpWire {
  readonly #options: HttpWireOptions;

  constructor(options: HttpWireOptions) {
    this.#options = options;
  }

  /** One call. Reads are repeated where a later attempt may succeed, writes never. */
  async call<Value>(request: WireRequest, shape: Shape<Value>): Promise<Value> {
    return this.#answer(request, async (response) => this.#parse(request, response, shape));
  }

  /** A call whose answer has no content. */
  async command(request: WireRequest): Promise<void> {
    return this.#answer(request, async (response) => response.body?.cancel());
  }

  /** An answer to read as it comes; only its head is limited in time. */
  async open(request: WireRequest): Promise<Response> {
    const response = await this.#limited(request, (signal) => this.#send(request, signal));
    if (!response.ok) throw await this.#problem(request, response);
    return response;
  }

  async #answer<Value>(request: WireRequest, read: (response: Response) => Promise<Value>): Promise<Value> {
    const { clock, random } = this.#options;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#limited(request, async (signal) => {
          const response = await this.#send(request, signal);
          if (!response.ok) throw await this.#problem(request, response);
          return read(response);
        });
      } catch (error) {
        const again =
          request.method === 'GET' &&
          attempt < retries &&
          error instanceof FeedApiError &&
          error.retry &&
          (error.code === 'network' || passing.has(error.status)) &&
          (error.retryAfter ?? 0) <= longestRetryAfter;
        if (!again) throw error;
        await clock.sleep(error.retryAfter ?? 300 * 3 ** attempt * (0.5 + random()), request.signal);
      }
    }
  }

  /** Gives the work a signal that aborts with the caller's, or with a `timeout` error when the time is over. */
  async #limited<Value>(request: WireRequest, work: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
    const { signal: given } = request;
    given?.throwIfAborted();
    const limit = request.method === 'GET' ? readTimeout : writeTimeout;
    const late = new AbortController();
    const done = new AbortController();
    const expire = (): void =>
      late.abort(
        new FeedApiError('timeout', {
          detail: `No answer to ${label(request)} within ${limit / 1000} s.`,
        }),
      );
    this.#options.clock.sleep(limit, done.signal).then(expire, () => undefined);
    const signal = given === undefined ? late.signal : AbortSignal.any([given, late.signal]);
    try {
      return await work(signal);
    } catch (error) {
      // Whatever an aborted fetch rejects with, the caller hears why it was aborted.
      if (signal.aborted) throw signal.reason;
      throw error;
    } finally {
      done.abort();
    }
  }

  /** One exchange; a 401 is answered once with another token. */
  async #send(request: WireRequest, signal: AbortSignal): Promise<Response> {
    const { session } = this.#options;
    if (session === undefined) return this.#fetch(request, signal);
    const token = await session.token(signal);
    const response = await this.#fetch(request, signal, token);
    if (response.status !== 401) return response;
    await response.body?.cancel();
    const second = await this.#fetch(request, signal, await session.replace(token, signal));
    if (second.status !== 401) return second;
    await second.body?.cancel();
    throw session.end('the proxy refused a token that getToken had just given.');
  }

  async #fetch(request: WireRequest, signal: AbortSignal, token?: string): Promise<Response> {
    const headers: Record<string, string> = {
      accept: 'application/json, application/problem+json',
      [versionHeader]: wireVersion,
      ...request.headers,
    };
    if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
    if (request.body !== undefined) headers['content-type'] = 'application/json';
    let response: Response;
    try {
      response = await this.#options.fetch(this.#options.endpoint + request.path, {
        method: request.method,
        headers,
        body: request.body === undefined ? null : JSON.stringify(request.body),
        credentials: token === undefined ? 'include' : 'omit',
        cache: 'no-store',
        // The proxy never redirects; a host whose session ended may, to its login page.
        redirect: 'manual',
        signal,
      });
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw new FeedApiError('network', {
        detail:
          `No answer to ${label(request)} at ${this.#options.endpoint}: offline, or not allowed by the proxy's list ` +
          `of origins (CORS, from ${globalThis.location?.origin}) or by this page's content security policy (connect-src).`,
        cause: error,
      });
    }
    if (response.type === 'opaqueredirect') {
      throw new FeedApiError('unauthenticated', {
        detail: `${label(request)} was redirected, as to a login page: the session has ended.`,
      });
    }
    return response;
  }

  async #parse<Value>(request: WireRequest, response: Response, shape: Shape<Value>): Promise<Value> {
    const invalid = (what: string, cause?: unknown): FeedApiError =>
      new FeedApiError('invalid_response', {
        detail: `${label(request)} was answered with ${what}. Does \`endpoint\` lead to the proxy?`,
        cause,
        ...envelope(response),
      });
    const text = await this.#text(request, response);
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      throw invalid(`${response.headers.get('content-type') ?? 'no content type'} instead of JSON`, error);
    }
    try {
      return shape.parse(value);
    } catch (error) {
      if (!(error instanceof Misfit)) throw error;
      throw invalid(`JSON that does not fit the wire at ${error.path.join('.') || 'its top level'}`);
    }
  }

  async #text(request: WireRequest, response: Response): Promise<string> {
    try {
      return await response.text();
    } catch (error) {
      throw new FeedApiError('network', { detail: `The answer to ${label(request)} broke off.`, cause: error });
    }
  }

  async #problem(request: WireRequest, response: Response): Promise<FeedApiError> {
    const { status } = response;
    const text = await response.text().catch(() => '');
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      value = undefined;
    }
    const facts = envelope(response);
    // Whoever has a session has a state: this was asked somewhere else, or for a company that is gone.
    const astray = status === 404 && request.path === '/v1/state';
    const parsed = astray ? undefined : fitting(problem, value);
    if (!parsed) {
      const code = codeByStatus[status] ?? 'unknown';
      const detail = `${label(request)} was answered with status ${status}. Does \`endpoint\` lead to the proxy?`;
      return new FeedApiError(code, { ...facts, detail, ...(code === 'unknown' && { retry: status >= 500 }) });
    }
    const { code, detail, field, itemErrors } = parsed;
    return isProblemCode(code)
      ? new FeedApiError(code, { ...facts, detail, field, itemErrors })
      : new FeedApiError('unknown', { ...facts, detail, field, itemErrors, retry: status >= 500 || status === 429 });
  }
}

const label = (request: WireRequest): string => `${request.method} ${request.path.replace(/\?.*/, '')}`;

/** What an answer says beside its body. */
function envelope(response: Response): {
  status: number;
  requestId: string | undefined;
  correlationId: string | undefined;
  retryAfter: number | undefined;
} {
  const { headers, status } = response;
  const after = headers.get('retry-after');
  // Only seconds: a date would be measured by this page's clock, which nobody has checked.
  const retryAfter = after !== null && /^\d{1,6}$/.test(after) ? Number(after) * 1000 : undefined;
  return {
    status,
    requestId: headers.get('x-request-id') ?? undefined,
    correlationId: headers.get('x-codat-correlation-id') ?? undefined,
    retryAfter,
  };
}
