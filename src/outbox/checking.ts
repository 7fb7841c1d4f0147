/** Each line of a hand-over alone, then their ids against each other: the same line twice is one line. */
import type { IndexedLine } from './ledger-port.ts';
import type { PushIssue } from './model.ts';
import { preflight, type PreflightContext } from './preflight.ts';
import { changedContent } from './told.ts';
import { sameLine } from './transaction-text.ts';

export interface Checked {
  /** May be stored; their ids differ. */
  readonly lines: readonly IndexedLine[];
  /** Refused by rules alone, which may have been others when they were taken: known where they are stored already. */
  readonly doubtful: readonly IndexedLine[];
  readonly issues: readonly PushIssue[];
  readonly duplicates: number;
  readonly refused: number;
}

const isError = ({ severity }: PushIssue): boolean => severity === 'error';

export const checkLines = (transactions: readonly unknown[], context: PreflightContext): Checked => {
  const lines = new Map<string, IndexedLine>();
  const doubtful = new Map<string, IndexedLine>();
  const issues: PushIssue[] = [];
  let duplicates = 0;
  let refused = 0;
  for (const [index, transaction] of transactions.entries()) {
    const { line, refused: byRules, issues: found } = preflight(transaction, index, context);
    if (byRules !== undefined && !doubtful.has(byRules.id)) {
      doubtful.set(byRules.id, { ...byRules, index, refusals: found.filter(isError) });
      issues.push(...found.filter((issue) => !isError(issue)));
      continue;
    }
    issues.push(...found);
    const earlier = line && lines.get(line.id);
    if (line === undefined) refused += 1;
    else if (earlier === undefined) lines.set(line.id, { ...line, index });
    else if (sameLine(earlier.body, line.body)) duplicates += 1;
    else {
      refused += 1;
      issues.push(changedContent({ index, id: line.id }));
    }
  }
  return { lines: [...lines.values()], doubtful: [...doubtful.values()], issues, duplicates, refused };
};
