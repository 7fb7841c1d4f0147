/**
 * Accounts a business could have: as the bank knows them, and as somebody entered them into the books. Invented,
 * many, varied in name, type and currency, and the same each time for the same seed.
 */
import type { Ids } from './ids.ts';
import type { SourceAccountRecord, TargetAccountRecord } from './records.ts';

type Source = Pick<
  SourceAccountRecord,
  'id' | 'accountName' | 'accountType' | 'accountNumber' | 'sortCode' | 'currency' | 'balance' | 'routingInfo'
>;
type Target = Omit<TargetAccountRecord, 'id' | 'modified' | 'feed'>;

/** What the accounts are for, in the order a small business opens them; `currency` counts from the first one. */
const purposes = [
  { name: 'Business current account', booked: 'Current Account', type: 'checking', currency: 0 },
  { name: 'Business savings', booked: 'Savings', type: 'savings', currency: 0 },
  { name: 'Business credit card', booked: 'Credit Card', type: 'creditCard', currency: 0 },
  { name: 'Foreign currency account', booked: 'Currency Account', type: 'checking', currency: 1 },
  { name: 'Supplier payments abroad', booked: 'Overseas Suppliers', type: 'checking', currency: 2 },
  { name: 'Payroll', booked: 'Wages & Salaries', type: 'checking', currency: 0 },
  { name: 'Tax reserve', booked: 'VAT & Tax Reserve', type: 'savings', currency: 0 },
  { name: 'Client deposits', booked: 'Client Money', type: 'checking', currency: 0 },
  { name: 'Petty cash card', booked: 'Petty Cash', type: 'prepaidCard', currency: 0 },
  { name: 'Equipment loan', booked: 'Equipment Finance', type: 'loan', currency: 0 },
  { name: 'Online shop takings', booked: 'Web Sales', type: 'checking', currency: 2 },
  { name: 'Travel card', booked: 'Travel & Subsistence Card', type: 'creditCard', currency: 1 },
  { name: 'Card terminal takings', booked: 'Card Takings', type: 'checking', currency: 0 },
  { name: 'Rent and service charge', booked: 'Rent', type: 'checking', currency: 0 },
  { name: 'Maintenance & repairs', booked: 'Repairs and Renewals', type: 'checking', currency: 0 },
  { name: 'Grants received (restricted)', booked: 'Restricted Grants', type: 'savings', currency: 0 },
] as const;

/** Names as they come: accents, other scripts, marks, and one that is far too long. */
const places = [
  '|Leeds|Bristol|Glasgow|Cardiff|Belfast|York|Norwich|Exeter|Hull|Dundee|Bath|Truro|Stoke-on-Trent|Dublin',
  "King's Lynn|Zürich|Málaga|São Paulo|Łódź|Αθήνα|תל אביב|東京|New York|Austin|Boise|Köln|Orléans|Malmö|Reykjavík",
  'No. 4 Unit B|Site 17|Warehouse 2|Head office|R&D <test>|Kiosk “Nord”|Pop-up 2026',
  'The Old Corn Exchange, Upper Mezzanine Café and Events Rooms (joint venture, second phase)',
].flatMap((line) => line.split('|'));

const sortCodes = ['040004', '200415', '309421', '601613', '774922', '110728'];
const banks = ['Alder & Birch Bank', 'Northgate Bank', 'Tidewater Savings', 'Banque du Parc'];

/** An account number's last digits, an amount, whatever wants to vary: three numbers below 2³². */
function numbers(ids: Ids, name: string): [number, number, number] {
  const bytes = ids.bytes(name);
  return [bytes.readUInt32BE(0), bytes.readUInt32BE(4), bytes.readUInt32BE(8)];
}

const digits = (value: number, length: number): string => String(value).padStart(length, '0').slice(-length);
const money = (value: number): string => `${Math.floor(value / 100)}.${digits(value % 100, 2)}`;

/** A German IBAN whose check digits are right. */
function iban(bankCode: string, account: string): string {
  const check = 98n - (BigInt(`${bankCode}${account}131400`) % 97n);
  return `DE${String(check).padStart(2, '0')}${bankCode}${account}`;
}

interface Plan {
  readonly ids: Ids;
  /** Whom the accounts belong to: others get other numbers. */
  readonly owner: string;
  readonly currencies: readonly string[];
}

function drawn({ ids, owner, currencies }: Plan, index: number) {
  const purpose = purposes[index % purposes.length] ?? purposes[0];
  const round = Math.floor(index / purposes.length);
  const place = places[round % places.length] ?? '';
  const lap = Math.floor(round / places.length);
  const [number, amount, choice] = numbers(ids, `sample account ${owner} ${index}`);
  const owed = purpose.type === 'creditCard' || purpose.type === 'loan';
  return {
    purpose,
    where: [place, lap === 0 ? '' : String(lap + 1)].filter((part) => part !== '').join(' '),
    currency: currencies[purpose.currency % currencies.length] ?? 'GBP',
    number,
    balance: `${owed ? '-' : ''}${money(amount % (owed ? 500_000 : 9_000_000))}`,
    sortCode: sortCodes[choice % sortCodes.length] ?? '040004',
    bank: banks[choice % banks.length] ?? '',
    isKnown: choice % 3 > 0,
  };
}

function numberOf(currency: string, number: number): Pick<Source, 'accountNumber'> & { readonly iban?: string } {
  if (currency !== 'EUR') return { accountNumber: digits(number, currency === 'USD' ? 10 : 8) };
  const written = iban('50010517', digits(number, 10));
  return { accountNumber: written, iban: written };
}

/** The account at the bank with this index, as version 2 of the shape has it. */
export function sampleSource(plan: Plan, index: number): Source {
  const { purpose, where, currency, number, balance, sortCode } = drawn(plan, index);
  const { accountNumber } = numberOf(currency, number);
  return {
    id: `account-${String(index + 1).padStart(4, '0')}`,
    accountName: where === '' ? purpose.name : `${purpose.name}, ${where}`,
    accountType: purpose.type,
    accountNumber,
    currency,
    balance,
    ...(currency === 'GBP' ? { sortCode } : {}),
    ...(currency === 'USD' ? { routingInfo: { bankCode: '021000021', type: 'aba' } } : {}),
  };
}

/**
 * The account in the books with this index: the counterpart of the bank's account of the same index, under
 * the bookkeeper's name; two of three carry the account number by which they can be told.
 */
export function sampleTarget(plan: Plan, index: number): Target {
  const { purpose, where, currency, number, balance, sortCode, bank, isKnown } = drawn(plan, index);
  return {
    name: where === '' ? purpose.booked : `${where} - ${purpose.booked}`,
    kind: purpose.type === 'creditCard' || purpose.type === 'loan' ? 'card' : 'bank',
    nominalCode: String(1200 + index),
    currency,
    balance,
    institution: isKnown ? bank : undefined,
    ...(isKnown ? numberOf(currency, number) : {}),
    ...(isKnown && currency === 'GBP' ? { sortCode } : {}),
  };
}
