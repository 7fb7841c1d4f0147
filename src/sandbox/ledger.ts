import type { LedgerEntry } from './records.ts';

export interface LedgerFilter {
  readonly companyId?: string | undefined;
  readonly connectionId?: string | undefined;
  /** The source account. */
  readonly accountId?: string | undefined;
}

/**
 * Every transaction that truly landed, whole and in landing order. Nothing is ever taken out or merged:
 * a line delivered twice is here twice. Tests use it as the truth.
 */
export interface Ledger {
  /** Entries in landing order; amounts and balances are decimal strings, digits as received. */
  entries(filter?: LedgerFilter): readonly LedgerEntry[];
  /** The lines in one account of the software, in landing order. */
  linesOf(targetId: string): readonly LedgerEntry[];
  /** The newest local date-time that landed in an account of the software. */
  newestDate(targetId: string): string | undefined;
}

export interface WritableLedger extends Ledger {
  land(entries: readonly LedgerEntry[]): void;
}

/** The local part of a date, comparable as text: the offset is dropped, a date alone is midnight. */
export function localDateTime(date: string): string {
  // The usual form, which needs no taking apart.
  if (date.length === 19 && date[10] === 'T') return `${date}.0000000`;
  const [, day = '', time = '00:00:00', fraction = ''] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d+))?)?/.exec(date) ?? [];
  return `${day}T${time.length === 5 ? `${time}:00` : time}.${fraction.slice(0, 7).padEnd(7, '0')}`;
}

export function createLedger(initial: readonly LedgerEntry[] = []): WritableLedger {
  const all: LedgerEntry[] = [];
  const byTarget = new Map<string, { lines: LedgerEntry[]; newest: string }>();

  const land = (entries: readonly LedgerEntry[]): void => {
    for (const entry of entries) {
      all.push(entry);
      const target = byTarget.get(entry.targetId) ?? { lines: [], newest: '' };
      target.lines.push(entry);
      const date = localDateTime(entry.transaction.date);
      if (date > target.newest) target.newest = date;
      byTarget.set(entry.targetId, target);
    }
  };
  land(initial);

  return {
    land,
    entries: ({ companyId, connectionId, accountId } = {}) =>
      all.filter(
        (entry) =>
          (companyId === undefined || entry.companyId === companyId) &&
          (connectionId === undefined || entry.connectionId === connectionId) &&
          (accountId === undefined || entry.accountId === accountId),
      ),
    linesOf: (targetId) => byTarget.get(targetId)?.lines ?? [],
    newestDate: (targetId) => byTarget.get(targetId)?.newest,
  };
}
