import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { feeds } from '../../../src/commands/feeds.ts';
import { forget } from '../../../src/commands/forget.ts';
import { age, table } from '../../../src/commands/text.ts';
import { keptOutput } from './kept-output.ts';
import {
  connectXero,
  hostAccounts,
  lines,
  pushRefused,
  serverSecret,
  startWorld,
  type World,
} from '../proxy/support.ts';

const accountId = hostAccounts[0].id;

const run = async (command: typeof feeds, args: readonly string[], environment: Readonly<Record<string, string>>) => {
  const [stdout, stderr] = [keptOutput(), keptOutput()];
  const code = await command(args, environment, { stdout, stderr });
  return { code, stdout: stdout.text(), stderr: stderr.text() };
};
const at = (world: World) => ({ BANK_FEED_URL: `${world.url}/`, BANK_FEED_SERVER_SECRET: serverSecret });

/** It would disturb a terminal. */
const refusal = 'Line 2 is not \u001b[31mto our taste.\u202e';

test('what is held is listed, shown, skipped and resumed', async (t) => {
  const world = await startWorld(t);
  const { companyId } = world;
  const environment = at(world);
  const feed = (...args: string[]) => run(feeds, args, environment);
  assert.deepEqual(await feed(), { code: 0, stdout: 'Nothing is held.\n', stderr: '' });
  assert.match((await feed('--company', companyId)).stdout, /^This company has no feeds/);
  await pushRefused(world, refusal);

  const list = await feed();
  assert.match(list.stdout, /^COMPANY +ACCOUNT +CONNECTION +REASON +LINES +AGE +POSSIBLE\n/);
  assert.match(list.stdout, new RegExp(`^${companyId}  ${accountId}  \\S+  refused +3  0 min  retry, skip\n`, 'm'));
  const json = await feed('--json', '--held', '--company', companyId);
  assert.equal((JSON.parse(json.stdout) as { reason: string }).reason, 'refused');
  assert.match((await feed('--company', companyId)).stdout, /held: refused +0 +0 +3 +0\n/);
  const ofCompany = await feed('--company', companyId, '--json');
  assert.equal((JSON.parse(ofCompany.stdout) as { accountId: string }).accountId, accountId);

  const shown = await feed('show', companyId, accountId);
  assert.match(
    shown.stdout,
    /^refused: 3 lines for 0 min\n {2}Line 2 is not \?\[31mto our taste\.\?\n {2}possible: retry, skip\n/,
  );
  assert.match(
    shown.stdout,
    /\nLINE +DATE +AMOUNT +STATE +DESCRIPTION +NOTE\nline-1 +\S+ +1\.10 +stopped +Line 1\nline-2/,
  );
  const early = await feed('resume', companyId, accountId);
  assert.equal(early.code, 1);
  assert.match(early.stderr, /answered 409: Nothing was skipped: retry/);

  const skipped = await feed('skip', companyId, accountId, 'line-2', '--reason', 'by hand');
  assert.deepEqual(skipped, {
    code: 0,
    stdout: '1 line skipped, 2 left. It goes on with: feeds resume.\n',
    stderr: '',
  });
  const resumed = await feed('resume', companyId, accountId, '--json');
  assert.deepEqual(resumed, { code: 0, stdout: '{"lines":2}\n', stderr: '' });
  await world.event('delivered');
  const done = await feed('show', companyId, accountId, '--json');
  const { holds, lines: left } = JSON.parse(done.stdout) as { holds: unknown[]; lines: { note: string }[] };
  assert.deepEqual([holds, left.map(({ note }) => note)], [[], ['by hand']]);
  assert.match((await feed('show', companyId, accountId)).stdout, /^Nothing is held\.\n\nLINE/);
});

test('retry sends again, and all lines of one state are skipped by one word', async (t) => {
  const world = await startWorld(t);
  const { companyId } = world;
  const feed = (...args: string[]) => run(feeds, args, at(world));
  await pushRefused(world, refusal);
  assert.deepEqual(await feed('retry', companyId, accountId), {
    code: 0,
    stdout: '3 lines to be sent again.\n',
    stderr: '',
  });
  await world.event('delivered');
  await world.proxy.push({ companyId, accountId, transactions: lines(3, 'more'), dryRun: true });
  const none = await feed('skip', companyId, accountId, '--state', 'stopped', '--reason', 'x');
  assert.equal(none.stdout, '0 lines skipped.\n');
  // Lines of an account that nobody connected yet.
  const { id } = hostAccounts[1];
  await world.proxy.push({ companyId, accountId: id, transactions: lines(2) });
  const taken = await feed('skip', companyId, id, '--state', 'waiting', '--reason', 'x', '--connection', 'none');
  assert.deepEqual(taken, { code: 0, stdout: '2 lines skipped, 0 left.\n', stderr: '' });
});

test('what waits is listed with the reason and until when, for the account beside as well', async (t) => {
  const world = await startWorld(t);
  const { companyId, sandbox, proxy } = world;
  const feed = (...args: string[]) => run(feeds, args, at(world));
  assert.deepEqual(await feed('--waiting'), { code: 0, stdout: 'Nothing waits.\n', stderr: '' });
  await connectXero(world);
  assert.match((await feed('--company', companyId)).stdout, / {2}nothing came yet +0 +0 +0 +0\n/);
  sandbox.control.faults.add({ kind: 'status', operation: 'create-bank-transactions', status: 503 });
  const { id: other } = hostAccounts[1];
  await proxy.push({ companyId, accountId: other, transactions: lines(1) });
  await proxy.push({ companyId, accountId, transactions: lines(3) });
  const state = async () => (await proxy.feeds.list(companyId)).find((one) => one.accountId === accountId)?.state;
  while ((await state()) !== 'checking') await new Promise((resolve) => setTimeout(resolve, 20));
  const until = String.raw`until \d{4}-\d\d-\d\d \d\d:\d\d UTC`;
  const list = await feed('--waiting');
  assert.match(list.stdout, new RegExp(`  ${accountId}  \\S+ +checking +3  0 min  ${until}\n`));
  assert.match(list.stdout, /  none +not-connected +1  0 min\n/);
  assert.match((await feed('--company', companyId)).stdout, new RegExp(`waiting: checking ${until} +0 +3 +0`));
  const json = await feed('--waiting', '--company', companyId, '--json');
  assert.deepEqual(
    json.stdout.split('\n', 2).map((text) => (JSON.parse(text) as { lines: number }).lines),
    [3, 1],
  );
  const shown = await feed('show', companyId, accountId);
  assert.match(shown.stdout, new RegExp(`^Nothing is held.\nwaiting, checking: 3 lines for 0 min ${until}\n\nLINE`));
});

test('an account that went away is not shown as delivered, and a company as a whole only goes on where it is stopped', async (t) => {
  const world = await startWorld(t);
  const { companyId, sandbox, proxy } = world;
  const feed = (...args: string[]) => run(feeds, args, at(world));
  await connectXero(world);
  const connectionId = (await proxy.feeds.list(companyId))[0]?.connectionId ?? '';
  sandbox.control.disconnectAccount(companyId, connectionId, accountId);
  const told = await world.event('held');
  assert.deepEqual([told.accountId, told.type === 'held' && told.reason], [accountId, 'disconnected']);
  assert.match((await feed('--company', companyId)).stdout, / {2}stopped: disconnected +0 +0 +0 +0\n/);
  assert.equal((await proxy.push({ companyId, accountId, transactions: lines(1) })).waiting, 'disconnected');
  assert.match((await feed()).stdout, new RegExp(`${accountId}  none +disconnected +1  0 min  skip\n`));
  assert.match((await feed('show', companyId, accountId)).stdout, /^disconnected: 1 line for 0 min\n/);
  const retried = await feed('retry', companyId, accountId);
  assert.deepEqual([retried.code, retried.stdout], [1, '']);
  assert.match(retried.stderr, /answered 409: Connecting the account again/);
  const resumed = await feed('resume', companyId);
  assert.equal(resumed.code, 1);
  assert.match(resumed.stderr, /answered 409: Nothing stops this company as a whole/);
});

test('wrong calls say what is wrong and how it is called; the secret may be in a file, never in an argument', async (t) => {
  const world = await startWorld(t);
  const environment = at(world);
  for (const [args, message] of [
    [['feeds'], /none of show, retry, skip, resume/],
    [['show'], /show needs COMPANY and ACCOUNT/],
    [['show', 'a', 'b', 'c'], /takes no ids/],
    [['skip', 'a', 'b', 'c'], /needs --reason/],
    [['skip', 'a', 'b', '--reason', 'x'], /takes ids of lines, or --state/],
    [['skip', 'a', 'b', 'c', '--reason', 'x', '--state', 'late'], /takes ids of lines, or --state/],
    [['skip', 'a', 'b', '--reason', 'x', '--state', 'delivered'], /must be one of stopped, late, waiting/],
    [['resume', 'a', 'b', '--not-written'], /--not-written does not belong to resume/],
    [['--held', '--waiting'], /give --held or --waiting/],
    [['resume'], /resume needs COMPANY and ACCOUNT/],
    [['--connection', 'x'], /--connection does not belong to feeds/],
    [['--secret', 'x'], /Unknown option '--secret'\n/],
  ] as const) {
    const { code, stderr } = await run(feeds, args, environment);
    assert.equal(code, 2, args.join(' '));
    assert.match(stderr, message);
    assert.match(stderr, /^bank-feed-proxy feeds: .*\nSee bank-feed-proxy feeds --help\.\n$/);
  }
  assert.match((await run(feeds, ['--help'], {})).stdout, /^bank-feed-proxy feeds/);
  assert.match((await run(feeds, [], {})).stderr, /BANK_FEED_URL is missing: the URL of the proxy/);
  assert.match((await run(feeds, ['--url', world.url], {})).stderr, /BANK_FEED_SERVER_SECRET is missing/);
  assert.match(
    (await run(feeds, [], { ...environment, BANK_FEED_SERVER_SECRET: 'wrong' })).stderr,
    /does not take this/,
  );
  const away = await run(feeds, ['--url', 'http://127.0.0.1:1'], environment);
  assert.equal(away.code, 2);
  assert.match(away.stderr, /http:\/\/127\.0\.0\.1:1 cannot be reached/);
  assert.equal((await run(feeds, ['show', 'x', 'y'], environment)).code, 1);
  assert.match((await run(feeds, ['--url', `${world.url}/healthz`], environment)).stderr, /answered 404/);

  const folder = await mkdtemp(join(tmpdir(), 'bank-feed-secret-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'secret');
  await writeFile(file, `${serverSecret}\n`);
  assert.equal((await run(feeds, ['--url', world.url], { BANK_FEED_SERVER_SECRET_FILE: file })).code, 0);
  const missing = await run(feeds, ['--url', world.url], { BANK_FEED_SERVER_SECRET_FILE: join(folder, 'none') });
  assert.match(missing.stderr, /BANK_FEED_SERVER_SECRET_FILE cannot be read/);
});

test('forget asks for a word first', async (t) => {
  const world = await startWorld(t);
  const { companyId } = world;
  await world.proxy.push({ companyId, accountId, transactions: lines(1) });
  const careful = await run(forget, [companyId], at(world));
  assert.equal(careful.code, 2);
  assert.match(careful.stderr, /cannot be undone: say --yes/);
  assert.equal((await world.proxy.feeds.list(companyId)).length, 1);
  assert.equal((await run(forget, [], at(world))).code, 2);
  assert.equal((await run(forget, ['--all'], at(world))).code, 2);
  assert.match((await run(forget, ['--help'], {})).stdout, /^bank-feed-proxy forget/);
  assert.equal((await run(forget, ['x', '--yes'], at(world))).code, 1);
  const done = await run(forget, [companyId, '--yes'], at(world));
  assert.deepEqual(done, { code: 0, stdout: `Nothing is kept of ${companyId} any more.\n`, stderr: '' });
  assert.deepEqual(await world.proxy.feeds.list(companyId), []);
  const again = await run(forget, [companyId, '--yes'], at(world));
  assert.deepEqual([again.code, again.stdout], [1, '']);
  assert.match(again.stderr, /answered 404: Nothing is kept of a company with this id/);
  const other = await world.proxy.companies.ensure({ reference: 'customer-2', name: 'Other Ltd' });
  const json = await run(forget, [other.id, '--yes', '--json'], at(world));
  assert.deepEqual(JSON.parse(json.stdout), { forgotten: other.id });
});

test('a table lines up, whatever is in it', () => {
  const columns = [
    ['NAME', 'left'],
    ['N', 'right'],
  ] as const;
  const rows = [
    ['n\u0308', '1'],
    ['👩‍👩‍👧 x\u202e\n', '20'],
  ];
  assert.equal(table(columns, rows), 'NAME    N\nn\u0308       1\n👩‍👩‍👧 x??  20\n');
  const now = Date.parse('2026-03-10T12:00:00Z');
  assert.deepEqual(
    ['2026-03-10T11:57:30Z', '2026-03-10T07:00:00Z', '2026-03-01T12:00:00Z', '2026-03-10T12:00:01Z'].map((since) =>
      age(since, now),
    ),
    ['2 min', '5 h', '9 days', '0 min'],
  );
});
