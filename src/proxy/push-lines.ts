/**
 * Many lines in one request: newline-delimited JSON, read only as fast as the store takes it, answered as it is dealt
 * with. What is held in memory is bounded whatever the length of the text. The format: docs/push.md.
 */
import * as z from 'zod';
import { JsonError, parseJsonAsWritten } from '../codat/schemas/json.ts';
import type { PushIssue, PushResult, Reason } from '../outbox/model.ts';
import { codatId } from './codat-id.ts';
import type { Problem } from './problem.ts';
import { createLineReader, type TextLine } from './text-lines.ts';

/** What is said of one line. `line` is its place in the text, from 1. */
export interface LineIssue extends Omit<PushIssue, 'index' | 'code'> {
  readonly line: number;
  /** A code of preflight, of the text (`not_json`, …) or, where the whole account is refused, of a problem. */
  readonly code: string;
}

/** What became of the transactions; blank lines and headers are none. */
export interface LineCounts {
  /** `accepted + duplicates + held + skipped + refused`. */
  readonly lines: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly held: number;
  readonly skipped: number;
  readonly refused: number;
  /** Accepted lines that do not leave at once, by reason. */
  readonly waiting: Readonly<Partial<Record<Reason, number>>>;
}

export type PushAnswer =
  | ({ readonly type: 'issue' } & LineIssue)
  /** Everything up to this line is dealt with: stored or refused. */
  | { readonly type: 'progress'; readonly line: number }
  | ({ readonly type: 'summary' } & LineCounts);

type Said = Extract<PushAnswer, { type: 'issue' }>;

/** A transaction has some hundred bytes; text fields are limited below this. */
const mostLineBytes = 1024 * 1024;
/** How much is taken in at once. What is stored of an account waits for the rest of it: see `more` in push.ts. */
const mostLines = 20_000;
const mostCharacters = 8 * 1024 * 1024;
/** Accounts handed over at a time; for each its connections may have to be asked for. */
const together = 8;

const header = z.strictObject({
  companyId: codatId('must be the id of a company at Codat'),
  accountId: z.string('must be your id of the account, as text'),
  connectionId: z.optional(codatId('must be the id of a connection at Codat')),
});
type Address = z.infer<typeof header>;

const isHeader = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && ('companyId' in value || 'accountId' in value);

const issue = (line: number, code: string, field: string, message: string): Said => ({
  type: 'issue',
  line,
  severity: 'error',
  code,
  field,
  message,
});

interface Gathered {
  readonly address: Address;
  readonly transactions: unknown[];
  /** The line of each transaction. */
  readonly numbers: number[];
}

const keyOf = ({ companyId, accountId, connectionId }: Address): string =>
  JSON.stringify([companyId, accountId, connectionId]);

/**
 * Hands the transactions of a text over and answers as it goes, the summary last. Rejects where the store or the text
 * fails; what was answered as dealt with stays so.
 */
