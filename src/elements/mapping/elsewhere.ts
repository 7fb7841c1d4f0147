import { html, nothing, type TemplateResult } from 'lit';
import type { Connection } from '../../contract/schemas.ts';
import { platformOf } from '../../flow/connection-view.ts';
import type { LocaleController } from '../controllers/locale.ts';
import { insideSteps } from '../internal/inside-steps.ts';
import { platformName } from '../internal/platform.ts';

/** Who asks the customer where transactions go, where we do not. */
export type Elsewhere = 'software' | 'codat';

interface Options {
  readonly where: Elsewhere;
  readonly connection: Connection;
  /** Whether an account still waits to be chosen there. */
  readonly waits: boolean;
  readonly busy: boolean;
  readonly go: () => void;
  /** Leads to what is entered in the software; undefined where the page has no such way. */
  readonly enter: (() => void) | undefined;
}

/** Where it is chosen, and how to get there; the rows below show it arriving. */
export const elsewhere = (
  { where, connection, waits, busy, go, enter }: Options,
  locale: LocaleController,
): TemplateResult => {
  const { t, rich } = locale;
  const platform = platformName(connection.platform, locale);
  if (where === 'codat') {
    return html`<p>${rich('mapping.codat', { platform })}</p>
      <div class="buttons">
        <button
          type="button"
          class=${waits ? 'primary' : ''}
          part=${waits ? 'button primary-button' : 'button'}
          aria-disabled=${busy}
          @click=${go}
        >
          ${t(busy ? 'mapping.codat.opening' : 'mapping.codat.go')}
        </button>
      </div>`;
  }
  const known = platformOf(connection.platform);
  return html`<p>${rich('mapping.elsewhere', { platform })}</p>
    ${waits && known ? insideSteps(known, locale, 'nothing', enter) : nothing}`;
};
