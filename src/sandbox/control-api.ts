/** The controls over HTTP, under `/sandbox`, with the same key as the API. */
import { type Context, Hono } from 'hono';
import { authorized } from './api/app.ts';
import { parseBytes, readBytes } from './api/body.ts';
import { ApiError } from './api/errors.ts';
import { parseBody } from './api/operation.ts';
import { type Control, ControlError } from './control.ts';
import { type ControlCall, controlRoutes } from './controls.ts';
import type { Core } from './core.ts';

export interface ControlApiOptions {
  readonly core: Core;
  readonly control: Control;
  readonly apiKey: string;
}

const index = {
  controls: controlRoutes.map(({ method, path, does }) => ({
    method,
    path: `/sandbox${path.replaceAll(/:(\w+)/g, '{$1}')}`,
    does,
  })),
};

export function createControlApi({ core, control, apiKey }: ControlApiOptions): Hono {
  const app = new Hono({ strict: false }).basePath('/sandbox');

  app.use('*', async (context, next) => {
    if (!authorized(context.req.header('authorization') ?? null, apiKey)) {
      return context.json({ error: 'Send "Authorization: Basic " and the base64 of the API key.' }, 401);
    }
    await next();
    return undefined;
  });

  let last: Promise<unknown> = Promise.resolve();
  const inTurn = (task: () => Promise<void>): Promise<void> => {
    const run = last.then(task);
    last = run.catch(() => undefined);
    return run;
  };

  const callOf = (context: Context): ControlCall => ({
    core,
    control,
    params: context.req.param(),
    body: async (schema) => parseBody(schema, parseBytes(await readBytes(context.req.raw)) ?? {}),
    query: (schema) => parseBody(schema, context.req.query()),
    inTurn,
    accept: context.req.header('accept') ?? '',
  });

  app.get('/', (context) => context.json(index));
  for (const route of controlRoutes) {
    app.on(route.method, route.path, async (context) => {
      const { status, body } = await route.handle(callOf(context));
      if (body === undefined) return context.body(null, status);
      if (!(body instanceof ReadableStream)) return Response.json(body, { status });
      return new Response(body, { status, headers: { 'content-type': 'application/x-ndjson' } });
    });
  }

  app.notFound((context) =>
    context.json(
      { error: `There is no control ${context.req.method} ${context.req.path}. GET /sandbox lists them.` },
      404,
    ),
  );
  app.onError((error, context) => {
    if (error instanceof ApiError) return context.json({ error: error.message }, 400);
    if (error instanceof TypeError) return context.json({ error: error.message }, 400);
    if (error instanceof ControlError) {
      return context.json({ error: error.message }, error.code === 'not-found' ? 404 : 409);
    }
    core.log('A control failed unexpectedly.', { error: String(error) });
    return context.json({ error: 'An unexpected error occurred.' }, 500);
  });
  return app;
}
