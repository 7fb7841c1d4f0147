/** `bank-feed-proxy doctor` against a real sandbox: what it finds, what it leaves alone, and that it tells no secret. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chown, readdir } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { doctor } from '../../../src/commands/doctor.ts';
import { inThePortal } from '../../../src/commands/doctor/portal.ts';
import { neededEvents } from '../../../src/proxy/webhooks.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { migrations } from '../../../src/store/migrations.ts';
import { openPglite } from '../../../src/store/pglite.ts';
import { openPostgres } from '../../../src/store/postgres.ts';
import { cacheDir, freshUrl } from '../support/stores.ts';
import { hostAccounts, webhookSecret } from '../proxy/support.ts';
import { keptOutput } from './kept-output.ts';
import { bank, listen, makeStore, startPlace, type Place } from './process.ts';

interface Check {
  readonly name: string;
  readonly result: string;
  readonly found: string;
  readonly todo?: string;
}
interface Report {
  readonly ok: boolean;
  readonly checks: readonly Check[];
  readonly portal: readonly string[];
}

const wide = () => Object.assign(keptOutput(), { columns: 80 });

const secretsOf = (environment: Readonly<Record<string, string>>): readonly string[] => {
  const key = environment['CODAT_API_KEY'] ?? '';
  const named = Object.entries(environment).filter(([name]) => /SECRETS?$/.test(name));
  return [key, Buffer.from(key).toString('base64'), ...named.map(([, value]) => value)].filter(Boolean);
};

const run = async (environment: Record<string, string>, args: readonly string[] = ['--json'], now?: () => number) => {
  const [stdout, stderr] = [wide(), wide()];
  const code = await doctor(args, environment, { stdout, stderr }, now);
  const said = stdout.text() + stderr.text();
  for (const secret of secretsOf(environment)) assert.ok(!said.includes(secret), `a secret was told: ${said}`);
  const report = args.includes('--json') ? (JSON.parse(stdout.text()) as Report) : undefined;
  return {
    code,
    said,
    report,
    of: (name: string): Check => {
      const found = report?.checks.find((check) => check.name === name);
      assert.ok(found, `${name} is not in ${said}`);
      return found;
    },
  };
};

const codat = ({ sandbox, environment }: Place, method: string, path: string, body?: object): Promise<Response> =>
  fetch(`${environment['CODAT_URL']}${path}`, {
    method,
    headers: { authorization: `Basic ${btoa(sandbox.apiKey)}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

const consumers = async (place: Place) =>
  ((await (await codat(place, 'GET', '/webhooks')).json()) as { results: { url: string; eventTypes: string[] }[] })
    .results;

/** Everything as it should be: a company, a consumer, a proxy that answers. */
const startWell = async (t: TestContext): Promise<Place> => {
  const place = await startPlace(t);
  const url = `${await listen(t, ({ url: path }, response) => response.writeHead(path === '/feeds/healthz' ? 200 : 404).end('ok'))}/feeds`;
  await codat(place, 'POST', '/companies', { name: 'Harbour Lane Bakery' });
  place.sandbox.control.addWebhook({ url: `${url}/v1/webhooks/codat`, secret: webhookSecret });
  return {
    ...place,
    environment: { ...place.environment, BANK_FEED_PUBLIC_URL: url, BANK_FEED_WEBHOOK_SECRETS: webhookSecret },
  };
};

const names = [
  'settings',
  'codat',
  'api-key',
  'clock',
  'webhook-consumer',
  'signing-secret',
  'public-url',
  'store',
  'migrations',
  'disk',
  'source-accounts',
];

