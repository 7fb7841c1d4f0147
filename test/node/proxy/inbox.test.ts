import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createGovernor } from '../../../src/codat/index.ts';
import { connectXero, hostAccounts, lines, startWorld, webhookSecret, type World } from './support.ts';
import { answer, overFetch } from './transport.ts';

const key = Buffer.from(webhookSecret.slice('whsec_'.length), 'base64');
let sent = 0;
/** A delivery as Codat signs it. */
const deliver = async (world: World, event: object): Promise<void> => {
  const body = JSON.stringify(event);
  const id = `msg_inbox_${(sent += 1)}`;
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  const response = await fetch(`${world.url}/v1/webhooks/codat`, {
    method: 'POST',
    headers: { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` },
    body,
  });
  assert.equal(response.status, 204);
};

const connected = (companyId: string) => ({
  id: 'e',
  eventType: 'bankFeeds.sourceAccount.connected',
  payload: { referenceCompany: { id: companyId, name: 'n' }, connectionId: 'c', sourceAccount: { id: 'a' } },
});

test('deliveries of a company that is gone are done with, and many for one company cost one listing', async (t) => {
  let asked = 0;
  const gone = '8a210b68-6988-11ed-a1eb-0242ac120002';
  const busy = '8a210b68-6988-11ed-a1eb-0242ac120003';
  const first = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const world = await startWorld(t, {
    transport: async (request) => {
      if (request.url.includes(gone)) {
        asked += 1;
        first.resolve();
        await release.promise;
        return answer(404, { statusCode: 404 });
      }
      if (!request.url.includes(busy)) return overFetch(request);
      asked += 1;
      return answer(200, {
        results: [],
        pageNumber: 1,
        pageSize: 500,
        totalResults: 0,
        _links: { self: {}, current: {} },
      });
    },
  });
  await deliver(world, connected(gone));
  await first.promise;
  for (let n = 0; n < 20; n += 1) await deliver(world, connected(busy));
  release.resolve();
  // Several rounds of trying again.
  await delay(1_000);
  assert.equal(asked, 2);
});

test('a company that was deleted can be made anew, one that is still there is kept', async (t) => {
  const world = await startWorld(t);
  await connectXero(world);
  const transactions = lines(1);
  const push = () => world.proxy.push({ companyId: world.companyId, accountId: hostAccounts[0].id, transactions });
  await push();
  await deliver(world, { id: 'e', eventType: 'company.deleted', payload: { id: world.companyId } });
  await delay(300);
  assert.equal((await push()).duplicates, 1);

  await world.sandbox.fetch(
    new Request(`http://sandbox/companies/${world.companyId}`, {
      method: 'DELETE',
      headers: { authorization: `Basic ${Buffer.from(world.sandbox.apiKey).toString('base64')}` },
    }),
  );
  await deliver(world, { id: 'e', eventType: 'company.deleted', payload: { id: world.companyId } });
  await delay(500);
  const made = await world.proxy.companies.ensure({ reference: 'customer-1', name: 'Harbour Lane Bakery' });
  assert.notEqual(made.id, world.companyId);
});

test('while Codat says that the quota is used up nothing is asked of it, and after the reset all is', async (t) => {
  const governor = createGovernor();
  let asked = 0;
  const world = await startWorld(t, {
    governor,
    transport: (request) => {
      asked += 1;
      return overFetch(request);
    },
  });
  // Without a zone, as Codat's dates may come: UTC.
  const expiryDate = new Date(Date.now() + 3_600_000).toISOString().slice(0, -1);
  const payload = { dailyQuota: 1000, quotaRemaining: 0, expiryDate };
  const handled = async (paused: boolean): Promise<void> => {
    while ((governor.state().closedUntil !== undefined) !== paused) await delay(1);
  };
  await deliver(world, { id: 'e', eventType: 'client.rateLimit.reached', payload });
  await handled(true);
  assert.equal(governor.state().closedUntil, Date.parse(`${expiryDate}Z`));
  asked = 0;
  const refused = await world.call('GET', '/v1/state');
  assert.deepEqual([refused.status, refused.json.code, asked], [429, 'rate_limited', 0]);
  assert.ok(Number(refused.headers.get('retry-after')) > 3_500);

  await deliver(world, { id: 'f', eventType: 'client.rateLimit.reset', payload });
  await handled(false);
  assert.equal((await world.call('GET', '/v1/state')).status, 200);
  assert.ok(asked > 0);
});
