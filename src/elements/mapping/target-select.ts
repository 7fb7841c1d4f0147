import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { Target } from '../../contract/schemas.ts';
import type { MappingDraft } from '../../flow/mapping.ts';
import type { LocaleController } from '../controllers/locale.ts';
import { targetText, valueOf, whyNotText, type Choice } from './choice-text.ts';

interface TargetSelect {
  readonly platform: string;
  readonly draft: MappingDraft['target'];
  /** The target chosen, where it is still known. */
  readonly chosen: Target | undefined;
  /** Undefined of many until somebody comes near: a thousand lists are not filled for one that is opened. */
  readonly choices: readonly Choice[] | undefined;
  readonly describedBy: string | undefined;
  readonly invalid: boolean;
}

/** A short list of targets: the browser's own. Those that cannot be chosen stand last, with the reason. */
export const targetSelect = (select: TargetSelect, locale: LocaleController): TemplateResult => {
  const { t, format } = locale;
  const value = valueOf(select.draft);
  const option = (own: string, text: string, translate?: 'no') =>
    html`<option value=${own} ?selected=${own === value} translate=${translate ?? nothing}>${text}</option>`;
  const choices = select.choices ?? (select.chosen ? [{ target: select.chosen, whyNot: undefined }] : []);
  const not = choices.filter(({ whyNot, target }) => whyNot && `=${target.id}` !== value);
  return html`<select
    .value=${live(value)}
    aria-describedby=${select.describedBy ?? nothing}
    aria-invalid=${select.invalid || nothing}
  >
    ${option('later', t('mapping.later'))}
    ${choices.map((choice) =>
      not.includes(choice) ? nothing : option(`=${choice.target.id}`, targetText(choice.target), 'no'),
    )}
    ${option('new', t('mapping.new', { platform: select.platform }))}
    ${
      not.length > 0
        ? html`<optgroup label=${t('mapping.not')}>
            ${not.map(
              ({ target, whyNot }) =>
                html`<option disabled translate="no">
                  ${format.facts([targetText(target), whyNot ? whyNotText(whyNot, locale) : ''])}
                </option>`,
            )}
          </optgroup>`
        : nothing
    }
  </select>`;
};
