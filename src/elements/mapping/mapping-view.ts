import type { Connection, Mapping, Target } from '../../contract/schemas.ts';
import { dayIn } from '../../flow/calendar.ts';
import { platformOf } from '../../flow/connection-view.ts';
import {
  bucketOf,
  holdersOf,
  isOpen,
  openSuggestion,
  startDateLimits,
  tally,
  type Holders,
  type MappingRow,
  type StartDateLimits,
} from '../../flow/mapping.ts';
import type { LocaleController } from '../controllers/locale.ts';
import { accountFinder } from '../internal/account-search.ts';
import type { Drafts } from './drafts.ts';
import type { Filter } from './toolbar.ts';

interface Given {
  readonly connection: Connection | undefined;
  readonly rows: readonly MappingRow[];
  readonly targets: ReadonlyMap<string, Target>;
}

interface Options {
  readonly drafts: Drafts;
  readonly filter: Filter;
  readonly query: string;
  readonly failed: (accountId: string) => boolean;
  /** What is on the screen stays until one filters again: nothing is taken from under a hand. Added to here. */
  readonly kept: Set<string>;
  readonly locale: LocaleController;
}

/** All that one drawing asks for, from one walk over the accounts. */
export interface MappingView {
  readonly rows: readonly MappingRow[];
  readonly byId: ReadonlyMap<string, MappingRow>;
  /** For which the customer still chooses. */
  readonly open: readonly MappingRow[];
  readonly holders: Holders;
  readonly counts: ReturnType<typeof tally>;
  readonly visible: ReadonlySet<string>;
  readonly suggestions: ReadonlyMap<string, NonNullable<Mapping['suggestion']>>;
  readonly today: string;
  readonly limits: StartDateLimits;
}

export const mappingView = (given: Given, options: Options): MappingView => {
  const { drafts, failed, filter, kept, locale } = options;
  const rows = given.rows.map((row) => {
    const mapping = drafts.answer(row.account.id);
    return mapping ? { account: row.account, mapping } : row;
  });
  const holders = holdersOf(rows, drafts.all);
  const inTrouble = (id: string) => drafts.refusal(id) !== undefined || drafts.fault(id) !== undefined || failed(id);
  const finds = accountFinder(options.query, locale);
  const suggestions = new Map<string, NonNullable<Mapping['suggestion']>>();
  for (const { account, mapping } of rows) {
    const { id } = account;
    const suggestion = openSuggestion(mapping, drafts.all.get(id), given.targets, holders, drafts.refused(id));
    if (suggestion) suggestions.set(id, suggestion);
    if (filter !== 'all' && filter !== bucketOf(mapping, inTrouble(id))) continue;
    if (finds(account)) kept.add(id);
  }
  const today = dayIn(new Date());
  return {
    rows,
    byId: new Map(rows.map((row) => [row.account.id, row])),
    open: rows.filter(({ mapping }) => isOpen(mapping)),
    holders,
    counts: tally(rows, inTrouble),
    visible: new Set(rows.flatMap(({ account: { id } }) => (kept.has(id) ? [id] : []))),
    suggestions,
    today,
    limits: startDateLimits(platformOf(given.connection?.platform ?? ''), today),
  };
};
