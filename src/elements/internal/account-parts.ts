import { html, nothing, type TemplateResult } from 'lit';
import type { Account } from '../../contract/schemas.ts';
import type { LocaleController } from '../controllers/locale.ts';
import { accountNumber, outside } from './templates.ts';

/** Name, kind and masked number: how an account is introduced everywhere. */
export const accountName = (account: Account, locale: LocaleController, id?: string): TemplateResult =>
  html`<span class="name" id=${id ?? nothing} translate="no" data-private>${account.name}</span>
    <span class="small muted block">
      ${locale.t(`account.${account.type}`)}${account.last4 ? html` · ${accountNumber(account.last4, locale)}` : nothing}
    </span>`;

/** The balance, or nothing where the host gives none; the code beside it only where currencies differ. */
export const accountBalance = (
  { balance }: Account,
  { t, format }: LocaleController,
  severalCurrencies: boolean,
): unknown =>
  balance
    ? html`<span class="unseen">${t('column.balance')}</span> ${outside(format.money(balance), 'number')}
        ${severalCurrencies ? html`<span class="small muted" translate="no">${balance.currency}</span>` : nothing}`
    : nothing;

export const hasSeveralCurrencies = (accounts: readonly Account[]): boolean =>
  new Set(accounts.map(({ currency }) => currency)).size > 1;
