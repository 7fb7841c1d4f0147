import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { serveUsage } from '../../../src/commands/serve.ts';
import { EnvironmentError, readEnvironment, unknownSettings } from '../../../src/commands/environment.ts';
import { createSandbox } from '../../../src/sandbox/index.ts';
import manifest from '../../../package.json' with { type: 'json' };
import { listenOnFreePort } from '../../support/free-ports.ts';
import { hostAccounts, pageOrigin, serverSecret } from '../proxy/support.ts';

const cli = join(import.meta.dirname, '../../../src/commands/main.ts');
const start = (environment: Record<string, string>, ...args: string[]): ChildProcess =>
  spawn(process.execPath, [cli, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const read = async (stream: NodeJS.ReadableStream | null): Promise<string> => {
  let text = '';
  for await (const chunk of stream ?? []) text += String(chunk);
  return text;
};

test('every wrong variable is named at once, and the exit code is 2', async () => {
  const child = start({ PORT: 'x', CODAT_API_KEY: '' });
  const [errors, [code]] = await Promise.all([read(child.stderr), once(child, 'exit')]);
  assert.equal(code, 2);
  assert.match(errors, /PORT must be a port number[\s\S]*|CODAT_API_KEY/);
  assert.match(errors, /BANK_FEED_PUBLIC_URL is missing[\s\S]*\nSee bank-feed-proxy --help\.\n$/);
});

const proper = {
  CODAT_API_KEY: 'key',
  BANK_FEED_PUBLIC_URL: 'https://feeds.example',
  BANK_FEED_PAGE_ORIGINS: pageOrigin,
  BANK_FEED_TOKEN_SECRET: 'a token secret of more than thirty-two bytes',
  BANK_FEED_SERVER_SECRET: serverSecret,
  BANK_FEED_SOURCE_ACCOUNTS_URL: 'https://accounts.example/',
};

test('settings are called by their own names, with what they may be', () => {
  assert.equal(readEnvironment(proper).PORT, 8787);
  const cases: [Record<string, string>, RegExp][] = [
    [{ BANK_FEED_KEEP_DAYS: '5' }, /^BANK_FEED_KEEP_DAYS must be a number of days, 31 to 3650$/],
    [{ BANK_FEED_DATABASE_CONNECTIONS: '0' }, /^BANK_FEED_DATABASE_CONNECTIONS must be .* 2 to 1000$/],
    [{ BANK_FEED_PUBLIC_URL: '' }, /^BANK_FEED_PUBLIC_URL is missing: where browsers and Codat reach/],
    [{ BANK_FEED_SOURCE_ACCOUNTS_URL: 'x' }, /^BANK_FEED_SOURCE_ACCOUNTS_URL must be an absolute http/],
    [{ BANK_FEED_PLATFORMS: ',' }, /^BANK_FEED_PLATFORMS is empty$/],
    [{ PORT: '' }, /^PORT must be a port number, 0 to 65535$/],
    [{ BANK_FEED_DATA_DIR: 'd', DATABASE_URL: 'postgres://x/y' }, /^DATABASE_URL and BANK_FEED_DATA_DIR are both set/],
    [{ BANK_FEED_ROLE: 'web' }, /^BANK_FEED_ROLE web needs DATABASE_URL/],
    [{ BANK_FEED_WEBHOOK_SECRETS: 'x' }, /^BANK_FEED_WEBHOOK_SECRETS must be signing secrets that start with whsec_$/],
    [{ BANK_FEED_PAGE_ORIGINS: 'https://a.example/x' }, /^BANK_FEED_PAGE_ORIGINS must be origins such as/],
    [{ BANK_FEED_PUBLIC_URL: 'https://a.example/?x' }, /^BANK_FEED_PUBLIC_URL must not carry a query/],
    [{ BANK_FEED_TOKEN_SECRET: serverSecret }, /^BANK_FEED_TOKEN_SECRET must be another one than BANK_FEED_SERVER/],
    [{ BANK_FEED_TOKEN_SECRET: `${serverSecret}x,${serverSecret}x` }, /^BANK_FEED_TOKEN_SECRET has one secret twice$/],
    [{ BANK_FEED_SOURCE_ACCOUNTS_SECRET: serverSecret }, /^BANK_FEED_SOURCE_ACCOUNTS_SECRET must be another one/],
    [{ BANK_FEED_SOURCE_ACCOUNTS_URL: 'http://accounts.example/' }, /^BANK_FEED_SOURCE_ACCOUNTS_URL must be https/],
    [{ BANK_FEED_LOG_LEVEL: 'loud' }, /^BANK_FEED_LOG_LEVEL must be one of debug, info, warn, error$/],
    [{ CODAT_API_KEY: 'two words' }, /^CODAT_API_KEY must be Codat's API key/],
    [{ CODAT_URL: 'https://codat.example/?x' }, /^CODAT_URL must not carry a user, a query or a fragment$/],
    [{ CODAT_URL: 'http://codat.example' }, /^CODAT_URL must be https: .* BANK_FEED_PLAIN_HTTP=yes/],
  ];
  for (const [wrong, message] of cases)
    assert.throws(() => readEnvironment({ ...proper, ...wrong }), { name: 'EnvironmentError', message });
  for (const host of ['localhost', '127.0.0.1', '[::1]', 'bank.localhost'])
    readEnvironment({ ...proper, BANK_FEED_SOURCE_ACCOUNTS_URL: `http://${host}:8080/x` });
  readEnvironment({ ...proper, CODAT_URL: 'http://sandbox:8786', BANK_FEED_PLAIN_HTTP: 'yes' });
  assert.throws(() => readEnvironment({ BANK_FEED_ROLE: 'web' }), /CODAT_API_KEY[\s\S]*BANK_FEED_ROLE web needs/);
});

test('a name that is no setting is found, those of the other commands are not', () => {
  const given = { ...proper, BANK_FEED_URL: 'x', BANK_FEED_ROLES: 'web', HOME: '/root' };
  assert.deepEqual(unknownSettings(given), ['BANK_FEED_ROLES']);
});

test('a slip of the pen is told together with what is missing for it', () => {
  assert.throws(
    () => readEnvironment({ ...proper, BANK_FEED_PUBLIC_URL: undefined, BANK_FEED_PUBLIC_ULR: 'https://x.example' }),
    /^EnvironmentError: BANK_FEED_PUBLIC_URL is missing: .*\nBANK_FEED_PUBLIC_ULR is no setting$/,
  );
});

test('help marks the settings without which it does not start', () => {
  let missing = '';
  try {
    readEnvironment({});
  } catch (error) {
    assert.ok(error instanceof EnvironmentError);
    missing = error.message;
  }
  const required = missing.split('\n').map((line) => line.split(' ')[0] ?? '');
  const marked = [...serveUsage.matchAll(/^\* ([A-Z_]+)/gm)].map(([, name = '']) => name);
  assert.deepEqual(marked.toSorted(), required.toSorted());
  assert.ok(required.length > 4);
});

test('arguments are not taken, help and version are', async () => {
  const wrong = start({}, 'serve', '--port', '1');
  const [errors, [failed]] = await Promise.all([read(wrong.stderr), once(wrong, 'exit')]);
  assert.equal(failed, 2);
  // No page of help that would push the mistake out of sight.
  assert.match(
    errors,
    /^bank-feed-proxy: serve takes --after-restore alone; .*\nSee bank-feed-proxy serve --help\.\n$/,
  );
  const version = start({}, '--version');
  const [number, [zero]] = await Promise.all([read(version.stdout), once(version, 'exit')]);
  assert.deepEqual([number, zero], [`${manifest.version}\n`, 0]);
  const help = start({}, '--help');
  const [text, [code]] = await Promise.all([read(help.stdout), once(help, 'exit')]);
  assert.equal(code, 0);
  assert.match(text, /BANK_FEED_SOURCE_ACCOUNTS_URL/);
});

test('each command has its help, and one that does not exist is said', async () => {
  for (const command of ['serve', 'doctor', 'feeds', 'forget']) {
    const help = start({}, command, '--help');
    const [text, [code]] = await Promise.all([read(help.stdout), once(help, 'exit')]);
    assert.deepEqual([code, text.includes(command)], [0, true]);
  }
  const unknown = start({}, 'feed');
  const [errors, [code]] = await Promise.all([read(unknown.stderr), once(unknown, 'exit')]);
  assert.equal(code, 2);
  assert.match(errors, /there is no command feed\./);
});

test('where nobody reads on, a command ends as it would and without a word', async () => {
  const calls = [['--help'], ['doctor'], ['feeds', '--help'], ['push', '--help']];
  const ended = calls.map(async (args) => {
    const child = start({}, ...args);
    child.stdout?.destroy();
    const [errors, [code]] = await Promise.all([read(child.stderr), once(child, 'exit')]);
    return [code, errors];
  });
  // To doctor all settings are missing.
  assert.deepEqual(await Promise.all(ended), [
    [0, ''],
    [2, ''],
    [0, ''],
    [0, ''],
  ]);
});

test('an older Node is refused before anything is made', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'bank-feed-cli-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const old = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.19.0' } })";
  const store = join(folder, 'store');
  const child = start({
    ...proper,
    NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(old)}`,
    BANK_FEED_DATA_DIR: store,
  });
  const [errors, [code]] = await Promise.all([read(child.stderr), once(child, 'exit')]);
  assert.equal(code, 1);
  assert.match(errors, /^bank-feed-proxy: .*needs Node 22\.13 or newer; this is 20\.19\.0\.\n$/);
  assert.equal(existsSync(store), false);
});

test('push is a command of its own', async () => {
  const help = start({}, 'push', '--help');
  const [text, [code]] = await Promise.all([read(help.stdout), once(help, 'exit')]);
  assert.equal(code, 0);
  assert.match(text, /^bank-feed-proxy push/);
  const wrong = start({ BANK_FEED_URL: '', BANK_FEED_PUBLIC_URL: '' }, 'push', 'file');
  assert.equal((await once(wrong, 'exit'))[0], 2);
});

test('the command serves, asks the host for its accounts, and stops on SIGTERM', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'bank-feed-cli-'));
  const sandbox = createSandbox({ seed: 'cli' });
  const { url: codatUrl } = await sandbox.start();
  const asked: (string | undefined)[] = [];
  const host = createServer((request, response) => {
    asked.push(`${request.headers.authorization} ${request.url}`);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(hostAccounts));
  });
  const hostUrl = `http://127.0.0.1:${await listenOnFreePort(host)}`;
  const settings = {
    CODAT_API_KEY: sandbox.apiKey,
    CODAT_URL: codatUrl,
    BANK_FEED_PUBLIC_URL: 'http://127.0.0.1:1',
    BANK_FEED_PAGE_ORIGINS: pageOrigin,
    BANK_FEED_TOKEN_SECRET: 'a token secret of more than thirty-two bytes',
    BANK_FEED_SERVER_SECRET: serverSecret,
    BANK_FEED_SOURCE_ACCOUNTS_URL: `${hostUrl}/accounts?bank=1`,
    BANK_FEED_SOURCE_ACCOUNTS_SECRET: 'for-accounts-alone',
    BANK_FEED_ROLES: 'web',
    BANK_FEED_TIME_ZONE: 'Europe/London',
    BANK_FEED_DATA_DIR: join(folder, 'store'),
    PORT: '0',
  };
  const child = start(settings, 'serve', '--after-restore');
  t.after(async () => {
    child.kill('SIGKILL');
    host.close();
    host.closeAllConnections();
    await sandbox.stop();
    await rm(folder, { recursive: true, force: true });
  });

  let port = 0;
  const said: string[] = [];
  assert.ok(child.stdout);
  for await (const line of createInterface({ input: child.stdout })) {
    const entry = JSON.parse(line) as { message: string; at?: { port: number } };
    port = entry.at?.port ?? port;
    said.push(entry.message);
    if (entry.message === 'ready') break;
  }
  assert.equal(said[0], 'listening');
  assert.match(said[1] ?? '', /no such setting/);
  assert.deepEqual(said.slice(-3), [
    'starting: the store is opened',
    'after a restore: nothing is sent before Codat was asked what was sent since',
    'ready',
  ]);
  const server = (method: string, path: string, body: unknown) =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { authorization: `Bearer ${serverSecret}` },
      body: JSON.stringify(body),
    });
  const company = (await (await server('POST', '/v1/companies', { reference: 'r 1', name: 'R' })).json()) as {
    id: string;
  };
  const pushed = await server('POST', '/v1/push', {
    companyId: company.id,
    accountId: hostAccounts[0].id,
    transactions: [{ id: '1', date: '2026-01-01', amount: '1.00', balance: '1.00', description: 'x' }],
  });
  assert.equal(pushed.status, 200, await pushed.text());
  assert.deepEqual(asked, [`Bearer for-accounts-alone /accounts?bank=1&companyId=${company.id}&reference=r+1`]);
  child.kill('SIGTERM');
  assert.equal((await once(child, 'exit'))[0], 0);
});

test('a key that Codat does not take is told right after the start', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'bank-feed-cli-'));
  const codat = createServer((_request, response) => response.writeHead(401).end('{}'));
  const url = `http://127.0.0.1:${await listenOnFreePort(codat)}`;
  const child = start({ ...proper, CODAT_URL: url, BANK_FEED_DATA_DIR: folder, PORT: '0' });
  t.after(async () => {
    child.kill('SIGKILL');
    codat.close();
    codat.closeAllConnections();
    await rm(folder, { recursive: true, force: true });
  });
  assert.ok(child.stdout);
  for await (const line of createInterface({ input: child.stdout }))
    if (/"error".*Codat does not take CODAT_API_KEY/.test(line)) return;
  assert.fail('nothing was said');
});
