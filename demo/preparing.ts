/** Makes the companies of the sandbox's customers, as far along as a tester wants them. */
import type { CodatClient } from 'bank-feed-elements/codat';
import type { BankFeedProxy, CompanyRef, HostAccount } from 'bank-feed-elements/proxy';
import type { Sandbox } from 'bank-feed-elements/sandbox';
import { fewAccounts, manyAccounts, withoutSortCode } from './bank-accounts.ts';
import type { Preparing, SetUp } from './customers.ts';

/** Codat's key, the currency of the books, and how many accounts the books of a large company have. */
const codatKeys = {
  xero: 'gbol',
  quickbooks: 'hcws',
  sage: 'olpr',
  freeagent: 'fbrh',
  netsuite: 'akxx',
  exact: 'qudb',
} as const;
const home = {
  any: 'GBP',
  xero: 'GBP',
  quickbooks: 'USD',
  sage: 'GBP',
  freeagent: 'GBP',
  netsuite: 'GBP',
  exact: 'EUR',
};
const sizes = { few: undefined, '40': { accounts: 40, booked: 20 }, '1000': { accounts: 1000, booked: 200 } };

const nameOf = (size: SetUp['size']): string => (size === '1000' ? 'Meridian Holdings' : 'Harbour Lane Bakery');

/** From when those send whose transactions flow already: QuickBooks takes a week, no more. */
const startedDaysAgo = 5;

const asCodatHasIt = ({ id, accountName, accountType, accountNumber, sortCode, currency, balance }: HostAccount) => ({
  id,
  accountName,
  accountType: accountType === 'paymentsProcessor' ? 'checking' : accountType,
  accountNumber,
  sortCode: sortCode ?? undefined,
  currency,
  balance,
});

export const createPreparing = (parts: {
  readonly sandbox: Sandbox;
  readonly codat: CodatClient;
  readonly proxy: Pick<BankFeedProxy, 'companies'>;
}): Preparing => {
  const { sandbox, codat, proxy } = parts;
  const { control } = sandbox;

  /** A company whose books have many accounts; the usual books are made by the software itself. */
  const seedLarge = ({ size, platform }: SetUp) => {
    const large = sizes[size];
    if (!large || platform === 'any') return undefined;
    const platformKey = codatKeys[platform];
    const seeded = control.seed({ accounts: 0, targets: large.booked, linked: false, platformKey, name: nameOf(size) });
    const booked = control
      .organizations(seeded.companyId, platformKey)
      .flatMap(({ accounts }) => accounts)
      .filter(({ accountNumber }) => accountNumber !== undefined);
    return { ...seeded, booked };
  };

  const accountsOf = (
    { size, platform, scenario }: SetUp,
    booked: Parameters<typeof manyAccounts>[2],
  ): HostAccount[] => {
    const large = sizes[size];
    const currency = home[platform];
    const accounts = large ? manyAccounts(large.accounts, currency, booked) : fewAccounts(currency);
    return [...accounts, ...(scenario === 'no-sort-code' ? [withoutSortCode] : [])];
  };

  /** What the customer would have clicked. */
  const goAhead = async (
    { platform, stage, scenario }: SetUp,
    { companyId, connectionId }: { readonly companyId: string; readonly connectionId: string },
    accounts: readonly HostAccount[],
  ): Promise<void> => {
    if (platform === 'any' || stage === 'begun') return;
    const books = control.organizations(companyId, codatKeys[platform]);
    const organizationId =
      scenario === 'multi-currency' ? books.find(({ currencies }) => currencies.length === 1)?.id : undefined;
    const chosen = stage === 'connected' ? [] : accounts;
    if (chosen.length > 0) await codat.createSourceAccounts(companyId, connectionId, chosen.map(asCodatHasIt));
    control.authorize(companyId, connectionId, {
      organizationId,
      ...(stage === 'sending' && {
        accountIds: chosen.map(({ id }) => id),
        feedStartDate: new Date(Date.now() - startedDaysAgo * 86_400_000).toISOString().slice(0, 10),
      }),
    });
  };

  const ensure = (reference: string, { size }: SetUp, companyId?: string): Promise<CompanyRef> =>
    proxy.companies.ensure({ reference, name: nameOf(size), companyId });
  return {
    reopen: ensure,
    make: async (name, setUp, keep) => {
      const seeded = seedLarge(setUp);
      const ledger = await keep(accountsOf(setUp, seeded?.booked ?? []));
      const company = await ensure(name, setUp, seeded?.companyId);
      if (setUp.platform === 'any') return company;
      const connectionId =
        seeded?.connectionId ??
        (await codat.createConnection(company.id, { platformKey: codatKeys[setUp.platform] })).id;
      await goAhead(setUp, { companyId: company.id, connectionId }, ledger.offered());
      return company;
    },
  };
};