export async function* pushLines(
  text: AsyncIterable<Uint8Array>,
  push: (input: unknown) => Promise<PushResult>,
  options: {
    readonly dryRun: boolean;
    /** What a caller may be told of an error: then these lines are refused. Undefined where all has to end. */
    readonly refusal: (error: unknown) => Problem | undefined;
  },
): AsyncGenerator<readonly PushAnswer[], void, undefined> {
  const reader = createLineReader(mostLineBytes);
  const total = { lines: 0, accepted: 0, duplicates: 0, held: 0, skipped: 0, refused: 0 };
  const waiting: Partial<Record<Reason, number>> = {};
  let gathered = new Map<string, Gathered>();
  let current: Gathered | undefined;
  let lines = 0;
  let characters = 0;
  let seen = 0;
  /** Said of lines that cannot be handed over; told with the others of their part, in the order of the text. */
  let faults: Said[] = [];

  const start = (address: Address): Gathered => {
    const key = keyOf(address);
    const group = gathered.get(key) ?? { address, transactions: [], numbers: [] };
    gathered.set(key, group);
    return group;
  };

  /** Answers where the line cannot be handed over. */
  const read = (line: TextLine): Said | undefined => {
    seen = line.number;
    if (line.fault === undefined && line.text.trim() === '') return undefined;
    const refuse = (code: string, field: string, message: string): Said => {
      total.lines += 1;
      total.refused += 1;
      return issue(line.number, code, field, message);
    };
    if (line.fault === 'too_long')
      return refuse('too_long', '', `The line is longer than ${mostLineBytes} bytes; no transaction is.`);
    if (line.fault === 'not_utf8') return refuse('not_utf8', '', 'The line is not valid UTF-8.');
    let value: unknown;
    try {
      value = parseJsonAsWritten(line.text);
    } catch (error) {
      if (error instanceof JsonError && error.code === 'doubled-member') return refuse('not_json', '', error.message);
      return refuse('not_json', '', 'The line is not valid JSON. Write each transaction as one object on one line.');
    }
    characters += line.text.length;
    if (isHeader(value)) {
      const checked = header.safeParse(value);
      current = checked.success ? start(checked.data) : undefined;
      const [fault] = checked.error?.issues ?? [];
      if (fault === undefined) return undefined;
      const field = fault.path.join('.');
      const message =
        fault.code === 'unrecognized_keys'
          ? 'A line is either a header (companyId, accountId, connectionId) or a transaction, not both.'
          : `${field} ${fault.message}.`;
      return refuse('header_invalid', field, message);
    }
    if (current === undefined)
      return refuse('no_header', '', 'No valid header before this line says which account it belongs to.');
    current.transactions.push(value);
    current.numbers.push(line.number);
    lines += 1;
    return undefined;
  };

  const handOver = async ({ address, transactions, numbers }: Gathered, more: boolean): Promise<Said[]> => {
    total.lines += numbers.length;
    let result: PushResult;
    try {
      result = await push({ ...address, transactions, dryRun: options.dryRun, more });
    } catch (error) {
      const problem = options.refusal(error);
      if (problem === undefined) throw error;
      total.refused += numbers.length;
      return numbers.map((line) => issue(line, problem.code, problem.field ?? '', problem.detail));
    }
    for (const name of ['accepted', 'duplicates', 'held', 'skipped', 'refused'] as const) total[name] += result[name];
    if (result.waiting !== undefined && result.accepted > 0)
      waiting[result.waiting] = (waiting[result.waiting] ?? 0) + result.accepted;
    return result.issues.map(({ index, ...said }) => ({ type: 'issue', line: numbers[index] ?? 0, ...said }));
  };

  async function* flush(last: boolean): AsyncGenerator<readonly PushAnswer[], void, undefined> {
    const groups = [...gathered.values()].filter(({ numbers }) => numbers.length > 0);
    gathered = new Map();
    lines = 0;
    characters = 0;
    if (current !== undefined) current = start(current.address);
    const said = [faults];
    faults = [];
    try {
      for (let from = 0; from < groups.length; from += together) {
        const some = groups.slice(from, from + together);
        said.push(...(await Promise.all(some.map((group) => handOver(group, !last)))));
      }
    } finally {
      // Also where the store failed in the midst of it.
      yield said.flat().toSorted((one, other) => one.line - other.line);
    }
    yield [{ type: 'progress', line: seen }];
  }

  async function* take(some: readonly TextLine[]): AsyncGenerator<readonly PushAnswer[], void, undefined> {
    for (const line of some) {
      const fault = read(line);
      if (fault !== undefined) faults.push(fault);
      if (lines + faults.length >= mostLines || characters >= mostCharacters) yield* flush(false);
    }
  }

  for await (const bytes of text) yield* take(reader.push(bytes));
  yield* take(reader.end());
  yield* flush(true);
  yield [{ type: 'summary', ...total, waiting }];
}
