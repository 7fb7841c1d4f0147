/** Codat for the bench of the proxy: the sandbox in a process of its own, which counts what reaches it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { createSandbox } from '../../src/sandbox/index.ts';
import { apiKey, type FromSandbox, type ToSandbox } from './proxy-messages.ts';

const sandbox = createSandbox({ apiKey, seed: 'bench', limits: 'off', delays: { connectingMs: 1 } });
let requests = 0;
const listener = getRequestListener(
  async (request) => {
    requests += 1;
    const answer = await sandbox.fetch(request);
    // More than a day's requests are made here in a minute.
    for (const name of ['limit', 'remaining', 'reset']) answer.headers.delete(`x-rate-limit-${name}`);
    return answer;
  },
  { overrideGlobalObjects: false },
);
const say = (message: FromSandbox): void => void process.send?.(message);
const server = createServer((request, response) => void listener(request, response));
server.listen(0, '127.0.0.1', () =>
  say({ kind: 'ready', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }),
);
process.on('message', (order: ToSandbox) => {
  if (order.kind === 'count') return say({ kind: 'counted', requests });
  sandbox.control.authorize(order.companyId, order.connectionId);
  say({ kind: 'authorized' });
});
process.on('disconnect', () => process.exit());
