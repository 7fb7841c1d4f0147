import * as z from 'zod';
import { dateTime, decimal, openEnum, paged } from './common.ts';
import { pushOperation } from './push-operation.ts';

export const bankAccountTypes = ['Unknown', 'Credit', 'Debit'] as const;
export const bankAccountStatuses = ['Unknown', 'Active', 'Archived', 'Pending'] as const;

/** What describes a bank account in the accounting software. Which members it wants is in its model. */
const described = {
  accountName: z.string().nullish(),
  nominalCode: z.string().nullish(),
  sortCode: z.string().nullish(),
  accountNumber: z.string().nullish(),
  iBan: z.string().nullish(),
  /** ISO 4217. */
  currency: z.string().nullish(),
  balance: decimal.nullish(),
  institution: z.string().nullish(),
  availableBalance: decimal.nullish(),
  /** Always positive. */
  overdraftLimit: decimal.nullish(),
};

/** An account of the accounting software, as Codat last read it. */
export const bankAccount = z.object({
  id: z.string().nullish(),
  ...described,
  accountType: openEnum(bankAccountTypes).nullish(),
  status: openEnum(bankAccountStatuses).nullish(),
  metadata: z.object({ isDeleted: z.boolean().nullish() }).nullish(),
  supplementalData: z.object({ content: z.record(z.string(), z.unknown()).nullish() }).nullish(),
  modifiedDate: dateTime.nullish(),
  sourceModifiedDate: dateTime.nullish(),
});
export type BankAccount = z.infer<typeof bankAccount>;

export const bankAccountPage = paged(bankAccount);
export type BankAccountPage = z.infer<typeof bankAccountPage>;

export const createBankAccountRequest = z.object({
  ...described,
  accountType: z.enum(bankAccountTypes).optional(),
  status: z.enum(bankAccountStatuses).optional(),
});
export type CreateBankAccountRequest = z.infer<typeof createBankAccountRequest>;

export const createBankAccountResponse = z.object({
  ...pushOperation.shape,
  /** The account; left out where it is odd: the operation was taken on all the same. */
  data: bankAccount.nullish().catch(undefined),
});
export type CreateBankAccountResponse = z.infer<typeof createBankAccountResponse>;
