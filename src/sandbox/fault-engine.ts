/** Lets faults strike: before the operations, when pushes end, and before webhooks leave. */
import { ApiError, errorBody } from './api/errors.ts';
import { plainly } from './api/fields.ts';
import type { Interceptor, Reply } from './api/operation.ts';
import type { SandboxClock } from './clock.ts';
import type { Disturb } from './deliveries.ts';
import {
  anyFault,
  type AnyFault,
  type Ending,
  type EndingFault,
  type Fault,
  type Faults,
  type Often,
  type WebhookFault,
} from './faults.ts';
import type { Ids } from './ids.ts';

export interface FaultEngine extends Faults {
  /** Stands directly before the operations. */
  readonly intercept: Interceptor;
  readonly disturb: Disturb;
  /** How a push of transactions ends, where it ends otherwise than it would. */
  readonly ending: Ending;
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
  readonly fault: AnyFault;
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

type Place = Readonly<Partial<Record<'companyId' | 'connectionId', string | undefined>>>;

const isThere = (fault: Place, place: Place): boolean =>
  (['companyId', 'connectionId'] as const).every(
    (name) => fault[name] === undefined || fault[name].toLowerCase() === place[name]?.toLowerCase(),
  );

const isMeant = (fault: Fault, operationId: string, params: Readonly<Record<string, string>>): boolean =>
  (fault.operation === '*' || fault.operation === operationId) && isThere(fault, params);

const limit = ({ times, probability }: Often): number => times ?? (probability === undefined ? 1 : Infinity);

/** An answer nobody will see: nothing was carried out, and the request's Idempotency-Key is free again. */
const nothing: Reply = { status: 503, forgotten: true };
/** Stands for whatever answer is held back until its moment. */
const answered: Reply = { status: 200 };

export function createFaults({ clock, ids, operationIds }: FaultOptions): FaultEngine {
  const planned = new Map<string, Planned>();
  const closing = new WeakMap<Request, 'lost-reply' | 'reset'>();
  const waiting = new Set<() => void>();

  /** Counts one that the fault is meant for; answers whether it strikes now. */
  const due = (plan: Planned): boolean => {
    const { fault } = plan;
    plan.met += 1;
    if (plan.met <= (fault.skip ?? 0) || plan.struck >= limit(fault)) return false;
    if (fault.probability === undefined) return true;
    return ids.bytes(`chance ${plan.id} ${plan.met}`).readUInt32BE() / 2 ** 32 < fault.probability;
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
        if (fault.kind === 'webhook' || fault.kind === 'ending' || !isMeant(fault, operationId, params)) continue;
        const taken = fault.kind === 'slow' ? met[fault.where] !== undefined : met.outcome !== undefined;
        if (!due(plan) || taken) continue;
        plan.struck += 1;
        if (fault.kind === 'slow') met[fault.where] = fault.ms;
        else met.outcome = fault;
      }
      const run = (): Promise<Reply> => perform(met.outcome, next, request);
      let reply: Reply | undefined;
      try {
        reply = await (met.before === undefined ? run() : later(met.before, run));
      } finally {
        // A refusal is an answer, too.
        if (reply === nothing) closing.set(request, 'reset');
        else if (met.after !== undefined && (await later(met.after, async () => answered)) === nothing) {
          closing.set(request, 'lost-reply');
        }
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
    ending({ lineIds, ...place }) {
      let found: EndingFault | undefined;
      for (const plan of planned.values()) {
        const { fault } = plan;
        if (fault.kind !== 'ending' || !isThere(fault, place)) continue;
        if (fault.itemIds !== undefined && !lineIds().some((id) => fault.itemIds?.includes(id))) continue;
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
      const read = anyFault.safeParse(fault, { error: plainly });
      if (!read.success) {
        const issue = read.error.issues[0];
        throw new TypeError(`fault: ${issue?.path.join('.') || 'body'}: ${issue?.message}`);
      }
      if ('operation' in read.data && read.data.operation !== '*' && !operationIds.has(read.data.operation)) {
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
