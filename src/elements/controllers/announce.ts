import { html, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from 'lit';

/**
 * Says things to screen readers. The region is there from the first render and never hidden; a text is put into it
 * a moment after it was emptied, so that the same words twice are heard twice.
 */
export class AnnounceController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #text = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  say(text: string): void {
    clearTimeout(this.#timer);
    if (this.#text) this.#set('');
    this.#timer = setTimeout(() => this.#set(text), 100);
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
    this.#text = '';
  }

  template(): TemplateResult {
    return html`<div class="unseen" role="status">${this.#text}</div>`;
  }

  #set(text: string): void {
    this.#text = text;
    this.#host.requestUpdate();
  }
}
