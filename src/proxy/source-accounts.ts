import * as z from 'zod';
import { routingTypes, type SourceAccountV2Request } from '../codat/schemas/source-account.ts';
import { accountTypes } from '../contract/schemas.ts';
import { accountIdFault } from '../outbox/outbox.ts';
import type { CompanyRef, ProxyOptions } from './options.ts';
import { Problem } from './problem.ts';

const decimalText = /^-?(0|[1-9]\d*)(\.\d+)?$/;
const noDecimal = 'must be an exact decimal, such as "1204.50"';
/** Money as the host gives it: a decimal string, or a number that says it exactly. */
const decimal = z.union([z.string(), z.number()], noDecimal).transform((value, context) => {
  const text = String(value);
  if (!decimalText.test(text) || (typeof value === 'number' && text.replace(/\D/g, '').length > 15)) {
    context.addIssue({ code: 'custom', message: noDecimal });
    return z.NEVER;
  }
  return text;
});

const text = (most: number) => z.string('must be text').trim().min(1, 'is empty').max(most, `is longer than ${most}`);

/**
 * Open Banking's account types in Codat's words. Codat's guide gives each a side: credit for charge and credit cards,
 * loans and mortgages, debit for the others.
 */
const openBankingTypes = {
  ChargeCard: 'creditCard',
  CreditCard: 'creditCard',
  CurrentAccount: 'checking',
  EMoney: 'checking',
  Loan: 'loan',
  Mortgage: 'loan',
  PrePaidCard: 'prepaidCard',
  Savings: 'savings',
} as const satisfies Record<string, (typeof accountTypes)[number]>;
const isOpenBankingType = (type: string): type is keyof typeof openBankingTypes =>
  Object.hasOwn(openBankingTypes, type);

/** A type of ours, for which Codat has no word: it takes such an account as `checking`. */
const ownType = 'paymentsProcessor';

const plainTypes = [...accountTypes, ownType] as const;
const typeNames = [...plainTypes, ...Object.keys(openBankingTypes)];
const accountType = z.string('must be text').transform((type, context) => {
  const known = isOpenBankingType(type) ? openBankingTypes[type] : plainTypes.find((name) => name === type);
  if (known !== undefined) return known;
  context.addIssue({ code: 'custom', message: `must be one of ${typeNames.join(', ')}` });
  return z.NEVER;
});

/** One account the host offers. `id` is the host's own and becomes the id at Codat. */
export const sourceAccount = z.object(
  {
    id: z.string('must be text').superRefine((id, context) => {
      const message = accountIdFault(id);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    }),
    accountName: text(200),
    accountType,
    accountNumber: text(100),
    currency: z.string('must be text').regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as GBP'),
    balance: decimal,
    sortCode: z.optional(z.nullable(text(20))),
    routingInfo: z.optional(
      z.nullable(
        z.object(
          {
            bankCode: text(50),
            type: z.enum(routingTypes, `must be one of ${routingTypes.join(', ')}`).default('bankcode'),
          },
          'must be an object',
        ),
      ),
    ),
    accountInfo: z.optional(
      z.nullable(
        z.object(
          {
            description: z.optional(z.nullable(z.string('must be text').max(500, 'is longer than 500'))),
            nickname: z.optional(z.nullable(z.string('must be text').max(200, 'is longer than 200'))),
            accountOpenDate: z.optional(z.nullable(z.iso.date('must be a date, YYYY-MM-DD'))),
            availableBalance: z.optional(z.nullable(decimal)),
          },
          'must be an object',
        ),
      ),
    ),
  },
  "must be an object with the account's fields",
);
export type HostAccount = z.infer<typeof sourceAccount>;

/** As Codat takes it. */
export const toCodat = (account: HostAccount): SourceAccountV2Request => ({
  ...account,
  accountType: account.accountType === ownType ? 'checking' : account.accountType,
  sortCode: account.sortCode ?? undefined,
  routingInfo: account.routingInfo ?? undefined,
});

/** Ids of the accounts of our own type: from Codat they come back as `checking`. */
export const processorsAmong = (accounts: readonly HostAccount[]): ReadonlySet<string> =>
  new Set(accounts.filter(({ accountType }) => accountType === ownType).map(({ id }) => id));

const sourceAccounts = z
  .array(sourceAccount, 'must be an array of accounts')
  .max(10_000, 'has more than 10,000 accounts');

const describe = (given: unknown, issue: z.core.$ZodIssue): string => {
  const [index, ...path] = issue.path;
  const account = Array.isArray(given) && typeof index === 'number' ? (given[index] as unknown) : undefined;
  const id =
    typeof account === 'object' && account !== null && 'id' in account && typeof account.id === 'string'
      ? account.id
      : undefined;
  const place = index === undefined ? 'sourceAccounts' : `account ${String(index)}${id ? ` (${id.slice(0, 40)})` : ''}`;
  return `${place}: ${[path.join('.'), issue.message].filter(Boolean).join(' ')}`;
};

/**
 * Calls the host's hook and checks its answer: each fault names account and field. Faults are the
 * partner's, so they go to the log in full; the page only learns that the list could not be used.
 */
export const readSourceAccounts = async (
  hook: ProxyOptions['sourceAccounts'],
  company: CompanyRef,
  onFault: (faults: readonly string[]) => void,
): Promise<readonly HostAccount[]> => {
  let given: unknown;
  try {
    given = await hook(company);
  } catch (error) {
    onFault([`sourceAccounts() failed: ${error instanceof Error ? error.message : 'it threw no Error'}`]);
    throw new Problem('source_accounts_failed', 'Your accounts could not be read just now. Try again in a moment.', {
      cause: error,
    });
  }
  const checked = sourceAccounts.safeParse(given);
  const faults = checked.success
    ? duplicateIds(checked.data)
    : checked.error.issues.map((issue) => describe(given, issue));
  if (!checked.success || faults.length > 0) {
    onFault(faults);
    throw new Problem('source_accounts_invalid', 'Your accounts could not be shown. The bank has been told why.');
  }
  const lacking = checked.data.flatMap((account, index) => (lacksSortCode(account) ? [lack(account, index)] : []));
  if (lacking.length > 0) onFault(lacking);
  return checked.data;
};

/** Codat refuses such an account and no other: it is offered, and the customer reads Codat's answer beside it. */
const lacksSortCode = ({ currency, sortCode, routingInfo }: HostAccount): boolean =>
  currency === 'GBP' && !sortCode && !routingInfo;

const lack = ({ id }: HostAccount, index: number): string =>
  `account ${index} (${id.slice(0, 40)}): sortCode is needed for GBP (or give routingInfo); Codat refuses it without`;

const duplicateIds = (accounts: readonly HostAccount[]): string[] => {
  const seen = new Set<string>();
  return accounts.flatMap(({ id }, index) => {
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    return [`account ${index} (${id.slice(0, 40)}): id stands twice in the list`];
  });
};
