/** The sandbox as a command: what it prints, what it refuses, and how it stops. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test, type TestContext } from 'node:test';
import { listenOnFreePort } from '../../support/free-ports.ts';

const cli = join(import.meta.dirname, '../../../src/sandbox/cli.ts');

const start = (...args: string[]): ChildProcess =>
  spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });

const read = async (stream: NodeJS.ReadableStream | null): Promise<string> => {
  let text = '';
  for await (const chunk of stream ?? []) text += String(chunk);
  return text;
};

/** Runs it to its end. */
const run = async (...args: string[]) => {
  const child = start(...args);
  const [out, errors, [code]] = await Promise.all([read(child.stdout), read(child.stderr), once(child, 'exit')]);
  return { out, errors, code: Number(code) };
};

/** Starts it and reads the lines it prints, up to the last one that is wanted. */
const serve = async (t: TestContext, last: string, ...args: string[]) => {
  const child = start(...args);
  t.after(() => child.kill('SIGKILL'));
  const printed = new Map<string, string>();
  assert.ok(child.stdout);
  for await (const line of createInterface({ input: child.stdout })) {
    const [, name = '', value = ''] = /^([^:]+): (.*)$/.exec(line) ?? [];
    printed.set(name, value);
    if (name === last) break;
  }
  const url = printed.get('Simulated Codat') ?? '';
  const get = (path: string) =>
    fetch(`${url}${path}`, {
      headers: { authorization: `Basic ${Buffer.from(printed.get('API key') ?? '').toString('base64')}` },
    });
  const stop = async (): Promise<number> => {
    child.kill('SIGTERM');
    return Number((await once(child, 'exit'))[0]);
  };
  return { printed, url, get, stop };
};

test('it serves with the key that was given, lists its controls, and stops on SIGTERM', async (t) => {
  const { url, get, stop, printed } = await serve(t, 'Controls', '--port', '0', '--key', 'my-key');
  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.equal(printed.get('API key'), 'my-key');
  assert.equal((await get('/companies')).status, 200);
  assert.equal((await fetch(`${url}/companies`)).status, 401);
  const controls = await fetch(printed.get('Controls') ?? '', {
    headers: { authorization: `Basic ${btoa('my-key')}` },
  });
  assert.equal(controls.status, 200);
  assert.equal((await fetch(printed.get('Accounting software') ?? '')).status, 200);
  assert.equal(await stop(), 0);
});

test('it begins with a company, and keeps everything in a file', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'bank-feed-sandbox-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const data = join(folder, 'state', 'sandbox.json');
  const args = ['--data', data, '--seed', 'cli', '--size', 'small', '--platform', 'hcws'];
  const first = await serve(t, 'Webhook secret', ...args, '--webhook', 'http://127.0.0.1:9/hooks');
  assert.match(first.printed.get('Webhook secret') ?? '', /^whsec_/);
  const path = `/companies/${first.printed.get('Company')}/connections/${first.printed.get('Connection')}`;
  const connection = (await (await first.get(path)).json()) as { integrationKey: string; status: string };
  assert.deepEqual([connection.integrationKey, connection.status], ['hcws', 'Linked']);
  assert.equal(await first.stop(), 0);
  assert.equal(JSON.parse(await readFile(data, 'utf8')).companies.length, 1);

  const second = await serve(t, 'Controls', ...args);
  assert.equal(second.printed.get('API key'), first.printed.get('API key'));
  assert.equal((await second.get(path)).status, 200);
  const list = (await (await second.get('/companies')).json()) as { totalResults: number };
  assert.equal(list.totalResults, 1);
  assert.equal(await second.stop(), 0);
});

test('users find the bank by the name that was given, and Sage sends them to its sign-in page', async (t) => {
  const login = 'https://bank.test/sage';
  const options = ['--size', 'small', '--platform', 'olpr', '--bank', 'Marsh & Daughters', '--sage-login', login];
  const { url, stop } = await serve(t, 'Controls', ...options);
  const page = async (path: string): Promise<string> => (await fetch(`${url}${path}`)).text();
  const first = (text: string, pattern: RegExp): string => pattern.exec(text)?.[1] ?? '';
  const business = first(await page('/software/sage'), /href="(\/software\/sage\/[^"]+)"/);
  const account = first(await page(business), /account=([0-9a-f-]{36})/);
  const connect = `${business}/accounts/${account}/connect`;
  assert.match(await page(`${connect}?q=marsh`), /Found: <bdi translate="no">Marsh &amp; Daughters/);
  const { headers, status } = await fetch(`${url}${connect}`, { method: 'POST', redirect: 'manual' });
  assert.equal(status, 303);
  assert.ok(headers.get('location')?.startsWith(`${login}?authorizationId=`), headers.get('location') ?? '');
  assert.equal(await stop(), 0);
});

test('a port that is in use is said in a sentence', async (t) => {
  const taken = createServer();
  const port = await listenOnFreePort(taken);
  t.after(() => taken.close());
  const { code, errors, out } = await run('--port', String(port));
  assert.equal(code, 1);
  assert.equal(out, '');
  assert.match(errors, new RegExp(`^Port ${port} of 127\\.0\\.0\\.1 is in use already\\.[^\\n]*\\n$`));
});

test('an address that is not of this machine is said in a sentence', async () => {
  const { code, errors } = await run('--host', '203.0.113.1');
  assert.equal(code, 1);
  assert.match(errors, /^203\.0\.113\.1 is no address of this machine\.[^\n]*\n$/);
});

test('help is printed; what is wrong with an option is said before the list of them', async () => {
  const help = await run('--help');
  assert.deepEqual([help.code, help.errors], [0, '']);
  for (const option of ['port', 'host', 'key', 'seed', 'data', 'size', 'redirect', 'bank', 'webhook', 'limits']) {
    assert.ok(help.out.includes(`--${option} `), option);
  }
  const wrong = [
    [['--port', '70000'], /^--port: /],
    [['--key', ''], /^--key: /],
    [['--limits', 'maybe'], /^--limits: /],
    [['--size', 'huge'], /^--size: /],
    [['--size', 'small', '--platform', 'zzzz'], /^platformKey: /],
    [['--webhook', 'nonsense'], /^webhook url: /],
    [['--data', tmpdir()], /EISDIR/],
    [['4000'], /'4000'/],
  ] as const;
  const answers = await Promise.all(wrong.map(([args]) => run(...args)));
  for (const [index, [args, message]] of wrong.entries()) {
    const { code, errors } = answers[index] ?? { code: 0, errors: '' };
    assert.equal(code, 2, args.join(' '));
    assert.match(errors, message);
    assert.match(errors, /\n\nOptions\n/);
    assert.doesNotMatch(errors, /\n {4}at /);
  }
});
