/**
 * A process of the bench that delivers: the outbox over its store, Codat's client with raised limits, and the proxy's
 * own route for webhooks on a server of Node's. Told what to do over IPC.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { createCodatClient, createGovernor, systemClock } from '../../src/codat/index.ts';
import type { FeedKey } from '../../src/outbox/model.ts';
import { createOutbox, type Outbox } from '../../src/outbox/outbox.ts';
import { preflight, preflightContext } from '../../src/outbox/preflight.ts';
import type { AccountWatch } from '../../src/proxy/account-watch.ts';
import type { ProxyEnv } from '../../src/proxy/access.ts';
import { silentLog } from '../../src/proxy/log.ts';
import { webhookRoutes } from '../../src/proxy/routes/webhooks.ts';
import { createUpstream } from '../../src/proxy/upstream.ts';
import { createWebhookInbox, type WebhookInbox } from '../../src/proxy/webhooks.ts';
import { createWebhookVerifier } from '../../src/proxy/webhook-signature.ts';
import { openDatabase, type Database } from '../../src/store/database.ts';
import { lineOf, webhookSecret, type FromDeliverer, type ToDeliverer } from './push-messages.ts';

const senders = 32;
/** Hand-overs while a queue is filled. */
const handedOver = 5000;

/** The most this process held while it delivered. */
let peak = 0;
const weigh = (): void => void (peak = Math.max(peak, process.memoryUsage.rss()));
const weighEvery = 100;

const verify = createWebhookVerifier([webhookSecret]);

