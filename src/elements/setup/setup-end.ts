import { html, nothing, type TemplateResult } from 'lit';
import type { Connection } from '../../contract/schemas.ts';
import { platformOf } from '../../flow/connection-view.ts';
import type { SetupPart } from '../../flow/setup-flow.ts';
import type { LocaleController } from '../controllers/locale.ts';
import { platformName, platformText } from '../internal/platform.ts';

/** What happens next, in plain words; how fast is the software's doing and told as such. */
const whatHappensNext = (connection: Connection, locale: LocaleController): TemplateResult => {
  const { t, rich } = locale;
  const platform = platformName(connection.platform, locale);
  const collects = platformOf(connection.platform)?.collects;
  return html`<p>
      ${rich('setup.finished.next', { platform })}
      ${
        collects === 'daily'
          ? rich('steps.quickbooks.collects', { platform })
          : collects === 'own-time'
            ? rich('setup.finished.own-time', { platform })
            : nothing
      }
    </p>
    <p>${t('setup.finished.return')}</p>`;
};

interface EndOptions {
  readonly connection: Connection;
  /** How many chosen accounts are still to be mapped. */
  readonly left: number;
  readonly open: (part: 'accounts' | 'mapping') => void;
  /** Undefined where the host does not close it. */
  readonly close: (() => void) | undefined;
}

/** Below the heading that says it is done: what follows, and what the customer may do now. */
export const setupEnd = ({ connection, left, open, close }: EndOptions, locale: LocaleController): TemplateResult => {
  const { t } = locale;
  const platform = platformText(connection.platform, locale);
  const inside = platformOf(connection.platform)?.mapping === 'software';
  const style = left > 0 ? '' : 'primary';
  return html`<div class="stack">
      ${left > 0 ? html`<p>${t('setup.finished.left', { count: left })}</p>` : nothing}
      ${whatHappensNext(connection, locale)}
    </div>
    <div class="buttons">
      ${
        left > 0
          ? html`<button type="button" class="primary" part="button primary-button" @click=${() => open('mapping')}>
              ${inside ? t('accounts.inside', { platform }) : t('mapping.codat.go')}
            </button>`
          : nothing
      }
      ${
        close
          ? html`<button type="button" class=${style} part="button ${style && 'primary-button'}" @click=${close}>
              ${t('setup.finish')}
            </button>`
          : nothing
      }
      <button type="button" part="button" @click=${() => open('accounts')}>${t('setup.add')}</button>
    </div>`;
};

const parts: readonly SetupPart[] = ['accounts', 'mapping', 'connect'];

/** The parts of what is set up, to be looked at and changed one at a time. */
export const manageList = (open: (part: SetupPart) => void, { t }: LocaleController): TemplateResult =>
  html`<nav class="stack" part="manage" aria-labelledby="manage">
    <h2 id="manage" class="minor">${t('setup.manage')}</h2>
    <div class="buttons">
      ${parts.map(
        (part) => html`<button type="button" part="button" @click=${() => open(part)}>${t(`${part}.title`)}</button>`,
      )}
    </div>
  </nav>`;
