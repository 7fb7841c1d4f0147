import { html, nothing } from 'lit';
import type { FeedApiError } from '../../client/errors.ts';
import type { ItemError } from '../../contract/problems.ts';
import type { LocaleController } from '../controllers/locale.ts';
import { happened, icon, reference, saidBy } from '../internal/templates.ts';

interface Refusal {
  readonly id?: string | undefined;
  /** The account is there all the same. */
  readonly there?: boolean;
  /** What it came with, where it came as a failure: support finds it again by that. */
  readonly error?: FeedApiError | undefined;
}

/**
 * The refusal of one account, where it belongs: what happened, in Codat's own words too, and what to do. An account
 * that was refused because it is there already needs nothing.
 */
export const refusal = (
  errors: readonly ItemError[],
  locale: LocaleController,
  { id, there = false, error }: Refusal = {},
): unknown => {
  if (errors.length === 0) return nothing;
  const { t } = locale;
  return html`<div class="note wide ${there ? '' : 'refusal'}" part="refusal" id=${id ?? nothing}>
    ${icon(there ? 'connected' : 'attention')}
    <div class="stack">
      <p><strong>${there ? t('accounts.already') : happened('account_refused', locale)}</strong></p>
      ${saidBy(errors, locale)} ${there ? nothing : html`<p>${t('accounts.refused.next')}</p>`}
      ${error ? reference(error, locale) : nothing}
    </div>
  </div>`;
};
