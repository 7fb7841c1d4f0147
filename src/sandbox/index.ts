/** A simulated Codat and the accounting software behind it. */
export type { Interceptor, Reply } from './api/operation.ts';
export { createClock, type ClockOptions, type SandboxClock } from './clock.ts';
export { type AuthorizeOptions, type ConnectionState, type Control, ControlError } from './control.ts';
export type { Send } from './deliveries.ts';
export type { AnyFault, EndingFault, Fault, FaultReport, Faults, WebhookFault } from './faults.ts';
export type { Entries, Ledger, LedgerFilter } from './ledger.ts';
export type { WebhookRule } from './legacy-rules.ts';
export type { TransactionRecord } from './lines.ts';
export type { ManagedAccount, ManagedTransactions, SyncPeriod } from './managed-transactions.ts';
export type { LedgerEntry, OrganizationRecord } from './records.ts';
export { createSandbox, type Sandbox, type SandboxOptions } from './sandbox.ts';
export type { Seeded, SeedOptions } from './seeding.ts';
export type { Delays, Log } from './settings.ts';
export type { ConsumerPrototype, WebhookConsumer } from './webhooks.ts';
