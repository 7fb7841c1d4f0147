import type { Dispatcher } from 'undici';
import {
  defaultMaxBytes,
  transportError,
  TransportError,
  type Transport,
  type TransportRequest,
  type TransportResponse,
} from './transport.ts';

type Received = Readonly<Record<string, string | readonly string[] | undefined>>;

const flatten = (headers: Received): Record<string, string> => {
  const flat: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name] ?? '';
    flat[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return flat;
};

/**
 * Takes the answer as it comes, and keeps the time itself: a stream for each body and a signal for each time would cost
 * as much as the request does.
 */
export const undiciTransport = (dispatcher: Pick<Dispatcher, 'dispatch'>): Transport => {
  const send = (
    { method, url, headers, body, signal, timeoutMs, maxBytes = defaultMaxBytes }: TransportRequest,
    resolve: (response: TransportResponse) => void,
    reject: (error: TransportError) => void,
  ): void => {
    const { origin, pathname, search } = new URL(url);
    const chunks: Uint8Array[] = [];
    let length = 0;
    let status = 0;
    let received: Received = {};
    let started: Dispatcher.DispatchController | undefined;
    let fault: TransportError | undefined;

    const release = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    const stop = (error: unknown): void => {
      if (fault !== undefined) return;
      release();
      reject((fault = transportError(error, signal)));
      started?.abort(fault);
    };
    const onAbort = (): void => stop(new TransportError('aborted', signal?.reason));
    const timer =
      timeoutMs === undefined ? undefined : setTimeout(() => stop(new TransportError('timed-out')), timeoutMs);
    if (signal?.aborted === true) return onAbort();
    signal?.addEventListener('abort', onAbort);

    dispatcher.dispatch(
      { origin, path: pathname + search, method, headers, body: body ?? null },
      {
        onRequestStart(controller) {
          started = controller;
          // It waited for a connection until its end.
          if (fault !== undefined) controller.abort(fault);
        },
        onResponseStart(_, code, headersReceived) {
          status = code;
          received = headersReceived;
        },
        onResponseData(_, chunk) {
          length += chunk.length;
          if (length > maxBytes) stop(new TransportError('too-large'));
          else chunks.push(chunk);
        },
        onResponseEnd() {
          release();
          resolve({ status, headers: flatten(received), body: Buffer.concat(chunks) });
        },
        onResponseError: (_, error) => stop(error),
      },
    );
  };
  return (request) => new Promise((resolve, reject) => send(request, resolve, reject));
};
