/**
 * Traces and metrics through the API of OpenTelemetry. There is none where no SDK was registered before the start, and
 * then nothing is done for a request. Attributes are what is named here: no body, token or link, no path with its ids,
 * no account. What each metric says: docs/operating.md.
 */
import type * as Api from '@opentelemetry/api';
import { TransportError, type Governor, type GovernorState, type Transport } from '../codat/index.ts';
import type { Clock, FeedEvent, Upstream } from '../outbox/model.ts';
import type { Standing } from '../outbox/operating.ts';

/** A request as far as it can be told before it is answered. */
export interface Asked {
  readonly method: string;
  /** The pattern of its path; undefined where there is no such route. */
  readonly route: string | undefined;
}

/** What is found out while it is answered. */
export interface Seen {
  companyId?: string;
}

/** What gauges read when somebody collects them. */
export interface Gauges {
  readonly standing: () => Promise<readonly Standing[]>;
  readonly quota: () => GovernorState;
  /** Live streams that are open. */
  readonly streams: () => number;
}

export interface Telemetry {
  /** One span around the answer. `seen` is looked at when there is one. */
  request(asked: Asked, seen: Seen, answer: () => Promise<Response>): Promise<Response>;
  /** One span an attempt, inside the governor: what waits for its turn is not on its way yet. */
  governor(governor: Governor): Governor;
  /** One span a batch. */
  batches(upstream: Upstream): Upstream;
  event(event: FeedEvent): void;
  /** Answers how to end it. */
  observe(gauges: Gauges): () => void;
}

const name = 'bank-feed-elements';
/** In seconds, as the semantic conventions advise. */
const boundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** The words of Codat's paths. All else in one is an id, and the host's own account ids may be account numbers. */
const words = new Set(
  (
    'companies connections webhooks accessToken push data options bankAccounts bankTransactions authorization bankFeeds ' +
    'info otp connectionInfo bankFeedAccounts credentials batch mapping managedBankFeeds syncs latest'
  ).split(' '),
);
export const templateOf = (url: URL): string =>
  url.pathname
    .split('/')
    .map((part) => (part === '' || words.has(part) ? part : '{id}'))
    .join('/');

const typeOf = (error: unknown): string => {
  if (error instanceof TransportError) return error.code;
  return error instanceof Error ? error.name : 'unknown';
};
const statusOf = (status: number, failedFrom: number): Api.Attributes => ({
  'http.response.status_code': status,
  ...(status >= failedFrom ? { 'error.type': String(status) } : {}),
});

