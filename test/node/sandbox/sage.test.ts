import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { line, morning, sourceAccount, standing } from './harness.ts';
import { type Page, visitor } from './visitor.ts';

const minute = 60_000;

const folder = await mkdtemp(join(tmpdir(), 'sandbox-sage-'));
after(() => rm(folder, { recursive: true }));

async function offered(accounts: readonly object[], options: Parameters<typeof standing>[0] = {}) {
  const parts = standing(options);
  const { call, sandbox } = parts;
  const companyId = await parts.company();
  const path = `/companies/${companyId}/connections`;
  const connectionId: string = (await call('POST', path, { platformKey: 'olpr' })).body.id;
  const base = `${path}/${connectionId}`;
  const feeds = `${base}/connectionInfo/bankFeedAccounts`;
  for (const account of accounts) assert.equal((await call('POST', feeds, account)).status, 200);
  const browser = visitor({ sandbox });
  const { open, follow, send } = browser;
  const password = async (): Promise<string> => (await call('POST', `${base}/bankFeeds/otp`)).body.otp;
  const status = async (): Promise<string> => (await call('GET', base)).body.status;
  const states = async (): Promise<string[]> =>
    (await call('GET', feeds)).body.map((each: { status: string }) => each.status);

  /** From the door of Sage to the bank's sign-in, for one of Sage's accounts. */
  const leave = async (target = 'Business Current Account', business = 'Brightwater Trading'): Promise<Page> => {
    const banking = await follow(await open('/software/sage'), business);
    const search = await follow(await follow(banking, target), 'Connect Bank');
    return send(await send(search, 'Search', { q: 'Alder' }), 'Connect this bank');
  };
  /** …and through it, back to Sage. */
  const enter = async (target?: string, business?: string): Promise<Page> =>
    send(await leave(target, business), 'Sign in', { connectionId, otp: await password() });
  return { ...parts, ...browser, companyId, connectionId, base, feeds, password, status, states, leave, enter };
}

test('the user connects an account inside Sage with connection id and one-time password', async () => {
  const { leave, password, send, connectionId, status, states, call, feeds, base, clock, sandbox, companyId } =
    await offered([sourceAccount()]);
  const signIn = await leave();
  assert.equal(signIn.heading, 'Connect your bank account to Sage');
  // As a person types it.
  const otp = ` ${(await password()).toLowerCase()} `;
  const choice = await send(signIn, 'Sign in', { connectionId: connectionId.toUpperCase(), otp });
  assert.match(choice.url.pathname, /^\/software\/sage\/.+\/authorized$/);
  assert.match(choice.heading, /Which account feeds Business Current Account\?/);
  assert.equal(await status(), 'PendingAuth');
  const books = await send(choice, 'Confirm', { account: 'acc-1' });
  assert.match(books.text, /Waiting/);
  assert.equal(await status(), 'Linked');
  assert.deepEqual(await states(), ['pending']);
  await clock.advance(1500);
  assert.deepEqual(await states(), ['connected']);
  const { body: patched } = await call('PATCH', `${feeds}/acc-1`, { id: 'acc-1' });
  assert.equal(patched.feedStartDate, new Date(morning).toISOString());
  const { body } = await call('GET', feeds);
  assert.equal(body[0].feedStartDate, '2026-06-10');

  const push = `${base}/push/bankAccounts/acc-1/bankTransactions`;
  const transactions = [line(1, { date: '2026-06-10T09:00:00' })];
  await call('POST', push, { accountId: 'acc-1', transactions });
  await call('POST', push, { accountId: 'acc-1', transactions: [line(2, { date: '2026-06-09' })] });
  await clock.advance(1000);
  const { results } = (await call('GET', `/companies/${companyId}/push`)).body;
  assert.deepEqual(
    results.map((each: { status: string }) => each.status),
    ['Failed', 'Success'],
  );
  assert.equal(sandbox.ledger.entries().length, 1);
  // The page of the visit is over.
  assert.equal((await send(choice, 'Confirm', { account: 'acc-1' })).status, 401);
});

