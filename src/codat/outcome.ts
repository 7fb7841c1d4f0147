/** What an attempt came to: an answer of 2xx, or one typed error and whether its like is repeated. */
import type * as z from 'zod';
import {
  type CodatAbortedError,
  CodatConnectionError,
  CodatHttpError,
  CodatInvalidResponseError,
  CodatTimeoutError,
  type CodatError,
} from './errors.ts';
import { isRetriedStatus, retryAfterMs, type RetryPolicy } from './retry.ts';
import { parseJson } from './schemas/json.ts';
import { TransportError, type TransportResponse } from './transport.ts';

export interface Failure {
  readonly error: CodatError;
  readonly again: 'status' | 'connection' | 'never';
  /** What Codat asks to wait, in milliseconds. */
  readonly after?: number | undefined;
}

export type Outcome = { readonly response: TransportResponse } | Failure;

/** Why there is no answer. `aborted` makes the error of a call that was ended from this side. */
export function readFault(
  operation: string,
  error: unknown,
  timeoutMs: number,
  aborted: (cause: unknown) => CodatAbortedError,
): Failure {
  const code = error instanceof TransportError ? error.code : 'broken';
  const cause = error instanceof TransportError ? error.cause : error;
  switch (code) {
    case 'aborted':
      return { error: aborted(cause), again: 'never' };
    case 'timed-out':
      return { error: new CodatTimeoutError(operation, timeoutMs), again: 'connection' };
    case 'malformed':
      return { error: new CodatInvalidResponseError(operation, 'it is not HTTP', { cause }), again: 'never' };
    case 'too-large':
      return { error: new CodatInvalidResponseError(operation, 'it is too long'), again: 'never' };
    case 'not-sent':
      return { error: new CodatConnectionError(operation, code), again: 'never' };
    default:
      return { error: new CodatConnectionError(operation, code, cause), again: 'connection' };
  }
}

/** An answer by its status. */
export function readStatus(operation: string, response: TransportResponse, now: number): Outcome {
  const { status, headers } = response;
  if (status >= 200 && status < 300) return { response };
  if (status < 400) {
    const reason = `its status is ${status}; redirects are not followed`;
    return { error: new CodatInvalidResponseError(operation, reason, { response }), again: 'never' };
  }
  const after = retryAfterMs(headers, now);
  const body = new TextDecoder().decode(response.body);
  const error = new CodatHttpError({ operation, status, headers, body, retryAfterMs: after });
  return { error, again: isRetriedStatus(status) ? 'status' : 'never', after };
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/** The value in an answer's body. @throws {CodatInvalidResponseError} where it is not what Codat documents. */
export function readValue<Schema extends z.ZodType>(
  operation: string,
  response: TransportResponse,
  schema: Schema,
): z.infer<Schema> {
  const refuse = (reason: string, cause?: unknown): CodatInvalidResponseError =>
    new CodatInvalidResponseError(operation, reason, { response, cause });
  const type = response.headers['content-type'] ?? '';
  if (type !== '' && !/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(type))
    throw refuse('it is not JSON by its type');
  let parsed: z.ZodSafeParseResult<z.infer<Schema>>;
  try {
    // A shape that contains itself can be nested deeper than the stack: that throws here, too.
    parsed = schema.safeParse(parseJson(decoder.decode(response.body)));
  } catch (error) {
    throw refuse('it cannot be read as JSON', error);
  }
  if (parsed.success) return parsed.data;
  const first = parsed.error.issues[0];
  throw refuse(`${first?.path.join('.') || 'the body'}: ${first?.message ?? 'not as documented'}`, parsed.error);
}

/** Whether a write that ended so may have been carried out all the same. */
export const leavesDoubt = (error: CodatError): boolean =>
  error.kind === 'timeout' ||
  (error.kind === 'connection' && error.code === 'broken') ||
  (error.kind === 'http' && (error.status === 408 || error.status >= 500));

/**
 * Whether the policy goes on after this failure; `before` is how the attempt before it ended. Under an
 * Idempotency-Key an earlier attempt of ours may still be at work (409), and a first answer is kept for
 * 90 minutes: the same error with the same correlation id is that one, and will not change.
 */
export function goesOn(
  { error, again }: Failure,
  before: CodatError | undefined,
  policy: RetryPolicy,
  keyed: boolean,
): boolean {
  if (again === 'connection') return policy.retryConnectionErrors;
  if (error.kind !== 'http' || !keyed) return again === 'status';
  const kept =
    before?.kind === 'http' && before.status === error.status && before.correlationId === error.correlationId;
  if (kept && error.correlationId !== undefined) return false;
  // A batch in which every account conflicts is a 409, too; its body is a list and holds no such words.
  return again === 'status' || (error.status === 409 && before !== undefined && error.error !== undefined);
}
