/**
 * The port through which a request leaves: small, so that a host can bring its own. A transport sends
 * once, follows no redirect, buffers the answer and judges nothing.
 */

export const priorities = ['push', 'user', 'poll'] as const;

/** Who waits for it, from the most important: what is to be delivered, a person, or nobody in particular. */
export type Priority = (typeof priorities)[number];

export interface TransportRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How long one attempt may take once it has begun; `timed` keeps it for a transport that does not. */
  readonly timeoutMs?: number | undefined;
  /** The longest answer that is read. */
  readonly maxBytes?: number | undefined;
  /**
   * Writes only: asked when all but the last byte is on its way. On false the connection is reset and
   * `TransportError('not-sent')` is thrown. A transport that cannot hold a byte back asks just before
   * it sends.
   */
  readonly commit?: (() => boolean) | undefined;
  /** For a governor, which gives out turns; `user` where not given. */
  readonly priority?: Priority | undefined;
}

export interface TransportResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** @throws {TransportError} where there is no answer. */
export type Transport = (request: TransportRequest) => Promise<TransportResponse>;

export type ClosableTransport = Transport & {
  /** Closes its connections; requests under way are ended. */
  close(): Promise<void>;
};

/** Without types of Node's or undici's, which a host may not have. */
export interface NodeTransportOptions {
  /** Certificates as PEM: of a private authority, and the client's own where the server asks for one. */
  readonly tls?:
    | {
        readonly ca?: string | string[] | undefined;
        readonly cert?: string | undefined;
        readonly key?: string | undefined;
      }
    | undefined;
}

/**
 * Why there is no answer. `not-sent`, `unreachable`: the server saw no whole request. `broken`: it may
 * have. `malformed`, `too-large`: it answered, and not in HTTP or too much of it. `aborted`: by the signal.
 */
export type TransportFault =
  | 'not-sent'
  | 'unreachable'
  | 'broken'
  | 'malformed'
  | 'too-large'
  | 'aborted'
  | 'timed-out';

export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly code: TransportFault;
  constructor(code: TransportFault, cause?: unknown) {
    super(`The request ended without an answer (${code}).`, { cause });
    this.code = code;
  }
}

export const defaultMaxBytes = 1_000_000;

/** Collects a body and stops reading once it is too long. */
export async function buffer(chunks: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > maxBytes) throw new TransportError('too-large');
    parts.push(chunk);
  }
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** System error codes after which it is certain that no connection came about. */
const unreachable = /^(ENOTFOUND|EAI_\w+|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT)$/;
/** Codes, and undici's name, of an answer that is not HTTP. */
const malformed = /^(HPE_\w+|HTTPParserError|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RES_CONTENT_LENGTH_MISMATCH)$/;
/** A certificate that does not hold: the handshake fails before a request is written. */
const untrusted = /^(ERR_TLS_\w+|ERR_SSL_\w+|CERT_\w+|\w*SELF_SIGNED\w*|UNABLE_TO_\w+|DEPTH_ZERO_\w+|EPROTO)$/;

const marksOf = (error: unknown): string[] =>
  error instanceof Error ? [error.name, 'code' in error ? String(error.code) : ''] : [];

/** A parser's error carries the bytes it stumbled over, its words do not. */
const wordsOf = (error: unknown): Error | undefined => {
  if (!(error instanceof Error)) return undefined;
  return wordsOf(error.cause) ?? new Error(error.message);
};

/** Reads what a runtime threw; fetch hides the system's error in `cause`. */
export function transportError(error: unknown, signal?: AbortSignal): TransportError {
  if (error instanceof TransportError) return error;
  if (signal?.aborted === true) return new TransportError('aborted', error);
  const marks = [...marksOf(error), ...marksOf(error instanceof Error ? error.cause : undefined)];
  const any = (pattern: RegExp): boolean => marks.some((mark) => pattern.test(mark));
  if (any(unreachable) || any(untrusted)) return new TransportError('unreachable', error);
  return any(malformed) ? new TransportError('malformed', wordsOf(error)) : new TransportError('broken', error);
}

/** The transport of every runtime that has `fetch`. */
export const fetchTransport: Transport = async (request) => {
  const { method, url, headers, body, signal } = request;
  try {
    signal?.throwIfAborted();
    if (request.commit?.() === false) throw new TransportError('not-sent');
    const response = await fetch(url, {
      method,
      headers,
      redirect: 'manual',
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: await buffer(response.body ?? new Blob([]).stream(), request.maxBytes ?? defaultMaxBytes),
    };
  } catch (error) {
    throw transportError(error, signal);
  }
};

/** Gives each attempt its time, also with a transport that ignores the signal. */
export function timed(transport: Transport): Transport {
  return async (request) => {
    const { signal, timeoutMs } = request;
    if (signal?.aborted === true) throw new TransportError('aborted', signal.reason);
    const end = new AbortController();
    const { promise: ended, reject } = Promise.withResolvers<never>();
    const stop = (error: TransportError): void => {
      reject(error);
      end.abort(error);
    };
    const onAbort = (): void => stop(new TransportError('aborted', signal?.reason));
    signal?.addEventListener('abort', onAbort, { once: true });
    const timer =
      timeoutMs === undefined ? undefined : setTimeout(() => stop(new TransportError('timed-out')), timeoutMs);
    try {
      return await Promise.race([transport({ ...request, signal: end.signal }), ended]);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    }
  };
}
