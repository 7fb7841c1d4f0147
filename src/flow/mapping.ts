import type { Platform } from '../contract/platforms.ts';
import type { Account, MapAccountBody, Mapping } from '../contract/schemas.ts';
import { addDays, isDate } from './calendar.ts';

/** One of the customer's accounts, and where its transactions go. */
export interface MappingRow {
  readonly account: Account;
  readonly mapping: Mapping;
}

/** Where nobody asks Codat for mappings, the account itself tells how far it is. */
export const rowOfAccount = (account: Account): MappingRow => {
  const { id, status, target, feedStartDate } = account;
  const known = status === 'offered' ? 'pending' : status;
  return { account, mapping: { accountId: id, status: known, target, targetIds: [], feedStartDate } };
};

/** What a customer has chosen so far for one account. */
export interface MappingDraft {
  /** `later`: not now; `new`: the software makes an account; otherwise one of the targets. */
  readonly target:
    | { readonly kind: 'later' }
    | { readonly kind: 'new' }
    | { readonly kind: 'existing'; readonly id: string };
  /** YYYY-MM-DD, or empty while nothing is entered. */
  readonly feedStartDate: string;
}

export type DraftFault = 'target-gone' | 'target-taken' | 'date-missing' | 'date-too-early' | 'date-in-future';

/** First and last day a feed may start from, both included; `min` absent where the platform states no limit. */
export interface StartDateLimits {
  readonly min?: string;
  readonly max: string;
  /** Days the software reaches back, for the reason shown to the customer. */
  readonly days?: number;
}

/** From the platform's published history; the future is refused, since a feed that stays silent looks broken. */
export const startDateLimits = (platform: Platform | undefined, today: string): StartDateLimits => {
  const days = platform?.history?.days;
  return days === undefined ? { max: today } : { min: addDays(today, -days), max: today, days };
};

/** Today is the one start that can never repeat lines which are in the books already. */
export const newDraft = (mapping: Mapping | undefined, today: string): MappingDraft => ({
  target: { kind: 'later' },
  feedStartDate: mapping?.feedStartDate ?? today,
});

/** The first thing that keeps a draft from being sent; undefined where nothing does. */
export const draftFault = (
  draft: MappingDraft,
  mapping: Mapping,
  limits: StartDateLimits,
  holders: Holders = new Map(),
): DraftFault | undefined => {
  const { target } = draft;
  if (target.kind === 'later') return undefined;
  if (target.kind === 'existing') {
    if (!mapping.targetIds.includes(target.id)) return 'target-gone';
    if ((holders.get(target.id)?.accountId ?? mapping.accountId) !== mapping.accountId) return 'target-taken';
  }
  if (!isDate(draft.feedStartDate)) return 'date-missing';
  if (draft.feedStartDate > limits.max) return 'date-in-future';
  if (limits.min !== undefined && draft.feedStartDate < limits.min) return 'date-too-early';
  return undefined;
};

/** The request for a draft without a fault; undefined for one that waits. */
export const mappingBody = ({ target, feedStartDate }: MappingDraft): MapAccountBody | undefined =>
  target.kind === 'later' ? undefined : { targetId: target.kind === 'existing' ? target.id : null, feedStartDate };

export type MappingProgress = 'todo' | 'connecting' | 'connected' | 'refused' | 'disconnected' | 'checking';

export const mappingProgress = ({ status }: Mapping): MappingProgress => {
  switch (status) {
    case 'pending':
      return 'todo';
    case 'unknown':
      return 'checking';
    default:
      return status;
  }
};

/** Whether a customer may choose a target now. */
export const isOpen = (mapping: Mapping): boolean =>
  mapping.status === 'pending' || mapping.status === 'refused' || mapping.status === 'disconnected';

/** `problem`: refused, by the software or by us before it was asked. What the software is about to confirm is done. */
export type Bucket = 'todo' | 'done' | 'problem';

export const bucketOf = (mapping: Mapping, trouble: boolean): Bucket =>
  trouble || mapping.status === 'refused' ? 'problem' : isOpen(mapping) ? 'todo' : 'done';

/** Which of the customer's accounts has an account of the software, or asks for it. */
interface Holder {
  readonly accountId: string;
  readonly name: string;
  /** `fed`: transactions go there; `chosen`: the customer has just said so, nothing is sent yet. */
  readonly how: 'fed' | 'chosen';
}
export type Holders = ReadonlyMap<string, Holder>;

