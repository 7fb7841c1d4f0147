import * as z from 'zod';

const money = z.string();

/** A line of a statement as it was received: absent stays absent, null stays null. */
export const transactionRecord = z.object({
  id: z.string(),
  date: z.string(),
  description: z.string().nullish(),
  counterparty: z.string().nullish(),
  reference: z.string().nullish(),
  reconciled: z.boolean().nullish(),
  amount: money,
  balance: money.nullish(),
  transactionType: z.string().nullish(),
});
export type TransactionRecord = z.infer<typeof transactionRecord>;

/**
 * The lines of one push, in chronological order, kept as one text and read when somebody asks. As objects, a
 * thousand lines are ten thousand things that the garbage collector would copy while others wait.
 */
export class Lines {
  /** A JSON list of records. */
  readonly text: string;
  readonly count: number;
  /** The dates of the first line, which is the oldest, and of the last. */
  readonly oldest: string;
  readonly newest: string;
  /** Of the last line, where it has one. */
  readonly balance: string | undefined;

  constructor(lines: readonly TransactionRecord[]) {
    this.text = JSON.stringify(lines);
    this.count = lines.length;
    this.oldest = lines[0]?.date ?? '';
    const last = lines.at(-1);
    this.newest = last?.date ?? '';
    this.balance = last?.balance ?? undefined;
  }

  /** The lines, made anew each time. */
  read(): TransactionRecord[] {
    const lines: TransactionRecord[] = JSON.parse(this.text);
    return lines;
  }

  /** Into a file it goes as the text that it is: a long ledger is written in a moment. */
  toJSON(): string {
    return this.text;
  }
}

const textOfLines = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue('must be JSON');
    return z.NEVER;
  }
});
const transactionRecords = z.array(transactionRecord);

/** Earlier releases kept each line by itself, under the name of `transaction`. */
export const asLines = (kept: unknown): unknown =>
  typeof kept === 'object' && kept !== null && 'transaction' in kept ? { ...kept, lines: [kept.transaction] } : kept;

/** Lines as a file has them: their text, or the list that earlier releases wrote. */
export const keptLines = z
  .union([textOfLines.pipe(transactionRecords), transactionRecords])
  .transform((lines) => new Lines(lines));
