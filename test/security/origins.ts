/** Which pages may call, by both modes: each combination has exactly one right answer. */
import { sign } from 'node:crypto';
import { Findings, type Suite } from './suite.ts';
import { ask, type Answered } from './wire.ts';
import { hostKeys, openWorld, otherOrigin, pageOrigin, type Handler, type World } from './world.ts';

/** Signed by the host for a page on the proxy's own origin, which no list has to name. */
const ownPageToken = (publicUrl: string, companyId: string): string => {
  const now = Math.floor(Date.now() / 1000);
  const who = { iss: 'bank-feed-elements', aud: publicUrl, sub: 'hash', cid: companyId, org: publicUrl };
  const times = { auth_time: now, iat: now, nbf: now, exp: now + 600 };
  const claims = { ...who, ...times, scope: 'feeds:read', sid: 's', jti: 'j' };
  const text = [{ alg: 'EdDSA', kid: 'host', typ: 'bft+jwt' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${text}.${sign(null, Buffer.from(text), hostKeys.privateKey).toString('base64url')}`;
};

const sites = [undefined, 'same-origin', 'same-site', 'cross-site'] as const;

const originsOf = (url: string): readonly (string | undefined)[] => [
  undefined,
  url,
  pageOrigin,
  otherOrigin,
  'null',
  'https://evil.example',
  `${pageOrigin}.evil.example`,
  pageOrigin.replace('https', 'http'),
  `${pageOrigin}:8443`,
  pageOrigin.toUpperCase(),
];

interface Case {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly expects: { readonly isIn: boolean; readonly cors: Readonly<Record<string, string>> };
}

const exposed = 'bank-feed-version, x-request-id, x-codat-correlation-id, retry-after';
const preflight = {
  'access-control-request-method': 'POST',
  'access-control-request-headers': 'authorization,bank-feed-version,content-type',
} as const;

/** Every origin with every site; `of` says how it is asked and what is right. */
const table = (
  url: string,
  name: string,
  of: (origin: string | undefined, site: (typeof sites)[number]) => Omit<Case, 'name'>,
): Case[] =>
  originsOf(url).flatMap((origin) =>
    sites.map((site) => {
      const made = of(origin, site);
      const headers = {
        ...made.headers,
        ...(origin === undefined ? {} : { origin }),
        ...(site === undefined ? {} : { 'sec-fetch-site': site }),
      };
      return { ...made, headers, name: `${name}, Origin ${origin ?? 'none'}, Sec-Fetch-Site ${site ?? 'none'}` };
    }),
  );

const tokenCases = (url: string, token: string, ownToken: string): Case[] => {
  const listed = (origin: string | undefined): Record<string, string> =>
    origin === pageOrigin || origin === otherOrigin
      ? { 'access-control-allow-origin': origin, 'access-control-expose-headers': exposed }
      : {};
  return [
    ...table(url, 'tokens, preflight', (origin) => ({
      method: 'OPTIONS',
      path: '/v1/connections',
      headers: preflight,
      expects: {
        isIn: true,
        cors: {
          ...listed(origin),
          ...('access-control-allow-origin' in listed(origin) && {
            'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
            'access-control-allow-headers': 'authorization, content-type, last-event-id, bank-feed-version',
            'access-control-max-age': '600',
          }),
        },
      },
    })),
    ...table(url, 'tokens, of a listed page', (origin) => ({
      method: 'POST',
      path: '/v1/connections',
      body: '{"platform":"xero"}',
      headers: { authorization: `Bearer ${token}` },
      expects: { isIn: origin === pageOrigin, cors: listed(origin) },
    })),
    // Browsers send no Origin with a GET to one's own origin: then Sec-Fetch-Site says it.
    ...table(url, 'tokens, of a page beside the proxy', (origin, site) => ({
      method: 'GET',
      path: '/v1/state',
      headers: { authorization: `Bearer ${ownToken}` },
      expects: {
        isIn: origin === undefined ? site === 'same-origin' : origin === url,
        cors: listed(origin),
      },
    })),
  ];
};

const mountedCases = (url: string): Case[] => {
  const isOwn = (origin: string | undefined, site: (typeof sites)[number]): boolean =>
    (origin === undefined || origin === url) && (site === undefined || site === 'same-origin');
  const headers = { cookie: 'session=ann' };
  return [
    ...table(url, 'mounted, preflight', () => ({
      method: 'OPTIONS',
      path: '/v1/connections',
      headers: preflight,
      expects: { isIn: true, cors: {} },
    })),
    ...table(url, 'mounted, as the widget asks', (origin, site) => ({
      method: 'POST',
      path: '/v1/connections',
      body: '{"platform":"xero"}',
      headers: { ...headers, 'bank-feed-version': '1' },
      expects: { isIn: isOwn(origin, site), cors: {} },
    })),
    // A form of any page can be sent with cookies, but with no header of its own.
    ...table(url, 'mounted, as a form is sent', () => ({
      method: 'POST',
      path: '/v1/connections',
      body: '{"platform":"xero"}',
      headers: { ...headers, 'content-type': 'text/plain' },
      expects: { isIn: false, cors: {} },
    })),
  ];
};

/** What every answer carries, whoever asks. */
const privacy = (isMounted: boolean): Readonly<Record<string, string>> => ({
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': isMounted ? 'same-origin' : 'cross-origin',
  vary: 'Origin',
  'bank-feed-version': '1',
});

const judge = (given: Case, answer: Answered, isMounted: boolean, findings: Findings): void => {
  const { name, method, expects } = given;
  const right = expects.isIn ? (method === 'OPTIONS' ? [204] : [200, 201]) : [401];
  findings.expect(right.includes(answer.status), () => `${name}: answered ${answer.status}, not ${right.join(' or ')}`);
  const cors = Object.entries(answer.headers).filter(([header]) => header.startsWith('access-control-'));
  const isRight =
    cors.length === Object.keys(expects.cors).length && cors.every(([header, value]) => expects.cors[header] === value);
  findings.expect(isRight, () => `${name}: answered with ${JSON.stringify(cors)}`);
  for (const [header, value] of Object.entries(privacy(isMounted)))
    findings.expect(answer.headers[header] === value, () => `${name}: ${header} is ${String(answer.headers[header])}`);
  findings.expect(answer.headers['server'] === undefined, () => `${name}: it says what it is served by`);
};

const tryAll = async (world: World, cases: readonly Case[], isMounted: boolean, findings: Findings): Promise<void> => {
  for (const one of cases) {
    findings.tried();
    world.recorder.take();
    judge(one, await ask(world.port, one), isMounted, findings);
    if (!one.expects.isIn)
      findings.expect(world.recorder.take().length === 0, () => `${one.name}: it is refused, and Codat was called`);
  }
};

/** The same request with a header changed, or without it. */
const altered = (request: Request, name: string, value: string | undefined): Request => {
  const headers = new Headers(request.headers);
  if (value === undefined) headers.delete(name);
  else headers.set(name, value);
  return new Request(request, { headers });
};

type Hole = (world: World) => Handler;

const withHeader =
  (name: string, of: (request: Request) => string | undefined): Hole =>
  (world) =>
  async (request, env) => {
    const answer = await world.proxy.fetch(request, env);
    const value = of(request);
    if (value !== undefined) answer.headers.set(name, value);
    return answer;
  };

const tokenHoles: Readonly<Record<string, Hole>> = {
  'any origin is reflected': withHeader(
    'access-control-allow-origin',
    (request) => request.headers.get('origin') ?? undefined,
  ),
  'any origin that begins alike is allowed': withHeader('access-control-allow-origin', (request) => {
    const origin = request.headers.get('origin') ?? '';
    return origin.startsWith(pageOrigin) ? origin : undefined;
  }),
  'credentials are allowed': withHeader('access-control-allow-credentials', () => 'true'),
  'a token is good for every page': (world) => async (request, env) =>
    world.proxy.fetch(altered(request, 'origin', pageOrigin), env),
};

const mountedHoles: Readonly<Record<string, Hole>> = {
  'nobody looks at Sec-Fetch-Site': (world) => async (request, env) =>
    world.proxy.fetch(altered(request, 'sec-fetch-site', undefined), env),
  'nobody looks at Origin': (world) => async (request, env) =>
    world.proxy.fetch(altered(request, 'origin', undefined), env),
  'the header of the widget is not asked for': (world) => async (request, env) =>
    world.proxy.fetch(altered(request, 'bank-feed-version', '1'), env),
};

export const origins: Suite = {
  name: 'origins',
  async run() {
    const findings = new Findings();
    const planted = new Map<string, number>();
    const through = async (
      world: World,
      cases: readonly Case[],
      isMounted: boolean,
      holes: Readonly<Record<string, Hole>>,
    ) => {
      await tryAll(world, cases, isMounted, findings);
      for (const [name, hole] of Object.entries(holes)) {
        world.serve(hole(world));
        const found = new Findings();
        await tryAll(world, cases, isMounted, found);
        planted.set(name, found.faults);
      }
    };
    const companyOf = async (world: World): Promise<string> =>
      (await world.proxy.companies.ensure({ reference: 'own', name: 'Own Ltd' })).id;

    const tokens = await openWorld();
    try {
      const companyId = await companyOf(tokens);
      const cases = tokenCases(tokens.url, await tokens.token(companyId), ownPageToken(tokens.url, companyId));
      await through(tokens, cases, false, tokenHoles);
    } finally {
      await tokens.stop();
    }

    let companyId = '';
    const mounted = await openWorld({
      authorize: (request) =>
        request.headers.get('cookie') === 'session=ann'
          ? { companyId, subject: 'ann', scopes: ['feeds:read', 'feeds:connect'] }
          : undefined,
    });
    try {
      companyId = await companyOf(mounted);
      await through(mounted, mountedCases(mounted.url), true, mountedHoles);
    } finally {
      await mounted.stop();
    }
    return { findings, planted };
  },
};
