import { html, nothing, render, type TemplateResult } from 'lit';
import type { Account, Mapping } from '../../contract/schemas.ts';
import type { LocaleController } from '../controllers/locale.ts';
import { accountName, nameOf } from '../internal/account-parts.ts';
import { about, outside, stateBadge } from '../internal/templates.ts';
import { wordOf } from './progress-word.ts';

interface SettledRow {
  readonly account: Account;
  readonly mapping: Mapping;
  readonly platform: string;
  readonly target: string | undefined;
  /** It was chosen in the software, which does not tell. */
  readonly inside: boolean;
  /** Whether it can be disconnected here. */
  readonly ends: boolean;
  readonly busy: boolean;
  /** What went wrong with the last request for it; `nothing` as a rule. */
  readonly problem: unknown;
}

/** An account whose transactions already have somewhere to go, or are about to; or that is mapped elsewhere. */
export class SettledRowView {
  readonly element = document.createElement('div');

  constructor({ account }: SettledRow) {
    this.element.className = 'row';
    this.element.role = 'listitem';
    this.element.part.add('row');
    this.element.dataset['account'] = account.id;
  }

  show(row: SettledRow, locale: LocaleController): void {
    render([settledRow(row, locale), row.problem], this.element);
  }
}

const settledRow = (row: SettledRow, locale: LocaleController): TemplateResult => {
  const { account, mapping, platform, target, inside } = row;
  const { t, format } = locale;
  return html`<div class="who">${accountName(account, locale)}</div>
    ${stateBadge(wordOf(mapping), locale)}
    ${
      target || inside
        ? html`<div class="wide cell target">
            <p class="in-cards small muted">${t('mapping.target', { platform })}</p>
            ${target ? outside(target) : html`<p>${t('mapping.inside', { platform })}</p>`}
          </div>`
        : nothing
    }
    ${
      mapping.feedStartDate
        ? html`<div class="wide cell start">
            <p class="in-cards small muted">${t('mapping.start')}</p>
            <p>${format.date(mapping.feedStartDate)}</p>
          </div>`
        : nothing
    }
    ${
      row.ends
        ? html`<div class="wide cell buttons-cell">
            <button
              type="button"
              class="danger"
              part="button danger-button"
              data-action="disconnect"
              aria-disabled=${row.busy}
            >
              ${t('mapping.disconnect')}${about(nameOf(account, locale))}
            </button>
          </div>`
        : nothing
    }`;
};
