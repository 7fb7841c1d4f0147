/**
 * `npm run bench:proxy -- [--rounds N] [--requests N] [--streams N]`: what the proxy costs beside `http-proxy`, which
 * passes the same requests on and looks at nothing; what idle live streams hold; how soon the command serves. What is
 * measured runs on one core, this client on another. Prints ratios and medians; ends with 1 where a figure is missed.
 */
import { fork, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { Agent, request } from 'undici';
import { cores } from './cores.ts';
import { median, report, type Figure } from './elements/bench.ts';
import { pageOrigin, type Company, type FromSandbox, type FromServer, type ToServer } from './proxy-messages.ts';
import { startFigures, type Program } from './proxy-start.ts';
import { streamFigures } from './proxy-streams.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    requests: { type: 'string', default: '4000' },
    streams: { type: 'string', default: '5000' },
  },
});
const [rounds, requests, streams] = [values.rounds, values.requests, values.streams].map(Number);
if (![rounds, requests, streams].every((value) => Number.isInteger(value) && (value ?? 0) > 0))
  throw new RangeError('--rounds, --requests and --streams take whole numbers, at least 1.');

/** Each reads for itself, one request after another: so that two never wait for one listing. */
const companies = 8;

/** Until the compiler has seen all of it. */
const warmUps = 3;

/** What is measured has a core for itself, the client and Codat another one. */
const [serverCore, clientCore] = cores();
const isPinned =
  clientCore !== undefined && spawnSync('taskset', ['-apc', String(clientCore), String(process.pid)]).status === 0;

const children: ChildProcess[] = [];
const keep = (child: ChildProcess): ChildProcess => {
  children.push(child);
  return child;
};
const [execPath, ...pinning]: Program = isPinned
  ? ['taskset', '-c', String(serverCore), process.execPath]
  : [process.execPath];
const startServer = (): ChildProcess =>
  keep(fork(new URL('./proxy-server.ts', import.meta.url), { execPath, execArgv: [...pinning, '--expose-gc'] }));
const hear = async <Kind extends (FromServer | FromSandbox)['kind']>(
  child: ChildProcess,
  kind: Kind,
): Promise<Extract<FromServer | FromSandbox, { kind: Kind }>> => {
  for (;;) {
    const [message] = (await once(child, 'message')) as [FromServer | FromSandbox];
    if (message.kind === kind) return message as Extract<FromServer | FromSandbox, { kind: Kind }>;
  }
};
const ask = async <Kind extends FromServer['kind']>(child: ChildProcess, order: ToServer, kind: Kind) => {
  const answer = hear(child, kind);
  child.send(order);
  return answer as Promise<Extract<FromServer, { kind: Kind }>>;
};

try {
  const sandbox = keep(fork(new URL('./proxy-sandbox.ts', import.meta.url)));
  const { url: codatUrl } = await hear(sandbox, 'ready');
  const [bare, own] = [startServer(), startServer()];
  own.on('message', (message: FromServer) => {
    if (message.kind !== 'authorize') return;
    sandbox.once('message', () => own.send({ kind: 'linked' } satisfies ToServer));
    sandbox.send(message);
  });
  const { url: bareUrl } = await ask(bare, { kind: 'bare', target: codatUrl }, 'listening');
  const { url: ownUrl, companies: made } = await ask(
    own,
    { kind: 'own', codatUrl, companies, streams: streams ?? 0 },
    'made',
  );

  const agent = new Agent({ connections: companies, keepAliveTimeout: 60_000 });
  const read = async (url: string, headers: Record<string, string>): Promise<number> => {
    const { statusCode, body } = await request(url, { dispatcher: agent, headers });
    const bytes = await body.arrayBuffer();
    if (statusCode !== 200) throw new Error(`${url} answered ${statusCode}: ${Buffer.from(bytes).toString()}`);
    return bytes.byteLength;
  };
  const ways: readonly { readonly child: ChildProcess; readonly ask: (company: Company) => Promise<number> }[] = [
    {
      child: bare,
      ask: ({ id, connectionId }) =>
        read(`${bareUrl}/companies/${id}/connections/${connectionId}/connectionInfo/bankFeedAccounts`, {}),
    },
    {
      child: own,
      ask: ({ path, token }) => read(`${ownUrl}${path}`, { origin: pageOrigin, authorization: `Bearer ${token}` }),
    },
  ];
  const counted = async (): Promise<number> => {
    sandbox.send({ kind: 'count' });
    return (await hear(sandbox, 'counted')).requests;
  };
  /** Microseconds of CPU for one request, and how many requests reached Codat for it. */
  const round = async (way: (typeof ways)[number], count: number) => {
    // The garbage of what came before is not this round's.
    const [before, asked] = [await ask(way.child, { kind: 'usage', collected: true }, 'used'), await counted()];
    let bytes = 0;
    await Promise.all(
      made.map(async (company) => {
        for (let n = 0; n < count / companies; n += 1) bytes = await way.ask(company);
      }),
    );
    const after = await ask(way.child, { kind: 'usage', collected: false }, 'used');
    return { cpu: (after.cpu - before.cpu) / count, upstream: ((await counted()) - asked) / count, bytes };
  };

  for (let n = 0; n < warmUps; n += 1) for (const way of ways) await round(way, requests ?? 0);
  const figures: { bare: number; own: number; passed: number; bytes: number; upstream: number }[] = [];
  for (let n = 0; n < (rounds ?? 0); n += 1) {
    const results = [];
    for (const way of ways) results.push(await round(way, requests ?? 0));
    const [passed, ours] = results;
    if (!passed || !ours) throw new Error('A round is missing.');
    // Two reads of one company in the same millisecond share a listing.
    if (ours.upstream < 0.99)
      throw new Error(`Only ${ours.upstream} requests reached Codat for one: something is kept.`);
    figures.push({
      bare: passed.cpu,
      own: ours.cpu,
      passed: passed.bytes,
      bytes: ours.bytes,
      upstream: ours.upstream,
    });
  }
  const of = (pick: (figure: (typeof figures)[number]) => number): number => median(figures.map(pick));
  const reads: Figure[] = [
    {
      what: `http-proxy, passes ${of(({ passed }) => passed)} bytes on, CPU`,
      value: of(({ bare: cpu }) => cpu),
      unit: 'µs',
    },
    {
      what: `ours, makes ${of(({ bytes }) => bytes)} bytes of them, ${of(({ upstream }) => upstream).toFixed(2)} requests at Codat each, CPU`,
      value: of(({ own: cpu }) => cpu),
      unit: 'µs',
    },
    { what: 'ours beside http-proxy', value: of((figure) => figure.own / figure.bare), unit: 'times', atMost: 1.5 },
  ];
  console.log(
    `The proxy, medians of ${rounds}, ${isPinned ? 'each server on one core' : 'servers on no core of their own'}`,
  );
  const met = [
    report(reads),
    report(await streamFigures({ count: streams ?? 0, url: ownUrl, company: made[0], server: own, ask })),
    report(await startFigures(rounds ?? 0, [execPath, ...pinning])),
  ];
  if (met.includes(false)) process.exitCode = 1;
  await agent.close();
} finally {
  for (const child of children) child.kill();
}
