import type { SourceAccount } from '../codat/schemas/source-account.ts';
import type { Clock } from '../outbox/model.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { accountState, type CompanyView, type ConnectionView } from './company-view.ts';
import { errorFields, type Log } from './log.ts';

/** Tells the outbox what Codat says of accounts: after a webhook, and behind the webhooks by a slow listing. */
export interface AccountWatch {
  /** Lists the company's connections and accounts now. */
  look(companyId: string): Promise<void>;
  /** Takes in a listing that was made for another reason. */
  observe(companyId: string, connection: ConnectionView, accounts: readonly SourceAccount[]): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

const dateOnly = (value: string | null | undefined): string | undefined => /^\d{4}-\d\d-\d\d/.exec(value ?? '')?.[0];

export const createAccountWatch = (parts: {
  readonly view: () => CompanyView;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly interval: number;
  readonly log: Log;
}): AccountWatch => {
  const { outbox, clock, interval, log } = parts;
  const stopping = new AbortController();
  let looping: Promise<void> | undefined;

  const watch: AccountWatch = {
    async observe(companyId, connection, accounts) {
      for (const account of accounts)
        await outbox.observe(
          { companyId, connectionId: connection.id, accountId: account.id },
          {
            platform: connection.platform,
            connection: connection.status,
            account: accountState(account.status),
            feedStartDate: dateOnly(account.feedStartDate),
          },
        );
    },
    async look(companyId) {
      const view = parts.view();
      view.invalidate(companyId);
      const connections = await view.connections(companyId);
      const listed = new Map<string, ReadonlySet<string>>();
      for (const connection of connections) {
        const accounts = await view.accounts(companyId, connection);
        listed.set(connection.id, new Set(accounts.map((account) => account.id)));
        await watch.observe(companyId, connection, accounts);
      }
      // What is no longer listed was removed on the other side: say so, or its lines would wait for ever.
      for (const feed of await outbox.feedKeys(companyId)) {
        const accounts = listed.get(feed.connectionId);
        if (accounts?.has(feed.accountId)) continue;
        await outbox.observe(feed, {
          connection: accounts
            ? (connections.find(({ id }) => id === feed.connectionId)?.status ?? 'deleted')
            : 'deleted',
          account: 'removed',
        });
      }
    },
    start() {
      looping = (async () => {
        while (!stopping.signal.aborted) {
          await clock.sleep(interval, stopping.signal);
          if (stopping.signal.aborted) return;
          try {
            const companies = new Set((await outbox.awaited()).map(({ companyId }) => companyId));
            for (const companyId of companies) await watch.look(companyId);
          } catch (error) {
            log.warn(errorFields(error), 'accounts could not be listed; trying again later');
          }
        }
      })();
    },
    async stop() {
      stopping.abort();
      await looping;
    },
  };
  return watch;
};
