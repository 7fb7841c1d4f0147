import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { FeedApiError } from '../../client/errors.ts';
import type { FeedApi } from '../../client/feed-api.ts';
import type { PlatformKey } from '../../contract/platforms.ts';
import type { Connection, FeedState } from '../../contract/schemas.ts';
import {
  connectionView,
  platformChoices,
  type ConnectionView,
  type PlatformChoice,
} from '../../flow/connection-view.ts';
import { BankFeedConnectedEvent } from '../events/connected.ts';
import { BankFeedConnectionStartedEvent } from '../events/connection-started.ts';
import { BankFeedConsentEvent } from '../events/consent.ts';
import { BankFeedDisconnectedEvent } from '../events/disconnected.ts';
import { BankFeedNavigateEvent, type NavigateReason } from '../events/navigate.ts';
import { BankFeedElement } from '../internal/base-element.ts';
import type { FeedHub } from '../internal/feed-hub.ts';
import { platformName, platformText } from '../internal/platform.ts';
import { outside, problemNote, stateBadge } from '../internal/templates.ts';
import { base } from '../styles/base.ts';
import { controls } from '../styles/controls.ts';
import { tokens } from '../styles/tokens.ts';
import { connectStyles } from './bank-feed-connect.styles.ts';
import { consentText, monogram, platformChoice } from './platform-choice.ts';

/**
 * Connects the accounting software: choose it, read what will happen, authorize there, come back. Shows what is
 * connected, and lets it be disconnected or connected again.
 *
 * @tag bank-feed-connect
 * @attr {string} endpoint - Address of the proxy, for an element without a provider.
 * @prop {GetToken} getToken - Session tokens, for an element without a provider.
 * @prop {FeedApi} api - A host's own implementation, instead of `endpoint`.
 * @prop {Partial<Texts>} texts - Texts in place of ours, by key.
 * @prop {ElementState} state - Read only; also as `:state(…)`.
 * @slot logo-{platform} - Logo of an accounting software, 36 px, where the host has the right to show it.
 * @slot terms - The host's terms, below the consent text.
 * @fires {BankFeedStateChangeEvent} bank-feed-state-change - `state` has changed.
 * @fires {BankFeedConsentEvent} bank-feed-consent - The customer agreed to connect.
 * @fires {BankFeedConnectionStartedEvent} bank-feed-connection-started - A connection was made, not yet authorized.
 * @fires {BankFeedNavigateEvent} bank-feed-navigate - The page is about to be left; cancel to open `url` yourself.
 * @fires {BankFeedConnectedEvent} bank-feed-connected - The software became connected.
 * @fires {BankFeedDisconnectedEvent} bank-feed-disconnected - The customer disconnected it.
 * @fires {BankFeedSessionExpiredEvent} bank-feed-session-expired - The session is over.
 * @fires {BankFeedErrorEvent} bank-feed-error - Something failed; the element shows it too.
 * @csspart base, heading, choice, consent, not-yet, card, state, button, primary-button, danger-button, dialog, problem
 * @cssprop --bank-feed-accent - The one colour all others are mixed from.
 */
export class BankFeedConnect extends BankFeedElement<FeedState> {
  static override styles = [tokens, base, controls, connectStyles];

  @state() private selected: PlatformKey | undefined;
  @state() private switching = false;
  protected override readonly bones = 1;
  #shown: ConnectionView['kind'] | undefined;

  protected override reset(): void {
    this.selected = undefined;
    this.switching = false;
  }

  protected override read(_api: FeedApi, hub: FeedHub): Promise<FeedState> {
    return hub.state();
  }

  protected override heading(): unknown {
    return this.locale.t('connect.title');
  }

  protected override isWaiting(value: FeedState): boolean {
    const { kind } = connectionView(value);
    return kind === 'pending' || kind === 'unknown';
  }

