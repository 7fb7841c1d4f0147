import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fc } from '../support/fast-check.ts';
import { controlRoutes } from '../../../src/sandbox/controls.ts';
import { anyText } from './fuzz/bodies.ts';
import { sourceAccount, standing } from './harness.ts';

const options = { numRuns: 600 };
const markup = `"><script>alert(1)</script><img src=x onerror=alert(1)>'`;

/** Books whose every name is markup, seen from the outside. */
async function inhabited() {
  const logged: string[] = [];
  const stage = standing({
    limits: 'off',
    send: async () => new Response(),
    log: (message, details) => logged.push(`${message} ${JSON.stringify(details)}`),
  });
  const places = [];
  for (const platformKey of ['gbol', 'hcws', 'olpr', 'fbrh', 'akxx', 'qudb']) {
    const account = sourceAccount({
      id: 'acc-1',
      accountName: markup,
      currency: platformKey === 'hcws' ? 'USD' : 'GBP',
    });
    const place = await stage.linked(platformKey);
    await stage.call('POST', `${place.base}/connectionInfo/bankFeedAccounts`, account);
    stage.sandbox.control.authorize(place.companyId, place.connectionId, { accountIds: ['acc-1'] });
    const day = '2026-06-10';
    const lines = [
      { id: markup, date: day, amount: -1, balance: 1, description: markup, reference: markup, counterparty: markup },
    ];
    const pushed = await stage.call('POST', `${place.base}/push/bankAccounts/acc-1/bankTransactions`, {
      accountId: 'acc-1',
      transactions: lines,
    });
    assert.equal(pushed.status, 200, pushed.text);
    places.push(place);
  }
  await stage.clock.advance(2000);
  const waiting = await stage.company(`A ${markup}`);
  const connection = (await stage.call('POST', `/companies/${waiting}/connections`, { platformKey: 'gbol' })).body;
  places.push({ companyId: waiting, connectionId: String(connection.id) });
  return { ...stage, places, otp: new URL(connection.linkUrl).searchParams.get('otp') ?? '', logged };
}

const stage = await inhabited();
const ids = stage.places.flatMap(({ companyId, connectionId }) => [companyId, connectionId]);
const segment = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...ids) },
  fc.constantFrom('..', '%2e%2e%2fpackage.json', '%', '%00', '__proto__', 'style.css', 'x'.repeat(5000), ''),
  anyText(6).map((text) => encodeURIComponent(text.toWellFormed())),
);
const value = fc.oneof(
  fc.constantFrom(
    '1',
    '-1',
    '1e9',
    'allow',
    'refuse',
    'acc-1',
    'new',
    '2026-06-01',
    '2026-02-30',
    '%zz',
    stage.otp,
    'x'.repeat(3000),
  ),
  fc.constantFrom(...ids),
  fc.constantFrom(markup, 'https://evil.test/', '//evil.test', 'javascript:alert(1)', 'a\r\nset-cookie: b=c'),
  anyText(8).map((text) => text.toWellFormed()),
);
const names =
  'otp user company account page organization answer redirectUrl username password target start connection __proto__ x[]';
const name = fc.constantFrom(...names.split(' '), markup);
const fields = fc.array(fc.tuple(name, value), { maxLength: 4 }).map((pairs) => new URLSearchParams(pairs).toString());

