import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fc } from '../support/fast-check.ts';
import { authorizationOf } from '../../../src/codat/api-key.ts';
import { CodatInvalidRequestError, createCodatClient } from '../../../src/codat/index.ts';
import { checkNode } from '../../../src/codat/runtime.ts';
import { accountSegment, buildUrl, checkBaseUrl, segment } from '../../../src/codat/paths.ts';

const base = 'https://api.codat.io';
const refused = (call: () => unknown, field: string): void => {
  assert.throws(call, (error) => error instanceof CodatInvalidRequestError && error.field === field);
};

describe('a path', () => {
  it('refuses ids that are no id, or a route of Codat', () => {
    const bad = ['', '.', '..', 'a\nb', '\u0000', '\u007f', '\u0085', '\ud800', 'x'.repeat(201)];
    for (const id of bad) refused(() => segment('companyId', id), 'companyId');
    for (const id of [...bad, 'batch', 'BATCH', 'Credentials'])
      refused(() => accountSegment('accountId', id), 'accountId');
    // A caller without types.
    refused(() => Reflect.apply(segment, undefined, ['companyId', 5]), 'companyId');
    refused(() => buildUrl(base, '/companies/../x'), 'path');
    refused(() => buildUrl(base, '/companies/%2e%2e/x'), 'path');
  });

  it('keeps any other id whole: it comes out as it went in, and reaches no other route', () => {
    const odd = fc.constantFrom(
      '..%2f',
      '%2e%2e',
      'a/../b',
      '...',
      'a?b#c',
      "it's",
      'é ü',
      'batch/',
      '\\..\\',
      ';',
      '😀',
    );
    fc.assert(
      fc.property(fc.oneof(odd, fc.string({ unit: 'binary', minLength: 1, maxLength: 100 })), (id) => {
        let part: string;
        try {
          part = accountSegment('accountId', id);
        } catch (error) {
          assert.ok(error instanceof CodatInvalidRequestError);
          return;
        }
        const { pathname, search, hash } = new URL(buildUrl(base, `/a/${part}/b`));
        const parts = pathname.split('/');
        assert.deepEqual([parts.length, parts[1], parts[3], search, hash], [4, 'a', 'b', '', '']);
        assert.equal(decodeURIComponent(parts[2] ?? ''), id);
      }),
    );
  });

  it('keeps a query whole', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (query) => {
        const url = new URL(buildUrl(`${base}/under`, '/companies', { query, page: 2, orderBy: undefined }));
        assert.equal(url.searchParams.get('query'), query);
        assert.deepEqual([...url.searchParams.keys()], ['query', 'page']);
      }),
    );
  });

  it('begins where the client was told, and nowhere odd', () => {
    assert.equal(checkBaseUrl('http://127.0.0.1:8080/codat//'), 'http://127.0.0.1:8080/codat');
    assert.equal(checkBaseUrl('https://API.codat.io:443'), base);
    for (const url of ['', 'api.codat.io', 'ftp://x', 'https://u:p@x', 'https://x?a', 'https://x/#a', 'file:///x']) {
      refused(() => createCodatClient({ apiKey: 'k', baseUrl: url }), 'baseUrl');
    }
  });
});

describe('the runtime', () => {
  it('is asked for its version where it is Node, and refused where it is too old', () => {
    for (const version of ['18.20.4', '20.20.2', '22.12.0'])
      assert.throws(() => checkNode(version), new RegExp(`Node 22\\.13 or newer; this is ${version}`));
    for (const version of ['22.13.0', '22.20.1', '24.0.0', undefined]) checkNode(version);
  });
});

describe('the API key', () => {
  const raw = 'sAmple0Key0Of0Codat0With0Forty0Letters00';
  const header = `Basic ${btoa(raw)}`;

  it('is taken raw, encoded, or as a pasted header', () => {
    for (const key of [raw, btoa(raw), header, ` ${raw}\n`, `basic  ${btoa(raw)}`]) {
      assert.equal(authorizationOf(key), header, key);
    }
    for (const key of ['k', 'test', 'abcd', 'sandbox-key', '0123456789abcdef0123456789abcdef']) {
      assert.equal(authorizationOf(key), `Basic ${btoa(key)}`, key);
    }
    assert.equal(authorizationOf('dGVzdC1rZXk='), 'Basic dGVzdC1rZXk=');
  });

  it('is refused where it cannot be one, and never shown', () => {
    for (const key of ['', '  ', 'Basic ', 'two words', 'sécret', 'a\nb', 'Basic a b']) {
      assert.throws(
        () => createCodatClient({ apiKey: key }),
        (error) =>
          error instanceof CodatInvalidRequestError && error.field === 'apiKey' && !/cret|words/.test(error.message),
      );
    }
    refused(() => Reflect.apply(createCodatClient, undefined, [{}]), 'apiKey');
  });

  it('stands beside options that are checked as well', () => {
    refused(() => createCodatClient({ apiKey: 'k', timeoutMs: 0 }), 'timeoutMs');
    refused(() => createCodatClient({ apiKey: 'k', retries: { maxInterval: -1 } }), 'retries.maxInterval');
    refused(() => createCodatClient({ apiKey: 'k', headers: { 'content-length': '1' } }), 'headers["content-length"]');
  });
});
