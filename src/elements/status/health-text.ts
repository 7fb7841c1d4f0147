import { html, nothing, type TemplateResult } from 'lit';
import { dayIn } from '../../flow/calendar.ts';
import { platformOf } from '../../flow/connection-view.ts';
import type { FeedHealth, FeedReason, HealthFact } from '../../flow/feed-health.ts';
import type { LocaleController } from '../controllers/locale.ts';
import { platformName } from '../internal/platform.ts';
import { ago } from '../internal/templates.ts';

/** The one sentence of an account's feed, from its facts; what it means for the lines comes with it. */
export const healthSentence = ({ fact }: FeedHealth, platformKey: string, locale: LocaleController): unknown => {
  const { rich } = locale;
  const platform = platformName(platformKey, locale);
  switch (fact.kind) {
    case 'delivered':
      return [delivered(fact, collectsLater(platformKey) ? 'ready.' : '', locale), ' ', collects(platformKey, locale)];
    case 'nothing-yet':
      return rich('status.nothing-yet');
    case 'checking':
      return rich('status.checking', { platform });
    case 'waiting':
      return [
        rich(waitingText(fact.reason), { count: fact.lines, platform }),
        ' ',
        fact.reason === 'sending' && collectsLater(platformKey) ? rich('status.slow', { platform }) : nothing,
      ];
    case 'held':
      return [rich(heldText(fact.reason), { count: fact.lines, platform }), ' ', rich('status.safe')];
    default:
      return [
        rich(`status.${fact.kind}`, { platform }),
        ' ',
        fact.kept > 0 ? rich('status.kept', { count: fact.kept }) : nothing,
      ];
  }
};

/** Software that collects later has it only then: what Codat took is ready for it. */
const delivered = (
  { today, lastAt, lastLines }: Extract<HealthFact, { readonly kind: 'delivered' }>,
  ready: 'ready.' | '',
  locale: LocaleController,
): unknown => {
  const { rich, format } = locale;
  // The day is counted in the company's zone, the time is told in the reader's: a time alone has to be today's there too.
  return today > 0 && dayIn(new Date(lastAt)) === dayIn(new Date())
    ? rich(`status.${ready}today`, { count: today, time: exactly(lastAt, format.time(lastAt), locale) })
    : rich(`status.${ready}last`, { count: lastLines, time: ago(lastAt, locale) });
};

const exactly = (instant: string, text: string, { format }: LocaleController): TemplateResult =>
  html`<time datetime=${instant} data-exact=${format.instant(instant)} tabindex="0">${text}</time>`;

export const collectsLater = (platformKey: string): boolean => {
  const collects = platformOf(platformKey)?.collects;
  return collects !== undefined && collects !== 'at-once';
};

/** What the software does with what it was given, where that is not at once. */
const collects = (platformKey: string, locale: LocaleController): unknown => {
  const platform = platformOf(platformKey);
  return platform && platform.collects !== 'at-once'
    ? locale.rich(`status.collects.${platform.collects}`, { platform: platformName(platformKey, locale) })
    : nothing;
};

const waitingText = (reason: FeedReason) => {
  switch (reason) {
    case 'paused':
      return 'status.paused';
    case 'checking':
      return 'status.unclear';
    case 'unauthorized':
      return 'status.ours';
    default:
      return 'status.sending';
  }
};

const heldText = (reason: FeedReason) => {
  switch (reason) {
    case 'late':
    case 'refused':
      return `status.held.${reason}` as const;
    case 'timed-out':
    case 'ambiguous':
      return 'status.held.unsure';
    default:
      return 'status.held';
  }
};

/** What to do now and who does it, or where to look; nothing where the sentence has said it all. */
export const healthNext = ({ next, fact }: FeedHealth, platformKey: string, locale: LocaleController): unknown => {
  const name = { platform: platformName(platformKey, locale) };
  switch (next) {
    case 'reconnect':
    case 'in-software':
    case 'look':
    case 'by-hand':
    case 'support':
      return locale.rich(`status.next.${next}`, name);
    case 'none': {
      if (fact.kind !== 'delivered') return nothing;
      const platform = platformOf(platformKey);
      return platform ? locale.rich(`status.where.${platform.key}`, name) : nothing;
    }
    default:
      return nothing;
  }
};

/** Since when lines wait or are held, where that is longer than a moment. */
export const healthSince = ({ fact }: FeedHealth, { rich, format }: LocaleController): unknown => {
  const since = fact.kind === 'waiting' || fact.kind === 'held' ? fact.since : undefined;
  const hour = 3_600_000;
  if (since === undefined || (fact.kind === 'waiting' && Date.now() - Date.parse(since) < hour)) return nothing;
  return rich('status.since', { time: html`<time datetime=${since}>${format.instant(since)}</time>` });
};
