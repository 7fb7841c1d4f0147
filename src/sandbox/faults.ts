/**
 * Faults on demand: what a client must survive, brought about for chosen requests, pushes or webhooks. The same
 * faults, the same seed and the same requests in the same order give the same misfortunes.
 */
import * as z from 'zod';
import { requiredText } from './api/fields.ts';

/** When a fault strikes. */
export interface Often {
  /** How many times it strikes; 1, or without end where a `probability` is given. */
  readonly times?: number | undefined;
  /** How many that it is meant for pass unharmed first; 0. */
  readonly skip?: number | undefined;
  /** From 0 to 1: strikes by chance, drawn from the sandbox's seed; always, unless given. */
  readonly probability?: number | undefined;
}

interface ForRequests extends Often {
  /** An operationId of the document, such as `create-bank-transactions`, or `*` for all of them. */
  readonly operation: string;
  readonly companyId?: string | undefined;
  readonly connectionId?: string | undefined;
}

/** What befalls requests. */
export type Fault = ForRequests &
  (
    | {
        /** Answers this status with the documented error body. */
        readonly kind: 'status';
        /** From 400 to 599. */
        readonly status: number;
        /** Whether the operation is carried out all the same, before that answer; false. */
        readonly effect?: boolean | undefined;
        /** The header `Retry-After`. */
        readonly retryAfterSeconds?: number | undefined;
        /** The member `error` of the body. */
        readonly message?: string | undefined;
      }
    /** Carried out; then the connection closes without an answer. */
    | { readonly kind: 'lost-reply' }
    /** The connection closes before anything is carried out. */
    | { readonly kind: 'reset' }
    /** Carried out late (`before`), or carried out at once and answered late (`after`), on the sandbox's clock. */
    | { readonly kind: 'slow'; readonly ms: number; readonly where: 'before' | 'after' }
  );

/** What befalls webhooks: an event, with all the messages it makes. */
export interface WebhookFault extends Often {
  readonly kind: 'webhook';
  /** Such as `bankTransactions.write.successful`; any, unless given. */
  readonly eventType?: string | undefined;
  /**
   * `lost`: never sent. `duplicate`: sent once more under the same `webhook-id`, `ms` later (0).
   * `late`: first sent `ms` later (60,000). `reordered`: sent after the consumer's next event, or `ms` later
   * (60,000) where none follows.
   */
  readonly fault: 'lost' | 'duplicate' | 'late' | 'reordered';
  readonly ms?: number | undefined;
}

/** What befalls a push of transactions that was taken, at the moment when its lines reach the software. */
export interface EndingFault extends Often {
  readonly kind: 'ending';
  /** How the operation ends, instead of as it would. */
  readonly status: 'Failed' | 'TimedOut';
  /** Whether its lines land all the same; false. For `TimedOut` alone. */
  readonly effect?: boolean | undefined;
  /** The lines that the software objects to: then it is meant for pushes that have one of them. For `Failed` alone. */
  readonly itemIds?: readonly string[] | undefined;
  /** The software's words. */
  readonly message?: string | undefined;
  readonly companyId?: string | undefined;
  readonly connectionId?: string | undefined;
}

/** Finds the fault that is planned for a push which is about to end. */
export type Ending = (push: {
  readonly companyId: string;
  readonly connectionId: string;
  readonly lineIds: () => readonly string[];
}) => EndingFault | undefined;

export type AnyFault = Fault | WebhookFault | EndingFault;

/** A fault as it was added, and what became of it. */
export interface FaultReport {
  readonly id: string;
  readonly fault: AnyFault;
  /** How many times it struck. */
  readonly struck: number;
  /** How many times it will yet; null: without end. */
  readonly left: number | null;
}

export interface Faults {
  /** @throws {TypeError} for something that is no fault, or for an operation that does not exist. */
  add(fault: AnyFault): { readonly id: string };
  /** In the order they were added; those that are used up stay until they are removed. */
  list(): readonly FaultReport[];
  /** Answers whether there was one. */
  remove(id: string): boolean;
  clear(): void;
}

const often = {
  times: z.int().min(1).optional(),
  skip: z.int().min(0).optional(),
  probability: z.number().min(0).max(1).optional(),
};
const ms = z.number().min(0).max(1e10);
const forRequests = {
  ...often,
  operation: requiredText(100),
  companyId: requiredText(100).optional(),
  connectionId: requiredText(100).optional(),
};

export const anyFault = z.discriminatedUnion('kind', [
  z.strictObject({
    ...forRequests,
    kind: z.literal('status'),
    status: z.int().min(400).max(599),
    effect: z.boolean().optional(),
    retryAfterSeconds: z.int().min(0).max(86_400).optional(),
    message: requiredText(1000).optional(),
  }),
  z.strictObject({ ...forRequests, kind: z.literal('lost-reply') }),
  z.strictObject({ ...forRequests, kind: z.literal('reset') }),
  z.strictObject({ ...forRequests, kind: z.literal('slow'), ms, where: z.enum(['before', 'after']) }),
  z.strictObject({
    ...often,
    kind: z.literal('webhook'),
    eventType: requiredText(100).optional(),
    fault: z.enum(['lost', 'duplicate', 'late', 'reordered']),
    ms: ms.optional(),
  }),
  z
    .strictObject({
      ...often,
      kind: z.literal('ending'),
      status: z.enum(['Failed', 'TimedOut']),
      effect: z.boolean().optional(),
      itemIds: z.array(requiredText(200)).min(1).max(1000).optional(),
      message: requiredText(1000).optional(),
      companyId: requiredText(100).optional(),
      connectionId: requiredText(100).optional(),
    })
    .refine(({ status, effect }) => status === 'TimedOut' || effect !== true, {
      message: 'is for TimedOut: nothing of a push that failed lands',
      path: ['effect'],
    })
    .refine(({ status, itemIds }) => status === 'Failed' || itemIds === undefined, {
      message: 'is for Failed: nobody objects to a line where the time is over',
      path: ['itemIds'],
    }),
]);
