/** Handing over by lines: over HTTP, on the real store, beside the sandbox. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { test } from 'node:test';
import { StoreError } from '../../../src/store/store-error.ts';
import type { PushResult } from '../../../src/outbox/model.ts';
import { Problem } from '../../../src/proxy/problem.ts';
import { pushLinesResponse } from '../../../src/proxy/push-answer.ts';
import { pushLines, type PushAnswer } from '../../../src/proxy/push-lines.ts';
import { hostAccounts, lines, serverSecret, startWorld, type World } from './support.ts';

const accountId = hostAccounts[0].id;
const [, other] = hostAccounts;
const header = (world: World, id: string = accountId) => ({ companyId: world.companyId, accountId: id });
const textOf = (items: readonly unknown[]): string =>
  items.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))).join('\n');

const handOver = async (world: World, body: BodyInit, query = '') => {
  const response = await fetch(`${world.url}/v1/push${query}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${serverSecret}`, 'content-type': 'application/x-ndjson' },
    body,
    ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
  });
  const answers = (await response.text())
    .split('\n')
    .filter(Boolean)
    .map((line): PushAnswer => JSON.parse(line));
  return { response, answers, last: answers.at(-1), issues: answers.filter(({ type }) => type === 'issue') };
};

const streamOf = (source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> => {
  const parts = (async function* () {
    yield* source;
  })();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await parts.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
};

const none = { accepted: 0, duplicates: 0, held: 0, skipped: 0, refused: 0 };

test('lines of several accounts, the wrong ones named by their number', async (t) => {
  const world = await startWorld(t);
  const [one, two, three] = lines(3);
  const { response, answers, last, issues } = await handOver(
    world,
    textOf([
      '\ufeff{"id":"lost"}',
      header(world),
      one,
      '',
      { ...two, amount: 'NaN' },
      '{"id":"x","amount":NaN}',
      header(world, other.id),
      three,
      header(world),
      one,
      { ...header(world), ...three },
      three,
    ]),
  );
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'application/x-ndjson');
  assert.deepEqual(
    issues.map((said) => said.type === 'issue' && [said.line, said.severity, said.code, said.field]),
    [
      [1, 'error', 'no_header', ''],
      [5, 'error', 'amount_invalid', 'amount'],
      [6, 'error', 'not_json', ''],
      [11, 'error', 'header_invalid', ''],
      [12, 'error', 'no_header', ''],
    ],
  );
  assert.ok(issues.some((said) => said.type === 'issue' && said.line === 5 && said.id === 'line-2'));
  assert.deepEqual(answers.at(-2), { type: 'progress', line: 12 });
  assert.deepEqual(last, {
    type: 'summary',
    lines: 8,
    ...none,
    accepted: 2,
    duplicates: 1,
    refused: 5,
    waiting: { 'not-connected': 2 },
  });
  const again = await handOver(world, textOf([header(world), one]));
  assert.deepEqual(again.last, { type: 'summary', lines: 1, ...none, duplicates: 1, waiting: {} });
});

test('a line that names a member twice is refused: nobody can tell which amount was meant', async (t) => {
  const world = await startWorld(t);
  const [one] = lines(1);
  const doubled = `${JSON.stringify(one).slice(0, -1)},"amount":"9.99"}`;
  const { last, issues } = await handOver(world, textOf([header(world), doubled, one]));
  assert.partialDeepStrictEqual(issues, [{ line: 2, code: 'not_json' }]);
  assert.match(issues[0]?.type === 'issue' ? issues[0].message : '', /names a member twice/);
  assert.partialDeepStrictEqual(last, { accepted: 1, refused: 1 });
});

test('an account that is refused takes no other with it', async (t) => {
  const world = await startWorld(t);
  const [one, two] = lines(2);
  const { last, issues } = await handOver(
    world,
    textOf([
      { ...header(world), accountId: 'not offered' },
      one,
      two,
      { companyId: 'no id', accountId },
      one,
      { companyId: crypto.randomUUID(), accountId },
      one,
      { ...header(world), connectionId: crypto.randomUUID() },
      one,
      header(world),
      one,
    ]),
  );
  assert.deepEqual(
    issues.map((said) => said.type === 'issue' && [said.line, said.code, said.field]),
    [
      [2, 'invalid_request', 'accountId'],
      [3, 'invalid_request', 'accountId'],
      [4, 'header_invalid', 'companyId'],
      [5, 'no_header', ''],
      [7, 'invalid_request', 'companyId'],
      [9, 'invalid_request', 'connectionId'],
    ],
  );
  assert.deepEqual(last, {
    type: 'summary',
    lines: 7,
    ...none,
    accepted: 1,
    refused: 6,
    waiting: { 'not-connected': 1 },
  });
});

test('a dry run stores nothing, and is never taken for a real one', async (t) => {
  const world = await startWorld(t);
  const body = textOf([header(world), ...lines(3)]);
  const accepted = { type: 'summary', lines: 3, ...none, accepted: 3, waiting: { 'not-connected': 3 } };
  assert.deepEqual((await handOver(world, body, '?dryRun=true')).last, accepted);
  assert.equal((await handOver(world, body, '?dryRun=1')).response.status, 400);
  const asJson = await fetch(`${world.url}/v1/push?dryRun=true`, {
    method: 'POST',
    headers: { authorization: `Bearer ${serverSecret}` },
    body: JSON.stringify({ ...header(world), transactions: lines(3) }),
  });
  assert.equal(((await asJson.json()) as PushResult).accepted, 3);
  assert.deepEqual((await handOver(world, body, '?dryRun=false')).last, accepted);
});

test('a line of ten megabytes and bytes that are no text are refused alone', async (t) => {
  const world = await startWorld(t);
  const [one, two, three] = lines(3);
  const { last, issues } = await handOver(
    world,
    Buffer.concat([
      Buffer.from(`${textOf([header(world), one, { ...two, description: 'x'.repeat(10_000_000) }])}\n`),
      Buffer.from([0x7b, 0xff, 0xfe, 0x7d, 0x0a]),
      Buffer.from(textOf([three])),
    ]),
  );
  assert.deepEqual(
    issues.map((said) => said.type === 'issue' && [said.line, said.code]),
    [
      [3, 'too_long'],
      [4, 'not_utf8'],
    ],
  );
  assert.ok(last?.type === 'summary' && last.accepted === 2);
});

test('nothing at all is no fault', async (t) => {
  const world = await startWorld(t);
  assert.deepEqual((await handOver(world, '')).last, { type: 'summary', lines: 0, ...none, waiting: {} });
  assert.deepEqual((await handOver(world, '\n\n')).last, { type: 'summary', lines: 0, ...none, waiting: {} });
});

test('fifty thousand lines are answered while they come, and nothing is taken twice', async (t) => {
  const world = await startWorld(t);
  const count = 50_000;
  const textLine = (n: number): string =>
    `{"id":"line-${n}","date":"2026-01-05","amount":${n}.10,"balance":1${n}.00,"description":"Line ${n}"}\n`;
  const text = function* (): Generator<Uint8Array> {
    yield Buffer.from(`${JSON.stringify(header(world))}\n`);
    for (let n = 0; n < count; n += 500)
      yield Buffer.from(Array.from({ length: 500 }, (_, m) => (n + m === 777 ? '{\n' : textLine(n + m))).join(''));
  };
  const { answers, last } = await handOver(world, streamOf(text()));
  assert.ok(last?.type === 'summary');
  assert.deepEqual([last.lines, last.accepted, last.refused], [count, count - 1, 1]);
  assert.ok(answers.some((said) => said.type === 'issue' && said.line === 779 && said.code === 'not_json'));
  assert.ok(answers.filter(({ type }) => type === 'progress').length > 2);
  const again = await handOver(world, streamOf(text()));
  assert.ok(again.last?.type === 'summary');
  assert.deepEqual([again.last.accepted, again.last.duplicates, again.last.refused], [0, count - 1, 1]);
});

test('a connection that is cut leaves what was taken, and repeating completes it', async (t) => {
  const world = await startWorld(t);
  const all = lines(25_000);
  const head = JSON.stringify(header(world));
  const cut = request(`${world.url}/v1/push`, {
    method: 'POST',
    headers: { authorization: `Bearer ${serverSecret}`, 'content-type': 'application/x-ndjson' },
  });
  cut.on('error', () => undefined);
  cut.write(`${head}\n${textOf(all)}\n`);
  const [response] = (await once(cut, 'response')) as [NodeJS.ReadableStream];
  const [first] = (await once(response, 'data')) as [Buffer];
  assert.deepEqual(JSON.parse(String(first).split('\n')[0] ?? ''), { type: 'progress', line: 20_001 });
  cut.destroy();
  const { last } = await handOver(world, textOf([header(world), ...all]));
  assert.ok(last?.type === 'summary');
  assert.deepEqual([last.accepted, last.duplicates, last.refused], [5_000, 20_000, 0]);
});

test('a proxy that is stopped ends what does not end by itself, and says so', async (t) => {
  const world = await startWorld(t, { durations: { stop: 100 } });
  let goOn = (): void => undefined;
  const stopped = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const text = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from(`${JSON.stringify(header(world))}\n${textOf(lines(20_000))}\n`);
    await stopped;
    yield Buffer.from(textOf(lines(3, 'later')));
  };
  const init: RequestInit & { readonly duplex: 'half' } = {
    method: 'POST',
    headers: { authorization: `Bearer ${serverSecret}`, 'content-type': 'application/x-ndjson' },
    body: streamOf(text()),
    duplex: 'half',
  };
  const response = await fetch(`${world.url}/v1/push`, init);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  assert.deepEqual(await reader?.read(), { done: false, value: '{"type":"progress","line":20001}\n' });
  await world.proxy.stop();
  goOn();
  const { value = '' } = (await reader?.read()) ?? {};
  assert.partialDeepStrictEqual(JSON.parse(value), { type: 'problem', code: 'store_unavailable' });
  assert.equal((await reader?.read())?.done, true);
});

test('where the store fails it ends with a problem, after what was dealt with', async () => {
  const text = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from(`{"companyId":"${crypto.randomUUID()}","accountId":"a"}\n`);
    for (let n = 0; n < 50_000; n += 1) yield Buffer.from('{}\n');
  };
  let calls = 0;
  const push = (): Promise<PushResult> => {
    calls += 1;
    if (calls === 2) return Promise.reject(new StoreError('store_disk_full', 'disk'));
    return Promise.resolve({ ...none, accepted: 20_000, issues: [] });
  };
  const reported: unknown[] = [];
  let ends = 0;
  const report = (error: unknown): Problem => {
    reported.push(error);
    return new Problem('internal', 'Try again.');
  };
  const response = pushLinesResponse(streamOf(text()), { push, dryRun: false, report, ended: () => (ends += 1) });
  const answers = (await response.text())
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  assert.deepEqual(answers[0], { type: 'progress', line: 20_001 });
  assert.partialDeepStrictEqual(answers.at(-1), { type: 'problem', code: 'internal', status: 500 });
  assert.equal(answers.length, 2);
  assert.ok(reported[0] instanceof StoreError);
  assert.equal(ends, 1);
});

test('the text is read only as fast as it is taken and the answer read', async () => {
  let given = 0;
  const text = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from(`{"companyId":"${crypto.randomUUID()}","accountId":"a"}\n`);
    for (given = 0; given < 1_000_000; given += 1) yield Buffer.from('{"a":"line that is refused"}\n');
  };
  let underway = 0;
  const refuseAll = (input: unknown): Promise<PushResult> => {
    assert.equal((underway += 1), 1, 'one part at a time');
    assert.ok(typeof input === 'object' && input !== null && 'transactions' in input);
    const { transactions } = input;
    assert.ok(Array.isArray(transactions));
    const issues = transactions.map((_, index) => ({
      index,
      severity: 'error' as const,
      code: 'id_missing' as const,
      field: 'id',
      message: 'x'.repeat(2000),
    }));
    underway -= 1;
    return Promise.resolve({ ...none, refused: issues.length, issues });
  };
  const response = pushLinesResponse(streamOf(text()), {
    push: refuseAll,
    dryRun: false,
    report: () => new Problem('internal', 'x'),
    ended: () => {},
  });
  const reader = response.body?.getReader();
  assert.ok(reader);
  await reader.read();
  // Whoever stops reading is waited for: the rest stays where it is.
  for (let still = 0, stood = given; still < 100; still = stood === given ? still + 1 : 0) {
    stood = given;
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.ok(given < 100_000, `${given} lines were read of an answer nobody reads`);
  await reader.cancel();
});

test('until the last part each account hears that more may follow', async () => {
  const companyId = crypto.randomUUID();
  const sizes = { a: 15_000, b: 9_000, c: 45_000, d: 3 };
  const text = async function* (): AsyncGenerator<Uint8Array> {
    for (const [accountId, size] of Object.entries(sizes)) {
      yield Buffer.from(`${JSON.stringify({ companyId, accountId })}\n`);
      for (let n = size; n > 0; n -= 1) yield Buffer.from(`${n}\n`);
    }
  };
  const parts: unknown[] = [];
  const push = (input: unknown): Promise<PushResult> => {
    assert.ok(typeof input === 'object' && input !== null && 'accountId' in input && 'transactions' in input);
    assert.ok(Array.isArray(input.transactions) && 'more' in input);
    parts.push([input.accountId, input.transactions.length, input.more]);
    return Promise.resolve({ ...none, accepted: input.transactions.length, issues: [] });
  };
  const answers: PushAnswer[] = [];
  for await (const some of pushLines(text(), push, { dryRun: false, refusal: () => undefined })) answers.push(...some);
  assert.deepEqual(parts, [
    ['a', 15_000, true],
    ['b', 5_000, true],
    ['b', 4_000, true],
    ['c', 16_000, true],
    ['c', 20_000, true],
    ['c', 9_000, false],
    ['d', 3, false],
  ]);
  assert.deepEqual(
    answers.flatMap((said) => (said.type === 'progress' ? [said.line] : [])),
    [20_002, 40_003, 60_003, 69_007],
  );
  const last = answers.at(-1);
  assert.ok(last?.type === 'summary' && last.accepted === 69_003);
});

test('headers alone take no memory', async () => {
  const text = async function* (): AsyncGenerator<Uint8Array> {
    const header = (n: number): string => `{"companyId":"${crypto.randomUUID()}","accountId":"${n}"}\n`;
    for (let n = 0; n < 130_000; n += 100)
      yield Buffer.from(Array.from({ length: 100 }, (_, m) => header(n + m)).join(''));
  };
  let parts = 0;
  const refusal = () => undefined;
  const push = () => Promise.reject(new Error('nothing is to be handed over'));
  for await (const answers of pushLines(text(), push, { dryRun: false, refusal })) parts += answers.length;
  assert.ok(parts > 2);
});
