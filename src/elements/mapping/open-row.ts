import { html, nothing, render, type TemplateResult } from 'lit';
import type { Account, Mapping, Target } from '../../contract/schemas.ts';
import type { HealthWord } from '../../flow/feed-health.ts';
import { maskedNumber } from '../../flow/format.ts';
import type { DraftFault, MappingDraft, StartDateLimits } from '../../flow/mapping.ts';
import type { LocaleController } from '../controllers/locale.ts';
import { nameOf } from '../internal/account-parts.ts';
import type { Stamps } from '../internal/stamps.ts';
import { about, accountNumber, happened, icon, saidBy, stateBadge } from '../internal/templates.ts';
import type { Choice } from './choice-text.ts';
import { wordOf } from './progress-word.ts';
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
  /** What went wrong with the last request for it; `nothing` as a rule. */
  readonly problem: unknown;
}

/** What a row is stamped from: rows of another kind are other elements. */
export const openKind = ({ account: { type, last4 }, list }: OpenRow, look: string): string =>
  [look, type, last4 ? 'numbered' : '', list ? 'list' : 'search'].join('\n');

/**
 * An account for which the customer still chooses: target, start date, and what speaks against them. What such rows
 * have in common is stamped, the rest is set or drawn into it. What is done in it is heard by the list around it, so
 * that a row kept from before holds nothing that grows old.
 */
export class OpenRowView {
  readonly element: HTMLElement;
  readonly kind: string;
  readonly #look: string;
  readonly #stamps: Stamps;
  readonly #label: HTMLElement;
  readonly #target: HTMLElement;
  readonly #field: HTMLInputElement | undefined;
  readonly #names: readonly [shown: Text, unseen: Text];
  readonly #number: { readonly masked: Text; readonly spoken: Text } | undefined;
  readonly #filled = new Set<HTMLElement>();
  #badge: HTMLElement;
  #word: HealthWord = 'waiting';
  #name = '';
  #last4: string | undefined;
  #fieldText = '';

  constructor(row: OpenRow, look: string, stamps: Stamps, locale: LocaleController) {
    this.kind = openKind(row, look);
    this.#look = look;
    this.#stamps = stamps;
    this.element = stamps.stamp(this.kind, () => blankRow(row, this.#word, locale));
    this.element.dataset['account'] = row.account.id;
    // By their places in `blankRow`: a thousand rows in which each is searched for are felt.
    const who = first(this.element);
    this.#badge = next(who);
    this.#target = next(this.#badge);
    this.#label = first(this.#target);
    const asked = first(this.#label);
    const field = asked.nextElementSibling;
    this.#field = field instanceof HTMLInputElement ? field : undefined;
    const named = first(who);
    this.#names = [textOf(named), textOf(first(asked))];
    const masked = row.account.last4 ? first(first(next(named))) : undefined;
    this.#number = masked && { masked: textOf(masked), spoken: textOf(next(masked)) };
  }

  show(row: OpenRow, locale: LocaleController): void {
    const { fault, draft } = row;
    const targetFault = fault === 'target-gone' || fault === 'target-taken';
    const describedBy = targetFault ? faultId(row.account) : row.pick ? 'pick' : undefined;
    this.#introduce(row, locale);
    this.#say(row.refusal === undefined ? wordOf(row.mapping) : 'attention', locale);
    if (this.#field) this.#fill(this.#field, row.chosenText, describedBy, targetFault);
    else if (row.list)
      render(
        targetSelect(
          {
            platform: row.platform,
            draft: draft.target,
            chosen: row.chosen,
            choices: row.list.choices,
            invalid: targetFault,
            describedBy,
          },
          locale,
        ),
        this.#label,
      );
    this.#draw(this.#target, [
      row.chosen?.last4 && html`<p class="small digits">${accountNumber(row.chosen.last4, locale)}</p>`,
      targetFault && faultText(row, locale),
      row.suggestion &&
        row.suggested &&
        suggestionNote(row.suggestion, row.suggested, nameOf(row.account, locale), locale),
    ]);
    this.#draw(this.element, [
      draft.target.kind !== 'later' && startDate(row, fault !== undefined && !targetFault, locale),
      row.refusal !== undefined && refusalNote(row.refusal, locale),
      row.problem,
    ]);
  }

