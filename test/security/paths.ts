/** Paths that try to become others on their way to Codat. */
import { connect } from 'node:net';
import type { Random } from '../sim/random.ts';
import { faultOf, idsOf, makeCompanies, ownAddresses, type Companies } from './companies.ts';
import { Findings, type Suite } from './suite.ts';
import { openWorld, pageOrigin, type Handler, type World } from './world.ts';

const fullwidth = (text: string): string =>
  text.replaceAll(/[!-~]/g, (sign) => String.fromCodePoint((sign.codePointAt(0) ?? 0) + 0xfee0));
const hex = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');

/** What may stand where a slash stands. */
const slashes =
  '// /\\ \\ /./ /../ /.;/ /..;/ %2f %2F %5c %252f ;/ /%2e/ /%2e%2e/ /.%2e/ /%252e%252e/ /%c0%ae%c0%ae/ ／ ⁄ ∕ /\t/ %00/ /\0'.split(
    ' ',
  );
/** What may stand where an id stands. */
const segments =
  '.. . %2e%2e %2E. .%2e %252e%252e %25252e ．． ‥ … %ef%bc%8e%ef%bc%8e %c0%ae%c0%ae %e0%80%ae ..%00 %00 %0a %0d%0a ..; ;.. credentials batch mapping CREDENTIALS credentials%2f ..%2fcredentials %2e%2e%5ccredentials * %ff %f0%9f%98%80 %ud800 __proto__ @evil.example evil.example:80'.split(
    ' ',
  );
/** What may stand anywhere. */
const bits =
  '%2e %252e .. . // /\\ ; ;a=b \0 %00 \t \n ‮ ． ․ 。 ‥ ／ # ? ?x=/../ @ : %  %zz %u002e & = + ~ ^ | " < > ` { } [ ] é \u{1f600} \ud800 %20 %09 %0a'.split(
    ' ',
  );

const mutate = (path: string, random: Random, companies: Companies): string => {
  const at = random.int(0, path.length);
  const insert = (text: string): string => path.slice(0, at) + text + path.slice(at);
  const parts = path.split('/');
  const place = random.int(2, Math.max(2, parts.length - 1));
  switch (random.int(0, 12)) {
    case 0:
    case 1: {
      const places = [...path.matchAll(/\//g)].map(({ index }) => index);
      const one = random.pick(places.length > 0 ? places : [0]);
      return path.slice(0, one) + random.pick(slashes) + path.slice(one + 1);
    }
    case 2:
    case 3:
      return parts.with(Math.min(place, parts.length - 1), random.pick(segments)).join('/');
    case 4:
    case 5:
      return insert(random.pick(bits));
    case 6:
      return path.slice(0, at) + hex(path.slice(at, at + 3)) + path.slice(at + 3);
    case 7:
      return path.slice(0, at) + hex(hex(path.slice(at, at + 1))) + path.slice(at + 1);
    case 8:
      return path.slice(0, at) + fullwidth(path.slice(at, at + 2)) + path.slice(at + 2);
    case 9:
      return random.chance(0.9) ? path.slice(0, at) + path.slice(at).toUpperCase() : insert('A/'.repeat(8192));
    case 10:
      return parts.toSpliced(place, random.int(0, 1), random.pick(idsOf(companies.other))).join('/');
    case 11:
      return parts.toSpliced(place, 0, ...parts.slice(-2), '..', '..').join('/');
    default:
      return random.pick([
        `${path}/`,
        `${path}/..`,
        `/${path}`,
        `${path}%2f..%2f..`,
        `//evil.example${path}`,
        `/.${path}`,
      ]);
  }
};

interface Drawn {
  readonly method: string;
  readonly path: string;
  readonly body: string | undefined;
}

const templates = [
  ['state', 'GET'],
  ['connections', 'POST'],
  ['connections/C', 'DELETE'],
  ['connections/C/link', 'GET'],
  ['connections/C/disconnect', 'POST'],
  ['connections/C/credentials', 'DELETE'],
  ['connections/C/otp', 'POST'],
  ['connections/C/accounts', 'GET'],
  ['connections/C/accounts', 'POST'],
  ['connections/C/accounts/A', 'PATCH'],
  ['connections/C/accounts/A', 'DELETE'],
  ['connections/C/mappings', 'GET'],
  ['connections/C/mappings/A', 'PUT'],
  ['connections/C/mappings/A', 'DELETE'],
  ['feeds', 'GET'],
  ['feeds/A/pushes', 'GET'],
  ['companies/X/feeds', 'GET'],
] as const;

const draw = (random: Random, companies: Companies): Drawn => {
  const { own, other } = companies;
  const company = random.chance(0.8) ? own : other;
  const connection = random.pick(company.connections);
  const account = random.pick(connection.accounts);
  const [template, usual] = random.pick(templates);
  let path = `/v1/${template}`
    .replace('C', random.chance(0.8) ? connection.wire : connection.raw)
    .replace('A', random.chance(0.8) ? account.wire : encodeURIComponent(account.raw))
    .replace('X', company.id);
  for (let times = random.pick([0, 1, 1, 1, 2, 3]); times > 0; times -= 1) path = mutate(path, random, companies);
  const method = random.chance(0.8) ? usual : random.pick(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);
  const body = { platform: 'xero', accountIds: [account.wire], name: 'Name', targetId: null };
  return { method, path, body: method === 'GET' || method === 'DELETE' ? undefined : JSON.stringify(body) };
};

/** Over a socket, where a `Request` cannot have such a path. Answers the status, 0 where there is none. */
const overSocket = (
  world: World,
  { method, path, body = '' }: Drawn,
  headers: Record<string, string>,
): Promise<number> =>
  new Promise((resolve) => {
    let text = '';
    const socket = connect(world.port, '127.0.0.1');
    const done = (): void => {
      socket.destroy();
      resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0));
    };
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (text.includes('\r\n\r\n')) done();
    });
    socket.on('error', done);
    socket.on('close', done);
    const lines = Object.entries({ ...headers, host: '127.0.0.1', 'content-length': String(body.length) });
    socket.write(
      `${method} ${path.replaceAll(/[\r\n ]/g, '')} HTTP/1.1\r\n` +
        `${lines.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n${body}`,
    );
  });

