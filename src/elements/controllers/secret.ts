import type { ReactiveController, ReactiveControllerHost } from 'lit';

/**
 * What may be seen on one screen and nowhere else: in memory only, for one use, and gone when the page or the element is left,
 * also from a page that the browser keeps for the way back.
 */
export class SecretController<Value> implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #value: Value | undefined;
  #owner: string | undefined;
  #coming: Promise<Value> | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  /** The secret, where it is this owner's; another one ends it. */
  of(owner: string): Value | undefined {
    if (owner !== this.#owner) this.#value = undefined;
    return this.#value;
  }

  /** Keeps what comes, and answers with it; what was left meanwhile is for nobody any more. */
  async take(owner: string, coming: Promise<Value>): Promise<Value | undefined> {
    this.#coming = coming;
    const value = await coming;
    if (this.#coming !== coming) return undefined;
    this.#coming = undefined;
    this.keep(owner, value);
    return value;
  }

  keep(owner: string, value: Value): void {
    this.#owner = owner;
    this.#value = value;
    this.#host.requestUpdate();
  }

  readonly forget = (): void => {
    this.#coming = undefined;
    if (this.#value === undefined) return;
    this.#value = undefined;
    this.#host.requestUpdate();
  };

  hostConnected(): void {
    addEventListener('pagehide', this.forget);
  }

  hostDisconnected(): void {
    removeEventListener('pagehide', this.forget);
    this.forget();
  }
}
