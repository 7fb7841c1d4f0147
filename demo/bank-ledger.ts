/** The demo bank's books: a few accounts of one customer, and lines that look like a small business's month. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import type { HostAccount, TransactionInput } from 'bank-feed-elements/proxy';

export interface DemoAccount extends HostAccount {
  /** Lines made so far; the next line's number. */
  lines: number;
}

const opening = (
  id: string,
  accountName: string,
  accountType: HostAccount['accountType'],
  accountNumber: string,
  currency: string,
  balance: string,
): DemoAccount => ({
  id,
  accountName,
  accountType,
  accountNumber,
  currency,
  balance,
  ...(currency === 'GBP' ? { sortCode: '04-00-04' } : {}),
  lines: 0,
});

const accounts = (): DemoAccount[] => [
  opening('current-4242', 'Business current account', 'checking', '70124242', 'GBP', '18250.40'),
  opening('savings-8110', 'Tax savings', 'savings', '70128110', 'GBP', '6400.00'),
  opening('card-0093', 'Company card', 'creditCard', '5521390000440093', 'GBP', '-312.85'),
  opening('dollars-5517', 'US dollar account', 'checking', '70125517', 'USD', '2210.00'),
];

const counterparties = [
  { name: 'Millbrook Flour', pence: -18_420 },
  { name: 'Card takings', pence: 61_275 },
  { name: 'Bay Street Café', pence: 24_000 },
  { name: 'City Power & Gas', pence: -9_632 },
  { name: 'Harbour Lane rent', pence: -135_000 },
  { name: 'Card takings', pence: 48_310 },
  { name: 'Print shop', pence: -4_599 },
  { name: 'Fern & Sons wholesale', pence: 89_905 },
] as const;

const day = 86_400_000;

const toPence = (amount: string): bigint => {
  const [, sign = '', whole = '0', fraction = ''] = /^(-?)(\d+)(?:\.(\d{1,2}))?$/.exec(amount) ?? [];
  return BigInt(`${sign}${whole}${fraction.padEnd(2, '0')}`);
};
const fromPence = (pence: bigint): string => {
  const digits = (pence < 0n ? -pence : pence).toString().padStart(3, '0');
  return `${pence < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
};

export interface BankLedger {
  readonly accounts: readonly DemoAccount[];
  /** The next `count` lines of an account, the last one dated `until`, spread over `days` days before it. */
  next(accountId: string, count: number, span: { readonly until: Date; readonly days: number }): TransactionInput[];
  /** Enters lines into the books, once they were handed over for delivery. */
  keep(accountId: string, lines: readonly TransactionInput[]): Promise<void>;
  /** What was entered since the bank opened, oldest first: what has to arrive. */
  entered(accountId: string): readonly TransactionInput[];
}

/** With a file the books survive a restart, as the proxy's store and the sandbox do. */
export const openBankLedger = async (file?: string): Promise<BankLedger> => {
  const kept = file === undefined ? undefined : await readFile(file, 'utf8').catch(() => undefined);
  const books = accounts();
  if (kept !== undefined) {
    const saved = JSON.parse(kept) as Record<string, { balance: string; lines: number }>;
    for (const account of books) Object.assign(account, saved[account.id]);
  }
  const save = async (): Promise<void> => {
    if (file === undefined) return;
    const state = Object.fromEntries(books.map(({ id, balance, lines }) => [id, { balance, lines }]));
    await writeFile(`${file}.new`, JSON.stringify(state));
    await rename(`${file}.new`, file);
  };

  const find = (accountId: string): DemoAccount => {
    const account = books.find(({ id }) => id === accountId);
    if (!account) throw new Error(`The demo bank has no account ${accountId}.`);
    return account;
  };

  const journal = new Map<string, TransactionInput[]>();

  return {
    accounts: books,
    next(accountId, count, { until, days }) {
      const account = find(accountId);
      let balance = toPence(account.balance);
      const made: TransactionInput[] = [];
      for (let index = 0; index < count; index += 1) {
        const number = account.lines + index;
        const party = counterparties[number % counterparties.length] ?? counterparties[0];
        // No two lines alike, so that a mix-up would show.
        const pence = BigInt(party.pence) + BigInt((number * 37) % 997) * (party.pence < 0 ? -1n : 1n);
        balance += pence;
        const at = new Date(until.getTime() - Math.floor(((count - 1 - index) * days * day) / count));
        made.push({
          id: `${accountId}-${String(number + 1).padStart(7, '0')}`,
          date: at.toISOString().slice(0, 19),
          description: `${party.name} ${number + 1}`,
          counterparty: party.name,
          reference: `REF ${number + 1}`,
          amount: fromPence(pence),
          balance: fromPence(balance),
          transactionType: pence < 0n ? 'Debit' : 'Credit',
        });
      }
      return made;
    },
    async keep(accountId, lines) {
      const account = find(accountId);
      account.lines += lines.length;
      account.balance = String(lines.at(-1)?.balance ?? account.balance);
      journal.set(accountId, [...(journal.get(accountId) ?? []), ...lines]);
      await save();
    },
    entered: (accountId) => journal.get(accountId) ?? [],
  };
};
