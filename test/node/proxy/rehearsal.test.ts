/** The faults by which docs/sandbox.md brings holds about, and what the proxy makes of each. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { AnyFault } from '../../../src/sandbox/index.ts';
import { connectXero, hostAccounts, lines, startWorld } from './support.ts';

const accountId = hostAccounts[0].id;

test('each hold of the guide can be rehearsed in the sandbox', async (t) => {
  let heard: (() => void) | undefined;
  const world = await startWorld(t, {
    durations: {
      watch: 200,
      changes: 50,
      linger: 1,
      listing: 0,
      sendWindow: 500,
      quietWindow: 500,
      operationLost: 300,
      pollFirst: 50,
      pollMax: 50,
    },
    onEvent: ({ type }) => void (type === 'held' && heard?.()),
  });
  const { companyId, proxy, sandbox } = world;
  await connectXero(world);
  const [linked] = (await proxy.events.list()).items;
  const all = lines(4);

  /** Hands the next line over under a fault, and tells what it is held for. */
  const rehearse = async (fault: AnyFault, beside?: () => Promise<unknown>) => {
    const held = new Promise<void>((resolve) => (heard = resolve));
    const { id } = sandbox.control.faults.add(fault);
    await proxy.push({ companyId, accountId, transactions: all.splice(0, 1) });
    await beside?.();
    await held;
    sandbox.control.faults.remove(id);
    const [found] = (await proxy.feeds.held()).items;
    return { reason: found?.reason, items: found?.items };
  };
  const again = () => proxy.feeds.retry({ companyId, accountId, notWritten: true });
  /** Once the fault struck ours, or it would strike this one. */
  const another = async () => {
    while (!sandbox.control.faults.list().some(({ struck }) => struck > 0)) await delay(5);
    const path = `/companies/${companyId}/connections/${linked?.connectionId}/push/bankAccounts/${accountId}/bankTransactions`;
    const [line] = lines(1, 'another');
    return sandbox.fetch(
      new Request(`http://sandbox${path}`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(sandbox.apiKey)}` },
        body: JSON.stringify({ accountId, transactions: [{ ...line, amount: 1.1, balance: 1.1 }] }),
      }),
    );
  };

  const message = 'The period is locked.';
  assert.deepEqual(await rehearse({ kind: 'ending', status: 'Failed', itemIds: ['line-1'], message }), {
    reason: 'refused',
    items: [{ id: 'line-1', message }],
  });
  await again();
  assert.equal((await rehearse({ kind: 'ending', status: 'TimedOut' })).reason, 'timed-out');
  await again();
  const spent = { operation: 'create-bank-transactions', kind: 'status', status: 500, effect: true } as const;
  assert.equal((await rehearse(spent, another)).reason, 'ambiguous');
  await again();
  const unknown = { operation: 'get-create-operation', kind: 'status', status: 404, times: 1000 } as const;
  assert.equal((await rehearse(unknown)).reason, 'timed-out');
});
