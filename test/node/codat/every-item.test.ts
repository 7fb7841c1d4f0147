import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { everyItem } from '../../../src/codat/api/every-item.ts';
import { CodatAbortedError, CodatHttpError, CodatInvalidResponseError } from '../../../src/codat/index.ts';
import { all, companyJson, errorJson, ids, operationJson, pageOf, withCodat } from './codat-server.ts';

/** A list that may change between two pages; remembers which were read. */
function shelf(items: string[], pageSize = 3) {
  const read: number[] = [];
  const page = async (number: number) => {
    read.push(number);
    const results = items.slice((number - 1) * pageSize, number * pageSize);
    return { results, pageSize, totalResults: items.length };
  };
  return { items, read, walk: () => everyItem('listAll', (item: string) => item, page) };
}

const letters = (count: number): string[] => Array.from({ length: count }, (_, index) => `item ${index + 1}`);

describe('walking a list', () => {
  it('reads each page once, and none before it is wanted', async () => {
    for (const [count, pages] of [
      [0, 1],
      [1, 1],
      [3, 1],
      [4, 2],
      [9, 3],
    ] as const) {
      const { items, read, walk } = shelf(letters(count));
      assert.deepEqual(await all(walk()), items);
      assert.deepEqual(
        read,
        letters(pages).map((_, index) => index + 1),
      );
    }
    const { read, walk } = shelf(letters(9));
    for await (const item of walk()) if (item === 'item 4') break;
    assert.deepEqual(read, [1, 2]);
    walk();
    assert.equal(read.length, 2);
  });

  it('leaves nothing out where items are removed on the way, its own among them', async () => {
    for (const removed of [1, 2, 3, 5]) {
      const { items, walk } = shelf(letters(10));
      const found: string[] = [];
      for await (const item of walk()) {
        found.push(item);
        if (item === 'item 6') items.splice(0, removed);
      }
      assert.deepEqual(found, letters(10), String(removed));
    }
    const { items, walk } = shelf(letters(10));
    const emptied: string[] = [];
    for await (const item of walk()) {
      emptied.push(item);
      items.splice(items.indexOf(item), 1);
    }
    assert.deepEqual(emptied, letters(10));
    assert.equal(items.length, 0);
  });

  it('brings nothing twice where items are added on the way, and those of them that it comes by', async () => {
    const { items, walk } = shelf(letters(5));
    const found: string[] = [];
    for await (const item of walk()) {
      found.push(item);
      if (item === 'item 2') items.unshift('new 1', 'new 2', 'new 3', 'new 4');
      if (item === 'item 4') items.push('last');
    }
    assert.deepEqual(found, ['item 1', 'item 2', 'item 3', 'new 4', 'item 4', 'item 5', 'last']);
  });

  it('goes by what comes, where the server gives shorter pages than it says, or miscounts', async () => {
    const items = letters(5);
    const short = async (page: number) => ({
      results: items.slice((page - 1) * 2, page * 2),
      pageSize: 100,
      totalResults: 5,
    });
    assert.deepEqual(await all(everyItem('x', (item: string) => item, short)), items);
    const many = async (page: number) => ({ ...(await short(page)), totalResults: 1_000_000 });
    assert.deepEqual(await all(everyItem('x', (item: string) => item, many)), items);
    const anonymous = async (page: number) => ({ results: page === 1 ? ['a', 'a'] : [], pageSize: 2, totalResults: 2 });
    assert.deepEqual(await all(everyItem('x', () => undefined, anonymous)), ['a', 'a']);
  });

  it('ends with an error where the pages go round in circles', async () => {
    let reads = 0;
    const same = async () => {
      reads += 1;
      return { results: ['a'], pageSize: 1, totalResults: 1_000_000 };
    };
    await assert.rejects(all(everyItem('listAll', (item: string) => item, same)), CodatInvalidResponseError);
    assert.ok(reads < 100, String(reads));
    let total = 0;
    const swinging = async (page: number) => {
      total = total === 50 ? 49 : 50;
      return { results: page > 1 ? ['a'] : ['b'], pageSize: 1, totalResults: total };
    };
    await assert.rejects(all(everyItem('listAll', (item: string) => item, swinging)), CodatInvalidResponseError);
  });
});

describe('a walk of the client', () => {
  it('asks for the pages with what it was given, and never follows a link', async () => {
    const links = {
      _links: { self: { href: 'http://127.0.0.1:1/' }, current: { href: '/' }, next: { href: '//evil' } },
    };
    const page = { ...pageOf([companyJson], '/companies'), ...links, pageSize: 1, totalResults: 2 };
    const second = { ...page, results: [{ ...companyJson, id: 'other' }] };
    await using codat = await withCodat([{ json: page }, { json: second }]);
    const list = { pageSize: 1, orderBy: 'name', query: 'id!=x', tags: 'a = b' };
    assert.equal((await all(codat.client.listAllCompanies(list, { headers: { 'x-a': 'b' } }))).length, 2);
    assert.deepEqual(
      codat.seen.map(({ url }) => url),
      [1, 2].map((number) => `/companies?page=${number}&pageSize=1&query=id!%3Dx&orderBy=name&tags=a%20%3D%20b`),
    );
    assert.equal(codat.seen[1]?.headers['x-a'], 'b');
  });

  it('ends with the error of a page, or by the signal between two', async () => {
    const page = { ...pageOf([operationJson], '/push'), pageSize: 1, totalResults: 3 };
    await using codat = await withCodat([{ json: page }, { status: 404, json: errorJson(404) }]);
    const found: string[] = [];
    const walk = async (signal?: AbortSignal) => {
      for await (const { pushOperationKey } of codat.client.listAllPushOperations(ids.company, {}, { signal })) {
        found.push(pushOperationKey);
      }
    };
    await assert.rejects(walk(), CodatHttpError);
    assert.deepEqual(found, [ids.operation]);
    await using other = await withCodat([{ json: page }]);
    const stop = new AbortController();
    const stopped = async () => {
      for await (const _ of other.client.listAllPushOperations(ids.company, {}, { signal: stop.signal })) stop.abort();
    };
    await assert.rejects(stopped(), CodatAbortedError);
    assert.equal(other.seen.length, 1);
  });
});
