/** What the two halves of the bench say to each other, and what both of them push. */

export type ToServer =
  | { readonly kind: 'start' | 'cpu' }
  | {
      readonly kind: 'floor';
      readonly answers: readonly {
        readonly path: string;
        readonly headers: Readonly<Record<string, string>>;
        readonly body: string;
      }[];
    }
  | { readonly kind: 'push'; readonly lines: number; readonly rounds: number; readonly warmUps: number };

export type FromServer =
  | { readonly kind: 'started'; readonly url: string }
  | { readonly kind: 'cpu'; readonly microseconds: number }
  /** Milliseconds by round: until the answer, and until the lines stood in the books. */
  | { readonly kind: 'pushed'; readonly answered: readonly number[]; readonly landed: readonly number[] };

export const account = {
  id: 'current-4242',
  accountName: 'Business current account',
  accountType: 'checking',
  accountNumber: '70124242',
  sortCode: '040004',
  currency: 'GBP',
  balance: 18250.4,
};

/** The body of one push; yesterday's lines, with all members a bank would send. */
export function batchOf(round: number, lines: number): string {
  const day = new Date(Date.now() - 24 * 3_600_000).toISOString().slice(0, 10);
  const transactions = Array.from({ length: lines }, (_, index) => ({
    id: `bench-${round}-${index}`,
    date: `${day}T${String(Math.floor(index / 60) % 24).padStart(2, '0')}:${String(index % 60).padStart(2, '0')}:00`,
    description: `Card purchase ${index} at Millbrook Flour, Harbour Lane`,
    counterparty: 'Millbrook Flour',
    reference: `INV-${round}-${index}`,
    reconciled: false,
    amount: -(index % 90) - 0.25,
    balance: 18250.4 - index,
    transactionType: 'Debit',
  }));
  return JSON.stringify({ accountId: account.id, transactions });
}
