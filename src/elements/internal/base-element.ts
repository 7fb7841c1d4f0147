import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { FeedApiError } from '../../client/errors.ts';
import type { FeedApi } from '../../client/feed-api.ts';
import type { GetToken } from '../../client/session.ts';
import { ActionController } from '../controllers/actions.ts';
import { AnnounceController } from '../controllers/announce.ts';
import { LoadController } from '../controllers/load.ts';
import { LocaleController } from '../controllers/locale.ts';
import { QuestionController } from '../controllers/question.ts';
import { SourceController } from '../controllers/source.ts';
import { BankFeedErrorEvent } from '../events/error.ts';
import { BankFeedSessionExpiredEvent } from '../events/session-expired.ts';
import { BankFeedStateChangeEvent, type ElementState } from '../events/state-change.ts';
import { ContextConsumer, type FeedContext } from './context.ts';
import { developerNote, isOwnMachine } from './developer-note.ts';
import type { FeedHub } from './feed-hub.ts';
import { icon, problemNote, undoneNote } from './templates.ts';
import type { Texts } from './texts.ts';

/**
 * What the elements share: where the data comes from, the language, loading, what a person sets going, and the one
 * explicit `state`. A subclass says what it reads, whether it waits, and what it shows.
 */
export abstract class BankFeedElement<Value> extends LitElement {
  /** The proxy's address, for an element without a provider. */
  @property() endpoint?: string;
  /** Resolves to a session token, for an element without a provider. A new function starts a new session. */
  @property({ attribute: false }) getToken?: GetToken;
  /** A host's own way to the data, instead of `endpoint`. */
  @property({ attribute: false }) api?: FeedApi;
  /** Texts of the host's in place of ours, by key. */
  @property({ attribute: false }) texts?: Partial<Texts>;

  readonly #internals = this.attachInternals();
  readonly #context = new ContextConsumer(this);
  readonly #source = new SourceController(this, () => this.#context.value !== undefined);
  #hub: FeedHub | undefined;
  #given: FeedContext | undefined;
  #givenFrom: readonly unknown[] = [];
  #unsubscribe: (() => void) | undefined;
  #state: ElementState = 'idle';
  #focusNext = false;
  /** What was tried last could not be read. */
  #unread = false;
  #focused: Element | null = null;
  #shown: Value | undefined;
  #shownStep = '';

  protected readonly locale = new LocaleController(this, () => this.given.texts);
  protected readonly announcer = new AnnounceController(this);
  protected readonly question = new QuestionController(this);
  protected readonly load = new LoadController<Value>(this, {
    hub: () => this.#hub,
    read: async (hub, signal) => {
      const value = await this.read(hub.api, hub, signal);
      // What follows from it is said, so it counts from when there are words.
      await this.locale.arrived;
      return value;
    },
    failed: (error) => this.failed(error),
  });
  protected readonly actions = new ActionController(this, {
    hub: () => this.#hub,
    failed: (error) => this.failed(error),
  });

  constructor() {
    super();
    this.#internals.states.add(this.#state);
  }

  /** `idle`: not configured. `loading`: nothing to show yet. `waiting`: for Codat or the software. `ready`. `error`: nothing usable to show. */
  get state(): ElementState {
    return this.#state;
  }

  protected abstract read(api: FeedApi, hub: FeedHub, signal: AbortSignal): Promise<Value>;
  /** `nothing` where what is inside brings headings of its own; `label` names the whole then. */
  protected abstract heading(value: Value | undefined): unknown;
  protected abstract content(value: Value): unknown;
  /** Whether something is about to change by itself. */
  protected abstract isWaiting(value: Value): boolean;
  /** Names the step shown, so that focus can move to the heading when an action leads to another one. */
  protected step(_value: Value): string {
    return '';
  }
  /** Forgets what the customer has begun: it belongs to another company. */
  protected reset(): void {}

  protected label(): string | undefined {
    return undefined;
  }

