/** What a server asks with a slip in a name is refused by that name: it would otherwise mean something else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serverSecret, startWorld } from './support.ts';

test('members and parameters that a route does not have are refused by name', async (t) => {
  const { companyId, url } = await startWorld(t);
  const account = { companyId, accountId: 'a' };
  for (const [method, path, field, body] of [
    ['POST', '/v1/companies', 'companyID', { reference: 'customer-2', name: 'Two', companyID: companyId }],
    ['POST', '/v1/companies?dryRun=true', 'dryRun', { reference: 'customer-2', name: 'Two' }],
    ['POST', '/v1/sessions', 'connection', { companyId, subject: 'user', origin: 'x', connection: 'one' }],
    ['POST', '/v1/push?dryrun=true', 'dryrun', { ...account, transactions: [{}] }],
    ['POST', '/v1/held/retry', 'notWriten', { ...account, notWriten: true }],
    ['POST', '/v1/held/skip', 'id', { ...account, ids: ['a'], reason: 'why', id: 'b' }],
    ['POST', '/v1/held/resume', 'connection', { companyId, connection: 'one' }],
    ['POST', '/v1/held/resume?companyId=x', 'companyId', { companyId }],
    ['POST', '/v1/events/acknowledge', 'upto', { upTo: '1', upto: '2' }],
    ['GET', '/v1/held?company=x', 'company'],
    ['GET', '/v1/waiting?offset=1', 'offset'],
    ['GET', `/v1/held/lines?companyId=${companyId}&accountId=a&page=2`, 'page'],
    ['GET', '/v1/events?cursor=1', 'cursor'],
    ['GET', `/v1/companies/${companyId}/feeds?limit=1`, 'limit'],
    ['DELETE', `/v1/companies/${companyId}?dryRun=true`, 'dryRun'],
  ] as const) {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${serverSecret}` },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await answer.text();
    assert.equal(answer.status, 400, `${method} ${path}: ${text}`);
    assert.partialDeepStrictEqual(JSON.parse(text), { code: 'invalid_request', field });
    assert.match(text, new RegExp(`"detail":"${field} is no (member|parameter) of `));
  }
  const kept = await fetch(`${url}/v1/companies/${companyId}/feeds`, {
    headers: { authorization: `Bearer ${serverSecret}` },
  });
  assert.equal(kept.status, 200);
});
