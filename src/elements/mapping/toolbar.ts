import { html, nothing, type TemplateResult } from 'lit';
import type { Bucket, tally } from '../../flow/mapping.ts';
import type { LocaleController } from '../controllers/locale.ts';

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
export const toolbar = (bar: Toolbar, { t }: LocaleController): TemplateResult =>
  html`<div class="toolbar" part="toolbar">
    <fieldset class="filters">
      <legend class="unseen">${t('mapping.filter')}</legend>
      ${filters.map(
        (filter) =>
          html`<label class="filter ${filter}" part="filter">
            <input
              type="radio"
              name="filter"
              .value=${filter}
              .checked=${filter === bar.filter}
              @change=${() => bar.setFilter(filter)}
            />
            ${t(`mapping.filter.${filter}`, { count: bar.counts[filter] })}
          </label>`,
      )}
    </fieldset>
    <div class="field">
      <label for="search">${t('accounts.search')}</label>
      <input
        id="search"
        type="search"
        autocomplete="off"
        spellcheck="false"
        data-private
        .value=${bar.query}
        @input=${({ target }: Event) => target instanceof HTMLInputElement && bar.setQuery(target.value)}
      />
    </div>
  </div>`;

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
  const go = ({ currentTarget }: Event) => {
    const field = currentTarget instanceof Element ? currentTarget.previousElementSibling : null;
    if (!(field instanceof HTMLInputElement)) return;
    if (field.value === '' || !field.checkValidity()) field.reportValidity();
    else use(field.value);
  };
  return html`<details class="same-day">
    <summary>${t('mapping.same-day')}</summary>
    <div class="field">
      <label for="same-day">${t('mapping.start')}</label>
      <input id="same-day" type="date" required min=${min ?? nothing} max=${max} .value=${max} />
      <button type="button" part="button" @click=${go}>${t('mapping.same-day.go')}</button>
    </div>
  </details>`;
};