  #introduce({ account }: OpenRow, locale: LocaleController): void {
    const { last4 } = account;
    const name = nameOf(account, locale);
    if (name === this.#name && last4 === this.#last4) return;
    this.#name = name;
    this.#last4 = last4;
    const [shown, unseen] = this.#names;
    shown.data = name;
    unseen.data = ` ${name}`;
    if (!last4 || !this.#number) return;
    this.#number.masked.data = maskedNumber(last4);
    this.#number.spoken.data = locale.t('account.ending', { last4 });
  }

  #say(word: HealthWord, locale: LocaleController): void {
    if (word === this.#word) return;
    this.#word = word;
    const badge = this.#stamps.stamp(`${this.#look}\n${word}`, () => stateBadge(word, locale));
    this.#badge.replaceWith(badge);
    this.#badge = badge;
  }

  /** A text somebody types is left alone until another one is chosen. */
  #fill(field: HTMLInputElement, text: string, describedBy: string | undefined, invalid: boolean): void {
    if (text !== this.#fieldText) field.value = text;
    this.#fieldText = text;
    setAttribute(field, 'aria-describedby', describedBy);
    setAttribute(field, 'aria-invalid', invalid ? 'true' : undefined);
  }

  /** Most rows never have any of it: then Lit is not asked. */
  #draw(place: HTMLElement, parts: readonly unknown[]): void {
    const shown = parts.map((part) => part || nothing);
    if (!this.#filled.has(place) && shown.every((part) => part === nothing)) return;
    this.#filled.add(place);
    render(shown, place);
  }
}

const there = <Kind extends Node>(node: Node | null, kind: abstract new () => Kind): Kind => {
  if (node instanceof kind) return node;
  throw new TypeError('The row has another shape than its stamp.');
};
const first = (element: Element): HTMLElement => there(element.firstElementChild, HTMLElement);
const next = (element: Element): HTMLElement => there(element.nextElementSibling, HTMLElement);
const textOf = (element: Element): Text => there(element.firstChild, Text);

const setAttribute = (element: Element, name: string, value: string | undefined): void => {
  if (value === undefined) element.removeAttribute(name);
  else element.setAttribute(name, value);
};

/** Stands where a text comes: setting the text of a clone costs less than making one. */
const gap = ' ';

/** What `accountName` shows, a badge and a field, all without what differs between accounts of a kind. */
const blankRow = ({ account, platform, list }: OpenRow, word: HealthWord, locale: LocaleController): TemplateResult => {
  const { t } = locale;
  const kind = t(`account.${account.type}`);
  return html`<div role="listitem" class="row" part="row">
    <div class="who">
      <span class="name" translate="no" data-private>${gap}</span>
      <span class="small muted block"
        >${
          account.last4
            ? html`${kind} ·
                <span class="number muted" dir="ltr" translate="no" data-private
                  ><span aria-hidden="true">${gap}</span><span class="unseen">${gap}</span></span
                >`
            : kind
        }</span
      >
    </div>
    ${stateBadge(word, locale)}
    <div class="wide cell field target">
      <label>
        <span class="in-cards small"
          >${t('mapping.target', { platform })}<span class="unseen" translate="no">${gap}</span></span
        >
        ${
          list
            ? nothing
            : html`<input
                class="combo"
                type="text"
                role="combobox"
                aria-autocomplete="list"
                aria-expanded="false"
                aria-controls="targets"
                autocomplete="off"
                spellcheck="false"
                translate="no"
                placeholder=${t('mapping.find')}
              />`
        }
      </label>
    </div>
  </div>`;
};

/** A space would make two ids of it. */
const faultId = ({ id }: Account): string => `fault-${id.replaceAll(/\s/g, '-')}`;

const faultText = ({ account, fault, limits, platform }: OpenRow, { t, format }: LocaleController): unknown =>
  fault
    ? html`<p class="fault" id=${faultId(account)}>
        ${t(`mapping.fault.${fault}`, { platform, date: limits.min ? format.date(limits.min) : '' })}
      </p>`
    : nothing;

const startDate = (row: OpenRow, invalid: boolean, locale: LocaleController): TemplateResult => {
  const { account, draft, limits } = row;
  return html`<div class="wide cell field start">
    <label>
      <span class="in-cards small">${locale.t('mapping.start')}${about(nameOf(account, locale))}</span>
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
    <div class="stack">
      <p><strong>${happened('mapping_refused', locale)}</strong></p>
      ${message ? saidBy([{ message }], locale) : nothing}
      <p class="small">${locale.t('mapping.refused.next')}</p>
    </div>
  </div>`;
