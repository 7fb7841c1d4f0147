/** Every route with ids that are not its caller's: another company's, another connection's, made up, crafted. */
import {
  asPage,
  asServer,
  faultOf,
  idsOf,
  makeCompanies,
  ownAddresses,
  stateAtCodat,
  type Companies,
  type Company,
} from './companies.ts';
import { allCases, decodeLoosely, expected, known, ownPath, type Case } from './object-cases.ts';
import type { Route } from './routes.ts';
import { Findings, type Suite } from './suite.ts';
import { bytesOf } from './wire.ts';
import { openWorld, pageOrigin, serverSecret, type Handler, type World } from './world.ts';

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
      const companies = await makeCompanies(world);
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
