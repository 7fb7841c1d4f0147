import { html, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { isOpen, isShortList, type MappingRow } from '../../flow/mapping.ts';
import type { LocaleController } from '../controllers/locale.ts';
import { valueOf, type Choice } from './choice-text.ts';
import type { Drafts } from './drafts.ts';
import type { MappingView } from './mapping-view.ts';
import type { OpenRows } from './open-row.ts';
import type { Mappings } from './read-mappings.ts';
import { settledRow } from './settled-row.ts';

interface Rows {
  readonly value: Mappings;
  readonly view: MappingView;
  readonly platform: string;
  /** The account whose list somebody is about to open. */
  readonly near: string;
  /** The account whose field is described by what is said of all of them. */
  readonly pick: string | undefined;
  readonly drafts: Drafts;
  readonly openRows: OpenRows;
  readonly choices: (accountId: string) => readonly Choice[];
  readonly chosenText: (accountId: string) => string;
  readonly busy: (accountId: string) => boolean;
  readonly problem: (accountId: string) => unknown;
}

/** The accounts, a row each, for the list that `mappingTable` makes. */
export const mappingRows = (rows: Rows, locale: LocaleController): TemplateResult[] => {
  const { language, format, wording } = locale;
  const look = [language, format.locale, wording, rows.platform].join('\n');
  return chunksOf(rows.view.rows).map(
    (chunk) =>
      html`<div class="chunk">
        ${repeat(
          chunk,
          ({ account }) => account.id,
          (row) => drawnRow(row, rows, look, locale),
        )}
      </div>`,
  );
};

/** The browser looks after so many rows as one: whether they are near the screen is asked in every frame. */
const chunkSize = 25;

const chunksOf = (rows: readonly MappingRow[]): MappingRow[][] =>
  Array.from({ length: Math.ceil(rows.length / chunkSize) }, (_, index) =>
    rows.slice(index * chunkSize, (index + 1) * chunkSize),
  );

/** Drawn again only where something differs that it shows: a thousand others stay as they are. */
const drawnRow = ({ account, mapping }: MappingRow, rows: Rows, look: string, locale: LocaleController): unknown => {
  const { id, name, type, last4 } = account;
  const { status, targetIds, feedStartDate } = mapping;
  const { value, view, platform, drafts, openRows } = rows;
  const hidden = !view.visible.has(id);
  const problem = rows.problem(id);
  const facts = [look, view.today, name, type, last4, status, feedStartDate];
  if (value.where || !isOpen(mapping)) {
    const ends = value.where !== 'software' && status === 'connected';
    const busy = rows.busy(id);
    const target = mapping.target?.name ?? value.targets.get(mapping.target?.id ?? '')?.name;
    const inside = value.where === 'software' && status === 'connected';
    openRows.forget(id);
    return html`<div role="listitem" class="row" part="row" data-account=${id} ?hidden=${hidden}>
      ${guard([...facts, target, inside, ends, busy], () =>
        settledRow({ account, mapping, platform, target, inside, ends, busy }, locale),
      )}
      ${problem}
    </div>`;
  }
  const draft = drafts.of(mapping, view.today);
  const { target, feedStartDate: start } = draft;
  const chosen = target.kind === 'existing' ? value.targets.get(target.id) : undefined;
  const chosenText = rows.chosenText(id);
  const fault = drafts.fault(id);
  const refusal = drafts.refusal(id) ?? (status === 'refused' ? (mapping.refusal ?? '') : undefined);
  const suggestion = view.suggestions.get(id);
  const suggested = suggestion && value.targets.get(suggestion.targetId);
  const short = isShortList(targetIds.length, value.targets.size);
  // New at every drawing while it is filled: so much the better, what was chosen for others shows in it.
  const choices = short && rows.near === id ? rows.choices(id) : undefined;
  const list = short ? { choices } : undefined;
  const pick = rows.pick === id;
  const own = [valueOf(target), start, chosenText, fault, refusal, short, choices, pick];
  const hint = [suggestion?.reasons.join(), suggested?.name, suggested?.last4];
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
  const element = openRows.draw(row, look, [...facts, ...own, ...hint, problem], locale);
  element.hidden = hidden;
  return element;
};
