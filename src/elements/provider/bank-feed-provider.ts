import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { FeedApi } from '../../client/feed-api.ts';
import type { GetToken } from '../../client/session.ts';
import { SourceController } from '../controllers/source.ts';
import { ContextProvider } from '../internal/context.ts';
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

  readonly #context = new ContextProvider(this);
  readonly #source = new SourceController(this);

  protected override willUpdate(changed: PropertyValues): void {
    this.#source.update(changed);
    const given = this.#context.value;
    const { hub } = this.#source;
    if (given.hub !== hub || given.texts !== this.texts) this.#context.set({ hub, texts: this.texts });
  }

  protected override render(): TemplateResult {
    return html`${this.#source.note()}<slot></slot>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'bank-feed-provider': BankFeedProvider;
  }
}
