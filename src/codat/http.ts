/**
 * One call to Codat: authorize, send, repeat where the policy says so, and turn whatever comes back into
 * a parsed value or one typed error.
 */
import type * as z from 'zod';
import { checkHeaders, checkKey, checkPriority, checkTimeout, type WriteOptions } from './call-options.ts';
import { CodatAbortedError, type CodatError, type Headers } from './errors.ts';
import { goesOn, leavesDoubt, readFault, readStatus, readValue, type Outcome } from './outcome.ts';
import { buildUrl, type Query } from './paths.ts';
import { redactBody, redactHeaders } from './redact.ts';
import { retriesOf, waitAfter, type Clock, type RetryPolicy } from './retry.ts';
import { defaultMaxBytes, TransportError, type Transport, type TransportResponse } from './transport.ts';

/** Where the debug log goes. Fields carry no secrets. */
export interface CodatLog {
  debug(fields: Readonly<Record<string, unknown>>, message: string): void;
  /** False: nobody reads it, and nothing is put together. */
  isLevelEnabled?(level: 'debug'): boolean;
}

export interface Call extends WriteOptions {
  /** The method's name, for messages and the log. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Query | undefined;
  /** Exact JSON text, its bytes, or what reads them. */
  readonly body?: string | Uint8Array | ((signal: AbortSignal) => Promise<Uint8Array>) | undefined;
  readonly commit?: (() => boolean) | undefined;
  readonly maxBytes?: number | undefined;
  /** The bodies hold a customer's statement or a secret: not even a debug log gets them. */
  readonly confidential?: boolean | undefined;
}

export interface HttpOptions {
  readonly baseUrl: string;
  readonly authorization: string;
  readonly transport: Transport;
  readonly timeoutMs: number;
  /** Undefined: sent once. */
  readonly retries: RetryPolicy | undefined;
  readonly writeRetries: RetryPolicy | undefined;
  readonly headers: Headers;
  readonly log: CodatLog | undefined;
  readonly clock: Clock;
  readonly random: () => number;
  /** Aborts when the client is closed. */
  readonly closed: AbortSignal;
}

export interface Http {
  /** The parsed answer. */
  json<Schema extends z.ZodType>(call: Call, schema: Schema): Promise<z.infer<Schema>>;
  /** The parsed answer and its status. */
  answer<Schema extends z.ZodType>(call: Call, schema: Schema): Promise<{ status: number; value: z.infer<Schema> }>;
  /** The parsed answer, undefined where it is a 204. */
  optional<Schema extends z.ZodType>(call: Call, schema: Schema): Promise<z.infer<Schema> | undefined>;
  /** For calls whose answer has no body worth reading. */
  empty(call: Call): Promise<void>;
}

interface Attempt {
  readonly url: string;
  readonly headers: Headers;
  readonly body: string | Uint8Array | undefined;
  readonly signal: AbortSignal;
  /** From 1. */
  readonly number: number;
}

