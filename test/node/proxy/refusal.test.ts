import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutboxError } from '../../../src/outbox/outbox.ts';
import { refusedAs } from '../../../src/commands/remote.ts';
import { withBody } from '../../../src/proxy/answer.ts';
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

test('a refusal names the account by its name, never by an id of the bank or of Codat', async (t) => {
  const account = { ...hostAccounts[0], id: 'current-4242' };
  let said = '';
  let refusing = '';
  const world = await startWorld(t, {
    sourceAccounts: () => [account],
    transport: async (request) => {
      const { pathname } = new URL(request.url);
      if (!refusing || request.method === 'GET' || !pathname.endsWith(refusing)) return overFetch(request);
      if (refusing === '/mapping' && said.startsWith('Late'))
        return answer(200, { sourceAccountId: account.id, targetAccountId: null, status: 'Failed', error: said });
      return answer(400, { statusCode: 400, error: said, validation: { errors: [{ message: said }], warnings: [] } });
    },
  });
  const { json: connection } = await world.call('POST', '/v1/connections', { body: { platform: 'xero' } });
  const [atCodat] = await connectionsAtCodat(world);
  assert.ok(atCodat);
  world.sandbox.control.authorize(world.companyId, atCodat.id);
  const path = `/v1/connections/${connection.id}`;
  const [{ id: accountId }] = (await world.call('GET', `${path}/accounts`)).json.items;
  const words = `Account ${account.id} of connection ${atCodat.id.toUpperCase()} (${world.companyId}) is closed since 2026-01-15.`;
  const told = 'Account “Current account” of connection is closed since 2026-01-15.';

  said = words;
  refusing = '/batch';
  const chosen = await world.call('POST', `${path}/accounts`, { body: { accountIds: [accountId] } });
  assert.deepEqual([chosen.status, chosen.json.detail, chosen.json.itemErrors[0].message], [422, told, told]);
  refusing = '';
  await world.call('POST', `${path}/accounts`, { body: { accountIds: [accountId] } });

  refusing = `/${account.id}`;
  const renamed = await world.call('PATCH', `${path}/accounts/${accountId}`, { body: { name: 'Till' } });
  assert.deepEqual([renamed.status, renamed.json.detail], [422, told]);
  const removed = await world.call('DELETE', `${path}/accounts/${accountId}`);
  assert.deepEqual([removed.status, removed.json.detail], [422, told]);

  refusing = '/mapping';
  const mapped = await world.call('PUT', `${path}/mappings/${accountId}`, { body: { targetId: null } });
  assert.deepEqual([mapped.status, mapped.json.detail], [422, told]);
  said = `Late: ${words}`;
  const failed = await world.call('PUT', `${path}/mappings/${accountId}`, { body: { targetId: null } });
  assert.deepEqual([failed.json.detail, failed.json.itemErrors[0].message], [`Late: ${told}`, `Late: ${told}`]);

  refusing = '';
  await world.call('PUT', `${path}/mappings/${accountId}`, { body: { targetId: null } });
  await world.event('account-connected');
  said = `${words} The amount 1234567.00 is too high.`;
  refusing = '/bankTransactions';
  await world.proxy.push({ companyId: world.companyId, accountId: account.id, transactions: lines(1) });
  await world.event('held');
  const { json: history } = await world.call('GET', `/v1/feeds/${accountId}/pushes`);
  assert.deepEqual(
    history.items[0].errors.map(({ message }: { message: string }) => message),
    [`${told} The amount 1234567.00 is too high.`],
  );
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
  assert.equal(
    await refusedAs(withBody(problemResponse(problem))),
    'the proxy answered 409: repeat this with --not-written',
  );
});
