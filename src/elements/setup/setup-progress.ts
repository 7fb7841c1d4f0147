import { html, nothing, type TemplateResult } from 'lit';
import type { SetupStage } from '../../flow/setup-flow.ts';
import type { LocaleController } from '../controllers/locale.ts';

const tick = html`<svg viewBox="0 0 24 24" width="14" height="14"><path d="m5 12.5 4.5 4.5L19 7.5" /></svg>`;

interface ProgressOptions {
  readonly stages: readonly SetupStage[];
  /** Undefined where all are done. */
  readonly stage: SetupStage | undefined;
  /** What the software is called. */
  readonly platform: string;
}

export const stageName = (stage: SetupStage, platform: string, { t }: LocaleController): string =>
  stage === 'authorize'
    ? t('setup.authorize', { platform })
    : stage === 'finish'
      ? t('setup.finish')
      : t(`${stage}.title`);

/** Where the customer is on the way: a row of names, or in a narrow place the count above a bar in pieces. */
export const setupProgress = (
  { stages, stage, platform }: ProgressOptions,
  locale: LocaleController,
): TemplateResult => {
  const { t, format } = locale;
  const now = stage ? stages.indexOf(stage) : stages.length;
  const number = Math.min(now + 1, stages.length);
  return html`<div class="progress" part="progress">
    <p class="small muted count" aria-hidden="true">${t('setup.step', { number, count: stages.length })}</p>
    <ol class="list" aria-label=${t('setup.title')}>
      ${stages.map((each, index) => {
        const done = index < now;
        return html`<li
          class=${done ? 'done' : index === now ? 'now' : ''}
          aria-current=${index === now ? 'step' : nothing}
        >
          <span class="mark" aria-hidden="true">${done ? tick : format.number(index + 1)}</span>
          <span class="label">${stageName(each, platform, locale)}</span>
          ${done && each !== 'finish' ? html`<span class="unseen">${t('setup.finish')}</span>` : nothing}
        </li>`;
      })}
    </ol>
  </div>`;
};
