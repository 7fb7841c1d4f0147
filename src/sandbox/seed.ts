/**
 * The books that stand in the simulated software before anybody connects: what a person finds when
 * asked to choose. Names and numbers are invented; ids come from the sandbox's seed.
 */
import type { Ids } from './ids.ts';
import type { OrganizationRecord, TargetAccountRecord } from './records.ts';

type Offer = Omit<TargetAccountRecord, 'id' | 'modified' | 'feed'>;

const bank = 'Alder & Birch Bank';

const manyCurrencies: readonly Offer[] = [
  {
    name: 'Business Current Account',
    kind: 'bank',
    nominalCode: '090',
    currency: 'GBP',
    balance: '18250.40',
    institution: bank,
    sortCode: '040004',
    accountNumber: '31510604',
  },
  {
    name: 'Business Savings',
    kind: 'bank',
    nominalCode: '091',
    currency: 'GBP',
    balance: '52000.00',
    institution: bank,
    sortCode: '040004',
    accountNumber: '31510612',
  },
  {
    name: 'Petty Cash',
    kind: 'bank',
    nominalCode: '092',
    currency: 'GBP',
    balance: '180.75',
  },
  {
    name: 'Business Credit Card',
    kind: 'card',
    nominalCode: '830',
    currency: 'GBP',
    balance: '-1204.18',
    institution: bank,
    accountNumber: '5400000000004243',
  },
  {
    name: 'US Dollar Account',
    kind: 'bank',
    nominalCode: '093',
    currency: 'USD',
    balance: '9417.00',
    institution: bank,
    accountNumber: '8800112233',
  },
  {
    name: 'Euro Account',
    kind: 'bank',
    nominalCode: '094',
    currency: 'EUR',
    balance: '6120.05',
    institution: bank,
    iban: 'IE29AIBK93115212345678',
    accountNumber: 'IE29AIBK93115212345678',
  },
];

const oneCurrency: readonly Offer[] = manyCurrencies.slice(0, 2);

/**
 * The two organizations that a company's user finds after signing in: one with several currencies and
 * six accounts, and a smaller one that keeps its books in pounds only.
 */
export function seedOrganizations(
  { ids, now }: { readonly ids: Ids; readonly now: number },
  company: { readonly id: string; readonly name: string },
  platformKey: string,
): OrganizationRecord[] {
  const make = (suffix: string, planType: string, currencies: string[], offers: readonly Offer[]) => {
    const id = ids.named(`organization ${company.id} ${platformKey} ${planType}`);
    return {
      id,
      platformKey,
      companyId: company.id,
      name: `${company.name}${suffix}`,
      baseCurrency: 'GBP',
      planType,
      currencies,
      accounts: offers.map((offer, index) => ({ ...offer, id: ids.named(`target ${id} ${index}`), modified: now })),
    };
  };
  return [
    make('', 'Premium', ['GBP', 'USD', 'EUR'], manyCurrencies),
    make(' (pounds only)', 'Starter', ['GBP'], oneCurrency),
  ];
}
