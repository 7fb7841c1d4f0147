/** Codat's Bank Feeds API from the server. */
export type { CallOptions, WriteOptions } from './call-options.ts';
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
export type { CodatLog } from './http.ts';
export type { DayQuota } from './quota.ts';
export { createQuotaStore, type QuotaFacts, type QuotaStore } from './quota-store.ts';
export { publishedRetries, systemClock, type Clock, type Retries, type RetryPolicy } from './retry.ts';
// The schemas themselves stay inside: what checks an answer may change without breaking anybody.
export type {
  BankAccount,
  BankAccountCredentials,
  BankAccountPage,
  BankFeedMapping,
  BankTransaction,
  Company,
  CompanyAccessToken,
  CompanyEvent,
  CompanyInformation,
  CompanyPage,
  CompanyReference,
  Connection,
  ConnectionAuthorization,
  ConnectionEvent,
  ConnectionPage,
  CreateBankAccountRequest,
  CreateBankAccountResponse,
  CreateBankTransactionsRequest,
  CreateBankTransactionsResponse,
  CreateCompanyRequest,
  CreateConnectionRequest,
  CreateMappingRequest,
  CreateWebhookConsumerRequest,
  JsonFault,
  ManagedSync,
  MappingResult,
  OneTimePassword,
  PushOperation,
  PushOperationPage,
  PushOperationStatusChanged,
  PushOption,
  PushOptionChoice,
  RateLimitEvent,
  SourceAccount,
  SourceAccountEvent,
  SourceAccountRequest,
  SourceAccountV1Request,
  SourceAccountV2Request,
  StartedSync,
  TargetAccountOption,
  UpdateCompanyRequest,
  UpdateSourceAccountRequest,
  Validation,
  ValidationItem,
  Webhook,
  WebhookConsumer,
  WriteEvent,
} from './schemas/index.ts';
export {
  accountStatuses,
  accountTypes,
  bankAccountStatuses,
  bankAccountTypes,
  changeTypes,
  connectionEvents,
  connectionStatuses,
  JsonError,
  mappingStatuses,
  maxTransactions,
  parseJson,
  pushOptionTypes,
  pushStatuses,
  readWebhook,
  routingTypes,
  sourceTypes,
  stringifyJson,
  syncStatuses,
  transactionTypes,
} from './schemas/index.ts';
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
