/**
 * What the simulated world consists of. Schemas, because the same records come back from a file when
 * the sandbox is told to keep its state. Instants are milliseconds since the epoch, money is a decimal string.
 */
import * as z from 'zod';
import { asLines, keptLines, type TransactionRecord, transactionRecord } from './lines.ts';

const instant = z.number();
const money = z.string();

export const companyRecord = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().optional(),
  tags: z.record(z.string(), z.string()),
  created: instant,
});
export type CompanyRecord = z.infer<typeof companyRecord>;

export const connectionRecord = z.object({
  id: z.string(),
  companyId: z.string(),
  platformKey: z.string(),
  integrationId: z.string(),
  sourceId: z.string(),
  status: z.enum(['PendingAuth', 'Linked', 'Unlinked', 'Deauthorized']),
  created: instant,
  /** The organization in the accounting software the user chose; kept when unlinked. */
  organizationId: z.string().optional(),
  /** Rises when a link was used up: older one-time passwords are worth nothing then. */
  linkGeneration: z.int(),
  /** QuickBooks: the sets that work, oldest first. Invented, so they are kept as they are. */
  credentials: z.array(z.object({ username: z.string(), password: z.string() })).optional(),
  /** QuickBooks: every set was revoked after it was given one; it gets nothing until it is given another. */
  signInRevoked: z.boolean().optional(),
  /** Sage: the last one-time passwords, oldest first; only the newest can be used. */
  oneTimePasswords: z.array(z.object({ text: z.string(), expiresAt: instant, used: z.boolean() })).optional(),
  /** When Codat is to notice that the last feed ended inside the software. */
  unlinkAt: instant.optional(),
  errors: z.array(
    z.object({
      statusCode: z.string(),
      statusText: z.string(),
      message: z.string(),
      at: instant,
      /** When the connection was linked again. */
      resolvedAt: instant.optional(),
    }),
  ),
});
export type ConnectionRecord = z.infer<typeof connectionRecord>;

/** Lines on their way to the software or in it, and the operation that brought them. */
export const delivery = z.preprocess(asLines, z.object({ operationKey: z.string(), lines: keptLines }));
export type Delivery = Readonly<z.infer<typeof delivery>>;

export const sourceAccountRecord = z.object({
  id: z.string(),
  companyId: z.string(),
  connectionId: z.string(),
  /** Which of the document's two shapes it was created in. */
  version: z.literal([1, 2]),
  accountName: z.string().optional(),
  accountType: z.string().optional(),
  accountNumber: z.string().optional(),
  sortCode: z.string().optional(),
  currency: z.string().optional(),
  balance: money.optional(),
  routingInfo: z.object({ bankCode: z.string().optional(), type: z.string().optional() }).optional(),
  accountInfo: z
    .object({
      description: z.string().optional(),
      nickname: z.string().optional(),
      accountOpenDate: z.string().optional(),
      availableBalance: money.optional(),
    })
    .optional(),
  modified: z.string(),
  status: z.enum(['pending', 'connecting', 'connected', 'disconnected']),
  /** `YYYY-MM-DD`, once connected; on Sage the UTC instant of connecting. */
  feedStartDate: z.string().optional(),
  targetId: z.string().optional(),
  /** While connecting: what is to come, and when. No target: the software makes a new account. */
  connecting: z.object({ targetId: z.string().optional(), feedStartDate: z.string(), dueAt: instant }).optional(),
  /** Counts the attempts to connect, so that one that was cancelled cannot complete. */
  attempt: z.int(),
  /** QuickBooks: what Codat validated and the software has not collected, in order of date. */
  stored: z.array(delivery).optional(),
  /** What the next managed sync finds at the bank, where the host brings none of its own. */
  offered: z.array(transactionRecord).optional(),
  /** Ended inside the software, which Codat learns later: until then the account looks connected. */
  ending: z.object({ dueAt: instant }).optional(),
});
export type SourceAccountRecord = z.infer<typeof sourceAccountRecord>;

export const targetAccountRecord = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['bank', 'card']),
  nominalCode: z.string(),
  currency: z.string(),
  balance: money,
  institution: z.string().optional(),
  sortCode: z.string().optional(),
  accountNumber: z.string().optional(),
  iban: z.string().optional(),
  modified: instant,
  /** The source account that feeds it, or is about to. */
  feed: z.object({ companyId: z.string(), connectionId: z.string(), accountId: z.string() }).optional(),
});
export type TargetAccountRecord = z.infer<typeof targetAccountRecord>;

/** An account of the software that is yet to be made. */
export const bankAccountDraft = targetAccountRecord
  .omit({ id: true, nominalCode: true, modified: true, feed: true })
  .extend({ nominalCode: z.string().optional(), currency: z.string().optional() });
