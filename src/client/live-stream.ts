import { liveHint } from '../contract/schemas.ts';
import type { LiveHint } from '../contract/schemas.ts';
import { fitting } from '../contract/shape.ts';
import { FeedApiError, toFeedApiError } from './errors.ts';
import { eventStreamParser } from './sse.ts';
import type { StreamMemory } from './sse.ts';
import type { Clock } from './clock.ts';

export interface LiveStreamOptions {
  /** Opens the live route; rejects with `FeedApiError`. */
  readonly open: (lastEventId: string | undefined, signal: AbortSignal) => Promise<Response>;
  /** Kept by the caller, so that the next stream goes on where this one ended. */
  readonly memory: StreamMemory;
  /** Since when hints are wanted, in milliseconds since the epoch: what opens later than a moment has missed some. */
  readonly since: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
}

/** The proxy beats every 15 s; three missed beats are a dead line. */
const silence = 45_000;
/** So long an opening takes by itself. */
const moment = 1_000;
const longestDelay = 60_000;
const firstDelay = 1_000;
/** A stream that ends sooner counts as a failed attempt. */
const steady = 5_000;

/** Reads until the server ends the stream; throws where it breaks off, goes silent or is not an event stream. */
async function* readEvents(response: Response, options: LiveStreamOptions): AsyncGenerator<LiveHint | 'resync'> {
  const type = response.headers.get('content-type') ?? 'no content type';
  if (!response.body || !type.startsWith('text/event-stream')) {
    await response.body?.cancel();
    throw new FeedApiError('invalid_response', { detail: `The live route was answered with ${type}.` });
  }
  const parse = eventStreamParser(options.memory);
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  try {
    for (;;) {
      const heard = new AbortController();
      const silent = options.clock.sleep(silence, heard.signal).then(() => {
        throw new FeedApiError('timeout', { detail: 'The live stream went silent.' });
      });
      const { done, value } = await Promise.race([reader.read(), silent]).finally(() => heard.abort());
      if (done) return;
      for (const event of parse(decoder.decode(value, { stream: true }))) {
        if (event.type === 'resync') yield 'resync';
        if (event.type !== 'hint') continue;
        // A hint that cannot be read still says that something changed.
        yield fitting(liveHint, jsonOrUndefined(event.data)) ?? 'resync';
      }
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

const jsonOrUndefined = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const untilOnline = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => globalThis.addEventListener?.('online', () => resolve(), { once: true, signal }));

/**
 * Hints from the proxy until the signal aborts, over as many connections as it takes. Throws only what another
 * attempt cannot mend: an ended session, a missing scope, a wrong configuration.
 */
export async function* liveStream(options: LiveStreamOptions): AsyncGenerator<LiveHint | 'resync'> {
  const { memory, clock, random, signal } = options;
  let { since } = options;
  let failures = 0;
  while (!signal.aborted) {
    let opened: number | undefined;
    let wait: number | undefined;
    const line = new AbortController();
    try {
      const response = await options.open(memory.lastEventId, AbortSignal.any([signal, line.signal]));
      opened = clock.now();
      // With an id the proxy repeats what was missed; without one nobody knows.
      if (opened - since > moment && memory.lastEventId === undefined) yield 'resync';
      since = Number.NEGATIVE_INFINITY;
      yield* readEvents(response, options);
    } catch (thrown) {
      if (signal.aborted) return;
      const error = toFeedApiError(thrown);
      if (thrown instanceof FeedApiError && (error.code === 'unauthenticated' || !error.retry)) throw error;
      wait = error.retryAfter;
    } finally {
      line.abort();
    }
    failures = opened !== undefined && clock.now() - opened >= steady ? 0 : failures + 1;
    // The first time half the delay at least, doubled with each failure: clients do not come back all at once.
    const delay = Math.min(longestDelay, (memory.retry ?? firstDelay) * 2 ** Math.max(0, failures - 1));
    const rest = new AbortController();
    const both = AbortSignal.any([signal, rest.signal]);
    try {
      await Promise.race([clock.sleep(wait ?? delay * (0.5 + random()), both), untilOnline(both)]);
    } catch {
      return;
    } finally {
      rest.abort();
    }
  }
}
