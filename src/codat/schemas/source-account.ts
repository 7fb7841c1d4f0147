import * as z from 'zod';
import { dateTime, decimal, openEnum } from './common.ts';

export const accountTypes = ['checking', 'savings', 'loan', 'creditCard', 'prepaidCard'] as const;
/** The document's five; a guide of Codat's also says `linked`, which reads as `connected`. */
export const accountStatuses = ['pending', 'connecting', 'connected', 'disconnected', 'unknown'] as const;
export const routingTypes = [
  'rtn',
  'aba',
  'swift',
  'bsb',
  'iban',
  'nz2',
  'trno',
  'sortcode',
  'blz',
  'ifsc',
  'bankcode',
  'apca',
  'clabe',
] as const;

export const routingInfo = z.object({ bankCode: z.string().nullish(), type: openEnum(routingTypes).nullish() });

export const accountInfo = z.object({
  description: z.string().nullish(),
  nickname: z.string().nullish(),
  /** `YYYY-MM-DD`. */
  accountOpenDate: z.string().nullish(),
  availableBalance: decimal.nullish(),
});

/** A source account as Codat recommends it for every integration made after 2024-08-01. */
export const sourceAccountV2Request = z.object({
  id: z.string(),
  accountName: z.string(),
  accountType: z.enum(accountTypes),
  accountNumber: z.string(),
  sortCode: z.string().nullish(),
  routingInfo: routingInfo.optional(),
  /** ISO 4217. */
  currency: z.string(),
  balance: decimal,
  accountInfo: accountInfo.nullish(),
  modifiedDate: dateTime.nullish(),
});
export type SourceAccountV2Request = z.infer<typeof sourceAccountV2Request>;

/** The older account: only its id is required, its type is free text (`Credit`, `Debit`). */
export const sourceAccountV1Request = z.object({
  id: z.string(),
  accountName: z.string().nullish(),
  accountType: z.string().nullish(),
  accountNumber: z.string().nullish(),
  sortCode: z.string().nullish(),
  currency: z.string().nullish(),
  balance: decimal.nullish(),
  modifiedDate: dateTime.nullish(),
});
export type SourceAccountV1Request = z.infer<typeof sourceAccountV1Request>;

/** Either version as a request, in one shape: every account of version 2 would pass as one of version 1. */
export const sourceAccountRequest = sourceAccountV1Request.extend({
  routingInfo: routingInfo.optional(),
  accountInfo: accountInfo.nullish(),
});
export type SourceAccountRequest = SourceAccountV2Request | SourceAccountV1Request;

/**
 * Either version as an answer: a list may mix them, and PATCH always answers version 1. One shape with
 * every member of both, because a strict choice between the two would drop routing information.
 */
export const sourceAccount = z.object({
  ...sourceAccountV1Request.shape,
  accountType: openEnum(accountTypes).nullish(),
  routingInfo: routingInfo.nullish(),
  accountInfo: accountInfo.nullish(),
  status: openEnum(accountStatuses).nullish(),
  /** Absent until the account is connected. */
  feedStartDate: z.string().nullish(),
});
export type SourceAccount = z.infer<typeof sourceAccount>;

export const sourceAccounts = z.array(sourceAccount);

/** One item of a batch: an error's status code comes as a string, a success's as a number. */
export const batchItem = z.object({
  sourceAccountId: z.string(),
  result: z.object({
    statusCode: z.union([z.int(), z.string().regex(/^\d{3}$/)]),
    error: z.string().nullish(),
    account: sourceAccount.nullish(),
  }),
});
export type BatchItem = z.infer<typeof batchItem>;

export const batchItems = z.array(batchItem);

/** Codat changes these only; `balance` only before the account is connected, `status` only to `disconnected`. */
export const updateSourceAccountRequest = z.object({
  accountName: z.string().optional(),
  balance: decimal.optional(),
  status: z.literal('disconnected').optional(),
});
export type UpdateSourceAccountRequest = z.infer<typeof updateSourceAccountRequest>;
