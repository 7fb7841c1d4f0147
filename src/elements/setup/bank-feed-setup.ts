import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { FeedApiError } from '../../client/errors.ts';
import type { FeedApi } from '../../client/feed-api.ts';
import type { FeedState } from '../../contract/schemas.ts';
import { currentConnection } from '../../flow/connection-view.ts';
import {
  afterChoosing,
  setupStages,
  setupStep,
  setupView,
  toSignIn,
  type SetupPart,
  type SetupView,
  type Sitting,
} from '../../flow/setup-flow.ts';
import type { BankFeedAccounts } from '../accounts/bank-feed-accounts.ts';
import '../accounts/bank-feed-accounts.ts';
import '../connect/bank-feed-connect.ts';
import { BankFeedCloseEvent } from '../events/close.ts';
import { BankFeedConnectedEvent } from '../events/connected.ts';
import { BankFeedFinishedEvent } from '../events/finished.ts';
import type { BankFeedStepEvent } from '../events/step.ts';
import { BankFeedElement } from '../internal/base-element.ts';
import { ContextProvider } from '../internal/context.ts';
import type { FeedHub } from '../internal/feed-hub.ts';
import { cameBack } from '../internal/leaving.ts';
import { platformText } from '../internal/platform.ts';
import type { Texts } from '../internal/texts.ts';
import '../mapping/bank-feed-mapping.ts';
import '../status/bank-feed-status.ts';
import { base } from '../styles/base.ts';
import { controls } from '../styles/controls.ts';
import { tokens } from '../styles/tokens.ts';
import { setupStyles } from './bank-feed-setup.styles.ts';
import { manageList, setupEnd } from './setup-end.ts';
import { setupNavigation } from './setup-navigation.ts';
import { setupProgress, stageName } from './setup-progress.ts';

/** Parts of the elements inside, under their own names; their `base` and `progress` are those of the step. */
const exported = [
  'base:step-base, progress:step-progress, heading, field, disclosure, button, primary-button, danger-button, state, row',
  'card, search, filters, filter, toolbar, problem, refusal, stale, session, dialog, steps, choice, unsuitable, consent',
  'attempt, countdown, revoked, suggestions, suggestion, picker, option, summary, connection, picture, developer-note',
  'state-connected, state-waiting, state-attention, state-disconnected, state-checking',
].join(', ');

/**
 * The whole way in order: connect the software, choose accounts, say where their transactions go, and see that they
 * arrive. Begins where the server says the customer is; shows how things stand to those who come back later.
 * Stands in the page or in the host's own dialog.
 *
 * @tag bank-feed-setup
 * @attr {string} endpoint - Address of the proxy, for an element without a provider.
 * @attr {string} country - The company's country (ISO 3166): software without feeds there is offered last.
 * @attr {'here' | 'page'} quickbooks-sign-in - As of `<bank-feed-connect>`.
 * @attr {boolean} handover - As of `<bank-feed-connect>`.
 * @attr {'codat'} mapping-mode - As of `<bank-feed-mapping>`.
 * @attr {boolean} closable - Shows a button to leave. Ask with `close()` where the host's own dialog is dismissed.
 * @prop {GetToken} getToken - Session tokens, for an element without a provider.
 * @prop {FeedApi} api - A host's own implementation, instead of `endpoint`.
 * @prop {Partial<Texts>} texts - Texts in place of ours, by key.
 * @prop {ElementState} state - Read only; also as `:state(…)`.
 * @slot logo-{platform}, partner-logo, partner-name, purpose, access, retention, terms - As of `<bank-feed-connect>`.
 * @fires {BankFeedStateChangeEvent} bank-feed-state-change - `state` has changed.
 * @fires {BankFeedFinishedEvent} bank-feed-finished - The customer has come to the end, here and now; once a way.
 * @fires {BankFeedCloseEvent} bank-feed-close - The customer wants to leave.
 * @fires {BankFeedConsentEvent} bank-feed-consent - The customer agreed to connect.
 * @fires {BankFeedConnectionStartedEvent} bank-feed-connection-started - A connection was made, not yet authorized.
 * @fires {BankFeedNavigateEvent} bank-feed-navigate - The page is about to be left; cancel to open `url` yourself.
 * @fires {BankFeedConnectedEvent} bank-feed-connected - The software became connected.
 * @fires {BankFeedDisconnectedEvent} bank-feed-disconnected - The customer disconnected it, or one account.
 * @fires {BankFeedAccountsChosenEvent} bank-feed-accounts-chosen - Accounts were chosen and accepted.
 * @fires {BankFeedMappedEvent} bank-feed-mapped - The software took the mapping of an account.
 * @fires {BankFeedHandoverEvent} bank-feed-handover - The customer wants somebody else to sign in.
 * @fires {BankFeedSessionExpiredEvent} bank-feed-session-expired - The session is over.
 * @fires {BankFeedErrorEvent} bank-feed-error - Something failed; the element shows it too.
 * @csspart base, progress, close, navigation, manage, heading, button, primary-button, dialog, problem, stale, session,
 *   developer-note - Its own.
 * @csspart step-base, step-progress - `base` and `progress` of the element inside; its other parts keep their names.
 * @cssprop --bank-feed-accent - The one colour all others are mixed from.
 */
