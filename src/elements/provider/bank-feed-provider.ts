import { ContextProvider } from '@lit/context';
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { toFeedApiError, type FeedApiError } from '../../client/errors.ts';
import type { FeedApi } from '../../client/feed-api.ts';
import type { GetToken } from '../../client/session.ts';
import { BankFeedErrorEvent } from '../events/error.ts';
import { feedContext } from '../internal/context.ts';
import { developerNote, notConfigured } from '../internal/developer-note.ts';
import { createHub } from '../internal/own-hub.ts';
import type { FeedHub } from '../internal/feed-hub.ts';
import type { Texts } from '../internal/texts.ts';
import { base } from '../styles/base.ts';
import { tokens } from '../styles/tokens.ts';

/**
 * Gives the elements inside one source of data: an endpoint with session tokens, or a host's own `FeedApi`. Several
 * providers, for several companies, live side by side on a page.
 *
 * @tag bank-feed-provider
 * @slot - The elements that share this source, anywhere inside.
 * @attr {string} endpoint - Address of the proxy: an absolute URL, or a path of the page's own origin.
 * @prop {GetToken} getToken - Resolves to a session token. Left out where the proxy is mounted behind the host's own
 *   session. A new function starts a new session, so keep it the same between renders.
 * @prop {FeedApi} api - A host's own implementation, instead of `endpoint`.
 * @prop {Partial<Texts>} texts - Texts in place of ours, by key.
 * @fires {BankFeedErrorEvent} bank-feed-error - The configuration is missing or wrong.
 * @csspart developer-note - What is wrong with the configuration.
 */
export class BankFeedProvider extends LitElement {
  static override styles = [
    tokens,
    base,
    css`
      :host {
        container-type: normal;
      }
    `,
  ];

  @property() endpoint?: string;
  @property({ attribute: false }) getToken?: GetToken;
  @property({ attribute: false }) api?: FeedApi;
  @property({ attribute: false }) texts?: Partial<Texts>;

  readonly #context = new ContextProvider(this, {
    context: feedContext,
    initialValue: { hub: undefined, texts: undefined },
  });
  #hub: FeedHub | undefined;
  #fault: FeedApiError | undefined;
  #patience: ReturnType<typeof setTimeout> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#patience = setTimeout(() => {
      if (this.#hub || this.#fault) return;
      this.#misconfigured(notConfigured(this.localName, this));
      this.requestUpdate();
    }, 250);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#patience);
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('api') || changed.has('endpoint') || changed.has('getToken')) {
      this.#fault = undefined;
      this.#hub = undefined;
      try {
        this.#hub = createHub(this);
      } catch (error) {
        this.#misconfigured(toFeedApiError(error));
      }
    }
    const { hub, texts } = this.#context.value;
    if (hub !== this.#hub || texts !== this.texts) this.#context.setValue({ hub: this.#hub, texts: this.texts });
  }

  protected override render(): TemplateResult {
    return html`${this.#fault ? developerNote(this.#fault) : nothing}<slot></slot>`;
  }

  #misconfigured(error: FeedApiError): void {
    this.#fault = error;
    this.dispatchEvent(new BankFeedErrorEvent(error));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'bank-feed-provider': BankFeedProvider;
  }
}
