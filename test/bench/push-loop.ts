/** What stands beside delivery: the loop a developer would write, and what node:http does with the same bytes. */
import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { plainDecimal } from '../../src/outbox/decimal.ts';
import { lineText, requestText } from '../../src/outbox/transaction-text.ts';
import type { FeedKey } from '../../src/outbox/model.ts';
import { lineOf } from './push-messages.ts';

/** The shortest pause that asks no more often than needed: the write takes as long. */
const pollEvery = 50;
const perBatch = 1000;

const batchOf = (accountId: string, from: number): string => {
  const texts = Array.from({ length: perBatch }, (_, n) => {
    const line = lineOf(accountId, from + n);
    const amount = plainDecimal(String(line.amount));
    const balance = plainDecimal(String(line.balance));
    if (!('text' in amount) || !('text' in balance)) throw new Error('A line of the bench is wrong.');
    return lineText({
      id: line.id,
      date: line.date,
      amount: amount.text,
      balance: balance.text,
      description: line.description ?? undefined,
      transactionType: line.transactionType ?? undefined,
    });
  });
  return requestText(accountId, texts);
};

export interface Ran {
  readonly ms: number;
  readonly cpuMs: number;
}

const timed = async (work: () => Promise<unknown>): Promise<Ran> => {
  const cpuBefore = process.cpuUsage();
  const begun = performance.now();
  await work();
  const ms = performance.now() - begun;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { ms, cpuMs: (user + system) / 1000 };
};

/** Await create, poll until Success, next batch; all accounts at once. The batches stand ready in memory. */
export const fetchLoop = async (
  upstreamUrl: string,
  feeds: readonly FeedKey[],
  from: number,
  batches: number,
): Promise<Ran> => {
  const ready = feeds.map((feed) => ({
    ...feed,
    bodies: Array.from({ length: batches }, (_, batch) => batchOf(feed.accountId, from + batch * perBatch)),
  }));
  const headers = { authorization: 'Basic YmVuY2g=', 'content-type': 'application/json' };
  const read = async (response: Response) =>
    (await response.json()) as { readonly pushOperationKey: string; readonly status: string };
  return timed(() =>
    Promise.all(
      ready.map(async ({ companyId, connectionId, accountId, bodies }) => {
        const company = `${upstreamUrl}/companies/${companyId}`;
        const url = `${company}/connections/${connectionId}/push/bankAccounts/${accountId}/bankTransactions`;
        for (const body of bodies) {
          let operation = await read(await fetch(url, { method: 'POST', headers, body }));
          while (operation.status === 'Pending') {
            await delay(pollEvery);
            operation = await read(await fetch(`${company}/push/${operation.pushOperationKey}`, { headers }));
          }
          if (operation.status !== 'Success') throw new Error(`A push ended as ${operation.status}.`);
        }
      }),
    ),
  );
};

/** The same bytes over node:http to a server that only reads them. */
export const httpFloor = async (upstreamUrl: string, requests: number, concurrency: number): Promise<Ran> => {
  const body = Buffer.from(batchOf('floor', 0));
  const agent = new Agent({ keepAlive: true });
  let sent = 0;
  const post = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': body.length };
      const one = request(`${upstreamUrl}/floor`, { method: 'POST', agent, headers }, (response) => {
        response.resume();
        response.on('end', resolve);
      });
      one.on('error', reject);
      one.end(body);
    });
  const ran = await timed(() =>
    Promise.all(
      Array.from({ length: concurrency }, async () => {
        while (sent < requests) {
          sent += 1;
          await post();
        }
      }),
    ),
  );
  agent.destroy();
  return ran;
};
