import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createBankFeedProxy, type ProxyOptions } from '../../../src/proxy/index.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { hostAccounts, lines, pageOrigin, serverSecret, startWorld } from './support.ts';
import { overFetch } from './transport.ts';

const cacheDir = join(import.meta.dirname, '../../../node_modules/.cache/bank-feed-elements');
const folder = async (t: TestContext): Promise<string> => {
  const path = await mkdtemp(join(tmpdir(), 'bank-feed-start-'));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
};
const options = (dataDir: string): ProxyOptions => ({
  apiKey: 'key',
  publicUrl: 'https://feeds.example',
  authorize: () => undefined,
  sourceAccounts: () => [],
  codatUrl: 'http://127.0.0.1:1',
  dataDir,
  cacheDir,
});

test('a start that failed leaves nothing open, and the next one may succeed', async (t) => {
  const dataDir = await folder(t);
  await assert.rejects(createBankFeedProxy({ ...options(dataDir), codatUrl: 'http://127.0.0.1:1/?q=1' }).start());
  const other = await openDatabase({ dataDir, cacheDir });
  const proxy = createBankFeedProxy(options(dataDir));
  await assert.rejects(proxy.start(), /in use by another process/);
  await other.close();
  await proxy.start();
  // Stopped twice and started at once: each waits for the one before.
  await Promise.all([proxy.stop(), proxy.stop(), proxy.start()]);
  assert.equal((await proxy.fetch(new Request('https://feeds.example/readyz'))).status, 200);
  await proxy.stop();
});

test('the command ends where its store is in use', async (t) => {
  const dataDir = await folder(t);
  const other = await openDatabase({ dataDir, cacheDir });
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../../src/commands/main.ts')], {
    env: {
      ...process.env,
      CODAT_API_KEY: 'key',
      CODAT_URL: 'http://127.0.0.1:1',
      BANK_FEED_PUBLIC_URL: 'https://feeds.example',
      BANK_FEED_PAGE_ORIGINS: pageOrigin,
      BANK_FEED_TOKEN_SECRET: 'a token secret of more than thirty-two bytes',
      BANK_FEED_SERVER_SECRET: serverSecret,
      BANK_FEED_SOURCE_ACCOUNTS_URL: 'http://127.0.0.1:1/accounts',
      BANK_FEED_DATA_DIR: dataDir,
      PORT: '0',
    },
    stdio: 'ignore',
    timeout: 20_000,
  });
  const ended = await once(child, 'exit');
  await other.close();
  assert.deepEqual(ended, [1, null]);
});

test('stopping does not wait for a Codat that never answers', async (t) => {
  let hangs = false;
  const asked = Promise.withResolvers<void>();
  const { proxy, companyId } = await startWorld(t, {
    transport: async (request) => {
      if (!hangs) return overFetch(request);
      asked.resolve();
      return new Promise((_, reject) => {
        request.signal?.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
      });
    },
  });
  // Waits for its account, so the slow listing asks for it.
  await proxy.push({ companyId, accountId: hostAccounts[0].id, transactions: lines(1) });
  hangs = true;
  await asked.promise;
  const began = performance.now();
  await proxy.stop();
  assert.ok(performance.now() - began < 3_000);
});

test('a hand-over under way is stored before the store is closed; what comes meanwhile is sent away', async (t) => {
  const asked = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const { proxy, companyId, url } = await startWorld(t, {
    sourceAccounts: async () => {
      asked.resolve();
      await goOn.promise;
      return hostAccounts;
    },
  });
  const first = proxy.push({ companyId, accountId: hostAccounts[0].id, transactions: lines(2) });
  await asked.promise;
  const stopped = proxy.stop();
  const answer = await fetch(`${url}/v1/state`, { headers: { origin: pageOrigin } });
  assert.deepEqual([answer.status, answer.headers.get('retry-after')], [503, '2']);
  await assert.rejects(
    proxy.push({ companyId, accountId: hostAccounts[0].id, transactions: lines(1) }),
    /store_unavailable: This instance is being stopped/,
  );
  goOn.resolve();
  assert.equal((await first).accepted, 2);
  await stopped;
  assert.equal((await fetch(`${url}/readyz`)).status, 503);
});
