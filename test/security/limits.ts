/** How much, how often, how many at once: beyond it 413, 415 or 429, which says when to ask again. */
import { asPage, asServer, makeCompany, type Company } from './companies.ts';
import { Findings, type Suite } from './suite.ts';
import { open, type Answered, type OpenAnswer } from './wire.ts';
import { openWorld, pageOrigin, type Handler, type World } from './world.ts';

interface Case {
  readonly name: string;
  readonly ask: () => Promise<Answered>;
  readonly status: number | readonly number[];
  /** In how many seconds at the most it may be asked again. */
  readonly retryAfter?: number;
}

const streams = { company: 3, all: 5 } as const;
const kilobyte = 1024;

/** JSON of exactly so many bytes. */
const bodyOf = (bytes: number): string => `{"a":"${'x'.repeat(bytes - 8)}"}`;

/** Until it is refused, or was done often enough for that. */
const untilRefused = async (times: number, ask: () => Promise<Answered>): Promise<Answered> => {
  for (let n = 1; n < times; n += 1) {
    const answer = await ask();
    if (answer.status >= 400) return answer;
  }
  return ask();
};

const make = (world: World, inside: Company, linked: Company): readonly Case[] => {
  const own = `/v1/connections/${linked.linked.wire}`;
  const account = linked.linked.accounts[0]?.wire;
  const pageRoutes: readonly (readonly [method: string, path: string])[] = [
    ['POST', '/v1/connections'],
    ['POST', `${own}/accounts`],
    ['PATCH', `${own}/accounts/${account}`],
    ['PUT', `${own}/mappings/${account}`],
  ];
  const serverRoutes: readonly (readonly [path: string, limit: number])[] = [
    ['/v1/sessions', 64 * kilobyte],
    ['/v1/sessions/revoke', 64 * kilobyte],
    ['/v1/companies', 64 * kilobyte],
    ['/v1/events/acknowledge', 64 * kilobyte],
    ['/v1/held/retry', 512 * kilobyte],
    ['/v1/held/skip', 512 * kilobyte],
    ['/v1/held/resume', 512 * kilobyte],
    ['/v1/webhooks/codat', 1024 * kilobyte],
    ['/v1/push', 16 * 1024 * kilobyte],
  ];
  const server = (path: string, body: string, more: { isChunked?: boolean; headers?: Record<string, string> } = {}) =>
    asServer(world, { method: 'POST', path, body, ...more });
  const page = (method: string, path: string, body?: string) => asPage(world, linked.token, { method, path, body });
  const quickbooks = inside.connections.find(({ platform }) => platform === 'quickbooks')?.wire;
  const sage = inside.connections.find(({ platform }) => platform === 'sage')?.wire;
  const give = (path: string) => asPage(world, inside.token, { method: 'POST', path: `/v1/connections/${path}` });

  const live = (token: string): Promise<OpenAnswer> => {
    const headers = { origin: pageOrigin, 'bank-feed-version': '1', authorization: `Bearer ${token}` };
    return open(world.port, { method: 'GET', path: '/v1/live', headers });
  };
  /** The answer to the last of so many streams, all of which are closed then. */
  const lastOf = async (tokens: readonly string[]): Promise<Answered> => {
    const opened: OpenAnswer[] = [];
    for (const token of tokens) opened.push(await live(token));
    for (const { close } of opened) close();
    return opened.at(-1) ?? { status: 0, headers: {}, text: '' };
  };
  /** A stream is given back when the proxy sees that its reader is gone. */
  const untilGivenBack = async (): Promise<Answered> => {
    for (const end = Date.now() + 5_000; ;) {
      const stream = await live(inside.token);
      stream.close();
      if (stream.status === 200 || Date.now() > end) return stream;
    }
  };
  const of = (token: string, count: number): string[] => Array.from({ length: count }, () => token);

  return [
    ...pageRoutes.flatMap(([method, path]): Case[] => [
      { name: `${method} ${path}, too much`, ask: () => page(method, path, bodyOf(64 * kilobyte + 1)), status: 413 },
    ]),
    ...serverRoutes.flatMap(([path, limit]): Case[] => [
      { name: `${path}, too much`, ask: () => server(path, bodyOf(limit + 1)), status: 413 },
      {
        name: `${path}, too much, whose length is not told`,
        ask: () => server(path, bodyOf(limit + 1), { isChunked: true }),
        status: 413,
      },
    ]),
    ...['/v1/sessions', '/v1/held/skip', '/v1/webhooks/codat'].map((path): Case => {
      const limit = serverRoutes.find(([one]) => one === path)?.[1] ?? 0;
      return { name: `${path}, just not too much`, ask: () => server(path, bodyOf(limit)), status: 400 };
    }),
    ...['/v1/sessions', '/v1/push', '/v1/webhooks/codat'].map((path): Case => {
      const headers = { 'content-encoding': 'gzip' };
      return { name: `${path}, compressed`, ask: () => server(path, '{}', { headers }), status: 415 };
    }),
    {
      name: 'tokens for one user',
      ask: () => {
        const body = { companyId: inside.id, subject: 'eager', origin: pageOrigin };
        return untilRefused(121, () => server('/v1/sessions', JSON.stringify(body)));
      },
      status: 429,
      retryAfter: 60,
    },
    {
      name: 'sets of credentials',
      ask: () => untilRefused(21, () => give(`${quickbooks}/credentials`)),
      status: 429,
      retryAfter: 600,
    },
    {
      name: 'one-time passwords',
      ask: () => untilRefused(21, () => give(`${sage}/otp`)),
      status: 429,
      retryAfter: 600,
    },
    {
      name: 'streams of a company',
      ask: () => lastOf(of(inside.token, streams.company + 1)),
      status: 429,
      retryAfter: 30,
    },
    { name: 'streams of a company that were closed', ask: untilGivenBack, status: 200 },
    {
      name: 'streams of all companies',
      ask: () => lastOf([...of(inside.token, streams.company), ...of(linked.token, streams.all - streams.company + 1)]),
      status: 429,
      retryAfter: 30,
    },
    { name: 'streams of all companies that were closed', ask: untilGivenBack, status: 200 },
  ];
};

