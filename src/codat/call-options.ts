/** What varies by call: its options, and what is wrong with them. */
import { CodatInvalidRequestError, type Headers } from './errors.ts';
import type { Retries } from './retry.ts';
import { priorities, type Priority } from './transport.ts';

/** The last parameter of every call. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for each attempt, instead of the client's. */
  readonly timeoutMs?: number | undefined;
  /** Instead of the client's `retries` or `writeRetries`. */
  readonly retries?: Retries | undefined;
  readonly headers?: Headers | undefined;
  /** Who goes first where the limits make requests wait; `user` where not given. */
  readonly priority?: Priority | undefined;
}

/** The last parameter of a POST or PATCH. */
export interface WriteOptions extends CallOptions {
  /** A GUID; Codat carries the same key with the same body out once within 90 minutes. Made here for retries. */
  readonly idempotencyKey?: string | undefined;
}

const ours = new Set(['authorization', 'content-length', 'host', 'connection', 'transfer-encoding', 'idempotency-key']);

/** Headers of the host's, by lower-case names and checked: they may not replace ours. */
export function checkHeaders(headers: Headers = {}): Headers {
  const checked = Object.entries(headers).map(([given, value]): [string, string] => {
    const [name, field] = [given.toLowerCase(), `headers[${JSON.stringify(given)}]`];
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || ours.has(name)) {
      throw new CodatInvalidRequestError(field, 'cannot be set here');
    }
    if (typeof value !== 'string' || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      throw new CodatInvalidRequestError(field, 'is no text, or holds a character that no header may');
    }
    return [name, value];
  });
  return Object.fromEntries(checked);
}

export function checkTimeout(timeoutMs: number): number {
  if (timeoutMs > 0 && timeoutMs < 2 ** 31) return timeoutMs;
  throw new CodatInvalidRequestError('timeoutMs', 'must be milliseconds, more than 0');
}

export function checkKey(key: string | undefined): string | undefined {
  if (key === undefined || /^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw new CodatInvalidRequestError('idempotencyKey', 'must be a GUID');
}

export function checkPriority(priority: Priority = 'user'): void {
  if (!priorities.includes(priority)) throw new CodatInvalidRequestError('priority', 'must be push, user or poll');
}
