/**
 * The null upstream of the bench, in a process of its own: answers a POST after a while, calls the write done a while
 * later and says so by a webhook, and answers at once what has become of it. It keeps the bytes that came, and judges
 * them when it is asked, off the clock: every line of every account once, in order.
 */
import { createHmac, randomUUID } from 'node:crypto';
import { Agent, createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { webhookSecret, type FromUpstream, type Judgement, type ToUpstream } from './push-messages.ts';

interface Write {
  readonly companyId: string;
  readonly connectionId: string;
  readonly accountId: string;
  readonly operationKey: string;
  landed: boolean;
}

const delays = { post: 50, webhook: 50 };
const writes = new Map<string, Write>();
const keys = new Set<string>();
const faults: string[] = [];
/** What came since it was last judged. */
let came: { readonly accountId: string; readonly bytes: Buffer }[] = [];
/** The line that comes next on each account. */
const next = new Map<string, number>();

const agent = new Agent({ keepAlive: true });
const secret = Buffer.from(webhookSecret.slice('whsec_'.length), 'base64');

const after = (ms: number, job: () => void): void => void (ms === 0 ? setImmediate(job) : setTimeout(job, ms));

const tell = (url: string, write: Write): void => {
  const id = randomUUID();
  const at = Math.floor(Date.now() / 1000);
  const body = JSON.stringify({
    id,
    eventType: 'bankTransactions.write.successful',
    generatedDate: new Date().toISOString(),
    payload: {
      id: write.operationKey,
      type: 'Create',
      referenceCompany: { id: write.companyId, name: 'Bench' },
      connectionId: write.connectionId,
      status: 'Success',
    },
  });
  const signature = `v1,${createHmac('sha256', secret).update(`${id}.${at}.${body}`).digest('base64')}`;
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'webhook-id': id,
    'webhook-timestamp': String(at),
    'webhook-signature': signature,
  };
  const request = send(url, { method: 'POST', agent, headers }, (response) => {
    if (response.statusCode !== 204) faults.push(`a webhook was answered with ${response.statusCode}`);
    response.resume();
  });
  request.on('error', (error) => faults.push(`a webhook was not taken: ${error.message}`));
  request.end(body);
};

const operation = (write: Write) => ({
  companyId: write.companyId,
  pushOperationKey: write.operationKey,
  dataConnectionKey: write.connectionId,
  dataType: 'bankTransactions',
  requestedOnUtc: new Date().toISOString(),
  status: write.landed ? 'Success' : 'Pending',
  statusCode: write.landed ? 200 : 202,
});

const answer = (response: ServerResponse, status: number, value: unknown): void => {
  const body = JSON.stringify(value);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
};

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
};

const posting = /^\/companies\/([^/]+)\/connections\/([^/]+)\/push\/bankAccounts\/([^/]+)\/bankTransactions/;
const reading = /^\/companies\/[^/]+\/push\/([^/?]+)$/;

const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const { url = '' } = request;
  const body = await bodyOf(request);
  // What node:http takes by itself.
  if (url === '/floor') return void response.writeHead(204).end();
  const write = writes.get(reading.exec(url)?.[1] ?? '');
  if (write !== undefined) return answer(response, 200, operation(write));
  const [, companyId, connectionId, accountId] = posting.exec(url) ?? [];
  if (companyId === undefined || connectionId === undefined || accountId === undefined)
    return answer(response, 404, { statusCode: 404, error: 'Not found.' });
  const key = String(request.headers['idempotency-key'] ?? randomUUID());
  if (keys.has(key)) faults.push(`${accountId}: the Idempotency-Key ${key} came twice`);
  keys.add(key);
  came.push({ accountId, bytes: body });
  const made: Write = { companyId, connectionId, accountId, operationKey: randomUUID(), landed: false };
  writes.set(made.operationKey, made);
  const webhook = request.headers['x-webhook'];
  after(delays.post, () => {
    answer(response, 200, operation(made));
    after(delays.webhook, () => {
      made.landed = true;
      if (typeof webhook === 'string') tell(webhook, made);
    });
  });
};

const judge = (): Judgement => {
  let lines = 0;
  for (const { accountId, bytes } of came) {
    const { transactions } = JSON.parse(bytes.toString()) as { readonly transactions: readonly { id: string }[] };
    let expected = next.get(accountId) ?? 0;
    for (const { id } of transactions) {
      if (id !== `${accountId}-${expected}`) faults.push(`${id} came, ${accountId}-${expected} was next`);
      expected = Number(id.slice(accountId.length + 1)) + 1;
    }
    next.set(accountId, expected);
    lines += transactions.length;
  }
  came = [];
  writes.clear();
  return { lines, faults: faults.splice(0).slice(0, 20) };
};

const server = createServer((request, response) => {
  serve(request, response).catch((error: unknown) => {
    faults.push(String(error));
    response.destroy();
  });
});

// Nobody's connection ends while another measurement is made.
server.keepAliveTimeout = 0;

const carryOut = async (order: ToUpstream): Promise<FromUpstream> => {
  switch (order.kind) {
    case 'start':
      await new Promise<void>((resolve) => {
        server.listen(0, '127.0.0.1', resolve);
      });
      return { kind: 'started', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
    case 'delays':
      Object.assign(delays, { post: order.post, webhook: order.webhook });
      return { kind: 'done' };
    case 'judge':
      return { kind: 'judged', ...judge() };
  }
};

process.on('message', (order: ToUpstream) => void carryOut(order).then((answered) => process.send?.(answered)));
process.on('disconnect', () => process.exit(0));
