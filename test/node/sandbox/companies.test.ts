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
  assert.equal(first.body._links.current.href, '/companies?page=1&pageSize=3');
  assert.equal(first.body._links.previous, undefined);
  const second = await call('GET', first.body._links.next.href);
  assert.equal(second.body.pageNumber, 2);
  assert.equal(second.body.results.length, 3);
  const last = await call('GET', '/companies?pageSize=3&page=3');
  assert.equal(last.body.results.length, 1);
  assert.equal(last.body._links.next, undefined);
  assert.equal(last.body._links.previous.href, '/companies?page=2&pageSize=3');

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

test('a query looks into connections and bank accounts, by kind', async () => {
  const { call, company, linked } = standing();
  const none = await company('No connections');
  const pending = await company('Pending');
  await call('POST', `/companies/${pending}/connections`, { platformKey: 'hcws' });
  const { companyId, base } = await linked();
  await call('POST', `/companies/${companyId}/connections`, { platformKey: 'hcws' });
  const ids = async (query: string, path = '/companies'): Promise<string[]> => {
    const answer = await call('GET', `${path}?${new URLSearchParams({ query })}`);
    assert.equal(answer.status, 200, answer.text);
    return answer.body.results.map(({ id }: { id: string }) => id);
  };
  assert.deepEqual(await ids('dataConnections.status=PendingAuth'), [pending, companyId]);
  assert.deepEqual(await ids('dataConnections.status=linked'), [companyId]);
  assert.deepEqual(await ids('dataConnections.status!=PendingAuth&&dataConnections.status!=Linked'), [none]);
  assert.deepEqual(await ids('created <= 2026-06-10'), []);
  assert.equal((await ids('created > 2026-06-10T09:29:59 && created < 2026-06-10T09:30:01')).length, 3);
  assert.deepEqual(await ids(`id=${none} || {name ~ pend && description != x}`), [none, pending]);
  assert.deepEqual(await ids('description = x || description ~ x'), []);

  const accounts = `${base}/data/bankAccounts`;
  await call('GET', accounts);
  const named = async (query: string): Promise<string[]> => {
    const answer = await call('GET', `${accounts}?${new URLSearchParams({ query, orderBy: '-balance' })}`);
    return answer.body.results.map(({ accountName }: { accountName: string }) => accountName);
  };
  assert.deepEqual(await named('balance >= 18250.4 && currency = GBP'), [
    'Business Savings',
    'Business Current Account',
  ]);
  assert.deepEqual(await named('balance = 18250.400'), ['Business Current Account']);
  assert.deepEqual(await named('metadata.isDeleted!=false'), []);
  assert.deepEqual(await named('balance < 0'), ['Business Credit Card']);
});

test('a company says when its software was last read, and keeps saying so', async () => {
  const { call, clock, sandbox, company } = standing();
  const companyId = await company();
  const path = `/companies/${companyId}`;
  const { body: connection } = await call('POST', `${path}/connections`, { platformKey: 'gbol' });
  assert.equal('lastSync' in connection, false);
  assert.equal('lastSync' in (await call('GET', path)).body, false);
  await clock.advance(60_000);
  sandbox.control.authorize(companyId, connection.id);
  await call('POST', `${path}/connections`, { platformKey: 'hcws' });
  await call('PATCH', `${path}/connections/${connection.id}`, { status: 'Unlinked' });
  const { body } = await call('GET', path);
  assert.equal(body.lastSync, '2026-06-10T09:31:00.000Z');
  assert.deepEqual(
    body.dataConnections.map(({ lastSync }: { lastSync?: string }) => lastSync),
    [body.lastSync, undefined],
  );
  const found = await call('GET', `${path}/connections?query=lastSync%3E2026-06-10`);
  assert.equal(found.body.totalResults, 1);
});

test('a page holds at most 2000, also when 5000 are asked for', async () => {
  const { call, sandbox, company } = standing({ limits: 'off' });
  const companyId = await company();
  for (let index = 0; index < 2001; index++) {
    await call('POST', `/companies/${companyId}/connections`, { platformKey: 'gbol' });
  }
  const path = `/companies/${companyId}/connections`;
  const first = await call('GET', `${path}?pageSize=5000&orderBy=created`);
  assert.equal(first.body.pageSize, 2000);
  assert.equal(first.body.results.length, 2000);
  assert.equal(first.body.totalResults, 2001);
  const last = await call('GET', first.body._links.next.href);
  assert.equal(first.body._links.next.href, `${path}?page=2&pageSize=2000&orderBy=created`);
  assert.equal(last.body.results.length, 1);
  await sandbox.stop();
});

