import { html, nothing, type TemplateResult } from 'lit';
import type { Account, Mapping, Target } from '../../contract/schemas.ts';
import { maskedNumber } from '../../flow/format.ts';
import type { HealthWord } from '../../flow/feed-health.ts';
import {
  mappingProgress,
  type DraftFault,
  type MappingDraft,
  type MappingProgress,
  type StartDateLimits,
} from '../../flow/mapping.ts';
import type { LocaleController } from '../controllers/locale.ts';
import { accountName, nameOf } from '../internal/account-parts.ts';
import { about, accountNumber, happened, icon, outside, saidBy, stateBadge } from '../internal/templates.ts';
import type { Choice } from './choice-text.ts';
import { suggestionNote } from './suggestions.ts';
import { targetSelect } from './target-select.ts';

export interface OpenRow {
  readonly account: Account;
  readonly mapping: Mapping;
  readonly platform: string;
  readonly draft: MappingDraft;
  readonly fault: DraftFault | undefined;
  readonly limits: StartDateLimits;
  /** In the software's words, where it refused. */
  readonly refusal: string | undefined;
  readonly chosen: Target | undefined;
  /** What the field shows where the list is searched. */
  readonly chosenText: string;
  /** A native list; undefined where it has to be searched. */
  readonly list: { readonly choices: readonly Choice[] | undefined } | undefined;
  readonly suggestion: Mapping['suggestion'];
  readonly suggested: Target | undefined;
  /** Whether its field is described by what is said of all of them. */
  readonly pick: boolean;
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

/**
 * An account for which the customer still chooses: target, start date, and what speaks against them. What is done in
 * it is heard by the list around it, so that a row kept from before holds nothing that grows old.
 */
export const openRow = (row: OpenRow, locale: LocaleController): TemplateResult => {
  const { account, draft, fault, platform } = row;
  const { t } = locale;
  const targetFault = fault === 'target-gone' || fault === 'target-taken';
  const describedBy = targetFault ? faultId(account) : row.pick ? 'pick' : undefined;
  const name = nameOf(account, locale);
  const { last4 } = account;
  const type = t(`account.${account.type}`);
  const kind = last4 ? `${type} ·` : type;
  // What `accountName` shows, in the row's own template: it stands here a thousand times.
  return html`<div class="who">
      <span class="name" translate="no" data-private .textContent=${name}></span>
      <span class="small muted block"
        >${kind}
        <span class="number muted" dir="ltr" translate="no" data-private
          ><span aria-hidden="true" .textContent=${maskedNumber(last4)}></span
          ><span class="unseen" .textContent=${last4 ? t('account.ending', { last4 }) : ''}></span></span
      ></span>
    </div>
    ${row.refusal === undefined ? progressBadge(row.mapping, locale) : stateBadge('attention', locale)}
    <div class="wide cell field target">
      <label>
        <span class="in-cards small"
          >${t('mapping.target', { platform })}<span class="unseen" translate="no" .textContent=${` ${name}`}></span
        ></span>
        ${
          row.list
            ? targetSelect(
                {
                  platform,
                  draft: draft.target,
                  chosen: row.chosen,
                  choices: row.list.choices,
                  invalid: targetFault,
                  describedBy,
                },
                locale,
              )
            : html`<input
                class="combo"
                type="text"
                role="combobox"
                aria-autocomplete="list"
                aria-expanded="false"
                aria-controls="targets"
                aria-describedby=${describedBy ?? nothing}
                aria-invalid=${targetFault || nothing}
                autocomplete="off"
                spellcheck="false"
                translate="no"
                placeholder=${t('mapping.find')}
                .value=${row.chosenText}
              />`
        }
      </label>
      ${row.chosen?.last4 ? html`<p class="small digits">${accountNumber(row.chosen.last4, locale)}</p>` : nothing}
      ${targetFault ? faultText(row, locale) : nothing}
      ${row.suggestion && row.suggested ? suggestionNote(row.suggestion, row.suggested, name, locale) : nothing}
    </div>
    ${draft.target.kind === 'later' ? nothing : startDate(row, name, fault !== undefined && !targetFault, locale)}
    ${row.refusal === undefined ? nothing : refusalNote(row.refusal, locale)}`;
};

/** A space would make two ids of it. */
const faultId = ({ id }: Account): string => `fault-${id.replaceAll(/\s/g, '-')}`;

const faultText = ({ account, fault, limits, platform }: OpenRow, { t, format }: LocaleController): unknown =>
  fault
    ? html`<p class="fault" id=${faultId(account)}>
        ${t(`mapping.fault.${fault}`, { platform, date: limits.min ? format.date(limits.min) : '' })}
      </p>`
    : nothing;

const startDate = (row: OpenRow, name: string, invalid: boolean, locale: LocaleController): TemplateResult => {
  const { account, draft, limits } = row;
  return html`<div class="wide cell field start">
    <label>
      <span class="in-cards small">${locale.t('mapping.start')}${about(name)}</span>
      <input
        type="date"
        min=${limits.min ?? nothing}
        max=${limits.max}
        .value=${draft.feedStartDate}
        aria-invalid=${invalid || nothing}
        aria-describedby=${invalid ? faultId(account) : 'start-hint'}
    /></label>
    ${invalid ? faultText(row, locale) : nothing}
  </div>`;
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

export interface SettledRow {
  readonly account: Account;
  readonly mapping: Mapping;
  readonly platform: string;
  readonly target: string | undefined;
  /** It was chosen in the software, which does not tell. */
  readonly inside: boolean;
  /** Whether it can be disconnected here. */
  readonly ends: boolean;
  readonly busy: boolean;
}

/** An account whose transactions already have somewhere to go, or are about to; or that is mapped elsewhere. */
export const settledRow = (row: SettledRow, locale: LocaleController): TemplateResult => {
  const { account, mapping, platform, target, inside } = row;
  const { t, format } = locale;
  return html`<div class="who">${accountName(account, locale)}</div>
    ${progressBadge(mapping, locale)}
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
