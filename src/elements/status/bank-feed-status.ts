import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { FeedApi } from '../../client/feed-api.ts';
import type { Connection, Feed } from '../../contract/schemas.ts';
import { dayIn, picture } from '../../flow/calendar.ts';
import { currentConnection } from '../../flow/connection-view.ts';
import { countGroups, feedGroups, feedHealth, groupOf, leftBehind, type FeedGroup } from '../../flow/feed-health.ts';
import { searchFrom } from '../../flow/search.ts';
import { BankFeedStepEvent } from '../events/step.ts';
import { nameOf } from '../internal/account-parts.ts';
import { accountFinder, noAccountFound } from '../internal/account-search.ts';
import { BankFeedElement } from '../internal/base-element.ts';
import type { FeedHub } from '../internal/feed-hub.ts';
import { filterBar } from '../internal/filters.ts';
import { allPages } from '../internal/pages.ts';
import { platformName, platformText } from '../internal/platform.ts';
import { searchField } from '../internal/search-field.ts';
import { icon } from '../internal/templates.ts';
import { base } from '../styles/base.ts';
import { controls } from '../styles/controls.ts';
import { filters } from '../styles/filters.ts';
import { tokens } from '../styles/tokens.ts';
import { accountCard, type FeedRow } from './account-card.ts';
import { statusStyles } from './bank-feed-status.styles.ts';
import { hatching } from './day-picture.ts';
import { collectsLater } from './health-text.ts';
import { PushHistory } from './push-history.ts';
import { refusedWords, type RefusedWords } from './refused-words.ts';

interface Status {
  readonly connection: Connection | undefined;
  readonly rows: readonly FeedRow[];
  /** Lines of accounts that are not listed any more. */
  readonly left: number;
  readonly counts: Readonly<Record<FeedGroup, number>>;
  /** The zone the days are counted in; the reader's where there is no feed yet. */
  readonly timeZone: string | undefined;
  readonly words: RefusedWords;
  readonly api: FeedApi;
}

/** From so many accounts on there is something to filter. */
const filterFrom = 4;
/** Accounts shown at once; more come by asking for them. */
const accountsShown = 50;

/**
 * How each account's feed is doing: one sentence, the last 30 days, the history of deliveries, and what to do next.
 *
 * @tag bank-feed-status
 * @attr {string} endpoint - Address of the proxy, for an element without a provider.
 * @attr {boolean} steps - The page leads to the step that helps: buttons for it are shown, which fire `bank-feed-step`.
 * @prop {GetToken} getToken - Session tokens, for an element without a provider.
 * @prop {FeedApi} api - A host's own implementation, instead of `endpoint`.
 * @prop {Partial<Texts>} texts - Texts in place of ours, by key.
 * @prop {ElementState} state - Read only; also as `:state(…)`.
 * @fires {BankFeedStateChangeEvent} bank-feed-state-change - `state` has changed.
 * @fires {BankFeedStepEvent} bank-feed-step - The customer wants to connect, or to say where transactions go; with `steps` only.
 * @fires {BankFeedSessionExpiredEvent} bank-feed-session-expired - The session is over.
 * @fires {BankFeedErrorEvent} bank-feed-error - Something failed; the element shows it too.
 * @csspart base, heading, summary, filters, filter, search, field, connection, card, picture, state, button, primary-button, problem
 * @csspart stale, session, developer-note
 * @cssprop --bank-feed-accent - The one colour all others are mixed from.
 */
export class BankFeedStatus extends BankFeedElement<Status> {
  static override styles = [tokens, base, controls, filters, statusStyles];

  /** Whether the page leads to the step that helps, when `bank-feed-step` asks for it. */
  @property({ type: Boolean }) steps = false;

  /** Accounts whose days are unfolded. */
  @state() private daysOpen: ReadonlySet<string> = new Set();
  @state() private filter: FeedGroup | 'all' = 'all';
  @state() private query = '';
  @state() private limit = accountsShown;
  #histories = new Map<string, PushHistory>();
  #shown: Status | undefined;