test('where all is well it says so, to people and to programs', async (t) => {
  const place = await startWell(t);
  await makeStore(place);
  const { code, report, of } = await run(place.environment);
  assert.deepEqual(
    report?.checks.map(({ name, result }) => [name, result]),
    names.map((name) => [name, 'ok']),
  );
  assert.deepEqual([code, report?.ok, report?.portal], [0, true, [...inThePortal]]);
  assert.match(of('api-key').found, /takes the key, and has 1 company; \d+ requests are left of today/);
  assert.match(of('signing-secret').found, /the log warns "webhooks were refused", .* bank_feed\.webhooks\.refused/);
  assert.match(of('codat').found, /answers in \d+ ms/);
  assert.match(of('source-accounts').found, /lists 2 accounts/);
  assert.ok(report?.checks.every((check) => check.todo === undefined));

  const { code: same, said } = await run(place.environment, []);
  assert.equal(same, 0);
  assert.ok(
    said.split('\n').every((line) => line.length <= 80 || !line.includes(' ')),
    said,
  );
  for (const name of names) assert.match(said, new RegExp(`^ok +${name} `, 'm'));
  assert.match(
    said,
    /Only in the Codat Portal[\s\S]*statusCode=\{statusCode\}[\s\S]*\n11 ok, 0 to look at, 0 failed\n$/,
  );
});

test('as a command it answers one JSON object and its exit code', async (t) => {
  const { environment } = await startWell(t);
  const cli = join(import.meta.dirname, '../../../src/commands/main.ts');
  const asked = async (more: Record<string, string>) => {
    const child = spawn(process.execPath, [cli, 'doctor', '--json'], {
      env: { PATH: process.env['PATH'], ...environment, ...more },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise((resolve) => {
      child.once('exit', resolve);
    });
    const report = JSON.parse(await text(child.stdout)) as Report;
    return [await ended, report.ok, report.checks.length];
  };
  // Without a store there is nothing to say of migrations.
  assert.deepEqual(await asked({}), [0, true, names.length - 1]);
  assert.deepEqual(await asked({ CODAT_API_KEY: 'a-key-that-is-not-the-one' }), [1, false, names.length - 1]);
  assert.deepEqual(await asked({ PORT: 'x', BANK_FEED_ROLE: 'y' }), [2, false, 2]);
});

test('a key that Codat does not know is told from one that it refuses', async (t) => {
  const place = await startWell(t);
  const wrong = await run({ ...place.environment, CODAT_API_KEY: 'a-key-that-is-not-the-one' });
  assert.equal(wrong.code, 1);
  assert.partialDeepStrictEqual(wrong.of('api-key'), { result: 'failed', found: 'Codat does not know this key (401)' });
  assert.equal(wrong.of('codat').result, 'ok');
  // What is found by its answer to the key stays open, and is not called wrong.
  assert.equal(wrong.of('webhook-consumer').result, 'warning');

  for (const [status, words, result] of [
    [403, /outdated, or may not/, 'failed'],
    [402, /plan/, 'failed'],
    [429, /pause/, 'warning'],
  ] as const) {
    // It repeats what it was sent, as a debugging proxy may.
    const url = await listen(t, ({ headers }, response) => {
      const correlationId = `${headers.authorization} ${place.sandbox.apiKey}`;
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ statusCode: status, error: correlationId, correlationId }));
    });
    const { of } = await run({ ...place.environment, CODAT_URL: url });
    assert.match(of('api-key').found, words);
    assert.equal(of('api-key').result, result);
  }
  const down = await run({ ...place.environment, CODAT_URL: 'http://127.0.0.1:9' });
  assert.match(down.of('codat').found, /does not answer \(ECONNREFUSED\)/);
  const other = await listen(t, (_request, response) => response.end('<html>'));
  assert.match((await run({ ...place.environment, CODAT_URL: other })).of('codat').found, /not Codat's/);
});

