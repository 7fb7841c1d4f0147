import { expect } from '@open-wc/testing';
import { FeedApiError, HttpFeedApi, toFeedApiError } from '../../../src/client/index.ts';
import type { GetToken } from '../../../src/client/index.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { feedError } from '../support/rejection.ts';
import { pageToken, scriptedServer } from '../support/scripted.ts';
import type { ScriptedServer } from '../support/scripted.ts';

const state = {
  platforms: ['xero', 'ledgerly'],
  connections: [{ id: 'c1', platform: 'xero', status: 'linked', createdAt: '2025-01-15T12:00:00Z', future: 1 }],
  accounts: [],
  counts: { delivered: 0, waiting: 0, held: 0 },
  liveKey: 'key',
};
const connection = state.connections[0];
const account = { id: 'a1', connectionId: 'c1', name: 'Main', type: 'checking', last4: '1234', currency: 'GBP' };
const mapping = { accountId: 'a1', status: 'connecting', targetIds: [] };
const problem = (code: string, status: number, more: object = {}): { status: number; body: unknown } => ({
  status,
  body: { type: `about:${code}`, title: 'T', status, code, detail: `what ${code} says`, ...more },
});

describe('HttpFeedApi', () => {
  let server: ScriptedServer;
  let clock: ManualClock;
  let asked: number;
  const getToken: GetToken = async () => {
    asked += 1;
    return pageToken({ iat: clock.seconds(), exp: clock.seconds() + 600, asked });
  };
  const api = (more: Partial<ConstructorParameters<typeof HttpFeedApi>[0]> = {}): HttpFeedApi =>
    new HttpFeedApi({ endpoint: server.endpoint, getToken, clock, random: () => 0.5, ...more });

  beforeEach(async () => {
    server = await scriptedServer();
    clock = new ManualClock();
    asked = 0;
  });

  it('sends the token and the version, no cookie, and reads unknown values as unknown', async () => {
    await server.answer('GET /v1/state', { body: state });
    const answer = await api().state();
    expect(answer.platforms).to.deep.equal(['xero', 'unknown']);
    expect(answer.connections[0]?.status).to.equal('linked');
    const [request] = await server.requests();
    expect(request?.headers['authorization']).to.match(/^Bearer [\w-]+\.[\w-]+\.[\w-]+$/);
    expect(request?.headers['bank-feed-version']).to.equal('1');
    expect(request?.headers['cookie']).to.equal(undefined);
  });

  it('mounted: sends the cookies of the host and the version, no token', async () => {
    document.cookie = 'host_session=42; path=/';
    const seen: (RequestInit | undefined)[] = [];
    await server.answer('GET /v1/state', { body: state });
    await api({
      getToken: undefined,
      fetch: (input, init) => {
        seen.push(init);
        return fetch(input, init);
      },
    }).state();
    expect(seen.map((init) => init?.credentials)).to.deep.equal(['include']);
    const [request] = await server.requests();
    expect(request?.headers['authorization']).to.equal(undefined);
    expect(request?.headers['bank-feed-version']).to.equal('1');
  });

  it('calls each route as the wire has it', async () => {
    const one = api();
    const id = 'c/1 ü';
    const c = '/v1/connections/c%2F1%20%C3%BC';
    const page = { body: { items: [] } };
    await server.answer('POST /v1/connections', { body: connection });
    await server.answer(`GET ${c}/link`, { body: { url: 'https://link.example/x' } });
    await server.answer(`POST ${c}/credentials`, { body: { username: 'U-1', password: 'p' } });
    await server.answer(`DELETE ${c}/credentials`, { status: 204 });
    await server.answer(`POST ${c}/otp`, { body: { codatConnectionId: 'codat-1' } });
    await server.answer(`POST ${c}/disconnect`, { body: { ...connection, status: 'unlinked' } });
    await server.answer(`DELETE ${c}`, { status: 204 });
    await server.answer(`GET ${c}/accounts`, page);
    await server.answer(`POST ${c}/accounts`, { body: { items: [], itemErrors: [] } });
    await server.answer(`PATCH ${c}/accounts/a1`, { body: { ...account, status: 'pending' } });
    await server.answer(`DELETE ${c}/accounts/a1`, { status: 204 });
    await server.answer(`GET ${c}/mappings`, { body: { targets: [], items: [mapping] } });
    await server.answer(`PUT ${c}/mappings/a1`, { body: mapping });
    await server.answer(`DELETE ${c}/mappings/a1`, { status: 204 });
    await server.answer('GET /v1/feeds', { body: { timeZone: 'UTC', items: [] } });
    await server.answer('GET /v1/feeds/a1/pushes', page);

    expect((await one.createConnection('xero')).id).to.equal('c1');
    expect((await one.link(id)).url).to.equal('https://link.example/x');
    expect(await one.credentials(id)).to.deep.equal({ username: 'U-1', password: 'p' });
    expect(await one.revokeCredentials(id)).to.equal(undefined);
    expect(await one.oneTimePassword(id)).to.deep.equal({ codatConnectionId: 'codat-1' });
    expect((await one.disconnect(id)).status).to.equal('unlinked');
    expect(await one.cancelConnection(id)).to.equal(undefined);
    expect((await one.accounts(id, { cursor: 'a&b', limit: 50 })).items).to.deep.equal([]);
    expect(await one.chooseAccounts(id, ['a1'])).to.deep.equal({ items: [], itemErrors: [] });
    expect((await one.renameAccount(id, 'a1', '  New name ')).status).to.equal('pending');
    expect(await one.removeAccount(id, 'a1')).to.equal(undefined);
    expect((await one.mappings(id)).items[0]?.accountId).to.equal('a1');
    expect((await one.map(id, 'a1', { targetId: null, feedStartDate: '2025-01-01' })).status).to.equal('connecting');
    expect(await one.unmap(id, 'a1')).to.equal(undefined);
    expect((await one.feeds()).timeZone).to.equal('UTC');
    expect((await one.pushes('a1', { cursor: 'next' })).items).to.deep.equal([]);

    const sent = (await server.requests()).map(({ method, path, body }) => `${method} ${path} ${body}`.trimEnd());
    expect(sent).to.deep.equal([
      'POST /v1/connections {"platform":"xero"}',
      `GET ${c}/link`,
      `POST ${c}/credentials`,
      `DELETE ${c}/credentials`,
      `POST ${c}/otp`,
      `POST ${c}/disconnect`,
      `DELETE ${c}`,
      `GET ${c}/accounts?cursor=a%26b&limit=50`,
      `POST ${c}/accounts {"accountIds":["a1"]}`,
      `PATCH ${c}/accounts/a1 {"name":"New name"}`,
      `DELETE ${c}/accounts/a1`,
      `GET ${c}/mappings`,
      `PUT ${c}/mappings/a1 {"targetId":null,"feedStartDate":"2025-01-01"}`,
      `DELETE ${c}/mappings/a1`,
      'GET /v1/feeds',
      'GET /v1/feeds/a1/pushes?cursor=next',
    ]);
    expect(asked).to.equal(1);
  });

  it('sends nothing that does not fit the wire', async () => {
    const one = api();
    for (const call of [
      () => one.chooseAccounts('c1', []),
      () => one.renameAccount('c1', 'a1', '   '),
      () => one.map('c1', 'a1', { targetId: 't1', feedStartDate: '01/02/2025' }),
      () => one.link('..'),
      () => one.removeAccount('c1', ''),
      () => one.pushes('.'),
    ]) {
      const error = await feedError(call());
      expect(error.code).to.equal('invalid_request');
      expect(error.field).to.match(/^(accountIds|name|feedStartDate|connectionId|accountId)$/);
    }
    expect(await server.requests()).to.deep.equal([]);
  });

  it('turns a problem into an error with all it says', async () => {
    const itemErrors = [{ itemId: 'a1', code: 'duplicate', message: 'Already there' }];
    await server.answer('POST /v1/connections', {
      ...problem('account_refused', 422, { field: 'accountIds', itemErrors }),
      headers: {
        'content-type': 'application/problem+json',
        'x-request-id': 'r-1',
        'x-codat-correlation-id': 'k-1',
      },
    });
    const error = await feedError(api().createConnection('xero'));
    expect(error).to.include({
      name: 'FeedApiError',
      code: 'account_refused',
      status: 422,
      detail: 'what account_refused says',
      message: 'what account_refused says',
      field: 'accountIds',
      requestId: 'r-1',
      correlationId: 'k-1',
      retry: false,
      fixer: 'user',
    });
    expect(error.itemErrors).to.deep.equal(itemErrors);
  });

  it('reads a code it does not know as unknown', async () => {
    await server.answer('POST /v1/connections', problem('coffee_break', 503), problem('teapot', 418));
    expect(await feedError(api().createConnection('xero'))).to.include({ code: 'unknown', retry: true });
    expect(await feedError(api().createConnection('xero'))).to.include({ code: 'unknown', retry: false });
  });

  it('explains an answer without problem details', async () => {
    const html = { headers: { 'content-type': 'text/html' }, body: '<h1>secret</h1>' };
    await server.answer('POST /v1/connections', { ...html, status: 404 }, { ...html, status: 403 }, html);
    const missing = await feedError(api().createConnection('xero'));
    expect(missing).to.include({ code: 'unknown', status: 404, retry: false });
    expect(missing.detail).to.contain('endpoint');
    expect((await feedError(api().createConnection('xero'))).code).to.equal('forbidden');
    const page = await feedError(api().createConnection('xero'));
    expect(page.code).to.equal('invalid_response');
    expect(page.detail).to.contain('POST /v1/connections was answered with text/html').and.not.contain('secret');
  });

  it('names the place of a value that does not fit the wire', async () => {
    await server.answer('GET /v1/state', { body: { ...state, connections: [{ ...connection, id: 5 }] } }, { body: 7 });
    const error = await feedError(api().state());
    expect(error.code).to.equal('invalid_response');
    expect(error.detail).to.contain('connections.0.id');
    expect((await feedError(api().state())).detail).to.contain('its top level');
  });

  it('repeats a read twice, after what Retry-After says or a growing pause', async () => {
    const after = { 'retry-after': '2' };
    await server.answer(
      'GET /v1/state',
      { ...problem('rate_limited', 429), headers: after },
      { status: 503, body: 'starting' },
      { body: state },
    );
    const reading = api().state();
    expect(await clock.pass(2000, 2000)).to.equal(2000);
    expect(await clock.pass(900, 900)).to.equal(900);
    expect((await reading).liveKey).to.equal('key');
    expect(await server.requests()).to.have.length(3);
  });

  it('gives up after two repetitions', async () => {
    await server.answer('GET /v1/state', { how: 'drop' });
    const reading = feedError(api().state());
    await clock.pass(300, 300);
    await clock.pass(900, 900);
    const error = await reading;
    expect(error).to.include({ code: 'network', status: undefined, retry: true, fixer: 'user' });
    expect(error.detail).to.contain('CORS').and.contain(server.endpoint);
  });

  it('does not repeat what another attempt cannot mend, nor wait long for it', async () => {
    await server.answer('GET /v1/state', problem('upstream_unauthorized', 502));
    expect((await feedError(api().state())).code).to.equal('upstream_unauthorized');
    await server.answer('GET /v1/state', { ...problem('rate_limited', 429), headers: { 'retry-after': '60' } });
    expect((await feedError(api().state())).retryAfter).to.equal(60_000);
    await server.answer('GET /v1/feeds', problem('not_found', 404));
    expect((await feedError(api().feeds())).code).to.equal('not_found');
    expect(await server.requests()).to.have.length(3);
  });

  it('asks whether the endpoint is right where there is no state, which every session has', async () => {
    await server.answer('GET /v1/state', problem('not_found', 404));
    const error = await feedError(api().state());
    expect(error).to.include({ code: 'unknown', status: 404, retry: false });
    expect(error.detail).to.equal('GET /v1/state was answered with status 404. Does `endpoint` lead to the proxy?');
  });

  it('never repeats a write', async () => {
    // Not `drop`: Chromium itself sends again what a reused connection lost before any answer, writes included.
    for (const answer of [
      { how: 'break' as const, headers: { 'content-length': '999' } },
      problem('upstream_unavailable', 502),
      problem('rate_limited', 429),
    ]) {
      await server.answer('POST /v1/connections', answer);
      await feedError(api().createConnection('xero'));
    }
    expect(await server.requests()).to.have.length(3);
  });

  it('takes an answer that breaks off for a broken connection', async () => {
    await server.answer(
      'GET /v1/state',
      { how: 'break', headers: { 'content-length': '999' }, body: state },
      { body: state },
    );
    const reading = api().state();
    await clock.pass(300, 300);
    expect((await reading).liveKey).to.equal('key');
  });

  it('limits the time of a read and of a write', async () => {
    await server.answer('GET /v1/state', { how: 'hold' });
    await server.answer('POST /v1/connections', { how: 'hold' });
    const reading = feedError(api().state());
    await clock.pass(20_000, 20_000);
    expect(await reading).to.include({ code: 'timeout', retry: true });
    const writing = feedError(api().createConnection('xero'));
    await clock.pass(60_000, 60_000);
    expect((await writing).detail).to.equal('No answer to POST /v1/connections within 60 s.');
  });

  it('rejects with the reason of the signal, wherever the call is', async () => {
    await server.answer('GET /v1/state', { how: 'hold' });
    const outcome = (call: Promise<unknown>): Promise<unknown> => call.catch((error: unknown) => error);
    expect(await outcome(api().state({ signal: AbortSignal.abort('before') }))).to.equal('before');

    const during = new AbortController();
    const call = outcome(api().state({ signal: during.signal }));
    await server.requests('GET /v1/state', 1);
    during.abort('during');
    expect(await call).to.equal('during');

    const token = new AbortController();
    const waiting = outcome(api({ getToken: () => new Promise(() => undefined) }).state({ signal: token.signal }));
    token.abort('while getToken works');
    expect(await waiting).to.equal('while getToken works');

    await server.answer('GET /v1/state', { status: 503 });
    const pausing = new AbortController();
    const paused = outcome(api().state({ signal: pausing.signal }));
    await server.requests('GET /v1/state', 2);
    pausing.abort('while pausing');
    expect(await paused).to.equal('while pausing');
  });

  it('asks for another token after a 401, once, and says then that the session has expired', async () => {
    await server.answer('POST /v1/connections', problem('unauthenticated', 401), { body: connection });
    expect((await api().createConnection('xero')).id).to.equal('c1');
    expect(asked).to.equal(2);
    const [first, second] = await server.requests();
    expect(second?.headers['authorization']).not.to.equal(first?.headers['authorization']);

    await server.answer('POST /v1/connections', problem('unauthenticated', 401));
    const error = await feedError(api().createConnection('xero'));
    expect(error).to.include({ code: 'unauthenticated', status: 401, fixer: 'user' });
    expect(error.detail).to.contain('session has expired');
    expect(await server.requests()).to.have.length(4);
  });

  it('renews the token once for calls that are refused together', async () => {
    await server.answer('GET /v1/state', problem('unauthenticated', 401), problem('unauthenticated', 401), {
      body: state,
    });
    const one = api({
      getToken: async (request) => {
        // The next token comes when both were refused: else the first one's repetition would meet the second refusal.
        if (asked > 0) await server.requests('GET /v1/state', 2);
        return getToken(request);
      },
    });
    await Promise.all([one.state(), one.state()]);
    expect(asked).to.equal(2);
  });

  it('mounted: a 401, and a redirect to a login page, end the session', async () => {
    const mounted = api({ getToken: undefined });
    await server.answer('GET /v1/state', problem('unauthenticated', 401), {
      status: 302,
      headers: { location: 'https://bank.example/login' },
    });
    expect(await feedError(mounted.state())).to.include({
      code: 'unauthenticated',
      detail: 'what unauthenticated says',
    });
    const redirected = await feedError(mounted.state());
    expect(redirected.code).to.equal('unauthenticated');
    expect(redirected.detail).to.contain('login');
  });

  const endpoints: Record<string, [unknown, RegExp]> = {
    nothing: [undefined, /is missing/],
    'an empty string': ['', /is missing/],
    'a number': [7, /type number/],
    'a relative address': ['feeds', /neither/],
    'another scheme': ['ftp://feeds.example', /neither/],
    'an address without a scheme': ['//feeds.example', /neither/],
    'not a URL': ['https://', /not a valid URL/],
    'a password': ['https://user:secret@feeds.example', /user name or password/],
    'a query': ['https://feeds.example/?token=secret', /query/],
    'a fragment': ['/bank-feed#x', /fragment/],
  };
  for (const [name, [endpoint, words]] of Object.entries(endpoints)) {
    it(`refuses an endpoint that is ${name}`, async () => {
      const options = JSON.parse(JSON.stringify({ endpoint, getToken: undefined }));
      const error = await feedError((async () => new HttpFeedApi(options))());
      expect(error).to.include({ code: 'invalid_configuration', field: 'endpoint', retry: false, fixer: 'partner' });
      expect(error.detail)
        .to.match(/^endpoint /)
        .and.match(words)
        .and.not.contain('secret');
    });
  }

  it('takes an absolute endpoint or a path of this origin', () => {
    expect(new HttpFeedApi({ endpoint: 'https://feeds.example/base/' }).endpoint).to.equal(
      'https://feeds.example/base',
    );
    expect(new HttpFeedApi({ endpoint: '/bank-feed/' }).endpoint).to.equal(`${location.origin}/bank-feed`);
    expect(new HttpFeedApi({ endpoint: '/' }).endpoint).to.equal(location.origin);
  });

  it('refuses a getToken that is no function', async () => {
    const options = { endpoint: '/', ...JSON.parse('{"getToken":"secret"}') };
    const error = await feedError((async () => new HttpFeedApi(options))());
    expect(error).to.include({ code: 'invalid_configuration', field: 'getToken' });
    expect(error.detail).to.contain('type string').and.not.contain('secret');
  });

  it('uses the global fetch of the moment and the clock of the machine by default', async () => {
    await server.answer('GET /v1/state', { status: 503, headers: { 'retry-after': '0' } }, { body: state });
    const before = globalThis.fetch;
    const one = new HttpFeedApi({ endpoint: server.endpoint });
    let calls = 0;
    globalThis.fetch = (...call) => {
      calls += 1;
      return before(...call);
    };
    try {
      await one.state();
    } finally {
      globalThis.fetch = before;
    }
    expect(calls).to.equal(2);
    const stop = new AbortController();
    await server.answer('GET /v1/state', { status: 503, headers: { 'retry-after': '9' } });
    const call = one.state({ signal: stop.signal }).catch((error: unknown) => error);
    await server.requests('GET /v1/state', 3);
    stop.abort('enough');
    expect(await call).to.equal('enough');
  });

  it('makes a FeedApiError of whatever a host throws', () => {
    const own = new FeedApiError('timeout', { detail: 'slow' });
    expect(toFeedApiError(own)).to.equal(own);
    expect(toFeedApiError(new Error('oops'))).to.include({ code: 'unknown', detail: 'oops' });
    expect(toFeedApiError('plain')).to.include({ code: 'unknown', detail: 'plain' });
  });
});
