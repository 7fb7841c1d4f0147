import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Push } from '../../contract/schemas.ts';
import type { HealthWord } from '../../flow/feed-health.ts';
import type { LocaleController } from '../controllers/locale.ts';
import { icon, problemNote, saidBy } from '../internal/templates.ts';
import type { PushHistory } from './push-history.ts';

const icons: Record<Push['status'], HealthWord> = {
  sending: 'waiting',
  pending: 'waiting',
  delivered: 'connected',
  failed: 'attention',
  'timed-out': 'attention',
  unknown: 'checking',
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
      <td role="cell">
        <span class="result ${word}"
          >${icon(word)}${t(`pushes.${push.status === 'pending' ? 'sending' : push.status}`)}</span
        >
      </td>
    </tr>
    ${
      push.errors.length > 0
        ? html`<tr role="row" class="errors">
            <td role="cell" colspan="4">${saidBy(push.errors, locale)}</td>
          </tr>`
        : nothing
    }`;
};

/** A real table; its roles are said again, because in narrow containers its rows are drawn as cards. */
export const pushTable = (history: PushHistory, name: string, more: () => void, locale: LocaleController): unknown => {
  const { t } = locale;
  const { items, error } = history;
  const problem =
    error && error.code !== 'unauthenticated' ? problemNote(error, locale, () => void history.refresh()) : nothing;
  if (!items) return error ? problem : html`<div class="bone"></div>`;
  if (items.length === 0) return html`<p class="muted">${t('pushes.none')}</p>`;
  return html`${problem}
    <table class="pushes" role="table" aria-label=${t('pushes.table', { name })}>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">${t('column.when')}</th>
          <th role="columnheader" scope="col" class="count">${t('column.lines')}</th>
          <th role="columnheader" scope="col">${t('column.dates')}</th>
          <th role="columnheader" scope="col">${t('column.result')}</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${repeat(
          items,
          ({ id }) => id,
          (push) => row(push, locale),
        )}
      </tbody>
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
