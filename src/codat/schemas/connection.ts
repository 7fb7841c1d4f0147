import * as z from 'zod';
import { dateTime, openEnum, paged } from './common.ts';

export const connectionStatuses = ['PendingAuth', 'Linked', 'Unlinked', 'Deauthorized'] as const;
export const sourceTypes = ['Accounting', 'Banking', 'BankFeed', 'Commerce', 'Expense', 'Other', 'Unknown'] as const;

export const dataConnectionError = z.object({
  statusCode: z.string().nullish(),
  statusText: z.string().nullish(),
  errorMessage: z.string().nullish(),
  erroredOnUtc: dateTime.nullish(),
  status: openEnum(['Active', 'Resolved']).nullish(),
  resolvedOnUtc: dateTime.nullish(),
});

export const connection = z.object({
  id: z.string(),
  integrationId: z.string(),
  /** The four-letter platform key, `gbol` for Xero. Optional in the document since April 2026. */
  integrationKey: z.string().nullish(),
  sourceId: z.string(),
  sourceType: openEnum(sourceTypes),
  platformName: z.string(),
  /** Carries a one-time password: never logged, never kept. */
  linkUrl: z.string(),
  status: openEnum(connectionStatuses),
  lastSync: dateTime.nullish(),
  created: dateTime,
  dataConnectionErrors: z.array(dataConnectionError).nullish(),
  connectionInfo: z.record(z.string(), z.unknown()).nullish(),
});
export type Connection = z.infer<typeof connection>;

export const connectionPage = paged(connection);
export type ConnectionPage = z.infer<typeof connectionPage>;

export const createConnectionRequest = z.object({
  platformKey: z.string().regex(/^[a-z]{4}$/, 'expected four letters'),
});
export type CreateConnectionRequest = z.infer<typeof createConnectionRequest>;
