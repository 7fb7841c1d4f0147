/** The ledger keeps whole pushes: what is asked of it is answered line by line all the same, now and after a restart. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createClock, createSandbox } from '../../../src/sandbox/index.ts';
import { createLedger } from '../../../src/sandbox/ledger.ts';
import { Lines } from '../../../src/sandbox/lines.ts';
import { fc } from '../support/fast-check.ts';
import { line, morning, sourceAccount, standing } from './harness.ts';

const folder = await mkdtemp(join(tmpdir(), 'sandbox-ledger-'));
after(() => rm(folder, { recursive: true }));

const names = fc.constantFrom('a', 'b');
const pushes = fc.array(
  fc.record({
    companyId: names,
    connectionId: names,
    accountId: names,
    targetId: names,
    count: fc.integer({ min: 1, max: 4 }),
  }),
  { maxLength: 12 },
);
const place = fc.option(fc.nat(40), { nil: undefined });

test('any part of the entries, whatever the filter, is that part of all lines in landing order', () => {
  const filters = fc.record({ companyId: names, connectionId: names, accountId: names }, { requiredKeys: [] });
  fc.assert(
    fc.property(pushes, filters, place, place, (given, filter, start, end) => {
      const ledger = createLedger();
      const expected = given.flatMap(({ count, ...ids }, index) => {
        const lines = Array.from({ length: count }, (_, at) => ({
          id: `${index} ${at}`,
          date: `2026-06-01T08:00:${String(index).padStart(2, '0')}`,
          amount: '1.50',
        }));
        const push = { ...ids, operationKey: `o-${index}`, landedAt: `at ${index}` };
        ledger.land({ ...push, lines: new Lines(lines) });
        return lines.map((transaction) => ({ ...push, transaction }));
      });
      const wanted = Object.entries(filter);
      const found = expected.filter((entry) =>
        wanted.every(([name, id]) => Object.entries(entry).some(([own, value]) => own === name && value === id)),
      );
      assert.deepEqual(ledger.entries(filter), found);
      const selected = ledger.select(filter);
      assert.equal(selected.length, found.length);
      assert.equal(selected.landedAt, found.at(-1)?.landedAt);
      assert.deepEqual(selected.slice(start, end), found.slice(start, end));
      const inTarget = expected.filter(({ targetId }) => targetId === 'a');
      assert.deepEqual(ledger.linesOf('a').slice(), inTarget);
      const newest = inTarget.at(-1)?.transaction.date;
      assert.equal(ledger.newestDate('a'), newest === undefined ? undefined : `${newest}.0000000`);
    }),
  );
});

test('what is asked for later is not what landed meanwhile', async () => {
  const { call, connected, clock, sandbox } = standing();
  const { accountId, push } = await connected();
  const send = async (index: number) => {
    await call('POST', push, { accountId, transactions: [line(index)] });
    await clock.advance(1000);
  };
  await send(1);
  const headers = { authorization: `Basic ${Buffer.from('a-key').toString('base64')}`, accept: 'application/x-ndjson' };
  const response = await sandbox.fetch(new Request('http://sandbox.test/sandbox/ledger', { headers }));
  await send(2);
  assert.equal((await response.text()).trim().split('\n').length, 1);
  const entries = sandbox.ledger.entries();
  await send(3);
  assert.equal(entries.length, 2);
});

/** A line with everything that writing and reading again could spoil. */
const odd = (index: number) =>
  JSON.stringify(
    line(index, {
      description: `"amount":"7", \\"balance\\":"8",\n{"transactionType":null} \u2028 \u{1f4b6} \ud800 é ${index}`,
      counterparty: 'ends with a backslash\\',
      reference: null,
      reconciled: true,
      amount: 'AMOUNT',
      transactionType: 'Credit',
    }),
  ).replace('"AMOUNT"', '-0.1000000000000000000000000001');

