/** The command's two writers, pino's and the plain one: the same lines, and the same net below them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pino } from 'pino';
import { openLog, pinoLog, plainLog, type LogLevel } from '../../../src/commands/json-log.ts';
import { createCodatClient } from '../../../src/codat/index.ts';
import { errorFields, tellsDebug, type Log } from '../../../src/proxy/log.ts';

interface Out {
  write(text: string): unknown;
}
const writers: Record<string, (out: Out, level: LogLevel) => Log> = {
  pino: (out, level) => pinoLog(pino, out, level),
  plain: plainLog,
};

const secret = 's3cr3t-s3cr3t';
/** Each name with a secret under it, at the top and far below. */
const names = [
  'apiKey',
  'x-api-key',
  'CODAT_API_KEY',
  'authorization',
  'Proxy-Authorization',
  'cookie',
  'token',
  'accessToken',
  'secret',
  'webhookSecrets',
  'BANK_FEED_SERVER_SECRET',
  'password',
  'otp',
  'linkUrl',
  'link_url',
  'credentials',
  'webhook-signature',
  'accountNumber',
  'sourceAccountNumber',
  'sortCode',
  'iBan',
  'DATABASE_URL',
  'body',
];

for (const [name, writer] of Object.entries(writers))
  describe(`the log by ${name}`, () => {
    const written = (level: LogLevel, write: (log: Log) => void): Record<string, unknown>[] => {
      let text = '';
      write(writer({ write: (line) => (text += line) }, level));
      return text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    };

    test('says what happened, and why beside it; no field takes the place of what every line has', () => {
      const fields = { ...errorFields(new TypeError('why')), companyId: 'c', level: 'x', time: 1, message: 'y' };
      const [line = {}] = written('info', (log) => log.warn(fields, 'what'));
      const { time, ...said } = line;
      assert.match(String(time), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
      assert.deepEqual(said, { level: 'warn', message: 'what', error: 'TypeError', reason: 'why', companyId: 'c' });
    });

    test('no secret is written that stands under the name of one, however deep', () => {
      const holding = (value: unknown) => Object.fromEntries(names.map((one) => [one, value]));
      const fields = {
        ...holding(secret),
        headers: holding(secret),
        deep: { list: [{ further: { down: [{ here: holding([secret, { any: secret }]) }] } }] },
        map: { toJSON: () => holding(secret) },
        kept: 'kept',
      };
      const [line = {}] = written('info', (log) => log.error(fields, 'what'));
      assert.equal(JSON.stringify(line).includes(secret), false, JSON.stringify(line));
      for (const one of names) assert.equal(line[one], '[redacted]', one);
      assert.equal(line['kept'], 'kept');
      // The net has holes of its own size alone: under another name the same text is written.
      const [open = {}] = written('info', (log) => log.info({ other: { deep: secret } }, 'what'));
      assert.deepEqual(open['other'], { deep: secret });
    });

    test('writes what no JSON can hold in some way, and changes nothing that it was given', () => {
      const circle: Record<string, unknown> = { token: secret, count: 12n, url: new URL('https://bank.example/') };
      circle['circle'] = circle;
      const [line = {}] = written('info', (log) => log.info({ circle, at: new Date(0) }, 'what'));
      assert.deepEqual(line['circle'], {
        token: '[redacted]',
        count: '12',
        url: 'https://bank.example/',
        circle: '[…]',
      });
      assert.equal(line['at'], '1970-01-01T00:00:00.000Z');
      assert.equal(circle['token'], secret);
    });

    test('its level is the least that is written, and says whether debug is', () => {
      const all = (log: Log): void => {
        log.debug({}, 'debug');
        log.info({}, 'info');
        log.warn({}, 'warn');
        log.error({}, 'error');
      };
      const messages = (level: LogLevel) => written(level, all).map(({ message }) => message);
      assert.deepEqual(messages('debug'), ['debug', 'info', 'warn', 'error']);
      assert.deepEqual(messages('info'), ['info', 'warn', 'error']);
      assert.deepEqual(messages('error'), ['error']);
      assert.equal(tellsDebug(writer({ write: () => true }, 'info')), false);
      assert.equal(tellsDebug(writer({ write: () => true }, 'debug')), true);
    });
  });

test('pino is what the command writes with where it is installed; pino itself, and console, are logs of a host', async () => {
  let text = '';
  const log = await openLog({ write: (line) => (text += line) }, 'info');
  log.info({ a: 1 }, 'what');
  assert.match(text, /"message":"what"/);
  // Of pino's own: the plain writer has no such thing.
  assert.ok('bindings' in log);
  const hosts: readonly Log[] = [pino({ level: 'silent' }), console];
  assert.deepEqual(hosts.map(tellsDebug), [false, true]);
});

test('what Codat is asked is not put together for a log that would not write it', async () => {
  const said: unknown[] = [];
  const ask = async (enabled: boolean): Promise<void> => {
    await using codat = createCodatClient({
      apiKey: 'key',
      transport: async () => ({ status: 204, headers: {}, body: new Uint8Array() }),
      log: { debug: (fields) => said.push(fields), isLevelEnabled: () => enabled },
    });
    await codat.deleteConnection('8a210b68-6988-11ed-a1eb-0242ac120002', '2e9d2c44-f675-40ba-8049-353bfcb5e171');
  };
  await ask(false);
  assert.equal(said.length, 0);
  await ask(true);
  assert.equal(said.length, 2);
});
