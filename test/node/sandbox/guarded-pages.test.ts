import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { sourceAccount, standing } from './harness.ts';
import { visitor } from './visitor.ts';

test('dots in a path, in any spelling, lead to nothing outside', async () => {
  const { sandbox } = standing();
  const { url } = await sandbox.start();
  const paths = [
    '/software/../../../etc/passwd',
    '/software/%2e%2e/%2e%2e/package.json',
    '/software/style.css/..%2f..%2f..%2fpackage.json',
    '/software/..%5c..%5cpackage.json',
    '/link/company/%2e%2e%2f%2e%2e%2fetc%2fpasswd',
    '//etc/passwd',
  ];
  for (const path of paths) {
    // Over a socket: every client would tidy the path before it is sent.
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk.toString();
      });
      socket.on('close', () => resolve(text));
      socket.write(`GET ${path} HTTP/1.1\r\nhost: sandbox.test\r\nconnection: close\r\n\r\n`);
    });
    assert.match(answer, /^HTTP\/1.1 40[14] /, path);
    assert.doesNotMatch(answer, /root:|"devDependencies"/, path);
  }
  await sandbox.stop();
});

test('after consent a user goes where the bank said, whatever stands in the link', async () => {
  const { sandbox, call, company, clock } = standing({
    redirectUrl: 'https://bank.test/back/{note}?status={statusCode}&to={redirectUrl}',
  });
  const companyId = await company();
  const connection = (await call('POST', `/companies/${companyId}/connections`, { platformKey: 'gbol' })).body;
  const link = new URL(connection.linkUrl);
  const otp = link.searchParams.get('otp') ?? '';
  link.searchParams.set('redirectUrl', 'https://elsewhere.test/');
  link.searchParams.set('note', '../..\r\nset-cookie: a=b//@elsewhere.test');
  const response = await sandbox.fetch(
    new Request(link, {
      method: 'POST',
      body: new URLSearchParams({ otp, answer: 'refuse', redirectUrl: '//x.test' }),
    }),
  );
  assert.equal(response.status, 303);
  const location = new URL(response.headers.get('location') ?? '');
  assert.equal(location.origin, 'https://bank.test');
  assert.equal(location.searchParams.get('to'), 'https://elsewhere.test/');
  assert.equal(response.headers.get('set-cookie'), null);
  assert.match(location.pathname, /^\/back\/[^/]+$/);
  clock.stop();
});

test('a sign-in at QuickBooks opens one business: a connection that feeds it feeds no other', async () => {
  const stage = standing();
  const { call, sandbox } = stage;
  const { companyId, connectionId, base } = await stage.linked('hcws');
  const feeds = `${base}/connectionInfo/bankFeedAccounts`;
  assert.equal((await call('POST', feeds, sourceAccount({ currency: 'USD' }))).status, 200);
  const { body: signIn } = await call('POST', `${feeds}/credentials`, {});
  const [own] = sandbox.control.organizations(companyId, 'hcws');
  const [other] = sandbox.control.organizations(await stage.company('Somebody Else'), 'hcws');
  const { open, send } = visitor(stage);
  const signedIn = await send(await open(`/software/quickbooks/${own?.id}/link/sign-in`), 'Sign in', {
    ...signIn,
    agree: 'yes',
  });
  assert.equal(signedIn.heading, 'Choose what to connect');
  const elsewhere = signedIn.url.href.replace(own?.id ?? '', other?.id ?? '');
  const shown = await open(elsewhere);
  assert.equal(shown.status, 401);
  assert.match(shown.text, /are in use for Brightwater Trading/);
  const sent = await sandbox.fetch(
    new Request(elsewhere, {
      method: 'POST',
      body: new URLSearchParams({ account: 'acc-1', 'target acc-1': 'new', 'start acc-1': '2026-06-09' }),
    }),
  );
  assert.equal(sent.status, 401);
  assert.equal((await call('GET', feeds)).body[0].status, 'pending');
  assert.equal(sandbox.control.authorize(companyId, connectionId).organizationId, own?.id);
});
