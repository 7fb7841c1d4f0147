import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { toFeedApiError, type FeedApiError } from '../../client/errors.ts';
import type { FeedHub } from '../internal/feed-hub.ts';

interface Options<Value> {
  readonly hub: () => FeedHub | undefined;
  readonly read: (hub: FeedHub, signal: AbortSignal) => Promise<Value>;
  readonly failed: (error: FeedApiError) => void;
}

/**
 * Loads what an element shows: before it is drawn, where somebody asked for it or the hub (so, the company) has changed.
 * Only the newest run counts. The last good answer is kept while a newer one is on its way or has failed, and forgotten
 * with the hub.
 */
export class LoadController<Value> implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #options: Options<Value>;
  #hub: FeedHub | undefined;
  #due = false;
  #again = false;
  #running: AbortController | undefined;
  value: Value | undefined;
  error: FeedApiError | undefined;
  /** When `value` arrived. */
  readAt: Date | undefined;

  constructor(host: ReactiveControllerHost, options: Options<Value>) {
    this.#host = host;
    this.#options = options;
    host.addController(this);
  }

  hostConnected(): void {
    this.reload();
  }

  hostDisconnected(): void {
    this.#running?.abort();
  }

  hostUpdate(): void {
    const hub = this.#options.hub();
    if (hub === this.#hub && !this.#due) return;
    this.#due = false;
    this.#running?.abort();
    this.#running = undefined;
    if (hub !== this.#hub) {
      this.#hub = hub;
      this.value = undefined;
      this.error = undefined;
      this.readAt = undefined;
    }
    if (hub) void this.#run(hub);
  }

  /** `patient` lets an answer that is on its way arrive first, so that a busy feed is not read for ever. */
  reload(patient = false): void {
    if (patient && this.#running) {
      this.#again = true;
      return;
    }
    this.#due = true;
    this.#host.requestUpdate();
  }

  async #run(hub: FeedHub): Promise<void> {
    const running = new AbortController();
    this.#running = running;
    const isOver = (): boolean => running !== this.#running;
    try {
      const value = await this.#options.read(hub, running.signal);
      if (isOver()) return;
      this.value = value;
      this.error = undefined;
      this.readAt = new Date();
    } catch (thrown) {
      if (isOver()) return;
      // Whatever an aborted call rejects with, nobody waits for it any more.
      if (!running.signal.aborted) {
        this.error = toFeedApiError(thrown);
        this.#options.failed(this.error);
      }
    }
    this.#running = undefined;
    this.#host.requestUpdate();
    if (!this.#again) return;
    this.#again = false;
    this.reload();
  }
}
