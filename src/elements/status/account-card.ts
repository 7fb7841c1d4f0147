import { html, nothing, type TemplateResult } from 'lit';
import type { Account, Feed, Push } from '../../contract/schemas.ts';
import type { Picture } from '../../flow/calendar.ts';
import type { FeedHealth } from '../../flow/feed-health.ts';
import type { LocaleController } from '../controllers/locale.ts';
import { accountName, nameOf } from '../internal/account-parts.ts';
import { about, stateBadge } from '../internal/templates.ts';
import { dayPicture, dayTable } from './day-picture.ts';
import { healthNext, healthSentence, healthSince } from './health-text.ts';
import type { PushHistory } from './push-history.ts';
import { pushTable, pushWords } from './push-table.ts';

export interface FeedRow {
  readonly account: Account;
  readonly feed: Feed | undefined;
  readonly health: FeedHealth;
  /** Codat's own words where lines were refused. */
  readonly words: Push['errors'];
}

interface Card extends FeedRow {
  readonly platform: string;
  readonly picture: Picture | undefined;
  readonly daysOpen: boolean;
  readonly history: PushHistory | undefined;
  /** The next step is said above, once for all accounts. */
  readonly toldAbove: boolean;
  /** Leads to where the customer says where transactions go; undefined where the page has no such way. */
  readonly map: (() => void) | undefined;
  readonly toggleDays: (event: ToggleEvent) => void;
  readonly toggleHistory: (event: ToggleEvent) => void;
  readonly more: () => void;
}

/** Whether a delivery was ever begun. */
const hasHistory = ({ account, feed }: FeedRow): boolean =>
  feed !== undefined &&
  (feed.lastDelivery !== undefined ||
    feed.counts.delivered + feed.counts.held > 0 ||
    (feed.counts.waiting > 0 && account.status === 'connected'));

const line = (text: unknown): unknown => (text === nothing ? nothing : html`<p class="muted">${text}</p>`);

/** How one account's feed is doing, and behind it its days and its deliveries. */
export const accountCard = (card: Card, locale: LocaleController): TemplateResult => {
  const { account, health, platform, picture, history } = card;
  const { t } = locale;
  const name = nameOf(account, locale);
  return html`<li class="card feed" part="card" data-account=${account.id} tabindex="-1">
    <div class="who">${accountName(account, locale)}</div>
    ${stateBadge(health.word, locale)}
    <div class="sentence">
      <p>${healthSentence(health, platform, locale)}</p>
      ${pushWords(card.words, locale)} ${card.toldAbove ? nothing : line(healthNext(health, platform, locale))}
      ${line(healthSince(health, locale))}
      ${
        health.next === 'map' && card.map
          ? html`<div class="buttons">
              <button type="button" part="button" @click=${card.map}>
                ${t(account.status === 'disconnected' ? 'status.step.again' : 'status.step.mapping')}${about(name)}
              </button>
            </div>`
          : nothing
      }
    </div>
    ${picture ? dayPicture(picture, locale) : nothing}
    ${
      hasHistory(card)
        ? html`<div class="more">
            ${
              picture
                ? html`<details .open=${card.daysOpen} @toggle=${card.toggleDays}>
                    <summary>${t('picture.show')}${about(name)}</summary>
                    ${card.daysOpen ? dayTable(picture, locale) : nothing}
                  </details>`
                : nothing
            }
            <details .open=${history !== undefined} @toggle=${card.toggleHistory}>
              <summary>${t('pushes.show')}${about(name)}</summary>
              ${history ? pushTable(history, name, card.more, locale) : nothing}
            </details>
          </div>`
        : nothing
    }
  </li>`;
};
