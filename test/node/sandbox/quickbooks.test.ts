import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createClock } from '../../../src/sandbox/index.ts';
import { line, morning, sourceAccount, standing } from './harness.ts';
import { visitor } from './visitor.ts';

const hour = 3_600_000;
const day = 24 * hour;
const dollars = (more: object = {}) => sourceAccount({ currency: 'USD', ...more });

const folder = await mkdtemp(join(tmpdir(), 'sandbox-quickbooks-'));
after(() => rm(folder, { recursive: true }));

/** A company at QuickBooks with source accounts and credentials; events as they leave. */
async function offered(accounts: readonly object[], options: Parameters<typeof standing>[0] = {}) {
  const events: { type: string; status: string }[] = [];
  const send = async (request: Request): Promise<Response> => {
    const { eventType, payload } = JSON.parse(await request.text());
    events.push({ type: eventType, status: payload.sourceAccount?.status ?? payload.connection?.status });
    return new Response();
  };
  const parts = standing({ webhooks: [{ url: 'http://receiver.test/' }], send, ...options });
  const { call, sandbox } = parts;
  const companyId = await parts.company();
  const connectionId: string = (await call('POST', `/companies/${companyId}/connections`, { platformKey: 'hcws' })).body
    .id;
  const base = `/companies/${companyId}/connections/${connectionId}`;
  const feeds = `${base}/connectionInfo/bankFeedAccounts`;
  for (const account of accounts) assert.equal((await call('POST', feeds, account)).status, 200);
  const { body: credentials } = await call('POST', `${feeds}/credentials`, {});
  const browser = visitor({ sandbox });
  const push = async (accountId: string, transactions: readonly object[]): Promise<string> => {
    const sent = await call('POST', `${base}/push/bankAccounts/${accountId}/bankTransactions`, {
      accountId,
      transactions,
    });
    assert.equal(sent.status, 200, sent.text);
    await parts.clock.advance(400);
    return (await call('GET', `/companies/${companyId}/push/${sent.body.pushOperationKey}`)).body.status;
  };
  const status = async (): Promise<string> => (await call('GET', base)).body.status;
  const accountStatuses = async (): Promise<string[]> =>
    (await call('GET', feeds)).body.map((each: { status: string }) => each.status);
  const landed = () => sandbox.ledger.entries({ connectionId }).map(({ transaction }) => transaction.id);

  /** From the door of QuickBooks to the choice of accounts. */
  const enter = async (signIn: { username: string; password: string } = credentials) => {
    const { open, follow, send: submit } = browser;
    const home = await open('/software/quickbooks');
    const books = await follow(home, 'Brightwater Trading');
    const search = await follow(books, 'Link account');
    const found = await submit(search, 'Search', { q: 'birch' });
    return submit(await follow(found, 'Alder & Birch Bank'), 'Sign in', { ...signIn, agree: 'yes' });
  };
  const books = `/software/${connectionId}`;
  return {
    ...parts,
    ...browser,
    companyId,
    connectionId,
    base,
    feeds,
    credentials,
    push,
    status,
    accountStatuses,
    landed,
    enter,
    books,
    events,
  };
}

