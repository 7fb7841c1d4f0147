import { html, nothing, type TemplateResult } from 'lit';
import type { FeedApiError } from '../../client/errors.ts';
import type { ItemError } from '../../contract/problems.ts';
import type { HealthWord } from '../../flow/feed-health.ts';
import { maskedNumber } from '../../flow/format.ts';
import type { LocaleController } from '../controllers/locale.ts';

const circle = 'M12 3a9 9 0 1 0 0 18 9 9 0 1 0 0-18';

const drawings: Readonly<Record<HealthWord, string>> = {
  connected: `${circle}m-4 9.5 2.7 2.7L16 9.7`,
  waiting: `${circle}m0 4v5l3.2 2`,
  attention: 'M12 4 2.8 20h18.4zm0 6v4.5m0 2.6v.1',
  disconnected: `${circle}M6 6l12 12`,
  checking: 'M20 12a8 8 0 1 1-2.6-5.9M20 3.5V8h-4.5',
};

export const icon = (word: HealthWord): TemplateResult =>
  html`<svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true"><path d=${drawings[word]} /></svg>`;

/** One of the five words, with its icon and colour. Not around `icon`: a template inside another costs in long lists. */
export const stateBadge = (word: HealthWord, { t }: LocaleController): TemplateResult =>
  html`<span class="state ${word}" part="state state-${word}"
    ><svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true"><path d=${drawings[word]} /></svg
    >${t(`state.${word}`)}</span
  >`;

/** Names and numbers from outside: never translated, masked by session recorders. */
export const outside = (text: string, className = ''): TemplateResult =>
  html`<span class=${className} translate="no" data-private>${text}</span>`;

export const accountNumber = (last4: string | undefined, { t }: LocaleController): unknown =>
  last4
    ? html`<span class="number muted" dir="ltr" translate="no" data-private
        ><span aria-hidden="true">${maskedNumber(last4)}</span
        ><span class="unseen">${t('account.ending', { last4 })}</span></span
      >`
    : nothing;

/** "5 minutes ago", the exact time on focus and hover. */
export const ago = (instant: string, { format }: LocaleController): TemplateResult =>
  html`<time datetime=${instant} data-exact=${format.instant(instant)} tabindex="0"
    >${format.relative(instant, new Date())}</time
  >`;

const codeGroups: Partial<Record<string, 'upstream' | 'accounts'>> = {
  upstream_unauthorized: 'upstream',
  upstream_invalid: 'upstream',
  upstream_unavailable: 'upstream',
  source_accounts_invalid: 'accounts',
  source_accounts_failed: 'accounts',
};

const ownWords = [
  'network',
  'timeout',
  'forbidden',
  'not_found',
  'rate_limited',
  'platform_not_allowed',
  'connection_active',
  'connection_not_linked',
  'account_refused',
  'mapping_refused',
  'upstream_refused',
  'upstream',
  'accounts',
] as const;

/** What happened, in the customer's words. */
export const happened = (code: string, { t }: LocaleController): string => {
  const group = codeGroups[code] ?? code;
  return t(`problem.${ownWords.find((word) => word === group) ?? 'other'}`);
};

/** What the software or Codat said, as it came. */
export const saidBy = (errors: readonly Pick<ItemError, 'message'>[], locale: LocaleController): unknown =>
  errors.map(({ message }) => html`<p class="small">${locale.rich('problem.said', { message: outside(message) })}</p>`);

/** The software's own words: those of single items, otherwise those of the whole refusal. Other details are for developers. */
export const wordsOf = ({ code, detail, itemErrors }: FeedApiError): readonly ItemError[] =>
  itemErrors.length === 0 && code === 'upstream_refused' ? [{ code, message: detail }] : itemErrors;

/** Says beside the button what became of it; the place is empty for Lit, so that the words may be put there. */
const copy =
  (text: string, { t }: LocaleController) =>
  async ({ currentTarget }: Event): Promise<void> => {
    const place = currentTarget instanceof Element ? currentTarget.nextElementSibling : null;
    const copied = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    place?.replaceChildren(t(copied ? 'problem.copied' : 'problem.not-copied'));
  };

/** A button that copies, and says so. An insecure page has no clipboard; texts can be selected in any case. */
export const copyButton = (text: string, label: string, locale: LocaleController): unknown =>
  isSecureContext
    ? html`<button type="button" class="plain" part="button" @click=${copy(text, locale)}>${label}</button>
        <span class="small" role="status"></span>`
    : nothing;

export const reference = (error: FeedApiError, locale: LocaleController): unknown => {
  const id = error.correlationId ?? error.requestId;
  if (!id) return nothing;
  return html`<p class="small muted">
    ${locale.rich('problem.reference', { reference: html`<code translate="no">${id}</code>` })}
    ${copyButton(id, locale.t('problem.copy'), locale)}
  </p>`;
};

/** Three parts in every problem: what happened, what it means, what to do now. */
export const problemNote = (error: FeedApiError, locale: LocaleController, retry?: () => void): TemplateResult => {
  const { t } = locale;
  const next = error.fixer === 'user' ? undefined : error.retry ? 'problem.later' : 'problem.support';
  return html`<div class="note attention wide" part="problem" role="alert">
    ${icon('attention')}
    <div class="stack">
      <p><strong>${happened(error.code, locale)}</strong></p>
      ${saidBy(wordsOf(error), locale)}
      <p>${t('problem.safe')} ${next ? t(next) : nothing}</p>
      ${
        retry && error.retry
          ? html`<div class="buttons">
              <button type="button" part="button" @click=${retry}>${t('problem.retry')}</button>
            </div>`
          : nothing
      }
      ${reference(error, locale)}
    </div>
  </div>`;
};

/** What was asked for met the end of the session. */
export const undoneNote = ({ t }: LocaleController): TemplateResult =>
  html`<div class="note attention wide" part="problem" role="alert">
    ${icon('attention')}
    <p>${t('session.undone')}</p>
  </div>`;

/** A name that a screen reader hears beside a button whose visible text is short. */
export const about = (name: string): TemplateResult => html`<span class="unseen" translate="no"> ${name}</span>`;
