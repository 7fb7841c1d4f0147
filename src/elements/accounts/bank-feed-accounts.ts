import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { toFeedApiError, type FeedApiError } from '../../client/errors.ts';
import type { FeedApi } from '../../client/feed-api.ts';
import type { ItemError } from '../../contract/problems.ts';
import type { Account, Connection } from '../../contract/schemas.ts';
import { accountsView, keptTicks, withAnswers } from '../../flow/accounts.ts';
import { currentConnection, platformOf, takesAccounts } from '../../flow/connection-view.ts';
import { feedHealth } from '../../flow/feed-health.ts';
import { searchFrom } from '../../flow/search.ts';
import { BankFeedAccountsChosenEvent } from '../events/accounts-chosen.ts';
import { BankFeedStepEvent } from '../events/step.ts';
import { hasSeveralCurrencies, nameOf } from '../internal/account-parts.ts';
import { accountFinder, noAccountFound } from '../internal/account-search.ts';
import { BankFeedElement } from '../internal/base-element.ts';
import type { FeedHub } from '../internal/feed-hub.ts';
import { insideList } from '../internal/inside-steps.ts';
import { allPages } from '../internal/pages.ts';
import { platformName } from '../internal/platform.ts';
import { searchField } from '../internal/search-field.ts';
import { outside, wordsOf } from '../internal/templates.ts';
import { base } from '../styles/base.ts';
import { controls } from '../styles/controls.ts';
import { rows } from '../styles/rows.ts';
import { tokens } from '../styles/tokens.ts';
import { offerForm } from './account-offer.ts';
import { refusal } from './account-refusal.ts';
import { accountRow, renameForm } from './account-row.ts';
import { accountsStyles } from './bank-feed-accounts.styles.ts';

interface Accounts {
  /** The connection everything is about; undefined before there is one. */
  readonly connection: Connection | undefined;
  readonly items: readonly Account[];
}

/** A name that is being changed. */
interface Renaming {
  readonly id: string;
  readonly before: string;
  readonly empty: boolean;
}

/**
 * The customer's accounts at the host: choose which ones send transactions, rename and remove them, add more later.
 * For QuickBooks and Sage they are chosen before the customer signs in there.
 *
 * @tag bank-feed-accounts
 * @attr {string} endpoint - Address of the proxy, for an element without a provider.
 * @attr {boolean} adding - Shows the accounts to add at once, where some are chosen already.
 * @attr {boolean} steps - Offers the way to what is entered in QuickBooks or Sage, by `bank-feed-step`.
 * @prop {GetToken} getToken - Session tokens, for an element without a provider.
 * @prop {FeedApi} api - A host's own implementation, instead of `endpoint`.
 * @prop {Partial<Texts>} texts - Texts in place of ours, by key.
 * @prop {ElementState} state - Read only; also as `:state(…)`.
 * @fires {BankFeedStateChangeEvent} bank-feed-state-change - `state` has changed.
 * @fires {BankFeedStepEvent} bank-feed-step - With `steps`: the customer wants to see what is entered in the software.
 * @fires {BankFeedAccountsChosenEvent} bank-feed-accounts-chosen - Accounts were chosen and accepted.
 * @fires {BankFeedSessionExpiredEvent} bank-feed-session-expired - The session is over.
 * @fires {BankFeedErrorEvent} bank-feed-error - Something failed; the element shows it too.
 * @csspart base, heading, search, field, disclosure, row, refusal, steps, state, button, primary-button, danger-button
 * @csspart dialog, problem, stale, session, developer-note
 * @cssprop --bank-feed-accent - The one colour all others are mixed from.
 */
export class BankFeedAccounts extends BankFeedElement<Accounts> {
  static override styles = [tokens, base, controls, rows, accountsStyles];

