/** Every route with ids that are not its caller's: another company's, another connection's, made up, crafted. */
import {
  asPage,
  asServer,
  faultOf,
  idsOf,
  makeCompany,
  ownAddresses,
  stateAtCodat,
  type Company,
  type OwnConnection,
} from './companies.ts';
import type { Route } from './routes.ts';
import { Findings, type Suite } from './suite.ts';
import { bytesOf } from './wire.ts';
import { openWorld, pageOrigin, serverSecret, type Handler, type World } from './world.ts';

interface Known {
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
const known: Readonly<Record<string, Known>> = {
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
const expected = {
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

interface Case {
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
const ownPath = (route: Route, own: Company, on: Known['on']): string => {
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

const decodeLoosely = (text: string): string => {
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

function* allCases(routes: readonly Route[], own: Company, other: Company): Generator<Case> {
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

/** Codat's own page of a connection has its id in its address. */
const isLinkOf = ({ linked, id: companyId }: Company, { path }: Route, id: string): boolean =>
  path.endsWith('/link') && [linked.raw, companyId].includes(id);

const attack = async (
  world: World,
  { own, other }: Companies,
  findings: Findings,
  cases: Iterable<Case>,
): Promise<void> => {
  const addresses = ownAddresses(own);
  const foreign = idsOf(other);
  // Answers carry the wire's ids of one's own and nothing of Codat's.
  const secret = [...foreign, ...idsOf(own).filter((id) => !/^(con|acc|tgt)_/.test(id))];
  const constant = new Map<string, string>();
  const before = [await stateAtCodat(world, own), await stateAtCodat(world, other)];
  world.recorder.take();
  for (const { route, path, body, asServer: isServer, expects } of cases) {
    findings.tried();
    const about = `${route.method} ${path.slice(0, 300)} ${body ?? ''}`;
    const asked = { method: route.method, path, body };
    const answer = await (isServer === true ? asServer(world, asked) : asPage(world, own.token, asked));
    const [isConstant, ...statuses] = expected[expects];
    findings.expect(
      statuses.some((status) => status === answer.status),
      () => `${about}\nis answered ${answer.status} ${answer.text.slice(0, 300)}`,
    );
    const kind = `${expects} ${route.method === 'HEAD'}`;
    const bytes = bytesOf(answer);
    const first = constant.get(kind) ?? bytes;
    constant.set(kind, first);
    findings.expect(!isConstant || bytes === first, () => `${about}\nis answered ${bytes}\ninstead of ${first}`);
    const told = secret.find((id) => answer.text.includes(id) && !isLinkOf(own, route, id));
    findings.expect(told === undefined, () => `${about}\ntells ${told}`);
    for (const call of world.recorder.take()) {
      const fault = faultOf(call, addresses, foreign);
      findings.expect(fault === undefined, () => `${about}\ncalls Codat: ${fault}`);
      findings.expect(call.method === 'GET', () => `${about}\nwrites: ${call.method} ${call.path}`);
    }
  }
  const after = [await stateAtCodat(world, own), await stateAtCodat(world, other)];
  findings.expect(before.join('') === after.join(''), () => `Codat has ${after.join('')}\nand had ${before.join('')}`);
};

interface Companies {
  readonly own: Company;
  readonly other: Company;
}

/** A hole in front of the proxy, and the routes that it is on. */
interface Hole {
  readonly on: RegExp;
  readonly make: (world: World, companies: Companies) => Handler;
}

const idIn = (request: Request, kind: string): string | undefined =>
  new RegExp(`/${kind}/([^/]+)`).exec(new URL(request.url).pathname)?.[1];

/** The same request to another path, or with other headers. */
const changed = (request: Request, path: string, headers: Readonly<Record<string, string>> = {}): Request => {
  const all = new Headers(request.headers);
  for (const [name, value] of Object.entries(headers)) all.set(name, value);
  return new Request(new URL(path, request.url), { method: request.method, headers: all });
};

const holes: Readonly<Record<string, Hole>> = {
  'an id that is not known is asked for at Codat': {
    on: /^GET .*link$/,
    make:
      (world, { own }) =>
      async (request, env) => {
        const answer = await world.proxy.fetch(request, env);
        const url = `${world.recorder.base}/companies/${own.id}/connections/${idIn(request, 'connections')}`;
        if (answer.status === 404) await world.recorder.transport({ method: 'GET', url, headers: {} });
        return answer;
      },
  },
  'another company is written to': {
    on: /^PATCH /,
    make:
      (world, { other }) =>
      async (request, env) => {
        const answer = await world.proxy.fetch(request, env);
        const path = [...ownAddresses(other)].find((address) => address.includes('%2F'));
        if (answer.status === 404)
          await world.recorder.transport({ method: 'PATCH', url: `${world.recorder.base}${path}`, headers: {} });
        return answer;
      },
  },
  'a header tells whose an id is': {
    on: /mappings$/,
    make:
      (world, { other }) =>
      async (request, env) => {
        const answer = await world.proxy.fetch(request, env);
        if (answer.status === 404 && request.url.includes(other.linked.wire)) answer.headers.set('x-owned', 'yes');
        return answer;
      },
  },
  'Codat’s own ids are taken': {
    on: /^GET .*accounts$/,
    make:
      (world, { own }) =>
      async (request, env) =>
        world.proxy.fetch(
          changed(request, new URL(request.url).pathname.replace(own.linked.raw, own.linked.wire)),
          env,
        ),
  },
  'a path is decoded twice': {
    on: /^GET .*mappings$/,
    make: (world) => async (request, env) =>
      world.proxy.fetch(changed(request, decodeLoosely(new URL(request.url).pathname)), env),
  },
  'a page opens what is for servers': {
    on: /companyId\/feeds$/,
    make: (world) => async (request, env) => {
      const headers = new Headers(request.headers);
      headers.set('authorization', `Bearer ${serverSecret}`);
      headers.delete('origin');
      return world.proxy.fetch(new Request(request.url, { method: request.method, headers }), env);
    },
  },
  'ids in a body are not looked at': {
    on: /^POST .*accounts$/,
    make: (world) => async (request, env) => {
      const answer = await world.proxy.fetch(request, env);
      return answer.status === 404 ? Response.json({ items: [], itemErrors: [] }) : answer;
    },
  },
};

/** What a session for one connection is to see of a company, and what it is not. */
const singleConnection = async (world: World, company: Company): Promise<Companies> => {
  const { linked } = company;
  const others = company.connections.filter((connection) => connection !== linked);
  const given = { companyId: company.id, subject: 'single', origin: pageOrigin, connections: [linked.raw] };
  const { token } = await world.proxy.sessions.mint(given);
  return {
    own: { ...company, token, connections: [linked] },
    other: { ...company, linked: others[0]!, connections: others },
  };
};

const unknownRoutes = (routes: readonly Route[], findings: Findings): void => {
  for (const { method, path } of routes)
    findings.expect(known[`${method} ${path}`] !== undefined, () => `${method} ${path} is a route that no case is for`);
  for (const name of Object.keys(known))
    findings.expect(
      routes.some(({ method, path }) => name === `${method} ${path}`),
      () => `${name} is no route any more`,
    );
};

/** Last of all, for much is gone then: the same calls with one's own ids find something, or the cases prove nothing. */
const ownCalls = async (world: World, { own }: Companies, findings: Findings): Promise<void> => {
  const lastOnes = [/^DELETE .*mappings/, /^DELETE .*accounts/, /disconnect/, /^DELETE .*:connection$/];
  const rank = ({ method, path }: Route): number => lastOnes.findIndex((one) => one.test(`${method} ${path}`));
  for (const route of world.routes.toSorted((one, other) => rank(one) - rank(other))) {
    const how = known[`${route.method} ${route.path}`];
    if (how?.for !== 'page' || route.path === '/v1/live') continue;
    const body = how.body === undefined ? undefined : JSON.stringify(how.body(own));
    const path = ownPath(route, own, how.on);
    findings.tried();
    const answer = await asPage(world, own.token, { method: route.method, path, body });
    findings.expect(
      ![401, 403, 404, 405].includes(answer.status) && answer.status < 500,
      () => `${route.method} ${path}, with one’s own ids, is answered ${answer.status} ${answer.text}`,
    );
  }
};

export const objects: Suite = {
  name: 'objects',
  async run() {
    const findings = new Findings();
    const planted = new Map<string, number>();
    const world = await openWorld();
    try {
      const companies: Companies = {
        own: await makeCompany(world, 'own', ['quickbooks', 'sage', 'xero']),
        other: await makeCompany(world, 'other', ['xero']),
      };
      const cases = [...allCases(world.routes, companies.own, companies.other)];
      unknownRoutes(world.routes, findings);
      await attack(world, companies, findings, cases);
      // One and the same company, with a session for its linked connection alone.
      const single = await singleConnection(world, companies.own);
      const pages = world.routes.filter(({ method, path }) => known[`${method} ${path}`]?.for === 'page');
      await attack(world, single, findings, allCases(pages, single.own, single.other));
      for (const [name, { on, make }] of Object.entries(holes)) {
        world.serve(make(world, companies));
        const found = new Findings();
        await attack(
          world,
          companies,
          found,
          cases.filter(({ route }) => on.test(`${route.method} ${route.path}`)),
        );
        planted.set(name, found.faults);
      }
      world.serve(async (request, env) => {
        const headers = new Headers(request.headers);
        headers.set('authorization', `Bearer ${companies.own.token}`);
        return world.proxy.fetch(new Request(request.url, { method: request.method, headers }), env);
      });
      const unlimited = new Findings();
      const reads = pages.filter(({ method, path }) => method === 'GET' && path.includes(':'));
      await attack(world, single, unlimited, allCases(reads, single.own, single.other));
      planted.set('a session is not limited to its connections', unlimited.faults);
      world.serve(world.proxy.fetch);
      const added = new Findings();
      unknownRoutes([...world.routes, { method: 'GET', path: '/v1/accounts/:account' }], added);
      planted.set('a route that nobody thought of', added.faults);
      await ownCalls(world, companies, findings);
    } finally {
      await world.stop();
    }
    return { findings, planted };
  },
};
