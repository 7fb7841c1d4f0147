import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import type { FeedApiError } from '../../client/errors.ts';
import type { ItemError } from '../../contract/problems.ts';
import type { Account } from '../../contract/schemas.ts';
import type { LocaleController } from '../controllers/locale.ts';
import { accountBalance, accountName } from '../internal/account-parts.ts';
import { refusal } from './account-refusal.ts';

interface Offer {
  /** Those that the search leaves. */
  readonly shown: readonly Account[];
  readonly several: boolean;
  readonly picked: ReadonlySet<string>;
  /** How many are picked, also among those that the search hides. */
  readonly count: number;
  readonly refusals: ReadonlyMap<string, readonly ItemError[]>;
  readonly refusedWith: FeedApiError | undefined;
  readonly nothingPicked: boolean;
  readonly busy: boolean;
  readonly pick: (change: (picked: ReadonlySet<string>) => ReadonlySet<string>) => void;
  readonly submit: () => void;
}

const all = ({ shown, picked, pick, nothingPicked }: Offer, { t }: LocaleController): unknown => {
  if (shown.length < 2) return nothing;
  const count = shown.filter(({ id }) => picked.has(id)).length;
  const toggle = () =>
    pick((now) => {
      const next = new Set(now);
      for (const { id } of shown)
        if (count === shown.length) next.delete(id);
        else next.add(id);
      return next;
    });
  return html`<label class="all">
    <input
      type="checkbox"
      .checked=${live(count === shown.length)}
      .indeterminate=${count > 0 && count < shown.length}
      aria-describedby=${nothingPicked ? 'pick' : nothing}
      @change=${toggle}
    />
    ${shown.length === 2 ? t('accounts.both') : t('accounts.all', { count: shown.length })}
  </label>`;
};

/** The accounts that are not chosen yet: one, some or all of them. */
export const offerForm = (offer: Offer, locale: LocaleController): TemplateResult => {
  const { shown, picked, count, pick, busy } = offer;
  const { t } = locale;
  const toggle = (id: string) => () =>
    pick((now) => {
      const next = new Set(now);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  // Said with the field that gets focus, which is the first.
  const pickAt = offer.nothingPicked && shown.length === 1;
  const row = (account: Account, index: number): TemplateResult => {
    const errors = offer.refusals.get(account.id) ?? [];
    const id = errors.length > 0 ? `refusal-${index}` : undefined;
    return html`<div class="stack item" data-account=${account.id}>
      <label class="row" part="row">
        <input
          type="checkbox"
          .checked=${live(picked.has(account.id))}
          aria-invalid=${id ? 'true' : nothing}
          aria-describedby=${id ?? (pickAt ? 'pick' : nothing)}
          @change=${toggle(account.id)}
        />
        <span>${accountName(account, locale)}</span>
        <span class="balance">${accountBalance(account, locale, offer.several)}</span>
      </label>
      ${refusal(errors, locale, { id, error: offer.refusedWith })}
    </div>`;
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    offer.submit();
  };
  return html`<form class="offer" @submit=${submit} novalidate>
    ${offer.nothingPicked ? html`<p class="fault" id="pick" role="alert">${t('accounts.pick')}</p>` : nothing}
    <fieldset class="stack">
      <legend class="unseen">${t('accounts.offered')}</legend>
      ${all(offer, locale)} ${repeat(shown, ({ id }) => id, row)}
    </fieldset>
    <div class="buttons">
      <button type="submit" class="primary" part="button primary-button" aria-disabled=${busy}>
        ${busy ? t('accounts.using') : count > 0 ? t('accounts.use', { count }) : t('accounts.use-none')}
      </button>
    </div>
  </form>`;
};
