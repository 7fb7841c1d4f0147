/**
 * What this package knows of each accounting platform. Facts only, no behaviour:
 * flow decides from them what to show, preflight what to refuse.
 * Source of the rules: Codat's integration pages and the Bank Feeds API document.
 */

/** Our keys, stable on the wire and in attributes. */
export const platformKeys = ['xero', 'quickbooks', 'sage', 'freeagent', 'netsuite', 'exact'] as const;
export type PlatformKey = (typeof platformKeys)[number];

export interface Platform {
  readonly key: PlatformKey;
  /** Codat's four-letter `platformKey`. */
  readonly codatKey: string;
  /** The name a customer reads; never translated. */
  readonly name: string;
  /** How the customer authorizes: by leaving for the software, or by typing something of ours into it. */
  readonly connect: 'redirect' | 'credentials' | 'one-time-password';
  /** How long a link to its page opens, in minutes. */
  readonly linkMinutes: number;
  /** Where source accounts are mapped: by API (so, in our element), or inside the software only. */
  readonly mapping: 'api' | 'software';
  /** How far back lines may reach, in days before today; null where nothing is stated. */
  readonly history: { readonly days: number; readonly rule: 'refused' | 'ignored' } | null;
  /** `strict`: a line older than the newest one already delivered is refused by the software. */
  readonly order: 'strict' | 'free';
  /** Whether each transaction must carry the running balance. */
  readonly balance: 'required' | 'optional';
  /** What the feed start date means: a border, a mere hint, or set by the software itself. */
  readonly startDate: 'enforced' | 'hint' | 'software';
  /** When delivered lines reach the books: with the delivery, once a day, or when the software gets to it. */
  readonly collects: 'at-once' | 'daily' | 'own-time';
  /** ISO 3166 countries in which feeds are offered; null for no restriction. */
  readonly regions: readonly string[] | null;
}

export const platforms: Readonly<Record<PlatformKey, Platform>> = {
  xero: {
    key: 'xero',
    codatKey: 'gbol',
    name: 'Xero',
    connect: 'redirect',
    linkMinutes: 1440,
    mapping: 'api',
    history: { days: 365, rule: 'refused' },
    order: 'free',
    balance: 'required',
    startDate: 'hint',
    collects: 'at-once',
    regions: null,
  },
  quickbooks: {
    key: 'quickbooks',
    codatKey: 'hcws',
    name: 'QuickBooks Online',
    connect: 'credentials',
    linkMinutes: 60,
    mapping: 'software',
    history: { days: 7, rule: 'ignored' },
    order: 'strict',
    balance: 'optional',
    startDate: 'enforced',
    collects: 'daily',
    regions: ['US', 'CA'],
  },
  sage: {
    key: 'sage',
    codatKey: 'olpr',
    name: 'Sage',
    connect: 'one-time-password',
    linkMinutes: 1440,
    mapping: 'software',
    history: null,
    order: 'strict',
    balance: 'required',
    startDate: 'software',
    collects: 'own-time',
    regions: null,
  },
  freeagent: {
    key: 'freeagent',
    codatKey: 'fbrh',
    name: 'FreeAgent',
    connect: 'redirect',
    linkMinutes: 1440,
    mapping: 'api',
    history: null,
    order: 'free',
    balance: 'required',
    startDate: 'enforced',
    collects: 'at-once',
    regions: null,
  },
  netsuite: {
    key: 'netsuite',
    codatKey: 'akxx',
    name: 'Oracle NetSuite',
    connect: 'redirect',
    linkMinutes: 1440,
    mapping: 'api',
    history: null,
    order: 'free',
    balance: 'required',
    startDate: 'enforced',
    collects: 'at-once',
    regions: null,
  },
  exact: {
    key: 'exact',
    codatKey: 'qudb',
    name: 'Exact Online',
    connect: 'redirect',
    linkMinutes: 1440,
    mapping: 'api',
    history: null,
    order: 'free',
    balance: 'required',
    startDate: 'enforced',
    collects: 'at-once',
    regions: ['NL'],
  },
};

const byCodatKey = new Map(Object.values(platforms).map((platform) => [platform.codatKey, platform]));

/** The platform behind one of Codat's keys; undefined for a platform this version does not know. */
export const platformByCodatKey = (codatKey: string | undefined): Platform | undefined =>
  codatKey === undefined ? undefined : byCodatKey.get(codatKey);

export const isPlatformKey = (value: unknown): value is PlatformKey =>
  typeof value === 'string' && Object.hasOwn(platforms, value);
