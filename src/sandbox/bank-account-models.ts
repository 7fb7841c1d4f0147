/**
 * What each platform wants to know of a bank account that is made in the software: the one table that both
 * answers the model and judges what is sent. FreeAgent, Exact, QuickBooks and Sage Business Cloud are the
 * document's examples; Xero and NetSuite have none there and follow the members its schema describes.
 */

export type BankAccountField =
  | 'accountName'
  | 'accountNumber'
  | 'sortCode'
  | 'iBan'
  | 'nominalCode'
  | 'currency'
  | 'balance'
  | 'institution';

/** What is known of the account when one of its members is judged. */
export interface GivenAccount {
  readonly accountType?: string | null | undefined;
  readonly currency?: string | null | undefined;
}

export interface FieldModel {
  readonly field: BankAccountField;
  readonly displayName: string;
  readonly description: string;
  readonly required: boolean;
  /** The only values it takes. */
  readonly options?: readonly string[];
  readonly warnings?: readonly string[];
  readonly information?: readonly string[];
  /** What is wrong with a value that is there; undefined when nothing is. */
  readonly fault?: (value: string, account: GivenAccount) => string | undefined;
  /** Required of some accounts only. */
  readonly requiredOf?: (account: GivenAccount) => boolean;
}

export interface BankAccountModel {
  /** In the order the model lists them. */
  readonly fields: readonly FieldModel[];
  /** New accounts are in the books' base currency only. */
  readonly baseCurrencyOnly?: boolean;
  /** Balances its accounts show beside `balance`, as in the document's examples. */
  readonly shows?: readonly ('availableBalance' | 'overdraftLimit')[];
  /** Sort codes are shown of accounts in pounds alone, and only where they make 14 digits with the number. */
  readonly ukSortCodesOnly?: boolean;
}

type Details = Partial<Omit<FieldModel, 'field' | 'required'>>;

const known: Record<BankAccountField, { displayName: string; description: string }> = {
  accountName: { displayName: 'Name', description: 'The name of the bank account in the originating system' },
  accountNumber: { displayName: 'Account Number', description: 'The account number for the bank account' },
  sortCode: { displayName: 'Sort Code', description: 'The sort code for the bank account' },
  iBan: {
    displayName: 'IBAN',
    description:
      'The international bank account number of the account. Often used when making or receiving international payments',
  },
  nominalCode: {
    displayName: 'Nominal Code',
    description: 'The external reference given to each nominal account for a business',
  },
  currency: { displayName: 'Currency', description: 'The currency of the bank account' },
  balance: { displayName: 'Balance', description: 'The balance of the bank account' },
  institution: { displayName: 'Institution', description: 'The institution of the bank account' },
};

const required = (field: BankAccountField, details: Details = {}): FieldModel => ({
  field,
  ...known[field],
  required: true,
  ...details,
});
const optional = (field: BankAccountField, details: Details = {}): FieldModel => ({
  ...required(field, details),
  required: false,
});

const atMost =
  (longest: number) =>
  (value: string): string | undefined =>
    value.length > longest ? `must have at most ${longest} characters` : undefined;
const matching =
  (form: RegExp, message: string) =>
  (value: string): string | undefined =>
    form.test(value) ? undefined : message;

const inPounds = ({ currency }: GivenAccount): boolean => currency === 'GBP';

const freeAgentCurrencies =
  'AED AMD AOA ARS AUD AWG AZN BBD BDT BGN BRL BWP CAD CHF CLP CNY COP CRC CUC CUP CZK DKK DOP EGP EUR FJD GBP GEL GHS GTQ GYD HKD HNL HRK HUF IDR ILS INR ISK JMD JPY KES KRW KWD KYD KZT LAK LBP LKR LTL LVL MAD MDL MGA MUR MVR MWK MXN MYR MZN NAD NGN NOK NPR NZD OMR PEN PHP PKR PLN QAR RON RSD RUB RWF SAR SCR SEK SGD THB TND TRY TTD TWD TZS UAH UGX USD UYU VEF VND VUV XAF XCD XOF ZAR ZMK'.split(
    ' ',
  );