export class BankFeedSetup extends BankFeedElement<FeedState> {
  static override styles = [tokens, base, controls, setupStyles];

  @property() country?: string;
  @property({ attribute: 'quickbooks-sign-in' }) quickbooksSignIn: 'here' | 'page' = 'here';
  @property({ type: Boolean }) handover = false;
  @property({ attribute: 'mapping-mode' }) mappingMode?: 'codat';
  @property({ type: Boolean }) closable = false;

  readonly #provider = new ContextProvider(this);
  readonly #slotted = new MutationObserver(() => this.requestUpdate());
  #sitting: Sitting = { mode: 'arriving' };
  #view: SetupView | undefined;
  #shown: SetupView | undefined;
  #linked: boolean | undefined;
  /** The accounts whose ticks are followed. */
  #followed: Element | undefined;
  /** They came to add an account. */
  #adding = false;
  /** They came to see what is entered in the software. */
  #signIn = false;
  /** The customer did what leads elsewhere: focus follows. */
  #acted = false;

  protected override reset(): void {
    this.#sitting = { mode: 'arriving' };
    this.#view = undefined;
    this.#linked = undefined;
    this.#acted = false;
  }

  protected override read(_api: FeedApi, hub: FeedHub): Promise<FeedState> {
    return hub.state();
  }

  protected override isWaiting(value: FeedState): boolean {
    return ['authorize', 'connecting', 'checking'].includes(setupStep(value).step);
  }

