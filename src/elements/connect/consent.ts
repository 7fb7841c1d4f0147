import { html, nothing, type TemplateResult } from 'lit';
import { authorizesInside, type PlatformChoice } from '../../flow/connection-view.ts';
import type { LocaleController } from '../controllers/locale.ts';
import { icon, outside } from '../internal/templates.ts';

/** What will happen, before it does: our words, and the host's in their place or below them. */
export const consentText = ({ platform, suits }: PlatformChoice, locale: LocaleController): TemplateResult => {
  const { t, rich } = locale;
  const name = { platform: outside(platform.name) };
  const partner = html`<slot name="partner-name">${t('connect.partner')}</slot>`;
  const fact = (key: `connect.consent.${'purpose' | 'access' | 'retention'}.text`): TemplateResult =>
    html`<p>${rich(key, name)}</p>`;
  const inside = authorizesInside(platform);
  const steps = inside
    ? [t('connect.consent.accounts'), rich('connect.consent.enter', name), rich('connect.consent.inside', name)]
    : [rich('connect.consent.sign-in', name), t('connect.consent.return'), rich('connect.consent.choose', name)];
  return html`${suits ? nothing : unsuitable(platform, locale)}
    <div class="consent" part="consent">
      <div class="consent-title">
        <slot name="partner-logo"></slot>
        <h3>${rich('connect.consent.title', name)}</h3>
      </div>
      <ol class="steps">
        ${steps.map((step) => html`<li>${step}</li>`)}
      </ol>
      <dl class="facts">
        <dt>${t('connect.consent.purpose')}</dt>
        <dd>
          <slot name="purpose">${fact('connect.consent.purpose.text')}</slot>
        </dd>
        <dt>${rich('connect.consent.access', { ...name, partner })}</dt>
        <dd>
          <slot name="access"
            >${fact('connect.consent.access.text')}
            ${platform.mapping === 'api' ? html`<p>${rich('connect.consent.reads', name)}</p>` : nothing}</slot
          >
        </dd>
        <dt>${t('connect.consent.retention')}</dt>
        <dd>
          <slot name="retention">${fact('connect.consent.retention.text')}</slot>
        </dd>
      </dl>
      <slot name="terms"></slot>
    </div>`;
};

/** A warning, not a dead end: a company may keep its books in another country than the host knows. */
const unsuitable = ({ name, regions }: PlatformChoice['platform'], { t, rich, format }: LocaleController) =>
  html`<div class="note attention" part="unsuitable">
    ${icon('attention')}
    <div class="stack">
      <p><strong>${rich('connect.unsuitable', { platform: outside(name) })}</strong></p>
      <p>${t('connect.unsuitable.text', { regions: format.regions(regions ?? []) })}</p>
    </div>
  </div>`;
