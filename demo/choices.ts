/** Everything a tester can choose. */

/** `set-up`: makes a new company. `line`: what happens meanwhile. `look`: how it is shown. */
export type Kind = 'set-up' | 'line' | 'look';

interface Choice {
  readonly kind: Kind;
  readonly label: string;
  readonly options: Readonly<Record<string, string>>;
}

export const selects = {
  size: {
    kind: 'set-up',
    label: 'Accounts at the bank',
    options: { few: 'A few', '40': '40', '1000': '1,000' },
  },
  platform: {
    kind: 'set-up',
    label: 'Accounting software',
    options: {
      any: 'The customer chooses',
      xero: 'Xero',
      quickbooks: 'QuickBooks Online',
      sage: 'Sage',
      freeagent: 'FreeAgent',
      netsuite: 'Oracle NetSuite',
      exact: 'Exact Online',
    },
  },
  stage: {
    kind: 'set-up',
    label: 'How far the customer is',
    options: {
      begun: 'Has not signed in there yet',
      connected: 'Has signed in there',
      chosen: 'Has chosen all accounts',
      sending: 'Transactions flow',
    },
  },
  latency: {
    kind: 'line',
    label: 'Each answer takes',
    options: { '0': 'No time', '300': '0.3 s', '1500': '1.5 s', '5000': '5 s' },
  },
  view: {
    kind: 'look',
    label: 'Show',
    options: { elements: 'Each element', setup: 'Set-up in one', status: 'Deliveries only' },
  },
  country: {
    kind: 'look',
    label: 'Company in',
    options: { GB: 'United Kingdom', US: 'United States', CA: 'Canada', NL: 'Netherlands', FR: 'France' },
  },
  // Of the widget: the demo around it is in English.
  language: {
    kind: 'look',
    label: 'Language',
    options: {
      'en-GB': 'English',
      fr: 'Français',
      'fr-CA': 'Français (Canada)',
      de: 'Deutsch',
      es: 'Español',
      nl: 'Nederlands',
      pt: 'Português',
      ar: 'العربية',
    },
  },
  scheme: {
    kind: 'look',
    label: 'Colours',
    options: { system: 'As the system', light: 'Light', dark: 'Dark' },
  },
  brand: {
    kind: 'look',
    label: 'Brand',
    options: { northbridge: 'Northbridge', plum: 'Plum & Partners', none: 'None (no tokens)' },
  },
} as const satisfies Readonly<Record<string, Choice>>;

export type SelectName = keyof typeof selects;
export type Value<Name extends SelectName> = Extract<keyof (typeof selects)[Name]['options'], string>;

/** What goes wrong on purpose, by where it does. */
export const faultGroups = {
  'Between page and proxy': {
    offline: 'Offline: the proxy cannot be reached',
    cut: 'One request in three is cut off',
    down: 'The proxy answers 503',
    'signed-out': 'The bank has signed the customer out',
  },
  'At Codat': {
    'codat-down': 'Codat answers 503',
    'codat-slow': 'Codat takes 3 seconds',
    'no-webhooks': 'Webhooks get lost',
    'dead-link': 'The next link to sign in has expired',
    'other-device': 'Another device chooses the first account just before',
  },
  'Of transactions made here': {
    'push-failed': 'They are refused',
    'push-timed-out': 'They time out',
    'push-pending': 'They stay pending for two minutes',
    'push-unanswered': 'Codat’s answer gets lost',
  },
} as const;

type FaultGroups = typeof faultGroups;
export type Fault = { [Group in keyof FaultGroups]: keyof FaultGroups[Group] }[keyof FaultGroups];

export type Choices = { readonly [Name in SelectName]: Value<Name> } & { readonly fault: ReadonlySet<Fault> };
