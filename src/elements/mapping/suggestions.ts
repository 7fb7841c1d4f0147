import { html, nothing, type TemplateResult } from 'lit';
import type { Mapping, Target } from '../../contract/schemas.ts';
import type { LocaleController } from '../controllers/locale.ts';
import { about, accountNumber, icon, outside } from '../internal/templates.ts';

type Suggestion = NonNullable<Mapping['suggestion']>;

/** One target that looks right, with what speaks for it, so that a person can check it before taking it. */
export const suggestionNote = (
  { reasons }: Suggestion,
  target: Target,
  accountName: string,
  locale: LocaleController,
): TemplateResult => {
  const { t, rich, format } = locale;
  const facts = reasons.flatMap((reason) => (reason === 'unknown' ? [] : [t(`mapping.reason.${reason}`)]));
  const name = html`${outside(target.name, 'suggested')} ${accountNumber(target.last4, locale)}`;
  return html`<div class="suggestion" part="suggestion">
    <div>
      <p>${rich('mapping.suggested', { target: name })}</p>
      ${facts.length > 0 ? html`<p class="small muted">${t('mapping.suggested.why', { reasons: format.facts(facts) })}</p>` : nothing}
    </div>
    <button type="button" part="button" data-action="suggestion">
      ${t('mapping.suggested.use')}${about(accountName)}
    </button>
  </div>`;
};

/** Above the rows where there are several: taking all fills the choices in, and sends nothing. */
export const suggestionsNote = (
  count: number,
  platform: unknown,
  takeAll: () => void,
  { t, rich }: LocaleController,
): unknown =>
  count < 2
    ? nothing
    : html`<div class="note" part="suggestions">
        ${icon('connected')}
        <div class="stack">
          <p>${rich('mapping.suggestions', { count, platform })}</p>
          <div class="buttons">
            <button type="button" part="button" @click=${takeAll}>${t('mapping.suggestions.use', { count })}</button>
          </div>
        </div>
      </div>`;