const open = async ({ place, upstreamUrl }: Extract<ToDeliverer, { kind: 'open' }>) => {
  const database = await openDatabase(place);
  const governor = createGovernor({ concurrency: 1000, perMinute: 1_000_000 });
  let inbox: WebhookInbox | undefined;
  const app = new Hono<ProxyEnv>().route(
    '/',
    webhookRoutes({
      verify,
      inbox: { receive: async (webhook) => inbox?.receive(webhook) },
      clock: systemClock,
      log: silentLog,
    }),
  );
  const server = createServer(getRequestListener(app.fetch, { overrideGlobalObjects: false }));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const webhookUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/codat`;
  const codat = createCodatClient({
    apiKey: 'bench',
    baseUrl: upstreamUrl,
    governor,
    headers: { 'x-webhook': webhookUrl },
  });
  let delivered = 0;
  const heard = { event: (): void => undefined };

  /** An outbox that was stopped stays so: each round has its own, on the same store. */
  const begin = (): { readonly outbox: Outbox; readonly inbox: WebhookInbox } => {
    const outbox = createOutbox({
      database,
      upstream: createUpstream(codat),
      timeZone: () => 'UTC',
      senders,
      log: (level, message) => (level === 'error' || level === 'warn' ? console.error(message) : undefined),
      onEvent: (event) => {
        if (event.type === 'delivered') delivered += event.lines;
        heard.event();
      },
    });
    const watch = { look: () => Promise.resolve() } as unknown as AccountWatch;
    const companyDeleted = (): Promise<void> => Promise.resolve();
    inbox = createWebhookInbox({
      database,
      outbox,
      watch,
      governor,
      companyDeleted,
      clock: systemClock,
      retry: 60_000,
      log: { ...silentLog, warn: (fields, message) => console.error(message, fields) },
    });
    return { outbox, inbox };
  };
  return { database, begin, heard, delivered: () => delivered };
};
type Opened = Awaited<ReturnType<typeof open>>;

let opened: Opened | undefined;
let feeds: readonly FeedKey[] = [];
/** For the rows that are written beside the outbox. */
let rawRows = 0;

const withLines = async (database: Database) => {
  const { rows } = await database.query<{ account_id: string; arrivals: number; queued: number }>(
    'select account_id, arrivals::integer as arrivals, queued from feed',
  );
  return new Map(rows.map((row) => [row.account_id, row]));
};

const queue = async ({ database, begin }: Opened, queued: number): Promise<void> => {
  const { outbox } = begin();
  const known = await withLines(database);
  for (const feed of feeds) {
    const { arrivals = 0, queued: waiting = 0 } = known.get(feed.accountId) ?? {};
    for (let from = arrivals, missing = queued - waiting; missing > 0;) {
      const count = Math.min(missing, handedOver);
      const { accepted } = await outbox.accept(
        feed,
        Array.from({ length: count }, (_, n) => lineOf(feed.accountId, from + n)),
      );
      if (accepted !== count) throw new Error(`Of ${count} lines ${accepted} were accepted.`);
      from += count;
      missing -= count;
    }
  }
};

/** The rows as the outbox would write them, made off the clock. */
const rowsOf = (from: number, count: number): readonly (readonly (string | number)[])[] => {
  const context = preflightContext(Date.now(), 'UTC', 'xero');
  const lines = Array.from({ length: count }, (_, n) => {
    const { line } = preflight(lineOf('raw', from + n), n, context);
    if (line === undefined) throw new Error('A line of the bench is wrong.');
    return line;
  });
  return [
    lines.map(({ id }) => id),
    lines.map((_, n) => from + n),
    lines.map(({ at }) => at),
    lines.map(({ body }) => body),
  ];
};

const accept = async ({ database, begin }: Opened, lines: number, perCall: number): Promise<FromDeliverer> => {
  const { outbox } = begin();
  const [feed] = feeds;
  if (feed === undefined) throw new Error('There is no feed.');
  let { arrivals = 0 } = (await withLines(database)).get(feed.accountId) ?? {};
  const took = { ms: 0, rawMs: 0 };
  for (let done = 0; done < lines; done += perCall) {
    const from = arrivals;
    const call = Array.from({ length: perCall }, (_, n) => lineOf(feed.accountId, from + n));
    const rows = rowsOf(rawRows, perCall);
    const begun = performance.now();
    const { accepted } = await outbox.accept(feed, call);
    const between = performance.now();
    await database.query(
      `insert into txn (feed_id, id, seq, local_at, body, accepted_at)
       select -1, id, seq, at, body, now() from unnest($1::text[], $2::bigint[], $3::text[], $4::text[])
         as line (id, seq, at, body)`,
      rows,
    );
    took.rawMs += performance.now() - between;
    took.ms += between - begun;
    if (accepted !== perCall) throw new Error(`Of ${perCall} lines ${accepted} were accepted.`);
    arrivals += perCall;
    rawRows += perCall;
  }
  return { kind: 'accepted', ...took };
};

/**
 * Processor time of a server's sessions on this database, by process, in ticks of a hundredth of a second; undefined
 * where it runs on another machine. What cleans up after a large load is not among them.
 */
const sessions = async (database: Database): Promise<ReadonlyMap<string, number> | undefined> => {
  if (database.kind !== 'postgres') return undefined;
  const { rows } = await database.query<{ name: string }>('select current_database()::text as name');
  const name = rows[0]?.name ?? '';
  const ticks = new Map<string, number>();
  try {
    for (const pid of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
      try {
        const title = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        if (!title.startsWith(`postgres: postgres ${name} `)) continue;
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ');
        ticks.set(pid, Number(stat[11]) + Number(stat[12]));
      } catch {
        // It ended meanwhile.
      }
    }
  } catch {
    return undefined;
  }
  return ticks.size === 0 ? undefined : ticks;
};

const spentBetween = (before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): number =>
  [...after].reduce((sum, [pid, ticks]) => sum + ticks - (before.get(pid) ?? 0), 0) * 10;

const drain = async ({ database, begin, heard, delivered }: Opened, lines: number): Promise<FromDeliverer> => {
  const { outbox, inbox } = begin();
  const before = delivered();
  const serverBefore = await sessions(database);
  globalThis.gc?.();
  const weighing = setInterval(weigh, weighEvery);
  const cpuBefore = process.cpuUsage();
  const begun = performance.now();
  await outbox.start();
  await new Promise<void>((resolve) => {
    heard.event = () => {
      if (delivered() - before >= lines) resolve();
    };
  });
  const ms = performance.now() - begun;
  const { user, system } = process.cpuUsage(cpuBefore);
  const serverAfter = await sessions(database);
  const count = delivered() - before;
  weigh();
  clearInterval(weighing);
  await outbox.stop();
  // What is under way ends by its webhook, in the stopped outbox too.
  for (;;) {
    const { rows } = await database.query<{ open: number }>(
      `select count(*)::integer as open from push where state in ('sealed', 'sending', 'pending')`,
    );
    if (rows[0]?.open === 0) break;
    await delay(20);
  }
  await inbox.stop();
  const serverCpuMs =
    serverBefore === undefined || serverAfter === undefined ? undefined : spentBetween(serverBefore, serverAfter);
  const allLines = delivered() - before;
  return { kind: 'drained', ms, lines: count, allLines, cpuMs: (user + system) / 1000, serverCpuMs };
};

const carryOut = async (order: ToDeliverer): Promise<FromDeliverer> => {
  if (order.kind === 'open') {
    opened = await open(order);
    return { kind: 'done' };
  }
  if (opened === undefined) throw new Error('There is no store yet.');
  switch (order.kind) {
    case 'connect': {
      const { outbox } = opened.begin();
      for (const feed of order.feeds)
        await outbox.observe(feed, { platform: 'xero', connection: 'linked', account: 'connected' });
      ({ feeds } = order);
      return { kind: 'done' };
    }
    case 'queue':
      await queue(opened, order.queued);
      return { kind: 'done' };
    case 'accept':
      return accept(opened, order.lines, order.perCall);
    case 'drain':
      return drain(opened, order.lines);
    case 'memory':
      globalThis.gc?.();
      return { kind: 'memory', peak, used: process.memoryUsage().heapUsed + process.memoryUsage().external };
    case 'close':
      await opened.database.close();
      return { kind: 'done' };
  }
};

process.on('message', (order: ToDeliverer) => {
  carryOut(order).then(
    (answer) => process.send?.(answer),
    (error: unknown) =>
      process.send?.({ kind: 'failed', message: error instanceof Error ? error.stack : String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
