/**
 * The other side of the outbox's port, with the semantics that Codat documents: Idempotency-Key (the first answer
 * replayed for 90 minutes, 422, 409), asynchronous operations that name no account, and faults on demand.
 */
import { randomUUID } from 'node:crypto';
import type { Clock, CreateAnswer, CreateRequest, Operation, Upstream } from '../../../../src/outbox/model.ts';

export interface Landed {
  readonly accountId: string;
  readonly connectionId: string;
  readonly key: string;
  readonly body: string;
  readonly ids: readonly string[];
  readonly at: number;
}

type Fate = 'success' | 'failed' | 'failed-transient' | 'timed-out' | 'timed-out-but-written';

/** What happens to one request; the first matching fault is used up. */
export type Fault =
  | 'lost-request'
  | 'lost-reply'
  | 'not-sent'
  | 'throttled'
  | 'unauthorized'
  | 'refused'
  | 'in-progress'
  /** The connection breaks at once; Codat works on for `workMs`, and answers 409 to the key meanwhile. */
  | 'cut-while-working'
  | 'key-mismatch'
  | 'throws'
  | '503-without-effect'
  | '503-with-effect';

interface Kept {
  body: string;
  answer: CreateAnswer | undefined;
  at: number;
}

export class CodatPort implements Upstream {
  readonly landed: Landed[] = [];
  readonly requests: CreateRequest[] = [];
  readonly answers: CreateAnswer['kind'][] = [];
  readonly faults: Fault[] = [];
  readonly fates: Fate[] = [];
  readonly operations = new Map<string, { operation: Operation; companyId: string }>();
  postMs = 50;
  pushMs = 50;
  workMs = 120_000;
  retryAfterMs = 30_000;
  honoursKeys = true;
  /** Called after an operation ends, as a webhook would. */
  webhook: ((companyId: string, operationKey: string) => void) | undefined;
  /** No request arrives, no answer comes. */
  down = false;
  listFails = false;
  getFails = false;
  inFlight = 0;
  gets = 0;
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async create(request: CreateRequest): Promise<CreateAnswer> {
    if (request.commit?.() === false) return { kind: 'not-sent' };
    this.requests.push(request);
    const answer = await this.#answer(request);
    this.answers.push(answer.kind);
    return answer;
  }

  async #answer(request: CreateRequest): Promise<CreateAnswer> {
    const fault = this.faults.shift();
    if (fault === 'throws') throw new Error('the adapter broke');
    if (fault === 'not-sent') return { kind: 'not-sent' };
    await this.#clock.sleep(this.postMs, request.signal);
    if (this.down || request.signal?.aborted || fault === 'lost-request')
      return { kind: 'unanswered', message: 'connection reset' };
    if (fault === 'throttled') return { kind: 'throttled', retryAfterMs: this.retryAfterMs };
    if (fault === 'in-progress') return { kind: 'in-progress' };
    if (fault === 'key-mismatch') return { kind: 'key-mismatch', message: 'another body' };

    const kept = this.#kept.get(request.idempotencyKey);
    if (this.honoursKeys && kept && this.#clock.now() - kept.at < 90 * 60_000) {
      if (kept.body !== request.body) return { kind: 'key-mismatch', message: 'another body' };
      return kept.answer ?? { kind: 'in-progress' };
    }
    if (fault === 'cut-while-working') {
      void this.#work(request);
      return { kind: 'unanswered', message: 'connection reset' };
    }
    const answer = this.#process(request, fault);
    this.#keep(request, answer);
    return fault === 'lost-reply' ? { kind: 'unanswered', message: 'no reply' } : answer;
  }

  #keep({ idempotencyKey, body }: CreateRequest, answer: CreateAnswer | undefined): void {
    this.#kept.set(idempotencyKey, { body, answer, at: this.#clock.now() });
  }

  async #work(request: CreateRequest): Promise<void> {
    this.#keep(request, undefined);
    await this.#clock.sleep(this.workMs);
    this.#keep(request, this.#process(request, undefined));
  }

  #process(request: CreateRequest, fault: Fault | undefined): CreateAnswer {
    if (fault === 'unauthorized') return { kind: 'unauthorized', status: 401, message: 'the key is not valid' };
    if (fault === 'refused')
      return { kind: 'refused', status: 400, message: 'not valid', errors: [{ itemId: 'b', message: 'bad line' }] };
    if (fault === '503-without-effect') return { kind: 'doubt', status: 503 };
    const operation = this.#operation(request);
    return fault === '503-with-effect' ? { kind: 'doubt', status: 503 } : { kind: 'accepted', operation };
  }

  #operation(request: CreateRequest): Operation {
    const operation: Operation = {
      key: randomUUID(),
      connectionId: request.connectionId,
      dataType: 'bankTransactions',
      status: 'pending',
      requestedAt: this.#clock.now(),
      statusCode: 202,
      errors: [],
    };
    this.operations.set(operation.key, { operation, companyId: request.companyId });
    void this.#end(request, operation, this.fates.shift() ?? 'success');
    return operation;
  }

  async #end(request: CreateRequest, operation: Operation, fate: Fate): Promise<void> {
    this.inFlight += 1;
    await this.#clock.sleep(this.pushMs);
    if (fate === 'success' || fate === 'timed-out-but-written') this.#land(request, operation.key);
    const end = {
      success: { status: 'success', statusCode: 200 },
      failed: { status: 'failed', statusCode: 400, message: 'Failed', errors: [{ itemId: 'b', message: 'bad line' }] },
      'failed-transient': { status: 'failed', statusCode: 502, message: 'Bad gateway' },
      'timed-out': { status: 'timed-out', statusCode: 408 },
      'timed-out-but-written': { status: 'timed-out', statusCode: 408 },
    } as const;
    this.setOperation(request.companyId, { ...operation, ...end[fate] });
    this.inFlight -= 1;
    this.webhook?.(request.companyId, operation.key);
  }

  setOperation(companyId: string, operation: Operation): void {
    this.operations.set(operation.key, { operation, companyId });
  }

  #land({ body, accountId, connectionId }: CreateRequest, key: string): void {
    const parsed: { transactions: { id: string }[] } = JSON.parse(body);
    const ids = parsed.transactions.map(({ id }) => id);
    this.landed.push({ accountId, connectionId, key, body, ids, at: this.#clock.now() });
  }

  async get(_companyId: string, operationKey: string): Promise<Operation | undefined> {
    this.gets += 1;
    if (this.down || this.getFails) throw new Error('503');
    return this.operations.get(operationKey)?.operation;
  }

  async list(companyId: string, since: number): Promise<readonly Operation[]> {
    if (this.down || this.listFails) throw new Error('503');
    return [...this.operations.values()]
      .filter((kept) => kept.companyId === companyId && kept.operation.requestedAt >= since)
      .map((kept) => kept.operation);
  }

  /** Ids in the order in which they landed, of one account or of all. */
  ids(accountId?: string): string[] {
    return this.landed
      .filter((batch) => accountId === undefined || batch.accountId === accountId)
      .flatMap((b) => b.ids);
  }
}
