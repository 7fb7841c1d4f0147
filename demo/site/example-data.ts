/** A bakery with its accounts, the accounts in its books, and thirty days of deliveries: the same at every visit. */
import type { Account, Feed, Push, Target } from './wire.ts';

/** What the wire leaves out of a target, and what decides which account may go there. */
export interface BookAccount {
  readonly target: Target;
  readonly currency: string;
}

const currencies: Readonly<Record<string, string>> = { GB: 'GBP', US: 'USD', NL: 'EUR' };
const names = ['Business current account', 'Reserve', 'Company card', 'Payroll', 'Tax set aside', 'Till takings'];
const types: readonly Account['type'][] = ['checking', 'savings', 'creditCard', 'checking', 'savings', 'checking'];
const balances = ['18250.40', '42000.00', '-912.35', '6120.88', '9300.00', '1544.10'];

const lastFour = (index: number): string => String(4242 + index * 137).slice(-4);

export const exampleAccounts = (size: number, region: string): Account[] =>
  Array.from({ length: size }, (_, index) => {
    const kind = index % names.length;
    const currency = currencies[region] ?? 'GBP';
    return {
      id: `account-${index + 1}`,
      connectionId: '',
      name: index < names.length ? (names[kind] ?? '') : `${names[kind]} ${Math.floor(index / names.length) + 1}`,
      type: types[kind] ?? 'checking',
      last4: lastFour(index),
      currency,
      balance: { amount: balances[kind] ?? '0.00', currency },
      status: 'offered',
    };
  });

/** In the books some are called otherwise, and one account is there for each at the bank, and a few beside. */
export const exampleBooks = (accounts: readonly Account[]): BookAccount[] => [
  ...accounts.map(({ name, last4, currency }, index) => ({
    target: {
      id: `target-${index + 1}`,
      name: index === 0 ? 'Main bank account' : name,
      ...(index % 3 !== 2 && { last4 }),
    },
    currency,
  })),
  { target: { id: 'target-petty', name: 'Petty cash' }, currency: accounts[0]?.currency ?? 'GBP' },
];

export const day = (before: number): string => new Date(Date.now() - before * 86_400_000).toISOString().slice(0, 10);

/** Fewer lines at weekends, otherwise up and down. */
const linesOf = (date: string, seed: number): number => {
  const weekday = new Date(`${date}T12:00:00Z`).getUTCDay();
  return weekday === 0 || weekday === 6 ? 0 : 2 + ((Number(date.slice(-2)) * 7 + seed * 5) % 11);
};

export const examplePushes = (seed: number): Push[] =>
  Array.from({ length: 30 }, (_, before) => day(before)).flatMap((date): Push[] => {
    const lines = linesOf(date, seed);
    const pushed: Push = {
      id: `push-${seed}-${date}`,
      status: 'delivered',
      lines,
      firstDate: date,
      lastDate: date,
      startedAt: `${date}T05:00:00Z`,
      finishedAt: `${date}T05:00:04Z`,
      errors: [],
    };
    return lines === 0 || Date.parse(pushed.startedAt) > Date.now() ? [] : [pushed];
  });

/** What the pushes of an account come to. */
export const feedOf = ({ id, connectionId }: Account, pushes: readonly Push[]): Feed => {
  const days = new Map<string, { date: string; delivered: number; held: number }>();
  for (const { lines, status, lastDate } of pushes.toReversed()) {
    const one = days.get(lastDate) ?? { date: lastDate, delivered: 0, held: 0 };
    if (status === 'failed') one.held += lines;
    else one.delivered += lines;
    days.set(lastDate, one);
  }
  const sum = (of: 'delivered' | 'held'): number => [...days.values()].reduce((all, one) => all + one[of], 0);
  const delivered = pushes.find(({ status }) => status === 'delivered');
  const failed = pushes.find(({ status }) => status === 'failed');
  return {
    accountId: id,
    connectionId,
    counts: { delivered: sum('delivered'), waiting: 0, held: sum('held') },
    ...(delivered && { lastDelivery: { at: delivered.startedAt, lines: delivered.lines } }),
    ...(failed && { held: { reason: 'refused', since: failed.startedAt } }),
    days: [...days.values()].toSorted((one, other) => one.date.localeCompare(other.date)),
  };
};
