import assert from 'node:assert/strict';
import type { Outcome } from '../../../../src/outbox/decide.ts';
import { OutboxError } from '../../../../src/outbox/outbox-error.ts';
import { companyId, minute, pending, refused, success, timedOut, type Bench } from './bench.ts';
import type { Case } from './cases.ts';

const no = (code: OutboxError['code']) => (error: unknown) => error instanceof OutboxError && error.code === code;

/** What people do, on the account of the bench. */
const people = (bench: Bench) => {
  const { operating } = bench.ledger;
  return {
    hold: async () => (await operating.held(bench.now, { companyId }, undefined, 10)).items[0],
    lines: async () => (await operating.lines(bench.key, 0, 10)).items.map(({ id, state }) => `${id} ${state}`),
    retry: (notWritten = false, since?: string) => operating.retry(bench.now, bench.key, notWritten, since),
    skip: (...ids: string[]) => operating.skip(bench.now, bench.key, ids, 'by hand'),
    resume: () => operating.resume(bench.now, bench.key),
    /** One batch, though there may be more to send. */
    async deliver(outcome: Outcome) {
      const { lease, work } = await bench.send();
      await bench.step(lease, bench.done(work, outcome), false);
      return work;
    },
  };
};

/** A feed that is stopped with lines a, b, c in its batch, and d behind it. */
const stopped = async (bench: Bench, outcome: typeof refused) => {
  const { accept, observe, deliver, told } = bench;
  await observe();
  await accept(['a', 'b', 'c']);
  const work = await deliver(outcome);
  await accept(['d@2026-03-02']);
  told();
  return { ...people(bench), work };
};

