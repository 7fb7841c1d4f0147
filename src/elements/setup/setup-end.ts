import { html, nothing, type TemplateResult } from 'lit';
import type { Connection } from '../../contract/schemas.ts';
import { platformOf } from '../../flow/connection-view.ts';
import type { SetupPart } from '../../flow/setup-flow.ts';
import type { LocaleController } from '../controllers/locale.ts';
import { platformName } from '../internal/platform.ts';

/** What happens next, in plain words; how fast is the software's doing and told as such. */
export const whatHappensNext = (connection: Connection, locale: LocaleController): TemplateResult => {
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
