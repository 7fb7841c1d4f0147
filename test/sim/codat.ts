/**
 * Codat for pushing, as far as its documents go, and the accounting software behind it: the first answer under an
 * Idempotency-Key is replayed for 90 minutes whatever it was, operations end later and name no account, lists lag,
 * webhooks come at least once or not at all. It keeps what truly landed.
 */
import type { PlatformKey } from '../../src/contract/platforms.ts';
import { ordersStrictly } from '../../src/outbox/decide.ts';
import type { CreateAnswer, FeedFacts, Operation } from '../../src/outbox/model.ts';
import type { Scheduler } from './clock.ts';
import type { Faults } from './faults.ts';
import type { Random } from './random.ts';

const minute = 60_000;
const keyKept = 90 * minute;
/** The worst that is promised: slower than this and the quiet window would not be wide enough. */
const slowestCommit = 3 * minute;
const slowestListing = 75_000;

export interface Target {
  readonly companyId: string;
  readonly connectionId: string;
  readonly accountId: string;
}

export interface Request extends Target {
  readonly body: string;
  readonly idempotencyKey: string;
}

/** A batch that is in the books. */
export interface Landing extends Target {
  readonly key: string;
  readonly lines: readonly string[];
  readonly at: number;
}

interface Kept {
  readonly body: string;
  answer: CreateAnswer | undefined;
  until: number;
}

interface StoredOperation {
  readonly companyId: string;
  readonly listedFrom: number;
  operation: Operation;
}

interface Account extends Target {
  newest: string;
}

/** What a connection is to the software behind it. */
export interface Link {
  readonly companyId: string;
  readonly connectionId: string;
  readonly platform: PlatformKey;
  status: FeedFacts['connection'];
  readonly accounts: Map<string, FeedFacts['account']>;
}

const idOf = ({ companyId, connectionId, accountId }: Target): string => `${companyId}/${connectionId}/${accountId}`;

const unauthorized: CreateAnswer = { kind: 'unauthorized', status: 401, message: 'no' };
const refused = (message: string): CreateAnswer => ({ kind: 'refused', status: 400, message, errors: [{ message }] });

