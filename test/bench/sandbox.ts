/**
 * `npm run bench:sandbox -- [--requests N] [--lines N]`: how fast the sandbox is as somebody's bench partner. The
 * server runs in a process of its own on one core, this client on another. Ends with 1 where the median of five
 * rounds misses what is promised: 2,000 small requests a second, a push of 1,000 transactions in under 10 ms. Of the
 * pushes in a stream both are judged, the median and the mean, in which the pauses of the garbage collector are.
 */
import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { Pool } from 'undici';
import { cores } from './cores.ts';
import { account, batchOf, type FromServer, type ToServer } from './sandbox-messages.ts';

const promisedPerSecond = 2000;
const promisedPushMs = 10;
const rounds = 5;
/** So many pushes until the compiler has seen all of it. */
const warmUps = 60;
/** A round is a stream of pushes, long enough that the collector comes by several times. */
const pushesARound = 40;
/** One push alone after a pause is shown, not judged: much of it is how a processor wakes up. */
const pauseMs = 1000;
const connectionsUsed = 4;
const warmUpRequests = 3000;

const { values } = parseArgs({
  options: { requests: { type: 'string', default: '10000' }, lines: { type: 'string', default: '1000' } },
});
const requests = Number(values.requests);
const lines = Number(values.lines);
if (!Number.isInteger(requests) || requests < 1) throw new RangeError('--requests: give a whole number, at least 1.');
if (!Number.isInteger(lines) || lines < 1 || lines > 1000) throw new RangeError('--lines: give 1 to 1000.');

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? NaN;

const [serverCore, clientCore] = cores();
const pinned =
  clientCore !== undefined && spawnSync('taskset', ['-apc', String(clientCore), String(process.pid)]).status === 0;
const server: ChildProcess = fork(
  new URL('./sandbox-server.ts', import.meta.url),
  pinned ? { execPath: 'taskset', execArgv: ['-c', String(serverCore), process.execPath] } : {},
);
server.on('exit', (code) => {
  if (code !== null && code !== 0) process.exit(2);
});

function tell<Kind extends FromServer['kind']>(
  order: ToServer,
  kind: Kind,
): Promise<Extract<FromServer, { kind: Kind }>> {
  return new Promise((resolve, reject) => {
    server.once('message', (answer: FromServer) => {
      if (answer.kind === kind) resolve(answer as Extract<FromServer, { kind: Kind }>);
      else reject(new Error(`The server answered ${answer.kind} instead of ${kind}.`));
    });
    server.send(order);
  });
}

const authorization = `Basic ${Buffer.from('bench').toString('base64')}`;
const headers = { authorization, 'content-type': 'application/json' };

const { url } = await tell({ kind: 'start' }, 'started');
const api = new Pool(url, { connections: connectionsUsed, pipelining: 1 });

async function call(method: 'GET' | 'POST', path: string, body?: string) {
  const response = await api.request({ method, path, headers, body: body ?? null });
  const text = await response.body.text();
  if (response.statusCode > 299) throw new Error(`${method} ${path}: ${response.statusCode} ${text}`);
  return { headers: response.headers, text };
}
const idOf = ({ text }: { text: string }): string => (JSON.parse(text) as { id: string }).id;

const companyId = idOf(await call('POST', '/companies', JSON.stringify({ name: 'Bench' })));
const connections = `/companies/${companyId}/connections`;
const connectionId = idOf(await call('POST', connections, JSON.stringify({ platformKey: 'gbol' })));
const connection = `${connections}/${connectionId}`;
await call('POST', `/sandbox${connection}/authorize`, '{}');
await call('POST', `${connection}/connectionInfo/bankFeedAccounts`, JSON.stringify(account));
await call('POST', `/sandbox${connection}/authorize`, JSON.stringify({ accountIds: [account.id] }));
const small = [connection, `${connection}/connectionInfo/bankFeedAccounts`];

const answers = await Promise.all(
  small.map(async (path) => {
    const { headers: given, text: body } = await call('GET', path);
    const kept = Object.entries(given).filter(([name]) => name.startsWith('x-') || name.startsWith('content-'));
    return { path, body, headers: Object.fromEntries(kept.map(([name, value]) => [name, String(value)])) };
  }),
);
const floor = new Pool((await tell({ kind: 'floor', answers }, 'started')).url, {
  connections: connectionsUsed,
  pipelining: 1,
});

/** Each connection asks again as soon as it is answered. */
async function ask(pool: Pool, count: number): Promise<{ perSecond: number; cpuMicroseconds: number }> {
  const cpuBefore = (await tell({ kind: 'cpu' }, 'cpu')).microseconds;
  const begun = performance.now();
  let sent = 0;
  const one = async (): Promise<void> => {
    while (sent < count) {
      const path = small[sent % small.length] ?? '';
      sent += 1;
      const { statusCode, body } = await pool.request({ method: 'GET', path, headers: { authorization } });
      await body.dump();
      if (statusCode !== 200) throw new Error(`GET ${path}: ${statusCode}`);
    }
  };
  await Promise.all(Array.from({ length: connectionsUsed }, one));
  const seconds = (performance.now() - begun) / 1000;
  const cpu = (await tell({ kind: 'cpu' }, 'cpu')).microseconds - cpuBefore;
  return { perSecond: count / seconds, cpuMicroseconds: cpu / count };
}

