import { html, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from 'lit';

/** Long enough to be read out; whoever looks through the page later does not come upon what was said once. */
const stays = 5_000;

/** Says things to screen readers. The region is there from the first render and never hidden. */
export class AnnounceController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #waiting = new Set<string>();
  #text = '';
  #language = '';
  #timer: ReturnType<typeof setTimeout> | undefined;
  #end: ReturnType<typeof setTimeout> | undefined;

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
    this.#forget();
  }

  template(language: string): TemplateResult {
    if (this.#language && language !== this.#language) this.#forget();
    this.#language = language;
    return html`<div class="unseen" role="status" lang=${language}>${this.#text}</div>`;
  }

  #forget(): void {
    clearTimeout(this.#end);
    this.#waiting.clear();
    this.#text = '';
  }

  #speak(): void {
    const text = [...this.#waiting].join(' ');
    this.#timer = undefined;
    this.#waiting.clear();
    // The same words twice are only heard twice where something differs.
    this.#text = text === this.#text ? `${text}\u00A0` : text;
    this.#host.requestUpdate();
    clearTimeout(this.#end);
    this.#end = setTimeout(() => {
      this.#text = '';
      this.#host.requestUpdate();
    }, stays);
  }
}
