import type { SourceAccount } from '../codat/schemas/source-account.ts';
import { accountTypes, type Account } from '../contract/schemas.ts';
import { accountState, type ConnectionView } from './company-view.ts';
import type { HostAccount } from './source-accounts.ts';

/** All that the browser learns of an account number. */
export const last4 = (accountNumber: string | null | undefined): string =>
  (accountNumber ?? '').replace(/[^0-9A-Za-z]/g, '').slice(-4);

const dateOnly = (value: string | null | undefined): string | undefined => /^\d{4}-\d\d-\d\d/.exec(value ?? '')?.[0];

const accountType = (type: string | null | undefined): Account['type'] =>
  accountTypes.find((known) => known === type) ?? 'unknown';

/**
 * An account that exists at Codat, with the fields that the wire allows and no others. `processors` are those which
 * the host calls payments processors.
 */
export const chosenAccount = (
  wireId: string,
  connection: ConnectionView,
  account: SourceAccount,
  processors: ReadonlySet<string>,
): Account => ({
  id: wireId,
  connectionId: connection.wireId,
  name: account.accountName ?? '',
  type: processors.has(account.id) ? 'paymentsProcessor' : accountType(account.accountType),
  last4: last4(account.accountNumber),
  currency: account.currency ?? '',
  balance: account.balance && account.currency ? { amount: account.balance, currency: account.currency } : undefined,
  status: accountState(account.status),
  feedStartDate: dateOnly(account.feedStartDate),
});

/** An account the host has and the customer has not chosen yet. */
export const offeredAccount = (wireId: string, connection: ConnectionView, account: HostAccount): Account => ({
  id: wireId,
  connectionId: connection.wireId,
  name: account.accountName,
  type: account.accountType,
  last4: last4(account.accountNumber),
  currency: account.currency,
  balance: { amount: account.balance, currency: account.currency },
  status: 'offered',
});
