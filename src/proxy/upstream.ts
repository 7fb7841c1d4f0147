import { isCodatError, type CodatClient } from '../codat/index.ts';
import type { ValidationItem } from '../codat/schemas/common.ts';
import type { PushOperation } from '../codat/schemas/push-operation.ts';
import type { CreateAnswer, Operation, Upstream } from '../outbox/model.ts';
import { utcInstant } from './utc-instant.ts';

const operationStatus = {
  Pending: 'pending',
  Success: 'success',
  Failed: 'failed',
  TimedOut: 'timed-out',
} as const satisfies Record<string, Operation['status']>;

const isKnown = (status: string): status is keyof typeof operationStatus => Object.hasOwn(operationStatus, status);

const itemErrors = (
  validation: { readonly errors?: readonly ValidationItem[] | null | undefined } | null | undefined,
): Operation['errors'] =>
  (validation?.errors ?? []).map(({ itemId, message }) => ({
    itemId: itemId ?? undefined,
    message: message ?? 'Codat gave no message.',
  }));

const toOperation = (operation: PushOperation): Operation => ({
  key: operation.pushOperationKey,
  connectionId: operation.dataConnectionKey,
  dataType: operation.dataType ?? undefined,
  status: isKnown(operation.status) ? operationStatus[operation.status] : 'unknown',
  // Of a time that cannot be read: now, so that nothing is taken for older than it is.
  requestedAt: Date.parse(utcInstant(operation.requestedOnUtc) ?? new Date().toISOString()),
  statusCode: operation.statusCode,
  message: operation.errorMessage ?? undefined,
  errors: itemErrors(operation.validation),
});

/** What each failure of the one POST means for the batch: push.md's table, in one place. */
const answerOf = (error: unknown): CreateAnswer => {
  if (!isCodatError(error)) throw error;
  switch (error.kind) {
    case 'http': {
      const message = error.error ?? `Codat answered with status ${error.status}.`;
      if (error.status === 429) return { kind: 'throttled', retryAfterMs: error.retryAfterMs ?? 60_000 };
      if (error.status === 409) return { kind: 'in-progress' };
      if (error.status === 422) return { kind: 'key-mismatch', message };
      if (error.status === 408 || error.status >= 500) return { kind: 'doubt', status: error.status };
      if ([401, 402, 403].includes(error.status)) return { kind: 'unauthorized', status: error.status, message };
      return { kind: 'refused', status: error.status, message, errors: itemErrors(error.validation) };
    }
    case 'connection':
      // Where no connection came about nothing was sent: no doubt, the batch is as it was.
      return error.code === 'broken' ? { kind: 'unanswered', message: error.message } : { kind: 'not-sent' };
    case 'timeout':
    case 'aborted':
      return { kind: 'unanswered', message: error.message };
    case 'invalid-response':
      // It answered, so the key is spent; whether it was written has to be found out.
      return { kind: 'doubt', status: error.status ?? 0 };
    case 'invalid-request':
      return { kind: 'refused', status: 400, message: error.message, errors: [] };
  }
};

/** Pages on which nothing is new: so many operations come in between none of its answers. */
const mostFruitless = 10;

/**
 * The outbox's port, spoken by the Codat client. A write is sent once: the outbox owns its retries. Where the
 * limits make requests wait, writes go first, with what a webhook says has ended; what only asks goes last.
 */
export const createUpstream = (codat: CodatClient): Upstream => ({
  async create({ companyId, connectionId, accountId, body, idempotencyKey, commit, signal }) {
    try {
      const operation = await codat.createBankTransactions(companyId, connectionId, accountId, body, {
        idempotencyKey,
        commit,
        signal,
        priority: 'push',
      });
      return { kind: 'accepted', operation: toOperation(operation) };
    } catch (error) {
      return answerOf(error);
    }
  },
  async get(companyId, operationKey, signal, told) {
    // As a poll it would be held in the last tenth of the day, and with it every account that has delivered once.
    const priority = told === true ? 'push' : 'poll';
    try {
      return toOperation(await codat.getPushOperation(companyId, operationKey, { signal, priority }));
    } catch (error) {
      if (isCodatError(error) && error.kind === 'http' && error.status === 404) return undefined;
      throw error;
    }
  },
  async list(companyId, since, signal) {
    // By key: an operation moves to the next page while newer ones come in.
    const found = new Map<string, Operation>();
    // Each counts once towards the total: one that is listed again stands for none that is still to come.
    const seen = new Set<string>();
    let fruitless = 0;
    for (let page = 1; ; page += 1) {
      const answer = await codat.listPushOperations(
        companyId,
        { page, pageSize: 500, orderBy: '-requestedOnUtc' },
        { signal, priority: 'poll' },
      );
      const operations = answer.results.map(toOperation);
      for (const operation of operations) if (operation.requestedAt >= since) found.set(operation.key, operation);
      const before = seen.size;
      for (const { key } of operations) seen.add(key);
      fruitless = seen.size > before ? 0 : fruitless + 1;
      // What is missed here counts as not written, and is sent again: all is read where the order is not the one asked for.
      const times = operations.map(({ requestedAt }) => requestedAt);
      const newestFirst = times.every((at, n) => at <= (times[n - 1] ?? Infinity));
      const reachedOlder = newestFirst && (times.at(-1) ?? since) < since;
      if (reachedOlder || operations.length === 0 || seen.size >= answer.totalResults) break;
      if (fruitless > mostFruitless) throw new Error('Codat lists operations without an end that bring nothing new.');
    }
    return [...found.values()].toReversed();
  },
});
