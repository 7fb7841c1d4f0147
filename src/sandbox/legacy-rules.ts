/**
 * Rules, the webhook service that Codat's consumers replaced: unsigned, with a body in capitals of its
 * own, and tried again three times within two minutes. Of its rule types the bank feed guides still name one,
 * `PushOperationStatusChanged`, which the newer service can deliver too.
 */
import * as z from 'zod';
import type { SandboxClock } from './clock.ts';
import type { Attempt } from './deliveries.ts';
import { secondMs } from './durations.ts';
import type { Ids } from './ids.ts';

export const pushOperationStatusChanged = 'PushOperationStatusChanged';

export const ruleRecord = z.object({
  id: z.string(),
  url: z.string(),
  /** Absent: the rule watches all companies. */
  companyId: z.string().optional(),
});
/** An address of the older service. */
export type WebhookRule = Readonly<z.infer<typeof ruleRecord>>;

/** A push operation that came to its end. */
export interface StatusChange {
  readonly companyId: string;
  readonly connectionId: string;
  readonly operationKey: string;
  readonly dataType: string;
  readonly status: string;
}

/**
 * The alert as it is posted. The members are those of Codat's old schema; `Type` beside `RuleType`, because
 * the guide for pushing transactions has that name.
 */
export const alertBody = (
  { clock, ids }: { readonly clock: SandboxClock; readonly ids: Ids },
  ruleId: string,
  { companyId, connectionId, operationKey, dataType, status }: StatusChange,
) => ({
  ClientId: ids.named('client'),
  ClientName: 'Sandbox',
  CompanyId: companyId,
  DataConnectionId: connectionId,
  RuleId: ruleId,
  RuleType: 'Push Operation Status Changed()',
  Type: 'Push Operation Status Changed',
  AlertId: ids.next('alert'),
  Message: `${dataType} triggered notification for ${pushOperationStatusChanged} at ${new Date(clock.now()).toISOString()}`,
  Data: { dataType, status, pushOperationKey: operationKey },
});

/** Answers after which a rule's message is tried again; any other but 2xx ends it. */
const transient = new Set([408, 420, 429, 460, 502, 503, 504, 522, 524]);
const pauses = [15 * secondMs, 45 * secondMs, 60 * secondMs];

/**
 * The milliseconds to the next attempt, which the receiver may set by `Retry-After`, against `now` where that is a
 * date; undefined: none.
 */
export function rulePause(attempt: number, result: Attempt, now: number): number | undefined {
  const pause = pauses[attempt];
  if (result.outcome !== 'failed' || pause === undefined) return undefined;
  if (result.status !== undefined && !transient.has(result.status)) return undefined;
  const given = result.retryAfter ?? '';
  const wish = /^\d{1,6}$/.test(given) ? Number(given) * secondMs : Date.parse(given) - now;
  return Number.isFinite(wish) ? Math.max(wish, 0) : pause;
}
