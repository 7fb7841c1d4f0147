import { html, nothing } from 'lit';
import type { Account } from '../../contract/schemas.ts';
import type { FeedHealth, FeedReason } from '../../flow/feed-health.ts';
import type { LocaleController } from '../controllers/locale.ts';
import { platformName } from '../internal/platform.ts';
import { ago, outside } from '../internal/templates.ts';

/** The one sentence of an account's feed, from its facts. */
export const healthSentence = ({ fact }: FeedHealth, platformKey: string, locale: LocaleController): unknown => {
  const { rich } = locale;
  const platform = platformName(platformKey, locale);
  switch (fact.kind) {
    case 'delivered':
      return fact.today > 0
        ? rich('status.today', { count: fact.today, time: ago(fact.lastAt, locale) })
        : rich('status.last', { count: fact.lastLines, time: ago(fact.lastAt, locale) });
    case 'nothing-yet':
      return rich('status.nothing-yet');
    case 'connecting':
      return rich('status.connecting', { platform });
    case 'checking':
      return rich('status.checking', { platform });
    case 'waiting':
      return rich(waitingText(fact.reason), { count: fact.lines, platform });
    case 'not-mapped':
    case 'disconnected':
    case 'lost':
      return [
        rich(`status.${fact.kind}`, { platform }),
        ' ',
        fact.waiting > 0 ? rich('status.kept', { count: fact.waiting }) : nothing,
      ];
    default:
      return [rich(heldText(fact.reason), { count: fact.lines, platform }), ' ', rich('status.safe')];
  }
};

const waitingText = (reason: FeedReason) => {
  switch (reason) {
    case 'paused':
      return 'status.paused';
    case 'checking':
      return 'status.unclear';
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
    case 'unauthorized':
    case 'unlinked':
    case 'deauthorized':
      return 'status.held.access';
    default:
      return 'status.held';
  }
};

/** What to do now, or where to look; nothing where the sentence has said it all. */
export const healthNext = (
  { next, fact }: FeedHealth,
  account: Account,
  platformKey: string,
  locale: LocaleController,
): unknown => {
  const platform = platformName(platformKey, locale);
  switch (next) {
    case 'reconnect':
      return locale.rich('status.next.reconnect', { platform });
    case 'support':
      return locale.t('status.next.support');
    case 'none':
      return fact.kind === 'delivered' && account.target
        ? locale.rich('status.where', { platform, target: outside(account.target.name) })
        : nothing;
    default:
      return nothing;
  }
};

export const nextLine = (text: unknown) => (text === nothing ? nothing : html`<p class="muted">${text}</p>`);