const tryAll = async (cases: readonly Case[], findings: Findings): Promise<void> => {
  for (const { name, ask, status, retryAfter } of cases) {
    findings.tried();
    const answer = await ask();
    const about = (): string => `${name}: answered ${answer.status} ${answer.text.slice(0, 300)}`;
    findings.expect([status].flat().includes(answer.status), about);
    if (retryAfter === undefined) continue;
    const told = String(answer.headers['retry-after'] ?? '');
    const seconds = /^\d+$/.test(told) ? Number(told) : 0;
    findings.expect(seconds >= 1 && seconds <= retryAfter, () => `${name}: to be asked again after “${told}”`);
  }
};

/** What is answered of one status is answered with another. */
const instead =
  (status: number, by: () => Response) =>
  (world: World): Handler =>
  async (request, env) => {
    const answer = await world.proxy.fetch(request, env);
    return answer.status === status ? by() : answer;
  };

const holes: Readonly<Record<string, (world: World) => Handler>> = {
  'bodies of any size are read': instead(413, () => Response.json({}, { status: 400 })),
  'compressed bodies are read': instead(415, () => Response.json({}, { status: 400 })),
  'nothing is counted': instead(429, () => Response.json({})),
  'nobody is told when to ask again': (world) => async (request, env) => {
    const answer = await world.proxy.fetch(request, env);
    answer.headers.delete('retry-after');
    return answer;
  },
};

export const limits: Suite = {
  name: 'limits',
  async run() {
    const findings = new Findings();
    const planted = new Map<string, number>();
    const world = await openWorld({ streamLimits: streams });
    try {
      const inside = await makeCompany(world, 'inside', ['quickbooks', 'sage']);
      const cases = make(world, inside, await makeCompany(world, 'linked', ['xero']));
      await tryAll(cases, findings);
      for (const [name, hole] of Object.entries(holes)) {
        world.serve(hole(world));
        const found = new Findings();
        await tryAll(cases, found);
        planted.set(name, found.faults);
      }
    } finally {
      await world.stop();
    }
    return { findings, planted };
  },
};
