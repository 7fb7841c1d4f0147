import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { after, before, test } from 'node:test';
import { createMeasure, createProgress, progressLine } from '../../../src/commands/progress.ts';
import { push } from '../../../src/commands/push.ts';
import { listenOnFreePort } from '../../support/free-ports.ts';
import { keptOutput } from './kept-output.ts';
import { hostAccounts, lines, serverSecret, startWorld, type World } from '../proxy/support.ts';

const accountId = hostAccounts[0].id;
let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bank-feed-push-'));
});
after(() => rm(folder, { recursive: true }));

let files = 0;
const file = async (text: string): Promise<string> => {
  files += 1;
  const path = join(folder, `${files}.json`);
  await writeFile(path, text);
  return path;
};
const run = async (
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  { input = '', isTTY = false, signal = new AbortController().signal } = {},
) => {
  const [stdout, stderr] = [keptOutput(), Object.assign(keptOutput(), { isTTY, columns: 200 })];
  const code = await push(args, environment, { stdin: Readable.from([Buffer.from(input)]), stdout, stderr }, signal);
  return { code, stdout: stdout.text(), stderr: stderr.text() };
};
const at = (world: World) => ({ BANK_FEED_URL: `${world.url}/`, BANK_FEED_SERVER_SECRET: serverSecret });
const address = (world: World) => ['--company', world.companyId, '--account', accountId];
const ndjson = (items: readonly unknown[]): string => items.map((item) => `${JSON.stringify(item)}\n`).join('');

test('a file of lines, an array and standard input; repeated, nothing is taken twice', async (t) => {
  const world = await startWorld(t);
  const all = lines(3);
  const [one, two, three] = all;
  const dry = await run([...address(world), '--dry-run', await file(ndjson(all))], at(world));
  assert.deepEqual([dry.code, dry.stderr], [0, '']);
  assert.match(dry.stdout, /transactions\s+3  a dry run: nothing was stored\naccepted\s+3\nrefused\s+0\n/);
  const first = await run([...address(world), await file(ndjson([one]))], at(world));
  assert.match(first.stdout, /^transactions\s+1\naccepted\s+1\nrefused\s+0\nwaiting\s+1  not-connected\n$/);
  const array = await run([...address(world), await file(JSON.stringify([one, two], undefined, 2))], at(world));
  assert.match(array.stdout, /accepted\s+1\nknown already\s+1  nothing to do\n/);
  const input = ndjson([{ companyId: world.companyId, accountId }, three]);
  const piped = await run(['-', '--json'], at(world), { input });
  const [progress, summary] = piped.stdout.split('\n');
  assert.equal(progress, '{"type":"progress","line":2}');
  assert.partialDeepStrictEqual(JSON.parse(summary ?? ''), { type: 'summary', lines: 1, accepted: 1 });
  assert.equal(piped.code, 0);
});