test('further accounts are connected the same way, one after the other', async () => {
  const accounts = [sourceAccount(), sourceAccount({ id: 'second', accountName: 'Savings' })];
  const { enter, send, states, clock, follow, open, connectionId, status } = await offered(accounts);
  await send(await enter(), 'Confirm', { account: 'acc-1' });
  await clock.advance(1500);
  const again = await enter('Business Savings');
  assert.match(again.text, /It feeds another account already/);
  assert.equal((await send(again, 'Confirm', { account: 'acc-1' })).status, 400);
  await send(again, 'Confirm', { account: 'second' });
  await clock.advance(1500);
  assert.deepEqual(await states(), ['connected', 'connected']);
  const savings = await follow(await open(`/software/${connectionId}`), 'Business Savings');
  await send(await follow(savings, 'Disconnect this account'), 'Disconnect this account');
  assert.deepEqual(await states(), ['connected', 'disconnected']);
  assert.equal(await status(), 'Linked');
});

test('a wrong, used, replaced or old password is said plainly and connects nothing', async () => {
  const { leave, send, connectionId, password, clock, status } = await offered([sourceAccount()]);
  const signIn = await leave();
  const answer = async (otp: string, id = connectionId): Promise<string> => {
    const page = await send(signIn, 'Sign in', { connectionId: id, otp });
    if (page.status === 200) return page.heading;
    assert.equal(page.status, 401);
    return /<p class="problem"[^>]*>([^<]*)</.exec(page.text)?.[1] ?? '';
  };
  const first = await password();
  assert.match(await answer('NOTONE'), /is not right/);
  assert.match(await answer(first, 'no-connection'), /connection ID is not known/);
  const second = await password();
  assert.match(await answer(first), /made a newer one-time password/);
  assert.match(await answer(second), /Which account feeds/);
  assert.match(await answer(second), /was used already/);
  const old = await password();
  await clock.advance(60 * minute);
  assert.match(await answer(old), /is too old/);
  assert.equal(await status(), 'PendingAuth');
});

test('only an account that fits can be picked', async () => {
  const accounts = [
    sourceAccount({ id: 'dollars', currency: 'USD' }),
    sourceAccount({ id: 'yen', currency: 'JPY' }),
    sourceAccount({ id: 'card', accountType: 'creditCard' }),
    sourceAccount(),
  ];
  const { enter, send, status } = await offered(accounts);
  const choice = await enter();
  assert.match(choice.text, /It is in USD; Business Current Account is in GBP/);
  assert.match(choice.text, /currency JPY of account yen is not enabled in Brightwater Trading/);
  assert.match(choice.text, /another type than Business Current Account/);
  for (const account of ['dollars', 'yen', 'card', 'nobody', '']) {
    const again = await send(choice, 'Confirm', { account });
    assert.equal(again.status, 400, account);
    assert.match(again.text, /role="alert"/);
  }
  assert.equal(await status(), 'PendingAuth');
  await send(choice, 'Confirm', { account: 'acc-1' });
  assert.equal(await status(), 'Linked');
});

