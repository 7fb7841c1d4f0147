import { startSync, stateOf } from '../managed-syncs.ts';
import type { ManagedSyncRecord, SourceAccountRecord } from '../records.ts';
import { utc } from '../views.ts';
import { ApiError, quote } from './errors.ts';
import { accountOf, type Call, companyOf, linkedOrganization, ok, type Operation } from './operation.ts';

const path = '/companies/:companyId/connections/:connectionId/bankFeedAccounts/:sourceAccountId/managedBankFeeds/syncs';

const sourceAccountOf = (call: Call): SourceAccountRecord => accountOf(call, call.params['sourceAccountId'] ?? '');

function view(call: Call, sync: ManagedSyncRecord) {
  const { core } = call;
  const { status, endedAt, error } = stateOf(core, sync);
  return {
    syncId: sync.id,
    clientId: core.ids.named('client'),
    companyId: sync.companyId,
    companyName: companyOf(call).name,
    dataConnectionId: sync.connectionId,
    sourceAccountId: sync.accountId,
    periodStartUtc: utc(sync.periodStart),
    periodEndUtc: utc(sync.periodEnd),
    executionStartUtc: utc(sync.startedAt),
    status,
    executionEndUtc: endedAt === undefined ? null : utc(endedAt),
    errorMessage: error?.message ?? null,
    errorCode: error?.code ?? null,
    // The document takes null where nothing was written.
    pushOperationKeys: sync.fetched?.operationKeys.length ? sync.fetched.operationKeys : null,
  };
}

/** Every connected account has a managed feed: the API has no way to enable one. */
const runSync: Operation = {
  id: 'run-managed-bank-feed-ad-hoc-sync',
  method: 'POST',
  path,
  handle(call) {
    const { core } = call;
    const account = sourceAccountOf(call);
    linkedOrganization(call);
    if (account.status !== 'connected') {
      throw new ApiError(400, `The source account is ${account.status}. Only a connected account can be synced.`, {
        service: 'BankFeedsApi',
      });
    }
    const latest = core.world.syncsOf(account.connectionId, account.id).at(-1);
    if (latest !== undefined && stateOf(core, latest).status === 'Started') {
      throw new ApiError(409, `Sync ${latest.id} of this account is still running.`, { service: 'BankFeedsApi' });
    }
    return { status: 201, body: { syncId: startSync(core, account).id } };
  },
};

const getLatestSync: Operation = {
  id: 'get-latest-managed-bank-feed-sync',
  method: 'GET',
  path: `${path}/latest`,
  handle(call) {
    const { connectionId, id } = sourceAccountOf(call);
    const latest = call.core.world.syncsOf(connectionId, id).at(-1);
    return latest === undefined ? { status: 204 } : ok(view(call, latest));
  },
};

const getSync: Operation = {
  id: 'get-managed-bank-feed-sync',
  method: 'GET',
  path: `${path}/:syncId`,
  handle(call) {
    const { connectionId, id } = sourceAccountOf(call);
    const syncId = call.params['syncId'] ?? '';
    const sync = call.core.world.syncsOf(connectionId, id).find((each) => each.id === syncId);
    if (sync !== undefined) return ok(view(call, sync));
    throw new ApiError(404, `No sync was found with ID ${quote(syncId)}`, { service: 'BankFeedsApi' });
  },
};

/** In routing order: `latest` stands before `:syncId`. */
export const managedSyncOperations: readonly Operation[] = [runSync, getLatestSync, getSync];
