import { operationView } from '../views.ts';
import { ApiError, quote } from './errors.ts';
import type { Listed } from './kinds.ts';
import { companyOf, ok, type Operation } from './operation.ts';
import { page } from './paging.ts';

/** How long a write may take, in minutes; undefined where the caller sets no limit. @throws {ApiError} 400 */
export function timeoutOf(query: URLSearchParams): number | undefined {
  const given = query.get('timeoutInMinutes');
  if (given === null) return undefined;
  if (/^\d{1,6}$/.test(given) && Number(given) > 0) return Number(given);
  throw new ApiError(400, 'The parameter timeoutInMinutes must be a whole number of minutes, at least 1.', {
    service: 'PushApi',
  });
}

const operations: Listed = {
  name: 'PushOperation',
  service: 'PushApi',
  properties: {
    companyId: 'text',
    pushOperationKey: 'text',
    dataConnectionKey: 'text',
    dataType: 'text',
    requestedOnUtc: 'date',
    completedOnUtc: 'date',
    timeoutInMinutes: 'number',
    status: 'text',
    statusCode: 'number',
    errorMessage: 'text',
  },
};

/** Newest first, unless `orderBy` says otherwise. */
const listOperations: Operation = {
  id: 'list-create-operations',
  method: 'GET',
  path: '/companies/:companyId/push',
  handle: (call) =>
    page(call, {
      items: call.core.world.operationsOf(companyOf(call).id).toReversed(),
      view: operationView,
      listed: operations,
    }),
};

const getOperation: Operation = {
  id: 'get-create-operation',
  method: 'GET',
  path: '/companies/:companyId/push/:pushOperationKey',
  handle(call) {
    const company = companyOf(call);
    const key = call.params['pushOperationKey'] ?? '';
    const operation = call.core.world.operations.get(key);
    if (operation?.companyId === company.id) return ok(operationView(operation));
    throw new ApiError(404, `No push operation was found with key ${quote(key)}`, { service: 'PushApi' });
  },
};

export const pushOperations: readonly Operation[] = [listOperations, getOperation];
