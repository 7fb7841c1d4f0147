import type { Clock } from '../outbox/model.ts';
import { isTimeZone } from '../outbox/outbox.ts';
import { errorFields, type Log } from './log.ts';
import type { CompanyRef, ProxyOptions } from './options.ts';
import { Recent } from './recent.ts';
import { processorsAmong, readSourceAccounts, type HostAccount } from './source-accounts.ts';
import { within } from './within.ts';

/** How long the host's list of accounts answers, in milliseconds: a page asks for it several times in a row. */
const listAge = 2_000;

/** The same for what a page only shows them as: it reads its state often, and does not wait for a slow host. */
const processorsAge = 60_000;
const soon = 1_000;

/** The host's own functions, which may be slow, fail, or answer what cannot be used. */
export interface HostHooks {
  /** The host's accounts of a company, checked. */
  readonly sourceAccounts: (companyId: string) => Promise<readonly HostAccount[]>;
  /** Ids of those accounts that are payments processors; as it last said where it does not answer soon. */
  readonly processors: (companyId: string) => Promise<ReadonlySet<string>>;
  /** Takes along what the host calls accounts by now; waits a moment for it, and never rejects. */
  readonly followNames: (companyId: string) => Promise<void>;
  readonly timeZone: (company: CompanyRef) => Promise<string | undefined>;
}

export const createHostHooks = (parts: {
  readonly options: Pick<ProxyOptions, 'sourceAccounts' | 'timeZone'>;
  readonly company: (companyId: string) => Promise<CompanyRef>;
  readonly follow: (companyId: string, accounts: readonly HostAccount[]) => Promise<void>;
  readonly clock: Clock;
  /** How long a hook may take, in milliseconds. */
  readonly patience: number;
  readonly log: Log;
}): HostHooks => {
  const { options, company, follow, clock, patience, log } = parts;
  const lists = new Recent<readonly HostAccount[]>(() => clock.now());
  const askedForProcessors = new Recent<void>(() => clock.now());
  /** As the host last said, of companies that have any. */
  const knownProcessors = new Map<string, ReadonlySet<string>>();

  const ask = (of: CompanyRef): Promise<unknown> =>
    within(clock, patience, 'the hook', () => options.sourceAccounts(of));
  const sourceAccounts: HostHooks['sourceAccounts'] = (companyId) =>
    lists.get(companyId, listAge, async () => {
      const accounts = await readSourceAccounts(ask, await company(companyId), (faults) =>
        log.error({ companyId, faults }, 'sourceAccounts() gave a list that cannot be used'),
      );
      const processors = processorsAmong(accounts);
      if (knownProcessors.size >= 10_000) knownProcessors.clear();
      if (processors.size > 0) knownProcessors.set(companyId, processors);
      else knownProcessors.delete(companyId);
      return accounts;
    });
  const soonListed = (companyId: string): Promise<readonly HostAccount[] | undefined> =>
    within(clock, soon, 'the hook', () => sourceAccounts(companyId)).catch(() => undefined);

  return {
    sourceAccounts,
    async processors(companyId) {
      await askedForProcessors.get(companyId, processorsAge, async () => {
        const accounts = await soonListed(companyId);
        if (accounts) void follow(companyId, accounts);
      });
      return knownProcessors.get(companyId) ?? new Set();
    },
    async followNames(companyId) {
      const accounts = lists.known(companyId, listAge) ?? (await soonListed(companyId));
      if (accounts) await follow(companyId, accounts);
    },
    async timeZone(of) {
      try {
        const zone = await within(clock, patience, 'timeZone()', () => options.timeZone?.(of));
        if (zone === undefined || isTimeZone(zone)) return zone;
        log.error({ companyId: of.id }, 'timeZone() gave no IANA name such as Europe/Paris');
      } catch (error) {
        log.error({ companyId: of.id, ...errorFields(error) }, 'timeZone() failed');
      }
      return undefined;
    },
  };
};
