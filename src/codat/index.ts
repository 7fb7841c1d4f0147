/** Codat's Bank Feeds API from the server. */
export { createCodatClient, type CodatClient, type CodatClientOptions } from './codat-client.ts';
export { createDefaultTransport } from './default-transport.ts';
export type { ListOptions } from './api/arguments.ts';
export type { CreateBankTransactionsOptions } from './api/push-operations.ts';
export type { SourceAccountBatch, SourceAccountResult } from './api/source-accounts.ts';
export * from './errors.ts';
export { createGovernor, type Governor, type GovernorOptions } from './governor.ts';
export type { CallOptions, CodatLog } from './http.ts';
export type { NodeTransportOptions } from './node-transport.ts';
export { publishedRetries, systemClock, type Clock, type Retries, type RetryPolicy } from './retry.ts';
export * from './schemas/index.ts';
export {
  fetchTransport,
  TransportError,
  type ClosableTransport,
  type Transport,
  type TransportFault,
  type TransportRequest,
  type TransportResponse,
} from './transport.ts';
