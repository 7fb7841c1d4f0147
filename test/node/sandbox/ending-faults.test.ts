/** Faults for pushes that were taken: how they end, and what lands of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EndingFault } from '../../../src/sandbox/index.ts';
import { line, standing } from './harness.ts';

const connected = async () => {
  const { call, clock, sandbox, connected: connect } = standing();
  const { companyId, connectionId, push } = await connect();
  /** One push, to its end. */
  const deliver = async (...numbers: number[]) => {
    const { body } = await call('POST', push, { accountId: 'acc-1', transactions: numbers.map((n) => line(n)) });
    await clock.advance(10_000);
    return (await call('GET', `/companies/${companyId}/push/${body.pushOperationKey}`)).body;
  };
  const landed = (): string[] => sandbox.ledger.entries().map(({ transaction }) => transaction.id);
  return { sandbox, companyId, connectionId, deliver, landed };
};

test('a push fails, the lines that the software objects to are named, and nothing of it lands', async () => {
  const { sandbox, deliver, landed } = await connected();
  const { faults } = sandbox.control;
  faults.add({ kind: 'ending', status: 'Failed', itemIds: ['t-2'], message: 'The period is locked.' });
  // It has none of the lines: the fault keeps for another one.
  assert.equal((await deliver(1)).status, 'Success');
  const failed = await deliver(2, 3);
  assert.equal(failed.status, 'Failed');
  assert.deepEqual(
    failed.validation.errors.map(({ itemId, message }: { itemId: string; message: string }) => [itemId, message]),
    [['t-2', 'The period is locked.']],
  );
  assert.deepEqual(landed(), ['t-1']);
  assert.equal(faults.list()[0]?.left, 0);
  assert.equal((await deliver(2, 3)).status, 'Success');
  assert.deepEqual(landed(), ['t-1', 't-2', 't-3']);
});

test('a push fails as a whole, in the words given', async () => {
  const { sandbox, companyId, connectionId, deliver, landed } = await connected();
  sandbox.control.faults.add({ kind: 'ending', status: 'Failed', connectionId: companyId });
  sandbox.control.faults.add({ kind: 'ending', status: 'Failed', connectionId, message: 'The file is closed.' });
  const { status, errorMessage, validation } = await deliver(1);
  assert.deepEqual([status, errorMessage, validation?.errors ?? []], ['Failed', 'The file is closed.', []]);
  assert.deepEqual(landed(), []);
  assert.equal((await deliver(1)).status, 'Success');
});

test('a push times out: its lines land only where that is asked for', async () => {
  const { sandbox, deliver, landed } = await connected();
  sandbox.control.faults.add({ kind: 'ending', status: 'TimedOut' });
  assert.equal((await deliver(1)).status, 'TimedOut');
  assert.deepEqual(landed(), []);
  sandbox.control.faults.add({ kind: 'ending', status: 'TimedOut', effect: true });
  assert.equal((await deliver(2)).status, 'TimedOut');
  assert.deepEqual(landed(), ['t-2']);
});

test('what makes no sense is refused', () => {
  const { sandbox } = standing();
  const wrong: Record<string, EndingFault> = {
    effect: { kind: 'ending', status: 'Failed', effect: true },
    itemIds: { kind: 'ending', status: 'TimedOut', itemIds: ['t-1'] },
    probability: { kind: 'ending', status: 'TimedOut', probability: 2 },
  };
  for (const [field, fault] of Object.entries(wrong))
    assert.throws(() => sandbox.control.faults.add(fault), new RegExp(`fault: ${field}: `));
});