/** Undefined where the API is not installed, or no SDK stands behind it. */
export const openTelemetry = async (clock: Pick<Clock, 'now'>): Promise<Telemetry | undefined> => {
  let api: typeof Api;
  try {
    api = await import('@opentelemetry/api');
  } catch {
    return undefined;
  }
  const { context, createNoopMeter, metrics, ProxyTracerProvider, SpanKind, SpanStatusCode, trace } = api;
  const provider = trace.getTracerProvider();
  const isTraced = !(provider instanceof ProxyTracerProvider) || provider.getDelegateTracer(name) !== undefined;
  const meter = metrics.getMeter(name);
  const isMetered = meter !== createNoopMeter();
  if (!isTraced && !isMetered) return undefined;
  const tracer = trace.getTracer(name);

  /** Of an error its kind alone: its words may be those of a customer. */
  const failed = (span: Api.Span, type: string): void => {
    span.setAttribute('error.type', type);
    span.setStatus({ code: SpanStatusCode.ERROR });
  };
  const inSpan = async <Result>(
    title: string,
    kind: Api.SpanKind,
    attributes: Api.Attributes,
    work: (span: Api.Span) => Promise<Result>,
  ): Promise<Result> => {
    const span = tracer.startSpan(title, { kind, attributes });
    try {
      return await context.with(trace.setSpan(context.active(), span), work, undefined, span);
    } catch (error) {
      failed(span, typeOf(error));
      throw error;
    } finally {
      span.end();
    }
  };

  const seconds = (of: string, description: string) =>
    meter.createHistogram(of, { unit: 's', description, advice: { explicitBucketBoundaries: boundaries } });
  const count = (of: string, unit: string, description: string) =>
    meter.createCounter(`bank_feed.${of}`, { unit: `{${unit}}`, description });
  const served = seconds('http.server.request.duration', 'Until an answer begins');
  const asked = seconds('http.client.request.duration', 'One request to Codat, without the wait for its turn');
  const delivered = count('transactions.delivered', 'transaction', 'That the accounting software has taken');
  const batches = count('batches', 'batch', 'Sent to Codat, by its answer');
  const holds = count('holds', 'hold', 'An account came to be held');
  const alarms = count('alarms', 'alarm', 'Something that a person has to look at');
  const webhooksRefused = count('webhooks.refused', 'webhook', 'Answered with an error');

  const traced =
    (transport: Transport): Transport =>
    (request) => {
      const url = new URL(request.url);
      const about: Api.Attributes = {
        'http.request.method': request.method,
        'url.template': templateOf(url),
        'server.address': url.hostname,
      };
      const began = clock.now();
      const record = (more: Api.Attributes): void => asked.record((clock.now() - began) / 1000, { ...about, ...more });
      return inSpan(`${request.method} ${templateOf(url)}`, SpanKind.CLIENT, about, async (span) => {
        try {
          const response = await transport(request);
          const outcome = statusOf(response.status, 400);
          span.setAttributes(outcome);
          if (response.status >= 400) failed(span, String(response.status));
          record(outcome);
          return response;
        } catch (error) {
          record({ 'error.type': typeOf(error) });
          throw error;
        }
      });
    };

  return {
    request({ method, route }, seen, answer) {
      const began = clock.now();
      const known = methods.has(method) ? method : '_OTHER';
      const about: Api.Attributes = {
        'http.request.method': known,
        ...(route === undefined ? {} : { 'http.route': route }),
      };
      // Never a child of what a page or Codat says in a header; of the host's own span it is one.
      const title = route === undefined ? known : `${known} ${route}`;
      return inSpan(title, SpanKind.SERVER, about, async (span) => {
        const response = await answer();
        const { status, headers } = response;
        span.setAttributes({
          ...statusOf(status, 500),
          'bank_feed.request_id': headers.get('x-request-id') ?? undefined,
          'bank_feed.company_id': seen.companyId,
        });
        if (status >= 500) failed(span, String(status));
        served.record((clock.now() - began) / 1000, { ...about, ...statusOf(status, 500) });
        if (route?.endsWith('/webhooks/codat') === true && status >= 400)
          webhooksRefused.add(1, { 'http.response.status_code': status });
        return response;
      });
    },
    governor: (governor) =>
      Object.assign((transport: Transport) => governor(traced(transport)), {
        pause: (until: number) => governor.pause(until),
        resume: () => governor.resume(),
        state: () => governor.state(),
      }),
    batches: (upstream) => ({
      ...upstream,
      create(request) {
        const { companyId, connectionId, idempotencyKey } = request;
        const about: Api.Attributes = {
          'bank_feed.company_id': companyId,
          'bank_feed.connection_id': connectionId,
          'bank_feed.batch_id': idempotencyKey,
        };
        return inSpan('send batch', SpanKind.INTERNAL, about, async (span) => {
          const answer = await upstream.create(request);
          span.setAttribute('bank_feed.answer', answer.kind);
          if (answer.kind !== 'accepted') failed(span, answer.kind);
          batches.add(1, { 'bank_feed.answer': answer.kind });
          return answer;
        });
      },
    }),
    event(event) {
      if (event.type === 'delivered') delivered.add(event.lines);
      if (event.type === 'held') holds.add(1, { 'bank_feed.reason': event.reason });
      if (event.type === 'alarm') alarms.add(1);
    },
    observe({ standing, quota, streams }) {
      const gauge = (of: string, unit: string, description: string) =>
        meter.createObservableGauge(`bank_feed.${of}`, { unit, description });
      const age = gauge('queue.age', 's', 'Age of the oldest accepted transaction that is not delivered');
      const lines = gauge('queue.transactions', '{transaction}', 'Accepted and not delivered');
      const accounts = gauge('queue.accounts', '{account}', 'With transactions that are held, or wait');
      const dayLeft = gauge('codat.day.remaining', '{request}', "Left of Codat's quota of the day");
      const dayLimit = gauge('codat.day.limit', '{request}', "Codat's quota of the day");
      const minuteUsed = gauge('codat.minute.used', '{request}', 'Requests of this instance in the last minute');
      const waiting = gauge('codat.waiting', '{request}', 'Requests of this instance that wait for their turn');
      const open = meter.createObservableUpDownCounter('bank_feed.live_streams', {
        unit: '{stream}',
        description: 'Open at this instance',
      });
      const all = [age, lines, accounts, dayLeft, dayLimit, minuteUsed, waiting, open];
      const nothing: Standing = { kind: 'waiting', reason: 'sending', accounts: 0, lines: 0, since: undefined };
      const read: Parameters<typeof meter.addBatchObservableCallback>[0] = async (result) => {
        const { day, minute, waiting: inLine } = quota();
        result.observe(open, streams());
        result.observe(minuteUsed, minute.used);
        result.observe(waiting, inLine);
        if (day !== undefined) {
          result.observe(dayLeft, day.remaining);
          result.observe(dayLimit, day.limit);
        }
        const found = await standing();
        const isIdle = !found.some(({ kind, reason }) => kind === 'waiting' && reason === 'sending');
        // A gauge that nobody tells anything keeps no zero, and an alarm on it would never end.
        for (const { kind, reason, since, ...counts } of isIdle ? [...found, nothing] : found) {
          const about = { 'bank_feed.state': kind, 'bank_feed.reason': reason };
          result.observe(age, since === undefined ? 0 : Math.max(0, clock.now() - since) / 1000, about);
          result.observe(lines, counts.lines, about);
          result.observe(accounts, counts.accounts, about);
        }
      };
      meter.addBatchObservableCallback(read, all);
      return () => meter.removeBatchObservableCallback(read, all);
    },
  };
};
