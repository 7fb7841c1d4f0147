import { html, nothing } from 'lit';
import type { Sitting } from '../../flow/setup-flow.ts';
import type { LocaleController } from '../controllers/locale.ts';

interface NavigationOptions {
  readonly back: Sitting | undefined;
  readonly next: Sitting | undefined;
  /** Something is ticked, and has the primary button. */
  readonly ticking: boolean;
  readonly go: (sitting: Sitting) => void;
}

/** The way back, and on. */
export const setupNavigation = ({ back, next, ticking, go }: NavigationOptions, { t }: LocaleController): unknown => {
  if (!back && !next) return nothing;
  const finishes = next?.mode === 'finished';
  // There is one primary button.
  const style = finishes || ticking ? '' : 'primary';
  return html`<div class="buttons way" part="navigation">
    ${back ? html`<button type="button" part="button" @click=${() => go(back)}>${t('setup.back')}</button>` : nothing}
    ${
      next
        ? html`<button type="button" class=${style} part="button ${style && 'primary-button'}" @click=${() => go(next)}>
            ${t(finishes ? 'setup.later' : 'setup.next')}
          </button>`
        : nothing
    }
  </div>`;
};
