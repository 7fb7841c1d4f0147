/**
 * The books that stand in the simulated software before anybody connects: what a person finds when
 * asked to choose. Names and numbers are invented; ids come from the sandbox's seed.
 */
import { findBehaviour } from './behaviours.ts';
import type { Ids } from './ids.ts';
import type { OrganizationRecord, TargetAccountRecord } from './records.ts';

type Offer = Omit<TargetAccountRecord, 'id' | 'modified' | 'feed'>;

const bank = 'Alder & Birch Bank';

/** Accounts in the currency the books are kept in. A sort code is a British thing. */
const own = (currency: string): Offer[] => {
  const british = currency === 'GBP' ? { sortCode: '040004' } : {};
  return [
    {
      name: 'Business Current Account',
      kind: 'bank',
      nominalCode: '090',
      currency,
      balance: '18250.40',
      institution: bank,
      ...british,
      accountNumber: '31510604',
    },
    {
      name: 'Business Savings',
      kind: 'bank',
      nominalCode: '091',
      currency,
      balance: '52000.00',
      institution: bank,
      ...british,
      accountNumber: '31510612',
    },
    { name: 'Petty Cash', kind: 'bank', nominalCode: '092', currency, balance: '180.75' },
    {
      name: 'Business Credit Card',
      kind: 'card',
      nominalCode: '830',
      currency,
      balance: '-1204.18',
      institution: bank,
      accountNumber: '5400000000004243',
    },
  ];
};

const foreign: readonly Offer[] = [
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
  {
    name: 'Sterling Account',
    kind: 'bank',
    nominalCode: '095',
    currency: 'GBP',
    balance: '4025.60',
    institution: bank,
    sortCode: '040004',
    accountNumber: '31510639',
  },
];

const onlyIn: Readonly<Record<string, string>> = { GBP: 'pounds', USD: 'dollars', EUR: 'euros' };

/**
 * The two organizations that a company's user finds after signing in: one with several currencies and
 * six accounts, and a smaller one that keeps its books in one currency only.
 */
export function seedOrganizations(
  { ids, now }: { readonly ids: Ids; readonly now: number },
  company: { readonly id: string; readonly name: string },
  platformKey: string,
): OrganizationRecord[] {
  const currency = findBehaviour(platformKey)?.books.currency ?? 'GBP';
  const make = (suffix: string, planType: string, currencies: string[], offers: readonly Offer[]) => {
    const id = ids.named(`organization ${company.id} ${platformKey} ${planType}`);
    return {
      id,
      platformKey,
      companyId: company.id,
      name: `${company.name}${suffix}`,
      baseCurrency: currency,
      planType,
      currencies,
      accounts: offers.map((offer, index) => ({ ...offer, id: ids.named(`target ${id} ${index}`), modified: now })),
    };
  };
  const others = foreign.filter((offer) => offer.currency !== currency);
  const currencies = [currency, ...others.map((offer) => offer.currency)];
  return [
    make('', 'Premium', currencies, [...own(currency), ...others]),
    make(` (${onlyIn[currency] ?? currency} only)`, 'Starter', [currency], own(currency).slice(0, 2)),
  ];
}
