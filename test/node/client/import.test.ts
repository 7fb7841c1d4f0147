import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { FeedApiError, HttpFeedApi } from '../../../src/client/index.ts';
import { listenOnFreePort } from '../../support/free-ports.ts';

test('the client loads and calls outside a browser, as in server rendering', async () => {
  const state = { platforms: [], connections: [], accounts: [], counts: { delivered: 0, waiting: 0, held: 0 } };
  const server = createServer((request, response) => {
    if (request.url === '/base/v1/state') {
      response.end(JSON.stringify({ ...state, liveKey: 'k' }));
    } else {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('id: 3\nevent: hint\ndata: {"version":"3"}\n\n');
    }
  });
  const port = await listenOnFreePort(server);
  try {
    const api = new HttpFeedApi({ endpoint: `http://127.0.0.1:${port}/base/` });
    assert.equal((await api.state()).liveKey, 'k');
    const stop = new AbortController();
    for await (const hint of api.live({ signal: stop.signal })) {
      assert.deepEqual(hint, { version: '3' });
      stop.abort();
    }
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('a path stays a path where there is no page', () => {
  assert.equal(new HttpFeedApi({ endpoint: '/bank-feed/' }).endpoint, '/bank-feed');
  assert.throws(() => new HttpFeedApi({ endpoint: 'bank-feed' }), FeedApiError);
});