async function landed(pushOperationKey: string): Promise<void> {
  for (;;) {
    const { text } = await call('GET', `/companies/${companyId}/push/${pushOperationKey}`);
    const { status } = JSON.parse(text) as { status: string };
    if (status === 'Success') return;
    if (status !== 'Pending') throw new Error(`The push ended as ${text}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

interface Stream {
  readonly medianMs: number;
  readonly meanMs: number;
  readonly cpuMs: number;
}

/** One push after the other, each answered before the next is sent; what was sent before lands meanwhile. */
async function pushOverHttp(first: number, count: number): Promise<Stream> {
  const bodies = Array.from({ length: count }, (_, index) => batchOf(first + index, lines));
  const cpuBefore = (await tell({ kind: 'cpu' }, 'cpu')).microseconds;
  const took: number[] = [];
  let last = '';
  for (const body of bodies) {
    const begun = performance.now();
    last = (await call('POST', `${connection}/push/bankAccounts/${account.id}/bankTransactions`, body)).text;
    took.push(performance.now() - begun);
  }
  const cpuMs = ((await tell({ kind: 'cpu' }, 'cpu')).microseconds - cpuBefore) / 1000 / count;
  await landed((JSON.parse(last) as { pushOperationKey: string }).pushOperationKey);
  return { medianMs: median(took), meanMs: took.reduce((sum, ms) => sum + ms, 0) / count, cpuMs };
}

await ask(api, warmUpRequests);
await ask(floor, warmUpRequests);
const measured: { sandbox: Awaited<ReturnType<typeof ask>>; floor: Awaited<ReturnType<typeof ask>> }[] = [];
for (let round = 0; round < rounds; round += 1) {
  measured.push({ sandbox: await ask(api, requests), floor: await ask(floor, requests) });
}
const pushes: Awaited<ReturnType<typeof pushOverHttp>>[] = [];
await pushOverHttp(0, warmUps);
for (let round = 0; round < rounds; round += 1) {
  pushes.push(await pushOverHttp(warmUps + round * pushesARound, pushesARound));
}
const alone: number[] = [];
for (let round = 0; round < rounds; round += 1) {
  await new Promise((resolve) => setTimeout(resolve, pauseMs));
  alone.push((await pushOverHttp(warmUps + rounds * pushesARound + round, 1)).meanMs);
}
const inProcess = await tell({ kind: 'push', lines, rounds, warmUps }, 'pushed');

const perSecond = median(measured.map(({ sandbox }) => sandbox.perSecond));
const floorPerSecond = median(measured.map((each) => each.floor.perSecond));
const cpu = median(measured.map(({ sandbox }) => sandbox.cpuMicroseconds));
const floorCpu = median(measured.map((each) => each.floor.cpuMicroseconds));
const pushMs = pushes.map(({ medianMs }) => medianMs);
const pushMeanMs = pushes.map(({ meanMs }) => meanMs);

const whole = (value: number): string => Math.round(value).toLocaleString('en');
const ms = (values: readonly number[]): string =>
  `${median(values).toFixed(1)} (${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)})`;
const table: readonly (readonly [string, string, string])[] = [
  ['small requests a second', whole(perSecond), `at least ${whole(promisedPerSecond)}`],
  ['  of node:http alone, same bytes', whole(floorPerSecond), ''],
  ['  ratio to it', (perSecond / floorPerSecond).toFixed(2), ''],
  ['  µs of processor time each', whole(cpu), `node:http alone: ${whole(floorCpu)}`],
  [`push of ${whole(lines)} over HTTP: median, ms`, ms(pushMs), `under ${promisedPushMs}`],
  ['  mean, ms', ms(pushMeanMs), `under ${promisedPushMs}`],
  ['  ms of processor time each', ms(pushes.map(({ cpuMs }) => cpuMs)), ''],
  [`  alone after ${pauseMs / 1000} s of rest, ms`, ms(alone), 'not judged'],
  ['  in process, to the answer', ms(inProcess.answered), ''],
  ['  in process, to the books', ms(inProcess.landed), ''],
];
console.log(
  `Server ${pinned ? 'on one core, client on another' : 'not kept to one core'}; ${connectionsUsed} kept-alive connections; GET connection and GET source accounts in turn, ${whole(requests)} a round; ${pushesARound} pushes a round, one after the other; median of ${rounds} rounds, and the lowest and the highest. Judged is what has a bound beside it.\n`,
);
for (const [name, figure, note] of table) console.log(`${name.padEnd(36)} ${figure.padStart(20)}   ${note}`.trimEnd());

const missed =
  perSecond < promisedPerSecond || median(pushMs) >= promisedPushMs || median(pushMeanMs) >= promisedPushMs;
if (missed) console.log('\nThis misses what is promised.');
await Promise.all([api.close(), floor.close()]);
server.disconnect();
process.exitCode = missed ? 1 : 0;
