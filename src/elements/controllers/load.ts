import { initialState, Task, TaskStatus } from '@lit/task';
import type { ReactiveControllerHost } from 'lit';
import { toFeedApiError, type FeedApiError } from '../../client/errors.ts';
import type { FeedHub } from '../internal/feed-hub.ts';

type Read<Value> = (hub: FeedHub, signal: AbortSignal) => Promise<Value>;

interface Options<Value> {
  readonly hub: () => FeedHub | undefined;
  readonly read: Read<Value>;
  readonly failed: (error: FeedApiError) => void;
}

/**
 * Loads what an element shows. Over @lit/task, which drops the answers of older runs, it keeps the last good answer
 * while a newer one is on its way or has failed, and forgets it when the hub (so, the company) changes.
 */
export class LoadController<Value> {
  readonly #host: ReactiveControllerHost;
  readonly #task: Task<readonly [FeedHub | undefined, number], Value | undefined>;
  #version = 0;
  #again = false;
  #hub: FeedHub | undefined;
  value: Value | undefined;
  error: FeedApiError | undefined;
  /** When `value` arrived. */
  readAt: Date | undefined;

  constructor(host: ReactiveControllerHost, { hub, read, failed }: Options<Value>) {
    this.#host = host;
    this.#task = new Task(host, {
      args: () => [hub(), this.#version] as const,
      task: async ([current], { signal }) => {
        if (current !== this.#hub) this.#forget(current);
        if (!current) return undefined;
        try {
          return await read(current, signal);
        } catch (error) {
          // Whatever an aborted call rejects with, nobody waits for it any more.
          if (signal.aborted) return initialState;
          throw error;
        }
      },
      onComplete: (value) => {
        this.value = value;
        this.error = undefined;
        this.readAt = new Date();
        this.#repeat();
      },
      onError: (thrown) => {
        this.error = toFeedApiError(thrown);
        failed(this.error);
        this.#repeat();
      },
    });
    host.addController({ hostDisconnected: () => this.#task.abort(), hostConnected: () => this.reload() });
  }

  /** `patient` lets an answer that is on its way arrive first, so that a busy feed is not read for ever. */
  reload(patient = false): void {
    if (patient && this.#task.status === TaskStatus.PENDING) {
      this.#again = true;
      return;
    }
    this.#version++;
    this.#host.requestUpdate();
  }

  #repeat(): void {
    if (!this.#again) return;
    this.#again = false;
    queueMicrotask(() => this.reload());
  }

  #forget(hub: FeedHub | undefined): void {
    this.#hub = hub;
    this.value = undefined;
    this.error = undefined;
    this.readAt = undefined;
  }
}
