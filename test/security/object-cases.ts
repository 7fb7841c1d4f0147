/** What is tried on each route, made from the router's own table. */
import type { Company, OwnConnection } from './companies.ts';
import type { Route } from './routes.ts';

export interface Known {
  /** Who may call it; a page's token must open none of the others. */
  readonly for: 'page' | 'server' | 'codat' | 'anybody';
  /** A body with which the route works; `accountIds` and `targetId` in it are ids too. */
  readonly body?: (company: Company) => Readonly<Record<string, unknown>>;
  /** Which connection it works with; the linked one where not given. */
  readonly on?: 'quickbooks' | 'sage';
}

const page: Known = { for: 'page' };
const server: Known = { for: 'server' };

/** How each route is called. One that is not here is a fault: nobody thought of its ids. */
export const known: Readonly<Record<string, Known>> = {
  'GET /healthz': { for: 'anybody' },
  'GET /readyz': { for: 'anybody' },
  'GET /v1/state': page,
  'POST /v1/connections': { ...page, body: () => ({ platform: 'xero' }) },
  'POST /v1/connections/:connection/disconnect': page,
  'DELETE /v1/connections/:connection': page,
  'GET /v1/connections/:connection/link': page,
  'POST /v1/connections/:connection/credentials': { ...page, on: 'quickbooks' },
  'DELETE /v1/connections/:connection/credentials': { ...page, on: 'quickbooks' },
  'POST /v1/connections/:connection/otp': { ...page, on: 'sage' },
  'GET /v1/connections/:connection/accounts': page,
  'POST /v1/connections/:connection/accounts': {
    ...page,
    body: ({ linked }) => ({ accountIds: linked.accounts.map(({ wire }) => wire) }),
  },
  'PATCH /v1/connections/:connection/accounts/:account': { ...page, body: () => ({ name: 'Renamed' }) },
  'DELETE /v1/connections/:connection/accounts/:account': page,
  'GET /v1/connections/:connection/mappings': page,
  'PUT /v1/connections/:connection/mappings/:account': { ...page, body: () => ({ targetId: null }) },
  'DELETE /v1/connections/:connection/mappings/:account': page,
  'GET /v1/feeds': page,
  'GET /v1/feeds/:account/pushes': page,
  'GET /v1/live': page,
  'POST /v1/sessions': server,
  'POST /v1/sessions/revoke': server,
  'POST /v1/companies': server,
  'POST /v1/push': server,
  'GET /v1/events': server,
  'POST /v1/events/acknowledge': server,
  'GET /v1/held': server,
  'GET /v1/waiting': server,
  'GET /v1/held/lines': server,
  'POST /v1/held/:action{retry|skip|resume}': server,
  'GET /v1/companies/:companyId/feeds': server,
  'DELETE /v1/companies/:companyId': server,
  'POST /v1/webhooks/codat': { for: 'codat' },
};

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

const everyByte = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
const otherCase = (text: string): string =>
  text.replaceAll(/[a-z]/gi, (letter) => (letter < 'a' ? letter.toLowerCase() : letter.toUpperCase()));

/** Crafted from anything, as they stand in a path. */
const crafted: readonly string[] = [
  '. .. %2e %2e%2e %2E%2E .%2e %252e%252e ..%2f.. %2e%2e%2f%2e%2e ..%5c.. ..; %2e%2e%3b',
  'credentials Credentials batch BATCH mapping authorization ..%2fcredentials x%2f..%2fcredentials',
  '%20 %00 %0d%0aX-A:%20b %ff % %zz %uff0e %ef%bc%8e%ef%bc%8e %e2%80%8b',
  "* 0 -1 null undefined true __proto__ constructor toString '%20or%201=1 %7b%7d []",
  `con_ acc_ con_AAAAAAAAAAAAAAAAAAAAAA acc_AAAAAAAAAAAAAAAAAAAAAA ${'A'.repeat(8000)}`,
]
  .flatMap((line) => line.split(' '))
  .concat('');

/** Made from an id that somebody else has. */
const fromForeign = (id: string): readonly string[] => {
  const plain = encodeURIComponent(id);
  return [
    plain,
    everyByte(id),
    encodeURIComponent(otherCase(id)),
    `..%2f${plain}`,
    `%2e%2e%2f${plain}`,
    `${plain}%2f..`,
  ];
};

/** Made from one's own, so that it is none any more. */
const fromOwn = (id: string, foreign: string): readonly string[] => [
  otherCase(id),
  id.slice(0, -1),
  `${id}A`,
  `%20${id}`,
  `${id}%20`,
  `${id}%00`,
  `${id}%2f`,
  `${id}%3f`,
  `${id}%23`,
  `${id};${foreign}`,
  `${id},${foreign}`,
  `${id}%26${foreign}`,
  everyByte(id).replaceAll('%', '%25'),
];