test('every refused transaction is named by its place in the file, and the exit code is 1', async (t) => {
  const world = await startWorld(t);
  const [one, two] = lines(2);
  const wrong = [one, { ...two, amount: 'ten' }, { ...one, id: 'odd', transactionType: 'Debit' }];
  const hostile = { ...two, id: 'a\u202eb\u001b[2J' };
  const asLines = await run([...address(world), await file(`${ndjson([...wrong, hostile])}{"id":\n`)], at(world));
  assert.equal(asLines.code, 1);
  assert.match(asLines.stdout, /\nline 5: not_json: The line is not valid JSON/);
  assert.match(asLines.stdout, /^line 2 \(id line-2\): amount_invalid in amount: amount is not a decimal such as/);
  assert.match(asLines.stdout, /\nline 4 \(id a\?b\?\[2J\): invalid_characters in id:/);
  assert.match(asLines.stdout, /\nrefused\s+3  not stored: see above\n/);
  assert.match(asLines.stdout, /\nwarnings\s+1  sign_unusual\n/);
  const asArray = await run([...address(world), '--json', await file(JSON.stringify(wrong))], at(world));
  assert.equal(asArray.code, 1);
  const answers = asArray.stdout
    .trim()
    .split('\n')
    .map((line): { code?: string; line?: number } => JSON.parse(line));
  assert.deepEqual(
    answers.flatMap(({ code, line }) => (code ? [[line, code]] : [])),
    [
      [2, 'amount_invalid'],
      [3, 'sign_unusual'],
    ],
  );
});

test('a terminal shows how far it is, and keeps the answers whole', async (t) => {
  const world = await startWorld(t);
  const text = ndjson([...lines(25_000), { id: 'wrong' }]);
  const { code, stdout, stderr } = await run([...address(world), await file(text)], at(world), { isTTY: true });
  assert.equal(code, 1);
  assert.ok(stderr.startsWith('\r\u001b[K['));
  assert.match(stderr, /\[#+-*\] \d+ %, [\d,]+ lines, [\d,]+ a second/);
  assert.ok(stderr.endsWith('\r\u001b[K'), 'nothing of it is left');
  assert.ok(!stdout.includes('\u001b'));
});

test('a file whose own header names another account than the command is not handed over', async (t) => {
  const world = await startWorld(t);
  const [one, two] = lines(2);
  const own = { companyId: world.companyId, accountId };
  for (const other of [
    { ...own, companyId: crypto.randomUUID() },
    { ...own, accountId: 'another' },
  ]) {
    const { code, stdout, stderr } = await run([...address(world), await file(ndjson([other, one]))], at(world));
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /line 1 is a header for another account than --company and --account name\. /);
  }
  const late = await run([...address(world), '-'], at(world), { input: ndjson([one, { accountId: 'x' }]).trimEnd() });
  assert.match(late.stderr, /line 2 is a header/);
  const same = await run([...address(world), await file(ndjson([own, one, two]))], at(world));
  assert.deepEqual([same.code, same.stderr], [0, '']);
});

test('of many lines refused alike some are named, the others counted', async (t) => {
  const world = await startWorld(t);
  const wrong = lines(120).map((line) => ({ ...line, amount: 'ten' }));
  const path = await file(ndjson([...wrong, { ...wrong[0], id: '' }]));
  const { stdout } = await run([...address(world), path], at(world));
  assert.equal(stdout.match(/^line \d+ \(id line-\d+\): amount_invalid/gm)?.length, 20);
  assert.match(stdout, /^line 121 \(id \): id_missing/m);
  assert.match(stdout, /\nnot named\s+101  amount_invalid: see --json\n/);
  const json = await run([...address(world), '--json', path], at(world));
  assert.equal(json.stdout.match(/"code":"amount_invalid"/g)?.length, 121);
});

test('progress is what is dealt with, not what was sent', () => {
  const measure = createMeasure();
  measure.note(Buffer.from('a\nb\n'), 4);
  measure.note(Buffer.from('c\nd'), 7);
  measure.note(Buffer.from('e\n'), 9);
  assert.deepEqual(
    [0, 1, 2, 2, 3, 4, 9].map((line) => measure.upTo(line)),
    [0, 0, 4, 4, 7, 9, 9],
  );
});

test('the line of progress tells part, pace and what is left', () => {
  assert.equal(
    progressLine(250, 1000, 20_000, 5000),
    '[######------------------] 25 %, 20,000 lines, 4,000 a second, 0:15 left',
  );
  assert.equal(progressLine(0, 1000, 0, 0), '[------------------------] 0 %, 0 lines, 0 a second');
  assert.equal(progressLine(5, undefined, 1_234_567, 100_000), '1,234,567 lines, 12,346 a second');
  for (const [columns, shown] of [
    [80, '[######------------------] 25 %, 20,000 lines, 4,000 a second, 0:15 left'],
    [70, '[######------------------] 25 %, 20,000 lines, 0:15 left'],
    [45, '[######------------------] 25 %, 0:15 left'],
    [20, '25 %, 0:15 left'],
    [10, '25 %'],
    [3, ''],
  ] as const)
    assert.equal(progressLine(250, 1000, 20_000, 5000, columns), shown);
  const drawn: string[] = [];
  const terminal = Object.assign(new PassThrough(), { isTTY: true, columns: 10 });
  terminal.on('data', (bytes) => drawn.push(String(bytes)));
  let now = 0;
  const progress = createProgress(terminal, 100, () => now);
  progress.show(1, 1);
  now = 50;
  progress.show(2, 2);
  progress.clear();
  progress.clear();
  progress.show(100, 3);
  assert.deepEqual(drawn, ['\r\u001b[K1 %', '\r\u001b[K', '\r\u001b[K100 %']);
});

test('nobody listens to the answer any more', async (t) => {
  const world = await startWorld(t);
  const stdout = new Writable({ write: (_bytes, _encoding, done) => done(new Error('write EPIPE')) });
  const stderr = keptOutput();
  const args = [...address(world), await file('{}\n'.repeat(3))];
  const code = await push(args, at(world), { stdin: Readable.from([]), stdout, stderr }, new AbortController().signal);
  assert.equal(code, 2);
  assert.match(stderr.text(), /standard output is closed\. .*repeating the whole file is safe/);
});

test('what cannot be begun is said, with exit code 2', async (t) => {
  const world = await startWorld(t);
  const good = await file(ndjson(lines(1)));
  const to = address(world);
  const closed = createServer();
  const nobody = `http://127.0.0.1:${await listenOnFreePort(closed)}`;
  closed.close();
  const cases: [readonly string[], Readonly<Record<string, string>>, RegExp][] = [
    [[], at(world), /give one file/],
    [['a', 'b'], at(world), /give one file/],
    [['--port', '1', good], at(world), /--port/],
    [['--company', world.companyId, good], at(world), /belong together/],
    [[...to, good], {}, /BANK_FEED_URL is missing: the URL/],
    [[...to, good], { BANK_FEED_URL: world.url }, /BANK_FEED_SERVER_SECRET is missing/],
    [
      [...to, good],
      { ...at(world), BANK_FEED_SERVER_SECRET: 'x'.repeat(32) },
      /does not take this BANK_FEED_SERVER_SECRET/,
    ],
    [[...to, good], { ...at(world), BANK_FEED_URL: `${world.url}/elsewhere` }, /answered 404/],
    [[...to, good], { ...at(world), BANK_FEED_URL: nobody }, /ECONNREFUSED/],
    [[...to, join(folder, 'none')], at(world), /ENOENT/],
    [[...to, folder], at(world), /EISDIR/],
    [[await file('[]')], at(world), /give --company and --account/],
    [
      [...to, await file('[{"id":"a"}')],
      at(world),
      /no end: the file is not complete\. .*repeating the whole file is safe/,
    ],
  ];
  for (const [args, environment, message] of cases) {
    const { code, stdout, stderr } = await run(args, environment);
    assert.deepEqual([code, stdout], [2, ''], stderr);
    assert.match(stderr, message);
  }
  const help = await run(['--help'], {});
  assert.deepEqual([help.code, help.stdout.startsWith('bank-feed-proxy push')], [0, true]);
});

test('interrupted or cut off, it says how far it came and that repeating is safe', async (t) => {
  const world = await startWorld(t);
  const text = ndjson(lines(60_000));
  const stop = new AbortController();
  const [stdout, stderr] = [keptOutput(), keptOutput()];
  const stdin = new PassThrough();
  const running = push(['--json', ...address(world), '-'], at(world), { stdin, stdout, stderr }, stop.signal);
  stdin.write(text);
  while (!stdout.text().includes('"progress"')) await new Promise((resolve) => setTimeout(resolve, 10));
  stop.abort();
  assert.equal(await running, 2);
  assert.match(
    stderr.text(),
    /interrupted\. Up to line \d+ everything is dealt with; repeating the whole file is safe\./,
  );
  const again = await run([...address(world), await file(text)], at(world));
  assert.match(again.stdout, /known already\s+[1-9]/);
  assert.equal(again.code, 0);

  let asked = 0;
  const dying = createServer((request, response) => {
    asked += 1;
    if (asked === 1) {
      response.end();
      return;
    }
    response.write('{"type":"progress","line":1}\n{"type":"news","from":"a newer proxy"}\n');
    request.resume();
    setTimeout(() => (asked === 2 ? request.socket.destroy() : response.end()), 50);
  });
  const url = `http://127.0.0.1:${await listenOnFreePort(dying)}`;
  t.after(() => dying.close());
  for (const message of [/broke off \(.+\)\. .*repeating the whole file is safe/, /the answer broke off\. /]) {
    const cutOff = await run([...address(world), await file(text)], { ...at(world), BANK_FEED_URL: url });
    assert.equal(cutOff.code, 2);
    assert.match(cutOff.stderr, message);
  }
});
