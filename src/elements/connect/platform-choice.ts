import { html, nothing, type TemplateResult } from 'lit';
import type { PlatformKey } from '../../contract/platforms.ts';
import type { PlatformChoice } from '../../flow/connection-view.ts';
import type { LocaleController } from '../controllers/locale.ts';
import { icon, outside } from '../internal/templates.ts';

/** A neutral letter; the partner, who has the right to, puts the software's logo into the slot. */
export const monogram = (key: string, name: string): TemplateResult =>
  html`<slot name="logo-${key}"
    ><span class="monogram" aria-hidden="true" translate="no">${name.slice(0, 1)}</span></slot
  >`;

interface ChoiceOptions {
  readonly choices: readonly PlatformChoice[];
  readonly selected: PlatformKey | undefined;
  readonly select: (key: PlatformKey) => void;
}

/** One radio button a platform, as cards; a single platform is not asked for. */
export const platformChoice = (
  { choices, selected, select }: ChoiceOptions,
  { t }: LocaleController,
): TemplateResult | typeof nothing =>
  choices.length < 2
    ? nothing
    : html`<fieldset class="choices">
        <legend class="unseen">${t('connect.choose')}</legend>
        ${choices.map(
          ({ platform: { key, name }, suits: available }) =>
            html`<label class="choice" part="choice">
              <input
                type="radio"
                name="platform"
                .value=${key}
                .checked=${key === selected}
                @change=${() => select(key)}
              />
              ${monogram(key, name)}
              <span
                >${outside(name, 'name')}${
                  available ? nothing : html`<span class="small muted block">${t('connect.not-yet')}</span>`
                }</span
              >
            </label>`,
        )}
      </fieldset>`;

/** What will happen, before it does; or, honestly, that it cannot happen here yet. */
export const consentText = (
  { platform, suits: available }: PlatformChoice,
  locale: LocaleController,
): TemplateResult => {
  const { t } = locale;
  const name = { platform: outside(platform.name) };
  if (!available) {
    return html`<div class="note" part="not-yet">
      ${icon('waiting')}
      <div class="stack">
        <p><strong>${locale.rich('connect.not-yet.title', name)}</strong></p>
        <p>${locale.rich('connect.not-yet.text', name)}</p>
      </div>
    </div>`;
  }
  return html`<div class="consent" part="consent">
    <h3>${locale.rich('connect.consent.title', name)}</h3>
    <ol class="steps">
      <li>${locale.rich('connect.consent.sign-in', name)}</li>
      <li>${t('connect.consent.return')}</li>
      <li>${locale.rich('connect.consent.choose', name)}</li>
    </ol>
    <p class="muted">${locale.rich('connect.consent.shared', name)}</p>
    <slot name="terms"></slot>
  </div>`;
};
