import { isOpen, isShortList, type MappingRow } from '../../flow/mapping.ts';
import type { LocaleController } from '../controllers/locale.ts';
import { Stamps } from '../internal/stamps.ts';
import { valueOf, type Choice } from './choice-text.ts';
import type { Drafts } from './drafts.ts';
import type { MappingView } from './mapping-view.ts';
import { openKind, OpenRowView } from './open-row.ts';
import type { Mappings } from './read-mappings.ts';
import { SettledRowView } from './settled-row.ts';

interface Rows {
  readonly value: Mappings;
  readonly view: MappingView;
  readonly platform: string;
  /** The account whose list somebody is about to open. */
  readonly near: string;
  /** The account whose field is described by what is said of all of them. */
  readonly pick: string | undefined;
  readonly drafts: Drafts;
  readonly choices: (accountId: string) => readonly Choice[];
  readonly chosenText: (accountId: string) => string;
  readonly busy: (accountId: string) => boolean;
  readonly problem: (accountId: string) => unknown;
}

/** The browser looks after so many rows as one: whether they are near the screen is asked in every frame. */
const chunkSize = 25;

/** So many lists have their choices from the start; of more, only the one that somebody is about to open. */
const mostFilled = 10;

interface Kept {
  readonly drawn: OpenRowView | SettledRowView;
  /** All that it was drawn from. */
  readonly facts: readonly unknown[];
}

/**
 * The accounts, a row each, in the list that `mappingTable` makes. Rows are elements that are kept, and drawn again
 * only where something differs that they show: a thousand others stay as they are.
 */
export class MappingRows {
  readonly #stamps = new Stamps();
  #kept: ReadonlyMap<string, Kept> = new Map();

  draw(list: HTMLElement, rows: Rows, locale: LocaleController): void {
    const { language, format, wording } = locale;
    const look = [language, format.locale, wording, rows.platform].join('\n');
    const kept = new Map<string, Kept>();
    const elements = rows.view.rows.map((row) => {
      const { id } = row.account;
      const now = isSettled(row, rows) ? this.#settled(row, rows, look, locale) : this.#open(row, rows, look, locale);
      kept.set(id, now);
      const { element } = now.drawn;
      element.hidden = !rows.view.visible.has(id);
      return element;
    });
    this.#kept = kept;
    const chunks = list.querySelectorAll<HTMLElement>(':scope > .chunk');
    for (let n = 0; n * chunkSize < elements.length || n < chunks.length; n++)
      placeChunk(list, chunks[n], elements.slice(n * chunkSize, (n + 1) * chunkSize));
  }

  clear(): void {
    this.#kept = new Map();
  }

  #settled({ account, mapping }: MappingRow, rows: Rows, look: string, locale: LocaleController): Kept {
    const { id, name, type, last4 } = account;
    const { status, feedStartDate } = mapping;
    const { value, platform } = rows;
    const ends = value.where !== 'software' && status === 'connected';
    const inside = value.where === 'software' && status === 'connected';
    const busy = rows.busy(id);
    const target = mapping.target?.name ?? value.targets.get(mapping.target?.id ?? '')?.name;
    const problem = rows.problem(id);
    const row = { account, mapping, platform, target, inside, ends, busy, problem };
    const facts = [look, name, type, last4, status, feedStartDate, target, inside, ends, busy, problem];
    const known = this.#kept.get(id);
    const before = known?.drawn instanceof SettledRowView ? known.drawn : undefined;
    if (known && before && isSame(known.facts, facts)) return known;
    const drawn = before ?? new SettledRowView(row);
    drawn.show(row, locale);
    return { drawn, facts };
  }

  #open({ account, mapping }: MappingRow, rows: Rows, look: string, locale: LocaleController): Kept {
    const { id, name, type, last4 } = account;
    const { status, targetIds, feedStartDate } = mapping;
    const { value, view, platform, drafts } = rows;
    const problem = rows.problem(id);
    const draft = drafts.of(mapping, view.today);
    const { target, feedStartDate: start } = draft;
    const chosen = target.kind === 'existing' ? value.targets.get(target.id) : undefined;
    const chosenText = rows.chosenText(id);
    const fault = drafts.fault(id);
    const refusal = drafts.refusal(id) ?? (status === 'refused' ? (mapping.refusal ?? '') : undefined);
    const suggestion = view.suggestions.get(id);
    const suggested = suggestion && value.targets.get(suggestion.targetId);
    const short = isShortList(targetIds.length, value.targets.size);
    const filled = rows.near === id || view.rows.length <= mostFilled;
    // New at every drawing while it is filled: so much the better, what was chosen for others shows in it.
    const choices = short && filled ? rows.choices(id) : undefined;
    const list = short ? { choices } : undefined;
    const pick = rows.pick === id;
    const facts = [
      view.today,
      name,
      type,
      last4,
      status,
      feedStartDate,
      valueOf(target),
      start,
      chosenText,
      fault,
      refusal,
      choices,
      pick,
      suggestion?.reasons.join(),
      suggested?.name,
      suggested?.last4,
      problem,
    ];
    const row = {
      account,
      mapping,
      platform,
      draft,
      fault,
      limits: view.limits,
      refusal,
      chosen,
      chosenText,
      list,
      suggestion,
      suggested,
      pick,
      problem,
    };
    const known = this.#kept.get(id);
    const isOfKind = known?.drawn instanceof OpenRowView && known.drawn.kind === openKind(row, look);
    const before = isOfKind ? known.drawn : undefined;
    if (known && before && isSame(known.facts, facts)) return known;
    const drawn = before ?? new OpenRowView(row, look, this.#stamps, locale);
    drawn.show(row, locale);
    return { drawn, facts };
  }
}

const isSame = (known: readonly unknown[], facts: readonly unknown[]): boolean =>
  facts.every((fact, index) => fact === known[index]);

const isSettled = ({ mapping }: MappingRow, { value }: Rows): boolean => value.where !== undefined || !isOpen(mapping);

/** Only what differs is moved: an element that is taken out and put back loses the focus. */
const placeChunk = (list: HTMLElement, known: HTMLElement | undefined, rows: readonly HTMLElement[]): void => {
  if (rows.length === 0) return known?.remove();
  const chunk = known ?? document.createElement('div');
  if (known) {
    const wanted = new Set<Element>(rows);
    for (const row of Array.from(chunk.children)) if (!wanted.has(row)) row.remove();
    let at = chunk.firstElementChild;
    for (const row of rows)
      if (row === at) at = at.nextElementSibling;
      else chunk.insertBefore(row, at);
    return;
  }
  chunk.className = 'chunk';
  chunk.append(...rows);
  list.append(chunk);
};
