import { html, nothing, type TemplateResult } from 'lit';
import type { Platform } from '../../contract/platforms.ts';
import type { LocaleController } from '../controllers/locale.ts';
import { outside } from './templates.ts';

/** What to do inside a software that takes something of ours; `withPassword` false where there is only an id to enter. */
export const insideSteps = (
  { key, name, history }: Platform,
  { t, rich }: LocaleController,
  withPassword = true,
): TemplateResult => {
  const platform = outside(name);
  const partner = t('connect.partner');
  const quickbooks = key === 'quickbooks';
  const steps = quickbooks
    ? [
        rich('steps.quickbooks.open', { platform }),
        t('steps.quickbooks.find', { partner }),
        t('steps.quickbooks.enter'),
        rich('steps.quickbooks.pick', { platform }),
        t('steps.quickbooks.start', { count: history?.days ?? 0 }),
      ]
    : [
        rich('steps.sage.open', { platform }),
        t('steps.sage.find', { partner }),
        t(withPassword ? 'steps.sage.enter' : 'steps.sage.enter-id'),
        t('steps.sage.pick'),
        t('steps.sage.confirm'),
      ];
  return html`<div class="stack" part="steps">
    <h3>${rich('inside.steps', { platform })}</h3>
    <ol class="steps">
      ${steps.map((step) => html`<li>${step}</li>`)}
    </ol>
    ${quickbooks ? html`<p class="muted">${rich('steps.quickbooks.collects', { platform })}</p>` : nothing}
  </div>`;
};
