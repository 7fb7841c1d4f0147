/** Codat with nothing wrong but its limits: each request is counted as its documents say, and told so in the answer. */
import { TransportError, type Transport, type TransportRequest } from '../../../src/codat/index.ts';
import type { Scheduler } from '../clock.ts';
import type { Random } from '../random.ts';

const minute = 60_000;
const day = 86_400_000;
const perMinute = 1_000;
const perCompany = 10;

/** How long Codat takes, in milliseconds: from, to; mostly near the first. */
export interface Times {
  readonly answer: readonly [number, number];
  /** From the answer to the end of the operation. */
  readonly operation: readonly [number, number];
  readonly webhook: readonly [number, number];
  /** The part of webhooks that never come. */
  readonly webhooksLost: number;
}

export interface CodatParts {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly times: Times;
  /** Requests a day. */
  readonly quota: number;
  readonly webhook: (companyId: string, operationKey: string) => void;
  /** A request is in the books, under its Idempotency-Key. */
  readonly landed: (key: string) => void;
}

interface Operation {
  readonly key: string;
  readonly companyId: string;
  readonly connectionId: string;
  readonly requestedAt: number;
  done: boolean;
}

const isoOf = (at: number): string => new Date(at).toISOString();

const toJson = ({ key, companyId, connectionId, requestedAt, done }: Operation): object => ({
  companyId,
  pushOperationKey: key,
  dataConnectionKey: connectionId,
  dataType: 'bankTransactions',
  requestedOnUtc: isoOf(requestedAt),
  status: done ? 'Success' : 'Pending',
  statusCode: done ? 200 : 202,
});

const emptyPage = { results: [], pageNumber: 1, pageSize: 500, totalResults: 0, _links: { self: {}, current: {} } };

export const createLimitedCodat = ({ scheduler, random, times, quota, webhook, landed }: CodatParts) => {
  const counted = { posts: 0, reads: 0, listings: 0, peakMinute: 0, peakOfCompany: 0 };
  const refused = { day: 0, minute: 0, company: 0 };
  const operations = new Map<string, Operation>();
  const byIdempotencyKey = new Map<string, Operation>();
  const running = new Map<string, number>();
  /** When the requests of the last minute came, by address: whatever minute Codat counts in is within. */
  const recent = new Map<string, number[]>();
  let used = 0;
  let resetAt = 0;

  const after = (span: readonly [number, number], run: () => void): void =>
    void scheduler.after(random.skewed(span[0], span[1]), run);

  const limit = (address: string, companyId: string): { kind: keyof typeof refused; wait: number } | undefined => {
    const now = scheduler.now;
    if (now >= resetAt) {
      resetAt = now - (now % day) + day;
      used = 0;
    }
    const times = recent.get(address) ?? [];
    recent.set(address, times);
    while (times[0] !== undefined && times[0] <= now - minute) times.shift();
    if (used >= quota) return { kind: 'day', wait: resetAt - now };
    if (times.length >= perMinute) return { kind: 'minute', wait: (times[0] ?? now) + minute - now };
    if ((running.get(companyId) ?? 0) >= perCompany) return { kind: 'company', wait: 1_000 };
    used += 1;
    times.push(now);
    counted.peakMinute = Math.max(counted.peakMinute, times.length);
    return undefined;
  };

  const begin = (companyId: string, connectionId: string, idempotencyKey: string): Operation => {
    const known = byIdempotencyKey.get(idempotencyKey);
    if (known !== undefined) return known;
    const operation = { key: random.uuid(), companyId, connectionId, requestedAt: scheduler.now, done: false };
    operations.set(operation.key, operation);
    byIdempotencyKey.set(idempotencyKey, operation);
    landed(idempotencyKey);
    after(times.operation, () => {
      operation.done = true;
      if (!random.chance(times.webhooksLost)) after(times.webhook, () => webhook(companyId, operation.key));
    });
    return operation;
  };

  const work = ({ method, url, headers }: TransportRequest): object => {
    const [, companyId = '', , connectionOrKey = ''] = new URL(url).pathname.split('/').slice(1);
    if (method === 'POST') {
      counted.posts += 1;
      const key = Object.entries(headers).find(([name]) => name.toLowerCase() === 'idempotency-key')?.[1] ?? '';
      return toJson(begin(companyId, connectionOrKey, key));
    }
    const operation = operations.get(connectionOrKey);
    if (operation === undefined) counted.listings += 1;
    else counted.reads += 1;
    return operation === undefined ? emptyPage : toJson(operation);
  };

  /** The way to Codat from one address. */
  const from =
    (address: string): Transport =>
    (request) =>
      new Promise((resolve, reject) => {
        if (request.commit?.() === false) return reject(new TransportError('not-sent'));
        const companyId = /\/companies\/([^/?]+)/.exec(request.url)?.[1] ?? '';
        const over = limit(address, companyId);
        const respond = (status: number, value: object, more: Record<string, string> = {}): void => {
          const headers = {
            'content-type': 'application/json',
            'x-rate-limit-limit': String(quota),
            'x-rate-limit-remaining': String(quota - used),
            'x-rate-limit-reset': isoOf(resetAt),
            ...more,
          };
          resolve({ status, headers, body: new TextEncoder().encode(JSON.stringify(value)) });
        };
        if (over !== undefined) {
          refused[over.kind] += 1;
          const error = { statusCode: 429, error: `the limit of the ${over.kind} is reached` };
          return respond(429, error, { 'retry-after': String(Math.ceil(over.wait / 1000)) });
        }
        const now = (running.get(companyId) ?? 0) + 1;
        running.set(companyId, now);
        counted.peakOfCompany = Math.max(counted.peakOfCompany, now);
        const value = work(request);
        after(times.answer, () => {
          running.set(companyId, (running.get(companyId) ?? 1) - 1);
          respond(200, value);
        });
      });

  /** Whether a request is still unanswered. */
  const busy = (): boolean => [...running.values()].some((requests) => requests > 0);

  return { counted, refused, from, busy };
};
