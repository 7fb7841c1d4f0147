import * as z from 'zod';
import { dateTime, openEnum, paged, validation } from './common.ts';

export const pushStatuses = ['Pending', 'Success', 'Failed', 'TimedOut'] as const;
export const changeTypes = ['Unknown', 'Created', 'Modified', 'Deleted', 'AttachmentUploaded'] as const;

export const pushOperationChange = z.object({
  type: openEnum(changeTypes).nullish(),
  recordRef: z.object({ id: z.string().nullish(), dataType: z.string().nullish() }).nullish(),
  attachmentId: z.string().nullish(),
});

/** A write on its way. It names its connection (`dataConnectionKey`), never the source account. */
export const pushOperation = z.object({
  companyId: z.string(),
  pushOperationKey: z.string(),
  dataConnectionKey: z.string(),
  /** `bankTransactions` for what this package writes. */
  dataType: z.string().nullish(),
  requestedOnUtc: dateTime,
  /** Absent while Pending. */
  completedOnUtc: dateTime.nullish(),
  timeoutInMinutes: z.int().nullish(),
  timeoutInSeconds: z.int().nullish(),
  status: openEnum(pushStatuses),
  /** 202 while Pending, 200 after Success; not the status of the HTTP answer. */
  statusCode: z.int(),
  errorMessage: z.string().nullish(),
  validation: validation.nullish(),
  changes: z.array(pushOperationChange).nullish(),
});
export type PushOperation = z.infer<typeof pushOperation>;

export const pushOperationPage = paged(pushOperation);
export type PushOperationPage = z.infer<typeof pushOperationPage>;