  /** The elements inside bring theirs. */
  protected override heading(): unknown {
    if (this.load.error && !this.#view) return this.label();
    return this.#isFinish ? this.#finished : nothing;
  }

  protected override label(): string {
    return this.locale.t('setup.title');
  }

  /** Once there is an element inside, it fails with the same read, and says so. */
  protected override failed(error: FeedApiError): void {
    if (this.load.value === undefined) super.failed(error);
  }

  protected override trouble(): unknown {
    return this.load.value === undefined ? super.trouble() : nothing;
  }

  /** Asks whether to leave where something is left to do, then says so by `bank-feed-close`; the host closes. */
  async close(): Promise<void> {
    const finished = this.#view?.kind === 'set-up';
    const { t } = this.locale;
    const leaves =
      finished ||
      this.#view === undefined ||
      (await this.question.ask({
        title: t('setup.leave.title'),
        body: [t('setup.leave.kept')],
        confirm: t('setup.leave'),
        cancel: t('setup.stay'),
        harmless: true,
      }));
    if (leaves) this.dispatchEvent(new BankFeedCloseEvent(finished));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#slotted.observe(this, { childList: true, subtree: true, attributeFilter: ['slot'] });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#slotted.disconnect();
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (this.#provider.value !== this.given) this.#provider.set(this.given);
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    this.#followTicks();
    const view = this.#view;
    const before = this.#shown;
    this.#shown = view;
    if (!view) return;
    this.#notice();
    if (!before || nameOf(before) === nameOf(view)) return;
    if (view.kind === 'stage') {
      if (before.kind !== 'stage' || before.stage !== view.stage) this.announcer.say(this.#moved(view));
    } else if (before.kind === 'stage' && this.#isFinish) {
      // The heading says so to whoever it is that did it.
      if (!this.#acted) this.announcer.say(this.#finished);
      this.dispatchEvent(new BankFeedFinishedEvent(view.connection.id));
    }
    if (this.#acted) this.followFocus();
    this.#acted = false;
  }

  /** The element that would say so may have made room for the next one already. */
  #notice(): void {
    const connection = this.load.value && currentConnection(this.load.value);
    const linked = connection?.status === 'linked';
    const before = this.#linked;
    this.#linked = linked;
    if (!connection || !linked || before) return;
    if (!cameBack(connection.id) && before === undefined) return;
    // Whoever had gone back to connect it has done what they came for.
    if (this.#sitting.mode === 'walking' && this.#sitting.at === 'connect') this.#go({ mode: 'walking' });
    const stays = this.#view?.kind === 'set-up' && this.#view.part === 'connect';
    if (!stays) this.announcer.say(this.locale.t('connect.linked', { platform: this.#platform }));
    this.dispatchEvent(new BankFeedConnectedEvent(connection.id, connection.platform));
  }

  protected override focusHeading(): void {
    const own = this.renderRoot.querySelector<HTMLElement>('#title');
    const inside = this.renderRoot.querySelector<BankFeedElement<unknown>>('.part > *');
    if (own) own.focus();
    // What came may have made room for the next already.
    else void inside?.updateComplete.then(() => (inside.isConnected ? inside.focus() : this.followFocus()));
  }

  protected override render(): TemplateResult {
    const { value } = this.load;
    // What is ticked is not taken from under the hand: the customer goes on.
    if (this.#ticking && !this.#acted && this.#sitting.mode === 'walking')
      this.#sitting = { mode: 'walking', at: 'accounts' };
    this.#view = value && setupView(value, this.#sitting);
    if (this.#view) this.#sitting = this.#view.sitting;
    return html`${this.#top()}${super.render()}`;
  }

  #top(): unknown {
    const view = this.#view;
    const { value } = this.load;
    const walked = view?.kind === 'stage' ? view : undefined;
    if (!(walked || this.closable || this.#isFinish)) return nothing;
    // A button without a name is nobody's: it only keeps its place.
    return html`<div class="top" lang=${this.locale.language} ?inert=${!this.locale.ready}>
      ${
        value && (walked || this.#isFinish)
          ? setupProgress({ stages: setupStages(value), stage: walked?.stage, platform: this.#platform }, this.locale)
          : nothing
      }
      ${
        this.closable
          ? html`<button type="button" class="plain close" part="button close" @click=${() => this.close()}>
              <span class="unseen">${this.locale.t('setup.close')}</span>${cross}
            </button>`
          : nothing
      }
    </div>`;
  }

  protected override content(): TemplateResult {
    const view = this.#view;
    if (!view) return html``;
    return html`${view.kind === 'set-up' ? this.#before(view) : nothing}
      <div
        class="part"
        @bank-feed-state-change=${stop}
        @bank-feed-connected=${stop}
        @bank-feed-connection-started=${this.#started}
        @bank-feed-accounts-chosen=${this.#chosen}
        @bank-feed-step=${this.#stepped}
        @bank-feed-mapped=${() => (this.#acted = true)}
      >
        ${this.#element(view.part)}
      </div>
      ${
        view.kind === 'stage'
          ? setupNavigation({ ...view, ticking: this.#ticking, go: (sitting) => this.#act(sitting) }, this.locale)
          : view.part === 'overview'
            ? manageList((part) => this.#open(part), this.locale)
            : nothing
      }`;
  }

  #before(view: SetUp): unknown {
    if (view.part !== 'overview') {
      return html`<button type="button" class="plain to-overview" part="button" @click=${() => this.#open(undefined)}>
        ${this.locale.t('setup.overview')}
      </button>`;
    }
    if (!this.#isFinish) return nothing;
    return setupEnd(
      {
        connection: view.connection,
        left: view.left,
        open: (part) => this.#open(part, part === 'accounts'),
        close: this.closable ? () => void this.close() : undefined,
      },
      this.locale,
    );
  }

  #element(part: SetupPart | 'overview'): TemplateResult {
    switch (part) {
      case 'connect':
        return html`<bank-feed-connect
          exportparts=${exported}
          country=${this.country ?? nothing}
          .quickbooksSignIn=${this.quickbooksSignIn}
          .texts=${this.#ownTitle()}
          ?handover=${this.handover}
          ?sign-in=${this.#signIn}
          >${this.#slots()}</bank-feed-connect
        >`;
      case 'accounts':
        return html`<bank-feed-accounts
          id="accounts"
          exportparts=${exported}
          ?adding=${this.#adding}
          steps
        ></bank-feed-accounts>`;
      case 'mapping':
        return html`<bank-feed-mapping
          exportparts=${exported}
          .mappingMode=${this.mappingMode}
          steps
        ></bank-feed-mapping>`;
      default:
        return html`<bank-feed-status exportparts=${exported} steps></bank-feed-status>`;
    }
  }

  /** Where signing in is a step of its own, its heading says what the list of steps says. */
  #ownTitle(): Partial<Texts> | undefined {
    const view = this.#view;
    if (view?.kind !== 'stage' || view.stage !== 'authorize') return undefined;
    return { 'connect.title': stageName(view.stage, this.#platform, this.locale) };
  }

  /** Only those the host has filled: an empty one would take the place of what stands there otherwise. */
  #slots(): TemplateResult[] {
    const names = new Set([...this.children].map(({ slot }) => slot).filter(Boolean));
    return [...names].map((name) => html`<slot name=${name} slot=${name}></slot>`);
  }

  get #isFinish(): boolean {
    const view = this.#view;
    return view?.kind === 'set-up' && view.part === 'overview' && view.sitting.mode === 'finished' && !view.lost;
  }

  get #finished(): string {
    const left = this.#view?.kind === 'set-up' && this.#view.left > 0;
    return this.locale.t(left ? 'setup.finished.partly' : 'setup.finished');
  }

  get #platform(): string {
    const connection = this.load.value && currentConnection(this.load.value);
    return platformText(connection?.platform ?? '', this.locale);
  }

  #moved({ stages, stage }: Walked): string {
    const values = { number: stages.indexOf(stage) + 1, count: stages.length };
    return this.locale.t('setup.moved', { ...values, name: stageName(stage, this.#platform, this.locale) });
  }

  #go(sitting: Sitting): void {
    this.#sitting = sitting;
    this.requestUpdate();
  }

  #act(sitting: Sitting): void {
    this.#signIn = false;
    this.#acted = true;
    this.#go(sitting);
  }

  #open(part: SetupPart | undefined, adding = false): void {
    this.#adding = adding;
    this.#act({ ...this.#sitting, at: part });
  }

  #stepped = (event: BankFeedStepEvent): void => {
    event.stopPropagation();
    if (event.step === 'mapping' || !this.#view) return this.#open(event.step);
    this.#act(toSignIn(this.#view));
    this.#signIn = true;
  };

  #started = (): void => this.#act({ mode: 'walking' });

  /** With some refused, or others ticked meanwhile, there is more to choose. */
  #chosen = (): void => {
    if (this.#view) this.#act(afterChoosing(this.#view, this.#ticking));
  };

  /** Not by its name, which is the page's to choose. */
  get #accounts(): BankFeedAccounts | null {
    return this.renderRoot.querySelector<BankFeedAccounts>('#accounts');
  }

  get #ticking(): boolean {
    return this.#accounts?.begun === true;
  }

  /** What is ticked inside decides about the buttons around it. */
  #followTicks(): void {
    const accounts = this.#accounts;
    if (!accounts || accounts === this.#followed) return;
    this.#followed = accounts;
    let before = accounts.begun;
    accounts.addController({
      hostUpdated: () => {
        if (accounts.begun !== before) this.requestUpdate();
        before = accounts.begun;
      },
    });
  }
}

type SetUp = Extract<SetupView, { kind: 'set-up' }>;
type Walked = Extract<SetupView, { kind: 'stage' }>;

const stop = (event: Event): void => event.stopPropagation();

const cross = html`<svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
  <path d="m6 6 12 12M18 6 6 18" />
</svg>`;

const nameOf = (view: SetupView): string => (view.kind === 'stage' ? `${view.stage} ${view.part}` : view.part);

declare global {
  interface HTMLElementTagNameMap {
    'bank-feed-setup': BankFeedSetup;
  }
}
