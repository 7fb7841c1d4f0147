/** What a customer enters inside the software: credentials for QuickBooks Online, a password for Sage. */
import type { CallOptions, WriteOptions } from '../call-options.ts';
import { CodatInvalidRequestError } from '../errors.ts';
import type { Http } from '../http.ts';
import { bankAccountCredentials, oneTimePassword } from '../schemas/access.ts';
import type { BankAccountCredentials, OneTimePassword } from '../schemas/access.ts';
import { buffer, TransportError } from '../transport.ts';
import { connectionPath } from './connections.ts';

type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [member: string]: JsonValue };

/** A JSON value, or bytes in any form, which are sent as they are. */
export type CredentialsBody = JsonValue | Uint8Array | ArrayBuffer | Blob | ReadableStream<Uint8Array>;

const longestBody = 1_000_000;

/** Read whole before it is sent, so that a repeat has the same bytes. */
async function bytesOf(chunks: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<Uint8Array> {
  if (chunks.locked) throw new CodatInvalidRequestError('body', 'is a stream that somebody else reads');
  const reader = chunks.getReader();
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort);
  async function* parts(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      if (!(value instanceof Uint8Array)) throw new TypeError('A part of the stream is no Uint8Array.');
      yield value;
    }
  }
  try {
    return await Promise.race([buffer(parts(), longestBody), ended]);
  } catch (error) {
    void reader.cancel(error).catch(() => {});
    const tooLong = error instanceof TransportError && error.code === 'too-large';
    const problem = tooLong ? `is longer than ${longestBody} bytes` : 'could not be read';
    throw new CodatInvalidRequestError('body', problem, error);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function textOf(value: JsonValue): string {
  try {
    const text: string | undefined = JSON.stringify(value);
    if (text !== undefined) return text;
  } catch {
    // A circle or a bigint.
  }
  throw new CodatInvalidRequestError('body', 'is no JSON value');
}

function contentOf(body: CredentialsBody) {
  if (body instanceof Uint8Array) return body;
  if (body instanceof ArrayBuffer) return new Uint8Array(body);
  if (body instanceof Blob) return (signal: AbortSignal) => bytesOf(body.stream(), signal);
  if (body instanceof ReadableStream) return (signal: AbortSignal) => bytesOf(body, signal);
  return textOf(body);
}

export interface AccessCalls {
  /**
   * QuickBooks Online only. A new set with every call; the older ones stay valid until all are deleted.
   * Codat wants a body and says nothing of what is in it: `{}`, which is sent where none is given, will do.
   */
  generateCredentials(
    companyId: string,
    connectionId: string,
    body?: CredentialsBody,
    options?: WriteOptions,
  ): Promise<BankAccountCredentials>;

  /** Revokes every set of the connection, which ends its feeds. */
  deleteBankFeedCredentials(companyId: string, connectionId: string, options?: CallOptions): Promise<void>;

  /** Sage only; for other software a 400. */
  generateOtp(companyId: string, connectionId: string, options?: WriteOptions): Promise<OneTimePassword>;
}

export const accessCalls = (http: Http): AccessCalls => {
  const credentialsPath = (companyId: string, connectionId: string): string =>
    `${connectionPath(companyId, connectionId)}/connectionInfo/bankFeedAccounts/credentials`;

  return {
    async generateCredentials(companyId, connectionId, body = {}, options = {}) {
      const path = credentialsPath(companyId, connectionId);
      const about = { operation: 'generateCredentials', method: 'POST', path, confidential: true } as const;
      return http.json({ ...options, ...about, body: contentOf(body) }, bankAccountCredentials);
    },

    async deleteBankFeedCredentials(companyId, connectionId, options) {
      const path = credentialsPath(companyId, connectionId);
      return http.empty({ ...options, operation: 'deleteBankFeedCredentials', method: 'DELETE', path });
    },

    async generateOtp(companyId, connectionId, options) {
      const path = `${connectionPath(companyId, connectionId)}/bankFeeds/otp`;
      const about = { operation: 'generateOtp', method: 'POST', path, confidential: true } as const;
      return http.json({ ...options, ...about }, oneTimePassword);
    },
  };
};
