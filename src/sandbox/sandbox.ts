import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import type { Http2Bindings, HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono } from 'hono';
import { checkHttpUrl } from './addresses.ts';
import { createApi, operations } from './api/app.ts';
import { ApiError, errorBody } from './api/errors.ts';
import { createIdempotency } from './api/idempotency.ts';
import { createLimits } from './api/limits.ts';
import type { Interceptor } from './api/operation.ts';
import { writeJson } from './api/wire.ts';
import { createClock, ownClock, type SandboxClock } from './clock.ts';
import { createControlApi } from './control-api.ts';
import { type Control, createControl } from './control.ts';
import type { Core } from './core.ts';
import type { Send } from './deliveries.ts';
import { createFaults } from './fault-engine.ts';
import { createIds } from './ids.ts';
import { createLedger, type Ledger } from './ledger.ts';
import type { ManagedTransactions } from './managed-transactions.ts';
import { resume } from './resuming.ts';
import { checkNode } from './runtime.ts';
import { createHttpServer, type ServerParts } from './server.ts';
import { changeDelays, type Delays, type DelaySettings, defaultDelays, type Log } from './settings.ts';
import { createKeeper, readSnapshot, type Snapshot } from './snapshot.ts';
import { createSoftware } from './software/app.ts';
import { type ConsumerPrototype, createWebhooks } from './webhooks.ts';
import { World } from './world.ts';

export interface SandboxOptions {
  /** The key clients authenticate with; made from the seed unless given. */
  readonly apiKey?: string | undefined;
  /** Real time, unless given. */
  readonly clock?: SandboxClock | undefined;
  /** Where browsers reach the sandbox, for links; the address of `start()`, unless given. */
  readonly publicUrl?: string | undefined;
  /** Where users go after consent, with Codat's placeholders (`?status={statusCode}`). */
  readonly redirectUrl?: string | undefined;
  /** The bank that managed syncs fetch from; without one they find what `control.offerTransactions` left. */
  readonly managedTransactions?: ManagedTransactions | undefined;
  /** The name under which users find the bank in QuickBooks and Sage; one of our own, unless given. */
  readonly bankName?: string | undefined;
  /** The bank's own sign-in page for Sage; a page that asks for a one-time password, unless given. */
  readonly sageLoginUrl?: string | undefined;
  readonly webhooks?: readonly ConsumerPrototype[] | undefined;
  /** Keeps the state here; read at once, written after changes and at `stop()`. */
  readonly dataFile?: string | undefined;
  /** Every id and made-up key is drawn from it; a new one each time, unless given. */
  readonly seed?: string | undefined;
  readonly delays?: Partial<Delays> | undefined;
  /** `off`: requests are counted, none is refused. */
  readonly limits?: 'on' | 'off' | undefined;
  readonly log?: Log | undefined;
  /** How webhooks leave; the global fetch, unless given. */
  readonly send?: Send | undefined;
}

export interface Sandbox {
  /** Codat's API under `/companies`, consent under `/link`, the books under `/software`, controls under `/sandbox`. */
  fetch(request: Request): Promise<Response>;
  /** Serves it, on a free port of this machine unless told otherwise. */
  start(at?: { port?: number | undefined; host?: string | undefined }): Promise<{ url: string }>;
  /** Ends the server, breaks off what is under way, forgets what is planned and writes the state: for good. */
  stop(): Promise<void>;
  readonly clock: SandboxClock;
  readonly ledger: Ledger;
  readonly control: Control;
  readonly apiKey: string;
}

