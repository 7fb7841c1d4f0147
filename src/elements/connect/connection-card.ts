import { html, nothing, type TemplateResult } from 'lit';
import type { Connection } from '../../contract/schemas.ts';
import type { HealthWord } from '../../flow/feed-health.ts';
import type { AttemptProblem } from '../../flow/return-hint.ts';
import type { LocaleController } from '../controllers/locale.ts';
import { platformName, platformText } from '../internal/platform.ts';
import { icon, outside, stateBadge } from '../internal/templates.ts';
import { monogram } from './platform-choice.ts';

interface CardParts {
  readonly word: HealthWord;
  readonly organization?: string | undefined;
  readonly since?: string | undefined;
  /** What there is to say and to do. */
  readonly body?: unknown;
  readonly buttons?: unknown;
}

/** The connection: which software, whose books, how it stands, and what to do about it. */
export const connectionCard = (
  connection: Connection,
  { word, organization, since, body = nothing, buttons = nothing }: CardParts,
  locale: LocaleController,
): TemplateResult => {
  const text = platformText(connection.platform, locale);
  // "your accounting software" stands alone here.
  const name = text.charAt(0).toLocaleUpperCase(locale.format.locale) + text.slice(1);
  // Some software gives no name but its own.
  const line = [
    organization && organization !== name && outside(name),
    since && locale.t('connect.since', { date: locale.format.day(since) }),
  ];
  const [first, second] = line.filter(Boolean);
  return html`<div class="card stack" part="card">
    <div class="connection">
      ${monogram(connection.platform, name)}
      <div class="who">
        <p>${outside(organization ?? name, 'name')}</p>
        ${first ? html`<p class="small muted">${first}${second ? html` · ${second}` : nothing}</p>` : nothing}
      </div>
      ${stateBadge(word, locale)}
    </div>
    ${body} ${buttons === nothing ? nothing : html`<div class="buttons">${buttons}</div>`}
  </div>`;
};

/** How the last attempt ended: what happened, what it means, what to do. What was lost before says the rest itself. */
export const attemptNote = (
  attempt: AttemptProblem,
  { platform, status }: Connection,
  locale: LocaleController,
): TemplateResult => {
  const { t, rich } = locale;
  const next = attempt === 'refused' ? 'connect.attempt.next' : 'connect.attempt.support';
  return html`<div class="note attention" part="attempt">
    ${icon('attention')}
    <div class="stack">
      <p><strong>${rich(`connect.${attempt}`, { platform: platformName(platform, locale) })}</strong></p>
      ${status === 'pending' ? html`<p>${t('connect.attempt.safe')} ${t(next)}</p>` : nothing}
    </div>
  </div>`;
};
