import assert from 'node:assert/strict';
import { test } from 'node:test';
import { line, morning, sourceAccount, standing } from './harness.ts';
import { visitor } from './visitor.ts';

const hour = 3_600_000;

async function waiting(platformKey: string, options: Parameters<typeof standing>[0] = {}) {
  const parts = standing(options);
  const companyId = await parts.company();
  const { body } = await parts.call('POST', `/companies/${companyId}/connections`, { platformKey });
  const base = `/companies/${companyId}/connections/${body.id}`;
  return { ...parts, ...visitor(parts), companyId, connectionId: String(body.id), base };
}

test('each call makes another set of credentials, whatever JSON it is sent', async () => {
  const { call, base } = await waiting('hcws');
  const path = `${base}/connectionInfo/bankFeedAccounts/credentials`;
  const seen = new Set<string>();
  for (const body of ['{}', '"e30="', '{"any":["thing"]}', 'null', undefined]) {
    const made = await call('POST', path, body);
    assert.equal(made.status, 200, made.text);
    assert.deepEqual(Object.keys(made.body), ['username', 'password']);
    assert.match(made.body.username, /^[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}$/);
    assert.match(made.body.password, /^[A-Za-z0-9]{16}$/);
    seen.add(made.body.username).add(made.body.password);
  }
  assert.equal(seen.size, 10);
  assert.equal((await call('POST', path, '{')).status, 400);
  // `credentials` is a word of the path, not an account.
  assert.equal((await call('DELETE', path)).status, 204);
  assert.equal((await call('DELETE', path)).status, 204);
});

test('only QuickBooks has credentials, only Sage one-time passwords and authorization', async () => {
  for (const platformKey of ['gbol', 'hcws', 'olpr', 'fbrh', 'akxx', 'qudb']) {
    const { call, base } = await waiting(platformKey);
    const quickbooks = platformKey === 'hcws';
    const sage = platformKey === 'olpr';
    const credentials = `${base}/connectionInfo/bankFeedAccounts/credentials`;
    assert.equal((await call('POST', credentials, {})).status, quickbooks ? 200 : 404, platformKey);
    assert.equal((await call('DELETE', credentials)).status, quickbooks ? 204 : 404, platformKey);
    const otp = await call('POST', `${base}/bankFeeds/otp`);
    assert.equal(otp.status, sage ? 200 : 400, platformKey);
    const authorization = await call('PUT', `${base}/authorization`, { authorizationId: 'a', bankId: 'b' });
    assert.equal(authorization.status, sage ? 200 : 404, platformKey);
    for (const { status, body } of [otp, authorization]) if (status >= 400) assert.equal(body.statusCode, status);
  }
  const { call } = standing();
  assert.equal((await call('POST', '/companies/x/connections/y/bankFeeds/otp')).status, 404);
});

test('a one-time password says until when it is good, in UTC', async () => {
  const { call, base } = await waiting('olpr');
  const { status, body } = await call('POST', `${base}/bankFeeds/otp`);
  assert.equal(status, 200);
  assert.deepEqual(Object.keys(body), ['otp', 'expiry']);
  assert.match(body.otp, /^[A-Z0-9]{6}$/);
  assert.equal(body.expiry, new Date(morning + hour).toISOString());
});

test('authorization takes an id and answers the connection as it stands', async () => {
  const { call, base, connectionId } = await waiting('olpr');
  const path = `${base}/authorization`;
  const { status, body } = await call('PUT', path, { authorizationId: 'ae6b6e5d-4634-4087-80e3-b04ecafb0cf7' });
  assert.equal(status, 200);
  assert.equal(body.id, connectionId);
  assert.equal(body.status, 'PendingAuth');
  for (const wrong of [{}, { authorizationId: 7 }, { authorizationId: '' }, [], undefined]) {
    assert.equal((await call('PUT', path, wrong)).status, 400);
  }
});

test('the page at the link shows one set, once, and can revoke it', async () => {
  const { call, base, open, send, follow, clock } = await waiting('hcws');
  const linkUrl = async (): Promise<string> => (await call('GET', base)).body.linkUrl;
  const url = await linkUrl();
  const first = await open(url);
  assert.equal(first.heading, 'Set up QuickBooks');
  assert.equal((await open(url)).status, 200);
  const shown = await send(first, 'Get credentials');
  assert.equal(shown.status, 200);
  const [username, password] = [...shown.text.matchAll(/<dd translate="no">([^<]+)<\/dd>/g)].map(([, text]) => text);
  assert.match(username ?? '', /^[A-Z0-9-]{14}$/);
  assert.match(password ?? '', /^[A-Za-z0-9]{16}$/);
  assert.equal((await follow(shown, 'Open QuickBooks')).heading, 'Sign in to your business');
  // Used up, for the page and for the form.
  assert.equal((await open(url)).status, 401);
  assert.equal((await send(first, 'Get credentials')).status, 401);
  const revoked = await send(shown, 'Revoke credentials');
  assert.equal(revoked.heading, 'The credentials are revoked');
  assert.equal((await send(shown, 'Revoke credentials')).status, 401);
  const late = await linkUrl();
  await clock.advance(hour);
  assert.equal((await open(late)).status, 401);
  assert.equal((await open(await linkUrl())).status, 200);
});

test('revoked credentials end writing, new ones in QuickBooks resume it', async () => {
  const { call, connected, clock, sandbox } = standing();
  const { companyId, connectionId, base, accountId, push } = await connected(
    'hcws',
    sourceAccount({ currency: 'USD' }),
  );
  const path = `${base}/connectionInfo/bankFeedAccounts/credentials`;
  const outcome = async (index: number): Promise<string> => {
    const sent = await call('POST', push, { accountId, transactions: [line(index, { date: '2026-06-10' })] });
    assert.equal(sent.status, 200, sent.text);
    await clock.advance(400);
    const { body } = await call('GET', `/companies/${companyId}/push/${sent.body.pushOperationKey}`);
    return body.status === 'Failed' ? body.errorMessage : body.status;
  };
  await call('POST', path, {});
  assert.equal(await outcome(1), 'Success');
  assert.equal((await call('DELETE', path)).status, 204);
  assert.match(await outcome(2), /credentials .* were revoked/);
  assert.equal((await call('GET', base)).body.status, 'Linked');

  const { open, follow, send } = visitor({ sandbox });
  const books = await open(`/software/${connectionId}`);
  assert.match(books.text, /does not know the user name and password any more/);
  const nothing = await send(books, 'Update');
  assert.match(nothing.text, /Updated: 0 transactions arrived/);
  const { body: credentials } = await call('POST', path, {});
  assert.match(await outcome(3), /were revoked/);
  const signIn = await follow(
    await send(await follow(books, 'Link account'), 'Search', { q: 'alder' }),
    'Alder & Birch',
  );
  const inside = await send(signIn, 'Sign in', { ...credentials, agree: 'yes' });
  assert.equal(inside.heading, 'Choose what to connect');
  assert.match(inside.text, /Connected already/);
  assert.equal(await outcome(4), 'Success');
  // What was stored before the credentials were revoked is collected after all.
  const updated = await send(await open(`/software/${connectionId}`), 'Update');
  assert.match(updated.text, /Updated: 2 transactions arrived/);
  assert.deepEqual(
    sandbox.ledger.entries().map(({ transaction }) => transaction.id),
    ['t-1', 't-4'],
  );
});
