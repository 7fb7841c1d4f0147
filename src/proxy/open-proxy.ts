import { createCodatClient, createGovernor, systemClock } from '../codat/index.ts';
import { platformKeys } from '../contract/platforms.ts';
import type { PushResult } from '../outbox/model.ts';
import { createOutbox } from '../outbox/outbox.ts';
import { openDatabase, type Database } from '../store/database.ts';
import { createAccountWatch } from './account-watch.ts';
import { createApp } from './app.ts';
import type { textAside } from './answer.ts';
import { authenticateByHost, authenticateByToken } from './access.ts';
import { problemOf } from './codat-problem.ts';
import { createCompanies, type EnsureCompany } from './companies.ts';
import { createCompanyView } from './company-view.ts';
import { createFeedEvents, type FeedEvents } from './feed-events.ts';
import { checkCompanyId, createHeldFeeds, type HeldFeeds } from './held-feeds.ts';
import { createHints } from './hints.ts';
import { createHostHooks } from './host-hooks.ts';
import { createWireIds } from './ids.ts';
import { errorFields, silentLog } from './log.ts';
import { createNames } from './names-of-accounts.ts';
import { proxyDurations, type CompanyRef, type ProxyOptions } from './options.ts';
import { Problem } from './problem.ts';
import { createPush, type PushInput } from './push.ts';
import { Recent } from './recent.ts';
import type { RouteParts } from './routes/parts.ts';
import { createRevocations, type Revocation } from './revocations.ts';
import {
  createTokenSessions,
  longestRevocation,
  type MintedSession,
  type MintInput,
  type TokenSessions,
} from './sessions.ts';
import { idKey, takeTurn } from './settings.ts';
import { createSharedQuota } from './shared-quota.ts';
import { warnAtStart } from './start-warnings.ts';
import { createUnderWay } from './under-way.ts';
import { OpenStreams, streamLimits } from './stream-limits.ts';
import { openTelemetry } from './telemetry.ts';
import { createUpstream } from './upstream.ts';
import { createWatched } from './watched.ts';
import { within } from './within.ts';
import { createWebhookInbox } from './webhooks.ts';

/** A proxy whose store is open and whose loops run. */
export interface OpenProxy {
  /** A Web-standard handler for everything under the base path of `publicUrl`. `native` reaches `authorize`. */
  fetch(request: Request, env?: { readonly native?: unknown; readonly [textAside]?: true }): Promise<Response>;
  /** Hands transactions over; resolves when they are stored. */
  push(input: PushInput): Promise<PushResult>;
  readonly sessions: {
    /** A short token for one company and one page origin. Rejects in mounted mode. */
    mint(input: MintInput): Promise<MintedSession>;
    /**
     * Ends what was minted before its time: all of a company, one session, or one token. Open streams end with it.
     * Other instances follow within a second. Rejects in mounted mode, where `authorize` decides.
     */
    revoke(input: Revocation): Promise<void>;
  };
  readonly companies: {
    /** Makes the company at Codat once, also when asked many times at once, and remembers its id. */
    ensure(input: EnsureCompany): Promise<CompanyRef>;
    get(companyId: string): Promise<CompanyRef>;
    /**
     * Removes everything that is kept of a company here; at Codat nothing changes. The memory of its transactions
     * goes too: handed over again they would be sent again. False where nothing was kept.
     */
    forget(companyId: string): Promise<boolean>;
  };
  readonly connections: {
    /**
     * Codat's id of a connection, by the id that the widget's events give it. Rejects where the company has no such
     * connection: an id out of a browser is as good as any other.
     */
    resolve(companyId: string, id: string): Promise<string>;
  };
  /** Lines that are held: what keeps them, and what may be done about it. */
  readonly feeds: HeldFeeds;
  /** What happened, as `onEvent` hears it, kept until it is acknowledged. */
  readonly events: FeedEvents;
  /** Ends streams, lets what is under way finish, for seven seconds at most, and closes the store. */
  stop(): Promise<void>;
}

/** Rejects with nothing left open. */
export const openProxy = async (options: ProxyOptions, basePath: string): Promise<OpenProxy> => {
  const log = options.log ?? silentLog;
  warnAtStart(options, log);
  const storeLog = (level: 'info' | 'warn' | 'error', message: string): void => log[level]({}, message);
  const database = await openDatabase(
    options.database === undefined
      ? { dataDir: options.dataDir, cacheDir: options.cacheDir, log: storeLog }
      : { ...options.database, log: storeLog },
  );
  try {
    return await wire(options, basePath, database);
  } catch (error) {
    await database.close();
    throw error;
  }
};

