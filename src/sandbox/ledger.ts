import type { LandedPush, LedgerEntry } from './records.ts';

export interface LedgerFilter {
  readonly companyId?: string | undefined;
  readonly connectionId?: string | undefined;
  /** The source account. */
  readonly accountId?: string | undefined;
}

/** Entries in landing order, made from their pushes when they are asked for. */
export interface Entries {
  readonly length: number;
  /** When the last of them landed: UTC, ISO 8601. */
  readonly landedAt: string | undefined;
  /** Those from one place to before another, as of a list; all, unless given. */
  slice(start?: number, end?: number): LedgerEntry[];
}

/**
 * Every transaction that truly landed, whole and in landing order. Nothing is ever taken out or merged:
 * a line delivered twice is here twice. Tests use it as the truth.
 */
export interface Ledger {
  /** Entries in landing order; amounts and balances are decimal strings, digits as received. */
  entries(filter?: LedgerFilter): readonly LedgerEntry[];
  /** The lines in one account of the software. */
  linesOf(targetId: string): Entries;
  /** The newest local date-time that landed in an account of the software. */
  newestDate(targetId: string): string | undefined;
}

export interface WritableLedger extends Ledger {
  land(push: LandedPush): void;
  /** What landed so far, a push at a time. */
  pushes(): readonly LandedPush[];
  /** The same as `entries`, for whoever wants a part of them. */
  select(filter?: LedgerFilter): Entries;
}

/** The local part of a date, comparable as text: the offset is dropped, a date alone is midnight. */
export function localDateTime(date: string): string {
  // The usual form, which needs no taking apart.
  if (date.length === 19 && date[10] === 'T') return `${date}.0000000`;
  const [, day = '', time = '00:00:00', fraction = ''] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d+))?)?/.exec(date) ?? [];
  return `${day}T${time.length === 5 ? `${time}:00` : time}.${fraction.slice(0, 7).padEnd(7, '0')}`;
}

class PushList implements Entries {
  readonly #pushes: LandedPush[] = [];
  /** By push: how many entries there are up to its end. */
  readonly #ends: number[] = [];

  get length(): number {
    return this.#ends.at(-1) ?? 0;
  }

  get landedAt(): string | undefined {
    return this.#pushes.at(-1)?.landedAt;
  }

  add(push: LandedPush): void {
    this.#ends.push(this.length + push.lines.count);
    this.#pushes.push(push);
  }

  slice(start = 0, end = this.length): LedgerEntry[] {
    const found: LedgerEntry[] = [];
    for (let index = this.#placeOf(start); index < this.#pushes.length; index += 1) {
      const push = this.#pushes[index];
      const before = this.#ends[index - 1] ?? 0;
      if (push === undefined || before >= end) break;
      const { lines, ...shared } = push;
      const some = lines.read().slice(Math.max(start - before, 0), end - before);
      for (const transaction of some) found.push({ ...shared, transaction });
    }
    return found;
  }

  /** The push that holds the entry at a place. */
  #placeOf(place: number): number {
    let from = 0;
    let to = this.#ends.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#ends[middle] ?? 0) > place) to = middle;
      else from = middle + 1;
    }
    return from;
  }
}

const empty: Entries = new PushList();

/** Keeps whole pushes: an object for each line would be most of what the garbage collector has to copy. */
export function createLedger(initial: readonly LandedPush[] = []): WritableLedger {
  const all: LandedPush[] = [];
  const byTarget = new Map<string, { lines: PushList; newest: string }>();

  const land = (push: LandedPush): void => {
    all.push(push);
    const target = byTarget.get(push.targetId) ?? { lines: new PushList(), newest: '' };
    target.lines.add(push);
    const date = localDateTime(push.lines.newest);
    if (date > target.newest) target.newest = date;
    byTarget.set(push.targetId, target);
  };
  for (const push of initial) land(push);

  const select = ({ companyId, connectionId, accountId }: LedgerFilter = {}): Entries => {
    const selected = new PushList();
    for (const push of all) {
      if (companyId !== undefined && push.companyId !== companyId) continue;
      if (connectionId !== undefined && push.connectionId !== connectionId) continue;
      if (accountId === undefined || push.accountId === accountId) selected.add(push);
    }
    return selected;
  };

  return {
    land,
    pushes: () => all,
    select,
    entries: (filter) => select(filter).slice(),
    linesOf: (targetId) => byTarget.get(targetId)?.lines ?? empty,
    newestDate: (targetId) => byTarget.get(targetId)?.newest,
  };
}