test('the user links accounts inside QuickBooks: they are connected, and the events go out', async () => {
  const parts = await offered([dollars(), dollars({ id: 'second', accountName: 'Till account' })]);
  const { enter, send, status, accountStatuses, call, feeds, events, clock, sandbox, companyId } = parts;
  const choose = await enter();
  assert.equal(choose.heading, 'Choose what to connect');
  assert.match(choose.text, /Everyday account/);
  assert.equal(await status(), 'PendingAuth');
  const [organization] = sandbox.control.organizations(companyId, 'hcws');
  const target = organization?.accounts[0];
  assert.equal(target?.currency, 'USD');
  const books = await send(choose, 'Connect', {
    account: ['acc-1', 'second'],
    'target acc-1': target?.id ?? '',
    'start acc-1': '2026-06-08',
  });
  assert.match(books.url.pathname, /^\/software\/quickbooks\//);
  assert.match(books.text, /Till account/);
  assert.equal(await status(), 'Linked');
  assert.deepEqual(await accountStatuses(), ['connected', 'connected']);
  const { body } = await call('GET', feeds);
  assert.deepEqual(
    body.map(({ feedStartDate }: { feedStartDate: string }) => feedStartDate),
    ['2026-06-08', '2026-06-03'],
  );
  await clock.advance(1000);
  assert.deepEqual(
    events.slice(-4).map(({ type }) => type),
    [
      'connection.created',
      'connection.connected',
      'bankFeeds.sourceAccount.connected',
      'bankFeeds.sourceAccount.connected',
    ],
  );
});

test('what cannot be connected is said in the user’s words, and nothing is connected', async () => {
  const parts = await offered([dollars(), dollars({ id: 'second' }), sourceAccount({ id: 'euros', currency: 'JPY' })]);
  const { enter, send, status, credentials, sandbox, companyId } = parts;
  const wrong = await enter({ ...credentials, password: 'wrong' });
  assert.equal(wrong.status, 401);
  assert.match(wrong.text, /The user name or the password is not right/);
  assert.match(wrong.text, /role="alert" tabindex="-1" autofocus/);
  assert.doesNotMatch(wrong.text, /value="wrong"/);
  const disagreed = await send(wrong, 'Sign in', credentials);
  assert.match(disagreed.text, /Tick that you agree/);

  const choose = await enter();
  assert.match(choose.text, /The currency JPY of account euros is not enabled in Brightwater Trading/);
  const target = sandbox.control.organizations(companyId, 'hcws')[0]?.accounts[0]?.id ?? '';
  for (const [fill, message] of [
    [{}, /Tick at least one account/],
    [{ account: 'nobody' }, /does not offer one of these accounts/],
    [{ account: 'euros' }, /currency JPY/],
    [{ account: 'acc-1', 'target acc-1': 'nonsense' }, /Choose another account in QuickBooks/],
    [{ account: ['acc-1', 'second'], 'target acc-1': target, 'target second': target }, /by one account only/],
    [{ account: 'acc-1', 'start acc-1': '2026-06-11' }, /today or earlier/],
    [{ account: 'acc-1', 'start acc-1': '2026-02-30' }, /today or earlier/],
  ] as const) {
    const again = await send(choose, 'Connect', fill);
    assert.equal(again.status, 400);
    assert.match(again.text, message);
  }
  assert.equal(await status(), 'PendingAuth');
});

test('QuickBooks collects what Codat stored on Update, and only what is new enough', async () => {
  const { enter, send, push, landed, open, books, call, feeds } = await offered([dollars()]);
  await send(await enter(), 'Connect', { account: 'acc-1', 'start acc-1': '2026-06-05' });
  const lines = ['2026-06-02', '2026-06-04', '2026-06-05', '2026-06-09T10:00:00'].map((date, index) =>
    line(index, { date, balance: 10 + index, counterparty: 'Ignored', reference: 'Ignored' }),
  );
  assert.equal(await push('acc-1', lines), 'Success');
  assert.deepEqual(landed(), []);
  assert.equal((await call('GET', feeds)).body[0].balance, 13);
  assert.match((await open(books)).text, /No bank transactions have arrived/);
  const updated = await send(await open(books), 'Update');
  assert.match(updated.text, /Updated: 2 transactions arrived/);
  assert.deepEqual(landed(), ['t-2', 't-3']);
  assert.match(updated.text, /Purchase 3/);
  assert.doesNotMatch(updated.text, /Ignored/);
  assert.match(updated.text, /\$13\.00/);
  assert.match((await send(updated, 'Update')).text, /Updated: 0 transactions arrived/);
});

test('a start date of long ago is ignored: seven days count, from the moment of collecting', async () => {
  const { enter, send, push, landed, clock } = await offered([dollars()]);
  await send(await enter(), 'Connect', { account: 'acc-1', 'start acc-1': '2026-01-01' });
  const dates = ['2026-06-02', '2026-06-03', '2026-06-04', '2026-06-10'];
  assert.equal(
    await push(
      'acc-1',
      dates.map((date, index) => line(index, { date })),
    ),
    'Success',
  );
  // The daily schedule runs on the eleventh.
  await clock.advance(day);
  assert.deepEqual(landed(), ['t-2', 't-3']);
});

test('a line older than the newest one stored or landed fails', async () => {
  const { enter, send, push, landed, open, books } = await offered([dollars()]);
  await send(await enter(), 'Connect', { account: 'acc-1' });
  assert.equal(await push('acc-1', [line(1, { date: '2026-06-09' })]), 'Success');
  assert.equal(await push('acc-1', [line(2, { date: '2026-06-08' })]), 'Failed');
  await send(await open(books), 'Update');
  assert.equal(await push('acc-1', [line(3, { date: '2026-06-08' })]), 'Failed');
  assert.equal(await push('acc-1', [line(4, { date: '2026-06-09' })]), 'Success');
  await send(await open(books), 'Update');
  assert.deepEqual(landed(), ['t-1', 't-4']);
});

test('what is stored survives a restart and is collected on schedule', async () => {
  const dataFile = join(folder, 'state.json');
  const first = await offered([dollars()], { dataFile });
  await first.send(await first.enter(), 'Connect', { account: 'acc-1' });
  assert.equal(await first.push('acc-1', [line(1, { date: '2026-06-10' })]), 'Success');
  await first.sandbox.stop();
  const clock = createClock({ start: morning + hour, running: false });
  const second = standing({ dataFile, clock });
  await clock.advance(day);
  assert.equal(second.sandbox.ledger.entries().length, 1);
  const { open, follow, send } = visitor(second);
  const ending = await follow(await open(first.books), 'Disconnect this account');
  await send(ending, 'Disconnect this account');
  await second.sandbox.stop();

  const later = createClock({ start: morning + 2 * day, running: false });
  const third = standing({ dataFile, clock: later });
  const status = async () => (await third.call('GET', first.feeds)).body[0].status;
  await later.advance(9 * day - hour);
  assert.equal(await status(), 'connected');
  await later.advance(2 * hour);
  assert.equal(await status(), 'disconnected');
  await third.sandbox.stop();
  const fourth = standing({ dataFile, clock: createClock({ start: morning + 13 * day, running: false }) });
  await fourth.clock.advance(1);
  assert.equal((await fourth.call('GET', first.base)).body.status, 'Unlinked');
  await fourth.sandbox.stop();
});

test('an account the user disconnects fails at once and shows it after ten days, the connection a day later', async () => {
  const parts = await offered([dollars(), dollars({ id: 'second', accountName: 'Till account' })]);
  const { enter, send, follow, open, push, status, accountStatuses, clock, landed, books, events } = parts;
  await send(await enter(), 'Connect', { account: ['acc-1', 'second'] });
  const page = await follow(await open(books), 'Everyday account');
  const ask = await follow(page, 'Disconnect this account');
  assert.equal(ask.heading, 'Disconnect Everyday account?');
  const gone = await send(ask, 'Disconnect this account');
  assert.doesNotMatch(gone.text, /Disconnect this account/);
  assert.deepEqual(await accountStatuses(), ['connected', 'connected']);
  assert.equal(await push('acc-1', [line(1, { date: '2026-06-10' })]), 'Failed');
  assert.equal(await push('second', [line(2, { date: '2026-06-10' })]), 'Success');

  await clock.advance(10 * day - 1000);
  assert.deepEqual(await accountStatuses(), ['connected', 'connected']);
  await clock.advance(1000);
  assert.deepEqual(await accountStatuses(), ['disconnected', 'connected']);
  assert.deepEqual(landed(), ['t-2']);
  await clock.advance(2 * day);
  assert.equal(await status(), 'Linked');

  const till = await follow(await open(books), 'Till account');
  await send(await follow(till, 'Disconnect this account'), 'Disconnect this account');
  await clock.advance(10 * day);
  assert.deepEqual(await accountStatuses(), ['disconnected', 'disconnected']);
  assert.equal(await status(), 'Linked');
  await clock.advance(day);
  assert.equal(await status(), 'Unlinked');
  await clock.advance(1000);
  assert.deepEqual(
    events.slice(-3).map(({ type }) => type),
    ['bankFeeds.sourceAccount.disconnected', 'bankFeeds.sourceAccount.disconnected', 'connection.disconnected'],
  );
});

test('an account that was disconnected can be linked again, before Codat has noticed and after', async () => {
  const { enter, send, follow, open, push, accountStatuses, clock, status, books } = await offered([dollars()]);
  await send(await enter(), 'Connect', { account: 'acc-1' });
  const disconnect = async () =>
    send(await follow(await open(books), 'Disconnect this account'), 'Disconnect this account');
  await disconnect();
  await clock.advance(day);
  await send(await enter(), 'Connect', { account: 'acc-1' });
  await clock.advance(12 * day);
  assert.deepEqual(await accountStatuses(), ['connected']);
  assert.equal(await push('acc-1', [line(1, { date: '2026-06-23' })]), 'Success');
  await disconnect();
  await clock.advance(11 * day);
  assert.equal(await status(), 'Unlinked');
  await send(await enter(), 'Connect', { account: 'acc-1' });
  assert.equal(await status(), 'Linked');
  assert.deepEqual(await accountStatuses(), ['connected']);
});

test('a connection that was unlinked goes on when the user signs in to the bank again', async () => {
  const { enter, send, call, base, push, status, open, books } = await offered([dollars()]);
  await send(await enter(), 'Connect', { account: 'acc-1' });
  await push('acc-1', [line(1, { date: '2026-06-10' })]);
  await call('PATCH', base, { status: 'Unlinked' });
  const ended = await open(books);
  assert.match(ended.text, /The connection to your bank has ended/);
  assert.doesNotMatch(ended.text, />\s*Update\s*</);
  await send(await enter(), 'Connect');
  assert.equal(await status(), 'Linked');
  assert.match((await send(await open(books), 'Update')).text, /1 transaction arrived/);
});

test('credentials belong to one business, and a ticket ends with them', async () => {
  const { enter, send, open, follow, call, feeds, credentials } = await offered([dollars()]);
  const choose = await enter();
  await send(choose, 'Connect', { account: 'acc-1' });
  const other = await follow(await open('/software/quickbooks'), 'Brightwater Trading (dollars only)');
  const signIn = await follow(await send(await follow(other, 'Link account'), 'Search', { q: 'a' }), 'Alder');
  const refused = await send(signIn, 'Sign in', { ...credentials, agree: 'yes' });
  assert.match(refused.text, /These credentials are in use for Brightwater Trading/);
  await call('DELETE', `${feeds}/credentials`);
  assert.equal((await open(choose.url.href)).status, 401);
  assert.equal((await send(choose, 'Connect', { account: 'acc-1' })).status, 401);
  const invented = new URL(choose.url);
  invented.searchParams.set('ticket', 'x'.repeat(43));
  assert.equal((await open(invented.href)).status, 401);
});

test('whoever signs in again where the sign-in had ended comes to the accounts', async () => {
  const { enter, open, send, call, feeds } = await offered([dollars()]);
  const choose = await enter();
  await call('DELETE', `${feeds}/credentials`);
  const ended = await open(`${choose.url.pathname}${choose.url.search}`);
  assert.match(ended.text, /not signed in to your bank any more/);
  const { body: renewed } = await call('POST', `${feeds}/credentials`, {});
  const again = await send(ended, 'Sign in', { ...renewed, agree: 'yes' });
  assert.equal(again.heading, 'Choose what to connect');
});

test('the pages say so when there is nothing: no business, no bank of that name, no account, no page', async () => {
  const empty = standing();
  const { open } = visitor(empty);
  assert.match((await open('/software/quickbooks')).text, /No business is here yet/);
  assert.equal((await open('/software/quickbooks/nobody')).status, 404);
  const { enter, send: submit, follow, open: visit, connectionId } = await offered([]);
  assert.match((await enter()).text, /Your bank offers no account here yet/);
  const waiting = await visit(`/software/${connectionId}`);
  assert.equal(waiting.heading, 'Nothing is connected yet');
  const home = await follow(waiting, 'Open QuickBooks');
  const search = await follow(await follow(home, 'Brightwater Trading'), 'Link account');
  assert.match((await submit(search, 'Search', { q: '<b>' })).text, /No bank is called “<bdi translate="no">&lt;b&gt;/);
});

test('hostile names are shown as text on every step', async () => {
  const hostile = `"><script>alert('1')</script><b x='`;
  const { enter, send, accountStatuses, open, books } = await offered([
    dollars({ id: hostile, accountName: hostile }),
    dollars({ id: 'other', accountName: hostile, currency: 'JPY' }),
  ]);
  const choose = await enter();
  const refused = await send(choose, 'Connect', { account: hostile, [`start ${hostile}`]: hostile });
  const wrong = await enter({ username: hostile, password: hostile });
  const missed = await open(`${choose.url.pathname.replace('/accounts', '')}?q=${encodeURIComponent(hostile)}`);
  await send(choose, 'Connect', { account: hostile });
  assert.deepEqual(await accountStatuses(), ['connected', 'pending']);
  for (const { text } of [choose, refused, wrong, missed, await open(books)]) {
    assert.match(text, /&lt;script&gt;|&lt;SCRIPT&gt;/);
    assert.doesNotMatch(text, /<script|<b x/i);
  }
});

test('many accounts are shown fifty at a time', async () => {
  const { enter, send, follow, accountStatuses } = await offered(
    Array.from({ length: 60 }, (_, index) => dollars({ id: `many-${index}`, accountName: `Account ${index}` })),
  );
  const first = await enter();
  assert.match(first.text, /Page 1 of 2/);
  assert.doesNotMatch(first.text, /Account 50</);
  const second = await follow(first, 'More accounts');
  assert.match(second.text, /Account 59</);
  const again = await send(second, 'Connect');
  assert.match(again.text, /Page 2 of 2/);
  await send(again, 'Connect', { account: 'many-59' });
  assert.equal((await accountStatuses()).at(-1), 'connected');
  assert.match((await follow(second, 'Accounts before')).text, /Page 1 of 2/);
});

test('a form that is too long is refused', async () => {
  const { enter, send } = await offered([dollars()]);
  const page = await send(await enter(), 'Connect', { account: 'x'.repeat(70_000) });
  assert.equal(page.status, 400);
  assert.equal(page.heading, 'This could not be read');
});
