/**
 * Faults on demand: what a client must survive, brought about for chosen requests or webhooks. The same
 * faults, the same seed and the same requests in the same order give the same misfortunes.
 */
import * as z from 'zod';
import type { Interceptor } from './api/app.ts';
import { ApiError, errorBody } from './api/errors.ts';
import { requiredText, type Reply } from './api/operation.ts';
import type { SandboxClock } from './clock.ts';
import type { Disturb } from './deliveries.ts';
import type { Ids } from './ids.ts';

interface Often {
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

/** A fault as it was added, and what became of it. */
export interface FaultReport {
  readonly id: string;
  readonly fault: Fault | WebhookFault;
  /** How many times it struck. */
  readonly struck: number;
  /** How many times it will yet; null: without end. */
  readonly left: number | null;
}

export interface Faults {
  /** @throws {TypeError} for something that is no fault, or for an operation that does not exist. */
  add(fault: Fault | WebhookFault): { readonly id: string };
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
]);

export interface FaultEngine extends Faults {
  /** Stands directly before the operations. */
  readonly intercept: Interceptor;
  readonly disturb: Disturb;
  /** How the connection of this request ends without an answer; undefined: it does not. */
  severed(request: Request): 'lost-reply' | 'reset' | undefined;
  /** Closes the connection of whatever is made to wait. */
  stop(): void;
}

export interface FaultOptions {
  readonly clock: SandboxClock;
  readonly ids: Ids;
  readonly operationIds: ReadonlySet<string>;
}

interface Planned {
  readonly id: string;
  readonly fault: Fault | WebhookFault;
  met: number;
  struck: number;
}

const usual: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  402: 'The limits of your plan do not allow this request.',
  403: 'The API key is outdated or does not belong to this client.',
  404: 'Not found',
  408: 'The request took too long.',
  409: 'The request conflicts with another one.',
  429: 'Too many requests.',
  500: 'An unexpected error occurred.',
  503: 'The service is unavailable for now.',
};

const isMeant = (fault: Fault, operationId: string, params: Readonly<Record<string, string>>): boolean =>
  (fault.operation === '*' || fault.operation === operationId) &&
  (['companyId', 'connectionId'] as const).every(
    (name) => fault[name] === undefined || fault[name].toLowerCase() === params[name]?.toLowerCase(),
  );

const limit = ({ times, probability }: Often): number => times ?? (probability === undefined ? 1 : Infinity);

/** An answer nobody will see: nothing was carried out, and the request's Idempotency-Key is free again. */
const nothing: Reply = { status: 503, forgotten: true };

export function createFaults({ clock, ids, operationIds }: FaultOptions): FaultEngine {
  const planned = new Map<string, Planned>();
  const closing = new WeakMap<Request, 'lost-reply' | 'reset'>();
  const waiting = new Set<() => void>();

  /** Counts one that the fault is meant for; answers whether it strikes now. */
  const due = (plan: Planned): boolean => {
    const { fault } = plan;
    plan.met += 1;
    if (plan.met <= (fault.skip ?? 0) || plan.struck >= limit(fault)) return false;
    const chance = ids.bytes(`chance ${plan.id} ${plan.met}`).readUInt32BE() / 2 ** 32;
    return fault.probability === undefined || chance < fault.probability;
  };

  /** On the clock itself, so that what the task brings about happens at its moment however far time is moved. */
  const later = (after: number, task: () => Promise<Reply>): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const giveUp = (): void => resolve(nothing);
      waiting.add(giveUp);
      clock.after(after, async () => {
        waiting.delete(giveUp);
        await task().then(resolve, reject);
      });
    });

  const answer = ({ status, message, retryAfterSeconds }: Extract<Fault, { kind: 'status' }>): Reply => ({
    status,
    body: errorBody(new ApiError(status, message ?? usual[status] ?? 'The request failed.'), ids.next('correlation')),
    headers: retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
  });

  const perform = async (
    fault: Exclude<Fault, { kind: 'slow' }> | undefined,
    next: () => Promise<Reply>,
    request: Request,
  ): Promise<Reply> => {
    switch (fault?.kind) {
      case 'reset':
        return nothing;
      case 'lost-reply':
        closing.set(request, 'lost-reply');
        return next();
      case 'status':
        // What the operation itself would have answered, a refusal included, is what the client does not learn.
        if (fault.effect === true) await next().catch(() => undefined);
        return answer(fault);
      default:
        return next();
    }
  };

  return {
    async intercept(operationId, next, request, params) {
      // A request meets at most one wait before, one outcome and one wait after; others keep for the next one.
      const met: { before?: number; outcome?: Exclude<Fault, { kind: 'slow' }>; after?: number } = {};
      for (const plan of planned.values()) {
        const { fault } = plan;
        if (fault.kind === 'webhook' || !isMeant(fault, operationId, params)) continue;
        const taken = fault.kind === 'slow' ? met[fault.where] !== undefined : met.outcome !== undefined;
        if (!due(plan) || taken) continue;
        plan.struck += 1;
        if (fault.kind === 'slow') met[fault.where] = fault.ms;
        else met.outcome = fault;
      }
      const run = (): Promise<Reply> => perform(met.outcome, next, request);
      const reply = await (met.before === undefined ? run() : later(met.before, run));
      if (reply === nothing) closing.set(request, 'reset');
      else if (met.after !== undefined && (await later(met.after, async () => reply)) === nothing) {
        closing.set(request, 'lost-reply');
      }
      return reply;
    },
    disturb(eventType) {
      let found: WebhookFault | undefined;
      for (const plan of planned.values()) {
        const { fault } = plan;
        if (fault.kind !== 'webhook' || (fault.eventType ?? eventType) !== eventType) continue;
        if (!due(plan) || found !== undefined) continue;
        plan.struck += 1;
        found = fault;
      }
      return found;
    },
    severed: (request) => closing.get(request),
    stop() {
      for (const giveUp of waiting) giveUp();
      waiting.clear();
    },
    add(fault) {
      const read = anyFault.safeParse(fault);
      if (!read.success) {
        const issue = read.error.issues[0];
        throw new TypeError(`fault: ${issue?.path.join('.') || 'body'}: ${issue?.message}`);
      }
      if (read.data.kind !== 'webhook' && read.data.operation !== '*' && !operationIds.has(read.data.operation)) {
        throw new TypeError(
          `fault: operation: give "*" or one of ${[...operationIds].join(', ')}; not "${read.data.operation}".`,
        );
      }
      const id = ids.next('fault');
      planned.set(id, { id, fault: read.data, met: 0, struck: 0 });
      return { id };
    },
    list: () =>
      [...planned.values()].map(({ id, fault, struck }) => {
        const left = limit(fault) - struck;
        return { id, fault, struck, left: left === Infinity ? null : left };
      }),
    remove: (id) => planned.delete(id),
    clear: () => planned.clear(),
  };
}