  /** What all of it comes from, for elements that hand it on; the same object while nothing in it changes. */
  protected get given(): FeedContext {
    const sources = [this.#hub, this.#context.value?.texts, this.texts] as const;
    if (!this.#given || sources.some((source, index) => source !== this.#givenFrom[index])) {
      this.#givenFrom = sources;
      this.#given = { hub: this.#hub, texts: { ...sources[1], ...sources[2] } };
    }
    return this.#given;
  }

  /** How many rows of the skeleton keep the shape. */
  protected readonly bones: number = 2;

  /** Reads again what is shown, here and in the other elements of the same provider. */
  refresh(): void {
    this.#hub?.resume();
  }

  /** An action that changes something: afterwards everyone reads again, and focus follows to the next step. */
  protected async change(name: string, work: (api: FeedApi, signal: AbortSignal) => Promise<void>): Promise<boolean> {
    const done = await this.actions.run(name, async (hub, signal) => {
      try {
        await work(hub.api, signal);
      } finally {
        if (!signal.aborted) hub.notify();
      }
    });
    if (done) this.#focusNext = true;
    return done;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#attend();
    // A provider that is defined later could not hear the first request.
    if (!customElements.get('bank-feed-provider')) {
      // On a page where it never is, what waits for it does not keep the element.
      const waiting = new WeakRef(this);
      void customElements.whenDefined('bank-feed-provider').then(() => {
        const element = waiting.deref();
        if (element?.isConnected && !element.#context.value) element.#context.hostConnected();
      });
    }
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
  }

  protected override willUpdate(changed: PropertyValues): void {
    this.#focused = this.shadowRoot?.activeElement ?? null;
    if (this.#unread && !this.load.error) this.actions.forgetOffline();
    this.#unread = this.load.error !== undefined;
    this.#source.update(changed);
    const hub = this.#source.hub ?? (this.#source.fault ? undefined : this.#context.value?.hub);
    if (hub === this.#hub) return;
    this.#hub = hub;
    this.#focusNext = false;
    this.question.dismiss();
    this.reset();
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#attend();
  }

  protected override updated(_changed: PropertyValues): void {
    this.#updateState();
    this.#keepFocus();
    const { value } = this.load;
    if (value === this.#shown) return;
    this.#shown = value;
    const step = value === undefined ? '' : this.step(value);
    const moved = this.#focusNext && this.#shownStep !== '' && step !== this.#shownStep;
    this.#shownStep = step;
    this.#focusNext = false;
    if (moved) this.followFocus();
  }

  /** Focus does not fall to nothing with a control that goes away. */
  #keepFocus(): void {
    if (!this.#focused || this.#focused.isConnected) return;
    void this.updateComplete.then(() => {
      if (this.isConnected && nothingFocused()) this.focusHeading();
    });
  }

  /** To the field that is faulty, with what is said above it. */
  protected async focusFault(field: string): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(field)?.focus();
    this.renderRoot.querySelector('#pick')?.scrollIntoView({ block: 'nearest' });
  }

  protected focusHeading(): void {
    this.renderRoot.querySelector<HTMLElement>('h2')?.focus();
  }

  /** To the heading of what came, unless the reader has gone elsewhere on the page. */
  protected followFocus(): void {
    if (this.matches(':focus-within') || nothingFocused()) this.focusHeading();
  }

  /** Moves focus to the heading. */
  override focus(): void {
    this.focusHeading();
  }

  protected override render(): TemplateResult {
    return html`${this.#body()}${this.announcer.template(this.locale.language)}${this.question.template(this.locale.language)}`;
  }

  #body(): unknown {
    const note = this.#source.note();
    if (note) return note;
    if (!this.#hub) return nothing;
    // Before there are words it has its shape, so that nothing jumps when they come.
    const { ready } = this.locale;
    const { value, error } = this.load;
    const busy = value === undefined && !(error && ready);
    const heading = this.heading(value);
    return html`<section
      class="root"
      part="base"
      lang=${ready ? this.locale.language : nothing}
      aria-labelledby=${heading === nothing ? nothing : 'title'}
      aria-label=${(heading === nothing && this.label()) || nothing}
      aria-busy=${busy}
    >
      ${heading === nothing ? nothing : html`<h2 id="title" part="heading" tabindex="-1" aria-hidden=${ready ? nothing : 'true'}>${heading}</h2>`}
      ${ready ? this.trouble() : nothing}
      ${busy ? this.#skeleton() : value === undefined ? nothing : this.content(value)}
    </section>`;
  }

  /** What went wrong with what a person set going. */
  protected problem(name: string): unknown {
    const error = this.actions.error(name);
    if (!error) return nothing;
    return error.code === 'unauthenticated' ? undoneNote(this.locale) : problemNote(error, this.locale);
  }

  /** What keeps this from being up to date; those who hand the same data on leave it to the elements inside. */
  protected trouble(): unknown {
    const { error, value, readAt } = this.load;
    if (this.#hub?.ended) {
      if (this.#hub.speaks(this)) return this.#ended(this.#hub.continued);
      return value !== undefined && readAt ? this.#stale(readAt) : html`<p>${this.locale.t('session.ended')}</p>`;
    }
    if (!error || error.code === 'unauthenticated') return nothing;
    if (value !== undefined && readAt) return this.#stale(readAt);
    // Nothing has ever come from there, and what did is not ours: most likely it is set up wrongly.
    const misled =
      wrongAnswers.has(error.code) ||
      (error.code === 'unknown' && !error.retry) ||
      (error.code === 'network' && navigator.onLine && !this.#hub?.answered && isOwnMachine(location.hostname));
    return html`${problemNote(error, this.locale, () => this.refresh())}${misled ? developerNote(error) : nothing}`;
  }

  #ended(again: boolean): TemplateResult {
    const { t } = this.locale;
    return html`<div class="note" part="session" role="alert">
      ${icon('disconnected')}
      <div class="stack">
        <p><strong>${t('session.ended')}</strong></p>
        <p>${t(again ? 'session.again' : 'session.safe')}</p>
        <div class="buttons">
          <button type="button" class="primary" part="button primary-button" @click=${() => this.refresh()}>
            ${t('session.continue')}
          </button>
        </div>
      </div>
    </div>`;
  }

  #stale(readAt: Date): TemplateResult {
    const time = html`<time datetime=${readAt.toISOString()}
      >${this.locale.format.instant(readAt.toISOString())}</time
    >`;
    return html`<div class="note attention" part="stale" role="status">
      ${icon('attention')}
      <div class="stack">
        <p>${this.locale.rich('stale.text', { time })}</p>
        <div class="buttons">
          <button type="button" part="button" @click=${() => this.refresh()}>${this.locale.t('problem.retry')}</button>
        </div>
      </div>
    </div>`;
  }

  #skeleton(): TemplateResult {
    return html`<div class="stack" aria-hidden="true">
      ${Array.from({ length: this.bones }, () => html`<div class="bone"></div>`)}
    </div>`;
  }

  #attend(): void {
    if (!this.#hub || this.#unsubscribe || !this.isConnected) return;
    this.#unsubscribe = this.#hub.subscribe({
      changed: (patient) => this.load.reload(patient),
      waiting: () => this.#state === 'waiting',
      ended: () => void this.#sessionEnded(),
    });
  }

  /** To be told of every failure: the end of the session shows, the others are an event for the host. */
  protected failed(error: FeedApiError): void {
    if (error.code === 'unauthenticated') {
      if (this.#hub?.end()) this.dispatchEvent(new BankFeedSessionExpiredEvent(error.message));
      return;
    }
    this.dispatchEvent(new BankFeedErrorEvent(error));
  }

  /** Whoever went on in vain is taken back to the button. */
  async #sessionEnded(): Promise<void> {
    this.requestUpdate();
    await this.updateComplete;
    if (!this.#hub?.continued || !this.matches(':focus-within')) return;
    this.renderRoot.querySelector<HTMLElement>('[part=session] button')?.focus();
  }

  #updateState(): void {
    const { value, error } = this.load;
    const previous = this.#state;
    this.#state = this.#hub
      ? value !== undefined
        ? this.isWaiting(value)
          ? 'waiting'
          : 'ready'
        : error && this.locale.ready
          ? 'error'
          : 'loading'
      : 'idle';
    if (this.#state === previous) return;
    this.#internals.states.delete(previous);
    this.#internals.states.add(this.#state);
    this.#hub?.schedule();
    this.dispatchEvent(new BankFeedStateChangeEvent(this.#state, previous));
  }
}

const wrongAnswers = new Set<string>(['invalid_response', 'invalid_configuration']);

const nothingFocused = (): boolean => (document.activeElement ?? document.body) === document.body;
