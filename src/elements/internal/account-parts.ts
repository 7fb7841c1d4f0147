import { html, nothing, type TemplateResult } from 'lit';
import type { Account } from '../../contract/schemas.ts';
import type { LocaleController } from '../controllers/locale.ts';
import { accountNumber, outside } from './templates.ts';

/** The account's name; its kind where it has none. */
export const nameOf = ({ name, type }: Pick<Account, 'name' | 'type'>, { t }: LocaleController): string =>
  name || t(`account.${type}`);

/** Name, kind and masked number: how an account is introduced everywhere. */
export const accountName = (account: Account, locale: LocaleController, id?: string): TemplateResult =>
  html`<span class="name" id=${id ?? nothing} translate="no" data-private>${nameOf(account, locale)}</span>
    <span class="small muted block">
      ${locale.t(`account.${account.type}`)}${account.last4 ? html` · ${accountNumber(account.last4, locale)}` : nothing}
    </span>`;

/** The balance, or nothing where the host gives none; the currency's code only where currencies differ. */
export const accountBalance = (
  { balance, currency }: Account,
  { t, format }: LocaleController,
  severalCurrencies: boolean,
): unknown => {
  const amount = balance ? format.money(balance) : '';
  // A currency without a symbol of its own brings its code with the amount.
  const code =
    severalCurrencies && !amount.includes(currency)
      ? html`<span class="small muted" translate="no">${currency}</span>`
      : nothing;
  if (!balance) return code;
  return html`<span class="unseen">${t('column.balance')}</span> ${outside(amount, 'number')} ${code}`;
};

export const hasSeveralCurrencies = (accounts: readonly Account[]): boolean =>
  new Set(accounts.map(({ currency }) => currency)).size > 1;
