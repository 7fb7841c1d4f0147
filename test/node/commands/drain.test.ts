/** SIGTERM to the command while it is busy: what is under way ends well, what comes is sent away, and all of it soon. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { startCommand } from './process.ts';
import { hostAccounts, lines, pageOrigin, serverSecret } from '../proxy/support.ts';

const headerOf = (companyId: string): string => `${JSON.stringify({ companyId, accountId: hostAccounts[0].id })}\n`;
const textOf = (count: number, prefix: string): string =>
  lines(count, prefix)
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');

/** A hand-over whose text is not at its end; resolves once its answer has begun. */
const beginHandOver = async (
  url: string,
  companyId: string,
): Promise<{ readonly sending: ClientRequest; readonly answer: IncomingMessage }> => {
  const sending = request(`${url}/v1/push`, {
    method: 'POST',
    headers: { authorization: `Bearer ${serverSecret}`, 'content-type': 'application/x-ndjson' },
  });
  sending.write(headerOf(companyId) + textOf(3, 'before'));
  const [answer] = (await once(sending, 'response')) as [IncomingMessage];
  return { sending, answer };
};

test('a hand-over under way is taken whole, streams end, and whoever comes is told to come again', async (t) => {
  const { child, url, said, server } = await startCommand(t);
  const company = (await (await server('POST', '/v1/companies', { reference: 'r', name: 'R' })).json()) as {
    id: string;
  };
  const session = await server('POST', '/v1/sessions', { companyId: company.id, subject: 'u', origin: pageOrigin });
  const { token } = (await session.json()) as { token: string };
  const live = await fetch(`${url}/v1/live`, { headers: { origin: pageOrigin, authorization: `Bearer ${token}` } });
  const stream = live.text();
  const { sending, answer } = await beginHandOver(url, company.id);
  const answered = text(answer);
  // A connection that is kept, as clients and load balancers do.
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  const kept = async (path: string): Promise<IncomingMessage> => {
    const [response] = (await once(
      request(`${url}${path}`, { agent, headers: { origin: pageOrigin } }).end(),
      'response',
    )) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
    return response;
  };
  assert.equal((await kept('/readyz')).statusCode, 200);

  const began = performance.now();
  child.kill('SIGTERM');
  await said('stopping');
  assert.match(await stream, /^: open\n/);
  const refused = await kept('/v1/state');
  assert.deepEqual(
    [refused.statusCode, refused.headers['retry-after'], refused.headers.connection],
    [503, '2', 'close'],
  );
  assert.equal(refused.headers['access-control-allow-origin'], pageOrigin);
  // As well for who connects only now.
  const late = await server('POST', '/v1/push', { companyId: company.id });
  assert.deepEqual([late.status, late.headers.get('retry-after')], [503, '2']);
  assert.match(await late.text(), /"code":"store_unavailable".*being stopped/);
  assert.deepEqual([(await fetch(`${url}/healthz`)).status, (await fetch(`${url}/readyz`)).status], [200, 503]);

  sending.end(textOf(2, 'after'));
  const last = (await answered).trim().split('\n').at(-1) ?? '';
  assert.partialDeepStrictEqual(JSON.parse(last), { type: 'summary', lines: 5, accepted: 5, refused: 0 });
  assert.deepEqual(await child.ended, [0, null]);
  assert.ok(performance.now() - began < 8_000);
  await said('stopped');
});

test('a hand-over that does not come to its end is cut, within ten seconds', async (t) => {
  const { child, url, said, server } = await startCommand(t);
  const company = (await (await server('POST', '/v1/companies', { reference: 'r', name: 'R' })).json()) as {
    id: string;
  };
  const { sending, answer } = await beginHandOver(url, company.id);
  sending.on('error', () => {});
  const answered = text(answer).catch(() => 'cut');
  const began = performance.now();
  child.kill('SIGTERM');
  await said('stopping: requests that were not over are cut off');
  assert.deepEqual(await child.ended, [0, null]);
  assert.ok(performance.now() - began < 10_000);
  assert.doesNotMatch(await answered, /"type":"summary"/);
});

test('it ends as well while it starts', async (t) => {
  const { child, said } = await startCommand(t, { until: 'starting: the store is opened', embedded: true });
  child.kill('SIGTERM');
  assert.deepEqual(await child.ended, [0, null]);
  await said('stopped');
});
