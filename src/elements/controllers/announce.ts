import { html, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from 'lit';

/** Says things to screen readers. The region is there from the first render and never hidden. */
export class AnnounceController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #waiting = new Set<string>();
  #text = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  /** Said a moment later, with what else there is to say then: one text does not drown another. */
  say(text: string): void {
    this.#waiting.add(text);
    this.#timer ??= setTimeout(() => this.#speak(), 100);
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting.clear();
    this.#text = '';
  }

  template(language: string): TemplateResult {
    return html`<div class="unseen" role="status" lang=${language}>${this.#text}</div>`;
  }

  #speak(): void {
    const text = [...this.#waiting].join(' ');
    this.#timer = undefined;
    this.#waiting.clear();
    // The same words twice are only heard twice where something differs.
    this.#text = text === this.#text ? `${text}\u00A0` : text;
    this.#host.requestUpdate();
  }
}