  protected override async read(api: FeedApi, hub: FeedHub, signal: AbortSignal): Promise<Status> {
    const [feedState, pages] = await Promise.all([
      hub.state(),
      allPages((cursor) => api.feeds({ cursor, limit: 200, signal })),
    ]);
    const connection = currentConnection(feedState);
    const timeZone = pages[0]?.timeZone;
    const today = dayIn(new Date(), timeZone);
    const items = pages.flatMap((page) => page.items);
    const feeds = new Map<string, Feed>(items.map((feed) => [feed.accountId, feed]));
    const accounts = feedState.accounts.filter(({ status }) => status !== 'offered');
    const healths = accounts.map((account) =>
      feedHealth(
        account,
        feeds.get(account.id),
        connection?.id === account.connectionId ? connection : undefined,
        today,
      ),
    );
    const words = await refusedWords(api, accounts, healths, this.#shown?.words ?? new Map(), signal);
    return {
      connection,
      rows: accounts.map((account, index) => ({
        account,
        feed: feeds.get(account.id),
        health: healths[index] ?? feedHealth(account, undefined, undefined, today),
        words: words.get(account.id)?.words ?? [],
      })),
      words,
      left: leftBehind(items, accounts),
      counts: countGroups(healths),
      timeZone,
      api,
    };
  }

  protected override heading(): unknown {
    return this.locale.t('status.title');
  }

  protected override isWaiting(value: Status): boolean {
    return value.rows.some(({ health: { next } }) => next === 'wait' || next === 'connect');
  }

  protected override reset(): void {
    this.daysOpen = new Set();
    this.filter = 'all';
    this.query = '';
    this.limit = accountsShown;
    this.#shown = undefined;
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
    const before = this.#shown;
    if (value && before) this.#tellChanges(value, before);
    this.#shown = value;
    const feedOf = (status: Status | undefined, id: string) =>
      status?.rows.find(({ account }) => account.id === id)?.feed;
    this.#histories.forEach((history, id) => {
      const feed = feedOf(value, id);
      // Nothing is under way, and nothing has happened: the deliveries are what they were.
      const same = feed?.counts.waiting === 0 && JSON.stringify(feed) === JSON.stringify(feedOf(before, id));
      if (!same || history.error) void history.refresh();
    });
  }

  protected override content(value: Status): TemplateResult {
    const { rows, connection } = value;
    const { t } = this.locale;
    if (rows.length === 0) {
      const linked = connection?.status === 'linked';
      return html`<p class="muted">${t(linked ? 'status.none' : 'accounts.connect-first')}</p>
        ${this.#earlier(value)}`;
    }
    const found = this.#found(rows);
    return html`${hatching} ${this.#summary(value)} ${this.#connection(value)} ${this.#filters(value)}
      <ul class="list stack">
        ${repeat(
          found.slice(0, this.limit),
          ({ account }) => account.id,
          (row) => this.#card(value, row),
        )}
      </ul>
      ${found.length > 0 ? nothing : this.#nothingFound()}
      ${
        found.length > this.limit
          ? html`<div class="buttons">
              <button type="button" part="button" @click=${() => this.#showMore(found)}>${t('status.more')}</button>
            </div>`
          : nothing
      }
      ${this.#earlier(value)}`;
  }

  /** The sums, where there is more than one account to sum up. */
  #summary({ rows, counts, connection }: Status): unknown {
    if (rows.length < 2) return nothing;
    const { t, format } = this.locale;
    const { length } = rows;
    // Software that collects later may not have what it was given: nobody here knows what is up to date.
    const later = collectsLater(connection?.platform ?? '');
    const parts = (['connected', 'waiting', 'attention'] as const)
      .filter((group) => counts[group] > 0)
      .map((group) =>
        later && group === 'connected'
          ? t('mapping.progress', { done: counts[group], count: length })
          : t(`status.sum.${group}`, { count: counts[group] }),
      );
    return html`<p class="summary" part="summary">
      ${
        later || counts.connected < length
          ? format.facts(parts)
          : length === 2
            ? t('status.sum.both')
            : t('status.sum.all', { count: length })
      }
    </p>`;
  }

  /** What concerns the connection is said once, above all its accounts. */
  #connection({ connection, rows }: Status): unknown {
    const { next } = rows[0]?.health ?? {};
    if (!connection || !this.#concernsAll(rows)) return nothing;
    const lost = next === 'reconnect';
    const { t, rich } = this.locale;
    const name = { platform: platformText(connection.platform, this.locale) };
    const button = this.steps
      ? html`<div class="buttons">
          <button type="button" class="primary" part="button primary-button" @click=${() => this.#step('connect')}>
            ${t(lost ? 'connect.again' : 'status.step.connect', name)}
          </button>
        </div>`
      : nothing;
    if (!lost) return button;
    return html`<div class="note attention" part="connection">
      ${icon('attention')}
      <div class="stack">
        <p>${rich('status.next.reconnect', { platform: platformName(connection.platform, this.locale) })}</p>
        ${button}
      </div>
    </div>`;
  }

  #concernsAll(rows: readonly FeedRow[]): boolean {
    return rows.some(({ health: { next } }) => next === 'reconnect' || next === 'connect');
  }

  #filters({ rows, counts, connection }: Status): unknown {
    // A way out, also where few are left meanwhile.
    if (rows.length < filterFrom && this.filter === 'all' && this.query === '') return nothing;
    const { t } = this.locale;
    const later = collectsLater(connection?.platform ?? '');
    const text = (group: FeedGroup) =>
      t(group === 'connected' && !later ? 'status.filter.connected' : `state.${group}`);
    return html`${filterBar<FeedGroup | 'all'>(
      {
        label: t('status.filter'),
        options: [
          { value: 'all', text: t('status.filter.all'), count: rows.length },
          ...feedGroups.map((value) => ({ value, text: text(value), count: counts[value] })),
        ],
        value: this.filter,
        choose: (value) => this.#narrow(value, this.query, rows),
      },
      this.locale,
    )}
    ${
      rows.length < searchFrom && this.query === ''
        ? nothing
        : searchField(t('accounts.search'), this.query, (query) => this.#narrow(this.filter, query, rows))
    }`;
  }

  #narrow(filter: FeedGroup | 'all', query: string, rows: readonly FeedRow[]): void {
    this.filter = filter;
    this.query = query;
    this.limit = accountsShown;
    this.announcer.say(this.locale.t('accounts.search.found', { count: this.#found(rows).length }));
  }

  #found(rows: readonly FeedRow[]): readonly FeedRow[] {
    const finds = accountFinder(this.query, this.locale);
    return rows.filter(
      ({ account, health }) => (this.filter === 'all' || groupOf(health) === this.filter) && finds(account),
    );
  }

  #nothingFound(): TemplateResult {
    return this.query.trim()
      ? noAccountFound(this.query, this.locale)
      : html`<p class="muted">${this.locale.t('status.filter.none')}</p>`;
  }

  #earlier({ left }: Status): unknown {
    return left > 0
      ? html`<div class="note attention">
          ${icon('attention')}
          <p>${this.locale.t('status.earlier', { count: left })}</p>
        </div>`
      : nothing;
  }

  #card(value: Status, row: FeedRow): TemplateResult {
    const { id } = row.account;
    const days = row.feed && picture(row.feed.days, dayIn(new Date(), value.timeZone));
    return accountCard(
      {
        ...row,
        platform: value.connection?.platform ?? 'unknown',
        picture: days && days.delivered + days.held > 0 ? days : undefined,
        daysOpen: this.daysOpen.has(id),
        history: this.#histories.get(id),
        toldAbove: row.health.next === 'reconnect',
        map: this.steps ? () => this.#step('mapping', id) : undefined,
        toggleDays: this.#toggleDays(id),
        toggleHistory: this.#toggleHistory(value, id),
        more: () => void this.#more(id),
      },
      this.locale,
    );
  }

  #step(step: BankFeedStepEvent['step'], accountId?: string): void {
    this.dispatchEvent(new BankFeedStepEvent(step, accountId));
  }

  /** What happened while nobody touched anything is said to those who do not see it. */
  #tellChanges({ rows }: Status, before: Status): void {
    const words = new Map(before.rows.map(({ account, health }) => [account.id, health.word]));
    const changed = rows.filter(({ account, health }) => (words.get(account.id) ?? health.word) !== health.word);
    // More than a few at once are heard better as their sum, which stands at the top.
    if (changed.length > 3) return;
    const { t } = this.locale;
    for (const { account, health } of changed)
      this.announcer.say(t('status.changed', { name: nameOf(account, this.locale), state: t(`state.${health.word}`) }));
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
    if (first !== undefined)
      await this.#focusOn(`[data-account="${CSS.escape(id)}"] [data-push="${CSS.escape(first)}"]`);
  }

  async #showMore(found: readonly FeedRow[]): Promise<void> {
    const first = found[this.limit]?.account.id ?? '';
    this.limit += accountsShown;
    await this.#focusOn(`[data-account="${CSS.escape(first)}"]`);
  }

  async #focusOn(selector: string): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(selector)?.focus();
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