  @property({ type: Boolean }) adding = false;
  /** Whether the page leads to what is entered in QuickBooks or Sage, when `bank-feed-step` asks for it. */
  @property({ type: Boolean }) steps = false;
  @state() private unfolded = false;
  @state() private picked: ReadonlySet<string> = new Set();
  @state() private refusals: ReadonlyMap<string, readonly ItemError[]> = new Map();
  #refusedWith: FeedApiError | undefined;
  /** Accounts that are being added. */
  #asked: ReadonlySet<string> = new Set();
  /** Names of accounts that were ticked, and cannot be chosen any more. */
  #gone = '';
  #known: Accounts | undefined;
  @state() private renaming: Renaming | undefined;
  @state() private nothingPicked = false;
  @state() private query = '';
  /** Whether accounts were added here just now. */
  @state() private added = false;
  protected override readonly bones = 3;

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    if (changed.has('adding')) this.unfolded = this.adding;
    const { value } = this.load;
    if (value === this.#known) return;
    if (value && this.#known) this.#keepTicks(value, this.#known);
    this.#known = value;
  }

  /** @internal Whether something is ticked, or on its way: whoever leads through the steps waits for it. */
  get begun(): boolean {
    const ticked = this.load.value?.items.some(({ id, status }) => status === 'offered' && this.picked.has(id));
    return ticked === true || this.actions.busy('choose');
  }

  /** What is ticked stays in sight when another tab is faster, and what that one took is said. */
  #keepTicks({ connection, items }: Accounts, before: Accounts): void {
    if (!connection || connection.id !== before.connection?.id || !takesAccounts(connection)) return;
    const { ticked, gone } = keptTicks(this.picked, before.items, items, this.#asked);
    this.picked = ticked;
    // A refusal says itself that the account is there already.
    const told = gone.filter(({ id }) => !this.refusals.has(id));
    if (told.length > 0) {
      this.#gone = this.locale.format.facts(told.map((account) => nameOf(account, this.locale)));
      this.announcer.say(this.locale.t('accounts.gone', { names: this.#gone }));
    }
    const first = before.items.every(({ status }) => status === 'offered');
    if (first && [...ticked].some((id) => !this.#asked.has(id))) this.unfolded = true;
  }

  protected override reset(): void {
    this.picked = new Set();
    this.refusals = new Map();
    this.#gone = '';
    this.renaming = undefined;
    this.nothingPicked = false;
    this.unfolded = this.adding;
    this.query = '';
    this.added = false;
  }

  protected override async read(api: FeedApi, hub: FeedHub, signal: AbortSignal): Promise<Accounts> {
    const connection = currentConnection(await hub.state());
    if (!connection || (connection.status === 'pending' && !takesAccounts(connection)))
      return { connection, items: [] };
    const pages = await allPages((cursor) => api.accounts(connection.id, { cursor, limit: 200, signal }));
    return { connection, items: pages.flatMap(({ items }) => items) };
  }

  protected override heading(): unknown {
    return this.locale.t('accounts.title');
  }

  protected override isWaiting({ items }: Accounts): boolean {
    return items.some(({ status }) => status === 'connecting');
  }

  protected override step({ connection, items }: Accounts): string {
    const { kind } = accountsView(connection, items);
    return kind === 'connect-first' ? 'none' : kind === 'lost' ? 'chosen' : kind;
  }

  protected override content({ connection, items }: Accounts): TemplateResult {
    const { t } = this.locale;
    const view = accountsView(connection, items);
    const several = hasSeveralCurrencies(items);
    switch (view.kind) {
      case 'connect-first':
        return html`<p class="muted">${t('accounts.connect-first')}</p>`;
      case 'empty':
        return html`<p class="muted">${t('accounts.none')}</p>`;
      case 'choose':
        return html`${this.#refusedAll()} ${this.#intro(view.connection)} ${this.#search(items)}
        ${this.#offer(view.connection, view.offered, several)}`;
      case 'chosen':
        return html`${this.#refusedAll()} ${this.#steps(view.connection, view.chosen)} ${this.#search(items)}
        ${this.#chosen(view.connection, view.chosen, several, true)}
        ${
          view.offered.length === 0
            ? html`<p class="muted">${t('accounts.none-left')}</p>`
            : html`<details .open=${this.unfolded || this.#finds(view.offered)} @toggle=${this.#toggled}>
                <summary part="disclosure">${t('accounts.add')}</summary>
                ${this.#offer(view.connection, view.offered, several)}
              </details>`
        }`;
      case 'lost':
        return html`<p>
            ${this.locale.rich('status.lost', { platform: platformName(view.connection.platform, this.locale) })}
          </p>
          ${this.#search(items)} ${this.#chosen(view.connection, view.chosen, several, false)}`;
    }
  }

  #intro({ platform, status }: Connection): TemplateResult {
    const name = { platform: platformName(platform, this.locale) };
    return html`<p>
      ${this.locale.rich('accounts.intro', name)}
      ${status === 'linked' ? nothing : this.locale.rich('accounts.intro.inside', name)}
    </p>`;
  }

  /** Where the software asks the customer to pick the account too, there is something to do after adding one. */
  #steps(connection: Connection, chosen: readonly Account[]): unknown {
    const platform = platformOf(connection.platform);
    if (
      !platform ||
      !chosen.some((account) => feedHealth(account, undefined, connection, '').fact.kind === 'in-software')
    )
      return nothing;
    const name = { platform: platformName(connection.platform, this.locale) };
    return html`<details class="inside card" part="steps" .open=${this.added}>
      <summary part="disclosure"><span>${this.locale.rich('accounts.inside', name)}</span></summary>
      ${insideList(
        platform,
        this.locale,
        'nothing',
        this.steps ? () => this.dispatchEvent(new BankFeedStepEvent('connect')) : undefined,
      )}
    </details>`;
  }

  #search(items: readonly Account[]): unknown {
    if (items.length < searchFrom && this.query === '') return nothing;
    return html`${searchField(this.locale.t('accounts.search'), this.query, this.#searched)}
    ${this.#found(items).length > 0 ? nothing : noAccountFound(this.query, this.locale)}`;
  }

  #found(accounts: readonly Account[]): readonly Account[] {
    return accounts.filter(accountFinder(this.query, this.locale));
  }

  #chosen(connection: Connection, chosen: readonly Account[], several: boolean, changeable: boolean): unknown {
    const { t } = this.locale;
    const shown = this.#found(chosen);
    if (shown.length === 0) return nothing;
    return html`<ul class="list rows table" aria-label=${t('accounts.chosen')}>
      <li class="columns" aria-hidden="true">
        <span>${t('column.account')}</span><span class="end">${t('column.balance')}</span>
        <span>${t('column.state')}</span><span></span>
      </li>
      ${repeat(
        shown,
        ({ id }) => id,
        (account) =>
          html`<li class="row item" part="row" data-account=${account.id}>
            ${
              this.renaming?.id === account.id
                ? this.#rename(connection, account, this.renaming)
                : accountRow(
                    {
                      account,
                      connection,
                      several,
                      busy: this.actions.busy(account.id),
                      change: changeable
                        ? {
                            rename: () => void this.#edit(account),
                            remove: () => void this.#remove(connection, account),
                          }
                        : undefined,
                    },
                    this.locale,
                  )
            }
            ${refusal(this.refusals.get(account.id) ?? [], this.locale, { there: true })} ${this.problem(account.id)}
          </li>`,
      )}
    </ul>`;
  }

  #rename(connection: Connection, account: Account, { before, empty }: Renaming): TemplateResult {
    return renameForm(
      {
        account,
        connection,
        before,
        empty,
        busy: this.actions.busy(account.id),
        typed: () => {
          if (empty) this.renaming = { id: account.id, before, empty: false };
        },
        save: (name) => void this.#renamed(connection, account, name),
        cancel: () => void this.#cancel(account),
      },
      this.locale,
    );
  }

  #offer(connection: Connection, offered: readonly Account[], several: boolean): unknown {
    const shown = this.#found(offered);
    if (shown.length === 0) return nothing;
    return offerForm(
      {
        shown,
        several,
        picked: this.picked,
        count: offered.filter(({ id }) => this.picked.has(id)).length,
        refusals: this.refusals,
        refusedWith: this.#refusedWith,
        nothingPicked: this.nothingPicked,
        busy: this.actions.busy('choose'),
        pick: (change) => {
          this.picked = change(this.picked);
          this.nothingPicked = false;
          this.#gone = '';
        },
        submit: () => void this.#choose(connection, offered),
      },
      this.locale,
    );
  }

  /** What belongs to no single account. */
  #refusedAll(): unknown {
    return html`${this.problem('choose')}
    ${this.#gone ? html`<p>${this.locale.rich('accounts.gone', { names: outside(this.#gone) })}</p>` : nothing}
    ${refusal(this.refusals.get('') ?? [], this.locale, { error: this.#refusedWith })}`;
  }

  /** What a search finds is not behind a disclosure. */
  #finds(offered: readonly Account[]): boolean {
    return this.query !== '' && this.#found(offered).length > 0;
  }

  #toggled = (event: ToggleEvent): void => {
    if (this.query === '') this.unfolded = event.newState === 'open';
  };

  #searched = (query: string): void => {
    this.query = query;
    const count = this.#found(this.load.value?.items ?? []).length;
    this.announcer.say(this.locale.t('accounts.search.found', { count }));
  };

  async #choose(connection: Connection, offered: readonly Account[]): Promise<void> {
    if (this.actions.busy('choose')) return;
    const ids = offered.filter(({ id }) => this.picked.has(id)).map(({ id }) => id);
    this.nothingPicked = ids.length === 0;
    if (this.nothingPicked) {
      await this.focusFault('.offer input');
      return;
    }
    this.refusals = new Map();
    this.#refusedWith = undefined;
    this.#asked = new Set(ids);
    this.#gone = '';
    this.added = false;
    let taken: readonly Account[] = [];
    let refused: readonly ItemError[] = [];
    const done = await this.change('choose', async (api, signal) => {
      try {
        ({ items: taken, itemErrors: refused } = await api.chooseAccounts(connection.id, ids, { signal }));
      } catch (thrown) {
        const error = toFeedApiError(thrown);
        this.#refusedWith = error;
        // A refusal has its place at an account; one without an account belongs to the only one asked for.
        const [only] = ids.length === 1 ? ids : [];
        refused = wordsOf(error).map(({ itemId = only, code, message }) => ({ itemId, code, message }));
        if (refused.length === 0 || refused.some(({ itemId }) => !itemId || !ids.includes(itemId))) throw thrown;
      }
    });
    if (done) this.#took(connection, taken, refused);
    this.#asked = new Set();
    if (!done) return;
    await this.updateComplete;
    this.#focusAfterAdding();
  }

  #took(connection: Connection, taken: readonly Account[], refused: readonly ItemError[]): void {
    const { t } = this.locale;
    const there = new Set(taken.map(({ id }) => id));
    const left = new Set(refused.flatMap(({ itemId }) => (itemId && !there.has(itemId) ? itemId : [])));
    this.refusals = Map.groupBy(refused, ({ itemId = '' }) => itemId);
    // Others may have been ticked meanwhile.
    this.picked = new Set([...left, ...[...this.picked].filter((id) => !this.#asked.has(id))]);
    this.unfolded = this.begun;
    this.added = there.size > 0;
    if (!this.begun) this.query = '';
    // One that was removed elsewhere while it was renamed, and is added again, is not being renamed any more.
    if (this.renaming && there.has(this.renaming.id)) this.renaming = undefined;
    this.#put(taken);
    if (there.size > 0) this.dispatchEvent(new BankFeedAccountsChosenEvent(connection.id, [...there], [...left]));
    if (there.size > 0) this.announcer.say(t('accounts.added', { count: there.size }));
    if (left.size > 0) this.announcer.say(t('accounts.refused', { count: left.size }));
  }

  /** To the account that needs a person, to what is to be done in the software, else to what is new. */
  #focusAfterAdding(): void {
    if (!this.matches(':focus-within') && document.activeElement !== document.body) return;
    const first = ['.offer [aria-invalid]', '.inside summary', 'h2'];
    first
      .map((selector) => this.renderRoot.querySelector<HTMLElement>(selector))
      .find((place) => place !== null)
      ?.focus();
  }

  /** What an answer says of accounts is shown at once; the list that is read behind it confirms it. */
  #put(accounts: readonly Account[], removed?: string): void {
    const { value } = this.load;
    if (!value) return;
    this.load.value = {
      ...value,
      items: withAnswers(value.items, accounts).filter(({ id }) => id !== removed),
    };
    this.requestUpdate();
  }

  async #edit(account: Account): Promise<void> {
    this.actions.dismiss(account.id);
    this.renaming = { id: account.id, before: account.name, empty: false };
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLInputElement>('#name')?.select();
  }

  async #cancel({ id }: Account): Promise<void> {
    this.actions.dismiss(id);
    this.renaming = undefined;
    await this.updateComplete;
    const row = [...this.renderRoot.querySelectorAll<HTMLElement>('[data-account]')].find(
      ({ dataset }) => dataset['account'] === id,
    );
    row?.querySelector<HTMLElement>('[data-rename]')?.focus();
  }

  async #renamed(connection: Connection, account: Account, name: string): Promise<void> {
    const { renaming } = this;
    if (!renaming || this.actions.busy(account.id)) return;
    if (name === '') {
      this.renaming = { ...renaming, empty: true };
      this.renderRoot.querySelector<HTMLInputElement>('#name')?.focus();
      return;
    }
    if (name !== account.name) {
      let answer: Account[] = [];
      const done = await this.change(account.id, async (api, signal) => {
        answer = [await api.renameAccount(connection.id, account.id, name, { signal })];
      });
      if (!done) return;
      this.#put(answer);
      this.announcer.say(this.locale.t('accounts.renamed', { name }));
    }
    // Another name may be typed by now.
    if (this.renaming?.id === account.id) await this.#cancel(account);
  }

  async #remove(connection: Connection, account: Account): Promise<void> {
    const { t, rich } = this.locale;
    const platform = platformName(connection.platform, this.locale);
    const name = nameOf(account, this.locale);
    const confirmed = await this.question.ask({
      title: t('accounts.remove.title', { name }),
      body:
        account.status === 'pending'
          ? [t('accounts.remove.again')]
          : [rich('stop.account', { platform }), rich('accounts.remove.stays', { platform })],
      confirm: t('accounts.remove.confirm'),
      cancel: t('accounts.remove.keep'),
    });
    if (!confirmed) return;
    const done = await this.change(account.id, (api, signal) =>
      api.removeAccount(connection.id, account.id, { signal }),
    );
    if (!done) return;
    this.#put([], account.id);
    this.announcer.say(t('accounts.removed', { name }));
    this.focusHeading();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'bank-feed-accounts': BankFeedAccounts;
  }
}
