import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutboxError } from '../../../src/outbox/outbox.ts';
import { refusedAs } from '../../../src/proxy/cli/remote.ts';
import { problemOf } from '../../../src/proxy/codat-problem.ts';
import { problemResponse } from '../../../src/proxy/problem.ts';
import { connectionsAtCodat, hostAccounts, lines, startWorld } from './support.ts';
import { answer, overFetch } from './transport.ts';

const [{ id: iban }] = hostAccounts;

test('words of a refusal pass, the account number in them does not', async (t) => {
  let refusal: { status: number; body: unknown } | undefined;
  const world = await startWorld(t, {
    transport: async (request) =>
      refusal && request.url.endsWith('/batch') ? answer(refusal.status, refusal.body) : overFetch(request),
  });
  const { json: connection } = await world.call('POST', '/v1/connections', { body: { platform: 'xero' } });
  const [first] = await connectionsAtCodat(world);
  world.sandbox.control.authorize(world.companyId, first?.id ?? '');
  const path = `/v1/connections/${connection.id}/accounts`;
  const accountIds = [(await world.call('GET', path)).json.items[0].id];
  const message = `Account ${iban} with number 55555555 is closed since 2026-01-05.`;
  refusal = {
    status: 400,
    body: { statusCode: 400, error: message, validation: { errors: [{ itemId: iban, message }], warnings: [] } },
  };
  const whole = await world.call('POST', path, { body: { accountIds } });
  refusal = { status: 207, body: [{ sourceAccountId: iban, result: { statusCode: '400', error: message } }] };
  const single = await world.call('POST', path, { body: { accountIds } });
  for (const { text } of [whole, single]) {
    assert.match(text, /is closed since 2026-01-05/);
    assert.doesNotMatch(text, /GB33|55555555/);
  }
  // Also where Codat takes none of them, each refusal is the account's own.
  for (const { json } of [whole, single]) assert.equal(json.itemErrors[0].itemId, accountIds[0]);
});

test('lines that wait for their account are shown with it', async (t) => {
  const world = await startWorld(t);
  const { json: connection } = await world.call('POST', '/v1/connections', { body: { platform: 'xero' } });
  const [first] = await connectionsAtCodat(world);
  world.sandbox.control.authorize(world.companyId, first?.id ?? '');
  const path = `/v1/connections/${connection.id}/accounts`;
  const accountIds = [(await world.call('GET', path)).json.items[0].id];
  await world.call('POST', path, { body: { accountIds } });
  await world.proxy.push({ companyId: world.companyId, accountId: iban, transactions: lines(3) });
  const { json } = await world.call('GET', '/v1/feeds');
  assert.deepEqual(
    json.items.map((feed: { accountId: string; counts: object; waiting: { reason: string } }) => [
      feed.accountId,
      feed.counts,
      feed.waiting?.reason,
    ]),
    [[accountIds[0], { delivered: 0, waiting: 3, held: 0 }, 'not-connected']],
  );
});

test('a step that has to be confirmed is not possible as it is, and the command calls the option by its own name', async () => {
  const problem = problemOf(new OutboxError('confirmation_required', 'notWritten', 'repeat this with notWritten'));
  assert.deepEqual([problem?.code, problem?.field], ['action_not_possible', 'notWritten']);
  assert.ok(problem);
  assert.equal(await refusedAs(problemResponse(problem)), 'the proxy answered 409: repeat this with --not-written');
});
