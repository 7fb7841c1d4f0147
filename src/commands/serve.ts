import { createServer } from 'node:http';
import { createBankFeedProxy } from '../proxy/create-proxy.ts';
import { createCodatClient, isCodatError } from '../codat/index.ts';
import { readEnvironment, unknownSettings, type Environment } from './environment.ts';
import { openLog } from './json-log.ts';
import { errorFields, type Log } from '../proxy/log.ts';
import { toNode } from '../proxy/node.ts';
import { optionsOf } from './configured.ts';

export const serveUsage = `bank-feed-proxy [serve]: holds the key of Codat, serves the widget, delivers transactions.

Before it runs, and beside it:
  bank-feed-proxy doctor            tries its settings, the key, the store and what is around it, and says what to do

Beside one that runs (each says more with --help):
  bank-feed-proxy push FILE         hands transactions over
  bank-feed-proxy feeds             what is held, and what can be done about it: show, retry, skip, resume
  bank-feed-proxy forget COMPANY    removes all that is kept of a company

  --version          prints the version
  --after-restore    the first start after its store was restored from a backup: nothing is sent before Codat was
                     asked what was sent since

Settings come from the environment; those with * are required:
* CODAT_API_KEY                     the API key of Codat
* BANK_FEED_PUBLIC_URL              where browsers and Codat reach this proxy
* BANK_FEED_PAGE_ORIGINS            origins of the pages that embed the widget, comma-separated
* BANK_FEED_TOKEN_SECRET            signs the widget's tokens, at least 32 characters; comma-separated while rotating:
                                    the first signs, all verify
* BANK_FEED_SERVER_SECRET           for your own servers: sessions, push, events; at least 32 characters
* BANK_FEED_SOURCE_ACCOUNTS_URL     answers GET ?companyId=&reference= with the JSON array of accounts
  BANK_FEED_TOKEN_PUBLIC_KEYS       kid=key, comma-separated: Ed25519 keys of tokens that your backend signs itself;
                                    BANK_FEED_TOKEN_SECRET may then be left out
  BANK_FEED_SOURCE_ACCOUNTS_SECRET  sent there as "Authorization: Bearer …" (none: no such header)
  BANK_FEED_PLAIN_HTTP              yes: BANK_FEED_SOURCE_ACCOUNTS_URL and CODAT_URL may be http on other machines
  BANK_FEED_WEBHOOK_SECRETS         signing secrets of the webhook consumer, comma-separated
  BANK_FEED_PLATFORMS               accounting software offered, comma-separated (default: all)
  BANK_FEED_TIME_ZONE               IANA time zone of your companies (none: today is the latest on earth)
  BANK_FEED_DATA_DIR                folder of the embedded store (default: bank-feed-data)
  DATABASE_URL                      instead of it: a database of its own on a PostgreSQL server, shared by instances
  BANK_FEED_DATABASE_CONNECTIONS    the most connections of this instance, 2 to 1000 (default: 10)
  BANK_FEED_DURABLE_STORAGE         yes: the provider keeps commits though fsync or full_page_writes is off
  BANK_FEED_EGRESS                  where instances reach Codat from several IP addresses: a name for this one's
  BANK_FEED_ROLE                    web serves, worker delivers, all does both (default); apart needs DATABASE_URL
  BANK_FEED_KEEP_DAYS               how many days delivered transactions and history stay whole, 31 to 3650 (default: 90)
  BANK_FEED_LOG_LEVEL               debug, info, warn or error: the least that is logged (default: info)
  CODAT_URL                         another base URL, such as the sandbox
  HOST, PORT                        where to listen (default: 127.0.0.1:8787)`;

/** A key that is wrong is heard of now, and not when the first lines wait. Codat may be away: that ends nothing. */
const checkKey = async (environment: Environment, log: Log, signal: AbortSignal): Promise<void> => {
  const codat = createCodatClient({
    apiKey: environment.CODAT_API_KEY,
    baseUrl: environment.CODAT_URL,
    retries: { maxInterval: 2_000, maxElapsedTime: 5_000 },
  });
  try {
    await codat.listCompanies({ page: 1, pageSize: 1 }, { signal });
  } catch (error) {
    const status = isCodatError(error) && error.kind === 'http' ? error.status : undefined;
    if (status === 401 || status === 402 || status === 403)
      log.error({ status }, 'Codat does not take CODAT_API_KEY: nothing can be connected or delivered');
    else if (!signal.aborted) log.warn(errorFields(error), 'Codat could not be asked whether it takes CODAT_API_KEY');
  } finally {
    await codat.close();
  }
};

/** In milliseconds. What watches over processes kills after ten seconds where it is not told otherwise. */
const stopWithin = 9_500;
/** For the last bytes of answers, once everything is done. */
const flushWithin = 500;

/** Serves and delivers until a signal ends it. Rejects where it cannot begin. */
export const serve = async ({ afterRestore }: { readonly afterRestore: boolean }): Promise<void> => {
  const environment = readEnvironment(process.env);
  const log = await openLog(process.stdout, environment.BANK_FEED_LOG_LEVEL);
  const proxy = createBankFeedProxy({ ...optionsOf(environment), afterRestore, log });
  const handle = toNode(proxy);
  const stopping = new AbortController();
  // A hand-over of many lines is one long request: Node would cut it off after five minutes.
  const server = createServer({ requestTimeout: 3_600_000 }, (request, response) => {
    // Whoever keeps a connection goes to another instance with the next request.
    if (stopping.signal.aborted) response.setHeader('connection', 'close');
    void handle(request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(environment.PORT, environment.HOST, resolve);
  });
  log.info({ at: server.address() }, 'listening');
  for (const name of unknownSettings(process.env)) log.warn({ name }, 'no such setting: it has no effect; see --help');
  if (!environment.BANK_FEED_WEBHOOK_SECRETS)
    log.warn({}, 'BANK_FEED_WEBHOOK_SECRETS is not set: deliveries are confirmed by slow polling only');
  const stop = async (): Promise<void> => {
    if (stopping.signal.aborted) return;
    log.info({}, 'stopping');
    stopping.abort();
    const cut = setTimeout(() => {
      log.error({}, 'stopping took too long: cut off');
      process.exit(1);
    }, stopWithin).unref();
    // It still listens: who asks now is told to come again, and not left without an answer.
    await proxy.stop();
    const lastBytes = setTimeout(() => server.closeAllConnections(), flushWithin);
    await new Promise((resolve) => {
      server.close(resolve);
    });
    clearTimeout(lastBytes);
    clearTimeout(cut);
    log.info({}, 'stopped');
  };
  // Before the start: as the first process of a container it would not be ended by a signal that nobody hears.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
  // Whoever keeps the log is gone: whoever watches over this process starts both anew.
  process.stdout.once('error', () => {
    process.exitCode = 1;
    void stop();
  });
  // Until it is ready it answers nothing but its health.
  log.info({}, 'starting: the store is opened');
  try {
    await proxy.start();
  } catch (error) {
    // Whoever watches over this process has to see that it is of no use.
    server.close();
    server.closeAllConnections();
    throw error;
  }
  if (stopping.signal.aborted) return;
  if (afterRestore) log.info({}, 'after a restore: nothing is sent before Codat was asked what was sent since');
  log.info({}, 'ready');
  await checkKey(environment, log, stopping.signal);
};
