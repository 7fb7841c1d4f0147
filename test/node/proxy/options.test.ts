import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { createBankFeedProxy, ProxyOptionsError } from '../../../src/proxy/index.ts';
import { EnvironmentError, readEnvironment } from '../../../src/commands/environment.ts';
import { Problem } from '../../../src/proxy/problem.ts';
import { readSourceAccounts } from '../../../src/proxy/source-accounts.ts';
import { hostAccounts, serverSecret } from './support.ts';

test('wrong options are listed at once, each with its field', () => {
  assert.throws(
    () =>
      createBankFeedProxy({
        apiKey: ' ',
        publicUrl: 'feeds.example',
        token: { keys: [{ kid: 'a', secret: 'short' }], origins: ['https://bank.example/path'] },
        authorize: () => undefined,
        sourceAccounts: () => [],
        serverSecret: 'short',
        webhookSecrets: ['whsec_'],
        // @ts-expect-error such a line could not be sent
        rules: { id_missing: 'off' },
      }),
    (error) => {
      assert.ok(error instanceof ProxyOptionsError);
      for (const field of [
        'apiKey',
        'publicUrl',
        'token.keys.0.secret',
        'token.origins.0',
        'serverSecret',
        'webhookSecrets.0',
        'rules.id_missing',
      ])
        assert.match(error.message, new RegExp(`^  ${field.replaceAll('.', '\\.')}: `, 'm'));
      return true;
    },
  );
});

test('an option that there is none of is a mistake, with the name that was meant', () => {
  const secret = 'x'.repeat(32);
  const wrong = {
    apiKey: 'key',
    publicUrl: 'https://feeds.example',
    token: { keys: [{ kid: 'a', secret }], origins: ['https://bank.example'], lifetime: 60 },
    sourceAccounts: () => [],
    webhookSecret: 'whsec_',
    datadir: 'folder',
    databaseUrl: 'postgres://db',
    retries: 3,
  };
  assert.throws(() => createBankFeedProxy(wrong), {
    name: 'ProxyOptionsError',
    message: `createBankFeedProxy cannot start:
  token.lifetime: is no option
  webhookSecret: is no option; webhookSecrets is one
  datadir: is no option; dataDir is one
  databaseUrl: is no option; database is one
  retries: is no option`,
  });
});

test('the secret of the servers signs no tokens', () => {
  assert.throws(
    () =>
      createBankFeedProxy({
        apiKey: 'key',
        publicUrl: 'https://feeds.example',
        token: { keys: [{ kid: 'a', secret: serverSecret }], origins: ['https://bank.example'] },
        sourceAccounts: () => [],
        serverSecret,
      }),
    /^ {2}serverSecret: is a secret of token\.keys as well: give two that differ$/m,
  );
});

test('exactly one mode', () => {
  const common = { apiKey: 'key', publicUrl: 'https://feeds.example', sourceAccounts: () => [] };
  assert.throws(() => createBankFeedProxy(common), /exactly one of token and authorize/);
});

test('before start() every route says that the proxy is not ready, so that a page can read it', async () => {
  const proxy = createBankFeedProxy({
    apiKey: 'key',
    publicUrl: 'https://feeds.example/api/',
    token: { keys: [{ kid: 'a', secret: 'x'.repeat(32) }], origins: ['https://bank.example'] },
    sourceAccounts: () => [],
  });
  const ask = (path: string, method = 'GET') =>
    proxy.fetch(new Request(`https://feeds.example${path}`, { method, headers: { origin: 'https://bank.example' } }));
  assert.equal((await ask('/api/healthz')).status, 200);
  assert.equal((await ask('/api/readyz')).status, 503);
  assert.equal((await ask('/api/v1/state', 'OPTIONS')).status, 204);
  const { status, headers } = await ask('/api/v1/state');
  assert.deepEqual([status, headers.get('cache-control')], [503, 'no-store']);
  assert.equal(headers.get('access-control-allow-origin'), 'https://bank.example');
  await assert.rejects(proxy.companies.ensure({ reference: 'a', name: 'b' }), /start\(\)/);
  await proxy.stop();
});

test('the environment is checked whole', () => {
  assert.throws(
    () => readEnvironment({ BANK_FEED_PUBLIC_URL: 'nowhere', BANK_FEED_PLATFORMS: 'xero,myob', PORT: '99999' }),
    (error) => {
      assert.ok(error instanceof EnvironmentError);
      for (const variable of [
        'CODAT_API_KEY',
        'BANK_FEED_PUBLIC_URL',
        'BANK_FEED_TOKEN_SECRET',
        'BANK_FEED_PLATFORMS',
        'PORT',
      ])
        assert.match(error.message, new RegExp(`^${variable}\\b`, 'm'));
      return true;
    },
  );
});

const environmentWith = (more: Record<string, string>) =>
  readEnvironment({
    CODAT_API_KEY: 'key',
    BANK_FEED_PUBLIC_URL: 'https://feeds.bank.example',
    BANK_FEED_PAGE_ORIGINS: 'https://app.bank.example',
    BANK_FEED_SERVER_SECRET: serverSecret,
    BANK_FEED_SOURCE_ACCOUNTS_URL: 'https://bank.example/accounts',
    ...more,
  });

