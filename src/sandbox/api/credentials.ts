import { behaviourOf } from '../behaviours.ts';
import { makeCredentials, revokeCredentials } from '../credentials.ts';
import type { ConnectionRecord } from '../records.ts';
import { ApiError } from './errors.ts';
import { type Call, connectionOf, ok, type Operation } from './operation.ts';

const path = '/companies/:companyId/connections/:connectionId/connectionInfo/bankFeedAccounts/credentials';

/** The document knows no 400 here; of what it knows, 404 says best that other platforms have none. */
function quickBooksOf(call: Call): ConnectionRecord {
  const connection = connectionOf(call);
  const { connects, platformName } = behaviourOf(connection);
  if (connects === 'credentials') return connection;
  throw new ApiError(404, `There are no bank feed credentials for ${platformName}, only for QuickBooks Online.`, {
    service: 'BankFeedsApi',
  });
}

/** The body is required and has no schema: whatever JSON it is, none of it is used. */
const generateCredentials: Operation = {
  id: 'generate-credentials',
  method: 'POST',
  path,
  handle: (call) => ok(makeCredentials(call.core, quickBooksOf(call))),
};

const deleteCredentials: Operation = {
  id: 'delete-bank-feed-credentials',
  method: 'DELETE',
  path,
  handle(call) {
    revokeCredentials(call.core, quickBooksOf(call));
    return { status: 204 };
  },
};

/** To be routed before an account's own path: `credentials` is no account. */
export const credentialOperations: readonly Operation[] = [generateCredentials, deleteCredentials];
