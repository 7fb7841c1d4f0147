import { html, nothing } from 'lit';
import type { ItemError } from '../../contract/problems.ts';
import type { LocaleController } from '../controllers/locale.ts';
import { happened, icon, saidBy } from '../internal/templates.ts';

/**
 * The refusal of one account, where it belongs: what happened, in Codat's own words too, and what to do. An account
 * that was refused because it is there already needs nothing.
 */
export const refusal = (
  errors: readonly ItemError[],
  locale: LocaleController,
  { id, there = false }: { readonly id?: string; readonly there?: boolean } = {},
): unknown => {
  if (errors.length === 0) return nothing;
  const { t } = locale;
  return html`<div class="note wide ${there ? '' : 'refusal'}" part="refusal" id=${id ?? nothing}>
    ${icon(there ? 'connected' : 'attention')}
    <div class="stack">
      <p><strong>${there ? t('accounts.already') : happened('account_refused', locale)}</strong></p>
      ${saidBy(errors, locale)} ${there ? nothing : html`<p>${t('accounts.refused.next')}</p>`}
    </div>
  </div>`;
};