/** By target. What is fed counts before what is chosen, and of two that chose the same the upper one. */
export const holdersOf = (
  rows: Iterable<MappingRow>,
  drafts: ReadonlyMap<string, Pick<MappingDraft, 'target'>>,
): Holders => {
  const fed = new Map<string, Holder>();
  const chosen = new Map<string, Holder>();
  for (const { account, mapping } of rows) {
    const { id: accountId, name } = account;
    if (isOpen(mapping)) {
      const target = drafts.get(accountId)?.target;
      if (target?.kind === 'existing' && !chosen.has(target.id))
        chosen.set(target.id, { accountId, name, how: 'chosen' });
    } else if (mapping.target?.id !== undefined) fed.set(mapping.target.id, { accountId, name, how: 'fed' });
  }
  return new Map([...chosen, ...fed]);
};

/** Why an account cannot go to a target; Codat leaves out what does not fit, and says no more about it. */
export type WhyNot =
  | { readonly kind: 'fed' | 'chosen'; readonly name: string }
  | { readonly kind: 'refused'; readonly words: string }
  | { readonly kind: 'unfit' };

export interface TargetChoice<Item> {
  readonly target: Item;
  readonly whyNot: WhyNot | undefined;
}

/**
 * What the software refused for one account while it was on the page, in its own words, by target. A refusal from
 * before does not count: the customer may have put it right in the software.
 */
export type Refusals = ReadonlyMap<string, string>;

/** Every target, those this account may go to first; the others say why not. */
export const targetChoices = <Item extends { readonly id: string }>(
  mapping: Mapping,
  targets: Iterable<Item>,
  holders: Holders,
  refusals: Refusals = new Map(),
): TargetChoice<Item>[] => {
  const fits = new Set(mapping.targetIds);
  const possible: TargetChoice<Item>[] = [];
  const impossible: TargetChoice<Item>[] = [];
  for (const target of targets) {
    const whyNot = whyNotTarget(target.id, mapping, fits, holders, refusals);
    (whyNot ? impossible : possible).push({ target, whyNot });
  }
  return [...possible, ...impossible];
};

const whyNotTarget = (
  id: string,
  { accountId }: Mapping,
  fits: { has(id: string): boolean },
  holders: Holders,
  refusals: Refusals,
): WhyNot | undefined => {
  const holder = holders.get(id);
  if (holder && holder.accountId !== accountId) return { kind: holder.how, name: holder.name };
  const words = refusals.get(id);
  if (words !== undefined) return { kind: 'refused', words };
  return fits.has(id) ? undefined : { kind: 'unfit' };
};

/** The suggestion where it can be taken now, and nothing is chosen yet. */
export const openSuggestion = (
  mapping: Mapping,
  draft: MappingDraft | undefined,
  targets: { has(id: string): boolean },
  holders: Holders,
  refusals: Refusals = new Map(),
): Mapping['suggestion'] => {
  const { suggestion } = mapping;
  if (!suggestion || !isOpen(mapping) || (draft && draft.target.kind !== 'later')) return undefined;
  const { targetId } = suggestion;
  // The proxy suggests among what fits; asking a list of hundreds again for every row would be felt.
  const free = !whyNotTarget(targetId, mapping, { has: () => true }, holders, refusals);
  return free && targets.has(targetId) ? suggestion : undefined;
};

/** What accepting every suggestion would choose, by account; of two that want the same target the upper one. */
export const suggestedTargets = (
  rows: Iterable<MappingRow>,
  suggestionFor: (row: MappingRow) => Mapping['suggestion'],
): ReadonlyMap<string, string> => {
  const taken = new Set<string>();
  const suggested = new Map<string, string>();
  for (const row of rows) {
    const targetId = suggestionFor(row)?.targetId;
    if (targetId === undefined || taken.has(targetId)) continue;
    taken.add(targetId);
    suggested.set(row.account.id, targetId);
  }
  return suggested;
};

/** A short list is a native one; a longer one, also where most of it does not fit, is searched. */
export const isShortList = (fitting: number, all: number): boolean => fitting <= 15 && all <= 30;

/** What the customer reads of the whole: how many arrived, and how many there are of each kind. */
export const tally = (rows: Iterable<MappingRow>, inTrouble: (id: string) => boolean) => {
  const count = { all: 0, connected: 0, todo: 0, done: 0, problem: 0 };
  for (const { account, mapping } of rows) {
    count.all++;
    if (mapping.status === 'connected') count.connected++;
    count[bucketOf(mapping, inTrouble(account.id))]++;
  }
  return count;
};
