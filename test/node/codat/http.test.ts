import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { createCodatClient, fetchTransport } from '../../../src/codat/index.ts';
import { companyJson, errorJson, errorOf, ids, playCodat, testClock, withCodat, type Script } from './codat-server.ts';

const { company, connection } = ids;
const body = '{"accountId":"acc","transactions":[]}';

const hangUp: Script = (request) => request.socket.destroy();
const silence: Script = () => {};

describe('a read', () => {
  it('is repeated as Codat publishes it: 500 ms, 1.5 times as long each time, up to 60 s, for an hour', async () => {
    await using codat = await withCodat([{ status: 503, json: errorJson(503) }]);
    const error = await errorOf(codat.client.getCompany(company));
    assert.equal(error.kind === 'http' && error.status, 503);
    const { slept } = codat.clock;
    assert.deepEqual(slept.slice(0, 4), [500, 750, 1125, 1687.5]);
    assert.equal(Math.max(...slept), 60_000);
    const total = slept.reduce((sum, ms) => sum + ms, 0);
    assert.ok(total <= 3_600_000 && total + 60_000 > 3_600_000, String(total));
    assert.equal(codat.seen.length, slept.length + 1);
  });

  it('is repeated after 408, 429, 5xx and broken connections, and then answered', async () => {
    const faults: Script[] = [408, 429, 500, 502, 503, 504].map((status) => ({ status, json: errorJson(status) }));
    await using codat = await withCodat([...faults, hangUp, { json: companyJson }]);
    assert.equal((await codat.client.getCompany(company)).id, company);
    assert.equal(codat.seen.length, 8);
  });

  it('waits as long as Retry-After says, in seconds or until a date, and gives up where that is too long', async () => {
    const date = new Date(Date.parse('2026-01-05T10:00:07Z') + 30_000).toUTCString();
    await using codat = await withCodat([
      { status: 429, headers: { 'retry-after': '7' } },
      { status: 503, headers: { 'retry-after': date } },
      { status: 503, headers: { 'retry-after': '0' } },
      { status: 503, headers: { 'retry-after': 'soon' } },
      { status: 429, headers: { 'retry-after': '86400' } },
    ]);
    const error = await errorOf(codat.client.getCompany(company));
    assert.deepEqual(codat.clock.slept, [7_000, 30_000, 1125, 1687.5]);
    assert.equal(error.kind === 'http' && error.retryAfterMs, 86_400_000);
  });

  it('is not repeated where the call or the client says so, nor after a plain refusal', async () => {
    await using codat = await withCodat([{ status: 500 }, { status: 404 }, hangUp, hangUp]);
    await errorOf(codat.client.getCompany(company, { retries: 'none' }));
    await errorOf(codat.client.getCompany(company));
    await errorOf(codat.client.getCompany(company, { retries: { retryConnectionErrors: false } }));
    assert.equal(codat.seen.length, 3);
    await using quiet = await withCodat([{ status: 500 }], { retries: 'none' });
    await errorOf(quiet.client.getCompany(company));
    assert.equal(quiet.seen.length, 1);
  });

  it('spreads its repeats by chance, never beyond the longest wait', async () => {
    await using codat = await withCodat([{ status: 500 }, { status: 500 }, { json: companyJson }], {
      random: () => 0.5,
    });
    await codat.client.getCompany(company, { retries: { initialInterval: 100, exponent: 2, maxInterval: 215 } });
    assert.deepEqual(codat.clock.slept, [110.00000000000001, 215]);
  });
});