export function createHttp(options: HttpOptions): Http {
  const { transport, clock, log, closed } = options;
  const underWay = new Set<AbortController>();
  closed.addEventListener('abort', () => {
    for (const end of underWay) end.abort(closed.reason);
  });

  /** A log that throws must not change what becomes of a call. */
  const say = (message: string, fields: () => Readonly<Record<string, unknown>>): void => {
    try {
      if (log === undefined || log.isLevelEnabled?.('debug') === false) return;
      log.debug(fields(), message);
    } catch {
      // The host's own affair.
    }
  };

  const aborted = ({ operation, signal }: Call, cause?: unknown): CodatAbortedError =>
    closed.aborted && signal?.aborted !== true
      ? new CodatAbortedError(operation, closed.reason, 'close')
      : new CodatAbortedError(operation, signal?.reason ?? cause, 'caller');

  async function contentOf(call: Call, signal: AbortSignal): Promise<string | Uint8Array | undefined> {
    if (typeof call.body !== 'function') return call.body;
    try {
      return await call.body(signal);
    } catch (error) {
      throw signal.aborted ? aborted(call, error) : error;
    }
  }

  async function attempt(call: Call, { number, ...sent }: Attempt): Promise<Outcome> {
    const { operation, method, commit, priority } = call;
    const { timeoutMs = options.timeoutMs, maxBytes = defaultMaxBytes } = call;
    const show = (content: string | Uint8Array): string => {
      if (call.confidential === true) return `(${content.length} characters)`;
      return redactBody(typeof content === 'string' ? content : new TextDecoder().decode(content));
    };
    const about = { operation, method, url: sent.url, attempt: number };
    say('request', () => ({
      ...about,
      headers: redactHeaders(sent.headers),
      ...(sent.body === undefined ? {} : { body: show(sent.body) }),
    }));
    const began = clock.now();
    try {
      const response = await transport({ method, ...sent, timeoutMs, maxBytes, commit, priority });
      if (response.body.length > maxBytes) throw new TransportError('too-large');
      say('response', () => ({
        ...about,
        status: response.status,
        ms: clock.now() - began,
        headers: redactHeaders(response.headers),
        body: show(response.body),
      }));
      return readStatus(operation, response, clock.now());
    } catch (fault) {
      const failure = readFault(operation, fault, timeoutMs, (cause) => aborted(call, cause));
      say('no answer', () => ({ ...about, ms: clock.now() - began, error: failure.error.message }));
      return failure;
    }
  }

  async function repeat(call: Call, signal: AbortSignal): Promise<TransportResponse> {
    const { operation, method } = call;
    checkTimeout(call.timeoutMs ?? options.timeoutMs);
    checkPriority(call.priority);
    const url = buildUrl(options.baseUrl, call.path, call.query);
    const usual = method === 'GET' ? options.retries : options.writeRetries;
    const policy = call.retries === undefined ? usual : retriesOf('retries', call.retries);
    // PUT and DELETE come to the same however often they are carried out.
    const keyed = method === 'POST' || method === 'PATCH';
    const key = keyed
      ? (checkKey(call.idempotencyKey) ?? (policy === undefined ? undefined : crypto.randomUUID()))
      : undefined;
    const headers = {
      accept: 'application/json',
      'user-agent': 'bank-feed-elements',
      ...options.headers,
      ...checkHeaders(call.headers),
      authorization: options.authorization,
      ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    };
    const body = await contentOf(call, signal);
    const began = clock.now();
    let before: CodatError | undefined;
    /** How the last attempt at a write ended that may have been carried out: what the caller has to know. */
    let doubt: CodatError | undefined;
    for (let number = 1; ; number += 1) {
      if (closed.aborted) throw aborted(call);
      const outcome = await attempt(call, { url, headers, body, signal, number });
      if ('response' in outcome) return outcome.response;
      const { error, after } = outcome;
      if (method !== 'GET' && leavesDoubt(error)) doubt = error;
      if (policy === undefined || !goesOn(outcome, before, policy, keyed)) {
        throw error.kind === 'connection' ? (doubt ?? error) : error;
      }
      const wait = waitAfter(policy, number, after ?? 0, options.random);
      if (clock.now() + wait - began > policy.maxElapsedTime) throw doubt ?? error;
      say('retry', () => ({ operation, attempt: number, ms: wait }));
      await clock.sleep(wait, signal);
      if (signal.aborted) throw aborted(call);
      before = error;
    }
  }

  /** Ends with the caller's signal, and with the client. */
  async function send(call: Call): Promise<TransportResponse> {
    const { signal } = call;
    const end = new AbortController();
    const onAbort = (): void => end.abort(signal?.reason);
    if (signal?.aborted === true) onAbort();
    if (closed.aborted) end.abort(closed.reason);
    signal?.addEventListener('abort', onAbort);
    underWay.add(end);
    try {
      return await repeat(call, end.signal);
    } finally {
      underWay.delete(end);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  return {
    json: async (call, schema) => readValue(call.operation, await send(call), schema),
    answer: async (call, schema) => {
      const response = await send(call);
      return { status: response.status, value: readValue(call.operation, response, schema) };
    },
    optional: async (call, schema) => {
      const response = await send(call);
      return response.status === 204 ? undefined : readValue(call.operation, response, schema);
    },
    empty: async (call) => void (await send(call)),
  };
}
