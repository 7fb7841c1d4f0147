/**
 * One call to Codat: authorize, send, repeat where the policy says so, and turn whatever comes back into
 * a parsed value or one typed error.
 */
import type * as z from 'zod';
import {
  CodatAbortedError,
  CodatConnectionError,
  CodatHttpError,
  CodatInvalidRequestError,
  CodatInvalidResponseError,
  CodatTimeoutError,
  type CodatError,
  type Headers,
} from './errors.ts';
import { buildUrl, type Query } from './paths.ts';
import { redactBody, redactHeaders } from './redact.ts';
import { isRetriedStatus, retriesOf, retryAfterMs, waitAfter, type Clock, type Retries } from './retry.ts';
import { parseJson } from './schemas/json.ts';
import { defaultMaxBytes, TransportError, type Transport, type TransportResponse } from './transport.ts';

/** Where the debug log goes. Fields carry no secrets. */
export interface CodatLog {
  debug(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** The last parameter of every call. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** For each attempt. */
  readonly timeoutMs?: number | undefined;
  /** On a write: repeats it, with an Idempotency-Key. Without it a write is sent once. */
  readonly retries?: Retries | undefined;
  readonly headers?: Headers | undefined;
}

export interface Call extends CallOptions {
  /** The method's name, for messages and the log. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Query | undefined;
  /** Exact JSON text. */
  readonly body?: string | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly commit?: (() => boolean) | undefined;
  readonly maxBytes?: number | undefined;
  /** The body is a customer's statement: not even a debug log gets it. */
  readonly confidential?: boolean | undefined;
}

export interface HttpOptions {
  readonly baseUrl: string;
  readonly authorization: string;
  readonly transport: Transport;
  readonly timeoutMs: number;
  readonly retries: Retries | undefined;
  readonly headers: Headers;
  readonly log: CodatLog | undefined;
  readonly clock: Clock;
  readonly random: () => number;
}

export interface Http {
  /** The parsed answer and its status. */
  json<Schema extends z.ZodType>(call: Call, schema: Schema): Promise<{ status: number; value: z.infer<Schema> }>;
  /** For calls whose answer has no body worth reading. */
  empty(call: Call): Promise<void>;
}

const ours = new Set(['authorization', 'content-length', 'host', 'connection', 'transfer-encoding', 'idempotency-key']);

/** Headers of the host's, checked: they may not replace ours. */
export function checkHeaders(headers: Headers = {}): Headers {
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || ours.has(name.toLowerCase())) {
      throw new CodatInvalidRequestError(`headers[${JSON.stringify(name)}]`, 'cannot be set here');
    }
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      throw new CodatInvalidRequestError(`headers[${JSON.stringify(name)}]`, 'holds a character that no header may');
    }
  }
  return headers;
}

export function checkTimeout(timeoutMs: number): number {
  if (timeoutMs > 0 && timeoutMs < 2 ** 31) return timeoutMs;
  throw new CodatInvalidRequestError('timeoutMs', 'must be milliseconds, more than 0');
}

/** One attempt's end: an answer of 2xx, or an error and whether the policy repeats such a one. */
type Outcome =
  | { readonly response: TransportResponse }
  | {
      readonly error: CodatError;
      readonly again: 'status' | 'connection' | 'never';
      readonly after?: number | undefined;
    };

