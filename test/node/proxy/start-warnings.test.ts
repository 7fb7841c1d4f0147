import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createBankFeedProxy, type ProxyOptions } from '../../../src/proxy/index.ts';
import { silentLog } from '../../../src/proxy/log.ts';
import { warnAtStart } from '../../../src/proxy/start-warnings.ts';
import { cacheDir } from '../support/stores.ts';

const options: ProxyOptions = {
  apiKey: 'key',
  publicUrl: 'https://feeds.example',
  token: { keys: [{ kid: 'a', secret: 'x'.repeat(32) }], origins: ['https://bank.example'] },
  sourceAccounts: () => [],
  codatUrl: 'http://127.0.0.1:1',
};
const told = (t: TestContext, more: Partial<ProxyOptions>): string[] => {
  const warn = t.mock.fn((_fields: Readonly<Record<string, unknown>>, _message: string) => {});
  warnAtStart({ ...options, ...more }, { warn });
  return warn.mock.calls.map(({ arguments: [fields] }) => String(fields['option']));
};

test('a proxy that keeps its lines in memory says so as it starts', async (t) => {
  const warn = t.mock.fn((_fields: Readonly<Record<string, unknown>>, _message: string) => {});
  const proxy = createBankFeedProxy({ ...options, cacheDir, log: { ...silentLog, warn } });
  await proxy.start();
  await proxy.stop();
  assert.deepEqual(
    warn.mock.calls.map(({ arguments: [fields] }) => fields),
    [{ option: 'dataDir' }],
  );
  assert.match(String(warn.mock.calls[0]?.arguments[1]), /in memory.*end with this process.*dataDir/);
  assert.deepEqual(told(t, { dataDir: 'folder' }), []);
  assert.deepEqual(told(t, { database: { url: 'postgres://db' } }), []);
});

test('plain http is told of each address that is not on this machine', (t) => {
  const token = { keys: [], origins: ['http://localhost:5173', 'http://bank.example', 'http://127.0.0.1.example'] };
  assert.deepEqual(
    told(t, { dataDir: 'folder', publicUrl: 'http://10.0.0.1/feeds', codatUrl: 'http://codat.example', token }),
    ['publicUrl', 'codatUrl', 'token.origins.1', 'token.origins.2'],
  );
  const near = ['http://localhost', 'http://[::1]:8080', 'http://127.1.2.3', 'http://feeds.localhost:1'];
  for (const publicUrl of near) assert.deepEqual(told(t, { dataDir: 'folder', publicUrl }), [], publicUrl);
});
