/** Codat's Bank Feeds API from the server. */
export { createCodatClient, type CodatClient, type CodatClientOptions } from './codat-client.ts';
export { createDefaultTransport } from './default-transport.ts';
export type { CredentialsBody } from './api/access.ts';
export type { ListOptions } from './api/arguments.ts';
export type { CreateBankAccountOptions } from './api/bank-accounts.ts';
export type { ListAllCompaniesOptions, ListCompaniesOptions } from './api/companies.ts';
export type { ListAllOptions } from './api/every-item.ts';
export type { CreateBankTransactionsOptions } from './api/push-operations.ts';
export type { SourceAccountBatch, SourceAccountResult } from './api/source-accounts.ts';
export * from './errors.ts';
export { createGovernor, type Governor, type GovernorOptions, type GovernorState } from './governor.ts';
export type { CallOptions, CodatLog, WriteOptions } from './http.ts';
export type { DayQuota } from './quota.ts';
export { createQuotaStore, type QuotaFacts, type QuotaStore } from './quota-store.ts';
export { publishedRetries, systemClock, type Clock, type Retries, type RetryPolicy } from './retry.ts';
export * from './schemas/index.ts';
export {
  fetchTransport,
  TransportError,
  type ClosableTransport,
  type NodeTransportOptions,
  type Priority,
  type Transport,
  type TransportFault,
  type TransportRequest,
  type TransportResponse,
} from './transport.ts';
