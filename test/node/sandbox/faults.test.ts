/** Faults for requests: each kind, whom it meets, and what it leaves behind. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSandbox } from '../../../src/sandbox/index.ts';
import { line, standing } from './harness.ts';

const key = '5f0e6f9a-6d0d-4a53-8f3c-0b6f4c1c7f10';
const body = (first = 1) => ({ accountId: 'acc-1', transactions: [line(first)] });

/** Lets everything that waits on promises alone go on. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
};

test('a status without effect is the documented error body, and nothing is carried out', async () => {
  const { call, connected, sandbox, clock } = standing();
  const { push } = await connected();
  sandbox.control.faults.add({
    operation: 'create-bank-transactions',
    kind: 'status',
    status: 429,
    retryAfterSeconds: 7,
  });
  const refused = await call('POST', push, body());
  assert.equal(refused.status, 429);
  assert.equal(refused.headers.get('retry-after'), '7');
  assert.ok(refused.headers.has('x-rate-limit-remaining'));
  const { correlationId, ...rest } = refused.body;
  assert.match(correlationId, /^[0-9a-f-]{36}$/);
  assert.deepEqual(rest, {
    statusCode: 429,
    service: 'PublicApi',
    error: 'Too many requests.',
    validation: null,
    canBeRetried: 'True',
    detailedErrorCode: 0,
  });
  await clock.advance(10_000);
  assert.equal(sandbox.ledger.entries().length, 0);
  assert.equal((await call('POST', push, body())).status, 200);
});

test('every status of the document can be asked for, with words of one’s own', async () => {
  const { call, sandbox } = standing();
  for (const status of [400, 401, 402, 403, 404, 408, 409, 422, 429, 500, 502, 503]) {
    sandbox.control.faults.add({ operation: '*', kind: 'status', status });
    const answer = await call('GET', '/companies');
    assert.equal(answer.status, status);
    assert.equal(answer.body.statusCode, status);
    assert.ok(answer.body.error.length > 0);
  }
  sandbox.control.faults.add({ operation: '*', kind: 'status', status: 503, message: 'Back at noon.' });
  assert.equal((await call('GET', '/companies')).body.error, 'Back at noon.');
  assert.equal((await call('GET', '/companies')).status, 200);
});

test('a status with effect: carried out once, and the retry under the same key gets the same answer', async () => {
  const { call, connected, sandbox, clock } = standing();
  const { push } = await connected();
  sandbox.control.faults.add({
    operation: 'create-bank-transactions',
    kind: 'status',
    status: 500,
    effect: true,
  });
  const first = await call('POST', push, body(), { 'idempotency-key': key });
  const second = await call('POST', push, body(), { 'idempotency-key': key });
  assert.deepEqual([first.status, second.status], [500, 500]);
  assert.equal(second.text, first.text);
  await clock.advance(10_000);
  assert.equal(sandbox.ledger.entries().length, 1);
});

test('a status with effect hides a refusal, too', async () => {
  const { call, sandbox } = standing();
  sandbox.control.faults.add({ operation: 'create-company', kind: 'status', status: 503, effect: true });
  assert.equal((await call('POST', '/companies', {})).status, 503);
  assert.equal((await call('POST', '/companies', {})).status, 400);
});

test('a lost reply: carried out, and the retry under the same key learns the answer', async () => {
  const { call, connected, sandbox, clock } = standing();
  const { push } = await connected();
  sandbox.control.faults.add({ operation: 'create-bank-transactions', kind: 'lost-reply' });
  await assert.rejects(call('POST', push, body(), { 'idempotency-key': key }), TypeError);
  const again = await call('POST', push, body(), { 'idempotency-key': key });
  assert.equal(again.status, 200);
  assert.equal(again.body.status, 'Pending');
  await clock.advance(10_000);
  assert.equal(sandbox.ledger.entries().length, 1);
});

test('a lost refusal is kept under its key like any answer', async () => {
  const { call, sandbox } = standing();
  sandbox.control.faults.add({ operation: 'create-company', kind: 'lost-reply' });
  await assert.rejects(call('POST', '/companies', {}, { 'idempotency-key': key }), TypeError);
  assert.equal((await call('POST', '/companies', {}, { 'idempotency-key': key })).status, 400);
});

test('a reset connection: nothing is carried out, and the key is free', async () => {
  const { call, connected, sandbox, clock } = standing();
  const { push } = await connected();
  sandbox.control.faults.add({ operation: 'create-bank-transactions', kind: 'reset' });
  await assert.rejects(call('POST', push, body(), { 'idempotency-key': key }), TypeError);
  await clock.advance(10_000);
  assert.equal(sandbox.ledger.entries().length, 0);
  assert.equal((await call('POST', push, body(2), { 'idempotency-key': key })).status, 200);
  await clock.advance(10_000);
  assert.deepEqual(
    sandbox.ledger.entries().map(({ transaction }) => transaction.id),
    ['t-2'],
  );
});

test('over a socket a lost reply and a reset are a closed connection', async (t) => {
  const sandbox = createSandbox({ seed: 'sockets' });
  const { url } = await sandbox.start();
  t.after(() => sandbox.stop());
  const headers = { authorization: `Basic ${Buffer.from(sandbox.apiKey).toString('base64')}` };
  const create = (name: string) =>
    fetch(`${url}/companies`, { method: 'POST', headers, body: JSON.stringify({ name }) });
  for (const kind of ['lost-reply', 'reset'] as const) {
    sandbox.control.faults.add({ operation: 'create-company', kind });
    await assert.rejects(create(kind), TypeError);
  }
  const list = await fetch(`${url}/companies`, { headers });
  const { results } = (await list.json()) as { results: { name: string }[] };
  assert.deepEqual(
    results.map(({ name }) => name),
    ['lost-reply'],
  );
});

test('a slow commit happens at its moment, an answer that is slow comes after the commit', async () => {
  const { call, sandbox, clock } = standing();
  const names = async (): Promise<string[]> =>
    (await call('GET', '/companies')).body.results.map(({ name }: { name: string }) => name);
  const { faults } = sandbox.control;
  faults.add({ operation: 'create-company', kind: 'slow', ms: 5000, where: 'before' });
  const late = call('POST', '/companies', { name: 'Late' });
  await settled();
  assert.deepEqual(await names(), []);
  await clock.advance(60_000);
  assert.equal((await late).body.created, '2026-06-10T09:30:05.000Z');

  faults.add({ operation: 'create-company', kind: 'slow', ms: 5000, where: 'after' });
  let answered = false;
  const slow = call('POST', '/companies', { name: 'Slow' }).then((answer) => {
    answered = true;
    return answer;
  });
  await settled();
  assert.deepEqual([await names(), answered], [['Late', 'Slow'], false]);
  await clock.advance(4999);
  assert.equal(answered, false);
  await clock.advance(1);
  assert.equal((await slow).status, 200);
});

test('a refusal is late as well where the answer is to be', async () => {
  const { call, sandbox, clock } = standing();
  sandbox.control.faults.add({ operation: 'create-company', kind: 'slow', ms: 5000, where: 'after' });
  let answered = false;
  const slow = call('POST', '/companies', {}).finally(() => (answered = true));
  await settled();
  assert.equal(answered, false);
  await clock.advance(5000);
  assert.equal((await slow).status, 400);
});

test('while a slow request is under way its key answers 409', async () => {
  const { call, sandbox, clock } = standing();
  sandbox.control.faults.add({ operation: 'create-company', kind: 'slow', ms: 1000, where: 'before' });
  const first = call('POST', '/companies', { name: 'One' }, { 'idempotency-key': key });
  await settled();
  assert.equal((await call('POST', '/companies', { name: 'One' }, { 'idempotency-key': key })).status, 409);
  await clock.advance(1000);
  const { id } = (await first).body;
  assert.equal((await call('POST', '/companies', { name: 'One' }, { 'idempotency-key': key })).body.id, id);
});

test('waits and an outcome meet in one request: committed late, and the reply lost', async () => {
  const { call, sandbox, clock } = standing();
  const { faults } = sandbox.control;
  faults.add({ operation: 'create-company', kind: 'slow', ms: 1000, where: 'before' });
  faults.add({ operation: 'create-company', kind: 'lost-reply' });
  faults.add({ operation: 'create-company', kind: 'slow', ms: 1000, where: 'after' });
  // A second outcome keeps for the next request.
  faults.add({ operation: 'create-company', kind: 'status', status: 500 });
  const lost = assert.rejects(call('POST', '/companies', { name: 'One' }), TypeError);
  await settled();
  await clock.advance(2000);
  await lost;
  assert.equal((await call('GET', '/companies')).body.totalResults, 1);
  assert.equal((await call('POST', '/companies', { name: 'Two' })).status, 500);
});

test('whoever waits when the sandbox stops gets no answer', async () => {
  for (const where of ['before', 'after'] as const) {
    const { call, sandbox } = standing();
    sandbox.control.faults.add({ operation: 'create-company', kind: 'slow', ms: 1000, where });
    const waits = assert.rejects(call('POST', '/companies', { name: where }), TypeError);
    await settled();
    await sandbox.stop();
    await waits;
  }
});

test('a fault meets the operation, company and connection it names, after `skip`, `times` over', async () => {
  const { call, linked, sandbox } = standing();
  const { companyId, connectionId, base } = await linked();
  const other = await linked();
  const { faults } = sandbox.control;
  const statuses = async (paths: string[]) => {
    const answers: number[] = [];
    for (const path of paths) answers.push((await call('GET', path)).status);
    return answers;
  };
  faults.add({ operation: 'get-connection', connectionId, kind: 'status', status: 503, skip: 1, times: 2 });
  assert.deepEqual(await statuses([other.base, base, base, other.base, base, base]), [200, 200, 503, 200, 503, 200]);
  faults.add({ operation: '*', companyId: companyId.toUpperCase(), kind: 'status', status: 500 });
  assert.deepEqual(await statuses(['/companies', other.base, `/companies/${companyId}`, base]), [200, 200, 500, 200]);
});

test('faults can be listed, removed and cleared, also over HTTP', async () => {
  const { call, sandbox } = standing();
  const made = await call('POST', '/sandbox/faults', { operation: 'list-companies', kind: 'status', status: 500 });
  assert.equal(made.status, 201);
  assert.equal((await call('GET', '/companies')).status, 500);
  const second = await call('POST', '/sandbox/faults', {
    operation: '*',
    kind: 'slow',
    ms: 5,
    where: 'after',
    probability: 0.5,
  });
  const listed = await call('GET', '/sandbox/faults');
  assert.deepEqual(listed.body.results, [
    {
      id: made.body.id,
      fault: { operation: 'list-companies', kind: 'status', status: 500 },
      struck: 1,
      left: 0,
    },
    {
      id: second.body.id,
      fault: { operation: '*', kind: 'slow', ms: 5, where: 'after', probability: 0.5 },
      struck: 0,
      left: null,
    },
  ]);
  assert.equal((await call('DELETE', `/sandbox/faults/${second.body.id}`)).status, 204);
  assert.equal((await call('DELETE', `/sandbox/faults/${second.body.id}`)).status, 404);
  assert.equal((await call('DELETE', '/sandbox/faults')).status, 204);
  assert.deepEqual(sandbox.control.faults.list(), []);
});

test('something that is no fault is refused with what is wrong about it', async () => {
  const { call, sandbox } = standing();
  for (const [fault, message] of [
    [{ operation: 'create-compani', kind: 'reset' }, /operation: give "\*" or one of .*create-company/],
    [{ operation: '*', kind: 'explode' }, /kind/],
    [{ operation: '*', kind: 'status' }, /status/],
    [{ operation: '*', kind: 'status', status: 200 }, /status/],
    [{ operation: '*', kind: 'slow', ms: '5', where: 'before' }, /ms/],
    [{ operation: '*', kind: 'reset', times: 0 }, /times/],
    [{ operation: '*', kind: 'reset', colour: 1 }, /colour/],
    [{ kind: 'webhook', fault: 'eaten' }, /fault/],
    [[], /body/],
  ] as const) {
    const refused = await call('POST', '/sandbox/faults', fault);
    assert.equal(refused.status, 400);
    assert.match(refused.body.error, message);
    // As a caller without types would do it.
    const add: (fault: never) => unknown = sandbox.control.faults.add;
    assert.throws(() => add(fault as never), TypeError);
  }
});

test('by chance: the same seed and the same requests meet the same faults, another seed others', async () => {
  const run = async (seed: string): Promise<string> => {
    const { call, sandbox } = standing({ seed });
    sandbox.control.faults.add({ operation: 'list-companies', kind: 'status', status: 500, probability: 0.3 });
    let marks = '';
    for (let index = 0; index < 100; index += 1) marks += (await call('GET', '/companies')).status === 500 ? 'x' : '.';
    return marks;
  };
  const first = await run('one');
  assert.equal(await run('one'), first);
  assert.notEqual(await run('two'), first);
  const struck = first.replaceAll('.', '').length;
  assert.ok(struck > 15 && struck < 45, `${struck} of 100`);
});