/** What decides nothing but which route is meant: then no other answer than that it is none tells anything. */
const changesPath = (id: string): boolean => /^(\.|%2e){0,2}$/i.test(id);

/** By what is expected, the statuses that are right; `true`: all answers are the same to the byte. */
export const expected = {
  'not-found': [true, 404],
  'no-target': [true, 422],
  'no-session': [true, 401],
  /** Such a path is another one, or none, before anybody looks at ids. */
  'no-address': [false, 400, 401, 404, 405],
  'no-body': [false, 400],
  'not-for-servers': [false, 400, 404],
  unsigned: [false, 400],
  /** One's own, with ids of others beside it that mean nothing here. */
  own: [false, 200],
} as const;

export interface Case {
  readonly route: Route;
  readonly path: string;
  readonly body?: string | undefined;
  /** With the server secret, as one of the host's servers. */
  readonly asServer?: true;
  readonly expects: keyof typeof expected;
}

/** Accounts of the caller's own, on another connection. */
const elsewhere = ({ connections, linked }: Company): OwnConnection['accounts'] =>
  connections.find((connection) => connection !== linked)?.accounts ?? [];

/** All ids that have no business where this caller's own id of this kind stands. */
const hostileIds = (own: Company, other: Company, kind: 'connection' | 'account'): readonly string[] => {
  const [strange, mine] = [other.linked, own.linked];
  const foreign =
    kind === 'connection'
      ? [strange.wire, strange.raw, other.id, own.id, mine.raw, strange.accounts[0]!.wire, mine.accounts[0]!.wire]
      : [
          ...strange.accounts.flatMap(({ wire, raw }) => [wire, raw]),
          ...elsewhere(own).map(({ wire }) => wire),
          ...mine.accounts.map(({ raw }) => raw),
          mine.wire,
          strange.wire,
          mine.targets[0]!.wire,
        ];
  const one = kind === 'connection' ? mine.wire : mine.accounts[0]!.wire;
  const all = [...foreign.flatMap(fromForeign), ...fromOwn(one, foreign[0] ?? ''), ...crafted];
  return [...new Set(all)];
};

/** The path with the caller's own ids. */
export const ownPath = (route: Route, own: Company, on: Known['on']): string => {
  const connection = own.connections.find(({ platform }) => platform === on) ?? own.linked;
  return route.path
    .replace(':connection', connection.wire)
    .replace(':account', connection.accounts[0]!.wire)
    .replace(':companyId', own.id)
    .replace(/:action\{.*\}/, 'retry');
};

/** Of a route for pages: in its path and its body. */
function* pageCases(route: Route, how: Known, own: Company, other: Company): Generator<Case> {
  const body = how.body === undefined ? undefined : JSON.stringify(how.body(own));
  for (const kind of ['connection', 'account'] as const) {
    if (!route.path.includes(`:${kind}`)) continue;
    const others = { path: route.path.replace(`:${kind}`, '#') };
    const template = ownPath({ ...route, ...others }, own, how.on);
    for (const id of hostileIds(own, other, kind))
      yield {
        route,
        path: template.replace('#', id),
        body,
        expects: changesPath(id) ? 'no-address' : 'not-found',
      };
    yield { route, path: template.replace('/#', ''), body, expects: 'no-address' };
  }
  const whole = ownPath(route, own, how.on);
  const foreign = [other.linked.accounts[0]!, ...elsewhere(own), ...own.linked.targets.slice(0, 1)];
  const made = ['', 'batch', 'credentials', '..', '%2e%2e', '../batch', 'acc_AAAAAAAAAAAAAAAAAAAAAA', own.linked.wire];
  const strange = [
    ...foreign.flatMap(({ wire, raw }) => [wire, raw, otherCase(wire)]),
    own.linked.accounts[0]!.raw,
    ...made,
  ];
  if (body?.includes('accountIds') === true) {
    for (const id of strange) {
      const alone = JSON.stringify({ accountIds: [id] });
      const among = JSON.stringify({ accountIds: [own.linked.accounts[0]!.wire, id] });
      for (const given of [alone, among]) yield { route, path: whole, body: given, expects: 'not-found' };
    }
    for (const given of [
      {},
      { accountIds: [] },
      { accountIds: other.linked.accounts[0]!.wire },
      { accountIds: [null] },
    ])
      yield { route, path: whole, body: JSON.stringify(given), expects: 'no-body' };
  }
  if (body?.includes('targetId') === true) {
    const targets = [...strange, ...other.linked.targets.slice(0, 3).flatMap(({ wire, raw }) => [wire, raw])];
    // Codat's own id of a target that this very account may have.
    for (const id of [...targets, ...own.linked.targets.slice(0, 3).map(({ raw }) => raw)])
      if (id !== own.linked.targets[0]!.wire)
        yield { route, path: whole, body: JSON.stringify({ targetId: id }), expects: 'no-target' };
    for (const given of [{}, { targetId: 7 }, { targetId: [own.linked.targets[0]!.wire] }])
      yield { route, path: whole, body: JSON.stringify(given), expects: 'no-body' };
  }
}

