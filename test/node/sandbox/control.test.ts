/** The controls: what a user would do by clicking, time, delays, and the ledger; in process and over HTTP. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ControlError } from '../../../src/sandbox/index.ts';
import { line, sourceAccount, standing } from './harness.ts';

const connectionOf = async (
  { call, company }: Pick<ReturnType<typeof standing>, 'call' | 'company'>,
  platformKey = 'gbol',
) => {
  const companyId = await company();
  const connectionId: string = (await call('POST', `/companies/${companyId}/connections`, { platformKey })).body.id;
  return { companyId, connectionId, base: `/companies/${companyId}/connections/${connectionId}` };
};

test('the controls over HTTP: authorize, revoke, webhooks, redirect, clock, ledger', async () => {
  const { call, company, clock, sandbox } = standing();
  const { companyId, connectionId, base } = await connectionOf({ call, company });
  await call('POST', `${base}/connectionInfo/bankFeedAccounts`, sourceAccount());
  const authorized = await call('POST', `/sandbox${base}/authorize`, {
    accountIds: ['acc-1'],
    feedStartDate: '2026-06-02',
  });
  assert.equal(authorized.status, 200);
  const { organizationId, accounts, ...state } = authorized.body;
  assert.deepEqual(state, { companyId, connectionId, platformKey: 'gbol', status: 'Linked' });
  assert.equal(accounts[0].feedStartDate, '2026-06-02');
  const [account] = (await call('GET', `${base}/connectionInfo/bankFeedAccounts`)).body;
  assert.deepEqual([account.status, account.feedStartDate], ['connected', '2026-06-02']);
  // Once more changes nothing.
  const again = await call('POST', `/sandbox${base}/authorize`, { accountIds: ['acc-1'] });
  assert.deepEqual(again.body, authorized.body);

  const push = `${base}/push/bankAccounts/acc-1/bankTransactions`;
  await call('POST', push, { accountId: 'acc-1', transactions: [line(1)] });
  const moved = await call('POST', '/sandbox/clock', { advanceMs: 1000 });
  assert.equal(moved.body.now, '2026-06-10T09:30:01.000Z');
  assert.equal(clock.now(), Date.parse(moved.body.now));
  const ledger = await call('GET', `/sandbox/ledger?companyId=${companyId}&accountId=acc-1`);
  assert.equal(ledger.body.results[0].transaction.amount, '-1.25');
  assert.equal(ledger.body.results[0].targetId, accounts[0].targetId);
  assert.equal((await call('GET', '/sandbox/ledger?accountId=other')).body.results.length, 0);

  const consumer = await call('POST', '/sandbox/webhooks', { url: 'http://receiver.test/' });
  assert.match(consumer.body.secret, /^whsec_/);
  for (const url of ['http://bank.test/?{statusCode}', null]) {
    assert.equal((await call('PUT', '/sandbox/redirect-url', { url })).status, 204);
  }
  const organizations = await call('GET', `/sandbox/companies/${companyId}/organizations/gbol`);
  assert.equal(organizations.body.results.length, 2);
  assert.equal(organizations.body.results[0].id, organizationId);
  const revoked = await call('POST', `/sandbox${base}/revoke`);
  assert.deepEqual([revoked.status, revoked.body.status], [200, 'Deauthorized']);
  assert.equal((await call('GET', base)).body.status, 'Deauthorized');
  assert.equal((await call('GET', '/sandbox/ledger', undefined, { authorization: '' })).status, 401);
  assert.equal(sandbox.ledger.entries().length, 1);
});

test('GET /sandbox lists every control, and each of them answers there', async () => {
  const { call } = standing();
  const { status, body } = await call('GET', '/sandbox');
  assert.equal(status, 200);
  assert.ok(body.controls.length > 15);
  for (const { method, path, does } of body.controls) {
    assert.match(does, /^[A-Z].*\.$/);
    const answer = await call(method, path.replaceAll(/\{\w+\}/g, 'x'), method === 'GET' ? undefined : {});
    assert.doesNotMatch(answer.text, /There is no control/, `${method} ${path}`);
  }
  assert.equal((await call('GET', '/sandbox/')).status, 200);
  assert.equal((await call('GET', '/sandbox', undefined, { authorization: 'Basic eA==' })).status, 401);
});

test('what cannot be is refused with its reason, never a 500', async () => {
  const { call, company } = standing();
  const { companyId, connectionId, base } = await connectionOf({ call, company });
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
  for (const [method, path, body, status] of [
    ['POST', `/sandbox${base}/revoke`, undefined, 409],
    ['POST', `/sandbox${base}/collect`, undefined, 409],
    ['POST', `/sandbox${base}/accounts/nobody/disconnect`, undefined, 404],
    ['POST', `/sandbox${base}/authorize`, { accountIds: ['nobody'] }, 404],
    ['POST', `/sandbox${base}/authorize`, { organizationId: 'nobody' }, 404],
    ['POST', `/sandbox${base}/authorize`, { feedStartDate: '2026-02-30' }, 400],
    ['POST', `/sandbox${base}/authorize`, { accountIds: 'acc-1' }, 400],
    ['POST', `/sandbox${base}/authorize`, { colour: 1 }, 400],
    ['POST', `/sandbox${base}/authorize`, '{', 400],
    ['POST', `/sandbox${base}/authorize`, '[]', 400],
    ['POST', `/sandbox${base}/authorize`, deep, 400],
    ['POST', `/sandbox${base}/authorize`, `"${'x'.repeat(10_000_000)}"`, 400],
    ['POST', `/sandbox/companies/x/connections/${connectionId}/authorize`, {}, 404],
    ['POST', `/sandbox/companies/${companyId}/connections/x/authorize`, {}, 404],
    ['GET', '/sandbox/companies/x/organizations/gbol', undefined, 404],
    ['GET', `/sandbox/companies/${companyId}/organizations/zzzz`, undefined, 404],
    ['POST', '/sandbox/webhooks', { url: 'nonsense' }, 400],
    ['PUT', '/sandbox/redirect-url', { url: 'nonsense' }, 400],
    ['POST', '/sandbox/clock', {}, 400],
    ['POST', '/sandbox/clock', { advanceMs: -1 }, 400],
    ['POST', '/sandbox/clock', { advanceMs: 1, now: 1 }, 400],
    ['POST', '/sandbox/clock', { now: 'tomorrow' }, 400],
    ['POST', '/sandbox/clock', { now: 1e300 }, 400],
    ['POST', '/sandbox/clock', { now: '2020-01-01T00:00:00Z' }, 409],
    ['PUT', '/sandbox/delays', { pushMs: -1 }, 400],
    ['PUT', '/sandbox/delays', { pushMs: '1' }, 400],
    ['PUT', '/sandbox/delays', { patience: 1 }, 400],
    ['GET', '/sandbox/ledger?page=0', undefined, 400],
    ['GET', '/sandbox/ledger?pageSize=5001', undefined, 400],
    ['GET', '/sandbox/ledger?company=x', undefined, 400],
    ['POST', '/sandbox/companies', { size: 'huge' }, 400],
    ['POST', '/sandbox/companies', { platformKey: 'zzzz' }, 400],
    ['POST', '/sandbox/companies', { accounts: 5001 }, 400],
    ['POST', '/sandbox/companies', { mapped: 6 }, 400],
    ['POST', '/sandbox/companies', { currencies: ['pounds'] }, 400],
    ['DELETE', '/sandbox/faults/x', undefined, 404],
    ['GET', '/sandbox/nothing', undefined, 404],
    ['DELETE', '/sandbox/clock', undefined, 404],
  ] as const) {
    const refused = await call(method, path, body);
    assert.equal(refused.status, status, `${method} ${path} ${JSON.stringify(body)?.slice(0, 60)}: ${refused.text}`);
    assert.match(refused.body.error, /\w{3}/);
  }
});

test('what is wrong with a body is said in plain words', async () => {
  const { call, sandbox } = standing();
  const why = async (path: string, body: unknown) => (await call('POST', path, body)).body.error;
  const about = 'The request body is not valid: ';
  const fault = { operation: '*', kind: 'status' };
  assert.equal(await why('/companies', []), `${about}body: must be an object`);
  assert.equal(await why('/sandbox/faults', fault), `${about}status: is required`);
  assert.equal(await why('/sandbox/faults', { ...fault, status: '500' }), `${about}status: must be a number`);
  assert.equal(await why('/sandbox/faults', { ...fault, status: 429.5 }), `${about}status: must be an integer`);
  assert.equal(await why('/sandbox/faults', { ...fault, status: 200 }), `${about}status: must be at least 400`);
  assert.equal(await why('/sandbox/faults', { ...fault, status: 600 }), `${about}status: must be at most 599`);
  assert.equal(await why('/sandbox/faults', { operation: '*', kind: 'reset', typo: 1 }), `${about}body: has no typo`);
  assert.equal(
    await why('/sandbox/faults', { kind: 'webhook', fault: 'early' }),
    `${about}fault: must be one of lost, duplicate, late, reordered`,
  );
  assert.throws(() => sandbox.control.setDelays({ pushMs: -1 }), /^TypeError: delays: pushMs: must be at least 0$/);
  assert.throws(
    () => sandbox.control.faults.add({ operation: '*', kind: 'slow', where: 'before', ms: -1 }),
    /^TypeError: fault: ms: must be at least 0$/,
  );
});

test('authorize refuses as a whole: nothing is half done', async () => {
  const { call, company, sandbox } = standing();
  const { companyId, connectionId, base } = await connectionOf({ call, company });
  await call('POST', `${base}/connectionInfo/bankFeedAccounts`, sourceAccount({ currency: 'JPY' }));
  const refusal = (options: object) => {
    try {
      sandbox.control.authorize(companyId, connectionId, options);
    } catch (error) {
      return error instanceof ControlError ? `${error.code}: ${error.message}` : String(error);
    }
    return '';
  };
  assert.match(refusal({ accountIds: ['acc-1'] }), /refused: The currency JPY/);
  assert.match(refusal({ accountIds: ['acc-2'] }), /not-found: .*acc-2/);
  assert.match(refusal({ organizationId: 'x' }), /not-found/);
  assert.equal((await call('GET', base)).body.status, 'PendingAuth');
});

test('authorize links again to the books from before, and to others only once those were left', async () => {
  const { call, company, sandbox } = standing();
  const { companyId, connectionId } = await connectionOf({ call, company });
  const [first, second] = sandbox.control.organizations(companyId, 'gbol');
  const { authorize, revoke } = sandbox.control;
  assert.equal(authorize(companyId, connectionId, { organizationId: second?.id }).organizationId, second?.id);
  assert.throws(() => authorize(companyId, connectionId, { organizationId: first?.id }), /other books/);
  revoke(companyId, connectionId);
  assert.equal(authorize(companyId, connectionId).organizationId, second?.id);
  revoke(companyId, connectionId);
  assert.equal(authorize(companyId, connectionId, { organizationId: first?.id }).organizationId, first?.id);
});

for (const [platformKey, startsAt, currency] of [
  ['hcws', '2026-06-10', 'USD'],
  ['olpr', '2026-06-10T09:30:00.000Z', 'GBP'],
] as const) {
  test(`authorize stands for the user inside the software on ${platformKey}, too`, async () => {
    const { call, company, sandbox } = standing();
    const { companyId, connectionId, base } = await connectionOf({ call, company }, platformKey);
    await call('POST', `${base}/connectionInfo/bankFeedAccounts`, sourceAccount({ currency }));
    const { status, accounts } = sandbox.control.authorize(companyId, connectionId, { accountIds: ['acc-1'] });
    assert.equal(status, 'Linked');
    assert.deepEqual(
      accounts.map((account) => [account.id, account.status, account.feedStartDate]),
      [['acc-1', 'connected', startsAt]],
    );
    const push = await call('POST', `${base}/push/bankAccounts/acc-1/bankTransactions`, {
      accountId: 'acc-1',
      transactions: [line(1, { date: '2026-06-10T10:00:00' })],
    });
    assert.equal(push.status, 200, push.text);
  });
}

test('an account disconnected inside Xero is disconnected at once, and can be connected again', async () => {
  const { call, connected, sandbox } = standing();
  const { companyId, connectionId, base, accountId } = await connected();
  const path = `/sandbox${base}/accounts/${accountId}/disconnect`;
  const ended = await call('POST', path);
  assert.deepEqual([ended.status, ended.body.status], [200, 'Linked']);
  assert.equal(ended.body.accounts[0].status, 'disconnected');
  assert.equal((await call('POST', path)).status, 409);
  const { accounts } = sandbox.control.authorize(companyId, connectionId, { accountIds: [accountId] });
  assert.equal(accounts[0]?.status, 'connected');
});

test('Codat learns ten days later of an account disconnected inside QuickBooks, unless it is connected again', async () => {
  const { connected, sandbox, clock } = standing();
  const { companyId, connectionId, accountId } = await connected('hcws', sourceAccount({ currency: 'USD' }));
  const { authorize, disconnectAccount } = sandbox.control;
  const status = (): string | undefined => authorize(companyId, connectionId).accounts[0]?.status;
  assert.equal(disconnectAccount(companyId, connectionId, accountId).accounts[0]?.status, 'connected');
  assert.throws(() => disconnectAccount(companyId, connectionId, accountId), /learns of it at 2026-06-20/);
  authorize(companyId, connectionId, { accountIds: [accountId] });
  await clock.advance(11 * 24 * 3_600_000);
  assert.equal(status(), 'connected');
  disconnectAccount(companyId, connectionId, accountId);
  await clock.advance(10 * 24 * 3_600_000);
  assert.equal(status(), 'disconnected');
});

test('collect lets QuickBooks take what Codat stored, and says how much', async () => {
  const { call, connected, sandbox, clock } = standing();
  const { companyId, connectionId, base, accountId, push } = await connected(
    'hcws',
    sourceAccount({ currency: 'USD' }),
  );
  await call('POST', push, {
    accountId,
    transactions: [line(1, { date: '2026-06-09' }), line(2, { date: '2026-06-10' })],
  });
  await clock.advance(1000);
  assert.equal(sandbox.ledger.entries().length, 0);
  const collected = await call('POST', `/sandbox${base}/collect`);
  assert.deepEqual([collected.status, collected.body], [200, { landed: 2 }]);
  assert.equal(sandbox.ledger.entries().length, 2);
  assert.equal(sandbox.control.collect(companyId, connectionId), 0);
  sandbox.control.revoke(companyId, connectionId);
  assert.throws(() => sandbox.control.collect(companyId, connectionId), /Deauthorized/);
});

test('the clock goes forward by an amount or to an instant; two moves at once add up', async () => {
  const { call, clock } = standing();
  const told = async (): Promise<string> => (await call('GET', '/sandbox/clock')).body.now;
  assert.equal(await told(), '2026-06-10T09:30:00.000Z');
  assert.equal((await call('POST', '/sandbox/clock', { now: '2026-06-10T12:00:00+02:00' })).status, 200);
  assert.equal(await told(), '2026-06-10T10:00:00.000Z');
  clock.after(500, () => Promise.resolve());
  await Promise.all([
    call('POST', '/sandbox/clock', { advanceMs: 1000 }),
    call('POST', '/sandbox/clock', { advanceMs: 2000 }),
    call('POST', '/sandbox/clock', { now: '2020-01-01T00:00:00Z' }),
    call('POST', '/sandbox/clock', { advanceMs: 3000 }),
  ]);
  assert.equal(await told(), '2026-06-10T10:00:06.000Z');
});

test('delays can be changed while it runs; what is planned keeps its moment', async () => {
  const { call, connected, clock, sandbox } = standing();
  const { accountId, push } = await connected();
  const send = (index: number) => call('POST', push, { accountId, transactions: [line(index)] });
  await send(1);
  const before = (await call('GET', '/sandbox/delays')).body;
  const changed = await call('PUT', '/sandbox/delays', { pushMs: 60_000 });
  assert.deepEqual(changed.body, { ...before, pushMs: 60_000 });
  await send(2);
  await clock.advance(before.pushMs);
  assert.equal(sandbox.ledger.entries().length, 1);
  await clock.advance(60_000);
  assert.equal(sandbox.ledger.entries().length, 2);
  assert.equal(sandbox.control.setDelays({ pushMs: undefined, webhookRetryMs: [] }).pushMs, 60_000);
  assert.throws(() => standing({ delays: { pushMs: -1 } }), TypeError);
  assert.throws(() => standing({ publicUrl: 'sandbox.test' }), /publicUrl: give an absolute http or https address/);
  // Every one of them can be changed, by either way.
  const all = Object.fromEntries(Object.keys(before).map((name) => [name, name === 'webhookRetryMs' ? [7] : 7]));
  assert.deepEqual((await call('PUT', '/sandbox/delays', all)).body, all);
  assert.deepEqual(standing({ delays: all }).sandbox.control.delays(), all);
});

test('the ledger over HTTP comes by page, or whole as lines of JSON', async () => {
  const { call, connected, clock, sandbox } = standing();
  const { accountId, push } = await connected();
  const transactions = Array.from({ length: 1000 }, (_, index) => line(index));
  await call('POST', push, { accountId, transactions });
  await call('POST', push, { accountId, transactions: [line(5000, { date: '2026-06-09' })] });
  await clock.advance(1000);
  const first = (await call('GET', '/sandbox/ledger')).body;
  assert.deepEqual([first.results.length, first.pageNumber, first.pageSize, first.totalResults], [1000, 1, 1000, 1001]);
  const last = (await call('GET', `/sandbox/ledger?page=3&pageSize=500&accountId=${accountId}`)).body;
  assert.deepEqual(
    last.results.map(({ transaction }: { transaction: { id: string } }) => transaction.id),
    ['t-5000'],
  );
  const lines = await sandbox.fetch(
    new Request('http://sandbox.test/sandbox/ledger', {
      headers: { authorization: `Basic ${btoa(sandbox.apiKey)}`, accept: 'application/x-ndjson' },
    }),
  );
  assert.equal(lines.headers.get('content-type'), 'application/x-ndjson');
  const all: unknown[] = (await lines.text())
    .trimEnd()
    .split('\n')
    .map((each) => JSON.parse(each));
  assert.deepEqual(all, JSON.parse(JSON.stringify(sandbox.ledger.entries())));
});
