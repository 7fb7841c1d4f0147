import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { FeedApi } from '../../client/feed-api.ts';
import type { Account, Connection, Feed } from '../../contract/schemas.ts';
import { dayIn, picture } from '../../flow/calendar.ts';
import { currentConnection } from '../../flow/connection-view.ts';
import { feedHealth, type FeedHealth } from '../../flow/feed-health.ts';
import { accountName } from '../internal/account-parts.ts';
import { BankFeedElement } from '../internal/base-element.ts';
import type { FeedHub } from '../internal/feed-hub.ts';
import { allPages } from '../internal/pages.ts';
import { about, stateBadge } from '../internal/templates.ts';
import { base } from '../styles/base.ts';
import { controls } from '../styles/controls.ts';
import { tokens } from '../styles/tokens.ts';
import { statusStyles } from './bank-feed-status.styles.ts';
import { dayPicture, dayTable } from './day-picture.ts';
import { healthNext, healthSentence, nextLine } from './health-text.ts';
import { PushHistory } from './push-history.ts';
import { pushTable } from './push-table.ts';

interface Status {
  readonly connection: Connection | undefined;
  readonly accounts: readonly Account[];
  readonly feeds: ReadonlyMap<string, Feed>;
  /** The zone the days are counted in; the reader's where there is no feed yet. */
  readonly timeZone: string | undefined;
  readonly api: FeedApi;
}

/**
 * How each account's feed is doing: one sentence, the last 30 days, the history of deliveries, and what to do next.
 *
 * @tag bank-feed-status
 * @attr {string} endpoint - Address of the proxy, for an element without a provider.
 * @prop {GetToken} getToken - Session tokens, for an element without a provider.
 * @prop {FeedApi} api - A host's own implementation, instead of `endpoint`.
 * @prop {Partial<Texts>} texts - Texts in place of ours, by key.
 * @prop {ElementState} state - Read only; also as `:state(…)`.
 * @fires {BankFeedStateChangeEvent} bank-feed-state-change - `state` has changed.
 * @fires {BankFeedSessionExpiredEvent} bank-feed-session-expired - The session is over.
 * @fires {BankFeedErrorEvent} bank-feed-error - Something failed; the element shows it too.
 * @csspart base, heading, card, picture, state, button, problem, stale
 * @cssprop --bank-feed-accent - The one colour all others are mixed from.
 */
export class BankFeedStatus extends BankFeedElement<Status> {
  static override styles = [tokens, base, controls, statusStyles];

  /** Accounts whose days, or whose deliveries, are unfolded. */
  @state() private daysOpen: ReadonlySet<string> = new Set();
  #histories = new Map<string, PushHistory>();
  #shown: Status | undefined;

  protected override async read(api: FeedApi, hub: FeedHub, signal: AbortSignal): Promise<Status> {
    const [feedState, pages] = await Promise.all([
      hub.state(),
      allPages((cursor) => api.feeds({ cursor, limit: 200, signal })),
    ]);
    return {
      connection: currentConnection(feedState),
      accounts: feedState.accounts.filter(({ status }) => status !== 'offered'),
      feeds: new Map(pages.flatMap(({ items }) => items).map((feed) => [feed.accountId, feed])),
      timeZone: pages[0]?.timeZone,
      api,
    };
  }

  protected override heading(): unknown {
    return this.locale.t('status.title');
  }

  protected override isWaiting(value: Status): boolean {
    return value.accounts.some((account) => this.#health(value, account).next === 'wait');
  }

  protected override reset(): void {
    this.daysOpen = new Set();
    this.#closeHistories();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#closeHistories();
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const { value } = this.load;
    if (value === this.#shown) return;
    this.#shown = value;
    this.#histories.forEach((history) => void history.refresh());
  }

  protected override content(value: Status): TemplateResult {
    if (value.accounts.length === 0) {
      const linked = value.connection?.status === 'linked';
      return html`<p class="muted">${this.locale.t(linked ? 'status.none' : 'accounts.connect-first')}</p>`;
    }
    return html`<ul class="list stack">
      ${repeat(
        value.accounts,
        ({ id }) => id,
        (account) => this.#account(value, account),
      )}
    </ul>`;
  }

  #account(value: Status, account: Account): TemplateResult {
    const { id, name } = account;
    const { t } = this.locale;
    const feed = value.feeds.get(id);
    const health = this.#health(value, account);
    const platform = value.connection?.platform ?? 'unknown';
    const all = feed && picture(feed.days, this.#today(value));
    const days = all && all.delivered + all.held > 0 ? all : undefined;
    const history = this.#histories.get(id);
    return html`<li class="card feed" part="card" data-account=${id}>
      <div class="who">${accountName(account, this.locale)}</div>
      ${stateBadge(health.word, this.locale)}
      <div class="sentence">
        <p>${healthSentence(health, platform, this.locale)}</p>
        ${nextLine(healthNext(health, account, platform, this.locale))}
      </div>
      ${days ? dayPicture(days, this.locale) : nothing}
      ${
        feed && (feed.lastDelivery || feed.counts.delivered + feed.counts.waiting + feed.counts.held > 0)
          ? html`<div class="more">
              ${
                days
                  ? html`<details .open=${this.daysOpen.has(id)} @toggle=${this.#toggleDays(id)}>
                      <summary>${t('picture.show')}${about(name)}</summary>
                      ${this.daysOpen.has(id) ? dayTable(days, this.locale) : nothing}
                    </details>`
                  : nothing
              }
              <details .open=${history !== undefined} @toggle=${this.#toggleHistory(value, id)}>
                <summary>${t('pushes.show')}${about(name)}</summary>
                ${history ? pushTable(history, name, () => void this.#more(id), this.locale) : nothing}
              </details>
            </div>`
          : nothing
      }
    </li>`;
  }

  #today({ timeZone }: Status): string {
    return dayIn(new Date(), timeZone);
  }

  #health(value: Status, account: Account): FeedHealth {
    const own = value.connection?.id === account.connectionId ? value.connection : undefined;
    return feedHealth(account, value.feeds.get(account.id), own, this.#today(value));
  }

  #toggleDays = (id: string) => (event: ToggleEvent) => {
    const open = new Set(this.daysOpen);
    if (event.newState === 'open') open.add(id);
    else open.delete(id);
    this.daysOpen = open;
  };

  #toggleHistory = (value: Status, id: string) => (event: ToggleEvent) => {
    const known = this.#histories.get(id);
    if (event.newState === 'open' && !known) {
      const history = new PushHistory(this, value.api, id, (error) => this.failed(error));
      this.#histories.set(id, history);
      void history.refresh();
    } else if (event.newState !== 'open' && known) {
      known.close();
      this.#histories.delete(id);
      this.requestUpdate();
    }
  };

  /** Focus goes to the first delivery that was not there before. */
  async #more(id: string): Promise<void> {
    const first = await this.#histories.get(id)?.more();
    if (first === undefined) return;
    await this.updateComplete;
    const row = `[data-account="${CSS.escape(id)}"] [data-push="${CSS.escape(first)}"]`;
    this.renderRoot.querySelector<HTMLElement>(row)?.focus();
  }

  #closeHistories(): void {
    this.#histories.forEach((history) => history.close());
    this.#histories.clear();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'bank-feed-status': BankFeedStatus;
  }
}
