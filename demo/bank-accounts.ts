/** The accounts of the demo bank's customers: a handful that everybody knows, or as many as a tester wants. */
import type { HostAccount } from 'bank-feed-elements/proxy';
import type { OrganizationRecord } from 'bank-feed-elements/sandbox';

type Account = HostAccount & { readonly balance: string };

const account = (
  id: string,
  accountName: string,
  accountType: HostAccount['accountType'],
  accountNumber: string,
  currency: string,
  balance: string,
): Account => ({
  id,
  accountName,
  accountType,
  accountNumber,
  currency,
  balance,
  sortCode: currency === 'GBP' ? '04-00-04' : undefined,
});

/** `home`: the currency of the customer's books. */
export const fewAccounts = (home: string): readonly Account[] => [
  account('current-4242', 'Business current account', 'checking', '70124242', home, '18250.40'),
  account('savings-8110', 'Tax savings', 'savings', '70128110', home, '6400.00'),
  account('card-0093', 'Company card', 'creditCard', '5521390000440093', home, '-312.85'),
  home === 'USD'
    ? account('sterling-5517', 'Sterling account', 'checking', '70125517', 'GBP', '2210.00')
    : account('dollars-5517', 'US dollar account', 'checking', '70125517', 'USD', '2210.00'),
];

/** Opened before the bank had sort codes: Codat refuses it. */
export const withoutSortCode: Account = {
  ...account('sterling-1902', 'Old sterling account', 'checking', '70121902', 'GBP', '940.15'),
  sortCode: undefined,
};

const purposes = ['Current account', 'Payroll', 'Tax reserve', 'Client money', 'Web sales', 'Suppliers', 'Rent'];
const places = ['Leeds', 'Bristol', 'Glasgow', 'Cardiff', 'Belfast', 'York', "King's Lynn", 'Málaga', 'Łódź', 'Austin'];

/**
 * As many as wanted. The first are those the books have too, cards last: by their numbers the widget finds which goes
 * where.
 */
export const manyAccounts = (
  count: number,
  home: string,
  booked: OrganizationRecord['accounts'],
): readonly Account[] => {
  const inBooks = [...booked.filter(({ kind }) => kind === 'bank'), ...booked.filter(({ kind }) => kind === 'card')];
  return Array.from({ length: count }, (_, index) => {
    const number = String(index + 1).padStart(4, '0');
    const known = inBooks[index];
    const isCard = known?.kind === 'card';
    const purpose = isCard ? 'Card' : purposes[index % purposes.length];
    const place = places[Math.floor(index / purposes.length) % places.length];
    const currency = known?.currency ?? home;
    return {
      ...account(
        `account-${number}`,
        `${purpose}, ${place} ${Math.floor(index / (purposes.length * places.length)) + 1}`,
        isCard ? 'creditCard' : 'checking',
        known?.accountNumber ?? `7${String(1_000_000 + index * 7919).slice(-7)}`,
        currency,
        `${(index * 7919) % 90_000}.${String((index * 37) % 100).padStart(2, '0')}`,
      ),
      sortCode: currency === 'GBP' ? (known?.sortCode ?? '04-00-04') : undefined,
    };
  });
};
