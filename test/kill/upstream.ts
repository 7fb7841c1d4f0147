/** Codat, as the processes see it: the sandbox over HTTP, its webhooks spread over whoever is alive. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { Random } from '../sim/random.ts';
import { createSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { listenOnFreePort } from '../support/free-ports.ts';
import { webhookSecret } from './messages.ts';
import { openRelay, type Relay } from './relay.ts';

export interface Upstream {
  readonly sandbox: Sandbox;
  /** Where processes reach it. */
  readonly url: string;
  /** Where webhooks and browsers would reach the processes. */
  readonly publicUrl: string;
  readonly relay: Relay;
  /** When a push of this company was last asked for, and first after a moment; in milliseconds. */
  pushesSince(companyId: string, since: number): readonly number[];
  close(): Promise<void>;
}

const passed = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      name.startsWith('webhook-') || name === 'content-type' ? [[name, String(value)]] : [],
    ),
  );

/** `pick` gives the port of a process that is alive, or nothing. */
export const startUpstream = async (
  seed: number,
  ignoreKey: boolean,
  pick: () => number | undefined,
): Promise<Upstream> => {
  const front = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const port = pick();
      if (port === undefined) throw new Error('nobody is there');
      const { status } = await fetch(`http://127.0.0.1:${port}${request.url}`, {
        method: request.method ?? 'POST',
        headers: passed(request.headers),
        body: Buffer.concat(chunks),
        signal: AbortSignal.timeout(5_000),
      });
      response.writeHead(status).end();
    })().catch(() => response.writeHead(503).end());
  });
  const publicUrl = `http://127.0.0.1:${await listenOnFreePort(front)}`;
  const sandbox = createSandbox({
    seed: `kill ${seed}`,
    limits: 'off',
    delays: { pushMs: 60, webhookMs: 20, webhookRetryMs: [300, 1_000, 3_000] },
  });
  const { url } = await sandbox.start();
  sandbox.control.addWebhook({ url: `${publicUrl}/v1/webhooks/codat`, secret: webhookSecret });
  const pushes = new Map<string, number[]>();
  sandbox.control.intercept((operation, next, _request, { companyId = '' }) => {
    if (operation === 'create-bank-transactions') pushes.set(companyId, [...(pushes.get(companyId) ?? []), Date.now()]);
    return next();
  });
  const relay = await openRelay({ host: '127.0.0.1', port: Number(new URL(url).port) }, ignoreKey);
  return {
    sandbox,
    url: `http://127.0.0.1:${relay.port}`,
    publicUrl,
    relay,
    pushesSince: (companyId, since) => (pushes.get(companyId) ?? []).filter((at) => at > since),
    async close() {
      front.close();
      front.closeAllConnections();
      relay.close();
      await sandbox.stop();
    },
  };
};

export interface FaultPlan {
  /** Answers of 500 and 503, after which the operations have to be listed: slow by nature. */
  readonly doubt: boolean;
  /** Replies that get lost: the key, or listing, has to sort them out. */
  readonly lost: boolean;
  readonly throttle: boolean;
}

/** Misfortunes for one company, drawn anew for each run. */
export const plan = ({ control }: Sandbox, companyId: string, random: Random, wanted: FaultPlan): void => {
  control.faults.clear();
  const operation = 'create-bank-transactions';
  const at = (most: number): { companyId: string; operation: string; probability: number } => ({
    companyId,
    operation,
    probability: random.next() * most,
  });
  control.faults.add({ kind: 'slow', ms: random.int(50, 600), where: 'before', ...at(0.3) });
  control.faults.add({ kind: 'slow', ms: random.int(50, 600), where: 'after', ...at(0.3) });
  control.faults.add({ kind: 'reset', ...at(0.15) });
  if (wanted.lost) control.faults.add({ kind: 'lost-reply', ...at(0.2) });
  if (wanted.throttle) control.faults.add({ kind: 'status', status: 429, retryAfterSeconds: 1, ...at(0.1) });
  if (wanted.doubt) {
    control.faults.add({ kind: 'status', status: 503, effect: false, ...at(0.3) });
    control.faults.add({ kind: 'status', status: 500, effect: true, ...at(0.3) });
    control.faults.add({ kind: 'status', status: 500, ...at(0.3), operation: 'list-create-operations' });
  }
  control.faults.add({ kind: 'status', status: 500, ...at(0.1), operation: 'get-create-operation' });
  control.faults.add({ kind: 'webhook', fault: 'lost', probability: random.next() * 0.4 });
  control.faults.add({ kind: 'webhook', fault: 'duplicate', ms: random.int(0, 500), probability: random.next() * 0.4 });
  control.faults.add({ kind: 'webhook', fault: 'late', ms: random.int(100, 2_000), probability: random.next() * 0.3 });
  control.faults.add({ kind: 'webhook', fault: 'reordered', ms: 1_500, probability: random.next() * 0.3 });
};