export const operateCases = (it: Case): void => {
  it('shows what holds a feed, its lines, and what may be done', async (bench) => {
    const { hold, lines } = await stopped(bench, refused);
    assert.deepEqual(await hold(), {
      ...bench.key,
      platform: 'xero',
      reason: 'refused',
      message: 'not valid',
      since: new Date(bench.now).toISOString(),
      until: undefined,
      lines: 4,
      skipped: 0,
      mayBeWritten: false,
      operationKey: undefined,
      items: [{ id: 'a', message: 'bad line' }],
      actions: ['retry', 'skip'],
    });
    assert.deepEqual(await lines(), ['a stopped', 'b stopped', 'c stopped', 'd waiting']);
    const { operating } = bench.ledger;
    const [line] = (await operating.lines(bench.key, 0, 1)).items;
    assert.deepEqual(line, {
      id: 'a',
      date: '2026-03-01T00:00:00',
      amount: '1.00',
      description: 'Line a',
      state: 'stopped',
      note: undefined,
    });
    assert.deepEqual((await operating.held(bench.now, { accountId: 'other' }, undefined, 10)).items, []);
    await assert.rejects(operating.lines({ companyId, accountId: 'other' }, 0, 10), no('unknown_feed'));
  });

  it('sends the same lines again under a new key, before those behind them', async (bench) => {
    const { retry, resume, work, deliver } = await stopped(bench, refused);
    await assert.rejects(resume(), no('not_allowed'));
    assert.deepEqual(await retry(), { lines: 3 });
    assert.deepEqual(bench.told(), ['recovered', 'operated']);
    const again = await deliver(success);
    assert.deepEqual([again.body, again.push.id === work.push.id], [work.body, false]);
    assert.deepEqual(await bench.counts(), [3, 1, 0, 'sending']);
    await assert.rejects(retry(), no('not_held'));
    const { items } = await bench.ledger.history(bench.key, 0, 10);
    assert.deepEqual(
      items.map(({ status }) => status),
      ['delivered', 'failed'],
    );
  });

  it('never sends what was skipped, and keeps the reason', async (bench) => {
    const { hold, lines, skip, resume, deliver } = await stopped(bench, refused);
    assert.deepEqual(await skip('b', 'b'), { lines: 1, left: 3, resume: true });
    assert.deepEqual(await skip('b'), { lines: 0, left: 3, resume: true });
    const held = await hold();
    assert.deepEqual([held?.lines, held?.skipped, held?.actions], [3, 1, ['retry', 'skip', 'resume']]);
    assert.deepEqual(await resume(), { lines: 3 });
    assert.deepEqual(bench.ids(await deliver(success)), ['a', 'c']);
    assert.deepEqual(bench.ids(await deliver({ ...success, operationKey: 'operation-2' })), ['d']);
    assert.deepEqual(await lines(), ['b skipped']);
    assert.equal((await bench.accept(['b'])).duplicates, 1);
    const { items } = await bench.ledger.operating.lines(bench.key, 0, 10);
    assert.deepEqual([items[0]?.note, await bench.counts()], ['by hand', [3, 0, 0, undefined]]);
  });

  it('sends the rest once more when the other end comes back, without what was skipped', async (bench) => {
    const { skip, deliver } = await stopped(bench, refused);
    await skip('a');
    await bench.observe({ account: 'disconnected' });
    await bench.observe();
    assert.deepEqual(bench.ids(await deliver(success)), ['b', 'c']);
  });

  it('goes on with what waits behind where every line of the batch was skipped', async (bench) => {
    const { skip, retry, resume } = await stopped(bench, refused);
    assert.deepEqual(await skip('a', 'b', 'c'), { lines: 3, left: 1, resume: true });
    await assert.rejects(retry(), no('not_allowed'));
    assert.deepEqual(await resume(), { lines: 1 });
    assert.deepEqual(bench.ids(await bench.deliver(success)), ['d']);
  });

  it('skips all of the lines or none, and none that are on their way', async (bench) => {
    const { accept, observe, deliver, ledger } = bench;
    const { skip, lines } = people(bench);
    await observe();
    await accept(['a']);
    const { push } = await deliver(pending());
    await accept(['b@2026-03-02', 'c@2026-03-03']);
    for (const ids of [
      ['b', 'a'],
      ['b', 'nobody'],
    ])
      await assert.rejects(skip(...ids), no('invalid_ids'));
    assert.deepEqual(await lines(), ['a sending', 'b waiting', 'c waiting']);
    assert.deepEqual(await skip('b'), { lines: 1, left: 2 });
    await ledger.settle(bench.now, push.id, success);
    assert.deepEqual(bench.ids(await deliver({ ...success, operationKey: 'operation-2' })), ['c']);
  });

  it('seals a batch that was not sent yet anew where lines of it are skipped', async (bench) => {
    const { accept, observe, send, step, done } = bench;
    await observe();
    await accept(['a', 'b']);
    const { lease, work } = await send();
    await step(lease, done(work, { kind: 'sealed', at: bench.now + minute }));
    assert.deepEqual(await people(bench).skip('a'), { lines: 1, left: 1 });
    bench.now += minute;
    assert.deepEqual(bench.ids(await bench.deliver(success)), ['b']);
  });

  it('repeats what may be written only where somebody says that it was not', async (bench) => {
    const { hold, retry, resume, skip, deliver } = await stopped(bench, timedOut);
    const held = await hold();
    assert.deepEqual([held?.reason, held?.mayBeWritten, held?.operationKey], ['timed-out', true, 'operation-1']);
    assert.equal(await bench.ledger.operating.doubtfulOperation(bench.key), 'operation-1');
    await assert.rejects(retry(), no('confirmation_required'));
    await skip('a');
    await assert.rejects(resume(), no('not_allowed'));
    await assert.rejects(retry(true, new Date(bench.now - 1).toISOString()), no('not_allowed'));
    assert.deepEqual(await retry(true, held?.since), { lines: 2 });
    assert.equal(await bench.ledger.operating.doubtfulOperation(bench.key), undefined);
    assert.deepEqual(bench.ids(await deliver({ ...success, operationKey: 'operation-2' })), ['b', 'c']);
  });

  it('takes back what was skipped of a batch that was written after all', async (bench) => {
    const { skip, work } = await stopped(bench, timedOut);
    await skip('a');
    assert.equal(await bench.ledger.settle(bench.now, work.push.id, success), true);
    assert.deepEqual(bench.told(), ['operated', 'delivered', 'recovered']);
    assert.deepEqual(await bench.counts(), [3, 1, 0, 'sending']);
  });

  it('alarms of lines that were sent again and had been written', async (bench) => {
    const { skip, retry, work, deliver } = await stopped(bench, timedOut);
    await skip('a');
    await retry(true);
    await deliver({ ...success, operationKey: 'operation-2' });
    bench.told();
    for (const changes of [true, false])
      assert.equal(await bench.ledger.settle(bench.now, work.push.id, success), changes);
    assert.deepEqual(bench.told(), ['delivered', 'alarm']);
    assert.deepEqual(await bench.counts(), [3, 1, 0, 'sending']);
  });

  it('has late lines skipped, and sent only where the software takes them', async (bench) => {
    const { accept, observe, deliver } = bench;
    const { hold, retry, resume, skip } = people(bench);
    await observe({ platform: 'sage' });
    await accept(['a@2026-03-05']);
    await deliver(success);
    await accept(['b@2026-03-03', 'c@2026-03-04']);
    const late = await hold();
    assert.deepEqual(
      [late?.reason, late?.items[0], late?.actions],
      ['late', { id: 'b', message: 'Dated 2026-03-03.' }, ['skip']],
    );
    for (const act of [retry, resume]) await assert.rejects(act(), no('not_allowed'));
    assert.deepEqual(await skip('b'), { lines: 1, left: 1 });
    await observe({ platform: 'xero' });
    assert.deepEqual(await retry(), { lines: 1 });
    assert.deepEqual(bench.ids(await deliver({ ...success, operationKey: 'operation-2' })), ['c']);
  });

  it('tries at once where a person says that the key is right again', async (bench) => {
    const { accept, observe, send, step, done } = bench;
    const { hold, retry, resume } = people(bench);
    await observe();
    await accept(['a']);
    const { lease, work } = await send();
    const until = bench.now + 60 * minute;
    const gate = { scope: 'company', until, reason: 'unauthorized' } as const;
    await step(lease, done(work, { kind: 'new-key', at: until, gate, failed: false }));
    assert.deepEqual([(await hold())?.reason, (await hold())?.actions], ['unauthorized', ['skip', 'resume']]);
    await assert.rejects(retry(), no('not_allowed'));
    assert.deepEqual(await resume(), { lines: 1 });
    assert.deepEqual(bench.ids(await bench.deliver(success)), ['a']);
  });

  it('asks which connection is meant where several have lines', async (bench) => {
    const { accept, observe, key, ledger } = bench;
    await observe({ account: 'removed' });
    await observe({ account: 'removed' }, { ...key, connectionId: 'second' });
    const address = { companyId, accountId: 'account' };
    await accept(['a']);
    assert.deepEqual(await ledger.operating.skip(bench.now, address, ['a'], 'gone'), { lines: 1, left: 0 });
    await assert.rejects(ledger.operating.skip(bench.now, address, ['a'], 'gone'), no('not_held'));
    await accept(['b']);
    await accept(['c'], { connectionId: 'second' });
    await assert.rejects(ledger.operating.resume(bench.now, address), no('invalid_address'));
    const first = await ledger.operating.held(bench.now, {}, undefined, 1);
    assert.equal(first.items.length, 1);
    const second = await ledger.operating.held(bench.now, {}, first.next, 1);
    assert.deepEqual([second.items[0]?.connectionId, second.next], ['second', undefined]);
  });
};
