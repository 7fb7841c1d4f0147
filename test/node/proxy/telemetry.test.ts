/** Traces and metrics, by OpenTelemetry's own SDK in memory, of the real proxy beside the sandbox. */
import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { after, test } from 'node:test';
import { context, metrics, ROOT_CONTEXT, SpanKind, trace, type Context } from '@opentelemetry/api';
import { MeterProvider, MetricReader, type DataPoint, type Histogram } from '@opentelemetry/sdk-metrics';
import { Hono } from 'hono';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { ProxyEnv } from '../../../src/proxy/access.ts';
import { silentLog, type Log } from '../../../src/proxy/log.ts';
import { openTelemetry } from '../../../src/proxy/telemetry.ts';
import { createWatched } from '../../../src/proxy/watched.ts';
import { connectXero, hostAccounts, lines, serverSecret, startWorld, webhookSecret, type World } from './support.ts';

class Reader extends MetricReader {
  protected override onForceFlush = async (): Promise<void> => {};
  protected override onShutdown = async (): Promise<void> => {};
}

const exporter = new InMemorySpanExporter();
const reader = new Reader();
const storage = new AsyncLocalStorage<Context>();

/** As an application does before it starts the proxy. */
const register = (): void => {
  const manager: Parameters<typeof context.setGlobalContextManager>[0] = {
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (active, work, self, ...args) => storage.run(active, () => work.apply(self as never, args)),
    bind: (_active, target) => target,
    enable: () => manager,
    disable: () => manager,
  };
  context.setGlobalContextManager(manager);
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
};
after(() => {
  trace.disable();
  metrics.disable();
  context.disable();
});

type Found = readonly { readonly value: unknown; readonly attributes: Readonly<Record<string, unknown>> }[];

/** All metrics as they are collected now, by their names. */
const collect = async (): Promise<ReadonlyMap<string, Found>> => {
  const { resourceMetrics, errors } = await reader.collect();
  assert.deepEqual(errors, []);
  return new Map(
    resourceMetrics.scopeMetrics
      .flatMap((scope) => scope.metrics)
      .map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints as readonly DataPoint<number | Histogram>[]]),
  );
};
const state = (kind: string, reason: string) => ({ 'bank_feed.state': kind, 'bank_feed.reason': reason });
const find = (found: Found | undefined, attributes: Readonly<Record<string, unknown>>): unknown =>
  found?.find((point) => Object.entries(attributes).every(([name, value]) => point.attributes[name] === value))?.value;

const push = async (world: World, prefix: string): Promise<void> => {
  const { accepted } = await world.proxy.push({
    companyId: world.companyId,
    accountId: hostAccounts[0].id,
    transactions: lines(2, prefix),
  });
  assert.equal(accepted, 2);
};

test('where no SDK is registered there is no telemetry', async () => {
  assert.equal(await openTelemetry({ now: () => 0 }), undefined);
});

test('a request is told where somebody listens, which may change; otherwise it is handed on as it is', async () => {
  const given: unknown[] = [];
  const app = new Hono<ProxyEnv>().basePath('/feeds');
  app.use(async (_context, next) => next());
  app.get('/x/:id', (context) => {
    given.push(context.env);
    if (context.env.seen) context.env.seen.companyId = 'c';
    return context.text('ok');
  });
  const told: unknown[] = [];
  let listens = false;
  const log: Log = { ...silentLog, debug: (fields) => told.push(fields), isLevelEnabled: () => listens };
  let now = 0;
  const answer = createWatched({ app, telemetry: undefined, log, clock: { now: () => (now += 2) } });
  const env = { native: 'native' };
  const ask = async (method: string, path: string): Promise<number> =>
    (await answer(new Request(`http://proxy${path}`, { method }), env)).status;
  assert.equal(await ask('GET', '/feeds/x/1'), 200);
  assert.deepEqual([given[0] === env, told], [true, []]);
  listens = true;
  assert.equal(await ask('GET', '/feeds/x/2?q=3'), 200);
  assert.equal(await ask('HEAD', '/feeds/x/4'), 200);
  assert.equal(await ask('POST', '/feeds/x/5'), 404);
  const seen = { requestId: null, route: '/feeds/x/:id', status: 200, ms: 2, companyId: 'c' };
  assert.deepEqual(told, [
    { ...seen, method: 'GET' },
    { ...seen, method: 'HEAD' },
    { requestId: null, method: 'POST', route: undefined, status: 404, ms: 2 },
  ]);
});