/** Wires the rooms together: Codat's client into the outbox, both behind the routes. */
const wire = async (options: ProxyOptions, basePath: string, database: Database): Promise<OpenProxy> => {
  const clock = options.clock ?? systemClock;
  const log = options.log ?? silentLog;
  const quota =
    options.governor === undefined && database.kind === 'postgres'
      ? createSharedQuota({ database, clock, log, address: options.database?.egress })
      : undefined;
  const governor = options.governor ?? createGovernor({ clock, store: quota });
  const telemetry = await openTelemetry(clock);
  const codat = createCodatClient({
    apiKey: options.apiKey,
    baseUrl: options.codatUrl,
    transport: options.transport,
    governor: telemetry?.governor(governor) ?? governor,
    // A person waits for most of these: better a clear error in seconds than an answer in an hour.
    retries: { maxInterval: 2_000, maxElapsedTime: 5_000 },
    clock,
    log,
  });
  const durations = { ...proxyDurations, ...options.durations };
  const role = options.role ?? 'all';
  const ids = await createWireIds(await idKey(database));
  const companies = createCompanies(database, codat, clock);

  const hooks = createHostHooks({
    options,
    company: (companyId) => companies.get(companyId),
    follow: (companyId, accounts) => names.follow(companyId, accounts),
    clock,
    patience: durations.hooks,
    log,
  });
  const outbox = createOutbox({
    database,
    upstream: telemetry?.batches(createUpstream(codat)) ?? createUpstream(codat),
    clock,
    timeZone: async (companyId) => hooks.timeZone(await companies.get(companyId)),
    durations: {
      ...(options.keepDays === undefined ? {} : { keep: options.keepDays * 86_400_000 }),
      ...options.durations,
    },
    rules: options.rules,
    pendingHours: options.pendingHours,
    afterRestore: options.afterRestore,
    probe: options.probe,
    log: (level, message) => log[level]({}, message),
    onChange: () => hints.wake(),
    onEvent: (event) => {
      telemetry?.event(event);
      // The last line's balance has become the account's.
      if (event.type === 'delivered') view.invalidate(event.companyId);
      void tellHost(event).catch((error: unknown) => log.error(errorFields(error), 'onEvent failed'));
    },
  });
  const tellHost = async (event: Parameters<NonNullable<ProxyOptions['onEvent']>>[0]): Promise<void> =>
    options.onEvent?.(event, await companies.get(event.companyId));

  const streams = new AbortController();
  const underWay = createUnderWay(clock);
  const watch = createAccountWatch({
    view: () => view,
    outbox,
    clock,
    interval: durations.watch,
    isShared: database.kind === 'postgres',
    turn: () => takeTurn(database, 'watch', durations.watch),
    log,
  });
  const view = createCompanyView({
    codat,
    ids,
    clock,
    listing: durations.listing,
    signal: streams.signal,
    onAccounts: (companyId, connection, accounts) =>
      void watch
        .observe(companyId, connection, accounts)
        .catch((error: unknown) => log.warn(errorFields(error), 'a listing could not be taken in')),
  });
  const hints = createHints({
    outbox,
    ids,
    clock,
    interval: durations.changes,
    changed: (companyId) => view.invalidate(companyId),
    log,
  });

  const changed = async (companyId: string, connectionId: string): Promise<void> => {
    watch.wrote(companyId, connectionId);
    view.invalidate(companyId);
    await outbox.changed(companyId, connectionId);
    hints.wake();
  };
  const names = createNames({ database, codat, view, changed, log });

  const revocations = options.token
    ? createRevocations({ database, clock, interval: durations.changes, longest: longestRevocation, log })
    : undefined;
  const sessions =
    options.token && revocations
      ? createTokenSessions(options.token, options.publicUrl, clock, revocations, ids)
      : undefined;
  const openStreams = new OpenStreams({ ...streamLimits, ...options.streamLimits });
  const parts: RouteParts = {
    authenticate: sessions
      ? authenticateByToken(sessions)
      : authenticateByHost(
          options.authorize ?? (() => undefined),
          options.publicUrl,
          clock,
          durations.authorizeAgain,
          ids,
        ),
    codat,
    companies,
    view,
    watch,
    hints,
    changed,
    ids,
    outbox,
    clock,
    durations,
    platforms: options.platforms ?? platformKeys,
    hooks,
    names,
    streams,
    openStreams,
    revoked: (listener) => revocations?.subscribe(listener) ?? (() => {}),
  };
  const inbox = createWebhookInbox({
    database,
    outbox,
    watch,
    governor,
    async companyDeleted(companyId) {
      if (await companies.release(companyId)) await forget(companyId);
    },
    clock,
    retry: durations.watch,
    log,
  });
  const feeds = createHeldFeeds(outbox);
  const events = createFeedEvents(outbox);
  const forget = async (given: string): Promise<boolean> => {
    const companyId = checkCompanyId(given);
    const isKept =
      (await companies.get(companyId)).reference !== undefined || (await outbox.overview(companyId)).length > 0;
    await outbox.forget(companyId);
    await inbox.forget(companyId);
    await names.forget(companyId);
    await companies.forget(companyId);
    watch.forget(companyId);
    view.invalidate(companyId);
    return isKept;
  };
  const looks = new Recent<void>(() => clock.now());
  const push = createPush({
    outbox,
    // Taking lines in must not hang on Codat: without an answer the checks for its software are left out.
    connections: (companyId) =>
      within(clock, durations.hooks, 'Codat', () => view.connections(companyId)).catch((error: unknown) => {
        if (problemOf(error)?.code !== 'not_found') return undefined;
        throw new Problem('invalid_request', 'Codat knows no company of this id.', { field: 'companyId' });
      }),
    sourceAccounts: hooks.sourceAccounts,
    awaitAccount: (companyId) => watch.ask(companyId),
    // Once in a while: an account that is not connected yet may be pushed to many times a second.
    look: (companyId, accountId) =>
      looks.get(`${companyId} ${accountId}`, durations.watch, () =>
        within(clock, durations.hooks, 'Codat', () => watch.look(companyId)).catch((error: unknown) =>
          log.warn({ ...errorFields(error), companyId }, 'accounts could not be listed; the lines wait for that'),
        ),
      ),
  });

  const app = createApp({
    options,
    basePath,
    parts,
    server: { sessions, companies, events, push, underWay },
    operating: { feeds, forget },
    inbox,
    ready: () => database.query('select 1'),
    log,
  });
  const answer = createWatched({ app, telemetry, log, clock });
  const unobserved = telemetry?.observe({
    standing: () => outbox.standing(),
    quota: () => governor.state(),
    streams: () => openStreams.open,
  });

  const stop = async (): Promise<void> => {
    unobserved?.();
    streams.abort();
    // Together: what one of them waits for is ended by another.
    const [cut] = await Promise.all([
      underWay.ended(durations.stop),
      watch.stop(),
      inbox.stop(),
      hints.stop(),
      outbox.stop(),
      revocations?.stop(),
    ]);
    if (cut > 0) log.warn({ requests: cut }, 'stopping: requests that were not over are cut off');
    await codat.close();
    await quota?.stop();
    await database.close();
  };
  try {
    quota?.start();
    if (role !== 'worker') {
      await hints.start();
      await revocations?.start();
    }
    if (role !== 'web') {
      await outbox.start();
      watch.start();
    }
    // On a worker too: what an instance stored and could not handle any more.
    await inbox.start();
  } catch (error) {
    await stop();
    throw error;
  }

  const minting = (): TokenSessions => {
    if (sessions) return sessions;
    throw new Problem('invalid_request', 'This proxy is mounted: authorize() decides, there are no tokens.');
  };
  return {
    async fetch(request, env) {
      const end = underWay.begin();
      try {
        return await answer(request, env);
      } finally {
        end();
      }
    },
    async push(input) {
      const end = underWay.begin();
      try {
        return await push(input);
      } finally {
        end();
      }
    },
    sessions: { mint: async (input) => minting().mint(input), revoke: async (input) => minting().revoke(input) },
    companies: { ...companies, forget },
    connections: { resolve: async (companyId, id) => (await view.connection(checkCompanyId(companyId), id)).id },
    feeds,
    events: { list: (page) => events.list(page), acknowledge: (upTo) => events.acknowledge({ upTo }) },
    stop,
  };
};
