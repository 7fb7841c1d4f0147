import assert from 'node:assert/strict';
import { test } from 'node:test';
import { line, sourceAccount, standing } from './harness.ts';
import { visitor } from './visitor.ts';

test('FreeAgent gets a transfer in as OTHER, a transfer out as it is', async () => {
  const { call, connected, clock, sandbox } = standing();
  const { connectionId, accountId, push } = await connected('fbrh');
  const transactions = [
    line(1, { description: 'From savings', amount: 1.6, transactionType: 'Xfer' }),
    line(2, { description: 'To savings', amount: -1.6, transactionType: 'Xfer' }),
    line(3, { description: 'Nothing said', amount: -2, transactionType: undefined }),
  ];
  assert.equal((await call('POST', push, { accountId, transactions })).status, 200);
  await clock.advance(1000);
  const { text } = await visitor({ sandbox }).open(`/software/${connectionId}`);
  assert.match(text, /From savings\/\/OTHER\/£1\.60</);
  assert.match(text, /To savings\/\/XFER\/£1\.60</);
  assert.match(text, /Nothing said</);
  assert.deepEqual(
    sandbox.ledger.entries().map(({ transaction }) => transaction.transactionType),
    ['Other', 'Xfer', undefined],
  );
});

test('other software gets a transfer as it is', async () => {
  const { call, connected, clock, sandbox } = standing();
  const { connectionId, accountId, push } = await connected('gbol');
  const transactions = [line(1, { description: 'From savings', amount: 1.6, transactionType: 'Xfer' })];
  await call('POST', push, { accountId, transactions });
  await clock.advance(1000);
  assert.match((await visitor({ sandbox }).open(`/software/${connectionId}`)).text, />From savings</);
  assert.equal(sandbox.ledger.entries()[0]?.transaction.transactionType, 'Xfer');
});

test('consent at the link, mapping over the API, lines on the page, disconnecting there: four platforms', async () => {
  for (const [platformKey, name, currency] of [
    ['gbol', 'Xero', 'GBP'],
    ['fbrh', 'FreeAgent', 'GBP'],
    ['akxx', 'NetSuite', 'GBP'],
    ['qudb', 'Exact Online', 'EUR'],
  ] as const) {
    const { call, company, clock, sandbox } = standing();
    const { open, follow, send } = visitor({ sandbox });
    const path = `/companies/${await company()}/connections`;
    const { id, linkUrl } = (await call('POST', path, { platformKey })).body;
    const base = `${path}/${id}`;
    const consent = await send(await open(linkUrl), 'Sign in');
    assert.match(consent.text, new RegExp(`${name} \\(simulated\\)`));
    assert.match(consent.text, new RegExp(`<html lang="en" data-software="${platformKey}"`));
    assert.equal((await send(consent, 'Allow')).heading, 'Connected');
    await call('POST', `${base}/connectionInfo/bankFeedAccounts`, sourceAccount({ currency }));
    const mapping = `${base}/bankFeedAccounts/mapping`;
    const [{ targetAccountOptions }] = (await call('GET', mapping)).body;
    await call('POST', mapping, {
      sourceAccountId: 'acc-1',
      targetAccountId: targetAccountOptions[0].id,
      feedStartDate: '2026-06-01',
    });
    await clock.advance(2000);
    await call('POST', `${base}/push/bankAccounts/acc-1/bankTransactions`, {
      accountId: 'acc-1',
      transactions: [line(1, { balance: 77.5 })],
    });
    await clock.advance(1000);
    const books = await open(`/software/${id}`);
    assert.match(books.text, /Purchase 1/);
    assert.match(books.text, currency === 'EUR' ? /€77\.50/ : /£77\.50/);

    await send(await follow(books, 'Disconnect this account'), 'Disconnect this account');
    const [account] = (await call('GET', `${base}/connectionInfo/bankFeedAccounts`)).body;
    assert.equal(account.status, 'disconnected');
    assert.equal((await call('GET', base)).body.status, 'Linked');
    const ended = await send(
      await follow(await open(`/software/${id}`), 'Disconnect this bank'),
      'Disconnect this bank',
    );
    assert.match(ended.text, /The connection to your bank has ended/);
    assert.equal((await call('GET', base)).body.status, 'Deauthorized');
    assert.match((await open(`/software/${id}/disconnect?account=nonsense`)).text, /Incoming bank transactions/);
  }
});
