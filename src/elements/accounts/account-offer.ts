import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import type { ItemError } from '../../contract/problems.ts';
import type { Account } from '../../contract/schemas.ts';
import type { LocaleController } from '../controllers/locale.ts';
import { accountBalance, accountName } from '../internal/account-parts.ts';
import { happened, icon, saidBy } from '../internal/templates.ts';

interface Offer {
  readonly accounts: readonly Account[];
  readonly several: boolean;
  readonly picked: ReadonlySet<string>;
  readonly refusals: readonly ItemError[];
  readonly nothingPicked: boolean;
  readonly busy: boolean;
  readonly pick: (change: (picked: ReadonlySet<string>) => ReadonlySet<string>) => void;
  readonly submit: () => void;
}

/** The refusal of one account, where it belongs: with our words and the software's. */
const refusal = (errors: readonly ItemError[], locale: LocaleController): unknown =>
  errors.length === 0
    ? nothing
    : html`<div class="note refusal" part="refusal">
        ${icon('attention')}
        <div>
          <p><strong>${happened('account_refused', locale)}</strong></p>
          ${saidBy(errors, locale)}
        </div>
      </div>`;

/** The accounts that are not chosen yet: one, some or all of them. */
export const offerForm = (offer: Offer, locale: LocaleController): TemplateResult => {
  const { accounts, picked, pick, busy } = offer;
  const { t } = locale;
  const count = accounts.filter(({ id }) => picked.has(id)).length;
  const toggle = (id: string) => () =>
    pick((now) => {
      const next = new Set(now);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  const toggleAll = () => pick(() => new Set(count === accounts.length ? [] : accounts.map(({ id }) => id)));
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    offer.submit();
  };
  return html`<form class="offer" @submit=${submit} novalidate>
    <fieldset class="stack" aria-describedby=${offer.nothingPicked ? 'pick' : nothing}>
      <legend class="unseen">${t('accounts.offered')}</legend>
      ${
        accounts.length > 1
          ? html`<label class="all">
              <input
                type="checkbox"
                .checked=${live(count === accounts.length)}
                .indeterminate=${count > 0 && count < accounts.length}
                @change=${toggleAll}
              />
              ${t('accounts.all', { count: accounts.length })}
            </label>`
          : nothing
      }
      ${repeat(
        accounts,
        ({ id }) => id,
        (account) =>
          html`<div class="stack" data-account=${account.id}>
            <label class="row" part="row">
              <input type="checkbox" .checked=${live(picked.has(account.id))} @change=${toggle(account.id)} />
              <span>${accountName(account, locale)}</span>
              <span class="balance">${accountBalance(account, locale, offer.several)}</span>
            </label>
            ${refusal(
              offer.refusals.filter(({ itemId }) => itemId === account.id),
              locale,
            )}
          </div>`,
      )}
    </fieldset>
    ${offer.nothingPicked ? html`<p class="fault" id="pick" role="alert">${t('accounts.pick')}</p>` : nothing}
    <div class="buttons">
      <button type="submit" class="primary" part="button primary-button" aria-disabled=${busy}>
        ${busy ? t('accounts.using') : count > 0 ? t('accounts.use', { count }) : t('accounts.use-none')}
      </button>
    </div>
  </form>`;
};
