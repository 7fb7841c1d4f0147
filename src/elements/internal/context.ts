import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { FeedHub } from './feed-hub.ts';
import type { Texts } from './texts.ts';

/** What a provider gives to the elements inside. Without a hub it says itself, and visibly, what is missing. */
export interface FeedContext {
  readonly hub: FeedHub | undefined;
  readonly texts: Partial<Texts> | undefined;
}

/** A string, so that elements of two copies of this package understand each other; it counts the shape's versions. */
const feedContext = 'bank-feed-elements/context/1';

type Take = (value: FeedContext, leave: () => void) => void;

/** The request of the Context Community Protocol: the nearest provider around answers it, now and at each change. */
class ContextRequestEvent extends Event {
  readonly context = feedContext;
  readonly contextTarget: Element;
  readonly callback: Take;
  readonly subscribe = true;

  constructor(target: Element, callback: Take) {
    super('context-request', { bubbles: true, composed: true });
    this.contextTarget = target;
    this.callback = callback;
  }
}

const isOurs = (event: Event): event is ContextRequestEvent => Reflect.get(event, 'context') === feedContext;

/** Gives to whoever asks inside the host. */
export class ContextProvider {
  readonly #takers = new Map<Take, () => void>();
  value: FeedContext = { hub: undefined, texts: undefined };

  constructor(host: Element) {
    host.addEventListener('context-request', (event) => {
      // What provides for those inside may itself be inside of another one.
      if (!isOurs(event) || event.contextTarget === host) return;
      event.stopPropagation();
      const { callback } = event;
      const leave = this.#takers.get(callback) ?? ((): void => void this.#takers.delete(callback));
      this.#takers.set(callback, leave);
      callback(this.value, leave);
    });
  }

  set(value: FeedContext): void {
    this.value = value;
    for (const [take, leave] of this.#takers) take(value, leave);
  }
}

/** Asks around its host, which is updated whenever there is something else. */
export class ContextConsumer implements ReactiveController {
  readonly #host: ReactiveControllerHost & Element;
  #leave: (() => void) | undefined;
  value: FeedContext | undefined;

  constructor(host: ReactiveControllerHost & Element) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.#host.dispatchEvent(new ContextRequestEvent(this.#host, this.#take));
  }

  hostDisconnected(): void {
    this.#leave?.();
    this.#leave = undefined;
    this.value = undefined;
  }

  readonly #take: Take = (value, leave) => {
    if (leave !== this.#leave) this.#leave?.();
    this.#leave = leave;
    this.value = value;
    this.#host.requestUpdate();
  };
}
