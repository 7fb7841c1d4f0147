import { html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';

import { toFeedApiError, type FeedApiError } from '../../client/errors.ts';
import type { FeedApi } from '../../client/feed-api.ts';
import type { Account, Connection } from '../../contract/schemas.ts';
import { currentConnection } from '../../flow/connection-view.ts';
import { accountWord } from '../../flow/feed-health.ts';
import { BankFeedAccountsChosenEvent } from '../events/accounts-chosen.ts';
import { accountBalance, accountName, hasSeveralCurrencies } from '../internal/account-parts.ts';
import { BankFeedElement } from '../internal/base-element.ts';
import type { FeedHub } from '../internal/feed-hub.ts';
import { allPages } from '../internal/pages.ts';
import { platformName } from '../internal/platform.ts';
import { about, problemNote, stateBadge, wordsOf } from '../internal/templates.ts';
import { base } from '../styles/base.ts';
import { controls } from '../styles/controls.ts';
import { rows } from '../styles/rows.ts';
import { tokens } from '../styles/tokens.ts';
import { offerForm } from './account-offer.ts';
import { accountsStyles } from './bank-feed-accounts.styles.ts';

interface Accounts {
  /** The linked connection; without one there is nothing to choose for. */
  readonly connection: Connection | undefined;
  readonly items: readonly Account[];
}

/**
 * The customer's accounts at the host: choose which ones send transactions, rename and remove them, add more later.
 *
 * @tag bank-feed-accounts
 * @attr {string} endpoint - Address of the proxy, for an element without a provider.
 * @prop {GetToken} getToken - Session tokens, for an element without a provider.
 * @prop {FeedApi} api - A host's own implementation, instead of `endpoint`.
 * @prop {Partial<Texts>} texts - Texts in place of ours, by key.
 * @prop {ElementState} state - Read only; also as `:state(…)`.
 * @fires {BankFeedStateChangeEvent} bank-feed-state-change - `state` has changed.
 * @fires {BankFeedAccountsChosenEvent} bank-feed-accounts-chosen - Accounts were chosen and accepted.
 * @fires {BankFeedSessionExpiredEvent} bank-feed-session-expired - The session is over.
 * @fires {BankFeedErrorEvent} bank-feed-error - Something failed; the element shows it too.
 * @csspart base, heading, row, refusal, state, button, primary-button, danger-button, dialog, problem
 * @cssprop --bank-feed-accent - The one colour all others are mixed from.
 */
export class BankFeedAccounts extends BankFeedElement<Accounts> {
  static override styles = [tokens, base, controls, rows, accountsStyles];

  @state() private picked: ReadonlySet<string> = new Set();
  @state() private refusals: FeedApiError['itemErrors'] = [];
  @state() private renaming: string | undefined;
  @state() private nothingPicked = false;
  @state() private adding = false;

  protected override reset(): void {
    this.picked = new Set();
    this.refusals = [];
    this.renaming = undefined;
    this.nothingPicked = false;
    this.adding = false;
  }

  protected override async read(api: FeedApi, hub: FeedHub, signal: AbortSignal): Promise<Accounts> {
    const connection = currentConnection(await hub.state());
    if (connection?.status !== 'linked') return { connection: undefined, items: [] };
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
    return !connection ? 'none' : items.some(({ status }) => status !== 'offered') ? 'chosen' : 'choose';
  }

  protected override content({ connection, items }: Accounts): TemplateResult {
    const { t } = this.locale;
    if (!connection) return html`<p class="muted">${t('accounts.connect-first')}</p>`;
    if (items.length === 0) return html`<p class="muted">${t('accounts.none')}</p>`;
    const chosen = items.filter(({ status }) => status !== 'offered');
    const offered = items.filter(({ status }) => status === 'offered');
    const several = hasSeveralCurrencies(items);
    return html`
      ${this.#problem('choose')} ${chosen.length > 0 ? this.#chosen(connection, chosen, several) : nothing}
      ${
        offered.length === 0
          ? nothing
          : chosen.length === 0
            ? html`<p>
                  ${this.locale.rich('accounts.intro', { platform: platformName(connection.platform, this.locale) })}
                </p>
                ${this.#offer(connection, offered, several)}`
            : html`<details .open=${this.adding} @toggle=${this.#toggled}>
                <summary>${t('accounts.add')}</summary>
                ${this.#offer(connection, offered, several)}
              </details>`
      }
    `;
  }

  #chosen(connection: Connection, accounts: readonly Account[], several: boolean): TemplateResult {
    const { t } = this.locale;
    return html`<ul class="list rows table" aria-label=${t('accounts.chosen')}>
      <li class="columns" aria-hidden="true">
        <span>${t('column.account')}</span><span class="end">${t('column.balance')}</span>
        <span>${t('column.state')}</span><span></span>
      </li>
      ${repeat(
        accounts,
        ({ id }) => id,
        (account) =>
          html`<li class="row" part="row" data-account=${account.id}>
            ${this.renaming === account.id ? this.#rename(connection, account) : this.#row(connection, account, several)}
            ${this.#problem(account.id)}
          </li>`,
      )}
    </ul>`;
  }

  #row(connection: Connection, account: Account, several: boolean): TemplateResult {
    const { t } = this.locale;
    const busy = this.actions.busy(account.id);
    return html`<div class="who">${accountName(account, this.locale)}</div>
      <p class="balance">${accountBalance(account, this.locale, several)}</p>
      ${stateBadge(accountWord(account.status), this.locale)}
      <div class="wide cell row-buttons">
        <button
          type="button"
          class="plain"
          part="button"
          aria-disabled=${busy}
          @click=${() => !busy && this.#edit(account.id)}
        >
          ${t('accounts.rename')}${about(account.name)}
        </button>
        <button
          type="button"
          class="plain danger"
          part="button danger-button"
          aria-disabled=${busy}
          @click=${() => this.#remove(connection, account)}
        >
          ${t('accounts.remove')}${about(account.name)}
        </button>
      </div>`;
  }

  #rename(connection: Connection, account: Account): TemplateResult {
    const { t } = this.locale;
    const submit = (event: SubmitEvent) => {
      event.preventDefault();
      void this.#renamed(connection, account);
    };
    return html`<form class="wide rename" @submit=${submit}>
      <div class="field">
        <label for="name">${t('accounts.rename.label')}</label>
        <input
          id="name"
          .value=${account.name}
          pattern=".*\\S.*"
          maxlength="200"
          required
          autocomplete="off"
          translate="no"
        />
      </div>
      <div class="buttons">
        <button type="submit" part="button" aria-disabled=${this.actions.busy(account.id)}>
          ${t('accounts.rename.save')}
        </button>
        <button type="button" class="plain" part="button" @click=${() => this.#edit(undefined)}>
          ${t('accounts.rename.cancel')}
        </button>
      </div>
    </form>`;
  }

  #offer(connection: Connection, accounts: readonly Account[], several: boolean): TemplateResult {
    return offerForm(
      {
        accounts,
        several,
        picked: this.picked,
        refusals: this.refusals,
        nothingPicked: this.nothingPicked,
        busy: this.actions.busy('choose'),
        pick: (change) => {
          this.picked = change(this.picked);
          this.nothingPicked = false;
        },
        submit: () => void this.#choose(connection, accounts),
      },
      this.locale,
    );
  }

  #problem(name: string): unknown {
    const error = this.actions.error(name);
    if (!error || error.code === 'unauthenticated') return nothing;
    return html`<div class="wide">${problemNote(error, this.locale)}</div>`;
  }

  #toggled = (event: ToggleEvent): void => {
    this.adding = event.newState === 'open';
  };

  async #choose(connection: Connection, offered: readonly Account[]): Promise<void> {
    if (this.actions.busy('choose')) return;
    const ids = offered.filter(({ id }) => this.picked.has(id)).map(({ id }) => id);
    this.nothingPicked = ids.length === 0;
    if (this.nothingPicked) {
      this.renderRoot.querySelector<HTMLInputElement>('.offer input')?.focus();
      return;
    }
    this.refusals = [];
    let taken: readonly string[] = [];
    const done = await this.change('choose', async (api, signal) => {
      try {
        const { items, itemErrors } = await api.chooseAccounts(connection.id, ids, { signal });
        taken = items.map(({ id }) => id);
        this.refusals = itemErrors;
      } catch (thrown) {
        const error = toFeedApiError(thrown);
        // A refusal has its place at an account; one without an account belongs to the only one asked for.
        const [only] = ids.length === 1 ? ids : [];
        const placed = wordsOf(error).map(({ itemId = only, code, message }) => ({ itemId, code, message }));
        if (placed.length === 0 || placed.some(({ itemId }) => !itemId || !ids.includes(itemId))) throw thrown;
        this.refusals = placed;
      }
    });
    if (!done) return;
    this.picked = new Set(this.refusals.flatMap(({ itemId }) => itemId ?? []));
    this.adding = this.refusals.length > 0;
    if (taken.length > 0) this.dispatchEvent(new BankFeedAccountsChosenEvent(connection.id, taken));
    const { t } = this.locale;
    const refused = this.refusals.length;
    this.announcer.say(
      [
        taken.length > 0 && t('accounts.added', { count: taken.length }),
        refused > 0 && t('accounts.refused', { count: refused }),
      ]
        .filter(Boolean)
        .join(' '),
    );
  }

  async #edit(id: string | undefined): Promise<void> {
    const before = this.renaming;
    this.renaming = id;
    await this.updateComplete;
    if (id) this.renderRoot.querySelector<HTMLInputElement>('#name')?.select();
    else this.#rowOf(before)?.querySelector('button')?.focus();
  }

  #rowOf(id: string | undefined): HTMLElement | undefined {
    return [...this.renderRoot.querySelectorAll<HTMLElement>('[data-account]')].find(
      ({ dataset }) => dataset['account'] === id,
    );
  }

  async #renamed(connection: Connection, account: Account): Promise<void> {
    const name = this.renderRoot.querySelector<HTMLInputElement>('#name')?.value.trim();
    if (!name || this.actions.busy(account.id)) return;
    if (name !== account.name) {
      const done = await this.change(account.id, async (api, signal) => {
        await api.renameAccount(connection.id, account.id, name, { signal });
      });
      if (!done) return;
      this.announcer.say(this.locale.t('accounts.renamed', { name }));
    }
    await this.#edit(undefined);
  }

  async #remove(connection: Connection, account: Account): Promise<void> {
    if (this.actions.busy(account.id)) return;
    const { t } = this.locale;
    const platform = platformName(connection.platform, this.locale);
    const confirmed = await this.question.ask({
      title: t('accounts.remove.title', { name: account.name }),
      body: [this.locale.rich('stop.account', { platform }), this.locale.rich('accounts.remove.stays', { platform })],
      confirm: t('accounts.remove.confirm'),
      cancel: t('accounts.remove.keep'),
    });
    if (!confirmed) return;
    const done = await this.change(account.id, (api, signal) =>
      api.removeAccount(connection.id, account.id, { signal }),
    );
    if (!done) return;
    this.announcer.say(t('accounts.removed', { name: account.name }));
    this.focusHeading();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'bank-feed-accounts': BankFeedAccounts;
  }
}