export function createHttp(options: HttpOptions): Http {
  const { transport, clock, log } = options;

  function readFault(call: Call, timeoutMs: number, error: unknown): Outcome {
    const code = error instanceof TransportError ? error.code : 'broken';
    const cause = error instanceof TransportError ? error.cause : error;
    const { operation } = call;
    switch (code) {
      case 'aborted':
        return { error: new CodatAbortedError(operation, call.signal?.reason ?? cause), again: 'never' };
      case 'timed-out':
        return { error: new CodatTimeoutError(operation, timeoutMs), again: 'connection' };
      case 'malformed':
        return { error: new CodatInvalidResponseError(operation, undefined, 'it is not HTTP', cause), again: 'never' };
      case 'too-large':
        return { error: new CodatInvalidResponseError(operation, undefined, 'it is too long'), again: 'never' };
      case 'not-sent':
        return { error: new CodatConnectionError(operation, code), again: 'never' };
      default:
        return { error: new CodatConnectionError(operation, code, cause), again: 'connection' };
    }
  }

  function readStatus(call: Call, response: TransportResponse): Outcome {
    const { status, headers } = response;
    const { operation } = call;
    if (status >= 200 && status < 300) return { response };
    if (status < 400) {
      const reason = `its status is ${status}; redirects are not followed`;
      return { error: new CodatInvalidResponseError(operation, status, reason), again: 'never' };
    }
    const after = retryAfterMs(headers, clock.now());
    const body = new TextDecoder().decode(response.body);
    const error = new CodatHttpError({ operation, status, headers, body, retryAfterMs: after });
    return { error, again: isRetriedStatus(status) ? 'status' : 'never', after };
  }

  async function attempt(call: Call, url: string, headers: Headers, number: number): Promise<Outcome> {
    const { operation, method, body, signal, commit } = call;
    const { timeoutMs = options.timeoutMs, maxBytes = defaultMaxBytes } = call;
    const show = (text: string): string =>
      call.confidential === true ? `(${text.length} characters)` : redactBody(text);
    const about = { operation, method, url, attempt: number };
    log?.debug(
      { ...about, headers: redactHeaders(headers), ...(body === undefined ? {} : { body: show(body) }) },
      'request',
    );
    const began = clock.now();
    try {
      const response = await transport({ method, url, headers, body, signal, timeoutMs, maxBytes, commit });
      if (response.body.length > maxBytes) throw new TransportError('too-large');
      const received = redactHeaders(response.headers);
      const said = log === undefined ? '' : show(new TextDecoder().decode(response.body));
      log?.debug(
        { ...about, status: response.status, ms: clock.now() - began, headers: received, body: said },
        'response',
      );
      return readStatus(call, response);
    } catch (error) {
      const outcome = readFault(call, timeoutMs, error);
      log?.debug(
        { ...about, ms: clock.now() - began, error: 'error' in outcome ? outcome.error.message : '' },
        'no answer',
      );
      return outcome;
    }
  }

  async function send(call: Call): Promise<TransportResponse> {
    const { operation, method, signal } = call;
    checkTimeout(call.timeoutMs ?? options.timeoutMs);
    const url = buildUrl(options.baseUrl, call.path, call.query);
    const policy = method === 'GET' ? retriesOf(call.retries ?? options.retries) : retriesOf(call.retries ?? 'none');
    const keyed = method === 'POST' || method === 'PATCH';
    const key = call.idempotencyKey ?? (keyed && policy !== undefined ? crypto.randomUUID() : undefined);
    const headers = {
      accept: 'application/json',
      'user-agent': 'bank-feed-elements',
      ...options.headers,
      ...checkHeaders(call.headers),
      authorization: options.authorization,
      ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    };
    const began = clock.now();
    let before: CodatError | undefined;
    for (let number = 1; ; number += 1) {
      const outcome = await attempt(call, url, headers, number);
      if ('response' in outcome) return outcome.response;
      const { error, again, after } = outcome;
      // Held back now, but an earlier attempt may have arrived: that is what the caller has to know.
      if (error.kind === 'connection' && error.code === 'not-sent') throw before ?? error;
      if (policy === undefined || again === 'never') throw error;
      if (again === 'connection' && !policy.retryConnectionErrors) throw error;
      const wait = waitAfter(policy, number, after ?? 0, options.random);
      if (clock.now() + wait - began > policy.maxElapsedTime) throw error;
      log?.debug({ operation, attempt: number, ms: wait }, 'retry');
      await clock.sleep(wait, signal);
      if (signal?.aborted === true) throw new CodatAbortedError(operation, signal.reason);
      before = error;
    }
  }

  function read<Schema extends z.ZodType>(call: Call, schema: Schema, response: TransportResponse): z.infer<Schema> {
    const { status, headers } = response;
    const refuse = (reason: string, cause?: unknown): CodatInvalidResponseError =>
      new CodatInvalidResponseError(call.operation, status, reason, cause);
    const type = headers['content-type'] ?? '';
    if (type !== '' && !/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(type))
      throw refuse('it is not JSON by its type');
    let value: unknown;
    try {
      value = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(response.body));
    } catch (error) {
      throw refuse('it cannot be read as JSON', error);
    }
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const first = parsed.error.issues[0];
    throw refuse(`${first?.path.join('.') || 'the body'}: ${first?.message ?? 'not as documented'}`, parsed.error);
  }

  return {
    json: async (call, schema) => {
      const response = await send(call);
      return { status: response.status, value: read(call, schema, response) };
    },
    empty: async (call) => void (await send(call)),
  };
}
