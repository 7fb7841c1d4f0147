import { html, nothing, type TemplateResult } from 'lit';
import type { StartDateLimits } from '../../flow/mapping.ts';
import type { LocaleController } from '../controllers/locale.ts';

interface Foot {
  readonly platform: string;
  readonly limits: StartDateLimits;
  /** Accounts for which something is chosen. */
  readonly count: number;
  readonly busy: boolean;
}

/** What to know of the start date, where one is asked for, and the one button that sends what was chosen. */
export const foot = ({ platform, limits, count, busy }: Foot, { t }: LocaleController): TemplateResult =>
  html`${
      count === 0
        ? nothing
        : html`<p class="small muted" id="start-hint">
            ${t('mapping.start.hint')}
            ${limits.days === undefined ? nothing : t('mapping.start.limit', { platform, count: limits.days })}
          </p>`
    }
    <div class="foot">
      <div class="buttons">
        <button type="submit" class="primary" part="button primary-button" aria-disabled=${busy}>
          ${busy ? t('mapping.sending') : t('mapping.go', { count: Math.max(1, count) })}
        </button>
      </div>
    </div>`;