test('a bad page, query or order is a 400 that names it', async () => {
  const { call } = standing();
  const malformed = 'Error parsing query - Malformed query.';
  for (const [query, error] of [
    ['page=0', 'The parameter page must be a whole number from 1 to 999999999.'],
    ['page=x', 'The parameter page must be a whole number from 1 to 999999999.'],
    ['pageSize=5001', 'The parameter pageSize must be a whole number from 1 to 5000.'],
    ['query=nonsense', malformed],
    ['query=%7Bname%3Da', malformed],
    ['query=name%3Da%7D', malformed],
    ['query=%26%26', malformed],
    ['query=name%3D', malformed],
    ['query=name%3Da%7C%7C', malformed],
    [`query=${'%7B'.repeat(60)}name=a${'%7D'.repeat(60)}`, malformed],
    [`query=name=${'x'.repeat(2043)}`, malformed],
    // Text does not compare by size, dates do not contain.
    ['query=name%3Ea', malformed],
    ['query=created~2026', malformed],
    ['query=created%3Eyesterday', malformed],
    ['tags=region%3Euk', malformed],
    ['tags=region', malformed],
    ['query=colour%3Dred', 'Error parsing query - Could not resolve property colour on Company'],
    ['query=__proto__%3Dx', 'Error parsing query - Could not resolve property __proto__ on Company'],
    ['orderBy=colour', 'Error parsing orderBy - Could not resolve property colour on Company'],
    ['orderBy=-', 'Error parsing orderBy - Could not resolve property  on Company'],
  ] as const) {
    const answer = await call('GET', `/companies?${query}`);
    assert.equal(answer.status, 400, query);
    assert.equal(answer.body.error, error);
    assert.equal(answer.body.statusCode, 400);
    assert.equal(answer.body.canBeRetried, 'False');
  }
  assert.equal((await call('GET', `/companies?query=name=${'x'.repeat(2042)}`)).status, 200);
});

test('each list names what it holds when it does not know a property', async () => {
  const { call, linked } = standing();
  const { companyId, base } = await linked();
  for (const [path, name, service] of [
    ['/companies', 'Company', 'ClientsApi'],
    [`/companies/${companyId}/connections`, 'DataConnection', 'ClientsApi'],
    [`${base}/data/bankAccounts`, 'BankAccount', 'PullApi'],
    [`/companies/${companyId}/push`, 'PushOperation', 'PushApi'],
  ]) {
    for (const parameter of ['query', 'orderBy']) {
      const { status, body } = await call('GET', `${path}?${parameter}=colour${parameter === 'query' ? '%3D1' : ''}`);
      assert.equal(status, 400);
      assert.equal(body.error, `Error parsing ${parameter} - Could not resolve property colour on ${name}`);
      assert.equal(body.service, service);
    }
  }
});

test('tags replace tags; what is absent or null stays with PATCH and is cleared with PUT', async () => {
  const { call } = standing();
  const { body } = await call('POST', '/companies', { name: 'One', description: 'd', tags: { a: '1', b: '2' } });
  const path = `/companies/${body.id}`;
  const tags = async (method: string, given?: object) => (await call(method, path, given)).body.tags;
  assert.deepEqual(await tags('PATCH', { tags: { b: '3' } }), { b: '3' });
  assert.deepEqual(await tags('PATCH', { tags: null, name: null, description: null }), { b: '3' });
  assert.deepEqual(await tags('PATCH'), { b: '3' });
  assert.equal((await call('GET', path)).body.description, 'd');
  assert.equal((await call('PATCH', path, { description: '' })).body.description, '');
  assert.deepEqual(await tags('PATCH', { tags: {} }), {});
  assert.deepEqual(await tags('PUT', { name: 'Two (2)', tags: { c: '4' }, lastSync: 'ignored' }), { c: '4' });
  assert.equal((await call('GET', path)).body.name, 'Two 2');
  assert.deepEqual(await tags('PUT', { name: 'Two' }), {});
  for (const method of ['PUT', 'PATCH']) {
    assert.equal((await call(method, path, { name: '()' })).status, 400);
    assert.equal((await call(method, path, { name: 'Three', tags: { k: 7 } })).status, 400);
  }
  assert.equal((await call('PUT', path, {})).status, 400);
  assert.equal((await call('GET', path)).body.name, 'Two');
});

test('lists can be asked for tags of any name', async () => {
  const { call } = standing();
  await call('POST', '/companies', { name: 'One', tags: { 'a.b': 'x=y', 'two words': 'Yes' } });
  await call('POST', '/companies', { name: 'Two' });
  const names = async (tags: string): Promise<string[]> =>
    (await call('GET', `/companies?${new URLSearchParams({ tags })}`)).body.results.map(
      ({ name }: { name: string }) => name,
    );
  assert.deepEqual(await names('a.b = x=y && two words ~ es'), ['One']);
  assert.deepEqual(await names('a.b != x=y'), ['Two']);
  assert.deepEqual(await names('toString ~ function || __proto__ ~ o'), []);
});

test('a company has an access token for one day, and the API does not take it', async () => {
  const { call, company, clock } = standing();
  const companyId = await company();
  const token = async () => (await call('GET', `/companies/${companyId}/accessToken`)).body;
  const first = await token();
  assert.deepEqual(first, { expiresIn: 86_400, accessToken: first.accessToken, tokenType: 'Bearer' });
  assert.ok(first.accessToken.startsWith(companyId));
  assert.deepEqual(await token(), first);
  await clock.advance(1000);
  assert.notEqual((await token()).accessToken, first.accessToken);
  const authorization = `Bearer ${first.accessToken}`;
  assert.equal((await call('GET', `/companies/${companyId}`, undefined, { authorization })).status, 401);
  assert.equal((await call('GET', '/companies/unknown/accessToken')).status, 404);
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
