/** Amounts from the host's own JSON to the request that Codat receives: the same digits, whatever they are. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fc } from '../support/fast-check.ts';
import { createDefaultTransport } from '../../../src/codat/default-transport.ts';
import { connectXero, hostAccounts, serverSecret, startWorld } from './support.ts';

const accountId = hostAccounts[0].id;

/** JSON numbers of up to thirty digits, with whatever noughts they end in. */
const decimal = fc
  .tuple(fc.boolean(), fc.array(fc.nat(9), { minLength: 1, maxLength: 30 }), fc.nat(30))
  .map(([negative, all, point]) => {
    const digits = all.join('');
    const whole = digits.slice(0, point).replace(/^0+(?=\d)/, '') || '0';
    const fraction = digits.slice(point);
    return `${negative ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
  });

test('thirty digits arrive byte for byte, as JSON, by lines, as text or as a number', async (t) => {
  const transport = createDefaultTransport();
  t.after(() => transport.close());
  const received: string[] = [];
  const world = await startWorld(t, {
    transport: async (request) => {
      if (request.url.includes('/push/bankAccounts/')) received.push(String(request.body));
      return transport(request);
    },
  });
  await connectXero(world);
  const { companyId } = world;
  const handOver = async (body: string, contentType: string): Promise<void> => {
    const headers = { authorization: `Bearer ${serverSecret}`, 'content-type': contentType };
    const response = await fetch(`${world.url}/v1/push`, { method: 'POST', headers, body });
    const text = await response.text();
    assert.equal(response.status, 200, text);
    assert.doesNotMatch(text, /"severity":"error"/);
  };

  const wanted = new Map<string, { amount: string; balance: string }>();
  const blank = fc.constantFrom('', ' ', '\t');
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(decimal, decimal, fc.boolean(), blank), { minLength: 1, maxLength: 60 }),
      fc.boolean(),
      async (amounts, byLines) => {
        const transactions = amounts.map(([amount, balance, asText, gap]) => {
          const id = `t-${wanted.size}`;
          wanted.set(id, { amount, balance });
          const mark = asText ? '"' : '';
          const note = String.raw`not \"amount\":1.50,`;
          return `{"amount"${gap}:${gap}${mark}${amount}${mark}${gap},"id":"${id}","date":"2026-06-01","description":"${note}","balance":${balance}}`;
        });
        const head = JSON.stringify({ companyId, accountId });
        if (byLines) await handOver([head, ...transactions].join('\n'), 'application/x-ndjson');
        else await handOver(`${head.slice(0, -1)},"transactions":[${transactions.join(',\n')}]}`, 'application/json');
      },
    ),
    { numRuns: 15, endOnFailure: true },
  );

  const entries = () => world.sandbox.ledger.entries({ companyId });
  for (let tries = 0; tries < 400 && entries().length < wanted.size; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 25));
  assert.equal(entries().length, wanted.size);
  for (const { transaction } of entries()) {
    const { amount, balance } = wanted.get(transaction.id) ?? { amount: '', balance: '' };
    assert.deepEqual([transaction.amount, transaction.balance], [amount, balance], 'what Codat understood');
    const bytes = `{"amount":${amount},"balance":${balance},"id":"${transaction.id}",`;
    assert.ok(
      received.some((body) => body.includes(bytes)),
      `${bytes} was not sent`,
    );
  }
});
