/** Whole companies at once, as they stand when a test begins. Nobody is told: a seed sends no webhooks. */
import { findBehaviour } from './behaviours.ts';
import type { Core } from './core.ts';
import { feedOf, fits, makeTarget, usualStart } from './feeds.ts';
import { read } from './reading.ts';
import type { OrganizationRecord, SourceAccountRecord } from './records.ts';
import { sampleSource, sampleTarget } from './sample-accounts.ts';
import { utc } from './views.ts';

export interface SeedOptions {
  /** `small`: 5 source accounts, 8 accounts in the software. `large`: 1,000 and 500. `small`, unless given. */
  readonly size?: 'small' | 'large' | undefined;
  /** How many source accounts, at most 5,000; as the size has it, unless given. */
  readonly accounts?: number | undefined;
  /** How many accounts in the software, at most 5,000; as the size has it, unless given. */
  readonly targets?: number | undefined;
  /** Codat's four letters; `gbol` (Xero), unless given. */
  readonly platformKey?: string | undefined;
  /** The company's name. */
  readonly name?: string | undefined;
  /** The first is the base currency; what the software's books are kept in and two more, unless given. */
  readonly currencies?: readonly string[] | undefined;
  /** Whether the user has consented already; true. */
  readonly linked?: boolean | undefined;
  /** How many source accounts are connected already, from the first on; 0. */
  readonly mapped?: number | undefined;
  /** `YYYY-MM-DD`, of those that are connected; today, unless given. */
  readonly feedStartDate?: string | undefined;
}

/** What was made. Source accounts have the ids `account-0001`, `account-0002` and so on. */
export interface Seeded {
  readonly companyId: string;
  readonly connectionId: string;
  readonly organizationId: string;
}

const sizes = { small: { accounts: 5, targets: 8 }, large: { accounts: 1000, targets: 500 } } as const;

/** The most accounts of a kind that a seed takes. */
export const mostSeeded = 5000;

const usualCurrencies = ['GBP', 'USD', 'EUR'];

/** @throws {TypeError} for a platform that is not known, and for more mapped accounts than there are. */
export function seedCompany(core: Core, options: SeedOptions = {}): Seeded {
  const { size = 'small', platformKey = 'gbol', linked = true, mapped = 0 } = options;
  const { accounts = sizes[size].accounts, targets = sizes[size].targets } = options;
  const behaviour = findBehaviour(platformKey);
  if (behaviour === undefined) throw new TypeError(`platformKey: "${platformKey}" offers no bank feeds.`);
  for (const [name, count] of Object.entries({ accounts, targets, mapped })) {
    if (!Number.isInteger(count) || count < 0 || count > mostSeeded) {
      throw new TypeError(`${name}: give a whole number from 0 to ${mostSeeded}.`);
    }
  }
  if (mapped > (linked ? accounts : 0)) {
    throw new TypeError('mapped: at most all of the accounts can be, and only on a connection that is linked.');
  }
  const base = behaviour.books.currency;
  const { currencies = [base, ...usualCurrencies.filter((currency) => currency !== base)] } = options;

  const { world, ids } = core;
  const now = core.clock.now();
  const companyId = ids.next('company');
  const connectionId = ids.next('connection');
  const name = options.name ?? (size === 'large' ? 'Meridian Holdings' : 'Harbour Lane Bakery');
  const plan = { ids, owner: companyId, currencies };

  world.addCompany({ id: companyId, name, tags: {}, created: now });
  const organization: OrganizationRecord = {
    id: ids.named(`organization ${companyId} ${platformKey} seeded`),
    platformKey,
    companyId,
    name,
    baseCurrency: currencies[0] ?? base,
    planType: 'Premium',
    currencies: [...currencies],
    accounts: Array.from({ length: targets }, (_, index) => ({
      ...sampleTarget(plan, index),
      id: ids.named(`target ${companyId} ${index}`),
      modified: now,
    })),
  };
  world.addOrganization(organization);
  world.addConnection({
    id: connectionId,
    companyId,
    platformKey,
    integrationId: ids.named(`integration ${platformKey}`),
    sourceId: ids.named(`source ${platformKey}`),
    status: linked ? 'Linked' : 'PendingAuth',
    created: now,
    ...(linked ? { organizationId: organization.id } : {}),
    linkGeneration: linked ? 2 : 1,
    errors: [],
  });
  const sources = Array.from({ length: accounts }, (_, index) => {
    const account: SourceAccountRecord = {
      ...sampleSource(plan, index),
      companyId,
      connectionId,
      version: 2,
      modified: utc(now),
      status: 'pending',
      attempt: 0,
    };
    world.addAccount(account);
    return account;
  });
  mapAll(core, sources.slice(0, mapped), organization, options.feedStartDate);
  const connection = world.connections.get(connectionId);
  if (connection !== undefined) read(core, connection);
  core.changed();
  return { companyId, connectionId, organizationId: organization.id };
}

/** Each to the first free account that fits, or to a new one. */
function mapAll(
  core: Core,
  sources: readonly SourceAccountRecord[],
  organization: OrganizationRecord,
  feedStartDate = usualStart(core, organization),
): void {
  const free = new Set(organization.accounts);
  for (const account of sources) {
    const target = [...free].find((each) => fits(account, each)) ?? makeTarget(core, account, organization);
    free.delete(target);
    target.feed = feedOf(account);
    account.status = 'connected';
    account.targetId = target.id;
    account.feedStartDate = feedStartDate;
  }
}
