/** The same seed, the same clock and the same requests: the same answers, headers, webhooks and books. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { line, standing } from './harness.ts';

/** A day with everything in it that draws ids, secrets, names or chances. */
async function day(seed: string): Promise<string[]> {
  const told: string[] = [];
  const { sandbox, call, clock, connected } = standing({
    seed,
    apiKey: undefined,
    webhooks: [{ url: 'http://receiver.test/' }],
    async send(request) {
      told.push(`${request.headers.get('webhook-signature')} ${await request.text()}`);
      return new Response(null, { status: told.length % 3 === 0 ? 500 : 204 });
    },
  });
  const say = async (...request: Parameters<typeof call>): Promise<void> => {
    const answer = await call(...request).catch((error: unknown) => String(error));
    told.push(typeof answer === 'string' ? answer : JSON.stringify([answer.status, [...answer.headers], answer.text]));
  };
  sandbox.control.faults.add({ operation: '*', kind: 'status', status: 503, probability: 0.2, skip: 10 });
  sandbox.control.faults.add({ operation: 'get-connection', kind: 'lost-reply', probability: 0.5 });
  sandbox.control.faults.add({ kind: 'webhook', fault: 'duplicate', probability: 0.5 });
  told.push(sandbox.apiKey);
  const { base, push, accountId } = await connected();
  await say('POST', '/sandbox/companies', { mapped: 3 });
  await say('POST', '/sandbox/companies', { platformKey: 'hcws' });
  for (let index = 0; index < 20; index += 1) {
    await say('GET', base);
    await say('POST', push, { accountId, transactions: [line(index)] }, { 'idempotency-key': `key-${index}` });
    await say('POST', '/sandbox/clock', { advanceMs: 3_600_000 });
  }
  await say('GET', '/companies');
  await say('GET', '/sandbox/ledger');
  await say('GET', '/sandbox/faults');
  told.push(new Date(clock.now()).toISOString());
  return told;
}

test('the same day twice is the same to the letter; another seed is another day', async () => {
  const first = await day('one');
  assert.ok(first.some((text) => text.startsWith('[503')));
  assert.ok(first.some((text) => text.startsWith('TypeError')));
  assert.deepEqual(await day('one'), first);
  assert.notDeepEqual(await day('two'), first);
});
