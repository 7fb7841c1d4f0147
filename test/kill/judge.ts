/** The books of the accounting software against what the bank handed over: every line, every field, the order. */
import type { Sandbox } from '../../src/sandbox/index.ts';
import type { HandedLine, Stream } from './host.ts';

export interface Verdict {
  readonly lines: number;
  readonly lost: string[];
  readonly duplicated: string[];
  readonly disordered: string[];
  /** Written with other content, or never handed over. */
  readonly wrong: string[];
}

const fields = [
  'id',
  'date',
  'amount',
  'balance',
  'description',
  'counterparty',
  'reference',
  'reconciled',
  'transactionType',
] as const satisfies readonly (keyof HandedLine)[];

/** A decimal by its value, all else letter by letter. */
const spelling = (value: unknown): string =>
  value === undefined || value === null ? '' : JSON.stringify(value).replace(/^"|"$/g, '');

export const judge = (streams: readonly Stream[], { ledger }: Pick<Sandbox, 'ledger'>): Verdict => {
  const verdict: Verdict = { lines: 0, lost: [], duplicated: [], disordered: [], wrong: [] };
  for (const { companyId, accountId, lines } of streams) {
    const landed = ledger.entries({ companyId, accountId });
    const handed = new Map(lines.map((line, place) => [line.id, { line, place }]));
    const times = new Map<string, number>();
    let newest = -1;
    for (const { transaction } of landed) {
      const { id } = transaction;
      const found = handed.get(id);
      times.set(id, (times.get(id) ?? 0) + 1);
      if (found === undefined) {
        verdict.wrong.push(`${id} was never handed over`);
        continue;
      }
      for (const field of fields)
        if (spelling(transaction[field]) !== spelling(found.line[field]))
          verdict.wrong.push(`${id}: ${field} is ${spelling(transaction[field])}, not ${spelling(found.line[field])}`);
      if (times.get(id) !== 1) continue;
      if (found.place < newest) verdict.disordered.push(`${id} after ${lines[newest]?.id}`);
      newest = Math.max(newest, found.place);
    }
    for (const { id } of lines) {
      const count = times.get(id) ?? 0;
      if (count === 0) verdict.lost.push(id);
      if (count > 1) verdict.duplicated.push(`${id}: ${count} times`);
    }
    Object.assign(verdict, { lines: verdict.lines + lines.length });
  }
  return verdict;
};
