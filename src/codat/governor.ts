/**
 * Keeps within Codat's limits by wrapping a transport: at most ten requests of a company at a time, and
 * after a 429 nothing until Retry-After. One governor per API key; wrap every transport with the same.
 */
import { retryAfterMs, systemClock, type Clock } from './retry.ts';
import { TransportError, type Transport, type TransportRequest, type TransportResponse } from './transport.ts';

export interface GovernorOptions {
  /** Requests of one company at a time; Codat's limit is 10. */
  readonly concurrency?: number | undefined;
  /** A pause longer than this is not waited for: the request is answered 429 here, with the time left. */
  readonly longestWaitMs?: number | undefined;
  readonly clock?: Clock | undefined;
}

export type Governor = (transport: Transport) => Transport;

interface Lane {
  running: number;
  readonly waiting: (() => void)[];
}

/** No pause outlives the daily quota's reset. */
const day = 86_400_000;

const companyOf = (url: string): string => /\/companies\/([^/?]+)/.exec(url)?.[1] ?? '';

function paused(ms: number): TransportResponse {
  const error = 'Codat asked this client to pause; the request was not sent.';
  const body = JSON.stringify({ statusCode: 429, service: 'governor', error, canBeRetried: 'True' });
  return {
    status: 429,
    headers: { 'content-type': 'application/json', 'retry-after': String(Math.ceil(ms / 1000)) },
    body: new TextEncoder().encode(body),
  };
}

export function createGovernor(options: GovernorOptions = {}): Governor {
  const { concurrency = 10, longestWaitMs = 10_000, clock = systemClock } = options;
  const lanes = new Map<string, Lane>();
  let closedUntil = 0;

  async function enter(key: string, signal: AbortSignal | undefined): Promise<Lane> {
    const lane = lanes.get(key) ?? { running: 0, waiting: [] };
    lanes.set(key, lane);
    if (lane.running < concurrency) {
      lane.running += 1;
      return lane;
    }
    // The one who leaves hands its place over, so `running` does not change.
    await new Promise<void>((resolve, reject) => {
      const onAbort = (): void => {
        lane.waiting.splice(lane.waiting.indexOf(go), 1);
        reject(new TransportError('aborted', signal?.reason));
      };
      const go = (): void => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      lane.waiting.push(go);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
    return lane;
  }

  function leave(key: string, lane: Lane): void {
    const next = lane.waiting.shift();
    if (next !== undefined) return next();
    lane.running -= 1;
    if (lane.running === 0) lanes.delete(key);
  }

  async function send(transport: Transport, request: TransportRequest): Promise<TransportResponse> {
    for (let left = closedUntil - clock.now(); left > 0; left = closedUntil - clock.now()) {
      if (left > longestWaitMs) return paused(left);
      await clock.sleep(left, request.signal);
      if (request.signal?.aborted === true) throw new TransportError('aborted', request.signal.reason);
    }
    const response = await transport(request);
    if (response.status === 429) {
      const after = Math.min(retryAfterMs(response.headers, clock.now()) ?? 0, day);
      closedUntil = Math.max(closedUntil, clock.now() + after);
    }
    return response;
  }

  return (transport) => async (request) => {
    if (request.signal?.aborted === true) throw new TransportError('aborted', request.signal.reason);
    const key = companyOf(request.url);
    const lane = await enter(key, request.signal);
    try {
      return await send(transport, request);
    } finally {
      leave(key, lane);
    }
  };
}
