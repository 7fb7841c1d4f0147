/** Managed bank feeds: Codat itself fetches a source account's lines and writes them into the software. */
import { CodatInvalidRequestError } from '../errors.ts';
import type { CallOptions, Http, WriteOptions } from '../http.ts';
import { accountSegment, segment } from '../paths.ts';
import { managedSync, startedSync, type ManagedSync, type StartedSync } from '../schemas/managed-sync.ts';
import { connectionPath } from './connections.ts';

export const managedSyncCalls = (http: Http) => {
  const syncsPath = (companyId: string, connectionId: string, sourceAccountId: string): string => {
    const account = accountSegment('sourceAccountId', sourceAccountId);
    return `${connectionPath(companyId, connectionId)}/bankFeedAccounts/${account}/managedBankFeeds/syncs`;
  };

  return {
    /** From the last successful sync to now. 409 where one is under way. */
    async runManagedBankFeedAdHocSync(
      companyId: string,
      connectionId: string,
      sourceAccountId: string,
      options: WriteOptions = {},
    ): Promise<StartedSync> {
      const path = syncsPath(companyId, connectionId, sourceAccountId);
      const about = { operation: 'runManagedBankFeedAdHocSync', method: 'POST', path } as const;
      return (await http.json({ ...options, ...about }, startedSync)).value;
    },

    async getManagedBankFeedSync(
      companyId: string,
      connectionId: string,
      sourceAccountId: string,
      syncId: string,
      options: CallOptions = {},
    ): Promise<ManagedSync> {
      if (syncId === 'latest') throw new CodatInvalidRequestError('syncId', 'must not be "latest"');
      const path = `${syncsPath(companyId, connectionId, sourceAccountId)}/${segment('syncId', syncId)}`;
      return (await http.json({ ...options, operation: 'getManagedBankFeedSync', method: 'GET', path }, managedSync))
        .value;
    },

    /** Undefined where there has been none. */
    async getLatestManagedBankFeedSync(
      companyId: string,
      connectionId: string,
      sourceAccountId: string,
      options: CallOptions = {},
    ): Promise<ManagedSync | undefined> {
      const path = `${syncsPath(companyId, connectionId, sourceAccountId)}/latest`;
      const about = { operation: 'getLatestManagedBankFeedSync', method: 'GET', path } as const;
      return http.optional({ ...options, ...about }, managedSync);
    },
  };
};
