import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCodatClient } from '../../../src/codat/index.ts';
import { createUpstream } from '../../../src/proxy/upstream.ts';
import { answer } from './transport.ts';

const companyId = '8a210b68-6988-11ed-a1eb-0242ac120002';
const operation = (n: number, requestedOnUtc = new Date(Date.UTC(2026, 2, 1, 0, 0, n)).toISOString()) => ({
  companyId,
  pushOperationKey: `operation-${n}`,
  dataConnectionKey: 'connection',
  dataType: 'bankTransactions',
  requestedOnUtc,
  status: 'Success',
  statusCode: 200,
});

test('an operation on two pages is one, and one without a readable time is not passed over', async () => {
  // Newest first; one came in between the pages, so the last of the first page is the first of the second.
  const pages = [
    Array.from({ length: 500 }, (_, n) => operation(1000 - n)),
    [operation(501), operation(500), operation(0, 'yesterday')],
  ];
  const codat = createCodatClient({
    apiKey: 'key',
    transport: async ({ url }) => {
      const page = Number(new URL(url).searchParams.get('page'));
      const links = { self: {}, current: {} };
      const results = pages[page - 1] ?? [];
      return answer(200, { results, pageNumber: page, pageSize: 500, totalResults: 503, _links: links });
    },
  });
  const found = await createUpstream(codat).list(companyId, Date.UTC(2026, 2, 1));
  assert.equal(found.length, 502);
  assert.equal(new Set(found.map(({ key }) => key)).size, 502);
  assert.ok(found.some(({ key }) => key === 'operation-0'));
  await codat.close();
});

test('no operation is missed where pages are shorter than asked for and the order is not kept', async () => {
  // What is missed here would be taken for not written, and sent again.
  const pages = [0, 1, 2].map((page) => Array.from({ length: 100 }, (_, n) => operation(page * 100 + n)));
  const codat = createCodatClient({
    apiKey: 'key',
    transport: async ({ url }) => {
      const page = Number(new URL(url).searchParams.get('page'));
      const links = { self: {}, current: {} };
      const results = pages[page - 1] ?? [];
      return answer(200, { results, pageNumber: page, pageSize: 100, totalResults: 300, _links: links });
    },
  });
  const found = await createUpstream(codat).list(companyId, Date.UTC(2026, 2, 1, 0, 0, 250));
  assert.equal(found.length, 50);
  await codat.close();
});

/** A Codat that lists what is on these pages, the last one for ever where `circles`. */
const listing = (pages: readonly (readonly object[])[], totalResults: number, circles = false) =>
  createCodatClient({
    apiKey: 'key',
    transport: async ({ url }) => {
      const page = Number(new URL(url).searchParams.get('page'));
      const results = pages[circles ? Math.min(page, pages.length) - 1 : page - 1] ?? [];
      const links = { self: {}, current: {} };
      return answer(200, { results, pageNumber: page, pageSize: 500, totalResults, _links: links });
    },
  });

test('no operation is missed where short pages repeat some that were listed before', async () => {
  const all = Array.from({ length: 250 }, (_, n) => operation(1000 - n));
  const pages = [all.slice(0, 100), all.slice(50, 150), all.slice(100, 200), all.slice(150)];
  const codat = listing(pages, 250);
  assert.equal((await createUpstream(codat).list(companyId, 0)).length, 250);
  await codat.close();
});

test('a list that goes round in circles is no list', async () => {
  const codat = listing([[operation(2)], [operation(1)]], 3, true);
  await assert.rejects(createUpstream(codat).list(companyId, 0), /bring nothing new/);
  await codat.close();
});

test('a batch to deliver and the end of one go before everything, and asking whether it has ended after everything', async () => {
  const asked: string[] = [];
  const codat = createCodatClient({
    apiKey: 'key',
    transport: async ({ method, url, priority }) => {
      asked.push(`${method} ${priority}`);
      const links = { self: {}, current: {} };
      const page = { results: [], pageNumber: 1, pageSize: 500, totalResults: 0, _links: links };
      return answer(200, url.includes('page=') ? page : operation(1));
    },
  });
  const upstream = createUpstream(codat);
  const key = { companyId, connectionId: companyId, accountId: 'a' };
  const signal = new AbortController().signal;
  await upstream.create({ ...key, body: '{}', idempotencyKey: 'k', commit: () => true, signal });
  await upstream.get(companyId, 'operation-1', signal, true);
  await upstream.get(companyId, 'operation-1');
  await upstream.list(companyId, 0);
  assert.deepEqual(asked, ['POST push', 'GET push', 'GET poll', 'GET poll']);
  await codat.close();
});
