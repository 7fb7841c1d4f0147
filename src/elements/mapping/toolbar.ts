import { html, nothing, type TemplateResult } from 'lit';
import type { Bucket, tally } from '../../flow/mapping.ts';
import type { LocaleController } from '../controllers/locale.ts';
import { filterBar } from '../internal/filters.ts';
import { searchField } from '../internal/search-field.ts';

type Counts = ReturnType<typeof tally>;
export type Filter = 'all' | Bucket;
const filters: readonly Filter[] = ['all', 'todo', 'done', 'problem'];

interface Toolbar {
  readonly counts: Counts;
  readonly filter: Filter;
  readonly query: string;
  readonly setFilter: (filter: Filter) => void;
  readonly setQuery: (query: string) => void;
}

/** For lists that are too long to be read: what is to be done, done or in trouble, and a search. */
export const toolbar = (bar: Toolbar, locale: LocaleController): TemplateResult => {
  const { t } = locale;
  const text = (filter: Filter) => t(filter === 'all' ? 'status.filter.all' : `mapping.filter.${filter}`);
  return html`<div class="toolbar" part="toolbar">
    ${filterBar(
      {
        label: t('status.filter'),
        options: filters.map((value) => ({ value, text: text(value), count: bar.counts[value] })),
        value: bar.filter,
        choose: bar.setFilter,
      },
      locale,
    )}
    ${searchField(t('accounts.search'), bar.query, bar.setQuery)}
  </div>`;
};

/** How far the whole is. */
export const progress = (
  { all, connected }: Counts,
  confirming: unknown,
  { t }: LocaleController,
): TemplateResult | typeof nothing =>
  all < 2 && confirming === nothing
    ? nothing
    : html`<div class="stack progress" part="progress">
        ${
          all < 2
            ? nothing
            : html`<p><strong>${t('mapping.progress', { done: connected, count: all })}</strong></p>
                <progress max=${all} .value=${connected} aria-hidden="true"></progress>`
        }
        ${confirming === nothing ? nothing : html`<p class="muted">${confirming}</p>`}
      </div>`;

interface SameDay {
  readonly min?: string;
  readonly max: string;
  readonly use: (date: string) => void;
}

/** One start date for all that are still to be chosen. */
export const sameDay = ({ min, max, use }: SameDay, { t }: LocaleController): TemplateResult => {
  const take = (field: unknown) => {
    if (field instanceof HTMLInputElement && field.reportValidity()) use(field.value);
  };
  const go = ({ currentTarget }: Event) =>
    take(currentTarget instanceof Element && currentTarget.previousElementSibling);
  // Enter would send all that is chosen.
  const enter = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    take(event.currentTarget);
  };
  return html`<details class="same-day">
    <summary>${t('mapping.same-day')}</summary>
    <div class="field">
      <label for="same-day">${t('mapping.start')}</label>
      <input id="same-day" type="date" required min=${min ?? nothing} max=${max} .value=${max} @keydown=${enter} />
      <button type="button" part="button" @click=${go}>${t('mapping.same-day.go')}</button>
    </div>
  </details>`;
};