test('the bank’s own sign-in page: Sage sends the user there, the bank authorizes, the user comes back', async () => {
  const { leave, call, base, open, send, states, clock, sandbox } = await offered([sourceAccount()], {
    sageLoginUrl: 'https://bank.test/sage?lang=en',
  });
  const left = new URL((await leave()).left ?? '');
  assert.equal(left.origin + left.pathname, 'https://bank.test/sage');
  assert.equal(left.searchParams.get('lang'), 'en');
  const [authorizationId = '', redirectUri = '', bankId = ''] = ['authorizationId', 'redirectUri', 'bankId'].map(
    (name) => left.searchParams.get(name) ?? '',
  );
  assert.match(redirectUri, /^http:\/\/sandbox\.test\/software\/sage\/[^?]+$/);
  const back = `${redirectUri}?state=${authorizationId}`;
  assert.equal((await open(back)).heading, 'Your bank did not confirm who you are');
  const path = `${base}/authorization`;
  assert.equal((await call('PUT', path, { authorizationId, bankId: 'another' })).status, 400);
  assert.equal((await call('PUT', path, { authorizationId, bankId })).status, 200);
  assert.equal((await open(`${redirectUri}?state=invented`)).heading, 'This sign-in is over');
  await send(await open(back), 'Confirm', { account: 'acc-1' });
  await clock.advance(1500);
  assert.deepEqual(await states(), ['connected']);
  assert.equal((await open(back)).status, 401);
  assert.equal(sandbox.ledger.entries().length, 0);
  assert.throws(() => standing({ sageLoginUrl: 'javascript:alert(1)' }), /sageLoginUrl/);
});

test('the link of Sage connects nothing: it says where to go', async () => {
  const { call, base, open, follow, status } = await offered([]);
  const { linkUrl } = (await call('GET', base)).body;
  const page = await open(linkUrl);
  assert.equal(page.heading, 'You connect your bank inside Sage');
  assert.equal((await follow(page, 'Open Sage')).heading, 'Sign in to your business');
  assert.equal((await open(linkUrl.replace(/otp=.*/, 'otp=zz-invented'))).status, 401);
  assert.equal(await status(), 'PendingAuth');
  assert.equal((await open('/link/sage')).status, 401);
  assert.equal((await open('/link/sage?authorizationId=invented')).heading, 'This page is opened by Sage');
});

test('a visit survives a restart, and so does an unlinked connection that is linked again', async () => {
  const dataFile = join(folder, 'state.json');
  const first = await offered([sourceAccount()], { dataFile });
  const choice = await first.enter();
  await first.sandbox.stop();
  const second = standing({ dataFile });
  const { open, send } = visitor(second);
  await send(await open(choice.url.href), 'Confirm', { account: 'acc-1' });
  await second.clock.advance(1500);
  await second.call('PATCH', first.base, { status: 'Unlinked' });
  await second.sandbox.stop();

  const third = standing({ dataFile });
  const browser = visitor(third);
  const books = await browser.open(`/software/${first.connectionId}`);
  const search = await browser.follow(books, 'Connect Bank');
  const signIn = await browser.send(await browser.send(search, 'Search', { q: 'Alder' }), 'Connect this bank');
  const { otp } = (await third.call('POST', `${first.base}/bankFeeds/otp`)).body;
  const again = await browser.send(signIn, 'Sign in', { connectionId: first.connectionId, otp });
  await browser.send(again, 'Confirm', { account: 'acc-1' });
  assert.equal((await third.call('GET', first.base)).body.status, 'Linked');
  assert.equal((await third.call('GET', first.feeds)).body[0].status, 'connected');
  await third.sandbox.stop();
});

test('a connection feeds one business', async () => {
  const { enter, send, states, clock, open, follow } = await offered([sourceAccount()]);
  await send(await enter(), 'Confirm', { account: 'acc-1' });
  await clock.advance(1500);
  const elsewhere = await enter('Business Current Account', 'Brightwater Trading (pounds only)');
  assert.equal(elsewhere.heading, 'This connection is in use');
  assert.equal((await follow(elsewhere, 'Back to banking')).status, 200);
  assert.equal((await open(elsewhere.url.pathname.replace('/authorized', '/accounts/nobody/connect'))).status, 404);
  assert.deepEqual(await states(), ['connected']);
});

test('a visit is forgotten once another begins a day later', async () => {
  const { enter, open, clock } = await offered([sourceAccount()]);
  const yesterday = await enter();
  await clock.advance(25 * 60 * minute);
  assert.equal((await open(yesterday.url.href)).status, 200);
  await enter();
  assert.equal((await open(yesterday.url.href)).heading, 'This sign-in is over');
});
