/** The command as a process of its own, beside a sandbox and a bank that lists its accounts. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { createSandbox, type Sandbox } from '../../../src/sandbox/index.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { listenOnFreePort } from '../../support/free-ports.ts';
import { cacheDir, freshUrl } from '../support/stores.ts';
import { hostAccounts, pageOrigin, serverSecret } from '../proxy/support.ts';

const cli = join(import.meta.dirname, '../../../src/commands/main.ts');
const accountsSecret = 'for-accounts-alone';

/** On a free port; its URL. */
export const listen = async (t: TestContext, listener: RequestListener): Promise<string> => {
  const server = createServer(listener);
  const port = await listenOnFreePort(server);
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${port}`;
};

/** A bank that lists its accounts for who knows the secret. */
export const bank: RequestListener = ({ headers }, response) => {
  const isKnown = headers.authorization === `Bearer ${accountsSecret}`;
  response.writeHead(isKnown ? 200 : 401, { 'content-type': 'application/json' });
  response.end(isKnown ? JSON.stringify(hostAccounts) : '{}');
};

export interface Place {
  readonly sandbox: Sandbox;
  readonly folder: string;
  readonly environment: Record<string, string>;
}

/** Makes the store, as the first start would, in a tenth of the time. */
export const makeStore = async ({ environment }: Place): Promise<void> =>
  (await openDatabase({ dataDir: environment['BANK_FEED_DATA_DIR'], cacheDir })).close();

/** All that the command needs; there is no store yet. */
export const startPlace = async (t: TestContext, accounts: RequestListener = bank): Promise<Place> => {
  const folder = await mkdtemp(join(tmpdir(), 'bank-feed-command-'));
  const sandbox = createSandbox({ seed: 'command' });
  const { url } = await sandbox.start();
  t.after(async () => {
    await sandbox.stop();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    sandbox,
    folder,
    environment: {
      CODAT_API_KEY: sandbox.apiKey,
      CODAT_URL: url,
      BANK_FEED_PUBLIC_URL: 'http://127.0.0.1:1',
      BANK_FEED_PAGE_ORIGINS: pageOrigin,
      BANK_FEED_TOKEN_SECRET: 'a token secret of more than thirty-two bytes',
      BANK_FEED_SERVER_SECRET: serverSecret,
      BANK_FEED_SOURCE_ACCOUNTS_URL: `${await listen(t, accounts)}/accounts`,
      BANK_FEED_SOURCE_ACCOUNTS_SECRET: accountsSecret,
      BANK_FEED_DATA_DIR: join(folder, 'store'),
      PORT: '0',
    },
  };
};

/** On the run's server, where there is one: an embedded store takes a second of processor time to open. */
const onServer = async ({ environment }: Place): Promise<Place['environment']> => {
  const { BANK_FEED_DATA_DIR: _, ...others } = environment;
  return { ...others, DATABASE_URL: await freshUrl() };
};

/** Serves, and its log has had this message. */
export const startCommand = async (
  t: TestContext,
  { until = 'ready', embedded = process.env['TEST_DATABASE_URL'] === undefined } = {},
) => {
  const place = await startPlace(t);
  if (embedded) await makeStore(place);
  const process_ = spawn(process.execPath, [cli], {
    env: { ...process.env, ...(embedded ? place.environment : await onServer(place)) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => process_.kill('SIGKILL'));
  const ended = once(process_, 'close');
  const messages: string[] = [];
  const waiting = new Map<string, () => void>();
  let port = 0;
  createInterface({ input: process_.stdout }).on('line', (line) => {
    const entry = JSON.parse(line) as { message: string; at?: { port: number } };
    port = entry.at?.port ?? port;
    messages.push(entry.message);
    waiting.get(entry.message)?.();
  });
  /** Resolves when the log has had this message. */
  const said = async (message: string): Promise<void> => {
    if (messages.includes(message)) return;
    const heard = Promise.withResolvers<void>();
    waiting.set(message, heard.resolve);
    await Promise.race([
      heard.promise,
      ended.then(() => {
        if (!messages.includes(message)) throw new Error(`It ended without saying: ${message}`);
      }),
    ]);
  };
  await said(until);
  const url = `http://127.0.0.1:${port}`;
  return {
    ...place,
    url,
    said,
    child: { kill: (signal: NodeJS.Signals) => process_.kill(signal), ended },
    server: (method: string, path: string, body: unknown): Promise<Response> =>
      fetch(`${url}${path}`, {
        method,
        headers: { authorization: `Bearer ${serverSecret}` },
        body: JSON.stringify(body),
      }),
  };
};