test('requests, calls of Codat and batches are spans; gauges say what is held; no secret is in any of it', async (t) => {
  register();
  const debugged: Readonly<Record<string, unknown>>[] = [];
  const quiet = (): void => {};
  const world = await startWorld(t, {
    log: {
      debug: (fields, message) => message === 'a request was answered' && debugged.push(fields),
      info: quiet,
      warn: quiet,
      error: quiet,
    },
  });
  const before = await collect();
  assert.equal(find(before.get('bank_feed.queue.accounts'), state('waiting', 'sending')), 0);

  const { connectionId } = await connectXero(world);
  await push(world, 'good');
  await world.event('delivered');
  const path = `/v1/connections/${connectionId}/accounts`;
  const answered = await world.call('GET', `${path}?token=in-a-query`, {
    headers: { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` },
  });
  assert.equal((await world.call('GET', '/v1/other/secret-path')).status, 404);
  const headers = { 'webhook-id': 'x', 'webhook-timestamp': '1700000000', 'webhook-signature': 'v1,AAAA' };
  assert.ok((await world.call('POST', '/v1/webhooks/codat', { body: {}, headers })).status >= 400);

  const spans = exporter.getFinishedSpans();
  const named = (name: string) => spans.filter((span) => span.name === name);
  const [span] = named('GET /v1/connections/:connection/accounts').toReversed();
  assert.ok(span);
  assert.equal(span.kind, SpanKind.SERVER);
  assert.equal(span.parentSpanContext, undefined);
  assert.deepEqual(span.attributes, {
    'http.request.method': 'GET',
    'http.route': '/v1/connections/:connection/accounts',
    'http.response.status_code': 200,
    'bank_feed.request_id': answered.headers.get('x-request-id'),
    'bank_feed.company_id': world.companyId,
  });
  assert.equal(named('GET').length, 1, 'what has no route has no name of its own');

  const listed = spans.filter(
    ({ kind, parentSpanContext }) =>
      kind === SpanKind.CLIENT && parentSpanContext?.spanId === span.spanContext().spanId,
  );
  assert.ok(listed.length > 0);
  for (const call of listed) assert.match(call.name, /^GET \/companies\/\{id\}\/connections/);
  const [batch] = named('send batch');
  assert.ok(batch);
  const posted = spans.find((one) => one.parentSpanContext?.spanId === batch.spanContext().spanId);
  assert.equal(posted?.name, 'POST /companies/{id}/connections/{id}/push/bankAccounts/{id}/bankTransactions');
  assert.equal(batch.attributes['bank_feed.answer'], 'accepted');

  const line = debugged.find(({ requestId }) => requestId === answered.headers.get('x-request-id'));
  assert.equal(typeof line?.['ms'], 'number');
  assert.deepEqual(
    { ...line, ms: 0 },
    {
      requestId: answered.headers.get('x-request-id'),
      method: 'GET',
      route: '/v1/connections/:connection/accounts',
      status: 200,
      ms: 0,
      companyId: world.companyId,
    },
  );

  world.sandbox.control.faults.add({
    kind: 'status',
    operation: 'create-bank-transactions',
    status: 400,
    message: 'words-of-codat',
  });
  await push(world, 'bad');
  await world.event('held');
  const metricsNow = await collect();
  assert.equal(find(metricsNow.get('bank_feed.queue.accounts'), state('held', 'refused')), 1);
  assert.equal(find(metricsNow.get('bank_feed.queue.transactions'), state('held', 'refused')), 2);
  const age = find(metricsNow.get('bank_feed.queue.age'), state('held', 'refused'));
  assert.ok(typeof age === 'number' && age > 0 && age < 60);
  assert.equal(find(metricsNow.get('bank_feed.queue.age'), state('waiting', 'sending')), 0);
  assert.equal(find(metricsNow.get('bank_feed.transactions.delivered'), {}), 2);
  for (const answer of ['accepted', 'refused'])
    assert.equal(find(metricsNow.get('bank_feed.batches'), { 'bank_feed.answer': answer }), 1);
  assert.equal(find(metricsNow.get('bank_feed.holds'), { 'bank_feed.reason': 'refused' }), 1);
  assert.equal(find(metricsNow.get('bank_feed.webhooks.refused'), {}), 1);
  assert.equal(find(metricsNow.get('bank_feed.live_streams'), {}), 0);
  const [left, ofDay, used] = ['day.remaining', 'day.limit', 'minute.used'].map((name) =>
    find(metricsNow.get(`bank_feed.codat.${name}`), {}),
  );
  assert.ok(Number(left) > 0 && Number(ofDay) >= Number(left) && Number(used) > 5);
  const route = { 'http.route': '/v1/connections/:connection/accounts', 'http.request.method': 'GET' };
  const served = find(metricsNow.get('http.server.request.duration'), route) as Histogram | undefined;
  assert.ok(served !== undefined && served.count >= 2 && (served.max ?? 60) < 30, 'seconds');

  const all = JSON.stringify([
    exporter.getFinishedSpans().map(({ name, attributes, events, status }) => [name, attributes, events, status]),
    [...metricsNow],
    debugged,
  ]);
  const secrets: string[] = [
    await world.token(),
    serverSecret,
    webhookSecret,
    world.sandbox.apiKey,
    Buffer.from(world.sandbox.apiKey).toString('base64'),
    ...hostAccounts.flatMap(({ id, accountNumber, sortCode, accountName }) => [
      id,
      accountNumber,
      sortCode,
      accountName,
    ]),
    'words-of-codat',
    'in-a-query',
    'secret-path',
    'good-1',
    connectionId,
    'eyJ',
    'otp',
  ];
  for (const secret of secrets) assert.equal(all.includes(secret), false, secret);
});