  protected override step(value: FeedState): string {
    return connectionView(value).kind;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const view = this.load.value && connectionView(this.load.value);
    const before = this.#shown;
    this.#shown = view?.kind;
    if (view?.kind !== 'linked' || before === undefined || before === 'linked') return;
    this.switching = false;
    this.announcer.say(this.locale.t('connect.linked', { platform: this.#text(view.connection) }));
    this.dispatchEvent(new BankFeedConnectedEvent(view.connection.id));
  }

  protected override content(value: FeedState): TemplateResult {
    const view = connectionView(value);
    return html`${this.#problem('connect')} ${this.#problem('disconnect')}
    ${view.kind === 'choose' ? this.#choose(view.choices) : this.#existing(view, value)}`;
  }

  #existing(view: Exclude<ConnectionView, { kind: 'choose' }>, value: FeedState): unknown {
    switch (view.kind) {
      case 'pending':
        return this.#pending(view.connection);
      case 'accounts-first':
        return this.#pending(view.connection);
      case 'linked':
        return this.#linked(view.connection, view.organization);
      case 'lost':
        return html`${this.#lost(view)} ${this.#other(value)}`;
      default:
        return this.#card(view.connection, 'checking', this.locale.t('connect.unknown'));
    }
  }

  #choose(choices: readonly PlatformChoice[]): TemplateResult {
    const { t } = this.locale;
    if (choices.length === 0) return html`<p>${t('connect.none')}</p>`;
    const chosen = choices.length === 1 ? choices[0] : choices.find(({ platform }) => platform.key === this.selected);
    return html`<form @submit=${this.#submit(chosen)}>
      <p>${t(choices.length === 1 ? 'connect.intro' : 'connect.intro.choose')}</p>
      ${platformChoice({ choices, selected: this.selected, select: (key) => (this.selected = key) }, this.locale)}
      ${chosen ? consentText(chosen, this.locale) : nothing}
      ${chosen ? html`<div class="buttons">${this.#go('connect.go', chosen.platform.key, 'submit')}</div>` : nothing}
    </form>`;
  }

  #pending(connection: Connection): TemplateResult {
    const name = { platform: platformName(connection.platform, this.locale) };
    return this.#card(
      connection,
      'waiting',
      this.locale.rich('connect.pending', name),
      html`${this.#go('connect.continue', connection.platform, 'button', () => this.#leave(connection, 'authorize'))}
        <button
          type="button"
          part="button"
          aria-disabled=${this.actions.anyBusy}
          @click=${() => this.#cancel(connection)}
        >
          ${this.locale.t('connect.cancel')}
        </button>`,
    );
  }

  #linked(connection: Connection, organization: string | undefined): TemplateResult {
    const since = connection.createdAt && this.locale.format.day(connection.createdAt);
    return this.#card(
      connection,
      'connected',
      nothing,
      html`<button
        type="button"
        class="danger"
        part="button danger-button"
        aria-disabled=${this.actions.anyBusy}
        @click=${() => this.#disconnect(connection)}
      >
        ${this.locale.t('connect.disconnect', { platform: this.#text(connection) })}
      </button>`,
      [organization, since ? this.locale.t('connect.since', { date: since }) : ''],
    );
  }

  #lost({ connection, reason }: Extract<ConnectionView, { kind: 'lost' }>): TemplateResult {
    const name = { platform: platformName(connection.platform, this.locale) };
    return this.#card(
      connection,
      reason === 'unlinked' ? 'disconnected' : 'attention',
      this.locale.rich(`connect.${reason}`, name),
      this.#go('connect.again', connection.platform, 'button', () => this.#leave(connection, 'reconnect')),
    );
  }

  /** Another software instead, behind a disclosure: reconnecting is what most people want. */
  #other(value: FeedState): unknown {
    const choices = platformChoices(value);
    if (choices.length < 2) return nothing;
    return html`<details .open=${this.switching} @toggle=${this.#toggled}>
      <summary>${this.locale.t('connect.other')}</summary>
      ${this.switching ? this.#choose(choices) : nothing}
    </details>`;
  }

  #card(
    connection: Connection,
    word: Parameters<typeof stateBadge>[0],
    text: unknown,
    buttons: unknown = nothing,
    [organization, since]: readonly (string | undefined)[] = [],
  ): TemplateResult {
    const name = this.#text(connection);
    return html`<div class="card stack" part="card">
      <div class="connection">
        ${monogram(connection.platform, name)}
        <div class="who">
          <p>${outside(organization ?? name, 'name')}</p>
          ${
            organization || since
              ? html`<p class="small muted">
                  ${organization ? html`${outside(name)}${since ? ' · ' : nothing}` : nothing}${since}
                </p>`
              : nothing
          }
        </div>
        ${stateBadge(word, this.locale)}
      </div>
      ${text === nothing ? nothing : html`<p class="muted">${text}</p>`}
      ${buttons === nothing ? nothing : html`<div class="buttons">${buttons}</div>`}
    </div>`;
  }

  /** The one primary button of a view. */
  #go(
    key: 'connect.go' | 'connect.continue' | 'connect.again',
    platform: string,
    type: 'submit' | 'button',
    click?: () => void,
  ): TemplateResult {
    const busy = this.actions.busy('connect');
    return html`<button
      type=${type}
      class="primary"
      part="button primary-button"
      aria-disabled=${this.actions.anyBusy}
      @click=${click ?? nothing}
    >
      ${this.locale.t(busy ? 'connect.opening' : key, { platform: platformText(platform, this.locale) })}
    </button>`;
  }

  #problem(name: string): unknown {
    const error = this.actions.error(name);
    return error && error.code !== 'unauthenticated' ? problemNote(error, this.locale) : nothing;
  }

  #text(connection: Connection): string {
    return platformText(connection.platform, this.locale);
  }

  #toggled = (event: ToggleEvent): void => {
    this.switching = event.newState === 'open';
  };

  #submit(choice: PlatformChoice | undefined) {
    return (event: SubmitEvent): void => {
      event.preventDefault();
      if (!choice || this.actions.anyBusy) return;
      const { key } = choice.platform;
      this.dispatchEvent(new BankFeedConsentEvent(key));
      void this.change('connect', async (api, signal) => {
        const connection = await api.createConnection(key, { signal });
        this.dispatchEvent(new BankFeedConnectionStartedEvent(connection.id, key));
        await this.#navigate(api, connection, 'authorize', signal);
      });
    };
  }

  #leave(connection: Connection, reason: NavigateReason): void {
    if (this.actions.anyBusy) return;
    void this.change('connect', (api, signal) => this.#navigate(api, connection, reason, signal));
  }

  /** The link is fetched at the click and kept nowhere: it holds a one-time password. */
  async #navigate(api: FeedApi, { id }: Connection, reason: NavigateReason, signal: AbortSignal): Promise<void> {
    const { url } = await api.link(id, { signal });
    if (signal.aborted) return;
    if (!/^https?:\/\//i.test(url)) {
      throw new FeedApiError('invalid_response', {
        detail: 'The link to the accounting software is not a web address.',
      });
    }
    if (this.dispatchEvent(new BankFeedNavigateEvent(url, reason))) location.assign(url);
  }

  #cancel(connection: Connection): void {
    if (this.actions.anyBusy) return;
    void this.change('disconnect', (api, signal) => api.cancelConnection(connection.id, { signal }));
  }

  async #disconnect(connection: Connection): Promise<void> {
    if (this.actions.anyBusy) return;
    const name = { platform: this.#text(connection) };
    const { t } = this.locale;
    const confirmed = await this.question.ask({
      title: t('connect.disconnect.title', name),
      body: [t('connect.disconnect.stops', name), t('stop.stays', name)],
      confirm: t('connect.disconnect', name),
      cancel: t('connect.disconnect.keep'),
    });
    if (!confirmed) return;
    const done = await this.change('disconnect', async (api, signal) => {
      await api.disconnect(connection.id, { signal });
    });
    if (!done) return;
    this.announcer.say(t('connect.disconnected', name));
    this.dispatchEvent(new BankFeedDisconnectedEvent(connection.id));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'bank-feed-connect': BankFeedConnect;
  }
}