test('odd texts and long amounts are answered and kept as they came', async () => {
  const dataFile = join(folder, 'odd.json');
  const { call, connected, clock, sandbox } = standing({ dataFile });
  const { accountId, push } = await connected();
  const sent = `[${odd(1)},${odd(2)}]`;
  const body = `{"accountId":"${accountId}","transactions":${sent}}`;
  const answer = await call('POST', push, body, { 'idempotency-key': 'k' });
  assert.equal(answer.status, 200, answer.text);
  // Of a member the document knows, the order is the document's: compared by value.
  assert.deepEqual(answer.body.data, JSON.parse(body));
  assert.ok(answer.text.includes('"amount":-0.1000000000000000000000000001,'));
  await clock.advance(1000);
  const entries = sandbox.ledger.entries();
  const exact = { amount: '-0.1000000000000000000000000001' };
  assert.deepEqual(
    entries.map(({ transaction }) => transaction),
    JSON.parse(sent).map((each: object & { balance: number }) => ({
      ...each,
      ...exact,
      balance: String(each.balance),
    })),
  );
  await sandbox.stop();
  const again = standing({ dataFile });
  assert.deepEqual(again.sandbox.ledger.entries(), entries);
  assert.equal((await again.call('POST', push, body, { 'idempotency-key': 'k' })).text, answer.text);
  await again.sandbox.stop();
});

/** A state as earlier releases wrote it: each line by itself. */
// oxlint-disable-next-line typescript/no-explicit-any
const inOldForm = (state: any) => {
  const single = ({ lines, ...rest }: { lines: string }) =>
    JSON.parse(lines).map((transaction: object) => ({ ...rest, transaction }));
  return {
    ...state,
    ledger: state.ledger.flatMap(single),
    accounts: state.accounts.map((account: { stored?: { lines: string }[] }) =>
      account.stored === undefined ? account : { ...account, stored: account.stored.flatMap(single) },
    ),
    operations: state.operations.map((operation: { waiting?: { transactions: string } }) =>
      operation.waiting === undefined
        ? operation
        : { ...operation, waiting: { ...operation.waiting, transactions: JSON.parse(operation.waiting.transactions) } },
    ),
  };
};

test('a state of an earlier release goes on: landed, stored and waiting lines', async () => {
  const dataFile = join(folder, 'earlier.json');
  const first = standing({ dataFile });
  const at = await first.connected();
  await first.call('POST', at.push, { accountId: at.accountId, transactions: [line(1), line(2, { reference: null })] });
  const quickbooks = await first.connected('hcws', sourceAccount({ id: 'books', currency: 'USD' }));
  const june = (index: number, day: number) => line(index, { date: `2026-06-0${day}T08:00:00` });
  // Collected are those of seven days: all but the first.
  const collected = { accountId: quickbooks.accountId, transactions: [june(3, 2), june(4, 8), june(6, 9)] };
  assert.equal((await first.call('POST', quickbooks.push, collected)).status, 200);
  await first.clock.advance(1000);
  await first.call('POST', at.push, { accountId: at.accountId, transactions: [line(5)] });
  const landed = first.sandbox.ledger.entries();
  assert.equal(landed.length, 2);
  await first.sandbox.stop();
  const state = JSON.parse(await readFile(dataFile, 'utf8'));
  const old = inOldForm(state);
  assert.equal(old.ledger.length, 2);
  assert.notDeepEqual(old, state);

  const goOn = async (kept: object) => {
    await writeFile(dataFile, JSON.stringify(kept));
    const clock = createClock({ start: morning + 2000, running: false });
    const { sandbox } = standing({ dataFile, clock });
    const before = sandbox.ledger.entries();
    await clock.advance(1000);
    sandbox.control.collect(quickbooks.companyId, quickbooks.connectionId);
    const entries = sandbox.ledger.entries();
    await sandbox.stop();
    return { before, entries };
  };
  const fromOld = await goOn(old);
  assert.deepEqual(fromOld.before, landed);
  assert.deepEqual(
    fromOld.entries.map(({ transaction }) => transaction.id),
    ['t-1', 't-2', 't-5', 't-4', 't-6'],
  );
  assert.deepEqual(await goOn(state), fromOld);
});

test('a state whose lines cannot be read is refused with its name', async () => {
  const dataFile = join(folder, 'spoilt.json');
  const { call, connected, clock, sandbox } = standing({ dataFile });
  const { accountId, push } = await connected();
  await call('POST', push, { accountId, transactions: [line(1)] });
  await clock.advance(1000);
  await sandbox.stop();
  const state = JSON.parse(await readFile(dataFile, 'utf8'));
  for (const lines of ['[{', '[{"id":"t-1"}]', 7]) {
    await writeFile(dataFile, JSON.stringify({ ...state, ledger: [{ ...state.ledger[0], lines }] }));
    assert.throws(() => createSandbox({ dataFile }), /spoilt\.json is no state of this sandbox \(ledger\.0\.lines/);
  }
});
