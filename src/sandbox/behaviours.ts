/**
 * How the accounting platforms differ, as Codat's integration pages and the Bank Feeds document tell it.
 * Written from those sources alone: this table judges what the rest of the package believes, so it
 * shares nothing with it.
 */

export interface Behaviour {
  /** Codat's four letters. */
  readonly platformKey: string;
  /** As Codat names the integration in a connection. */
  readonly platformName: string;
  /** As our simulated software calls itself. */
  readonly softwareName: string;
  readonly sourceType: 'Accounting' | 'BankFeed';
  /** How the user connects: by consent at the link, or inside the software with what Codat gives out. */
  readonly connects: 'consent' | 'credentials' | 'one-time password';
  /** Where accounts are mapped: through Codat, or only by the user inside the software. */
  readonly mapping: 'api' | 'software';
  /** How long a link's one-time password lives, in minutes. */
  readonly linkMinutes: number;
  /** Whether `…/bankFeeds/info` is answered. */
  readonly companyInfo: boolean;
  readonly balance: 'required' | 'optional';
  /** Lines before this many years or days ago: the write fails, or the software leaves them out. */
  readonly history: { readonly years: number } | { readonly days: number } | null;
  readonly tooOld: 'fails' | 'left-out';
  /** Lines before the feed start date. */
  readonly beforeStart: 'lands' | 'fails' | 'left-out';
  /** Whether a line may be older than the newest one the account already holds. */
  readonly olderThanNewest: 'lands' | 'fails';
  /** Whether lines reach the books with the write, or wait at Codat until the software takes them. */
  readonly delivery: 'at once' | 'collected';
  /** Days until Codat learns that the user ended a feed inside the software. */
  readonly endingDays: number;
  /** Whether the software takes a transfer for money out whatever its sign. */
  readonly transferIsOut: boolean;
  /** The currency its books are kept in here, and how it writes amounts. */
  readonly books: { readonly currency: string; readonly locale: string };
}

const day = 24 * 60;

const table: readonly Behaviour[] = [
  {
    platformKey: 'gbol',
    platformName: 'Xero',
    softwareName: 'Xero (simulated)',
    sourceType: 'Accounting',
    connects: 'consent',
    mapping: 'api',
    linkMinutes: day,
    companyInfo: true,
    balance: 'required',
    history: { years: 1 },
    tooOld: 'fails',
    beforeStart: 'lands',
    olderThanNewest: 'lands',
    delivery: 'at once',
    endingDays: 0,
    transferIsOut: false,
    books: { currency: 'GBP', locale: 'en-GB' },
  },
  {
    platformKey: 'hcws',
    platformName: 'QuickBooks Online Bank Feeds',
    softwareName: 'QuickBooks Online (simulated)',
    sourceType: 'BankFeed',
    connects: 'credentials',
    mapping: 'software',
    linkMinutes: 60,
    companyInfo: false,
    balance: 'optional',
    history: { days: 7 },
    tooOld: 'left-out',
    beforeStart: 'left-out',
    olderThanNewest: 'fails',
    delivery: 'collected',
    endingDays: 10,
    transferIsOut: false,
    books: { currency: 'USD', locale: 'en-US' },
  },
  {
    platformKey: 'olpr',
    platformName: 'SageBankFeed',
    softwareName: 'Sage (simulated)',
    sourceType: 'BankFeed',
    connects: 'one-time password',
    mapping: 'software',
    linkMinutes: day,
    companyInfo: false,
    balance: 'required',
    history: null,
    tooOld: 'fails',
    beforeStart: 'fails',
    olderThanNewest: 'fails',
    delivery: 'at once',
    endingDays: 0,
    transferIsOut: false,
    books: { currency: 'GBP', locale: 'en-GB' },
  },
  {
    platformKey: 'fbrh',
    platformName: 'FreeAgent',
    softwareName: 'FreeAgent (simulated)',
    sourceType: 'Accounting',
    connects: 'consent',
    mapping: 'api',
    linkMinutes: day,
    companyInfo: false,
    balance: 'required',
    history: null,
    tooOld: 'fails',
    beforeStart: 'fails',
    olderThanNewest: 'lands',
    delivery: 'at once',
    endingDays: 0,
    transferIsOut: true,
    books: { currency: 'GBP', locale: 'en-GB' },
  },
  {
    platformKey: 'akxx',
    platformName: 'Oracle NetSuite',
    softwareName: 'NetSuite (simulated)',
    sourceType: 'Accounting',
    connects: 'consent',
    mapping: 'api',
    linkMinutes: day,
    companyInfo: true,
    balance: 'required',
    history: null,
    tooOld: 'fails',
    beforeStart: 'fails',
    olderThanNewest: 'lands',
    delivery: 'at once',
    endingDays: 0,
    transferIsOut: false,
    books: { currency: 'GBP', locale: 'en-GB' },
  },
  {
    platformKey: 'qudb',
    platformName: 'Exact Online',
    softwareName: 'Exact Online (simulated)',
    sourceType: 'Accounting',
    connects: 'consent',
    mapping: 'api',
    linkMinutes: day,
    companyInfo: false,
    balance: 'required',
    history: null,
    tooOld: 'fails',
    beforeStart: 'fails',
    olderThanNewest: 'lands',
    delivery: 'at once',
    endingDays: 0,
    transferIsOut: false,
    books: { currency: 'EUR', locale: 'en-GB' },
  },
];

const byKey = new Map(table.map((behaviour) => [behaviour.platformKey, behaviour]));

/** The platform behind Codat's four letters, or undefined for one that offers no bank feeds. */
export const findBehaviour = (platformKey: string): Behaviour | undefined => byKey.get(platformKey);

/** The behaviour of a connection that exists, whose key was therefore known. */
export function behaviourOf({ platformKey }: { readonly platformKey: string }): Behaviour {
  const behaviour = byKey.get(platformKey);
  if (behaviour === undefined) throw new Error(`No behaviour is written down for the platform "${platformKey}".`);
  return behaviour;
}

/** The oldest day the software takes, `YYYY-MM-DD`, seen from an instant; undefined where it takes any. */
export function oldestDay({ history }: Behaviour, now: number): string | undefined {
  if (history === null) return undefined;
  const day = new Date(now);
  if ('years' in history) day.setUTCFullYear(day.getUTCFullYear() - history.years);
  else day.setUTCDate(day.getUTCDate() - history.days);
  return day.toISOString().slice(0, 10);
}

/** A bank account or a card: Xero feeds Debit accounts into BANK and Credit ones into CREDITCARD. */
export type TargetKind = 'bank' | 'card';

/** What a source account may feed; undefined where its type does not say. */
export function targetKindOf(accountType: string | undefined): TargetKind | undefined {
  switch (accountType?.toLowerCase()) {
    case undefined:
    case '':
      return undefined;
    case 'credit':
    case 'creditcard':
    case 'chargecard':
    case 'loan':
    case 'mortgage':
      return 'card';
    default:
      return 'bank';
  }
}
