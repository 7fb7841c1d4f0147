import { Hono } from 'hono';
import { problems } from '../contract/problems.ts';
import { responseHeaders, type ProxyEnv } from './access.ts';
import { problemOf } from './codat-problem.ts';
import { errorFields, type Log } from './log.ts';
import type { ProxyOptions } from './options.ts';
import { methodNotAllowed, notFound, Problem, problemResponse } from './problem.ts';
import { accountRoutes } from './routes/accounts.ts';
import { authorizeRoutes } from './routes/authorize.ts';
import { connectionRoutes } from './routes/connections.ts';
import { feedRoutes } from './routes/feeds.ts';
import { heldRoutes } from './routes/held.ts';
import { liveRoutes } from './routes/live.ts';
import { mappingRoutes } from './routes/mappings.ts';
import type { RouteParts } from './routes/parts.ts';
import { serverRoutes } from './routes/server.ts';
import { stateRoutes } from './routes/state.ts';
import { webhookRoutes } from './routes/webhooks.ts';
import { createWebhookVerifier } from './webhook-signature.ts';
import type { WebhookInbox } from './webhooks.ts';
import { within } from './within.ts';

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** How long the store may take to say that it is there, in milliseconds. A large hand-over keeps the embedded one busy. */
const readyWithin = 5_000;

/** Every route there is, and what stands around them: headers, health, problems. */
export const createApp = (given: {
  readonly options: Pick<ProxyOptions, 'role' | 'serverSecret' | 'token' | 'webhookSecrets'>;
  readonly basePath: string;
  readonly parts: RouteParts;
  readonly server: Omit<Parameters<typeof serverRoutes>[0], 'serverSecret' | 'report'>;
  readonly operating: Omit<Parameters<typeof heldRoutes>[0], 'serverSecret'>;
  readonly inbox: WebhookInbox;
  /** Rejects where the store cannot be used. */
  readonly ready: () => Promise<unknown>;
  readonly log: Log;
}): Hono<ProxyEnv> => {
  const { options, basePath, parts, inbox, ready, log } = given;
  const { role, serverSecret, token, webhookSecrets } = options;

  const report = (error: unknown, requestId: string): Problem => {
    const problem = problemOf(error);
    const fields = {
      requestId,
      code: problem?.code,
      why: problem?.why,
      correlationId: problem?.correlationId,
      ...errorFields(error),
    };
    if (!problem || problems[problem.code].status >= 500) log.error(fields, 'a request failed');
    else log.debug(fields, 'a request was refused');
    return problem ?? new Problem('internal', 'Nothing was lost. Try again in a moment.');
  };

  const v1 = new Hono<ProxyEnv>()
    .route('/', stateRoutes(parts))
    .route('/', connectionRoutes(parts))
    .route('/', authorizeRoutes(parts))
    .route('/', accountRoutes(parts))
    .route('/', mappingRoutes(parts))
    .route('/', feedRoutes(parts))
    .route('/', liveRoutes(parts))
    .route('/', serverRoutes({ ...given.server, serverSecret, report }))
    .route('/', heldRoutes({ ...given.operating, serverSecret }));
  if (webhookSecrets)
    v1.route('/', webhookRoutes({ verify: createWebhookVerifier(webhookSecrets), inbox, clock: parts.clock, log }));

  const app = new Hono<ProxyEnv>({ strict: true }).basePath(basePath || '/');
  app.use(responseHeaders(token?.origins ?? [], token === undefined));
  app.get('/healthz', (context) => context.text('ok'));
  app.get('/readyz', async (context) => {
    try {
      await within(parts.clock, readyWithin, 'the store', ready);
      return context.text('ok');
    } catch {
      return context.text('the store cannot be used', 503);
    }
  });
  if (role !== 'worker') app.route('/v1', v1);
  app.notFound((context) => {
    const allowed = methods.filter((method) =>
      app.router.match(method, context.req.path)[0].some(([[, route]]) => route.method === method),
    );
    return allowed.length > 0 ? methodNotAllowed(allowed) : problemResponse(notFound());
  });
  app.onError((error, context) => problemResponse(report(error, context.get('requestId'))));
  return app;
};
