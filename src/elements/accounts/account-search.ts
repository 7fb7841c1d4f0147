import { html, type TemplateResult } from 'lit';
import type { Account } from '../../contract/schemas.ts';
import { searcher } from '../../flow/search.ts';
import type { LocaleController } from '../controllers/locale.ts';
import { outside } from '../internal/templates.ts';

/** Those that name, kind, number or currency tell, as a person reads them. */
export const foundAccounts = (
  accounts: readonly Account[],
  query: string,
  { t }: LocaleController,
): readonly Account[] => {
  if (query === '') return accounts;
  const matches = searcher(query);
  return accounts.filter(({ name, type, last4, currency }) => matches(name, t(`account.${type}`), last4, currency));
};

export const searchField = (
  query: string,
  search: (query: string) => void,
  { t }: LocaleController,
): TemplateResult => {
  const typed = ({ target }: Event) => {
    if (target instanceof HTMLInputElement) search(target.value);
  };
  return html`<div class="field" part="search">
    <label for="search">${t('accounts.search')}</label>
    <input
      id="search"
      part="field"
      type="search"
      .value=${query}
      autocomplete="off"
      spellcheck="false"
      data-private
      @input=${typed}
    />
  </div>`;
};

export const nothingFound = (query: string, { rich }: LocaleController): TemplateResult =>
  html`<p class="muted">${rich('accounts.search.none', { query: outside(query) })}</p>`;
