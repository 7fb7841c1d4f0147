/** The demo bank's books of one customer: accounts, and lines that look like a small business's month. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import * as z from 'zod';
import type { HostAccount, TransactionInput } from 'bank-feed-elements/proxy';

const savedBooks = z.record(z.string(), z.object({ balance: z.string(), lines: z.int() }));

interface Book {
  readonly account: HostAccount;
  balance: string;
  /** Lines made so far; the next line's number. */
  lines: number;
}

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

export interface Span {
  /** The date of the last line. */
  readonly until: Date;
  /** How many days before it the lines are spread over. */
  readonly days: number;
}

export interface BankLedger {
  /** The accounts as they are offered to the widget. */
  offered(): readonly HostAccount[];
  /** How many lines an account has. */
  count(accountId: string): number;
  /** Makes an account's next lines, hands them over, and enters them into the books once that succeeded. */
  make<Result>(
    accountId: string,
    count: number,
    span: Span,
    handOver: (lines: readonly TransactionInput[]) => Promise<Result>,
  ): Promise<Result>;
  /** What was entered since the bank opened, oldest first: what has to arrive. */
  entered(accountId: string): readonly TransactionInput[];
}

const nextLines = ({ account, ...book }: Book, count: number, { until, days }: Span): TransactionInput[] => {
  let balance = toPence(book.balance);
  return Array.from({ length: count }, (_, index) => {
    const number = book.lines + index;
    const party = counterparties[number % counterparties.length] ?? counterparties[0];
    // No two lines alike, so that a mix-up would show.
    const pence = BigInt(party.pence) + BigInt((number * 37) % 997) * (party.pence < 0 ? -1n : 1n);
    balance += pence;
    const at = new Date(until.getTime() - Math.floor(((count - 1 - index) * days * day) / count));
    return {
      id: `${account.id}-${String(number + 1).padStart(7, '0')}`,
      date: at.toISOString().slice(0, 19),
      description: `${party.name} ${number + 1}`,
      counterparty: party.name,
      reference: `REF ${number + 1}`,
      amount: fromPence(pence),
      balance: fromPence(balance),
      transactionType: pence < 0n ? 'Debit' : 'Credit',
    };
  });
};

/** In their file the books survive a restart, as the proxy's store and the sandbox do. */
export const openBankLedger = async (accounts: readonly HostAccount[], file: string): Promise<BankLedger> => {
  const books = accounts.map((account): Book => ({ account, balance: account.balance, lines: 0 }));
  const kept = await readFile(file, 'utf8').catch(() => undefined);
  if (kept !== undefined) {
    const saved = savedBooks.parse(JSON.parse(kept));
    for (const book of books) Object.assign(book, saved[book.account.id]);
  }
  const save = async (): Promise<void> => {
    const used = books.filter(({ lines }) => lines > 0);
    const state = Object.fromEntries(used.map(({ account, balance, lines }) => [account.id, { balance, lines }]));
    await writeFile(`${file}.new`, JSON.stringify(state));
    await rename(`${file}.new`, file);
  };
  const find = (accountId: string): Book => {
    const book = books.find(({ account }) => account.id === accountId);
    if (!book) throw new Error(`The demo bank has no account ${accountId}.`);
    return book;
  };
  const journal = new Map<string, TransactionInput[]>();
  let last: Promise<unknown> = Promise.resolve();

  return {
    offered: () => books.map(({ account, balance }) => ({ ...account, balance })),
    count: (accountId) => find(accountId).lines,
    make(accountId, count, span, handOver) {
      const book = find(accountId);
      // One at a time: each line's number and balance follow from the one before.
      const made = last.then(async () => {
        const lines = nextLines(book, count, span);
        const result = await handOver(lines);
        book.lines += lines.length;
        book.balance = String(lines.at(-1)?.balance ?? book.balance);
        journal.set(accountId, [...(journal.get(accountId) ?? []), ...lines]);
        await save();
        return result;
      });
      last = made.catch(() => undefined);
      return made;
    },
    entered: (accountId) => journal.get(accountId) ?? [],
  };
};
