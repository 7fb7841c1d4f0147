import assert from 'node:assert/strict';
import { test } from 'node:test';
import { standing } from './harness.ts';

test('a company is created, read, replaced, updated and deleted', async () => {
  const { call } = standing();
  const created = await call('POST', '/companies', {
    name: 'Company (Codat[1])',
    description: 'ref',
    tags: { region: 'uk' },
  });
  assert.equal(created.status, 200);
  assert.equal(created.body.name, 'Company Codat1');
  assert.match(created.body.id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.deepEqual(created.body.dataConnections, []);
  assert.deepEqual(created.body.tags, { region: 'uk' });
  const path = `/companies/${created.body.id}`;
  assert.deepEqual((await call('GET', path)).body, created.body);

  const patched = await call('PATCH', path, { description: 'new', name: null });
  assert.equal(patched.body.name, 'Company Codat1');
  assert.equal(patched.body.description, 'new');
  const replaced = await call('PUT', path, { name: 'Other' });
  assert.equal(replaced.body.name, 'Other');
  assert.equal('description' in replaced.body, false);
  assert.deepEqual(replaced.body.tags, {});

  assert.equal((await call('DELETE', path)).status, 204);
  const gone = await call('GET', path);
  assert.equal(gone.status, 404);
  assert.equal(gone.body.error, `No company was found with ID ${created.body.id}`);
  assert.equal(gone.body.service, 'ClientsApi');
  assert.match(gone.body.correlationId, /^[0-9a-f-]{36}$/);
});

test('the same seed gives the same ids', async () => {
  const [first, second] = [standing(), standing()];
  assert.equal(await first.company(), await second.company());
  assert.notEqual(await first.company(), await standing({ seed: 'another' }).company());
});

test('lists are paged, filtered and ordered', async () => {
  const { call, clock } = standing();
  for (let index = 1; index <= 7; index++) {
    await call('POST', '/companies', {
      name: `Firm ${index}`,
      description: index % 2 ? 'odd' : 'even',
      tags: { region: index < 4 ? 'uk' : 'us', team: 'invoice-finance' },
    });
    await clock.advance(1000);
  }
  const first = await call('GET', '/companies?pageSize=3');
  assert.deepEqual(
    first.body.results.map(({ name }: { name: string }) => name),
    ['Firm 1', 'Firm 2', 'Firm 3'],
  );
  assert.equal(first.body.totalResults, 7);
  assert.equal(first.body._links.self.href, '/companies');
  assert.equal(first.body._links.current.href, '/companies?pageSize=3&page=1');
  assert.equal(first.body._links.previous, undefined);
  const second = await call('GET', first.body._links.next.href);
  assert.equal(second.body.pageNumber, 2);
  assert.equal(second.body.results.length, 3);
  const last = await call('GET', '/companies?pageSize=3&page=3');
  assert.equal(last.body.results.length, 1);
  assert.equal(last.body._links.next, undefined);
  assert.equal(last.body._links.previous.href, '/companies?pageSize=3&page=2');

  const names = async (query: string): Promise<string[]> =>
    (await call('GET', `/companies?${new URLSearchParams(query)}`)).body.results.map(
      (each: { name: string }) => each.name,
    );
  assert.deepEqual(await names('orderBy=-name&pageSize=2'), ['Firm 7', 'Firm 6']);
  assert.deepEqual(await names('query=description=odd&orderBy=-created'), ['Firm 7', 'Firm 5', 'Firm 3', 'Firm 1']);
  const search = new URLSearchParams({ query: 'name~7 || {description = even && created<2026-06-10T09:30:02Z}' });
  const found = await call('GET', `/companies?${search}`);
  assert.equal(found.body.totalResults, 2);
  const tagged = new URLSearchParams({ tags: 'region = uk && team ~ invoice', pageSize: '2' });
  assert.equal((await call('GET', `/companies?${tagged}`)).body.totalResults, 3);
  assert.equal(
    (await call('GET', `/companies?${new URLSearchParams({ query: 'name != "Firm 1"' })}`)).body.totalResults,
    6,
  );
  assert.equal(
    (await call('GET', `/companies?${new URLSearchParams({ query: 'created >= 2026-06-10T09:30:06Z' })}`)).body
      .totalResults,
    1,
  );
});

test('a bad page, query or order is a 400 that names it', async () => {
  const { call } = standing();
  for (const [query, pattern] of [
    ['page=0', /page/],
    ['page=x', /page/],
    ['pageSize=5001', /pageSize must be a whole number from 1 to 5000/],
    ['query=nonsense', /Malformed query/],
    ['query=%7Bname%3Da', /Malformed query/],
    ['query=name%3Da%7D', /Malformed query/],
    ['query=%26%26', /Malformed query/],
    [`query=${'%7B'.repeat(60)}name=a${'%7D'.repeat(60)}`, /Malformed query/],
    [`query=name=${'x'.repeat(2048)}`, /Malformed query/],
    ['query=colour%3Dred', /Could not resolve property colour/],
    ['orderBy=colour', /Could not resolve property colour/],
  ] as const) {
    const answer = await call('GET', `/companies?${query}`);
    assert.equal(answer.status, 400, query);
    assert.match(answer.body.error, pattern);
    assert.equal(answer.body.statusCode, 400);
    assert.equal(answer.body.canBeRetried, 'False');
  }
});

test('a company that is not one is refused, member by member', async () => {
  const { call } = standing();
  for (const [body, itemId] of [
    [{}, 'name'],
    [{ name: '' }, 'name'],
    [{ name: '()[]' }, 'name'],
    [{ name: 7 }, 'name'],
    [{ name: 'a', tags: { ['k'.repeat(28)]: 'v' } }, /^tags/],
    [{ name: 'a', tags: { k: 'v'.repeat(101) } }, 'tags.k'],
    [{ name: 'a', tags: Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`k${index}`, 'v'])) }, 'tags'],
    [[], 'body'],
    [undefined, 'body'],
  ] as const) {
    const answer = await call('POST', '/companies', body);
    assert.equal(answer.status, 400, JSON.stringify(body));
    assert.match(
      answer.body.validation.errors[0].itemId,
      itemId instanceof RegExp ? itemId : new RegExp(`^${itemId}$`),
    );
  }
  assert.equal((await call('GET', '/companies')).body.totalResults, 0);
});
