import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { feedState } from '../../../src/contract/schemas.ts';
import { connectionsAtCodat, startWorld, type World } from './support.ts';

const begin = async (world: World, platform: string) =>
  (await world.call('POST', '/v1/connections', { body: { platform } })).json;
const current = async (world: World) => feedState.parse((await world.call('GET', '/v1/state')).json).connections.at(0);

test('who comes back to a software left before another one begins anew, and lands there', async (t) => {
  const world = await startWorld(t);
  for (const platform of ['quickbooks', 'xero', 'quickbooks']) {
    const begun = await begin(world, platform);
    assert.equal((await current(world))?.id, begun.id, platform);
    const newest = (await connectionsAtCodat(world)).find(({ status }) => status === 'PendingAuth');
    world.sandbox.control.authorize(world.companyId, newest?.id ?? '');
    // The proxy hears of it by a webhook.
    while ((await current(world))?.status !== 'linked') await delay(20);
    const ended = await world.call('POST', `/v1/connections/${begun.id}/disconnect`);
    assert.equal(ended.status, 200, platform);
  }
  assert.equal((await connectionsAtCodat(world)).length, 3);
});

test('the software that was left last is taken up again', async (t) => {
  const world = await startWorld(t);
  const first = await begin(world, 'quickbooks');
  const again = await begin(world, 'quickbooks');
  assert.equal(again.id, first.id);
});
