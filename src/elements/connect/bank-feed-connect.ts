import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { FeedApi } from '../../client/feed-api.ts';
import { isPlatformKey, type Platform, type PlatformKey } from '../../contract/platforms.ts';
import type { Connection, FeedState } from '../../contract/schemas.ts';
import {
  authorizesInside,
  connectionView,
  platformChoices,
  platformOf,
  type ConnectionView,
  type PlatformChoice,
} from '../../flow/connection-view.ts';
import { attemptProblem, returnHint, type AttemptProblem } from '../../flow/return-hint.ts';
import { BankFeedConnectedEvent } from '../events/connected.ts';
import { BankFeedHandoverEvent } from '../events/handover.ts';
import { BankFeedElement } from '../internal/base-element.ts';
import type { FeedHub } from '../internal/feed-hub.ts';
import { cameBack } from '../internal/leaving.ts';
import { platformName, platformText } from '../internal/platform.ts';
import { icon } from '../internal/templates.ts';
import { base } from '../styles/base.ts';
import { controls } from '../styles/controls.ts';
import { tokens } from '../styles/tokens.ts';
import { connectStyles } from './bank-feed-connect.styles.ts';
import { ConnectSteps } from './connect-steps.ts';
import { attemptNote, connectionCard } from './connection-card.ts';
import { consentText } from './consent.ts';
import { CredentialsScreen } from './credentials-screen.ts';
import { OneTimePasswordScreen } from './one-time-password-screen.ts';
import { platformChoice } from './platform-choice.ts';

/** The address says it once: it stays the same long after the customer has come back. */
let hintTaken = false;

/** What there is to say of a connection in one sentence; empty while it is open. */
type Outcome = 'linked' | 'unlinked' | 'deauthorized' | AttemptProblem | '';

/**
 * Connects the accounting software: choose it, read what will happen, authorize there or type in what is shown here,
 * come back. Shows what is connected, and lets it be disconnected, connected again or exchanged for another one.
 *
 * @tag bank-feed-connect
 * @attr {string} endpoint - Address of the proxy, for an element without a provider.
 * @attr {string} country - The company's country (ISO 3166, such as `GB`): software without feeds there stands last.
 * @attr {'here' | 'page'} quickbooks-sign-in - Where user name and password for QuickBooks are shown: in this element
 *   (`here`, the default), or on Codat's own page, which it leads to.
 * @attr {boolean} handover - Offers "Ask my accountant", which only fires `bank-feed-handover`.
 * @attr {boolean} sign-in - Shows what is entered in QuickBooks or Sage at once, where that is connected already.
 * @prop {GetToken} getToken - Session tokens, for an element without a provider.
 * @prop {FeedApi} api - A host's own implementation, instead of `endpoint`.
 * @prop {Partial<Texts>} texts - Texts in place of ours, by key; `connect.partner` is the name under which the
 *   customer finds you in QuickBooks and Sage.
 * @prop {ElementState} state - Read only; also as `:state(…)`.
 * @slot logo-{platform} - Logo of an accounting software, 36 px, where the host has the right to show it.
 * @slot partner-logo - The host's logo, above the consent.
 * @slot partner-name - The host's name in the consent; otherwise the text `connect.partner`.
 * @slot purpose - What the data is used for, in place of our words.
 * @slot access - What is shared and read, in place of our words.
 * @slot retention - For how long, in place of our words.
 * @slot terms - The host's terms, below the consent.
 * @fires {BankFeedStateChangeEvent} bank-feed-state-change - `state` has changed.
 * @fires {BankFeedConsentEvent} bank-feed-consent - The customer agreed to connect.
 * @fires {BankFeedConnectionStartedEvent} bank-feed-connection-started - A connection was made, not yet authorized.
 * @fires {BankFeedNavigateEvent} bank-feed-navigate - The page is about to be left; cancel to open `url` yourself.
 * @fires {BankFeedConnectedEvent} bank-feed-connected - The software became connected.
 * @fires {BankFeedDisconnectedEvent} bank-feed-disconnected - The customer disconnected it.
 * @fires {BankFeedHandoverEvent} bank-feed-handover - The customer wants somebody else to take this step.
 * @fires {BankFeedSessionExpiredEvent} bank-feed-session-expired - The session is over.
 * @fires {BankFeedErrorEvent} bank-feed-error - Something failed; the element shows it too.
 * @csspart base, heading, search, field, choice, unsuitable, consent, card, attempt, steps, countdown, revoked, state, button
 * @csspart primary-button, danger-button, dialog, problem, stale, session, developer-note
 * @cssprop --bank-feed-accent - The one colour all others are mixed from.
 */
export class BankFeedConnect extends BankFeedElement<FeedState> {
  static override styles = [tokens, base, controls, connectStyles];

