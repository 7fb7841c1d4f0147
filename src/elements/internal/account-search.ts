import { html, type TemplateResult } from 'lit';
import type { Account } from '../../contract/schemas.ts';
import { searcher } from '../../flow/search.ts';
import type { LocaleController } from '../controllers/locale.ts';
import { nameOf } from './account-parts.ts';
import { outside } from './templates.ts';

/** Finds accounts that name, kind, number or currency tell, as a person reads them. */
export const accountFinder = (query: string, locale: LocaleController): ((account: Account) => boolean) => {
  // The usual one, for which words are not put together a thousand times.
  if (query === '') return () => true;
  const matches = searcher(query);
  return (account) =>
    matches(nameOf(account, locale), locale.t(`account.${account.type}`), account.last4, account.currency);
};

export const noAccountFound = (query: string, { rich }: LocaleController): TemplateResult =>
  html`<p class="muted">${rich('accounts.search.none', { query: outside(query) })}</p>`;
