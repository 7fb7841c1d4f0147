import type { LitElement, PropertyValues, ReactiveController } from 'lit';
import { toFeedApiError, type FeedApiError } from '../../client/errors.ts';
import { BankFeedErrorEvent } from '../events/error.ts';
import { developerNote, notConfigured } from '../internal/developer-note.ts';
import type { FeedHub } from '../internal/feed-hub.ts';
import { createHub, type Source } from '../internal/own-hub.ts';

/** Properties set right after an element was made, or while the page still loads, count as there from the start. */
const patience = 250;

/** The source that an element's own properties give, and a word to the developer where they give none or a wrong one. */
export class SourceController implements ReactiveController {
  readonly #host: LitElement & Source;
  /** Whether somebody else provides, so that nothing is missing here. */
  readonly #provided: () => boolean;
  #patience: ReturnType<typeof setTimeout> | undefined;
  #missing: FeedApiError | undefined;
  hub: FeedHub | undefined;
  /** What is wrong with the properties. */
  fault: FeedApiError | undefined;

  constructor(host: LitElement & Source, provided: () => boolean = () => false) {
    this.#host = host;
    this.#provided = provided;
    host.addController(this);
  }

  /** To be called by the host's `willUpdate`, before it asks for the hub. */
  update(changed: PropertyValues): void {
    if (changed.has('api') || changed.has('endpoint') || changed.has('getToken')) {
      this.hub = undefined;
      this.fault = undefined;
      try {
        this.hub = createHub(this.#host);
      } catch (error) {
        this.fault = toFeedApiError(error);
        this.#tell(this.fault);
      }
      this.#wait();
    }
    if (!this.#lacks()) this.#missing = undefined;
  }

  hostConnected(): void {
    this.#wait();
  }

  hostDisconnected(): void {
    this.#stop();
  }

  /** Undefined where all is well. */
  note(): unknown {
    const error = this.fault ?? this.#missing;
    return error && developerNote(error);
  }

  #lacks(): boolean {
    return !this.hub && !this.fault && !this.#provided();
  }

  #stop(): void {
    clearTimeout(this.#patience);
    removeEventListener('load', this.#wait);
  }

  readonly #wait = (): void => {
    this.#stop();
    if (!this.#host.isConnected) return;
    if (document.readyState === 'complete') this.#patience = setTimeout(() => this.#complain(), patience);
    else addEventListener('load', this.#wait);
  };

  #complain(): void {
    if (!this.#lacks()) return;
    const error = notConfigured(this.#host.localName, this.#host);
    if (error.detail === this.#missing?.detail) return;
    this.#missing = error;
    this.#tell(error);
    this.#host.requestUpdate();
  }

  #tell(error: FeedApiError): void {
    this.#host.dispatchEvent(new BankFeedErrorEvent(error));
  }
}