  /** The company's country, ISO 3166. */
  @property() country?: string;
  /** `page` leads to Codat's own page with user name and password for QuickBooks. */
  @property({ attribute: 'quickbooks-sign-in' }) quickbooksSignIn: 'here' | 'page' = 'here';
  /** Whether to offer that somebody else takes this step. */
  @property({ type: Boolean }) handover = false;
  /** Whether what is entered in the software is in sight at once, where that is connected. */
  @property({ type: Boolean, attribute: 'sign-in' }) signIn = false;

  @state() private selected: PlatformKey | undefined;
  @state() private query = '';
  /** The disclosure that is open; one at a time, so that a view has one primary button. */
  @state() private opened: 'other' | 'sign-in' | undefined;
  protected override readonly bones = 1;
  readonly #parts = {
    locale: this.locale,
    announcer: this.announcer,
    question: this.question,
    actions: this.actions,
  };
  readonly #steps = new ConnectSteps(this, {
    ...this.#parts,
    change: (name, work) => this.change(name, work),
    leaving: () => (this.#hint = undefined),
    opened: ({ platform }, end) => {
      if (platformOf(platform)?.connect === 'credentials') this.#credentials.opened(end);
    },
  });
  readonly #credentials = new CredentialsScreen(this, {
    ...this.#parts,
    onPage: () => this.quickbooksSignIn === 'page',
    openPage: (connection) => this.#steps.leave(connection),
  });
  readonly #oneTimePassword = new OneTimePasswordScreen(this, this.#parts);
  #outcome: Outcome | undefined;
  #step = '';
  #connected = 0;
  #hint: AttemptProblem | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    if (hintTaken) return;
    this.#hint = returnHint(location.search);
    hintTaken = this.#hint !== undefined;
  }

  protected override reset(): void {
    this.#leaveStep();
    // The first company is the one whose customer came back.
    if (this.#step !== '') this.#hint = undefined;
  }

  protected override read(_api: FeedApi, hub: FeedHub): Promise<FeedState> {
    return hub.state();
  }

  protected override heading(): unknown {
    return this.locale.t('connect.title');
  }

  protected override isWaiting(value: FeedState): boolean {
    const view = this.#view(value);
    return view.kind === 'unknown' || (view.kind === 'pending' && !this.#attempt(view.connection));
  }

  protected override step(value: FeedState): string {
    const view = this.#view(value);
    return view.kind === 'choose' ? view.kind : `${view.kind} ${view.connection.id}`;
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const step = this.load.value ? this.step(this.load.value) : '';
    this.#arrived();
    if (step === this.#step) return;
    const first = this.#step === '';
    this.#step = step;
    this.#leaveStep();
    if (first && this.signIn && step.startsWith('linked')) this.opened = 'sign-in';
    // What did not work before is past: it has worked by now, from here or elsewhere.
    this.actions.dismiss(step.startsWith('linked') ? 'connect' : 'disconnect');
  }

  /** A one-time password works for one account: it goes with the account that came by it. */
  #arrived(): void {
    const count = this.load.value?.accounts.filter(({ status }) => status === 'connected').length ?? 0;
    if (count > this.#connected) this.#oneTimePassword.forget();
    this.#connected = count;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const view = this.load.value && this.#view(this.load.value);
    const before = this.#outcome;
    this.#outcome = view && this.#outcomeOf(view);
    if (!view || view.kind === 'choose' || !this.#outcome || before === this.#outcome) return;
    const { connection } = view;
    const returned = view.kind === 'linked' && cameBack(connection.id);
    // The first look reads itself; what changes before the customer's eyes is said, or while they were away for it.
    if (before === undefined && !returned) return;
    this.announcer.say(this.locale.t(`connect.${this.#outcome}`, { platform: this.#text(connection) }));
    if (view.kind === 'linked') this.dispatchEvent(new BankFeedConnectedEvent(connection.id, connection.platform));
  }

  protected override content(value: FeedState): TemplateResult {
    const view = this.#view(value);
    return html`${['connect', 'disconnect', 'sign-in', 'revoke'].map((name) => this.problem(name))}
    ${view.kind === 'choose' ? this.#choose(view.choices) : this.#existing(view, value)}`;
  }

  #existing(view: Exclude<ConnectionView, { kind: 'choose' }>, value: FeedState): unknown {
    const { connection } = view;
    switch (view.kind) {
      case 'pending':
        return this.#pending(connection, view.platform);
      case 'accounts-first':
        return connectionCard(
          connection,
          {
            word: 'waiting',
            body: html`<p>${this.locale.rich('connect.accounts-first', this.#name(connection))}</p>`,
            buttons: html`${this.#cancelButton(connection)}${this.#handoverButton(connection)}`,
          },
          this.locale,
        );
      case 'linked':
        return html`${this.#linked(view)} ${this.#again(view)} ${this.#other(value, connection)}`;
      case 'lost':
        return html`${this.#lost(view)} ${this.#other(value, connection)}`;
      default: {
        const body = html`<p class="muted">${this.locale.t('connect.unknown')}</p>`;
        return connectionCard(connection, { word: 'checking', body }, this.locale);
      }
    }
  }

  #choose(choices: readonly PlatformChoice[], from?: Connection): TemplateResult {
    const { t } = this.locale;
    if (choices.length === 0) return html`<p>${t('connect.none')}</p>`;
    const chosen = choices.length === 1 ? choices[0] : choices.find(({ platform }) => platform.key === this.selected);
    const options = {
      choices,
      selected: this.selected,
      select: (key: PlatformKey) => void this.#select(key),
      query: this.query,
      search: (query: string) => (this.query = query),
    };
    const go = from?.status === 'linked' ? 'connect.switch' : 'connect.go';
    return html`<form @submit=${this.#submit(chosen, from)}>
      ${from ? nothing : html`<p>${t(choices.length === 1 ? 'connect.intro' : 'connect.intro.choose')}</p>`}
      ${platformChoice(options, this.locale)}
      <div class="chosen">
        ${chosen ? consentText(chosen, this.locale) : nothing}
        <div class="buttons">
          ${chosen ? this.#go(go, chosen.platform.key, 'submit') : nothing}
          ${from ? nothing : this.#handoverButton(undefined, chosen?.platform.key)}
        </div>
      </div>
    </form>`;
  }

  /** What the choice leads to may be below the screen. Whoever goes through the choices by the keyboard stays with them. */
  async #select(key: PlatformKey): Promise<void> {
    this.selected = key;
    await this.updateComplete;
    if (this.renderRoot.querySelector('.choice :focus-visible')) return;
    const behavior = matchMedia('(prefers-reduced-motion: reduce)').matches ? 'instant' : 'smooth';
    this.renderRoot.querySelector('.chosen')?.scrollIntoView({ block: 'nearest', behavior });
  }

  #pending(connection: Connection, platform: Platform | undefined): TemplateResult {
    const attempt = this.#attempt(connection);
    const note = attempt ? attemptNote(attempt, connection, this.locale) : nothing;
    const rest = html`${this.#cancelButton(connection)}${this.#handoverButton(connection)}`;
    const inside = this.#signIn(connection, platform, true);
    if (inside !== nothing) {
      const waiting = html`<div class="waits">
        ${icon('waiting')}
        <p>${this.locale.rich('inside.waiting', this.#name(connection))}</p>
      </div>`;
      return connectionCard(connection, { word: 'waiting', body: [note, inside, waiting], buttons: rest }, this.locale);
    }
    const go = attempt ? 'problem.retry' : 'connect.continue';
    const leave = () => this.#steps.leave(connection);
    const body = attempt ? note : html`<p>${this.locale.rich('connect.pending', this.#name(connection))}</p>`;
    return connectionCard(
      connection,
      {
        word: attempt ? 'attention' : 'waiting',
        body,
        buttons: html`${this.#go(go, connection.platform, 'button', leave)}${rest}`,
      },
      this.locale,
    );
  }

  #linked({ connection, organization }: Extract<ConnectionView, { kind: 'linked' }>): TemplateResult {
    const buttons = html`<button
      type="button"
      class="danger"
      part="button danger-button"
      aria-disabled=${this.actions.anyBusy}
      @click=${() => this.#steps.disconnect(connection)}
    >
      ${this.locale.t('connect.disconnect', { platform: this.#text(connection) })}
    </button>`;
    return connectionCard(
      connection,
      { word: 'connected', organization, since: connection.createdAt, buttons },
      this.locale,
    );
  }

  /** What is typed into the software is wanted once more, now and then. */
  #again({ connection, platform }: Extract<ConnectionView, { kind: 'linked' }>): unknown {
    if (!authorizesInside(platform)) return nothing;
    const summary = this.locale.rich('inside.again', this.#name(connection));
    return this.#disclosure('sign-in', summary, () => this.#signIn(connection, platform, true));
  }

  #lost({ connection, platform, reason }: Extract<ConnectionView, { kind: 'lost' }>): TemplateResult {
    const attempt = this.#attempt(connection);
    const primary = this.opened === undefined;
    const body = html`${attempt ? attemptNote(attempt, connection, this.locale) : nothing}
      <p>${this.locale.rich(`connect.${reason}`, this.#name(connection))}</p>
      ${this.#signIn(connection, platform, primary)}`;
    const leave = () => this.#steps.leave(connection);
    const again = authorizesInside(platform)
      ? nothing
      : this.#go('connect.again', connection.platform, 'button', leave, primary);
    const word = reason === 'unlinked' ? 'disconnected' : 'attention';
    const buttons = again === nothing && !this.handover ? nothing : [again, this.#handoverButton(connection)];
    return connectionCard(connection, { word, body, buttons }, this.locale);
  }

  /** Another software instead, behind a disclosure: most people want the one they have. */
  #other(value: FeedState, connection: Connection): unknown {
    const choices = platformChoices(value, this.country).filter(({ platform }) => platform.key !== connection.platform);
    if (choices.length === 0) return nothing;
    return this.#disclosure('other', this.locale.t('connect.other'), () => this.#choose(choices, connection));
  }

  #disclosure(name: 'other' | 'sign-in', summary: unknown, inside: () => unknown): TemplateResult {
    const open = this.opened === name;
    return html`<details .open=${open} @toggle=${(event: ToggleEvent) => this.#toggled(name, event)}>
      <summary><span>${summary}</span></summary>
      ${open ? inside() : nothing}
    </details>`;
  }

  /** The screen with what is typed into QuickBooks or Sage; `nothing` where the customer goes to the software's page. */
  #signIn(connection: Connection, platform: Platform | undefined, primary: boolean): unknown {
    switch (platform?.connect) {
      case 'credentials':
        return this.#credentials.template(connection, platform, primary);
      case 'one-time-password':
        return this.#oneTimePassword.template(connection, platform, primary);
      default:
        return nothing;
    }
  }

  #go(
    key: 'connect.go' | 'connect.switch' | 'connect.continue' | 'connect.again' | 'problem.retry',
    platform: string,
    type: 'submit' | 'button',
    click?: () => void,
    primary = true,
  ): TemplateResult {
    const name = { platform: platformText(platform, this.locale) };
    return html`<button
      type=${type}
      class=${primary ? 'primary' : ''}
      part="button ${primary ? 'primary-button' : ''}"
      aria-disabled=${this.actions.anyBusy}
      @click=${click ?? nothing}
    >
      ${this.locale.t(this.actions.busy('connect') ? 'connect.opening' : key, name)}
    </button>`;
  }

  #cancelButton(connection: Connection): TemplateResult {
    return html`<button
      type="button"
      part="button"
      aria-disabled=${this.actions.anyBusy}
      @click=${() => this.#steps.cancel(connection)}
    >
      ${this.locale.t('connect.cancel')}
    </button>`;
  }

  #handoverButton(connection: Connection | undefined, platform?: PlatformKey): unknown {
    if (!this.handover) return nothing;
    const key = connection && isPlatformKey(connection.platform) ? connection.platform : platform;
    const fire = () => this.dispatchEvent(new BankFeedHandoverEvent(connection?.id, key));
    return html`<button type="button" part="button" @click=${fire}>${this.locale.t('connect.handover')}</button>`;
  }

  #view(value: FeedState): ConnectionView {
    return connectionView(value, this.country);
  }

  /** What the address says is about a customer who was sent to another page, and only until the next step is taken. */
  #attempt(connection: Connection): AttemptProblem | undefined {
    return attemptProblem(connection, authorizesInside(platformOf(connection.platform)) ? undefined : this.#hint);
  }

  #outcomeOf(view: ConnectionView): Outcome {
    if (view.kind === 'linked') return view.kind;
    if (view.kind !== 'pending' && view.kind !== 'lost') return '';
    return this.#attempt(view.connection) ?? (view.kind === 'lost' ? view.reason : '');
  }

  #text(connection: Connection): string {
    return platformText(connection.platform, this.locale);
  }

  #name(connection: Connection): { readonly platform: unknown } {
    return { platform: platformName(connection.platform, this.locale) };
  }

  #toggled(name: 'other' | 'sign-in', event: ToggleEvent): void {
    const open = event.newState === 'open';
    // The other one opens before this one has told that it closed.
    if (open === (this.opened === name)) return;
    if (this.opened === 'sign-in') this.#forgetSecrets();
    else this.#forgetChoice();
    this.opened = open ? name : undefined;
  }

  /** What was begun or shown on a step does not outlive it. */
  #leaveStep(): void {
    this.opened = undefined;
    this.#forgetChoice();
    this.#forgetSecrets();
  }

  #forgetChoice(): void {
    this.selected = undefined;
    this.query = '';
  }

  #forgetSecrets(): void {
    this.#credentials.forget();
    this.#oneTimePassword.forget();
    this.actions.dismiss('sign-in');
    this.actions.dismiss('revoke');
  }

  #submit(choice: PlatformChoice | undefined, from: Connection | undefined) {
    return (event: SubmitEvent): void => {
      event.preventDefault();
      if (choice) void this.#steps.begin(choice.platform, from);
    };
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'bank-feed-connect': BankFeedConnect;
  }
}
