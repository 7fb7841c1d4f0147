import { liveHint } from '../contract/schemas.ts';
import type { LiveHint } from '../contract/schemas.ts';
import { fitting } from '../contract/shape.ts';
import { FeedApiError } from './errors.ts';
import { liveStream } from './live-stream.ts';
import type { LiveStreamOptions } from './live-stream.ts';
import type { StreamMemory } from './sse.ts';

export type LiveItem = LiveHint | 'resync';

export interface LiveFeedOptions extends Pick<LiveStreamOptions, 'open' | 'clock' | 'random'> {
  /** What tabs of the same endpoint and company have in common; undefined to share nothing. */
  readonly name: () => Promise<string | undefined>;
}

interface Subscriber {
  items: LiveItem[];
  failure: { readonly error: unknown } | undefined;
  wake: () => void;
}

/** More unread hints than this say no more than "read everything again". */
const longestQueue = 100;

/**
 * One live stream for all subscribers of this page, and one for all its tabs: the tab that holds the Web Lock reads
 * it and passes each hint on by BroadcastChannel. A hidden tab gives the lock up, because a browser may freeze it
 * with the stream; when it shows again it goes on from the last id it heard of.
 */
export class LiveFeed {
  readonly #options: LiveFeedOptions;
  readonly #subscribers = new Set<Subscriber>();
  #running: AbortController | undefined;

  constructor(options: LiveFeedOptions) {
    this.#options = options;
  }

  /** Hints until the signal aborts. Throws a `FeedApiError` that no reconnection mends. */
  async *subscribe(signal: AbortSignal): AsyncGenerator<LiveItem> {
    if (signal.aborted) return;
    const subscriber: Subscriber = { items: [], failure: undefined, wake: () => undefined };
    const leave = (): void => {
      this.#subscribers.delete(subscriber);
      subscriber.wake();
      if (this.#subscribers.size > 0) return;
      this.#running?.abort();
      this.#running = undefined;
    };
    // On abort at once, and not only when somebody asks for the next hint.
    signal.addEventListener('abort', leave, { once: true });
    this.#subscribers.add(subscriber);
    this.#start();
    try {
      while (!signal.aborted) {
        const item = subscriber.items.shift();
        if (item !== undefined) yield item;
        else if (subscriber.failure !== undefined) throw subscriber.failure.error;
        else await new Promise<void>((resolve) => (subscriber.wake = resolve));
      }
    } finally {
      signal.removeEventListener('abort', leave);
      if (!signal.aborted) leave();
    }
  }

  #start(): void {
    if (this.#running !== undefined) return;
    const running = new AbortController();
    this.#running = running;
    this.#run(running.signal).catch((error: unknown) => {
      if (this.#running !== running) return;
      this.#running = undefined;
      for (const subscriber of this.#subscribers) {
        subscriber.failure = { error };
        subscriber.wake();
      }
    });
  }

  #publish(item: LiveItem): void {
    for (const subscriber of this.#subscribers) {
      if (subscriber.items.length >= longestQueue) subscriber.items = ['resync'];
      else subscriber.items.push(item);
      subscriber.wake();
    }
  }

  async #run(signal: AbortSignal): Promise<void> {
    const name = await this.#options.name();
    if (signal.aborted) return;
    const memory: StreamMemory = { lastEventId: undefined, retry: undefined };
    const locks = globalThis.navigator?.locks;
    if (name === undefined || locks === undefined) return this.#lead(signal, memory);

    const channel = new BroadcastChannel(name);
    channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      const heard = readMessage(data);
      if (heard === undefined || signal.aborted) return;
      memory.lastEventId = heard.id ?? memory.lastEventId;
      this.#publish(heard.item);
    });
    try {
      await this.#lead(signal, memory, channel, (lead, read) => locks.request(name, { signal: lead }, read));
    } finally {
      channel.close();
    }
  }

  /** Reads the stream for all tabs whenever this one is visible and `turn` lets it. */
  async #lead(
    signal: AbortSignal,
    memory: StreamMemory,
    channel?: BroadcastChannel,
    turn?: (lead: AbortSignal, read: () => Promise<void>) => Promise<void>,
  ): Promise<void> {
    const since = this.#options.clock.now();
    let wait = turn;
    while (!signal.aborted) {
      const shown = await whileVisible(signal);
      if (shown === undefined) return;
      const read = async (): Promise<void> => {
        // Whoever waited for its turn, or was hidden, was without a stream for a while.
        for await (const item of liveStream({ ...this.#options, memory, since, signal: shown.signal })) {
          this.#publish(item);
          // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has none
          channel?.postMessage({ item, id: memory.lastEventId });
        }
      };
      try {
        await (wait === undefined ? read() : wait(shown.signal, read));
      } catch (error) {
        if (error instanceof FeedApiError || (wait === undefined && !shown.signal.aborted)) throw error;
        // Neither the proxy's doing nor ours: this page may have no locks (a sandboxed frame).
        if (!shown.signal.aborted) wait = undefined;
      } finally {
        shown.end();
      }
    }
  }
}

const readMessage = (data: unknown): { item: LiveItem; id: string | undefined } | undefined => {
  if (typeof data !== 'object' || data === null || !('item' in data)) return undefined;
  const id = 'id' in data && typeof data.id === 'string' ? data.id : undefined;
  if (data.item === 'resync') return { item: 'resync', id };
  const hint = fitting(liveHint, data.item);
  return hint && { item: hint, id };
};

/** Waits until the page is visible; then a signal that aborts when it is hidden. Undefined where `signal` aborts first. */
async function whileVisible(signal: AbortSignal): Promise<{ signal: AbortSignal; end: () => void } | undefined> {
  const page = globalThis.document;
  const isHidden = (): boolean => page?.visibilityState === 'hidden';
  while (isHidden()) {
    await new Promise<void>((resolve) => {
      const heard = new AbortController();
      const done = (): void => {
        heard.abort();
        resolve();
      };
      page.addEventListener('visibilitychange', done, { signal: heard.signal });
      signal.addEventListener('abort', done, { signal: heard.signal });
    });
    if (signal.aborted) return undefined;
  }
  const hidden = new AbortController();
  const change = (): void => {
    if (isHidden()) hidden.abort();
  };
  page?.addEventListener('visibilitychange', change);
  return {
    signal: AbortSignal.any([signal, hidden.signal]),
    end: () => page?.removeEventListener('visibilitychange', change),
  };
}
