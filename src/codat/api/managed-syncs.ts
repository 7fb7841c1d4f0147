/** Managed bank feeds: Codat itself fetches a source account's lines and writes them into the software. */
import type { CallOptions, WriteOptions } from '../call-options.ts';
import { CodatInvalidRequestError } from '../errors.ts';
import type { Http } from '../http.ts';
import { accountSegment, segment } from '../paths.ts';
import { managedSync, startedSync, type ManagedSync, type StartedSync } from '../schemas/managed-sync.ts';
import { connectionPath } from './connections.ts';

export interface ManagedSyncCalls {
  /** From the last successful sync to now. 409 where one is under way. */
  runManagedBankFeedAdHocSync(
    companyId: string,
    connectionId: string,
    sourceAccountId: string,
    options?: WriteOptions,
  ): Promise<StartedSync>;

  getManagedBankFeedSync(
    companyId: string,
    connectionId: string,
    sourceAccountId: string,
    syncId: string,
    options?: CallOptions,
  ): Promise<ManagedSync>;

  /** Undefined where there has been none. */
  getLatestManagedBankFeedSync(
    companyId: string,
    connectionId: string,
    sourceAccountId: string,
    options?: CallOptions,
  ): Promise<ManagedSync | undefined>;
}

export const managedSyncCalls = (http: Http): ManagedSyncCalls => {
  const syncsPath = (companyId: string, connectionId: string, sourceAccountId: string): string => {
    const account = accountSegment('sourceAccountId', sourceAccountId);
    return `${connectionPath(companyId, connectionId)}/bankFeedAccounts/${account}/managedBankFeeds/syncs`;
  };

  return {
    async runManagedBankFeedAdHocSync(companyId, connectionId, sourceAccountId, options) {
      const path = syncsPath(companyId, connectionId, sourceAccountId);
      return http.json({ ...options, operation: 'runManagedBankFeedAdHocSync', method: 'POST', path }, startedSync);
    },

    async getManagedBankFeedSync(companyId, connectionId, sourceAccountId, syncId, options) {
      const path = `${syncsPath(companyId, connectionId, sourceAccountId)}/${segment('syncId', syncId)}`;
      // A route of its own at Codat, whose routing ignores case.
      if (syncId.toLowerCase() === 'latest') throw new CodatInvalidRequestError('syncId', 'must not be "latest"');
      return http.json({ ...options, operation: 'getManagedBankFeedSync', method: 'GET', path }, managedSync);
    },

    async getLatestManagedBankFeedSync(companyId, connectionId, sourceAccountId, options) {
      const path = `${syncsPath(companyId, connectionId, sourceAccountId)}/latest`;
      return http.optional({ ...options, operation: 'getLatestManagedBankFeedSync', method: 'GET', path }, managedSync);
    },
  };
};
