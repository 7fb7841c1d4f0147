import * as z from 'zod';
import { decimal, openEnum } from './common.ts';

/** Free text at Codat; these were seen. */
export const mappingStatuses = ['pending', 'connecting', 'connected', 'disconnected', 'Success', 'Failed'] as const;

/** An account of the accounting software which a source account may feed. */
export const targetAccountOption = z.object({
  id: z.string(),
  name: z.string().nullish(),
  balance: decimal.nullish(),
  sortCode: z.string().nullish(),
  accountNumber: z.string().nullish(),
});
export type TargetAccountOption = z.infer<typeof targetAccountOption>;

export const bankFeedMapping = z.object({
  sourceAccountId: z.string(),
  sourceAccountName: z.string().nullish(),
  sourceAccountNumber: z.string().nullish(),
  sourceBalance: decimal.nullish(),
  sourceCurrency: z.string().nullish(),
  targetAccountId: z.string().nullish(),
  targetAccountName: z.string().nullish(),
  status: openEnum(mappingStatuses).nullish(),
  /** Filtered by the source account's currency and type. */
  targetAccountOptions: z.array(targetAccountOption).nullish(),
  feedStartDate: z.string().nullish(),
});
export type BankFeedMapping = z.infer<typeof bankFeedMapping>;

export const bankFeedMappings = z.array(bankFeedMapping);

/** Without a target the software makes a new account. */
export const createMappingRequest = z.object({
  sourceAccountId: z.string(),
  targetAccountId: z.string().nullish(),
  /** `YYYY-MM-DD` or a date-time: the first day for which lines may be delivered. */
  feedStartDate: z.string().nullish(),
});
export type CreateMappingRequest = z.infer<typeof createMappingRequest>;

/** A refusal may come as HTTP 200 with status `Failed` and an error for the user. */
export const mappingResult = z.object({
  sourceAccountId: z.string().nullish(),
  targetAccountId: z.string().nullish(),
  status: openEnum(mappingStatuses).nullish(),
  error: z.string().nullish(),
});
export type MappingResult = z.infer<typeof mappingResult>;