test('a clock that is off is told, with how far and to which side', async (t) => {
  const { environment } = await startWell(t);
  const off = (seconds: number) => run(environment, ['--json'], () => Date.now() + seconds * 1000);
  assert.partialDeepStrictEqual((await off(20)).of('clock'), { result: 'ok' });
  const ahead = await off(45);
  assert.deepEqual([ahead.code, ahead.of('clock').result], [0, 'warning']);
  assert.match(ahead.of('clock').found, /^is 4[456] seconds ahead of Codat's$/);
  const behind = await off(-600);
  assert.deepEqual([behind.code, behind.of('clock').result], [1, 'failed']);
  assert.match(behind.of('clock').found, /^is (599|600|601) seconds behind Codat's: webhooks are refused$/);
});

test('a consumer that is missing is made once, where it is asked for', async (t) => {
  const place = await startPlace(t);
  const { environment } = place;
  assert.match((await run(environment)).of('webhook-consumer').todo ?? '', /--create-webhook/);
  assert.deepEqual(await consumers(place), []);
  const made = await run(environment, ['--json', '--create-webhook']);
  assert.deepEqual([made.code, made.of('webhook-consumer').result], [0, 'ok']);
  assert.match(
    made.of('webhook-consumer').todo ?? '',
    /signing secret from the Codat Portal .*BANK_FEED_WEBHOOK_SECRETS/,
  );
  assert.deepEqual(
    (await consumers(place)).map(({ url, eventTypes }) => [url, eventTypes]),
    [['http://127.0.0.1:1/v1/webhooks/codat', [...neededEvents]]],
  );
  const again = await run(environment, ['--json', '--create-webhook']);
  assert.match(again.of('webhook-consumer').found, /is told of all that is needed/);
  assert.equal((await consumers(place)).length, 1);
  assert.equal(again.of('signing-secret').result, 'warning');
});

test('a consumer that does not tell everything is told of, and none is made beside it', async (t) => {
  const place = await startPlace(t);
  const url = 'http://127.0.0.1:1/v1/webhooks/codat';
  const [first, ...others] = neededEvents;
  const cases = [
    [{ url, eventTypes: others }, new RegExp(`is not told of ${first}$`)],
    [{ url, eventTypes: neededEvents, companyTags: ['region:uk'] }, /companies with certain tags only/],
    [{ url, eventTypes: neededEvents, disabled: true }, /is disabled/],
  ] as const;
  for (const [consumer, words] of cases) {
    place.sandbox.control.addWebhook(consumer);
    const { of, code } = await run(place.environment, ['--json', '--create-webhook']);
    assert.match(of('webhook-consumer').found, words);
    assert.deepEqual([code, of('webhook-consumer').result], [0, 'warning']);
    assert.equal((await consumers(place)).length, 1);
  }
  // Its path may be the secret of somebody else.
  place.sandbox.control.addWebhook({ url: 'https://chat.example/hooks/B0C-very-secret' });
  await codat(place, 'POST', '/webhooks', { url, eventTypes: neededEvents });
  await codat(place, 'POST', '/webhooks', { url, eventTypes: neededEvents });
  const twice = await run(place.environment);
  assert.match(twice.of('webhook-consumer').found, /^2 consumers point at .*a secret of its own/);
  assert.doesNotMatch(twice.said, /chat\.example|B0C/);
});

test('a signing secret that was cut is found', async (t) => {
  const { environment } = await startPlace(t);
  const { of } = await run({
    ...environment,
    BANK_FEED_WEBHOOK_SECRETS: `${webhookSecret},${webhookSecret.slice(0, -3)}`,
  });
  assert.deepEqual(
    [of('signing-secret').result, /may have been cut/.test(of('signing-secret').found)],
    ['failed', true],
  );
});

test('a store that is in use is left to whoever has it', async (t) => {
  const { environment } = await startPlace(t);
  const database = await openDatabase({ dataDir: environment['BANK_FEED_DATA_DIR'], cacheDir });
  const { code, of, report } = await run(environment);
  assert.match(of('store').found, /is in use, as by a proxy that runs, and was left alone/);
  assert.deepEqual([code, of('store').result], [0, 'ok']);
  assert.ok(!report?.checks.some(({ name }) => name === 'migrations'));
  await database.tx(async (tx) => {
    await tx.query(`insert into setting (key, value) values ('here', 'still')`);
  });
  await database.close();
});

test('nothing is made, and nothing migrated', async (t) => {
  const place = await startPlace(t);
  const { environment, folder } = place;
  const missing = join(folder, 'not', 'there');
  assert.match(
    (await run({ ...environment, BANK_FEED_DATA_DIR: missing })).of('store').found,
    /made at the first start/,
  );
  assert.deepEqual(await readdir(folder), []);
  assert.match(
    (await run({ ...environment, BANK_FEED_DATA_DIR: '/etc' })).of('store').found,
    /holds other files|another user/,
  );

  await makeStore(place);
  const dataDir = environment['BANK_FEED_DATA_DIR'];
  const last = migrations.at(-1);
  const before = await openPglite({ dataDir });
  await before.query('delete from schema_migration where id = $1', [last?.id]);
  await before.close();
  assert.equal((await run(environment)).of('migrations').found, `the next start applies 1: ${last?.name}`);
  const after = await openPglite({ dataDir });
  const { rows } = await after.query('select id from schema_migration where id = $1', [last?.id]);
  await after.close();
  assert.deepEqual(rows, []);
});

test("another user's store is not opened", { skip: process.getuid?.() !== 0 }, async (t) => {
  const place = await startPlace(t);
  const { environment } = place;
  await makeStore(place);
  const path = environment['BANK_FEED_DATA_DIR'] ?? '';
  await chown(path, 65_534, 65_534);
  const { of } = await run(environment);
  assert.deepEqual([of('store').result, /Run this as the user/.test(of('store').todo ?? '')], ['warning', true]);
  await chown(path, 0, 0);
});

test('a PostgreSQL server is looked at, and not written to', async (t) => {
  const place = await startWell(t);
  const { BANK_FEED_DATA_DIR: _, ...environment } = place.environment;
  const url = await freshUrl();
  const empty = await run({ ...environment, DATABASE_URL: url });
  assert.match(empty.of('store').found, /^PostgreSQL \d+.* can be used/);
  assert.match(empty.of('migrations').found, new RegExp(`^the next start applies ${migrations.length}: `));
  assert.equal(empty.code, 0, empty.said);
  const database = await openPostgres({ url });
  const { rows } = await database.query(`select to_regclass('schema_migration')::text as name`);
  await database.close();
  assert.deepEqual(rows, [{ name: null }]);

  const many = await run({ ...environment, DATABASE_URL: url, BANK_FEED_DATABASE_CONNECTIONS: '1000' });
  assert.equal(many.of('connections').result, 'warning');
  const elsewhere = new URL(url);
  elsewhere.pathname = '/not-there';
  elsewhere.password = 'a%20very-secret-password';
  const wrong = await run({ ...environment, DATABASE_URL: elsewhere.href });
  assert.deepEqual([wrong.code, wrong.of('store').result], [1, 'failed']);
  assert.doesNotMatch(wrong.said, /very-secret/);
});

test('it asks for the accounts of a company, as the proxy will', async (t) => {
  const asked: string[] = [];
  const place = await startPlace(t, (request, response) => {
    asked.push(`${request.url}`);
    bank(request, response);
  });
  assert.match((await run(place.environment)).of('source-accounts').found, /there is no company yet/);
  const database = await openDatabase({ dataDir: place.environment['BANK_FEED_DATA_DIR'], cacheDir });
  await database.query(`insert into company (id, reference) values ('c0ffee00-0000-4000-8000-000000000001', 'r 1')`);
  await database.close();
  assert.match((await run(place.environment)).of('source-accounts').found, /2 accounts of company c0ffee00/);
  assert.equal(asked.at(-1), '/accounts?companyId=c0ffee00-0000-4000-8000-000000000001&reference=r+1');
  const refused = await run({ ...place.environment, BANK_FEED_SOURCE_ACCOUNTS_SECRET: 'not-the-one' });
  assert.match(refused.of('source-accounts').found, /refuses the secret \(401\)/);
  assert.equal(refused.code, 1);
  const { BANK_FEED_SOURCE_ACCOUNTS_SECRET: _, ...none } = place.environment;
  assert.match((await run(none)).of('source-accounts').found, /asks for a secret \(401\), and none is set/);
});

test('a list of accounts that cannot be used is told, and one that is open to all', async (t) => {
  const place = await startWell(t);
  const answering = async (listener: RequestListener): Promise<Check> => {
    const url = `${await listen(t, listener)}/?key=as-secret-as-any`;
    const { said, of } = await run({ ...place.environment, BANK_FEED_SOURCE_ACCOUNTS_URL: url });
    assert.doesNotMatch(said, /as-secret-as-any/);
    return of('source-accounts');
  };
  const json =
    (value: unknown): RequestListener =>
    (_request, response) =>
      void response.end(JSON.stringify(value));
  const open = await answering(json(hostAccounts));
  assert.deepEqual([open.result, /also without a secret/.test(open.found)], ['warning', true]);
  const wrong = await answering(json([{ ...hostAccounts[0], currency: 'pounds' }]));
  assert.match(wrong.found, /^the list has faults: account 0 .*currency must be an ISO 4217 code/);
  // A list that repeats what it was sent: an id is quoted, a secret is not.
  const repeated = await answering(({ headers }, response) => {
    const [, id = ''] = headers.authorization?.split(' ') ?? [];
    response.end(JSON.stringify([{ ...hostAccounts[0], id, currency: 'pounds' }]));
  });
  assert.match(repeated.found, /account 0 \(\(secret\)\): currency/);
  assert.match((await answering((_request, response) => response.end('<html>'))).found, /no JSON/);
  assert.match((await answering((_request, response) => response.writeHead(500).end())).found, /answers with 500/);
  assert.match((await answering((_request, response) => response.writeHead(404).end())).found, /knows no company/);
  const moved = await answering((_request, response) => response.writeHead(302, { location: '/x' }).end());
  assert.match(moved.found, /does not answer \(unexpected redirect\)/);
});

test('wrong settings are all told at once, and nothing is asked', async () => {
  const { code, report } = await run({
    CODAT_API_KEY: 'two words',
    CODAT_URL: 'https://user:pass@codat.example',
    BANK_FEED_TOKEN_SECRET: 'short-one',
    BANK_FEED_SERVER_SECRET: 'another-short-one',
  });
  assert.deepEqual([code, report?.ok], [2, false]);
  const found = report?.checks.map((check) => check.found.split(' ')[0]);
  assert.deepEqual(found?.toSorted(), [
    'BANK_FEED_PAGE_ORIGINS',
    'BANK_FEED_PUBLIC_URL',
    'BANK_FEED_SERVER_SECRET',
    'BANK_FEED_SOURCE_ACCOUNTS_URL',
    'BANK_FEED_TOKEN_SECRET',
    'CODAT_API_KEY',
    'CODAT_URL',
  ]);
  const unknown = await run({}, ['--fix']);
  assert.deepEqual([unknown.code, /--fix/.test(unknown.said)], [2, true]);
});

test('a setting that is none, and a proxy that is not where it should be, are warnings', async (t) => {
  const { environment } = await startPlace(t);
  const { code, of } = await run({ ...environment, BANK_FEED_ROLES: 'web' });
  assert.equal(code, 0);
  assert.match(of('settings').found, /^BANK_FEED_ROLES: no such setting/);
  assert.equal(of('public-url').result, 'warning');
  const other = await listen(t, (_request, response) => response.end('hello'));
  const { of: there } = await run({ ...environment, BANK_FEED_PUBLIC_URL: other });
  assert.match(there('public-url').found, /answers with 200, and not as this proxy does/);
});

test('help is told', async () => {
  const { code, said } = await run({}, ['--help']);
  assert.deepEqual([code, said.startsWith('bank-feed-proxy doctor')], [0, true]);
});
