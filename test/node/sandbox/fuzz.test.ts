import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fc, seed } from '../support/fast-check.ts';
import { operations } from '../../../src/sandbox/api/app.ts';
import { createClock } from '../../../src/sandbox/index.ts';
import { Expected, routeOf } from './fuzz/expected.ts';
import { type FuzzRequest, type Known, type Step, stepsAround } from './fuzz/requests.ts';
import { type Answer, sourceAccount, standing } from './harness.ts';

/** The same requests each time; `TEST_SEED=… FUZZ_RUNS=…` in the environment tries others, or more. */
const requests = Number(process.env['FUZZ_RUNS'] ?? '10000');
const longestSequence = 200;

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A few companies with something in every state; the ids are the same each time. */
async function inhabited(dataFile?: string) {
  const logged: string[] = [];
  const stage = standing({
    seed: 'fuzz',
    limits: 'off',
    dataFile,
    send: async () => new Response(),
    log: (message, details) => logged.push(`${message} ${JSON.stringify(details)}`),
  });
  const { call, connected, linked, sandbox } = stage;
  const xero = await connected('gbol', sourceAccount({ id: 'acc-1' }));
  const connections = [
    xero,
    await connected('hcws', sourceAccount({ id: 'acc-1', currency: 'USD' })),
    await connected('fbrh', sourceAccount({ id: 'acc-1' })),
    await linked('olpr'),
    await linked('akxx'),
    await linked('qudb'),
  ];
  const ended = await linked('gbol');
  sandbox.control.revoke(ended.companyId, ended.connectionId);
  const { id: companyId } = (await call('POST', '/companies', { name: 'Waiting' })).body;
  const waiting = await call('POST', `/companies/${companyId}/connections`, { platformKey: 'gbol' });
  const pair = { companyId, connectionId: String(waiting.body.id) };
  const transactions = [{ id: 't-0', date: '2026-06-02', amount: 1, balance: 2 }];
  const pushed = await call('POST', xero.push, { accountId: 'acc-1', transactions });
  const hook = await call('POST', '/webhooks', { url: 'https://receiver.test/', eventTypes: ['*'] });
  const known: Known = {
    connections: [...connections, ended, pair],
    pushOperationKeys: [String(pushed.body.pushOperationKey)],
    webhookIds: [String(hook.body.id)],
  };
  return { ...stage, known, logged };
}

const authorization = `Basic ${Buffer.from('a-key').toString('base64')}`;

/** What every answer of the API is, whatever was asked. */
function judge(method: string, { status, headers, text }: Answer): void {
  assert.ok(status >= 200 && status < 500, `answered ${status}: ${text.slice(0, 300)}`);
  for (const name of ['limit', 'remaining', 'reset']) assert.ok(headers.has(`x-rate-limit-${name}`), `no ${name}`);
  assert.ok(text.length < 1_000_000, 'the answer is out of all proportion');
  if (text !== '') assert.match(headers.get('content-type') ?? '', /^application\/json/);
  if (status < 400 || method === 'HEAD') return;
  const body: unknown = JSON.parse(text);
  if (status === 409 && Array.isArray(body)) return; // a batch of accounts that exist
  assert.ok(typeof body === 'object' && body !== null);
  const { statusCode, service, error, correlationId, canBeRetried, detailedErrorCode, validation, ...more } =
    body as Record<string, unknown>;
  assert.equal(statusCode, status);
  assert.match(String(service), /^\w+Api$/);
  assert.ok(typeof error === 'string' && error !== '' && error.length < 2000, `an odd message: ${String(error)}`);
  assert.match(String(correlationId), uuid);
  assert.match(String(canBeRetried), /^(?:True|False|Unknown)$/);
  assert.ok(Number.isInteger(detailedErrorCode));
  assert.deepEqual(more, {});
  if (validation === null) return;
  const { errors, warnings } = validation as { errors: Record<string, unknown>[]; warnings: unknown[] };
  assert.ok(Array.isArray(warnings) && errors.length > 0 && errors.length <= 100);
  for (const finding of errors) {
    assert.deepEqual(Object.keys(finding).toSorted(), ['itemId', 'message', 'validatorName']);
    for (const member of Object.values(finding)) assert.equal(typeof member, 'string');
  }
}

/** The step as a request; undefined where the dots in its path lead out of the API. */
function requestOf(
  { method, path, headers, body }: FuzzRequest,
  latest: ReadonlyMap<string, string>,
): Request | undefined {
  const url = new URL(
    path.replaceAll(/latest-(\w+)/g, (_, name: string) => latest.get(name) ?? 'none'),
    'http://sandbox.test',
  );
  if (!/^\/(?:companies|webhooks)\b/.test(url.pathname)) return undefined;
  const request = new Request(url, {
    method,
    headers: [
      ['authorization', authorization],
      ['content-type', 'application/json'],
    ],
    ...(body === undefined || method === 'GET' || method === 'HEAD' ? {} : { body }),
  });
  for (const [name, value] of headers) {
    // Twice the same header is one with a comma, as it is on the wire.
    if (name === 'idempotency-key') request.headers.append(name, value);
    else request.headers.set(name, value);
  }
  return request;
}