/**
 * A simulated Codat with the accounting software behind it. Nothing leaves it but its webhooks.
 *
 * @throws {Error} where Node is older than 22.13.
 */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  checkNode(process.versions.node);
  checkHttpUrl('publicUrl', options.publicUrl);
  checkHttpUrl('sageLoginUrl', options.sageLoginUrl);
  const { dataFile, log = () => {}, send = (request) => fetch(request) } = options;
  const kept = dataFile === undefined ? undefined : readSnapshot(dataFile);
  const seed = kept?.seed ?? options.seed ?? randomUUID();
  const ids = createIds(seed, kept?.counters);
  let stopped = false;
  const onError = (error: unknown): void => log('A task failed.', { error: String(error) });
  const given = options.clock ?? createClock({ onError });
  const clock = ownClock(given, { isOver: () => stopped, onError });
  const delays: DelaySettings = { ...defaultDelays };
  changeDelays(delays, options.delays ?? {});
  const apiKey = options.apiKey ?? `sandbox-${ids.named('api key')}`;
  let baseUrl = options.publicUrl?.replace(/\/+$/, '') ?? 'http://localhost';
  let redirectUrl: string | undefined;
  let { managedTransactions } = options;
  let server: Server | undefined;

  const world = new World();
  const ledger = createLedger(kept?.ledger);
  const idempotency = createIdempotency(clock, kept?.answers);

  const state = (): Snapshot => ({
    version: 1,
    seed,
    counters: ids.counters(),
    companies: [...world.companies.values()],
    connections: [...world.connections.values()],
    accounts: [...world.allAccounts()],
    organizations: [...world.organizations.values()],
    operations: [...world.operations.values()],
    copies: [...world.copies.values()],
    syncs: [...world.allSyncs()],
    authorizations: [...world.authorizations.values()],
    ledger: [...ledger.pushes()],
    ...webhooks.state(),
    answers: idempotency.kept(),
  });
  const keeper = createKeeper({ file: dataFile, state, log });
  const { changed } = keeper;

  const faults = createFaults({ clock, ids, operationIds: new Set(operations.map(({ id }) => id)) });
  const webhooks = createWebhooks({
    clock,
    ids,
    delays,
    send,
    log,
    changed,
    write: writeJson,
    disturb: faults.disturb,
  });
  const core: Core = {
    world,
    clock,
    ids,
    ledger,
    webhooks,
    ending: faults.ending,
    delays,
    log,
    changed,
    baseUrl: () => baseUrl,
    bankName: options.bankName ?? 'Alder & Birch Bank',
    sageLoginUrl: options.sageLoginUrl,
    redirectUrl: () => redirectUrl,
    managedTransactions: () => managedTransactions,
  };
  const interceptors = new Set<Interceptor>([faults.intercept]);
  const control = createControl({
    core,
    delays,
    faults,
    interceptors,
    setRedirectUrl: (url) => (redirectUrl = url),
    setManagedTransactions: (source) => (managedTransactions = source),
  });
  control.setRedirectUrl(options.redirectUrl);

  if (kept !== undefined) resume(core, kept);

  // After those that were kept: what is given now stands.
  for (const consumer of options.webhooks ?? []) webhooks.add(consumer);

  const limits = createLimits(core, { enforced: options.limits !== 'off' });
  const api = createApi({ core, apiKey, limits, idempotency, interceptors });
  const controls = createControlApi({ core, control, apiKey });
  const software = createSoftware(core);
  const app = new Hono();
  app.all('/link/*', ({ req }) => software.fetch(req.raw));
  app.all('/software', ({ req }) => software.fetch(req.raw));
  app.all('/software/*', ({ req }) => software.fetch(req.raw));
  app.all('/sandbox/*', ({ req }) => controls.fetch(req.raw));
  app.get('/', (context) => context.redirect('/software', 303));
  app.all('*', ({ req }) => api.fetch(req.raw));

  const handle = async (request: Request): Promise<Response> => {
    const response = await app.fetch(request);
    const severed = faults.severed(request);
    if (severed === undefined) return response;
    throw new TypeError('fetch failed', { cause: new Error(`The connection was closed by the fault "${severed}".`) });
  };

  /** Over a socket, a connection that is to end without an answer ends so. */
  const serve = async (request: Request, { incoming }: HttpBindings | Http2Bindings): Promise<Response> => {
    try {
      return await handle(request);
    } catch (error) {
      if (faults.severed(request) === undefined) throw error;
      incoming.socket.destroy();
      return RESPONSE_ALREADY_SENT;
    }
  };

  const refuse: ServerParts['refuse'] = (status, message) => ({
    body: writeJson(errorBody(new ApiError(status, message), ids.next('correlation'))),
    headers: { 'content-type': 'application/json; charset=utf-8', ...limits.headers() },
  });

  return {
    fetch: handle,
    async start({ port = 0, host = '127.0.0.1' } = {}) {
      if (stopped) throw new Error('The sandbox was stopped; create another, which reads its state from `dataFile`.');
      if (server !== undefined) throw new Error('The sandbox is started already.');
      const created = createHttpServer({ fetch: serve, refuse });
      server = created;
      try {
        created.listen(port, host);
        await once(created, 'listening');
      } catch (error) {
        server = undefined;
        throw error;
      }
      const address = created.address();
      if (address === null || typeof address === 'string') throw new Error('The sandbox has no port.');
      const url = `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`;
      if (options.publicUrl === undefined) baseUrl = url;
      return { url };
    },
    async stop() {
      if (stopped) return;
      stopped = true;
      given.stop();
      faults.stop();
      webhooks.stop();
      if (server !== undefined) {
        const closed = once(server, 'close');
        server.close();
        server.closeAllConnections();
        await closed;
      }
      // What was given up above comes to its end first, and is kept under its Idempotency-Key.
      await setImmediate();
      keeper.end();
    },
    clock: given,
    ledger,
    control,
    apiKey,
  };
}
