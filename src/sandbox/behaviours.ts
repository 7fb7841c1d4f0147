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
}

const day = 24 * 60;

const table: readonly Behaviour[] = [
  {
    platformKey: 'gbol',
    platformName: 'Xero',
    softwareName: 'Xero (simulated)',
    sourceType: 'Accounting',
    mapping: 'api',
    linkMinutes: day,
    companyInfo: true,
    balance: 'required',
    history: { years: 1 },
    tooOld: 'fails',
    beforeStart: 'lands',
    olderThanNewest: 'lands',
  },
  {
    platformKey: 'hcws',
    platformName: 'QuickBooks Online Bank Feeds',
    softwareName: 'QuickBooks Online (simulated)',
    sourceType: 'BankFeed',
    mapping: 'software',
    linkMinutes: 60,
    companyInfo: false,
    balance: 'optional',
    history: { days: 7 },
    tooOld: 'left-out',
    beforeStart: 'left-out',
    olderThanNewest: 'fails',
  },
  {
    platformKey: 'olpr',
    platformName: 'SageBankFeed',
    softwareName: 'Sage (simulated)',
    sourceType: 'BankFeed',
    mapping: 'software',
    linkMinutes: day,
    companyInfo: false,
    balance: 'required',
    history: null,
    tooOld: 'fails',
    beforeStart: 'fails',
    olderThanNewest: 'fails',
  },
  {
    platformKey: 'fbrh',
    platformName: 'FreeAgent',
    softwareName: 'FreeAgent (simulated)',
    sourceType: 'Accounting',
    mapping: 'api',
    linkMinutes: day,
    companyInfo: false,
    balance: 'required',
    history: null,
    tooOld: 'fails',
    beforeStart: 'fails',
    olderThanNewest: 'lands',
  },
  {
    platformKey: 'akxx',
    platformName: 'Oracle NetSuite',
    softwareName: 'NetSuite (simulated)',
    sourceType: 'Accounting',
    mapping: 'api',
    linkMinutes: day,
    companyInfo: true,
    balance: 'required',
    history: null,
    tooOld: 'fails',
    beforeStart: 'fails',
    olderThanNewest: 'lands',
  },
  {
    platformKey: 'qudb',
    platformName: 'Exact Online',
    softwareName: 'Exact Online (simulated)',
    sourceType: 'Accounting',
    mapping: 'api',
    linkMinutes: day,
    companyInfo: false,
    balance: 'required',
    history: null,
    tooOld: 'fails',
    beforeStart: 'fails',
    olderThanNewest: 'lands',
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