/** What every page is, whatever was asked and whoever named the things on it. */
async function judge(response: Response): Promise<string> {
  const text = await response.text();
  assert.ok(response.status < 500, `answered ${response.status}`);
  assert.doesNotMatch(text.replaceAll(/"[^"]*"/g, ''), /<(?:script|img)/i);
  assert.doesNotMatch(text, /(?:href|action|src)="\s*javascript:/i);
  const location = response.headers.get('location');
  if (location !== null) {
    assert.equal(new URL(location, 'http://sandbox.test/').origin, 'http://sandbox.test', `leads away, to ${location}`);
  } else {
    assert.match(response.headers.get('content-security-policy') ?? '', /default-src 'none'/);
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
  }
  assert.equal(response.headers.get('set-cookie'), null);
  return text;
}

const roots = ['/link/companies', '/link/company', '/software', '/software/', '/link', '/software/style.css'];
const page = fc.record({
  method: fc.constantFrom('GET', 'GET', 'POST', 'HEAD', 'PUT', 'DELETE'),
  path: fc
    .tuple(
      fc.constantFrom(...roots),
      fc.array(fc.oneof(segment, fc.constantFrom('connections', 'start')), { maxLength: 4 }),
    )
    .map(([root, parts]) => [root, ...parts].join('/')),
  query: fields,
  form: fields,
});

test('a few hundred requests at addresses of pages: an answer for each, guarded, with no markup of a stranger', async () => {
  await fc.assert(
    fc.asyncProperty(page, async ({ method, path, query, form }) => {
      const url = new URL(`http://sandbox.test${path}?${query}`);
      if (!/^\/(?:link|software)/.test(url.pathname)) return; // dots led to another room
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const body = method === 'GET' || method === 'HEAD' ? {} : { body: form };
      await judge(await stage.sandbox.fetch(new Request(url, { method, headers, ...body })));
    }),
    options,
  );
  assert.deepEqual(stage.logged, []);
});

interface Exit {
  readonly method: string;
  readonly url: string;
  readonly fields: readonly (readonly [string, string])[];
}

const attribute = (tag: string, wanted: string): string | undefined =>
  new RegExp(`\\s${wanted}="([^"]*)"`)
    .exec(tag)?.[1]
    ?.replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

/** The links and forms of a page; a form once for each of its buttons. */
function exits(text: string, base: string): Exit[] {
  const links = [...text.matchAll(/<a\s[^>]*>/g)].map(([tag]) => ({
    method: 'GET',
    url: new URL(attribute(tag, 'href') ?? '', base).href,
    fields: [],
  }));
  const forms = [...text.matchAll(/<form\s[^>]*>([^]*?)<\/form>/g)].flatMap(([form, inside = '']) => {
    const named = (kind: string): (readonly [string, string])[] =>
      [...inside.matchAll(new RegExp(`<${kind}(?:\\s[^>]*)?>`, 'g'))].flatMap(([tag]) => {
        const field = attribute(tag, 'name');
        return field === undefined ? [] : [[field, attribute(tag, 'value') ?? ''] as const];
      });
    const options = [...inside.matchAll(/<select\s[^>]*name="([^"]*)"[^>]*>[^]*?<option[^>]*value="([^"]*)"/g)];
    const inputs = [...named('input'), ...options.map(([, field = '', chosen = '']) => [field, chosen] as const)];
    const buttons = named('button');
    const method = (attribute(form, 'method') ?? 'get').toUpperCase();
    const url = new URL(attribute(form, 'action') ?? base, base).href;
    return (buttons.length === 0 ? [undefined] : buttons).map((button) => ({
      method,
      url,
      fields: button === undefined ? inputs : [...inputs, button],
    }));
  });
  return [...links, ...forms];
}

const click = fc.record({
  which: fc.nat(30),
  // As a rule the form goes as it stands; else one field of it says something else.
  spoil: fc.option(fc.record({ field: fc.nat(8), by: value }), { freq: 2, nil: undefined }),
});

test('somebody who clicks about and fills in anything finds no page that fails', async () => {
  const visited = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(click, { minLength: 5, maxLength: 40, size: 'max' }), async (clicks) => {
      const { sandbox, places, call, logged } = await inhabited();
      const home = async (which: number): Promise<string> => {
        const { companyId, connectionId } = places[which % places.length] ?? places[0]!;
        const doors = ['/software', `/software/${connectionId}`, `/link/company/${companyId}`];
        const { linkUrl } = (await call('GET', `/companies/${companyId}/connections/${connectionId}`)).body;
        return new URL([...doors, String(linkUrl)][which % 4] ?? '/software', 'http://sandbox.test').href;
      };
      let here: Exit[] = [];
      for (const { which, spoil } of clicks) {
        const exit = here[which % Math.max(here.length, 1)] ?? { method: 'GET', url: await home(which), fields: [] };
        const filled = exit.fields.map(([field, given], index): [string, string] => [
          field,
          spoil !== undefined && index === spoil.field % exit.fields.length ? spoil.by : given,
        ]);
        let url = new URL(exit.url);
        if (url.origin !== 'http://sandbox.test') continue;
        let request: Request;
        if (exit.method === 'POST') {
          request = new Request(url, { method: 'POST', body: new URLSearchParams(filled) });
        } else {
          if (filled.length > 0) url.search = new URLSearchParams(filled).toString();
          request = new Request(url);
        }
        let response = await sandbox.fetch(request);
        let text = await judge(response);
        const location = response.headers.get('location');
        if (location !== null) {
          url = new URL(location, url);
          response = await sandbox.fetch(new Request(url));
          text = await judge(response);
        }
        visited.add(/<h1[^>]*>([^<]*)/.exec(text)?.[1]?.trim() ?? String(response.status));
        here = which % 7 === 6 ? [] : exits(text, url.href);
      }
      assert.deepEqual(logged, []);
      await sandbox.stop();
    }),
    { numRuns: 60 },
  );
  assert.ok(visited.size >= 12, `seen: ${[...visited].join('; ')}`);
});

