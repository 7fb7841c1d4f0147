import type { Hono } from 'hono';
import type { Clock } from '../outbox/model.ts';
import type { ProxyEnv } from './access.ts';
import { tellsDebug, type Log } from './log.ts';
import type { Asked, Seen, Telemetry } from './telemetry.ts';

/** Answers requests, and tells whoever listens of each. Where nobody does, that is one question a request. */
export const createWatched = (parts: {
  readonly app: Hono<ProxyEnv>;
  readonly telemetry: Telemetry | undefined;
  readonly log: Log;
  readonly clock: Pick<Clock, 'now'>;
}) => {
  const { app, telemetry, log, clock } = parts;

  const askedFor = (request: Request): Asked => {
    const { method } = request;
    const [found] = app.router.match(method === 'HEAD' ? 'GET' : method, app.getPath(request));
    return { method, route: found.findLast(([[, route]]) => route.method !== 'ALL')?.[0][1].path };
  };

  const watch = async (request: Request, env: ProxyEnv['Bindings'] | undefined): Promise<Response> => {
    const asked = askedFor(request);
    const seen: Seen = {};
    const began = clock.now();
    const answer = async (): Promise<Response> => app.fetch(request, { ...env, seen });
    const response = await (telemetry === undefined ? answer() : telemetry.request(asked, seen, answer));
    const { status, headers } = response;
    const requestId = headers.get('x-request-id');
    const ms = Math.round(clock.now() - began);
    log.debug({ requestId, ...asked, status, ms, ...seen }, 'a request was answered');
    return response;
  };

  return (request: Request, env: ProxyEnv['Bindings'] | undefined): Response | Promise<Response> =>
    telemetry !== undefined || tellsDebug(log) ? watch(request, env) : app.fetch(request, env ?? {});
};