/** Routes for servers: closed to a page, and with the secret still no way to Codat for what is no id. */
function* serverCases(route: Route, own: Company, other: Company): Generator<Case> {
  const bodyWith = (companyId: string): string | undefined =>
    route.method === 'GET' || route.method === 'DELETE'
      ? undefined
      : JSON.stringify({ companyId, reference: 'r', name: 'n', accountId: 'a', subject: 's', transactions: [] });
  for (const id of [own.id, other.id, 'credentials', 'x']) {
    const path = `${route.path.replace(':companyId', id).replace(/:action\{.*\}/, 'retry')}?companyId=${id}&accountId=a`;
    yield { route, path, body: bodyWith(id), expects: 'no-session' };
  }
  if (!route.path.includes(':companyId') && !/held|waiting|push/.test(route.path)) return;
  const made = [
    `${own.id}x`,
    `${own.id}%2f..`,
    `..%2f${own.id}`,
    `${own.id}%00`,
    own.linked.wire,
    own.linked.raw.slice(1),
  ];
  for (const id of [...made, ...crafted]) {
    const path = route.path.replace(':companyId', id).replace(/:action\{.*\}/, 'retry');
    const inPath = path !== route.path && route.path.includes(':companyId');
    const query = inPath || route.method !== 'GET' ? '' : `?companyId=${id}&accountId=a`;
    const expects = changesPath(id) && inPath ? 'no-address' : 'not-for-servers';
    yield { route, path: path + query, body: bodyWith(decodeLoosely(id)), asServer: true, expects };
  }
}

export const decodeLoosely = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** What is not named by a route must not be heard: ids of others in the query and in headers. */
function* besideCases(route: Route, how: Known, own: Company, other: Company): Generator<Case> {
  if (route.method !== 'GET' || route.path === '/v1/live') return;
  const { linked } = other;
  for (const name of ['companyId', 'company', 'cid', 'connectionId', 'connection', 'accountId', 'account'])
    for (const id of [other.id, linked.wire, linked.raw, linked.accounts[0]!.raw])
      yield { route, path: `${ownPath(route, own, how.on)}?${name}=${encodeURIComponent(id)}`, expects: 'own' };
}

/** The same paths by every other method. */
function* methodCases(
  paths: ReadonlySet<string>,
  routes: readonly Route[],
  own: Company,
  other: Company,
): Generator<Case> {
  const { linked } = other;
  for (const path of paths)
    for (const method of methods) {
      const isRoute = routes.some(
        (route) => route.path === path && (route.method === method || (method === 'HEAD' && route.method === 'GET')),
      );
      if (isRoute && method !== 'HEAD') continue;
      for (const [connection, account] of [
        [linked.wire, linked.accounts[0]!.wire],
        [linked.raw, linked.accounts[0]!.raw],
        [own.linked.wire, linked.accounts[0]!.wire],
        ['%2e%2e%2f', 'credentials'],
      ] as const) {
        if (connection === own.linked.wire && !path.includes(':account')) continue;
        const whole = path.replace(':connection', connection).replace(':account', encodeURIComponent(account));
        yield { route: { method, path }, path: whole, expects: isRoute ? 'not-found' : 'no-address' };
      }
    }
}

export function* allCases(routes: readonly Route[], own: Company, other: Company): Generator<Case> {
  for (const route of routes) {
    const how = known[`${route.method} ${route.path}`];
    if (how?.for === 'page') {
      yield* pageCases(route, how, own, other);
      yield* besideCases(route, how, own, other);
    }
    if (how?.for === 'server') yield* serverCases(route, own, other);
    if (how?.for === 'codat')
      yield { route, path: route.path, body: JSON.stringify({ id: other.id }), expects: 'unsigned' };
  }
  const withIds = routes.filter(({ path }) => /:(connection|account)\b/.test(path));
  yield* methodCases(new Set(withIds.map(({ path }) => path)), routes, own, other);
}
