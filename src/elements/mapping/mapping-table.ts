import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { isOpen, isShortList, type MappingRow } from '../../flow/mapping.ts';
import type { LocaleController } from '../controllers/locale.ts';
import { valueOf, type Choice } from './choice-text.ts';
import type { Drafts } from './drafts.ts';
import { openRow, settledRow } from './mapping-row.ts';
import type { MappingView } from './mapping-view.ts';
import type { Mappings } from './read-mappings.ts';
import type { TargetPicker } from './target-picker.ts';

type Listener = (event: Event) => void;

interface Table {
  readonly value: Mappings;
  readonly view: MappingView;
  readonly platform: string;
  readonly long: boolean;
  /** The account whose list somebody is about to open. */
  readonly near: string;
  /** The account whose field is described by what is said of all of them. */
  readonly pick: string | undefined;
  readonly drafts: Drafts;
  readonly picker: TargetPicker;
  readonly choices: (accountId: string) => readonly Choice[];
  readonly chosenText: (accountId: string) => string;
  readonly busy: (accountId: string) => boolean;
  readonly problem: (accountId: string) => unknown;
  readonly focused: Listener;
  readonly neared: Listener;
  readonly clicked: Listener;
  readonly changed: Listener;
}

/** The accounts, a row each. The list hears what is done in its rows, so that a thousand of them need no listeners. */
export const mappingTable = (table: Table, locale: LocaleController): TemplateResult => {
  const { t, language, format, wording } = locale;
  const { view, platform, picker } = table;
  const ends = table.value.where !== 'software' && view.counts.connected > 0;
  const shared = [language, format.locale, wording, platform, view.today];
  const filtered = view.visible.size < view.rows.length;
  return html`<div
      role="list"
      class="rows table ${table.long ? (filtered ? 'long filtered' : 'long') : ''} ${ends ? 'ends' : ''}"
      aria-label=${t('mapping.title')}
      @focusin=${table.focused}
      @focusout=${picker.left}
      @pointerdown=${table.neared}
      @click=${table.clicked}
      @input=${picker.typed}
      @keydown=${picker.keyed}
      @change=${table.changed}
    >
      <div class="columns" aria-hidden="true">
        <span>${t('column.account')}</span><span>${t('mapping.target', { platform })}</span>
        <span>${t('mapping.start')}</span><span>${t('column.state')}</span>
      </div>
      ${chunksOf(view.rows).map(
        (chunk) =>
          html`<div class="chunk">
            ${repeat(
              chunk,
              ({ account }) => account.id,
              (row) =>
                html`<div
                  role="listitem"
                  class="row"
                  part="row"
                  data-account=${row.account.id}
                  ?hidden=${!view.visible.has(row.account.id)}
                >
                  ${drawnRow(row, table, shared, locale)} ${table.problem(row.account.id)}
                </div>`,
            )}
          </div>`,
      )}
    </div>
    ${view.visible.size > 0 ? nothing : html`<p class="muted">${t('mapping.none')}</p>`}`;
};

/** The browser looks after so many rows as one: whether they are near the screen is asked in every frame. */
const chunkSize = 25;

const chunksOf = (rows: readonly MappingRow[]): MappingRow[][] =>
  Array.from({ length: Math.ceil(rows.length / chunkSize) }, (_, index) =>
    rows.slice(index * chunkSize, (index + 1) * chunkSize),
  );

/** Drawn again only where something differs that it shows: a thousand others stay as they are. */
const drawnRow = (
  { account, mapping }: MappingRow,
  table: Table,
  shared: readonly unknown[],
  locale: LocaleController,
): unknown => {
  const { id, name, type, last4 } = account;
  const { status, targetIds, feedStartDate } = mapping;
  const { value, view, platform, drafts } = table;
  const facts = [...shared, name, type, last4, status, feedStartDate];
  if (value.where || !isOpen(mapping)) {
    const ends = value.where !== 'software' && status === 'connected';
    const busy = table.busy(id);
    const target = mapping.target?.name ?? value.targets.get(mapping.target?.id ?? '')?.name;
    const inside = value.where === 'software' && status === 'connected';
    return guard([...facts, target, inside, ends, busy], () =>
      settledRow({ account, mapping, platform, target, inside, ends, busy }, locale),
    );
  }
  const draft = drafts.of(mapping, view.today);
  const { target, feedStartDate: start } = draft;
  const chosen = target.kind === 'existing' ? value.targets.get(target.id) : undefined;
  const chosenText = table.chosenText(id);
  const fault = drafts.fault(id);
  const refusal = drafts.refusal(id) ?? (status === 'refused' ? (mapping.refusal ?? '') : undefined);
  const suggestion = view.suggestions.get(id);
  const suggested = suggestion && value.targets.get(suggestion.targetId);
  const short = isShortList(targetIds.length, value.targets.size);
  // New at every drawing while it is filled: so much the better, what was chosen for others shows in it.
  const choices = short && table.near === id ? table.choices(id) : undefined;
  const list = short ? { choices } : undefined;
  const pick = table.pick === id;
  const own = [valueOf(target), start, chosenText, fault, refusal, short, choices, pick];
  const hint = [suggestion?.reasons.join(), suggested?.name, suggested?.last4];
  const { limits } = view;
  return guard([...facts, ...own, ...hint], () =>
    openRow(
      {
        account,
        mapping,
        platform,
        draft,
        fault,
        limits,
        refusal,
        chosen,
        chosenText,
        list,
        suggestion,
        suggested,
        pick,
      },
      locale,
    ),
  );
};
