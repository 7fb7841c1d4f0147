import { html, nothing, type TemplateResult } from 'lit';
import type { Platform } from '../../contract/platforms.ts';
import type { LocaleController } from '../controllers/locale.ts';
import { outside } from './templates.ts';

/** What the page shows that is to be entered there: all, only an id, or nothing, since that was shown when connecting. */
type Shown = 'all' | 'id' | 'nothing';

/**
 * What to do inside a software that takes something of ours, below its heading or inside a disclosure. `enter` leads to
 * where that is shown.
 */
export const insideList = (
  { key, name, history }: Platform,
  { t, rich }: LocaleController,
  shown: Shown = 'all',
  enter?: () => void,
): TemplateResult => {
  const platform = outside(name);
  const partner = t('connect.partner');
  const quickbooks = key === 'quickbooks';
  const steps = quickbooks
    ? [
        rich('steps.quickbooks.open', { platform }),
        t('steps.quickbooks.find', { partner }),
        shown === 'nothing' ? rich('accounts.inside.enter', { platform }) : t('steps.quickbooks.enter'),
        rich('steps.quickbooks.pick', { platform }),
        t('steps.quickbooks.start', { count: history?.days ?? 0 }),
      ]
    : [
        rich('steps.sage.open', { platform }),
        t('steps.sage.find', { partner }),
        shown === 'nothing'
          ? rich('accounts.inside.enter', { platform })
          : t(shown === 'all' ? 'steps.sage.enter' : 'steps.sage.enter-id'),
        t('steps.sage.pick'),
        t('steps.sage.confirm'),
      ];
  return html`<ol class="steps">
      ${steps.map((step) => html`<li>${step}</li>`)}
    </ol>
    ${quickbooks ? html`<p class="muted">${rich('steps.quickbooks.collects', { platform })}</p>` : nothing}
    ${
      enter
        ? html`<div class="buttons">
            <button type="button" part="button" @click=${enter}>${rich('inside.show', { platform })}</button>
          </div>`
        : nothing
    }`;
};

export const insideSteps = (
  platform: Platform,
  locale: LocaleController,
  shown?: Shown,
  enter?: () => void,
): TemplateResult =>
  html`<div class="stack" part="steps">
    <h3>${locale.rich('inside.steps', { platform: outside(platform.name) })}</h3>
    ${insideList(platform, locale, shown, enter)}
  </div>`;
