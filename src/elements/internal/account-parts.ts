import { html, nothing, type TemplateResult } from 'lit';
import type { Account } from '../../contract/schemas.ts';
import { maskedNumber } from '../../flow/format.ts';
import type { LocaleController } from '../controllers/locale.ts';

/** The account's name; its kind where it has none. */
export const nameOf = ({ name, type }: Pick<Account, 'name' | 'type'>, { t }: LocaleController): string =>
  name || t(`account.${type}`);

/**
 * Name, kind and masked number: how an account is introduced everywhere. One template and not several inside each
 * other: it stands in lists of a thousand.
 */
export const accountName = (account: Account, locale: LocaleController, id?: string): TemplateResult => {
  const name = nameOf(account, locale);
  const kind = locale.t(`account.${account.type}`);
  const { last4 } = account;
  return last4
    ? html`<span class="name" id=${id ?? nothing} translate="no" data-private .textContent=${name}></span>
        <span class="small muted block"
          >${kind} ·
          <span class="number muted" dir="ltr" translate="no" data-private
            ><span aria-hidden="true" .textContent=${maskedNumber(last4)}></span
            ><span class="unseen" .textContent=${locale.t('account.ending', { last4 })}></span></span
        ></span>`
    : html`<span class="name" id=${id ?? nothing} translate="no" data-private>${name}</span>
        <span class="small muted block">${kind}</span>`;
};

/** The balance, in one piece in every direction; where the host gives none, the currency where currencies differ. */
export const accountBalance = (
  { balance, currency }: Account,
  { t, format }: LocaleController,
  severalCurrencies: boolean,
): unknown => {
  if (!balance) return severalCurrencies ? html`<span class="small muted" translate="no">${currency}</span>` : nothing;
  return html`<span class="unseen">${t('column.balance')}</span>
    <bdi class="number" dir="ltr" translate="no" data-private>${format.money(balance, severalCurrencies)}</bdi>`;
};

export const hasSeveralCurrencies = (accounts: readonly Account[]): boolean =>
  new Set(accounts.map(({ currency }) => currency)).size > 1;
