/** What opens something to a customer: never logged, and not to be kept longer than it is needed. */
import * as z from 'zod';
import { dateTime } from './common.ts';

/** For Codat's own embedded pages, where they speak of one company. */
export const companyAccessToken = z.object({
  /** Seconds; a day. */
  expiresIn: z.int(),
  accessToken: z.string(),
  /** `Bearer`. */
  tokenType: z.string(),
});
export type CompanyAccessToken = z.infer<typeof companyAccessToken>;

/** What the user enters in QuickBooks Online. The document requires neither; one without the other opens nothing. */
export const bankAccountCredentials = z.object({ username: z.string(), password: z.string() });
export type BankAccountCredentials = z.infer<typeof bankAccountCredentials>;

/** What the user enters in Sage, beside the connection's id. */
export const oneTimePassword = z.object({
  otp: z.string(),
  /** UTC. */
  expiry: dateTime,
});
export type OneTimePassword = z.infer<typeof oneTimePassword>;

/** What the software gave to the integrator's own login page; for Sage `authorizationId` and `bankId`. */
export const connectionAuthorization = z.record(z.string(), z.string());
export type ConnectionAuthorization = z.infer<typeof connectionAuthorization>;
