import { html, nothing, type TemplateResult } from 'lit';
import type { Account, Mapping, Target } from '../../contract/schemas.ts';
import type { HealthWord } from '../../flow/feed-health.ts';
import {
  mappingProgress,
  type DraftFault,
  type MappingDraft,
  type MappingProgress,
  type StartDateLimits,
} from '../../flow/mapping.ts';
import type { LocaleController } from '../controllers/locale.ts';
import { accountName } from '../internal/account-parts.ts';
import { about, happened, icon, outside, saidBy, stateBadge } from '../internal/templates.ts';
import { targetSelect } from './target-select.ts';

export interface OpenRow {
  readonly account: Account;
  readonly mapping: Mapping;
  readonly platform: string;
  readonly targets: readonly Target[];
  readonly draft: MappingDraft;
  readonly fault: DraftFault | undefined;
  readonly limits: StartDateLimits;
  readonly refusal: string | undefined;
  readonly change: (draft: MappingDraft) => void;
}

const words: Record<MappingProgress, HealthWord> = {
  todo: 'waiting',
  connecting: 'checking',
  connected: 'connected',
  refused: 'attention',
  disconnected: 'disconnected',
  checking: 'checking',
};

export const progressBadge = (mapping: Mapping, locale: LocaleController): TemplateResult =>
  stateBadge(words[mappingProgress(mapping)], locale);

/** An account for which the customer still chooses: target, start date, and what speaks against them. */
export const openRow = (row: OpenRow, locale: LocaleController): TemplateResult => {
  const { account, draft, fault, limits, platform } = row;
  const { t, format } = locale;
  const id = (what: string) => `${what}-${account.id}`;
  const targetFault = fault === 'target-gone';
  const dateFault = fault !== undefined && !targetFault;
  const asksDate = draft.target.kind !== 'later';
  const setDate = (event: Event) => {
    if (event.target instanceof HTMLInputElement) row.change({ ...draft, feedStartDate: event.target.value });
  };
  const faultText = (shown: boolean) =>
    shown && fault
      ? html`<p class="fault" id=${id('fault')}>
          ${t(`mapping.fault.${fault}`, { platform, date: limits.min ? format.date(limits.min) : '' })}
        </p>`
      : nothing;
  return html`<div class="who">${accountName(account, locale)}</div>
    ${progressBadge(row.mapping, locale)}
    <div class="wide cell field">
      <label class="in-cards small" for=${id('target')}
        >${t('mapping.target', { platform })}${about(account.name)}</label
      >
      ${targetSelect(
        {
          id: id('target'),
          platform,
          targets: row.targets,
          draft: draft.target,
          invalid: targetFault,
          describedBy: targetFault ? id('fault') : undefined,
          choose: (target) => row.change({ ...draft, target }),
        },
        locale,
      )}
      ${faultText(targetFault)}
    </div>
    <div class="wide cell field" ?hidden=${!asksDate}>
      <label class="in-cards small" for=${id('date')}>${t('mapping.start')}${about(account.name)}</label>
      <input
        id=${id('date')}
        type="date"
        min=${limits.min ?? nothing}
        max=${limits.max}
        .value=${draft.feedStartDate}
        aria-invalid=${dateFault}
        aria-describedby=${dateFault ? id('fault') : 'start-hint'}
        @change=${setDate}
      />
      ${faultText(dateFault)}
    </div>
    ${row.refusal === undefined ? nothing : refusalNote(row.refusal, locale)}`;
};

/** Shown at the account it belongs to, with the software's own words. */
const refusalNote = (message: string, locale: LocaleController): TemplateResult =>
  html`<div class="wide note refusal" part="refusal">
    ${icon('attention')}
    <div>
      <p><strong>${happened('mapping_refused', locale)}</strong></p>
      ${message ? saidBy([{ message }], locale) : nothing}
      <p class="small">${locale.t('mapping.refused.next')}</p>
    </div>
  </div>`;

interface SettledRow {
  readonly account: Account;
  readonly mapping: Mapping;
  readonly platform: string;
  readonly target: Target | undefined;
  readonly busy: boolean;
  readonly disconnect: () => void;
}

/** An account whose transactions already have somewhere to go, or are about to. */
export const settledRow = (row: SettledRow, locale: LocaleController): TemplateResult => {
  const { account, mapping, platform, target } = row;
  const { t, format } = locale;
  const progress = mappingProgress(mapping);
  const name = mapping.target?.name ?? target?.name;
  return html`<div class="who">${accountName(account, locale)}</div>
    ${progressBadge(mapping, locale)}
    <div class="wide cell">
      <p class="in-cards small muted">${t('mapping.target', { platform })}</p>
      ${name ? outside(name) : nothing}
      ${progress === 'connected' ? nothing : html`<p class="small muted">${t('mapping.connecting', { platform })}</p>`}
    </div>
    ${
      mapping.feedStartDate
        ? html`<div class="wide cell">
            <p class="in-cards small muted">${t('mapping.start')}</p>
            ${format.date(mapping.feedStartDate)}
          </div>`
        : nothing
    }
    ${
      progress === 'connected'
        ? html`<div class="wide cell buttons-cell">
            <button
              type="button"
              class="danger"
              part="button danger-button"
              aria-disabled=${row.busy}
              @click=${row.disconnect}
            >
              ${t('mapping.disconnect')}${about(account.name)}
            </button>
          </div>`
        : nothing
    }`;
};
