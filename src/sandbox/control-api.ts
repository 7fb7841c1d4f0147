/** The controls over HTTP, under `/sandbox`, with the same key as the API. */
import { type Context, Hono } from 'hono';
import * as z from 'zod';
import { authorized } from './api/app.ts';
import { parseBytes, readBytes } from './api/body.ts';
import { ApiError } from './api/errors.ts';
import { dateText, parseBody, requiredText } from './api/operation.ts';
import { type Control, ControlError } from './control.ts';
import type { Core } from './core.ts';
import { anyFault } from './faults.ts';

export interface ControlApiOptions {
  readonly core: Core;
  readonly control: Control;
  readonly apiKey: string;
}

const authorize = z.strictObject({
  accountIds: z.array(requiredText(200)).max(5000).optional(),
  feedStartDate: dateText.transform((date) => date.slice(0, 10)).optional(),
  organizationId: requiredText(200).optional(),
});
const webhook = z.strictObject({
  url: requiredText(2000),
  secret: requiredText(500).optional(),
  eventTypes: z.array(requiredText(200)).max(100).optional(),
  disabled: z.boolean().optional(),
  companyTags: z.array(requiredText(128)).max(10).optional(),
});
const rule = z.strictObject({ url: requiredText(2000), companyId: requiredText(100).optional() });
const redirect = z.strictObject({ url: requiredText(2000) });
const move = z.strictObject({ advanceMs: z.number().min(0).max(1e12) });

export function createControlApi({ core, control, apiKey }: ControlApiOptions): Hono {
  const app = new Hono().basePath('/sandbox');

  app.use('*', async (context, next) => {
    if (!authorized(context.req.header('authorization') ?? null, apiKey)) {
      return context.json({ error: 'Send "Authorization: Basic " and the base64 of the API key.' }, 401);
    }
    await next();
    return undefined;
  });

  const body = async <Schema extends z.ZodType>(context: Context, schema: Schema): Promise<z.output<Schema>> =>
    parseBody(schema, parseBytes(await readBytes(context.req.raw)) ?? {});

  app.post('/companies/:companyId/connections/:connectionId/authorize', async (context) => {
    const { companyId, connectionId } = context.req.param();
    control.authorize(companyId, connectionId, await body(context, authorize));
    return context.body(null, 204);
  });
  app.post('/companies/:companyId/connections/:connectionId/revoke', (context) => {
    const { companyId, connectionId } = context.req.param();
    control.revoke(companyId, connectionId);
    return context.body(null, 204);
  });
  app.get('/companies/:companyId/organizations/:platformKey', (context) => {
    const { companyId, platformKey } = context.req.param();
    return context.json({ results: control.organizations(companyId, platformKey) });
  });
  app.post('/webhooks', async (context) => context.json(control.addWebhook(await body(context, webhook))));
  app.get('/webhooks', (context) => {
    const waiting = core.webhooks.pending();
    const pending = (id: string): number => waiting.filter(({ consumerId }) => consumerId === id).length;
    return context.json({ results: control.webhooks().map((each) => ({ ...each, pending: pending(each.id) })) });
  });
  app.post('/rules', async (context) => context.json(control.addRule(await body(context, rule))));
  app.put('/redirect-url', async (context) => {
    control.setRedirectUrl((await body(context, redirect)).url);
    return context.body(null, 204);
  });
  app.post('/clock', async (context) => {
    await core.clock.advance((await body(context, move)).advanceMs);
    return context.json({ now: new Date(core.clock.now()).toISOString() });
  });
  app.get('/ledger', (context) => context.json({ results: core.ledger.entries(context.req.query()) }));

  app.post('/faults', async (context) => context.json(control.faults.add(await body(context, anyFault)), 201));
  app.get('/faults', (context) => context.json({ results: control.faults.list() }));
  app.delete('/faults', (context) => {
    control.faults.clear();
    return context.body(null, 204);
  });
  app.delete('/faults/:id', (context) => {
    const { id } = context.req.param();
    if (!control.faults.remove(id)) throw new ControlError('not-found', `There is no fault with the id ${id}.`);
    return context.body(null, 204);
  });

  app.notFound((context) => context.json({ error: 'The sandbox has no such control.' }, 404));
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