/** Answers how many found something, so that Codat was called or had just been. */
const fuzz = async (
  world: World,
  companies: Companies,
  findings: Findings,
  random: Random,
  cases: number,
  handler: Handler = world.proxy.fetch,
): Promise<number> => {
  const { own, other } = companies;
  const addresses = ownAddresses(own);
  const foreign = idsOf(other);
  let token = await world.token(own.id);
  let sockets = 0;
  let reached = 0;
  world.recorder.take();
  world.serve(handler);
  for (let n = 0; n < cases; n += 1) {
    if (n % 10_000 === 9_999) token = await world.token(own.id);
    const drawn = draw(random, companies);
    const { method, path, body } = drawn;
    const headers = {
      origin: pageOrigin,
      'bank-feed-version': '1',
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
    };
    findings.tried();
    const url = world.url + path;
    // With user and password: no `Request` can be made of it.
    const asRequest = URL.canParse(url) && new URL(url).username + new URL(url).password === '';
    let status: number;
    // Also now and then what a `Request` would take: it writes paths anew, a socket does not.
    if (!asRequest || (sockets < cases / 25 && random.chance(0.02))) {
      sockets += 1;
      status = await overSocket(world, drawn, headers);
    } else {
      const answer = await handler(new Request(url, { method, headers, body: body ?? null }));
      status = answer.status;
      await answer.body?.cancel();
    }
    if (status > 0 && ![400, 401, 404, 405, 429].includes(status)) reached += 1;
    findings.expect(status < 500, () => `${method} ${JSON.stringify(path.slice(0, 300))}\nis answered ${status}`);
    for (const call of world.recorder.take()) {
      const fault = faultOf(call, addresses, foreign);
      findings.expect(
        fault === undefined,
        () => `${method} ${JSON.stringify(path.slice(0, 300))}\ncalls Codat: ${fault}`,
      );
    }
  }
  return reached;
};

/** What a page gave, after the last part that is as it should be, sent on to Codat. */
const passesOn =
  (world: World, { own }: Companies, after: RegExp, to: string, write: (rest: string) => string): Handler =>
  async (request, env) => {
    const answer = await world.proxy.fetch(request, env);
    const rest = after.exec(new URL(request.url).pathname)?.[1];
    if (answer.status !== 404 || rest === undefined) return answer;
    const path = `/companies/${own.id}/connections${to}/${write(rest)}`;
    await world.recorder
      .transport({ method: 'GET', url: world.recorder.base + path, headers: {} })
      .catch(() => undefined);
    return answer;
  };

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

export const paths: Suite = {
  name: 'paths',
  cases: 50_000,
  async run({ random, cases }) {
    const findings = new Findings();
    const planted = new Map<string, number>();
    const world = await openWorld();
    try {
      const companies = await makeCompanies(world);
      world.recorder.refusesWrites = true;
      const reached = await fuzz(world, companies, findings, random, cases);
      // Else nothing of what was tried could have shown anything.
      findings.expect(reached > cases / 50, () => `of ${cases} requests only ${reached} found anything`);
      const { raw } = companies.own.linked;
      const holes: Readonly<Record<string, Handler>> = {
        'the rest of a path is passed on': passesOn(world, companies, /^\/v1\/connections\/(.+)/, '', (rest) => rest),
        'an account is passed on, decoded': passesOn(
          world,
          companies,
          /^\/v1\/connections\/[^/]+\/accounts\/([^/]+)$/,
          `/${raw}/connectionInfo/bankFeedAccounts`,
          decoded,
        ),
      };
      for (const [name, handler] of Object.entries(holes)) {
        const found = new Findings();
        await fuzz(world, companies, found, random, Math.min(cases, 2_000), handler);
        planted.set(name, found.faults);
      }
    } finally {
      await world.stop();
    }
    return { findings, planted };
  },
};