export type BankAccountDraft = z.infer<typeof bankAccountDraft>;

/** A business in the accounting software, with its books. */
export const organizationRecord = z.object({
  id: z.string(),
  platformKey: z.string(),
  /** Whose user can choose it when asked for consent. */
  companyId: z.string(),
  name: z.string(),
  baseCurrency: z.string(),
  planType: z.string(),
  currencies: z.array(z.string()),
  accounts: z.array(targetAccountRecord),
});
export type OrganizationRecord = z.infer<typeof organizationRecord>;

/** Codat's own copy of the bank accounts behind one connection. */
export const bankAccountsCopy = z.object({
  connectionId: z.string(),
  organizationId: z.string(),
  /** When it was read; absent until the first reading is done. */
  readAt: instant.optional(),
  accounts: z.array(targetAccountRecord),
  /** While the reading after a link is under way: when it is done. */
  dueAt: instant.optional(),
});
export type BankAccountsCopy = z.infer<typeof bankAccountsCopy>;

export const findingRecord = z.object({ itemId: z.string(), message: z.string(), validatorName: z.string() });
export type FindingRecord = z.infer<typeof findingRecord>;

const operation = z.object({
  key: z.string(),
  companyId: z.string(),
  connectionId: z.string(),
  requestedAt: instant,
  completedAt: instant.optional(),
  timeoutInMinutes: z.int().optional(),
  status: z.enum(['Pending', 'Success', 'Failed', 'TimedOut']),
  errorMessage: z.string().optional(),
  errors: z.array(findingRecord),
  warnings: z.array(findingRecord),
  /** The id of what was made in the software, on success. */
  recordId: z.string().optional(),
});

export const transactionsOperation = operation.extend({
  /** States of the first release, which knew no other, do not say it. */
  dataType: z.literal('bankTransactions').default('bankTransactions'),
  /** The source account. */
  accountId: z.string(),
  /** Whether Codat reads the software's bank accounts again once it succeeded. */
  syncOnSuccess: z.boolean().default(true),
  /** Until it settled: the lines and the moment they reach the software. */
  waiting: z.object({ transactions: keptLines, dueAt: instant }).optional(),
});
export type TransactionsOperation = z.infer<typeof transactionsOperation>;

export const bankAccountOperation = operation.extend({
  dataType: z.literal('bankAccounts'),
  /** Until it settled: the account and the moment the software makes it. */
  waiting: z.object({ bankAccount: bankAccountDraft, dueAt: instant }).optional(),
});
export type BankAccountOperation = z.infer<typeof bankAccountOperation>;

export const operationRecord = z.union([bankAccountOperation, transactionsOperation]);
export type OperationRecord = z.infer<typeof operationRecord>;

/** One run of a managed bank feed: Codat fetches the lines itself and pushes them. */
export const managedSyncRecord = z.object({
  id: z.string(),
  companyId: z.string(),
  connectionId: z.string(),
  /** The source account. */
  accountId: z.string(),
  periodStart: instant,
  periodEnd: instant,
  startedAt: instant,
  /** When the lines are fetched. */
  dueAt: instant,
  /** Once they were: the pushes they went into, or what went wrong before there were any. */
  fetched: z
    .object({
      at: instant,
      operationKeys: z.array(z.string()),
      error: z.object({ code: z.string(), message: z.string() }).optional(),
    })
    .optional(),
});
export type ManagedSyncRecord = z.infer<typeof managedSyncRecord>;

/** A push, or the part of it that the software took, where it truly landed. */
export const landedPush = z.preprocess(
  asLines,
  z.object({
    companyId: z.string(),
    connectionId: z.string(),
    /** The source account. */
    accountId: z.string(),
    /** The account in the software. */
    targetId: z.string(),
    operationKey: z.string(),
    /** UTC, ISO 8601. */
    landedAt: z.string(),
    lines: keptLines,
  }),
);
export type LandedPush = Readonly<z.infer<typeof landedPush>>;

/** A transaction that truly landed in the accounting software. */
export interface LedgerEntry extends Omit<LandedPush, 'lines'> {
  readonly transaction: Readonly<TransactionRecord>;
}

/** A user of Sage on the way to a bank and back. */
export const authorizationRecord = z.object({
  /** Sage's id for the visit. */
  id: z.string(),
  bankId: z.string().optional(),
  begun: instant,
  /** Where the visit began; absent when Sage knows nothing of it. */
  target: z.object({ organizationId: z.string(), targetId: z.string() }).optional(),
  /** Whose the bank says the user is. */
  connectionId: z.string().optional(),
});
export type AuthorizationRecord = z.infer<typeof authorizationRecord>;
