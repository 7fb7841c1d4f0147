/** The bank: hands lines over, in order, and each again until it is acknowledged. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../sim/random.ts';
import type { Fleet } from './fleet.ts';
import { serverSecret } from './messages.ts';

export interface HandedLine {
  readonly id: string;
  readonly date: string;
  readonly amount: string;
  readonly balance: string;
  readonly description?: string | undefined;
  readonly counterparty?: string | undefined;
  readonly reference?: string | undefined;
  readonly reconciled?: boolean | undefined;
  readonly transactionType?: string | undefined;
}

/** What one account handed over, in the order in which it was. */
export interface Stream {
  readonly companyId: string;
  readonly accountId: string;
  readonly lines: HandedLine[];
}

const words = ['Millbrook Flour', 'Łódź, “Ürün” & Söhne', '東京 🥐 bakery', 'tab\tand "quotes" \\ back', 'x', ''];
const types = ['Credit', 'Debit', 'Payment', 'DirectDebit', undefined] as const;

/** Lines of one account: dates never go back, some share one; decimals as banks write them. */
export const lineMaker = (random: Random, prefix: string) => {
  let at = Date.now() - 30 * 86_400_000;
  let count = 0;
  return (): HandedLine => {
    count += 1;
    if (random.chance(0.7)) at += random.int(1, 600) * 1_000;
    const text = new Date(at).toISOString();
    return {
      id: `${prefix}-${count}`,
      date: text.slice(0, 19),
      amount: `${random.chance(0.5) ? '-' : ''}${random.int(0, 99_999)}.${String(random.int(0, 99)).padStart(2, '0')}`,
      balance: `${random.int(1, 9_007_199)}${random.int(1_000_000, 9_999_999)}.${random.int(10, 99)}`,
      description: random.pick(words),
      counterparty: random.chance(0.3) ? random.pick(words) : undefined,
      reference: random.chance(0.3) ? `ref ${count}` : undefined,
      reconciled: random.chance(0.2) ? random.chance(0.5) : undefined,
      transactionType: random.pick(types),
    };
  };
};

const call = async (port: number, method: string, path: string, body?: unknown): Promise<Response> =>
  fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: { authorization: `Bearer ${serverSecret}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(10_000),
  });

/** Until somebody acknowledges all of it. */
export const handOver = async (
  fleet: Fleet,
  random: Random,
  stream: Pick<Stream, 'companyId' | 'accountId'>,
  transactions: readonly HandedLine[],
): Promise<void> => {
  for (const end = Date.now() + 120_000; ; await delay(30)) {
    if (Date.now() > end) throw new Error('Nobody acknowledged a hand-over for two minutes.');
    const port = fleet.pick(random)?.port;
    if (port === undefined) continue;
    try {
      const { companyId, accountId } = stream;
      const answer = await call(port, 'POST', '/v1/push', { companyId, accountId, transactions });
      if (answer.status >= 500) continue;
      const text = await answer.text();
      if (!answer.ok) throw new TypeError(`A hand-over was refused: ${text}`);
      const { accepted, duplicates } = JSON.parse(text) as { accepted: number; duplicates: number };
      if (accepted + duplicates === transactions.length) return;
      throw new TypeError(`A hand-over was not taken whole: ${text}`);
    } catch (error) {
      if (error instanceof TypeError && error.message.startsWith('A hand-over')) throw error;
    }
  }
};

export interface Counts {
  readonly delivered: number;
  readonly waiting: number;
  readonly held: number;
  readonly reasons: readonly string[];
}

/** How the company's feeds stand, as the bank is told; undefined where nobody answers. */
export const countsOf = async (fleet: Fleet, random: Random, companyId: string): Promise<Counts | undefined> => {
  const port = fleet.pick(random)?.port;
  if (port === undefined) return undefined;
  try {
    const answer = await call(port, 'GET', `/v1/companies/${companyId}/feeds`);
    if (!answer.ok) return undefined;
    const { items } = (await answer.json()) as {
      items: readonly {
        readonly counts: Omit<Counts, 'reasons'>;
        readonly held?: { readonly reason: string };
        readonly waiting?: { readonly reason: string };
      }[];
    };
    const sum = (kind: 'delivered' | 'waiting' | 'held'): number =>
      items.reduce((total, { counts }) => total + counts[kind], 0);
    const reasons = items
      .flatMap(({ held, waiting }) => [held?.reason, waiting?.reason])
      .filter((one) => one !== undefined);
    return { delivered: sum('delivered'), waiting: sum('waiting'), held: sum('held'), reasons };
  } catch {
    return undefined;
  }
};
