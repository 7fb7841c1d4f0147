import { Hono } from 'hono';
import type { LiveHint } from '../../contract/schemas.ts';
import { opensWireId, requireScope, type ProxyEnv } from '../access.ts';
import type { RouteParts } from './parts.ts';

const encoder = new TextEncoder();

/** After a break: how soon a page asks again; when the proxy stops, later and not all at once. In milliseconds. */
const again = 1_000;
const againAfterStop = (): number => 1_000 + Math.floor(Math.random() * 9_000);

/** Beyond it a stream is taken to have no reader any more. More than is made up for at once after a break. */
const mostUnread = 2000;

const hintFrame = (hint: LiveHint, id?: string): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: hint\ndata: ${JSON.stringify(hint)}\n\n`;

/**
 * GET /v1/live: hints as server-sent events, read by `fetch` because a token never stands in a URL.
 * The stream ends when the session does; an id it does not know is answered with `resync`.
 */
export const liveRoutes = ({
  authenticate,
  hints,
  clock,
  durations,
  streams,
  openStreams,
  revoked,
}: Pick<RouteParts, 'authenticate' | 'hints' | 'clock' | 'durations' | 'streams' | 'openStreams' | 'revoked'>) =>
  new Hono<ProxyEnv>().get('/live', requireScope(authenticate, 'feeds:read'), async (context) => {
    const session = context.get('session');
    const { companyId, expiresAt } = session;
    const concerns = ({ connectionId }: LiveHint): boolean =>
      connectionId === undefined || opensWireId(session, connectionId);
    const request = context.req.raw;
    const lastId = context.req.header('last-event-id');
    // Whoever compresses on the way would keep hints until there are enough of them.
    const headers = {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    };
    // Nobody would read the body, nor cancel it.
    if (request.method === 'HEAD') return new Response(null, { headers });
    const giveBack = openStreams.take(companyId);
    const ending = new AbortController();
    const signal = AbortSignal.any([ending.signal, request.signal, streams.signal]);

    let until = expiresAt;
    const askAgain = async (): Promise<void> => {
      const now = await authenticate(request, context.env?.native).catch(() => undefined);
      const same = now?.companyId === companyId && now.scopes.has('feeds:read');
      if (!same || now.expiresAt <= clock.now()) ending.abort();
      else until = now.expiresAt;
    };
    const keepAlive = async (send: (text: string) => void): Promise<void> => {
      while (!signal.aborted) {
        await clock.sleep(Math.max(0, Math.min(durations.beat, until - clock.now())), signal);
        // A token cannot grow older than it is; a mounted host is asked again and may say yes.
        if (clock.now() >= until) await askAgain();
        send(': beat\n\n');
      }
    };

    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        const send = (text: string): void => {
          if (signal.aborted) return;
          controller.enqueue(encoder.encode(text));
          // It asks again, from where it stopped.
          if ((controller.desiredSize ?? 0) < -mostUnread) ending.abort();
        };
        const unsubscribe = hints.subscribe(companyId, (hint, id) => concerns(hint) && send(hintFrame(hint, id)));
        const unheard = revoked(() => void askAgain());
        const close = (): void => {
          unsubscribe();
          unheard();
          giveBack();
          try {
            if (streams.signal.aborted) controller.enqueue(encoder.encode(`retry: ${againAfterStop()}\n\n`));
            controller.close();
          } catch {
            // The reader went away first.
          }
        };
        if (signal.aborted) return close();
        signal.addEventListener('abort', close, { once: true });
        send(`: open\nretry: ${again}\n\n`);
        // Asked after subscribing: a hint may come twice, none is missed.
        if (lastId !== undefined) {
          const since = await hints.since(companyId, lastId).catch(() => undefined);
          if (since === undefined) send('event: resync\ndata: {}\n\n');
          // Only the last one tells where to go on: a stream may break off between two of them.
          else {
            const missed = since.missed.filter(concerns);
            for (const [n, hint] of missed.entries()) send(hintFrame(hint, missed[n + 1] ? undefined : since.id));
          }
        }
        void keepAlive(send);
      },
      cancel: () => ending.abort(),
    });

    return new Response(body, { headers });
  });
