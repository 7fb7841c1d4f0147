import { html, nothing } from 'lit';
import type { LocaleController } from '../controllers/locale.ts';
import { platformName } from '../internal/platform.ts';

const steps = {
  quickbooks: [
    'steps.quickbooks.open',
    'steps.quickbooks.find',
    'accounts.inside.enter',
    'steps.quickbooks.pick',
    'steps.quickbooks.collects',
  ],
  sage: ['steps.sage.open', 'steps.sage.find', 'accounts.inside.enter', 'steps.sage.pick', 'steps.sage.confirm'],
} as const;

const hasSteps = (platform: string): platform is keyof typeof steps => Object.hasOwn(steps, platform);

/** What is left to do inside the software after accounts were added: open right after, a disclosure later. */
export const stepsInside = (platform: string, open: boolean, locale: LocaleController): unknown => {
  const { t, rich } = locale;
  if (!hasSteps(platform)) return nothing;
  const names = { platform: platformName(platform, locale), partner: t('connect.partner') };
  return html`<details class="inside card" part="steps" .open=${open}>
    <summary part="disclosure"><span>${rich('accounts.inside', names)}</span></summary>
    <ol class="steps">
      ${steps[platform].map((key) => html`<li>${rich(key, names)}</li>`)}
    </ol>
  </details>`;
};
