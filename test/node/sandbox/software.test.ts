import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAmount, formatDate, masked } from '../../../src/sandbox/software/format.ts';
import { line, sourceAccount, standing } from './harness.ts';

/** A visitor's browser: no key, forms as a page would send them. */
function visitor(parts: ReturnType<typeof standing>) {
  const get = async (url: string) => {
    const response = await parts.sandbox.fetch(new Request(new URL(url, 'http://sandbox.test')));
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const post = async (url: string, form: Record<string, string>) => {
    const body = new URLSearchParams(form);
    const response = await parts.sandbox.fetch(
      new Request(new URL(url, 'http://sandbox.test'), { method: 'POST', body }),
    );
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  return { get, post };
}

async function waiting(options: Parameters<typeof standing>[0] = {}) {
  const parts = standing(options);
  const companyId = await parts.company();
  const path = `/companies/${companyId}/connections`;
  const { body } = await parts.call('POST', path, { platformKey: 'gbol' });
  const own = `${path}/${body.id}`;
  const status = async (): Promise<string> => (await parts.call('GET', own)).body.status;
  const linkUrl = async (): Promise<string> => (await parts.call('GET', own)).body.linkUrl;
  return { ...parts, ...visitor(parts), companyId, connectionId: String(body.id), own, status, linkUrl };
}

const otpOf = (url: string): string => new URL(url).searchParams.get('otp') ?? '';

test('sign in, choose the organization, allow: the connection is linked and the user returns', async () => {
  const { get, post, linkUrl, status, sandbox, companyId, own, call } = await waiting({
    redirectUrl:
      'http://bank.test/back/{sourceType}?status={statusCode}&error={errorMessage}&journey={journey}&c={connectionId}',
  });
  const url = await linkUrl();
  const first = await get(url);
  assert.equal(first.status, 200);
  assert.match(first.text, /<h1>\s*Sign in/);
  const policy = first.headers.get('content-security-policy') ?? '';
  assert.match(policy, /default-src 'none'; style-src 'self'/);
  assert.match(policy, /frame-ancestors \*/);
  assert.doesNotMatch(first.text, /<script|style=|javascript:/);
  const second = await get(`${url}&user=owner%40example.com&journey=a%26b`);
  const [organization] = sandbox.control.organizations(companyId, 'gbol');
  assert.match(second.text, new RegExp(`value="${organization?.id}"`));
  assert.match(second.text, /action="\?journey=a%26amp;b|action="\?journey=a%26b"/);
  const answer = await post(`${new URL(url).pathname}?journey=a%26b`, {
    otp: otpOf(url),
    organization: organization?.id ?? '',
    answer: 'allow',
  });
  assert.equal(answer.status, 303);
  const connectionId = own.split('/').at(-1);
  assert.equal(
    answer.headers.get('location'),
    `http://bank.test/back/Accounting?status=200&error=&journey=a%26b&c=${connectionId}`,
  );
  assert.equal(await status(), 'Linked');
  assert.equal((await call('GET', `${own}/bankFeeds/info`)).body.companyName, 'Brightwater Trading');
  assert.equal((await get(url)).status, 401);
  assert.match((await get(await linkUrl())).text, /linked already/);
});

test('refusing leaves the connection as it was', async () => {
  const { post, linkUrl, status, own, call } = await waiting({
    redirectUrl: 'http://bank.test/?s={statusCode}&m={errorMessage}',
  });
  const url = await linkUrl();
  const answer = await post(url, { otp: otpOf(url), answer: 'refuse' });
  assert.equal(answer.headers.get('location'), 'http://bank.test/?s=403&m=User%20cancelled');
  assert.equal(await status(), 'PendingAuth');
  const { body } = await call('GET', own);
  assert.equal(body.dataConnectionErrors[0].statusCode, '403');
  assert.equal(body.dataConnectionErrors[0].status, 'Active');
});

test('without a redirect address the page itself says how it ended', async () => {
  const allowed = await waiting();
  const url = await allowed.linkUrl();
  const [organization] = allowed.sandbox.control.organizations(allowed.companyId, 'gbol');
  const form = { otp: otpOf(url), organization: organization?.id ?? '' };
  assert.equal((await allowed.post(url, form)).status, 400);
  assert.equal((await allowed.post(url, { ...form, organization: 'x', answer: 'allow' })).status, 400);
  assert.match((await allowed.post(url, { ...form, answer: 'allow' })).text, /Connected/);
  const refused = await waiting();
  const other = await refused.linkUrl();
  assert.match((await refused.post(other, { otp: otpOf(other), answer: 'refuse' })).text, /Not connected/);
});

test('a link is worth nothing when it is old, used, invented or for another connection', async () => {
  const { get, post, linkUrl, clock, company, call, status } = await waiting();
  const url = await linkUrl();
  await clock.advance(24 * 3_600_000 - 1);
  assert.equal((await get(url)).status, 200);
  await clock.advance(1);
  assert.equal((await get(url)).status, 401);
  assert.equal((await post(url, { otp: otpOf(url), answer: 'refuse' })).status, 401);
  assert.equal((await get(url.replace(/otp=.*/, 'otp=zz-invented'))).status, 401);
  assert.equal((await get(url.replace(/\?.*/, ''))).status, 401);
  const other = await company();
  const { body } = await call('POST', `/companies/${other}/connections`, { platformKey: 'hcws' });
  assert.equal((await get(`${new URL(url).pathname}?otp=${otpOf(body.linkUrl)}`)).status, 401);
  assert.equal((await get(body.linkUrl)).status, 200);
  await clock.advance(3_600_000);
  assert.equal((await get(body.linkUrl)).status, 401);
  assert.equal((await get(`/link/companies/${other}/connections/nonsense/start`)).status, 404);
  assert.equal((await post(`/link/companies/${other}/connections/nonsense/start`, {})).status, 404);
  assert.equal(await status(), 'PendingAuth');
});

test('the redirect address is checked when it is set', () => {
  const { sandbox } = standing();
  for (const url of ['nonsense', 'javascript:alert(1)', '/back']) {
    assert.throws(() => sandbox.control.setRedirectUrl(url), /redirectUrl/);
    assert.throws(() => standing({ redirectUrl: url }), /redirectUrl/);
  }
  sandbox.control.setRedirectUrl(undefined);
});

test("a company's own page leads to its connections", async () => {
  const { get, companyId, connectionId, sandbox } = await waiting();
  const page = await get(`/link/company/${companyId}`);
  assert.match(page.text, /Connect Xero \(simulated\)/);
  sandbox.control.authorize(companyId, connectionId);
  assert.match((await get(`/link/company/${companyId}`)).text, /connected/);
  assert.equal((await get('/link/company/nobody')).status, 404);
  const empty = standing();
  assert.match((await visitor(empty).get(`/link/company/${await empty.company()}`)).text, /Nothing to connect/);
});

test('2,500 lines arrive and the page stays light', async () => {
  const parts = standing();
  const { call, connected, clock } = parts;
  const { companyId, connectionId, accountId, push } = await connected();
  const { get } = visitor(parts);
  for (const [from, to] of [
    [0, 1000],
    [1000, 2000],
    [2000, 2500],
  ] as const) {
    const transactions = Array.from({ length: to - from }, (_, index) => line(from + index));
    assert.equal((await call('POST', push, { accountId, transactions })).status, 200);
    await clock.advance(1000);
  }
  const page = await get(`/software/${connectionId}`);
  assert.equal(page.status, 200);
  assert.equal(page.headers.get('refresh'), '3');
  assert.ok(page.text.length < 60_000, `${page.text.length} characters`);
  assert.match(page.text, /Xero \(simulated\)/);
  assert.match(page.text, /2,500 transactions/);
  assert.match(page.text, /Page 1 of 50/);
  assert.match(page.text, /Purchase 2499/);
  assert.doesNotMatch(page.text, /Purchase 2449</);
  assert.match(page.text, /−1,499\.00/);
  const last = await get(`/software/${connectionId}?page=50`);
  assert.equal(last.headers.get('refresh'), null);
  assert.match(last.text, /Purchase 0</);
  assert.match((await get(`/software/${connectionId}?page=999`)).text, /Page 50 of 50/);
  assert.match((await get(`/software/${connectionId}?page=-1&updates=off`)).text, /Resume updates/);
  const redirected = await get(`/software?company=${companyId}`);
  assert.equal(redirected.headers.get('location'), `/software/${connectionId}`);
  await call('PATCH', `/companies/${companyId}/connections/${connectionId}`, { status: 'Unlinked' });
  assert.match((await get(`/software/${connectionId}`)).text, /has ended/);
});

test('before anything is connected the pages say so', async () => {
  const { get, connectionId, companyId } = await waiting();
  assert.match((await get('/software')).text, /Nothing is connected yet/);
  assert.match((await get(`/software?company=${companyId}`)).text, /Nothing is connected yet/);
  assert.match((await get(`/software/${connectionId}`)).text, /Nothing is connected yet/);
  assert.equal((await get('/software/nonsense')).status, 404);
  const css = await get('/software/style.css');
  assert.equal(css.headers.get('content-type'), 'text/css; charset=utf-8');
  assert.match(css.text, /light-dark/);
});

test('hostile strings are shown as text', async () => {
  const parts = standing();
  const { call, connected, clock } = parts;
  const hostile = `<img src=x onerror="alert('1')">&lt;`;
  const { connectionId, accountId, push } = await connected(
    'gbol',
    sourceAccount({ id: '"><script>', accountName: hostile }),
  );
  const transactions = [line(1, { id: '<b>', description: hostile, counterparty: hostile, reference: '</td>' })];
  assert.equal((await call('POST', push, { accountId, transactions })).status, 200);
  await clock.advance(1000);
  const { text } = await visitor(parts).get(
    `/software/${connectionId}?account=%22%3E%3Cscript%3E&updates=%22%3E%3Cb%3E`,
  );
  assert.doesNotMatch(text, /<img|<script|<b>/);
  assert.match(text, /&lt;img src=x onerror=&quot;/);
  assert.match(text, /1 transaction /);
  const index = await visitor(parts).get('/software');
  assert.match(index.text, new RegExp(`/software/${connectionId}`));
});

test('a masked account number stays in one line', () => {
  assert.equal(masked('70124242'), '••••\u00a04242');
  assert.equal(masked(undefined), '');
});

test('amounts and dates are written without arithmetic', () => {
  assert.equal(formatAmount('-1234.5'), '−1,234.50');
  assert.equal(formatAmount('123456789012345678901234567890.125'), '123,456,789,012,345,678,901,234,567,890.125');
  assert.equal(formatAmount('0'), '0.00');
  assert.equal(formatDate('2026-06-01'), '1 Jun 2026');
  assert.equal(formatDate('2026-12-31T23:59:59-05:00'), '31 Dec 2026 23:59');
});
