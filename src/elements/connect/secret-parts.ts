import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import type { LocaleController } from '../controllers/locale.ts';
import { copyButton, outside } from '../internal/templates.ts';

interface Secret {
  readonly label: string;
  readonly text: string;
  readonly copy: string;
  /** Shown as dots. */
  readonly masked?: boolean;
  /** Beside the copy button. */
  readonly more?: unknown;
}

const row = ({ label, text, copy, masked = false, more = nothing }: Secret, locale: LocaleController): TemplateResult =>
  html`<div class="secret">
    <dt class="small muted">${label}</dt>
    <dd>
      <code translate="no" data-private dir="ltr"
        >${
          masked
            ? html`<span aria-hidden="true">••••••••</span
                ><span class="unseen">${locale.t('credentials.hidden')}</span>`
            : text
        }</code
      >
      <div class="row-buttons">${copyButton(text, copy, locale)}${more}</div>
    </dd>
  </div>`;

/** What the customer types into the software, each with a button that copies it. A new one was not copied yet. */
export const secretList = (platform: string, secrets: readonly Secret[], locale: LocaleController): TemplateResult =>
  html`<h3 id="secret" tabindex="-1">${locale.rich('inside.enter', { platform: outside(platform) })}</h3>
    <dl class="secrets">${secrets.map((secret) => keyed(secret.text, row(secret, locale)))}</dl>`;
