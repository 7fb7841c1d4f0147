import { accessCalls, type AccessCalls } from './api/access.ts';
import { bankAccountCalls, type BankAccountCalls } from './api/bank-accounts.ts';
import { companyCalls, type CompanyCalls } from './api/companies.ts';
import { connectionCalls, type ConnectionCalls } from './api/connections.ts';
import { managedSyncCalls, type ManagedSyncCalls } from './api/managed-syncs.ts';
import { mappingCalls, type MappingCalls } from './api/mappings.ts';
import { pushOperationCalls, type PushOperationCalls } from './api/push-operations.ts';
import { sourceAccountCalls, type SourceAccountCalls } from './api/source-accounts.ts';
import { webhookConsumerCalls, type WebhookConsumerCalls } from './api/webhook-consumers.ts';
import { authorizationOf } from './api-key.ts';
import { checkHeaders, checkTimeout } from './call-options.ts';
import { createDefaultTransport } from './default-transport.ts';
import type { Headers } from './errors.ts';
import { createGovernor, type Governor } from './governor.ts';
import { createHttp, type CodatLog } from './http.ts';
import { checkBaseUrl } from './paths.ts';
import { retriesOf, systemClock, type Clock, type Retries } from './retry.ts';
import { checkNode, nodeVersion } from './runtime.ts';
import { timed, type Transport } from './transport.ts';

export interface CodatClientOptions {
  /** The key raw, in base64, or as a pasted `Basic …` header. */
  readonly apiKey: string;
  /** `https://api.codat.io` where not given; a sandbox has its own. */
  readonly baseUrl?: string | undefined;
  /** Node's own where not given, fetch in other runtimes. */
  readonly transport?: Transport | undefined;
  /** Keeps within Codat's limits. Share one between clients of the same key. */
  readonly governor?: Governor | undefined;
  /** For reads; Codat's published policy where not given. */
  readonly retries?: Retries | undefined;
  /** For writes, which are then sent with an Idempotency-Key; `none` where not given. */
  readonly writeRetries?: Retries | undefined;
  /** Milliseconds for each attempt, from when the governor lets it go; 30,000 where not given. */
  readonly timeoutMs?: number | undefined;
  /** Sent with every request. */
  readonly headers?: Headers | undefined;
  /** Hears of every request and answer, without secrets. */
  readonly log?: CodatLog | undefined;
  readonly clock?: Clock | undefined;
  /** From 0 to 1; spreads the retries. */
  readonly random?: (() => number) | undefined;
}

/**
 * Codat's Bank Feeds API as methods. Each takes what varies by call last and rejects with a `CodatError`.
 * Reads are repeated as Codat publishes it; a write is sent once, unless the client gives `writeRetries` or
 * its call `retries`, and then with an Idempotency-Key.
 */
export interface CodatClient
  extends
    CompanyCalls,
    ConnectionCalls,
    AccessCalls,
    SourceAccountCalls,
    MappingCalls,
    BankAccountCalls,
    PushOperationCalls,
    ManagedSyncCalls,
    WebhookConsumerCalls,
    AsyncDisposable {
  /**
   * Ends calls under way and later ones with an `aborted` error, and closes the client's own connections;
   * a transport that was given is left to its owner.
   */
  close(): Promise<void>;
}

/**
 * @throws {CodatInvalidRequestError} for an option that cannot be used; `field` names it.
 * @throws {Error} where Node is older than 22.13.
 */
export function createCodatClient(options: CodatClientOptions): CodatClient {
  checkNode(nodeVersion());
  const { baseUrl = 'https://api.codat.io', clock = systemClock, governor = createGovernor({ clock }) } = options;
  const own = createDefaultTransport();
  const closing = new AbortController();
  const { retries, writeRetries = 'none' } = options;
  const http = createHttp({
    baseUrl: checkBaseUrl(baseUrl),
    authorization: authorizationOf(options.apiKey),
    // The clock of an attempt starts when the governor lets it go.
    transport: governor(options.transport === undefined ? own : timed(options.transport)),
    timeoutMs: checkTimeout(options.timeoutMs ?? 30_000),
    retries: retriesOf('retries', retries),
    writeRetries: retriesOf('writeRetries', writeRetries),
    headers: checkHeaders(options.headers),
    log: options.log,
    clock,
    random: options.random ?? Math.random,
    closed: closing.signal,
  });
  const close = async (): Promise<void> => {
    closing.abort();
    await own.close();
  };
  return {
    ...companyCalls(http),
    ...connectionCalls(http),
    ...accessCalls(http),
    ...sourceAccountCalls(http),
    ...mappingCalls(http),
    ...bankAccountCalls(http),
    ...pushOperationCalls(http),
    ...managedSyncCalls(http),
    ...webhookConsumerCalls(http),
    close,
    [Symbol.asyncDispose]: close,
  };
}
