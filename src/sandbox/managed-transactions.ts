import type { TransactionRecord } from './lines.ts';

/** Which account a managed sync fetches lines of. */
export interface ManagedAccount {
  readonly companyId: string;
  readonly connectionId: string;
  /** The source account. */
  readonly accountId: string;
}

/** UTC, ISO 8601: from the last successful sync, or the feed start date before there was one, to now. */
export interface SyncPeriod {
  readonly startUtc: string;
  readonly endUtc: string;
}

/**
 * Stands for the bank a managed sync fetches from: answers the account's lines of a period in chronological
 * order, amounts and balances as decimal strings. What it throws makes the sync `Failed`.
 */
export type ManagedTransactions = (
  account: ManagedAccount,
  period: SyncPeriod,
) => readonly TransactionRecord[] | Promise<readonly TransactionRecord[]>;