test('tokens are signed by secrets that rotate, by the host, or both', () => {
  const { publicKey } = generateKeyPairSync('ed25519');
  const key = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const [one, two] = ['a'.repeat(32), 'b'.repeat(32)];
  assert.deepEqual(environmentWith({ BANK_FEED_TOKEN_SECRET: `${one}, ${two}` }).BANK_FEED_TOKEN_SECRET, [one, two]);
  const [first] = environmentWith({ BANK_FEED_TOKEN_PUBLIC_KEYS: `2026-11=${key}` }).BANK_FEED_TOKEN_PUBLIC_KEYS ?? [];
  assert.equal(first?.kid, '2026-11');
  assert.deepEqual(
    createPublicKey(first?.publicKey ?? '').export({ format: 'jwk' }),
    publicKey.export({ format: 'jwk' }),
  );
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'der' });
  for (const wrong of ['', key, '=x', `2026-11=${rsa.toString('base64')}`, '2026-11=nonsense'])
    assert.throws(
      () => environmentWith({ BANK_FEED_TOKEN_PUBLIC_KEYS: wrong }),
      /BANK_FEED_TOKEN_PUBLIC_KEYS (must|is)/,
    );
  assert.throws(() => environmentWith({}), /BANK_FEED_TOKEN_SECRET is missing/);
  assert.throws(() => environmentWith({ BANK_FEED_TOKEN_SECRET: `${one},short` }), /at least 32 characters/);
});

const [good] = hostAccounts;
const faults: Record<string, [unknown, RegExp]> = {
  'not an array': [{}, /^sourceAccounts: must be an array of accounts$/],
  'more than there can be': [
    Array.from({ length: 10_001 }, () => good),
    /^sourceAccounts: has more than 10,000 accounts$/,
  ],
  'no account': [[null], /^account 0: must be an object with the account's fields$/],
  'no balance': [[{ ...good, id: 'b', balance: undefined }], /^account 0 \(b\): balance must be an exact decimal/],
  'routing in a word': [[{ ...good, id: 'b', routingInfo: '1' }], /^account 0 \(b\): routingInfo must be an object$/],
  'more in a word': [[{ ...good, id: 'b', accountInfo: '1' }], /^account 0 \(b\): accountInfo must be an object$/],
  'a nickname of digits': [[{ ...good, accountInfo: { nickname: 1 } }], /accountInfo\.nickname must be text$/],
  'no id': [[{ ...good, id: '' }], /account 0: id is empty/],
  'a word of Codat’s paths': [[{ ...good, id: 'Credentials' }], /account 0 \(Credentials\): id .*another id/],
  'a dot segment': [[{ ...good, id: '..' }], /account 0 \(\.\.\): id/],
  'a control character': [[{ ...good, id: 'a\nb' }], /id has control or broken characters/],
  'an id twice': [[good, good], /account 1 \(GB33.*stands twice/],
  'an unknown type': [[{ ...good, accountType: 'current' }], /accountType must be one of checking/],
  'a currency in words': [[{ ...good, currency: 'pounds' }], /currency must be an ISO 4217 code/],
  'a balance that is no number': [[{ ...good, balance: 'much' }], /balance must be an exact decimal/],
  'a balance with lost digits': [[{ ...good, balance: 9_007_199_254_740_992 }], /balance must be an exact decimal/],
  'a name missing': [[good, { ...good, id: 'b', accountName: undefined }], /account 1 \(b\): accountName/],
};
for (const [name, [answer, message]] of Object.entries(faults))
  test(`the host’s accounts: ${name} names account and field`, async () => {
    const told: string[] = [];
    await assert.rejects(
      readSourceAccounts(
        () => answer,
        { id: 'c' },
        (found) => told.push(...found),
      ),
      (error) => error instanceof Problem && error.code === 'source_accounts_invalid',
    );
    assert.match(told.join('\n'), message);
  });

test('a hook that throws is the partner’s to mend, and says so', async () => {
  const told: string[] = [];
  await assert.rejects(
    readSourceAccounts(
      () => {
        throw new Error('database down');
      },
      { id: 'c' },
      (found) => told.push(...found),
    ),
    (error) =>
      error instanceof Problem && error.code === 'source_accounts_failed' && !error.detail.includes('database'),
  );
  assert.match(told.join(), /database down/);
});

test('pounds without a sort code are for Codat to refuse: the others are offered beside them, and the partner is told', async () => {
  const told: string[] = [];
  const accounts = await readSourceAccounts(
    () => [good, { ...good, id: 'b', sortCode: undefined }],
    { id: 'c' },
    (found) => told.push(...found),
  );
  assert.equal(accounts.length, 2);
  assert.match(told.join('\n'), /^account 1 \(b\): sortCode is needed for GBP/);
});

test('a balance of 0 and GBP with routing information are fine', async () => {
  const accounts = await readSourceAccounts(
    () => [{ ...good, balance: 0, sortCode: null, routingInfo: { bankCode: 'BUKBGB22', type: 'swift' } }],
    { id: 'c' },
    (found) => assert.fail(found.join()),
  );
  assert.equal(accounts[0]?.balance, '0');
});

test('a time zone may be given by any of its names', () => {
  const refused = (zone: string): boolean => {
    try {
      readEnvironment({ BANK_FEED_TIME_ZONE: zone });
    } catch (error) {
      return error instanceof Error && error.message.includes('BANK_FEED_TIME_ZONE');
    }
    return false;
  };
  const zones = ['Asia/Kolkata', 'Europe/Kyiv', 'UTC', 'BST', 'Nowhere'];
  assert.deepEqual(zones.filter(refused), ['BST', 'Nowhere']);
});
