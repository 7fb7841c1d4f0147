import * as z from 'zod';
import { dateTime, openEnum } from './common.ts';

export const syncStatuses = [
  'Started',
  'Failed',
  'SuccessDataPushed',
  'SuccessNoDataPushed',
  'PartialSuccessDataPushed',
] as const;

export const startedSync = z.object({ syncId: z.string() });
export type StartedSync = z.infer<typeof startedSync>;

/** One run in which Codat itself fetches a source account's lines and writes them into the software. */
export const managedSync = z.object({
  syncId: z.string(),
  clientId: z.string(),
  companyId: z.string(),
  companyName: z.string(),
  /** The connection that is written to. */
  dataConnectionId: z.string(),
  sourceAccountId: z.string(),
  periodStartUtc: dateTime,
  periodEndUtc: dateTime,
  executionStartUtc: dateTime,
  status: openEnum(syncStatuses),
  /** Absent while Started. */
  executionEndUtc: dateTime.nullish(),
  errorMessage: z.string().nullish(),
  errorCode: z.string().nullish(),
  pushOperationKeys: z.array(z.string()).nullish(),
});
export type ManagedSync = z.infer<typeof managedSync>;
