import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { standing } from './harness.ts';

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
