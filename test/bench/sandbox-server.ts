/** The server half of the bench, in a process of its own so that it can be kept to one core. Told what to do over IPC. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClock, createSandbox } from '../../src/sandbox/index.ts';
import { account, batchOf, type FromServer, type ToServer } from './sandbox-messages.ts';

// Lines land soon after the answer, so that a round can wait for them and still be over quickly.
const sandbox = createSandbox({ apiKey: 'bench', seed: 'bench', limits: 'off', delays: { pushMs: 20 } });

/** What node:http costs alone: answers bytes that stand ready, and looks at nothing but the path. */
function startFloor(answers: Extract<ToServer, { kind: 'floor' }>['answers']): Promise<string> {
  const ready = new Map(answers.map(({ path, headers, body }) => [path, { headers, body: Buffer.from(body) }]));
  const server = createServer((request, response) => {
    const answer = ready.get(request.url ?? '');
    if (answer === undefined) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, answer.headers).end(answer.body);
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}

/** Pushes through `fetch` of a sandbox whose clock stands still: its answer, then the landing, by the stopwatch. */
async function pushInProcess({ lines, rounds, warmUps }: Extract<ToServer, { kind: 'push' }>) {
  const clock = createClock({ running: false });
  const own = createSandbox({ apiKey: 'bench', seed: 'bench', limits: 'off', clock, delays: { pushMs: 1 } });
  const authorization = `Basic ${Buffer.from('bench').toString('base64')}`;
  const post = async (path: string, body: string): Promise<string> => {
    const headers = { authorization, 'content-type': 'application/json' };
    const response = await own.fetch(new Request(`http://sandbox.test${path}`, { method: 'POST', headers, body }));
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.text();
  };
  const idOf = (text: string): string => (JSON.parse(text) as { id: string }).id;
  const companyId = idOf(await post('/companies', JSON.stringify({ name: 'Bench' })));
  const connections = `/companies/${companyId}/connections`;
  const connectionId = idOf(await post(connections, JSON.stringify({ platformKey: 'gbol' })));
  own.control.authorize(companyId, connectionId);
  await post(`${connections}/${connectionId}/connectionInfo/bankFeedAccounts`, JSON.stringify(account));
  own.control.authorize(companyId, connectionId, { accountIds: [account.id] });
  const path = `${connections}/${connectionId}/push/bankAccounts/${account.id}/bankTransactions`;

  const answered: number[] = [];
  const landed: number[] = [];
  for (let round = 0; round < warmUps + rounds; round += 1) {
    const body = batchOf(round, lines);
    const begun = performance.now();
    await post(path, body);
    const answer = performance.now();
    await clock.advance(1);
    if (round < warmUps) continue;
    answered.push(answer - begun);
    landed.push(performance.now() - begun);
  }
  const entries = own.ledger.entries().length;
  if (entries !== lines * (warmUps + rounds)) throw new Error(`${entries} transactions landed.`);
  return { answered, landed };
}

async function carryOut(order: ToServer): Promise<FromServer> {
  switch (order.kind) {
    case 'start':
      return { kind: 'started', url: (await sandbox.start()).url };
    case 'floor':
      return { kind: 'started', url: await startFloor(order.answers) };
    case 'cpu': {
      const { user, system } = process.cpuUsage();
      return { kind: 'cpu', microseconds: user + system };
    }
    case 'push':
      return { kind: 'pushed', ...(await pushInProcess(order)) };
  }
}

process.on('message', (order: ToServer) => {
  carryOut(order).then(
    (answer) => process.send?.(answer),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit(0));
