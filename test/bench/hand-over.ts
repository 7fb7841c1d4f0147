/**
 * `npm run bench:hand-over -- [--lines N] [--refused N] [--growth MB]`: one request of many lines (a million unless
 * said otherwise) to a proxy in a process of its own on the embedded store. Prints lines a second and how far the
 * memory of that process rose above what fifty thousand lines need; ends with 1 where it rose by more than `--growth`.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createSandbox } from '../../src/sandbox/index.ts';
import { account } from './sandbox-messages.ts';

const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '1000000' },
    refused: { type: 'string', default: '200000' },
    growth: { type: 'string', default: '150' },
  },
});
const [lines, refused, growth] = [values.lines, values.refused, values.growth].map(Number);
if (
  lines === undefined ||
  refused === undefined ||
  growth === undefined ||
  ![lines, refused, growth].every(Number.isInteger)
)
  throw new RangeError('--lines, --refused and --growth: give whole numbers.');

const secret = 'a secret of the bench, of more than thirty-two bytes'.replaceAll(' ', '-');
const folder = await mkdtemp(join(tmpdir(), 'bank-feed-bench-'));
const sandbox = createSandbox({ seed: 'bench', limits: 'off' });
const { url: codatUrl } = await sandbox.start();
const server = fork(new URL('./hand-over-server.ts', import.meta.url), [
  join(folder, 'store'),
  codatUrl,
  sandbox.apiKey,
  secret,
  JSON.stringify([account]),
]);
interface Started {
  readonly url: string;
  readonly companyId: string;
}
interface Memory {
  readonly peak: number;
  readonly rss: number;
}
const [{ url, companyId }] = (await once(server, 'message')) as [Started];

const memory = async (): Promise<Memory> => {
  const answered = once(server, 'message');
  server.send('memory');
  const [answer] = (await answered) as [Memory];
  return answer;
};

/** `amount` of the wrong ones is no number: each is named in the answer. */
const text = async function* (count: number, from: number, amount: (n: number) => string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${JSON.stringify({ companyId, accountId: account.id })}\n`);
  for (let n = 0; n < count; n += 200) {
    let part = '';
    for (let m = n; m < Math.min(n + 200, count); m += 1)
      part += `{"id":"line-${from + m}","date":"2026-01-${String(1 + (m % 28)).padStart(2, '0')}T10:00:00","amount":${amount(m)},"balance":${m}.20,"description":"Card payment ${m} at the shop around the corner","transactionType":"Debit"}\n`;
    yield Buffer.from(part);
  }
};

const handOver = async (what: string, count: number, from: number, amount: (n: number) => string): Promise<number> => {
  const begun = performance.now();
  const request: RequestInit & { readonly duplex: 'half' } = {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/x-ndjson' },
    body: new ReadableStream({ pull: pullFrom(text(count, from, amount)) }),
    duplex: 'half',
  };
  const response = await fetch(`${url}/v1/push`, request);
  const decoder = new TextDecoder();
  let answered = 0;
  let last = '';
  for await (const bytes of response.body ?? []) {
    answered += bytes.length;
    last = (last + decoder.decode(bytes, { stream: true })).slice(-2000);
  }
  const seconds = (performance.now() - begun) / 1000;
  const { peak } = await memory();
  const megabytes = peak / 1024 / 1024;
  console.log(
    `${what}: ${count} lines in ${seconds.toFixed(1)} s, ${Math.round(count / seconds)} a second, ` +
      `peak ${megabytes.toFixed(0)} MB, answer ${(answered / 1024 / 1024).toFixed(1)} MB`,
  );
  console.log(`  ${last.trim().split('\n').at(-1)}`);
  return megabytes;
};

const pullFrom =
  (parts: AsyncGenerator<Uint8Array>) =>
  async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    const { done, value } = await parts.next();
    if (done) controller.close();
    else controller.enqueue(value);
  };

try {
  const amount = (n: number): string => `-${n}.10`;
  const small = await handOver('to begin with', 50_000, 0, amount);
  const large = await handOver('taken', lines, 50_000, amount);
  const again = await handOver('known already', Math.min(lines, 200_000), 50_000, amount);
  const wrong = await handOver('refused', refused, 0, () => '"ten"');
  const rose = Math.max(large, again, wrong) - small;
  console.log(`memory rose by ${rose.toFixed(0)} MB`);
  if (rose > growth) process.exitCode = 1;
} finally {
  server.disconnect();
  await once(server, 'exit');
  await sandbox.stop();
  await rm(folder, { recursive: true, force: true });
}
