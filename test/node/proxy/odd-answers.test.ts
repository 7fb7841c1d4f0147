/** Answers of Codat's that must not be believed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectionsAtCodat, startWorld } from './support.ts';
import { answer, overFetch } from './transport.ts';

const text = (body: Uint8Array): string => new TextDecoder().decode(body);

test('a link that is no web address is given to no page', async (t) => {
  let linkUrl = '';
  const world = await startWorld(t, {
    transport: async (request) => {
      const got = await overFetch(request);
      const isOne = request.method === 'GET' && /\/connections\/[^/]+$/.test(request.url);
      return isOne ? answer(200, { ...(JSON.parse(text(got.body)) as object), linkUrl }) : got;
    },
  });
  const { json: connection } = await world.call('POST', '/v1/connections', { body: { platform: 'xero' } });
  for (linkUrl of ['javascript:alert(1)', ' javascript:alert(1)', 'data:text/html,x', '//evil.example', '/link', '']) {
    const { status, json } = await world.call('GET', `/v1/connections/${connection.id}/link`);
    assert.deepEqual([status, json.code], [502, 'upstream_invalid'], linkUrl);
  }
  linkUrl = 'https://link.codat.io/x';
  assert.equal((await world.call('GET', `/v1/connections/${connection.id}/link`)).json.url, linkUrl);
});

test('a list of connections that has no end is given up', async (t) => {
  let asked = 0;
  let endless = false;
  const world = await startWorld(t, {
    transport: async (request) => {
      const got = await overFetch(request);
      if (!endless || !/\/connections\?/.test(request.url)) return got;
      asked += 1;
      assert.ok(asked < 100, 'it goes on and on');
      const page = JSON.parse(
        text(await overFetch({ ...request, url: request.url.replace(/page=\d+/, 'page=1') }).then(({ body }) => body)),
      ) as object;
      return answer(200, { ...page, totalResults: 1_000_000 });
    },
  });
  await world.call('POST', '/v1/connections', { body: { platform: 'xero' } });
  assert.equal((await connectionsAtCodat(world)).length, 1);
  endless = true;
  const { status, json } = await world.call('GET', '/v1/state');
  assert.deepEqual([status, json.code], [502, 'upstream_invalid']);
});
