import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { FeedApiError, toFeedApiError } from '../../client/errors.ts';
import type { FeedHub } from '../internal/feed-hub.ts';

interface Options {
  readonly hub: () => FeedHub | undefined;
  readonly failed: (error: FeedApiError) => void;
}

/**
 * What a person sets going. One thing a name at a time, so that a second click does nothing; a failure is kept under
 * the name until it is tried again or dismissed; everything ends when the element leaves or the company changes.
 */
export class ActionController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #options: Options;
  readonly #busy = new Set<string>();
  readonly #errors = new Map<string, FeedApiError>();
  #hub: FeedHub | undefined;
  #running = new AbortController();

  constructor(host: ReactiveControllerHost, options: Options) {
    this.#host = host;
    this.#options = options;
    host.addController(this);
  }

  busy(name: string): boolean {
    return this.#busy.has(name);
  }

  get anyBusy(): boolean {
    return this.#busy.size > 0;
  }

  error(name: string): FeedApiError | undefined {
    return this.#errors.get(name);
  }

  dismiss(name: string): void {
    if (this.#errors.delete(name)) this.#host.requestUpdate();
  }

  /** Nobody is offline any more: what failed for that alone can be tried again. */
  forgetOffline(): void {
    for (const [name, { code }] of this.#errors) if (code === 'network') this.#errors.delete(name);
  }

  /** Resolves to whether the work was done; never rejects. */
  async run(name: string, work: (hub: FeedHub, signal: AbortSignal) => Promise<void>): Promise<boolean> {
    const hub = this.#options.hub();
    if (!hub || this.#busy.has(name)) return false;
    const { signal } = this.#running;
    this.#busy.add(name);
    this.#errors.delete(name);
    this.#host.requestUpdate();
    hub.schedule(true);
    try {
      if (hub.ended) throw new FeedApiError('unauthenticated', { detail: 'The session has ended: nothing was sent.' });
      await work(hub, signal);
      return !signal.aborted;
    } catch (thrown) {
      if (signal.aborted) return false;
      const error = toFeedApiError(thrown);
      this.#errors.set(name, error);
      this.#options.failed(error);
      return false;
    } finally {
      if (!signal.aborted) this.#busy.delete(name);
      this.#host.requestUpdate();
    }
  }

  hostUpdate(): void {
    const hub = this.#options.hub();
    if (hub === this.#hub) return;
    if (this.#hub) this.#end();
    this.#hub = hub;
  }

  hostDisconnected(): void {
    this.#end();
  }

  #end(): void {
    this.#running.abort();
    this.#running = new AbortController();
    this.#busy.clear();
    this.#errors.clear();
  }
}
