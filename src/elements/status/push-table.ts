import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Push } from '../../contract/schemas.ts';
import type { HealthWord } from '../../flow/feed-health.ts';
import { distinctWords, isProblem, type Chunk } from '../../flow/push-pages.ts';
import type { LocaleController } from '../controllers/locale.ts';
import { icon, outside, problemNote } from '../internal/templates.ts';
import type { PushHistory } from './push-history.ts';

const icons: Record<Push['status'], HealthWord> = {
  sending: 'waiting',
  pending: 'waiting',
  delivered: 'connected',
  failed: 'attention',
  'timed-out': 'attention',
  unknown: 'checking',
};

/** Codat's own words, as they came. */
export const pushWords = (errors: Push['errors'], { t, rich }: LocaleController): unknown => {
  const { words, more } = distinctWords(errors);
  return [
    words.map((message) => html`<p class="small">${rich('problem.said', { message: outside(message) })}</p>`),
    more > 0 ? html`<p class="small muted">${t('pushes.more-words', { count: more })}</p>` : nothing,
  ];
};

const row = (push: Push, locale: LocaleController): TemplateResult => {
  const { t, format } = locale;
  const word = icons[push.status];
  const dates =
    push.firstDate === push.lastDate
      ? format.shortDate(push.firstDate)
      : t('pushes.dates', { first: format.shortDate(push.firstDate), last: format.shortDate(push.lastDate) });
  return html`<tr role="row" tabindex="-1" data-push=${push.id}>
      <td role="cell">${format.instant(push.finishedAt ?? push.startedAt)}</td>
      <td role="cell" class="count">${t('pushes.lines', { count: push.lines })}</td>
      <td role="cell" class="dates small muted">${dates}</td>
      <td role="cell" class="ended">
        <span class="result ${word}"
          >${icon(word)}${t(`pushes.${push.status === 'pending' ? 'sending' : push.status}`)}</span
        >
      </td>
    </tr>
    ${
      push.errors.length > 0
        ? html`<tr role="row" class="errors">
            <td role="cell" colspan="4">${pushWords(push.errors, locale)}</td>
          </tr>`
        : nothing
    }`;
};

/** Rows that are out of sight cost nothing: the browser skips a chunk as a whole, and Lit where nothing in it changed. */
const chunkRows = ({ items }: Chunk, problemsOnly: boolean, wording: string, locale: LocaleController): unknown =>
  guard([items, problemsOnly, locale.format, wording], () =>
    repeat(
      problemsOnly ? items.filter(isProblem) : items,
      ({ id }) => id,
      (push) => row(push, locale),
    ),
  );

/** How much the filter has looked through: it knows only what is loaded, and says so. */
const onlyProblems = (history: PushHistory, { t }: LocaleController): unknown => {
  const { problemsOnly } = history;
  const toggle = ({ target }: Event) => {
    if (target instanceof HTMLInputElement) history.problemsOnly = target.checked;
  };
  return !problemsOnly && !history.hasMore && !history.hasProblems
    ? nothing
    : html`<div class="only">
        <label class="check">
          <input type="checkbox" .checked=${problemsOnly} @change=${toggle} />
          <span>${t('pushes.problems')}</span>
        </label>
        ${
          problemsOnly
            ? html`<p class="small muted" role="status">
                ${t(history.hasMore ? 'pushes.problems.newest' : 'pushes.problems.all', {
                  count: history.problems,
                  total: history.total,
                })}
              </p>`
            : nothing
        }
      </div>`;
};

/** A real table; its roles are said again, because its rows are laid out as grids, and as cards where it is narrow. */
export const pushTable = (history: PushHistory, name: string, more: () => void, locale: LocaleController): unknown => {
  const { t, wording } = locale;
  const { chunks, error, problemsOnly } = history;
  const problem =
    error && error.code !== 'unauthenticated' ? problemNote(error, locale, () => void history.refresh()) : nothing;
  if (!chunks) return error ? problem : html`<div class="bone"></div>`;
  if (history.total === 0) return html`<p class="muted">${t('pushes.none')}</p>`;
  return html`${problem} ${onlyProblems(history, locale)}
    <table class="pushes cards" role="table" aria-label=${t('pushes.table', { name })}>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">${t('column.when')}</th>
          <th role="columnheader" scope="col" class="count">${t('column.lines')}</th>
          <th role="columnheader" scope="col">${t('column.dates')}</th>
          <th role="columnheader" scope="col">${t('column.result')}</th>
        </tr>
      </thead>
      ${repeat(
        chunks,
        ({ key }) => key,
        (chunk) =>
          html`<tbody role="rowgroup">
            ${chunkRows(chunk, problemsOnly, wording, locale)}
          </tbody>`,
      )}
    </table>
    ${
      history.hasMore
        ? html`<div class="buttons">
            <button type="button" part="button" aria-disabled=${history.loading} @click=${more}>
              ${t(history.loading ? 'pushes.loading' : 'pushes.more')}
            </button>
          </div>`
        : nothing
    }`;
};
