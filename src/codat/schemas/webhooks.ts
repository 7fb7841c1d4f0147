/**
 * Payloads of the events that matter to a bank feed. A webhook is a hint: its signature is verified
 * elsewhere, and what it says is read again from the API.
 */
import * as z from 'zod';
import { dateTime, openEnum } from './common.ts';
import { company, companyReference } from './company.ts';
import { connection } from './connection.ts';
import { pushStatuses } from './push-operation.ts';
import { sourceAccount } from './source-account.ts';

const envelope = { id: z.string(), eventType: z.string(), generatedDate: dateTime.nullish() };

/** Any event. `id` is the event's own; deliveries are told apart by the header `webhook-id`. */
const anyEvent = z.object(envelope);

/** `bankFeeds.sourceAccount.connected` and `.disconnected`. The account's own status may lag behind. */
export const sourceAccountEvent = z.object({
  ...envelope,
  eventType: z.enum(['bankFeeds.sourceAccount.connected', 'bankFeeds.sourceAccount.disconnected']),
  payload: z.object({
    referenceCompany: companyReference.nullish(),
    /** Deprecated in favour of `referenceCompany.id`; either may be missing. */
    companyId: z.string().nullish(),
    connectionId: z.string(),
    sourceAccount,
  }),
});
export type SourceAccountEvent = z.infer<typeof sourceAccountEvent>;

/** `{dataType}.write.successful` and `.unsuccessful`. */
export const writeEvent = z.object({
  ...envelope,
  eventType: z.string().regex(/^[\w-]+\.write\.(?:un)?successful$/),
  payload: z.object({
    /** The push operation's key. */
    id: z.string(),
    type: openEnum(['Create', 'Update', 'Delete', 'UploadAttachment']).nullish(),
    referenceCompany: companyReference,
    connectionId: z.string().nullish(),
    requestedOnDate: dateTime.nullish(),
    completedOnDate: dateTime.nullish(),
    status: openEnum(pushStatuses).nullish(),
    record: z.object({ id: z.string().nullish() }).nullish(),
    attachmentId: z.string().nullish(),
  }),
});
export type WriteEvent = z.infer<typeof writeEvent>;

export const connectionEvents = ['created', 'connected', 'disconnected', 'reconnected', 'failed', 'deleted'] as const;

export const connectionEvent = z.object({
  ...envelope,
  eventType: z.enum(connectionEvents.map((event) => `connection.${event}` as const)),
  payload: z.object({ referenceCompany: companyReference, connection }),
});
export type ConnectionEvent = z.infer<typeof connectionEvent>;

export const companyEvent = z.object({
  ...envelope,
  eventType: z.enum(['company.created', 'company.deleted']),
  payload: company.partial().required({ id: true }),
});
export type CompanyEvent = z.infer<typeof companyEvent>;

export const rateLimitEvent = z.object({
  ...envelope,
  eventType: z.enum(['client.rateLimit.reached', 'client.rateLimit.reset']),
  payload: z.object({
    dailyQuota: z.int().nullish(),
    quotaRemaining: z.int().nullish(),
    expiryDate: dateTime.nullish(),
  }),
});
export type RateLimitEvent = z.infer<typeof rateLimitEvent>;

/** The older rule `PushOperationStatusChanged`, which Codat's set-up pages still show. */
export const pushOperationStatusChanged = z.object({
  CompanyId: z.string(),
  RuleId: z.string().nullish(),
  RuleType: z.string().nullish(),
  AlertId: z.string().nullish(),
  Message: z.string().nullish(),
  Data: z.object({
    dataType: z.string().nullish(),
    status: openEnum(pushStatuses).nullish(),
    pushOperationKey: z.string(),
  }),
});
export type PushOperationStatusChanged = z.infer<typeof pushOperationStatusChanged>;

export type Webhook =
  | { readonly kind: 'source-account'; readonly event: SourceAccountEvent }
  | { readonly kind: 'write'; readonly event: WriteEvent }
  | { readonly kind: 'connection'; readonly event: ConnectionEvent }
  | { readonly kind: 'company'; readonly event: CompanyEvent }
  | { readonly kind: 'rate-limit'; readonly event: RateLimitEvent }
  | { readonly kind: 'push-operation-status-changed'; readonly event: PushOperationStatusChanged }
  /** An event of a type this version does not know, or whose payload is not what it should be. */
  | { readonly kind: 'unknown'; readonly eventType: string | undefined };

/** Sorts a parsed body into the events above. Never throws. */
export function readWebhook(body: unknown): Webhook {
  const account = sourceAccountEvent.safeParse(body);
  if (account.success) return { kind: 'source-account', event: account.data };
  const write = writeEvent.safeParse(body);
  if (write.success) return { kind: 'write', event: write.data };
  const link = connectionEvent.safeParse(body);
  if (link.success) return { kind: 'connection', event: link.data };
  const owner = companyEvent.safeParse(body);
  if (owner.success) return { kind: 'company', event: owner.data };
  const limit = rateLimitEvent.safeParse(body);
  if (limit.success) return { kind: 'rate-limit', event: limit.data };
  const legacy = pushOperationStatusChanged.safeParse(body);
  if (legacy.success) return { kind: 'push-operation-status-changed', event: legacy.data };
  return { kind: 'unknown', eventType: anyEvent.safeParse(body).data?.eventType };
}