const line = /\{"amount":[^{}]*?"id":"([^"]+)","date":"([^"]+)"[^{}]*\}/g;

/** Id, local date-time and exact text of each line of a request. */
const linesOf = (body: string): { readonly id: string; readonly at: string; readonly text: string }[] =>
  [...body.matchAll(line)].map(([text, id = '', date = '']) => ({
    id,
    at: date.length === 10 ? `${date}T00:00:00` : date,
    text,
  }));

export interface CodatParts {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly faults: () => Faults;
  readonly links: ReadonlyMap<string, Link>;
  /** Lines that the software never takes. */
  readonly poisoned: ReadonlySet<string>;
  readonly webhook: (companyId: string, operationKey: string) => void;
  readonly say: (text: () => string) => void;
}

export class Codat {
  readonly landings: Landing[] = [];
  /** Lines that a later one overtook: the software refused them for good. */
  readonly overtaken: string[] = [];
  /** Connections on which others push. */
  readonly visited = new Set<string>();
  /** What it still has to do by itself. */
  busy = 0;
  readonly #parts: CodatParts;
  readonly #kept = new Map<string, Kept>();
  readonly #operations = new Map<string, StoredOperation>();
  readonly #accounts = new Map<string, Account>();
  readonly #webhooks = new Set<() => void>();

  constructor(parts: CodatParts) {
    this.#parts = parts;
  }

  #later(ms: number, run: () => void): void {
    this.busy += 1;
    this.#parts.scheduler.after(ms, () => {
      this.busy -= 1;
      run();
    });
  }

  /** Webhooks that would come much later come now. */
  sendLateWebhooks(): void {
    for (const send of this.#webhooks) send();
  }

  /** A whole request arrives. */
  post(request: Request, reply: (answer: CreateAnswer) => void): void {
    const { scheduler, random, say } = this.#parts;
    const faults = this.#parts.faults();
    const answer = (value: CreateAnswer): void => {
      say(() => `codat answers ${request.idempotencyKey.slice(0, 8)} with ${value.kind}`);
      reply(value);
    };
    // The limits stand before everything else; a key is released, or was kept by an earlier request.
    if (random.chance(faults.throttled))
      return answer({ kind: 'throttled', retryAfterMs: random.skewed(1000, 2 * minute) });
    // So do the API key and the path, now and then; else their answers are kept under the key like any other.
    if (random.chance(faults.unauthorized / 2)) return answer(unauthorized);
    const refusal = faults.refusesAtOnce && random.chance(0.3) ? this.#refusal(request) : undefined;
    if (refusal !== undefined) return answer(refused(refusal));
    if (random.chance(faults.notFound)) return answer(refused('not found'));
    if (faults.keysIgnored) return this.#work(request, answer, () => undefined);
    const kept = this.#kept.get(request.idempotencyKey);
    if (kept !== undefined && kept.until > scheduler.now) {
      if (kept.body !== request.body) return answer({ kind: 'key-mismatch', message: 'another body' });
      return answer(kept.answer ?? { kind: 'in-progress' });
    }
    const entry: Kept = { body: request.body, answer: undefined, until: Infinity };
    this.#kept.set(request.idempotencyKey, entry);
    this.#work(request, answer, (value) => {
      entry.answer = value;
      entry.until = scheduler.now + keyKept;
    });
  }

  #work(request: Request, reply: (answer: CreateAnswer) => void, keep: (answer: CreateAnswer) => void): void {
    const { scheduler, random } = this.#parts;
    const faults = this.#parts.faults();
    const end = (ms: number, answerOf: () => CreateAnswer): void => {
      this.#later(ms, () => {
        const answer = answerOf();
        keep(answer);
        reply(answer);
      });
    };
    const quick = random.skewed(5, 400);
    const slow = random.chance(faults.slowCommit) ? random.skewed(5000, slowestCommit) : quick;
    if (random.chance(faults.unauthorized / 2)) return end(quick, () => unauthorized);
    const refusal = faults.refusesAtOnce ? this.#refusal(request) : undefined;
    if (refusal !== undefined) return end(quick, () => refused(refusal));
    const doubt: CreateAnswer = { kind: 'doubt', status: random.pick([408, 500, 502, 503, 504]) };
    if (random.chance(faults.errorWithoutEffect)) return end(random.chance(0.5) ? quick : slow, () => doubt);
    const requestedAt = scheduler.now;
    if (!random.chance(faults.errorWithEffect))
      return end(slow, () => ({ kind: 'accepted', operation: this.#begin(request, requestedAt) }));
    // The answer is an error, and what it is about happens all the same: before it, or well after.
    this.#later(slow, () => {
      const beside = random.pick(['before', 'after', ...Array.from({ length: 14 }, () => 'none')]);
      if (beside === 'before') this.foreign(request, requestedAt);
      this.#begin(request, requestedAt);
      if (beside === 'after') this.foreign(request, requestedAt);
    });
    end(quick, () => doubt);
  }

  /** Another program pushes on the same connection. */
  foreign({ companyId, connectionId }: Pick<Target, 'companyId' | 'connectionId'>, requestedAt: number): void {
    const { random, scheduler, faults } = this.#parts;
    const dataType = random.pick(['bankTransactions', 'bankTransactions', 'bankAccounts']);
    if (dataType === 'bankTransactions') this.visited.add(connectionId);
    const operation: Operation = {
      key: random.uuid(),
      connectionId,
      dataType,
      status: 'success',
      statusCode: 200,
      requestedAt: requestedAt + faults().skew,
      errors: [],
    };
    this.#operations.set(operation.key, { companyId, listedFrom: scheduler.now, operation });
  }

  #begin(request: Request, requestedAt: number): Operation {
    const { scheduler, random, faults } = this.#parts;
    const { longPending, skew } = faults();
    const operation: Operation = {
      key: random.uuid(),
      connectionId: request.connectionId,
      dataType: 'bankTransactions',
      status: 'pending',
      statusCode: 202,
      requestedAt: requestedAt + skew,
      errors: [],
    };
    const lag = random.chance(0.3) ? random.skewed(100, slowestListing) : 0;
    this.#operations.set(operation.key, {
      companyId: request.companyId,
      listedFrom: scheduler.now + lag,
      operation,
    });
    const takes = random.chance(longPending) ? random.skewed(5 * minute, 120 * minute) : random.skewed(20, 5000);
    this.#later(takes, () => this.#end(request, operation.key));
    return operation;
  }

  #end(request: Request, key: string): void {
    const { random } = this.#parts;
    const { timedOut, failed, failedTransient } = this.#parts.faults();
    const refusal = this.#refusal(request) ?? (random.chance(failed) ? 'this line is not valid' : undefined);
    if (random.chance(timedOut)) {
      // A label only: it may be written all the same, before it or after.
      const fate = random.pick(['never', 'before', 'after', 'after-and-told', 'after-and-told'] as const);
      if (fate === 'before') this.#land(request);
      if (fate.startsWith('after'))
        this.#later(random.skewed(1000, 30 * minute), () => {
          this.#land(request);
          if (fate === 'after-and-told') this.#change(key, { status: 'success', statusCode: 200 });
        });
      this.#change(key, { status: 'timed-out', statusCode: 408 });
    } else if (refusal !== undefined)
      this.#change(key, { status: 'failed', statusCode: 400, message: refusal, errors: [{ message: refusal }] });
    else if (random.chance(failedTransient))
      this.#change(key, { status: 'failed', statusCode: random.pick([500, 502, 503]), message: 'try again' });
    else {
      this.#land(request);
      this.#change(key, { status: 'success', statusCode: 200 });
    }
  }

  #change(key: string, changes: Partial<Operation>): void {
    const { scheduler, random, webhook, say } = this.#parts;
    const { webhookLost, webhookTwice, webhookLate } = this.#parts.faults();
    const stored = this.#operations.get(key)!;
    stored.operation = { ...stored.operation, ...changes };
    say(() => `codat ends ${key.slice(0, 8)}: ${stored.operation.status} ${stored.operation.statusCode ?? ''}`);
    if (random.chance(webhookLost)) return;
    for (let copies = random.chance(webhookTwice) ? random.int(2, 3) : 1; copies > 0; copies -= 1) {
      const late = random.chance(webhookLate) ? random.skewed(10_000, 28 * 60 * minute) : random.skewed(5, 3000);
      const send = (): void => {
        if (this.#webhooks.delete(send)) webhook(stored.companyId, key);
      };
      this.#webhooks.add(send);
      scheduler.after(late, send);
    }
  }

  #refusal(request: Request): string | undefined {
    const { links, poisoned } = this.#parts;
    const link = links.get(request.connectionId);
    if (link?.status !== 'linked' || link.accounts.get(request.accountId) !== 'connected')
      return 'the account is not connected';
    if (poisoned.size > 0 && linesOf(request.body).some(({ id }) => poisoned.has(id))) return 'a line is not valid';
    return undefined;
  }

  #land(request: Request): void {
    const { scheduler, links, say } = this.#parts;
    const { companyId, connectionId, accountId } = request;
    const target = idOf(request);
    const account = this.#accounts.get(target) ?? { companyId, connectionId, accountId, newest: '' };
    this.#accounts.set(target, account);
    const strict = ordersStrictly(links.get(connectionId)?.platform);
    const texts: string[] = [];
    const { newest } = account;
    for (const { id, at, text } of linesOf(request.body)) {
      if (strict && at < newest) this.overtaken.push(id);
      else texts.push(text);
      if (at > account.newest) account.newest = at;
    }
    say(
      () =>
        `in the books of ${target}: ${linesOf(request.body)
          .map(({ id }) => id)
          .join(' ')}`,
    );
    this.landings.push({
      companyId,
      connectionId,
      accountId,
      key: request.idempotencyKey,
      lines: texts,
      at: scheduler.now,
    });
  }

  get(key: string): Operation | undefined {
    return this.#operations.get(key)?.operation;
  }

  list(companyId: string, since: number): readonly Operation[] {
    const found: Operation[] = [];
    for (const stored of this.#operations.values()) {
      if (stored.companyId !== companyId || stored.listedFrom > this.#parts.scheduler.now) continue;
      if (stored.operation.requestedAt >= since) found.push(stored.operation);
    }
    return found;
  }
}
