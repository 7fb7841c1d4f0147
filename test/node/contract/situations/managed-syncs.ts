import { sourceAccount } from '../../sandbox/harness.ts';
import type { Situation, Stage } from './situation.ts';

const syncsOf = (base: string, accountId: string): string =>
  `${base}/bankFeedAccounts/${accountId}/managedBankFeeds/syncs`;

/** The syncs of an account that is connected. */
async function connectedSyncs({ connected }: Stage): Promise<string> {
  const { base, accountId } = await connected();
  return syncsOf(base, accountId);
}

/** The same, and one of them has been started. */
async function startedSync(stage: Stage): Promise<{ readonly path: string; readonly syncId: string }> {
  const path = await connectedSyncs(stage);
  const { body } = await stage.call('POST', path);
  return { path, syncId: body.syncId };
}

export const managedSyncs: readonly Situation[] = [
  {
    operation: 'run-managed-bank-feed-ad-hoc-sync',
    status: 201,
    when: 'with the id of a sync that has started',
    arrange: async (stage) => ({ method: 'POST', path: await connectedSyncs(stage) }),
  },
  {
    operation: 'run-managed-bank-feed-ad-hoc-sync',
    status: 400,
    when: 'when the account is not connected',
    arrange: async ({ linked, call }) => {
      const { base } = await linked();
      const { body } = await call('POST', `${base}/connectionInfo/bankFeedAccounts`, sourceAccount());
      return { method: 'POST', path: syncsOf(base, body.id) };
    },
  },
  {
    operation: 'run-managed-bank-feed-ad-hoc-sync',
    status: 409,
    when: 'when one is running',
    arrange: async (stage) => ({ method: 'POST', path: (await startedSync(stage)).path }),
  },
  {
    operation: 'get-managed-bank-feed-sync',
    status: 200,
    when: 'with a sync that has ended',
    arrange: async (stage) => {
      const { path, syncId } = await startedSync(stage);
      await stage.clock.advance(60_000);
      return { method: 'GET', path: `${path}/${syncId}` };
    },
  },
  {
    operation: 'get-latest-managed-bank-feed-sync',
    status: 200,
    when: 'with the newest sync',
    arrange: async (stage) => ({ method: 'GET', path: `${(await startedSync(stage)).path}/latest` }),
  },
  {
    operation: 'get-latest-managed-bank-feed-sync',
    status: 204,
    when: 'when there has been none',
    arrange: async (stage) => ({ method: 'GET', path: `${await connectedSyncs(stage)}/latest` }),
  },
];