describe('a write', () => {
  it('is sent once, whatever the client does for reads', async () => {
    for (const script of [{ status: 503 }, { status: 429 }, { status: 408 }, hangUp]) {
      await using codat = await withCodat([script], { retries: { initialInterval: 1 } });
      await errorOf(codat.client.createCompany({ name: 'A' }));
      await errorOf(codat.client.createBankTransactions(company, connection, 'acc', body, { idempotencyKey: 'k' }));
      await errorOf(codat.client.deleteConnection(company, connection));
      assert.equal(codat.seen.length, 3);
      assert.deepEqual(
        codat.seen.map(({ headers }) => headers['idempotency-key']),
        [undefined, 'k', undefined],
      );
    }
  });

  it('is repeated where the call asks for it, under one Idempotency-Key', async () => {
    await using codat = await withCodat([{ status: 503 }, hangUp, { json: companyJson }]);
    await codat.client.createCompany({ name: 'A' }, { retries: {} });
    const keys = new Set(codat.seen.map(({ headers }) => headers['idempotency-key']));
    assert.equal(codat.seen.length, 3);
    assert.equal(keys.size, 1);
    assert.match(String([...keys][0]), /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
  });

  it('tells of an earlier attempt that may have arrived, where a repeat was held back', async () => {
    await using codat = await withCodat([{ status: 503 }]);
    let asked = 0;
    const options = { retries: {}, idempotencyKey: 'k', commit: () => (asked += 1) === 1 };
    const error = await errorOf(codat.client.createBankTransactions(company, connection, 'acc', body, options));
    assert.equal(error.kind === 'http' && error.status, 503);
    assert.equal(asked, 2);
    assert.equal(codat.seen.length, 1);
  });
});

describe('an error', () => {
  it('carries what Codat said, and its message does not', async () => {
    const validation = { errors: [{ itemId: 'x', message: 'bad', validatorName: null }], warnings: null };
    const json = errorJson(400, { validation });
    await using codat = await withCodat([{ status: 400, json, headers: { 'x-rate-limit-remaining': '12' } }]);
    const error = await errorOf(codat.client.getCompany(company));
    assert.ok(error.kind === 'http');
    assert.equal(error.error, 'Words of Codat.');
    assert.equal(error.service, 'PublicApi');
    assert.equal(error.correlationId, 'cor-1');
    assert.equal(error.detailedErrorCode, 7);
    assert.equal(error.canBeRetried, false);
    assert.deepEqual(error.validation, { errors: validation.errors, warnings: [] });
    assert.equal(error.headers['x-rate-limit-remaining'], '12');
    assert.equal(error.body, JSON.stringify(json));
    assert.match(error.message, /^Codat answered 400 to getCompany \(correlation id cor-1\): .+/);
    assert.equal(/Words|bad|8a210b68/.test(error.message), false);
  });

  it('is still one where its body is anything but an error body', async () => {
    const odd = { statusCode: 'x', error: 5, canBeRetried: 'Unknown', validation: 3, correlationId: 'c' };
    const texts = ['', '<html>Bad gateway</html>', '[]', '"x"', '{"__proto__":{"error":"x"}}', '{"statusCode":1e400}'];
    const scripts: Script[] = texts.map((text) => ({ status: 502, text }));
    await using codat = await withCodat([...scripts, { status: 418, json: odd }], { retries: 'none' });
    for (const text of texts) {
      const error = await errorOf(codat.client.getCompany(company));
      assert.ok(error.kind === 'http');
      assert.equal(error.status, 502);
      assert.equal(error.error, undefined);
      assert.equal(error.canBeRetried, undefined);
      assert.equal(error.body, text);
    }
    const error = await errorOf(codat.client.getCompany(company));
    assert.ok(error.kind === 'http');
    assert.equal(error.correlationId, 'c');
    assert.equal(error.error, undefined);
  });

  it('of a hostile or broken answer is one kind, is not repeated and quotes nothing', async () => {
    const raw =
      (text: string): Script =>
      (_, response) =>
        void response.socket?.end(text);
    const hostile: Record<string, Script> = {
      'another type': { text: JSON.stringify(companyJson), headers: { 'content-type': 'text/html' } },
      'not JSON': { text: '{"id":"secret"' },
      empty: { text: '' },
      'a prototype': { text: '{"__proto__":{"id":"secret"}}' },
      'a number out of range': { text: '{"id":"x","balance":1e400}' },
      'a missing member': { json: { id: 'secret' } },
      'a wrong type': { json: { ...companyJson, dataConnections: 'secret' } },
      'broken UTF-8': (_, response) => response.writeHead(200).end(Buffer.from([0x22, 0xc3, 0x28, 0x22])),
      'too long': { text: `"${'x'.repeat(1_000_001)}"` },
      'a redirect': { status: 302, headers: { location: 'http://127.0.0.1:1/secret' } },
      'not modified': { status: 304 },
      'not HTTP': raw('SECRET nonsense\r\n\r\n'),
      'long headers': raw(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`),
    };
    for (const transport of [undefined, fetchTransport]) {
      for (const [name, script] of Object.entries(hostile)) {
        await using codat = await withCodat([script], { transport });
        const error = await errorOf(codat.client.getCompany(company));
        assert.equal(error.kind, 'invalid-response', `${name}: ${error.message}`);
        assert.equal(/secret/i.test(error.message), false, error.message);
        assert.equal(codat.seen.length, 1, name);
      }
    }
    assert.equal(Object.hasOwn(Object.prototype, 'id'), false);
  });

  it('of time: each attempt has its own, and a read is repeated', async () => {
    await using codat = await withCodat([silence, { json: companyJson }], { timeoutMs: 40 });
    assert.equal((await codat.client.getCompany(company)).id, company);
    await using slow = await withCodat([silence], { timeoutMs: 40 });
    const error = await errorOf(slow.client.createCompany({ name: 'A' }));
    assert.equal(error.kind === 'timeout' && error.timeoutMs, 40);
    assert.equal(slow.seen.length, 1);
  });

  it('of the caller: aborted before, during and between attempts', async () => {
    const reason = new Error('gone');
    const gone = AbortSignal.abort(reason);
    await using codat = await withCodat([{ json: companyJson }]);
    const early = await errorOf(codat.client.getCompany(company, { signal: gone }));
    assert.equal(early.kind, 'aborted');
    assert.equal(early.cause, reason);
    assert.equal(codat.seen.length, 0);

    const during = new AbortController();
    await using silent = await withCodat([() => during.abort(reason)]);
    const late = await errorOf(silent.client.createCompany({ name: 'A' }, { signal: during.signal }));
    assert.equal(late.kind, 'aborted');
    assert.equal(late.cause, reason);

    const between = new AbortController();
    const clock = { ...testClock(), sleep: async () => between.abort(reason) };
    await using failing = await withCodat([{ status: 500 }], { clock });
    const waiting = await errorOf(failing.client.getCompany(company, { signal: between.signal }));
    assert.equal(waiting.kind, 'aborted');
    assert.equal(failing.seen.length, 1);
  });

  it('of the connection says whether anything can have arrived', async () => {
    const server = await playCodat({});
    await server[Symbol.asyncDispose]();
    for (const transport of [undefined, fetchTransport]) {
      await using client = createCodatClient({ apiKey: 'k', baseUrl: server.url, retries: 'none', transport });
      const refused = await errorOf(client.getCompany(company));
      assert.equal(refused.kind === 'connection' && refused.code, 'unreachable');
      await using codat = await withCodat([hangUp], { transport });
      const broken = await errorOf(codat.client.createCompany({ name: 'A' }));
      assert.equal(broken.kind === 'connection' && broken.code, 'broken');
    }
  });

  it('has an opinion on repeating only where Codat has one', async () => {
    for (const [said, read] of [
      ['True', true],
      ['False', false],
      ['Unknown', undefined],
      ['constructor', undefined],
    ] as const) {
      await using codat = await withCodat([{ status: 400, json: errorJson(400, { canBeRetried: said }) }]);
      const error = await errorOf(codat.client.getCompany(company));
      assert.equal(error.kind === 'http' && error.canBeRetried, read, said);
    }
  });

  it('of an answer that is not HTTP prints nothing of that answer', async () => {
    const raw = 'HTTP/1.1 200 OK\r\nContent-Length: SECRET\r\n\r\n{"password":"SECRET"}';
    const options = { commit: () => true, retries: 'none' } as const;
    for (const transport of [undefined, fetchTransport]) {
      await using codat = await withCodat([(_, response) => void response.socket?.end(raw)], { transport });
      const read = await errorOf(codat.client.getCompany(company));
      const write = await errorOf(codat.client.createBankTransactions(company, connection, 'a', '{}', options));
      for (const error of [read, write]) {
        assert.equal(error.kind, 'invalid-response');
        assert.match(String(error.cause), /Content-Length/i);
        assert.doesNotMatch(inspect(error, { depth: 9, showHidden: true }), /SECRET|53 45 43/);
      }
    }
  });

  it('of a transport that throws anything, or ignores its limit, is one of ours', async () => {
    const thrown = new Error('odd');
    const odd = createCodatClient({ apiKey: 'k', retries: 'none', transport: () => Promise.reject(thrown) });
    const error = await errorOf(odd.getCompany(company));
    assert.equal(error.kind === 'connection' && error.code, 'broken');
    assert.equal(error.cause, thrown);
    const endless = async () => ({ status: 200, headers: {}, body: new Uint8Array(1_000_001) });
    const long = createCodatClient({ apiKey: 'k', transport: endless });
    assert.equal((await errorOf(long.getCompany(company))).kind, 'invalid-response');
  });
});

describe('a header', () => {
  it('of the call replaces the one of the client, and ours stand, in whatever case they are written', async () => {
    await using codat = await withCodat([{ json: companyJson }], { headers: { 'X-Source': 'a', 'Content-Type': 'b' } });
    await codat.client.createCompany({ name: 'A' }, { headers: { 'x-source': 'c', ACCEPT: 'text/plain' } });
    const { headers } = codat.seen[0] ?? assert.fail();
    assert.equal(headers['x-source'], 'c');
    assert.equal(headers['content-type'], 'application/json');
    assert.equal(headers.accept, 'text/plain');
  });

  it('without a text is refused', async () => {
    await using codat = await withCodat([{ json: companyJson }]);
    const headers: Record<string, string> = JSON.parse('{"x-source": null}');
    const error = await errorOf(codat.client.getCompany(company, { headers }));
    assert.equal(error.kind === 'invalid-request' && error.field, 'headers["x-source"]');
  });
});

describe('the debug log', () => {
  it('hears of every attempt and holds no secret', async () => {
    const lines: string[] = [];
    const log = { debug: (fields: object, message: string) => lines.push(`${message} ${JSON.stringify(fields)}`) };
    const answer = {
      id: 'x',
      integrationId: 'i',
      sourceId: 's',
      sourceType: 'Accounting',
      platformName: 'Xero',
      linkUrl: 'https://link/start?otp=SECRET-1',
      status: 'Linked',
      created: '2026-01-01',
      connectionInfo: { otp: 'SECRET-2', password: 'SECRET-3', note: 'see https://x/?a=1&link.otp=SECRET-4 "' },
    };
    const headers = { 'set-cookie': 'a=SECRET-5' };
    await using codat = await withCodat([{ status: 500, json: errorJson(500) }, { json: answer, headers }, hangUp], {
      log,
      apiKey: 'SECRET-KEY',
      headers: { 'x-host': 'bank' },
    });
    await codat.client.getConnection(company, connection);
    const push = '{"accountId":"acc","transactions":[{"description":"SECRET-6"}]}';
    await errorOf(codat.client.createBankTransactions(company, connection, 'acc', push));
    const text = lines.join('\n');
    assert.deepEqual(
      lines.map((line) => line.split(' {')[0]),
      ['request', 'response', 'retry', 'request', 'response', 'request', 'no answer'],
    );
    assert.equal(/SECRET/.test(text), false, text);
    assert.equal(text.includes(btoa('SECRET-KEY')), false);
    assert.match(text, /"x-host":"bank"/);
    assert.match(text, /Words of Codat/);
    assert.equal(codat.seen[0]?.headers['x-host'], 'bank');
  });
});
