import { Hono } from 'hono';
import { responseHeaders, type ProxyEnv } from './access.ts';
import { textAside, withBody } from './answer.ts';
import { openProxy, type OpenProxy } from './open-proxy.ts';
import { checkOptions, type ProxyOptions } from './options.ts';
import { Problem, problemResponse } from './problem.ts';

export interface BankFeedProxy extends OpenProxy {
  /** Opens the store and begins to deliver. Until then every route but /healthz answers 503. */
  start(): Promise<void>;
}

/** In seconds. Another instance may answer at once; this one opens its store in a few. */
const retryAfterSeconds = 2;

const notReady = (): Problem =>
  new Problem('store_unavailable', 'The proxy is not ready: start() was not called, or has not resolved yet.', {
    retryAfterSeconds,
  });
const endsNow = (): Problem =>
  new Problem('store_unavailable', 'This instance is being stopped. Nothing was done: repeat it in a moment.', {
    retryAfterSeconds,
  });

/**
 * The one small server beside the widget: it holds the key of Codat, answers the widget for exactly one
 * company at a time, receives webhooks and delivers transactions. Throws ProxyOptionsError with every
 * mistake of the options at once.
 */
export const createBankFeedProxy = (options: ProxyOptions): BankFeedProxy => {
  checkOptions(options);
  const basePath = new URL(options.publicUrl).pathname.replace(/\/$/, '');
  let opening: Promise<OpenProxy> | undefined;
  let open: OpenProxy | undefined;
  let stopping: Promise<void> = Promise.resolve();
  let isStopping = false;

  /** While nothing is open: with the same headers as ever, so that a page can read why it has to wait. */
  const closed = new Hono<ProxyEnv>();
  closed.use(responseHeaders(options.token?.origins ?? [], options.token === undefined));
  closed.get(`${basePath}/healthz`, (context) => context.text('ok'));
  closed.get(`${basePath}/readyz`, (context) => context.text(isStopping ? 'stopping' : 'starting', 503));
  closed.all('*', () => problemResponse(isStopping ? endsNow() : notReady()));

  const ready = (): OpenProxy => {
    if (!open) throw isStopping ? endsNow() : notReady();
    return open;
  };

  return {
    async fetch(request, env) {
      const answer = await (open ? open.fetch(request, env) : closed.fetch(request));
      return env?.[textAside] ? answer : withBody(answer);
    },
    push: async (input) => ready().push(input),
    sessions: {
      mint: async (input) => ready().sessions.mint(input),
      revoke: async (input) => ready().sessions.revoke(input),
    },
    companies: {
      ensure: async (input) => ready().companies.ensure(input),
      get: async (companyId) => ready().companies.get(companyId),
      forget: async (companyId) => ready().companies.forget(companyId),
    },
    connections: { resolve: async (companyId, id) => ready().connections.resolve(companyId, id) },
    feeds: {
      list: async (companyId) => ready().feeds.list(companyId),
      held: async (query) => ready().feeds.held(query),
      waiting: async (query) => ready().feeds.waiting(query),
      lines: async (feed) => ready().feeds.lines(feed),
      retry: async (feed) => ready().feeds.retry(feed),
      skip: async (feed) => ready().feeds.skip(feed),
      resume: async (feed) => ready().feeds.resume(feed),
    },
    events: {
      list: async (page) => ready().events.list(page),
      acknowledge: async (upTo) => ready().events.acknowledge(upTo),
    },
    async start() {
      isStopping = false;
      const started = (opening ??= stopping.then(() => openProxy(options, basePath)));
      try {
        const opened = await started;
        if (opening === started) open = opened;
      } catch (error) {
        // What kept it from starting may be gone the next time.
        if (opening === started) opening = undefined;
        throw error;
      }
    },
    async stop() {
      const ending = opening;
      open = undefined;
      opening = undefined;
      isStopping = true;
      if (ending)
        stopping = ending.then(
          (opened) => opened.stop(),
          () => undefined,
        );
      return stopping;
    },
  };
};