const models: Readonly<Record<string, BankAccountModel>> = {
  fbrh: {
    shows: ['availableBalance'],
    fields: [
      required('accountName'),
      optional('sortCode', { warnings: ['Must have a length between 0 and 8 characters'], fault: atMost(8) }),
      // Of a card only the last four digits are wanted, but these are.
      optional('accountNumber', { requiredOf: ({ accountType }) => accountType === 'Credit' }),
      optional('iBan'),
      required('currency', { options: freeAgentCurrencies }),
      optional('balance', { information: ['The opening balance, in the account currency'] }),
      optional('institution'),
    ],
  },
  qudb: {
    fields: [
      required('accountName'),
      required('accountNumber', {
        warnings: ['Should not exceed the maximum length of 14 characters if the specified currency is GBP.'],
        fault: (value, account) => (inPounds(account) ? atMost(14)(value) : undefined),
      }),
      optional('sortCode', {
        warnings: [
          'Must be 6 characters long if the specified currency is GBP.',
          'Must be provided if the specified currency is GBP.',
        ],
        requiredOf: inPounds,
        fault: (value, account) =>
          inPounds(account) && value.length !== 6 ? 'must be 6 characters long for an account in GBP' : undefined,
      }),
      optional('currency'),
      optional('nominalCode'),
    ],
  },
  hcws: {
    shows: ['availableBalance'],
    fields: [
      required('accountName', {
        displayName: 'Account Name',
        description: 'Name of account as it appears in the chart of accounts or general ledger.',
      }),
      required('accountNumber', {
        description:
          'User-defined account number to help the user in identifying the account within the chart-of-accounts and in deciding what should be posted to the account.',
      }),
      required('currency', { description: 'Currency of the bank account.' }),
    ],
  },
  olpr: {
    shows: ['availableBalance', 'overdraftLimit'],
    baseCurrencyOnly: true,
    fields: [
      required('accountName', {
        information: ['Must be provided.', 'Should not be longer than 50 characters.'],
        fault: atMost(50),
      }),
      required('currency', { information: ['Must be provided.', "Must match the company's base currency."] }),
      optional('sortCode', {
        information: ['Should be a 6 digit number.'],
        fault: matching(/^\d{6}$/, 'must be a number of 6 digits'),
      }),
      optional('accountNumber', { information: ['Should not be longer than 25 characters.'], fault: atMost(25) }),
      optional('iBan', {
        information: ['Should be in the international bank account number format.'],
        fault: matching(/^[A-Z]{2}\d{2}[A-Z0-9 ]{8,40}$/, 'must be an international bank account number'),
      }),
      optional('nominalCode', {
        information: ['Should be a number between 1 and 99999999.'],
        fault: matching(/^[1-9]\d{0,7}$/, 'must be a number from 1 to 99999999'),
      }),
    ],
  },
  gbol: {
    ukSortCodesOnly: true,
    fields: [
      required('accountName', {
        warnings: ['Should not be longer than 150 characters.', 'Must be unique.'],
        fault: atMost(150),
      }),
      required('accountNumber'),
      optional('sortCode', { information: ['Used only if the specified currency is GBP.'] }),
      optional('nominalCode', {
        warnings: ['Should not be longer than 10 characters.', 'Must be unique.'],
        fault: atMost(10),
      }),
      optional('currency', {
        warnings: ['Must be enabled in the organisation.'],
        information: ["If not set, will default to the organisation's base currency."],
      }),
    ],
  },
  akxx: {
    fields: [
      required('accountName', { warnings: ['Should not be longer than 60 characters.'], fault: atMost(60) }),
      required('currency', { warnings: ['Must be enabled in the subsidiary.'] }),
      optional('nominalCode'),
      optional('accountNumber'),
      optional('sortCode'),
      optional('iBan'),
    ],
  },
};

/** What bank accounts are on this platform. */
export function bankAccountModel({ platformKey }: { readonly platformKey: string }): BankAccountModel {
  const model = models[platformKey];
  if (model === undefined) throw new Error(`No bank account model is written down for the platform "${platformKey}".`);
  return model;
}