/** In a counterexample: what to send, on one line each. */
const shown = (step: Step): string =>
  'advanceMs' in step
    ? `  (${step.advanceMs} ms pass)`
    : `  ${step.method} ${step.path} ${step.headers.map(([name, value]) => `${name}: ${value}`).join('; ')} ${step.body?.slice(0, 400) ?? ''}`;

const { known, call: readFirst } = await inhabited();
const atFirst = await Expected.readBack((path) => readFirst('GET', path));
const sequence = fc.array(stepsAround(known), { minLength: 1, maxLength: longestSequence, size: 'max' });

test(`${requests} requests around the document: an answer for each, never a 5xx, nothing half done`, async () => {
  let sent = 0;
  const seen = new Map<string, number>();

  const run = async (steps: readonly Step[]): Promise<void> => {
    const { call, clock, sandbox, logged } = await inhabited();
    const get = (path: string): Promise<Answer> => call('GET', path);
    const expected = new Expected();
    for (const each of atFirst) expected.present.add(each);
    try {
      for (const [index, step] of steps.entries()) {
        if ('advanceMs' in step) await clock.advance(step.advanceMs);
        else {
          await send(step, expected, sandbox.fetch).catch((error: unknown) => {
            throw new Error(`request ${index + 1}: ${error instanceof Error ? error.message : String(error)}`);
          });
        }
      }
      const present = await Expected.readBack(get);
      for (const each of expected.present) {
        assert.ok(present.has(each) || expected.unsure.has(each), `${each} was answered for and is not there`);
      }
      for (const each of present) {
        assert.ok(expected.present.has(each) || expected.unsure.has(each), `${each} is there and nobody made it`);
      }
      assert.deepEqual(logged, []);
    } finally {
      await sandbox.stop();
    }
  };

  const send = async (
    step: FuzzRequest,
    expected: Expected,
    fetch: (request: Request) => Promise<Response>,
  ): Promise<void> => {
    const request = requestOf(step, expected.latest);
    if (request === undefined) return;
    const response = await fetch(request);
    const text = await response.text();
    const json = text !== '' && response.headers.get('content-type')?.includes('json') === true;
    const body: unknown = json ? JSON.parse(text) : undefined;
    const answer = { status: response.status, headers: response.headers, text, body };
    sent += 1;
    judge(step.method, answer);
    const outcome = `${routeOf(step.method, request.url)?.id ?? 'no operation'} ${answer.status}`;
    seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
    expected.note(step.method, request.url, request.headers.get('idempotency-key'), answer);
  };

  await fc.assert(fc.asyncProperty(sequence, run), {
    numRuns: Math.ceil(requests / (0.37 * longestSequence)),
    reporter: (details) => {
      if (!details.failed) return;
      const [steps = []] = details.counterexample ?? [];
      const cause = details.errorInstance;
      assert.fail(
        `${cause instanceof Error ? cause.message : String(cause)}\nafter these requests (TEST_SEED=${seed}):\n${steps.map(shown).join('\n')}`,
      );
    },
  });

  console.log(`# ${sent} requests`);
  assert.ok(sent >= requests, `only ${sent} requests were sent`);
  const counts = [...seen].toSorted(([a], [b]) => a.localeCompare(b));
  if (process.env['TEST_SEED'] !== undefined)
    for (const [outcome, count] of counts) console.log(`# ${outcome}: ${count}`);
  const never = operations
    .map(({ id }) => id)
    .filter((id) => !counts.some(([outcome]) => outcome.startsWith(`${id} 2`)));
  assert.ok(never.length <= 2, `too wild to mean anything: these never succeeded: ${never.join(', ')}`);
});

test('whatever a sandbox was asked, its file opens again and holds the same', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-fuzz-'));
  const everything = async ({ call, sandbox }: ReturnType<typeof standing>): Promise<unknown> => {
    const texts: string[] = [];
    const present = await Expected.readBack(async (path) => {
      const answer = await call('GET', path);
      texts.push(`${path} ${answer.text}`);
      return answer;
    });
    return { present, texts, ledger: sandbox.ledger.entries() };
  };
  const run = async (steps: readonly Step[]): Promise<void> => {
    const dataFile = join(folder, 'state.json');
    rmSync(dataFile, { force: true });
    const stage = await inhabited(dataFile);
    for (const step of steps) {
      if ('advanceMs' in step) await stage.clock.advance(step.advanceMs);
      else {
        const request = requestOf(step, new Map());
        if (request !== undefined) await stage.sandbox.fetch(request);
      }
    }
    const before = await everything(stage);
    await stage.sandbox.stop();
    const clock = createClock({ start: stage.clock.now(), running: false });
    const again = standing({ limits: 'off', dataFile, clock, send: async () => new Response() });
    assert.deepEqual(await everything(again), before);
    await again.sandbox.stop();
  };
  try {
    await fc.assert(fc.asyncProperty(sequence, run), { numRuns: 30 });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