const junk = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(-1, 0, 2, 500, 1e12, 1e308, true, '', 'x'.repeat(3000), [], {}, [{}], ['acc-1']),
  fc.constantFrom(
    'https://receiver.test/',
    'ftp://x',
    '*',
    'get-company',
    'status',
    'after',
    'small',
    'gbol',
    '2026-02-30',
  ),
  fc.constantFrom(...ids),
);
const members =
  'url operation kind status times skip ms where effect fault eventType eventTypes companyTags disabled secret ' +
  'accountIds feedStartDate organizationId companyId connectionId transactions advanceMs now pushMs webhookRetryMs ' +
  'size platformKey mapped __proto__';
const control = fc.constantFrom(...controlRoutes).chain(({ method, path }) =>
  fc.record({
    method: fc.oneof({ weight: 6, arbitrary: fc.constant<string>(method) }, fc.constantFrom('PUT', 'DELETE', 'PATCH')),
    path: fc.tuple(...path.split('/').map((part) => (part.startsWith(':') ? segment : fc.constant(part)))),
    query: fields,
    body: fc.oneof(
      {
        weight: 4,
        arbitrary: fc
          .dictionary(fc.constantFrom(...members.split(' ')), junk, { maxKeys: 4 })
          .map((some) => JSON.stringify(some)),
      },
      junk.map((some) => JSON.stringify(some)),
      fc.constantFrom('', '{', '['.repeat(20_000), 'null'),
    ),
  }),
);

test('a few hundred requests at the controls: an answer for each, and a reason for each refusal', async () => {
  await fc.assert(
    fc.asyncProperty(control, async ({ method, path, query, body }) => {
      const url = new URL(`http://sandbox.test/sandbox${path.join('/')}?${query}`);
      if (!url.pathname.startsWith('/sandbox/')) return;
      const response = await stage.sandbox.fetch(
        new Request(url, {
          method,
          headers: { authorization: `Basic ${Buffer.from('a-key').toString('base64')}` },
          ...(method === 'GET' ? {} : { body }),
        }),
      );
      const text = await response.text();
      assert.ok(response.status < 500, `answered ${response.status}: ${text}`);
      if (response.status >= 400) assert.match(String((JSON.parse(text) as { error: unknown }).error), /\w{3}/);
    }),
    options,
  );
  assert.deepEqual(stage.logged, []);
});
