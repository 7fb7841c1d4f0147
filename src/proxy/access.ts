import type { MiddlewareHandler } from 'hono';
import * as z from 'zod';
import { scopes as allScopes, versionHeader, wireVersion, type Scope } from '../contract/schemas.ts';
import type { Clock } from '../outbox/model.ts';
import { addHeaders } from './answer.ts';
import type { ProxyOptions } from './options.ts';
import type { WireIds } from './ids.ts';
import { faultOf, unknownAmong } from './checked.ts';
import { codatId } from './codat-id.ts';
import { notFound, Problem, unauthenticated } from './problem.ts';
import type { Seen } from './telemetry.ts';
import { connectionNames, hashSubject, type Session, type TokenSessions } from './sessions.ts';

export interface ProxyEnv {
  Bindings: { seen?: Seen; native?: unknown };
  Variables: { session: Session; requestId: string };
}

/** Finds out who calls. Asked again on an open stream. Rejects with the one constant 401. */
export type Authenticate = (request: Request, native: unknown) => Promise<Session>;

const bearer = (request: Request): string | undefined =>
  /^Bearer ([\x21-\x7e]+)$/.exec(request.headers.get('authorization') ?? '')?.[1];

/** Token mode: a short token in the Authorization header, bound to the origin of its page. */
export const authenticateByToken =
  (sessions: TokenSessions): Authenticate =>
  async (request) => {
    const token = bearer(request);
    if (token === undefined) throw unauthenticated('no token');
    const origin = request.headers.get('origin') ?? undefined;
    if (origin === undefined && request.headers.get('sec-fetch-site') !== 'same-origin')
      throw unauthenticated('no origin');
    return sessions.verify(token, origin);
  };

const authorization = z.strictObject({
  companyId: codatId('must be the id of a company at Codat'),
  subject: z.string('must be your id of the user, as text').min(1, 'is empty: give your id of the user'),
  scopes: z.array(z.enum(allScopes, `must be among ${allScopes.join(', ')}`), 'must be an array of scopes'),
  connections: z.optional(z.array(codatId('must be the ids of connections at Codat')).max(50)),
});

/** Mounted mode: the host's own session. The custom header makes a cross-origin call preflighted, and so refused. */
export const authenticateByHost = (
  authorize: NonNullable<ProxyOptions['authorize']>,
  publicUrl: string,
  clock: Clock,
  authorizeAgain: number,
  ids: Pick<WireIds, 'connection'>,
): Authenticate => {
  const ownOrigin = new URL(publicUrl).origin;
  return async (request, native) => {
    const site = request.headers.get('sec-fetch-site');
    const origin = request.headers.get('origin');
    const foreign = (origin !== null && origin !== ownOrigin) || (site !== null && site !== 'same-origin');
    if (foreign) throw unauthenticated('cross-site: the page is not of the origin of publicUrl');
    if (request.headers.get(versionHeader) === null) throw unauthenticated(`no header ${versionHeader}`);
    const answer = await authorize(request, native);
    if (!answer) throw unauthenticated('authorize() refused');
    const checked = authorization.safeParse(answer);
    if (!checked.success) {
      const { text } = faultOf(authorization, checked.error, 'an answer');
      throw new TypeError(`authorize() gave an answer that cannot be used: ${text}`);
    }
    const { companyId, subject, scopes, connections } = checked.data;
    return {
      companyId,
      subject: await hashSubject(subject),
      scopes: new Set(scopes),
      connections: connections && (await connectionNames(ids, companyId, connections)),
      expiresAt: clock.now() + authorizeAgain,
    };
  };
};

/** Whether a session may see a connection, by Codat's id. */
export const opens = ({ connections }: Session, connectionId: string): boolean =>
  connections === undefined || connections.has(connectionId);

/** The same by the wire's id. */
export const opensWireId = ({ connections }: Session, wireId: string): boolean =>
  connections === undefined || [...connections.values()].includes(wireId);

export const requireScope =
  (authenticate: Authenticate, scope: Scope): MiddlewareHandler<ProxyEnv> =>
  async (context, next) => {
    const session = await authenticate(context.req.raw, context.env?.native);
    if (!session.scopes.has(scope)) throw new Problem('forbidden', `The session lacks the scope ${scope}.`);
    // The wire names a connection in paths alone. One that is not open to this session does not exist for it.
    const connection = context.req.param('connection');
    if (connection !== undefined && !opensWireId(session, connection)) throw notFound();
    context.set('session', session);
    if (context.env?.seen) context.env.seen.companyId = session.companyId;
    await next();
  };

const digest = async (text: string): Promise<string> =>
  Buffer.from(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))).toString('hex');

/** Server-only routes: the shared secret, compared by digest so that time tells nothing; never from a page. */
export const requireServerSecret = (serverSecret: string | undefined) => {
  const expected = serverSecret === undefined ? undefined : digest(serverSecret);
  /** `parameters`: all that the route takes in its query. */
  return (...parameters: readonly string[]): MiddlewareHandler<ProxyEnv> =>
    async (context, next) => {
      const given = bearer(context.req.raw);
      if (expected === undefined || given === undefined || (await digest(given)) !== (await expected))
        throw new Problem(
          'unauthenticated',
          'The server secret is missing or not the one this proxy was started with. Send Authorization: Bearer <secret>.',
        );
      if (context.req.header('origin') !== undefined)
        throw new Problem('forbidden', 'This route is for servers; the server secret must never reach a page.');
      const fault = unknownAmong(Object.keys(context.req.query()), parameters, 'parameter', 'this address');
      if (fault) throw new Problem('invalid_request', fault.text, { field: fault.field });
      await next();
    };
};

const preflight = {
  'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
  'access-control-allow-headers': `authorization, content-type, last-event-id, ${versionHeader}`,
  'access-control-max-age': '600',
};

const exposed = [versionHeader, 'x-request-id', 'x-codat-correlation-id', 'retry-after'].join(', ');

/** The headers every answer carries, and the exact CORS list of token mode. */
export const responseHeaders = (origins: readonly string[], mounted: boolean): MiddlewareHandler<ProxyEnv> => {
  const everywhere = {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cross-origin-resource-policy': mounted ? 'same-origin' : 'cross-origin',
    vary: 'Origin',
    [versionHeader]: wireVersion,
  };
  return async (context, next) => {
    const requestId = crypto.randomUUID();
    context.set('requestId', requestId);
    const origin = context.req.header('origin');
    const allowed = origin !== undefined && origins.includes(origin);
    const own: Record<string, string> = { 'x-request-id': requestId };
    if (allowed) {
      own['access-control-allow-origin'] = origin;
      own['access-control-expose-headers'] = exposed;
    }
    if (context.req.method === 'OPTIONS') {
      context.res = new Response(null, { status: 204 });
      if (allowed) Object.assign(own, preflight);
    } else {
      await next();
    }
    addHeaders(context.res, { ...everywhere, ...own });
  };
};
