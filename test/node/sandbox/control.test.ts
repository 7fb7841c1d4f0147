import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ControlError } from '../../../src/sandbox/index.ts';
import { line, sourceAccount, standing } from './harness.ts';

test('the controls over HTTP: authorize, revoke, webhooks, redirect, clock, ledger', async () => {
  const { call, company, clock, sandbox } = standing();
  const companyId = await company();
  const { id } = (await call('POST', `/companies/${companyId}/connections`, { platformKey: 'gbol' })).body;
  const base = `/companies/${companyId}/connections/${id}`;
  await call('POST', `${base}/connectionInfo/bankFeedAccounts`, sourceAccount());
  const authorized = await call('POST', `/sandbox${base}/authorize`, {
    accountIds: ['acc-1'],
    feedStartDate: '2026-06-02',
  });
  assert.equal(authorized.status, 204);
  const [account] = (await call('GET', `${base}/connectionInfo/bankFeedAccounts`)).body;
  assert.deepEqual([account.status, account.feedStartDate], ['connected', '2026-06-02']);
  // Once more changes nothing.
  assert.equal((await call('POST', `/sandbox${base}/authorize`, { accountIds: ['acc-1'] })).status, 204);

  const push = `${base}/push/bankAccounts/acc-1/bankTransactions`;
  await call('POST', push, { accountId: 'acc-1', transactions: [line(1)] });
  const moved = await call('POST', '/sandbox/clock', { advanceMs: 1000 });
  assert.equal(moved.body.now, '2026-06-10T09:30:01.000Z');
  assert.equal(clock.now(), Date.parse(moved.body.now));
  const ledger = await call('GET', `/sandbox/ledger?companyId=${companyId}&accountId=acc-1`);
  assert.equal(ledger.body.results[0].transaction.amount, '-1.25');
  assert.equal((await call('GET', '/sandbox/ledger?accountId=other')).body.results.length, 0);

  const consumer = await call('POST', '/sandbox/webhooks', { url: 'http://receiver.test/' });
  assert.match(consumer.body.secret, /^whsec_/);
  assert.equal((await call('PUT', '/sandbox/redirect-url', { url: 'http://bank.test/?{statusCode}' })).status, 204);
  const organizations = await call('GET', `/sandbox/companies/${companyId}/organizations/gbol`);
  assert.equal(organizations.body.results.length, 2);
  assert.equal((await call('POST', `/sandbox${base}/revoke`)).status, 204);
  assert.equal((await call('GET', base)).body.status, 'Deauthorized');

  for (const [method, path, body, status] of [
    ['POST', `/sandbox${base}/revoke`, undefined, 409],
    ['POST', `/sandbox${base}/authorize`, { accountIds: ['nobody'] }, 404],
    ['POST', `/sandbox${base}/authorize`, { colour: 1 }, 400],
    ['POST', `/sandbox${base}/authorize`, '{', 400],
    ['POST', `/sandbox/companies/x/connections/${id}/authorize`, {}, 404],
    ['POST', `/sandbox/companies/${companyId}/connections/x/authorize`, {}, 404],
    ['POST', '/sandbox/webhooks', { url: 'nonsense' }, 400],
    ['PUT', '/sandbox/redirect-url', { url: 'nonsense' }, 400],
    ['POST', '/sandbox/clock', { advanceMs: -1 }, 400],
    ['GET', '/sandbox/nothing', undefined, 404],
  ] as const) {
    const refused = await call(method, path, body);
    assert.equal(refused.status, status, path);
    assert.equal(typeof refused.body.error, 'string');
  }
  assert.equal((await call('GET', '/sandbox/ledger', undefined, { authorization: '' })).status, 401);
  assert.equal(sandbox.ledger.entries().length, 1);
});

test('authorize refuses as a whole: nothing is half done', async () => {
  const { call, company, sandbox } = standing();
  const companyId = await company();
  const { id } = (await call('POST', `/companies/${companyId}/connections`, { platformKey: 'gbol' })).body;
  const base = `/companies/${companyId}/connections/${id}`;
  await call('POST', `${base}/connectionInfo/bankFeedAccounts`, sourceAccount({ currency: 'JPY' }));
  const refusal = (options: object) => {
    try {
      sandbox.control.authorize(companyId, id, options);
    } catch (error) {
      return error instanceof ControlError ? `${error.code}: ${error.message}` : String(error);
    }
    return '';
  };
  assert.match(refusal({ accountIds: ['acc-1'] }), /refused: The currency JPY/);
  assert.match(refusal({ organizationId: 'x' }), /not-found/);
  assert.equal((await call('GET', base)).body.status, 'PendingAuth');
});
