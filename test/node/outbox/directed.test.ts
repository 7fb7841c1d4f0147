/** What delivery has to survive, case by case, from the hand-over to what is in the books. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OutboxError } from '../../../src/outbox/outbox.ts';
import { checkCounts } from './support/counts.ts';
import {
  type Rig,
  type RigOptions,
  createRig,
  database,
  delivered,
  eventTypes,
  held,
  heldFirst,
  keys,
  later,
  line,
  onEmptyStores,
  startRig,
} from './support/rig.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** So that hours take no longer than they have to. */
const slow = { retryMax: 10 * minute, sweep: 10 * minute };
const differing = (texts: readonly string[]): number => new Set(texts).size;

const refused = (code: OutboxError['code']) => (error: unknown) => error instanceof OutboxError && error.code === code;

const running = (options?: RigOptions) => startRig(database, options);

/** Webhooks are kept back: answers how to let them come, and how many there are. */
const keepWebhooks = (rig: Rig) => {
  const kept: (() => Promise<void>)[] = [];
  rig.codat.webhook = (company, key) => kept.push(() => rig.outbox.operationChanged(company, key));
  return async (): Promise<number> => {
    for (const come of kept) await come();
    await rig.idle();
    return kept.length;
  };
};

onEmptyStores(() => {
  describe('a key that tells nothing any more', () => {
    for (const first of ['lost-reply', 'lost-request'] as const)
      it(`an outage of two hours past the key’s 90 minutes, after a ${first}`, async () => {
        const rig = await running({ durations: slow });
        rig.codat.faults.push(first);
        await rig.push([line('a')]);
        await rig.push([line('b', '2026-03-02')]);
        await rig.until(() => rig.codat.requests.length === 1);
        await rig.pass(150);
        rig.codat.down = true;
        await rig.pass(2 * hour);
        assert.ok(rig.codat.requests.length > 5, 'it was tried while the key lived');
        assert.deepEqual([differing(keys(rig)), await delivered(rig, 0)()], [1, true]);
        const tries = rig.codat.requests.length;
        rig.codat.down = false;
        await rig.push([line('c', '2026-03-03')]);
        await rig.until(delivered(rig, 3));
        assert.deepEqual(rig.codat.ids(), ['a', 'b', 'c']);
        // What landed is adopted; what did not goes under a key of its own.
        assert.equal(rig.codat.requests.length - tries, first === 'lost-reply' ? 1 : 2);
        await rig.outbox.stop();
      });

    for (const effect of ['503-without-effect', '503-with-effect'] as const)
      it(`a cached 5xx: ${effect}`, async () => {
        const rig = await running();
        rig.codat.faults.push(effect);
        rig.codat.listFails = true;
        await rig.push([line('a')]);
        const start = rig.clock.now();
        await rig.until(() => rig.codat.answers.length === 1);
        const [sent] = rig.codat.requests;
        assert.ok(sent);
        const again = rig.codat.create({ ...sent, commit: undefined, signal: undefined });
        rig.clock.advance(rig.codat.postMs);
        assert.deepEqual(await again, { kind: 'doubt', status: 503 });
        await rig.pass(10 * minute);
        assert.deepEqual([rig.codat.requests.length, await delivered(rig, 0)()], [2, true]);
        rig.codat.listFails = false;
        await rig.until(delivered(rig, 1));
        assert.ok(rig.clock.now() - start >= 6 * minute);
        assert.deepEqual(rig.codat.ids(), ['a']);
        assert.equal(differing(keys(rig)), effect === '503-with-effect' ? 1 : 2);
        const { items } = await rig.outbox.pushes(rig.key(), { limit: 10 });
        assert.deepEqual(
          items.map(({ status }) => status),
          ['delivered'],
        );
        await rig.outbox.stop();
      });
  });

  describe('answers to a key that is known', () => {
    it('409: Codat still works on it, so the same key again until it answers', async () => {
      const rig = await running();
      rig.codat.faults.push('cut-while-working');
      await rig.push([line('a')]);
      await rig.until(delivered(rig, 1));
      assert.deepEqual([rig.codat.ids(), differing(keys(rig))], [['a'], 1]);
      const [first, second] = rig.codat.answers;
      assert.deepEqual([first, second, rig.codat.answers.at(-1)], ['unanswered', 'in-progress', 'accepted']);
      await rig.outbox.stop();
    });

    for (const before of [undefined, 'lost-request'] as const)
      it(`422: our fault, the account stops${before ? ` and says that it may be written, after a ${before}` : ''}`, async () => {
        const rig = await running();
        await rig.connect('other');
        const create = rig.codat.create.bind(rig.codat);
        if (before) rig.codat.faults.push(before);
        rig.codat.create = async (request) => {
          rig.codat.create = create;
          if (before) await create({ ...request, commit: undefined });
          // What must not happen: the key is known with another body.
          await create({ ...request, body: request.body.replace('"a"', '"z"'), commit: undefined });
          return before ? { kind: 'unanswered', message: 'connection reset' } : create(request);
        };
        await rig.push([line('a')]);
        await rig.until(held(rig));
        await rig.push([line('o')], 'other');
        await rig.until(delivered(rig, 1, 'other'));
        const { reason, message, mayBeWritten, actions } = await heldFirst(rig);
        assert.deepEqual([reason, mayBeWritten, actions], ['fault', before !== undefined, ['retry', 'skip']]);
        assert.match(message, /knows this Idempotency-Key with another body/);
        assert.deepEqual([rig.codat.ids('account'), rig.codat.answers.includes('key-mismatch')], [['z'], true]);
        const retry = (notWritten: boolean) => rig.outbox.retry(rig.key(), { notWritten });
        if (before) await assert.rejects(retry(false), refused('confirmation_required'));
        await retry(before !== undefined);
        await rig.until(delivered(rig, 1));
        assert.deepEqual(rig.codat.ids('account'), ['z', 'a']);
        await rig.outbox.stop();
      });

    it('a 429 after an unanswered attempt is no definite no, however long Codat wants to rest', async () => {
      const rig = await running({ durations: slow });
      rig.codat.faults.push('lost-reply', 'throttled');
      rig.codat.retryAfterMs = 95 * minute;
      await rig.push([line('a')]);
      const start = rig.clock.now();
      await rig.until(delivered(rig, 1));
      assert.ok(rig.clock.now() - start >= 95 * minute);
      assert.deepEqual([rig.codat.ids(), rig.codat.answers], [['a'], ['unanswered', 'throttled']]);
      await rig.outbox.stop();
    });
  });

  it('two candidates: the account stops, nothing is guessed, and a person decides', async () => {
    const rig = await running({ durations: slow });
    await rig.connect('other');
    rig.codat.faults.push('503-with-effect');
    await rig.push([line('a')]);
    await rig.until(() => rig.codat.operations.size === 1);
    const [first] = rig.codat.operations.values();
    assert.ok(first);
    rig.codat.setOperation(rig.companyId, { ...first.operation, key: 'stranger' });
    rig.codat.setOperation(rig.companyId, { ...first.operation, key: 'elsewhere', connectionId: 'other' });
    rig.codat.setOperation(rig.companyId, { ...first.operation, key: 'invoice', dataType: 'invoices' });
    await rig.until(held(rig));
    await rig.push([line('b', '2026-03-02')]);
    await rig.push([line('o')], 'other');
    await rig.until(delivered(rig, 1, 'other'));
    await rig.pass(hour);
    const { reason, message, mayBeWritten, actions } = await heldFirst(rig);
    assert.deepEqual([reason, mayBeWritten, actions], ['ambiguous', true, ['retry', 'skip']]);
    assert.match(message, /^2 push operations .* stranger of \d{4}-/);
    assert.deepEqual(rig.codat.ids(), ['a', 'o']);
    await rig.outbox.skip(rig.key(), ['a'], 'written already');
    await rig.outbox.resume(rig.key());
    await rig.until(delivered(rig, 1));
    assert.deepEqual(rig.codat.ids('account'), ['a', 'b']);
    await rig.outbox.stop();
  });

  describe('webhooks', () => {
    it('a webhook 28 h late tells nothing twice', async () => {
      const rig = await running();
      const come = keepWebhooks(rig);
      await rig.push([line('a')]);
      await rig.until(delivered(rig, 1));
      await rig.push([line('b', '2026-03-02')]);
      await rig.until(delivered(rig, 2));
      await later(rig, 28 * hour);
      const told = eventTypes(rig);
      assert.deepEqual([await come(), await come()], [2, 2]);
      assert.deepEqual(eventTypes(rig), told);
      assert.deepEqual([rig.codat.ids(), (await rig.overview()).counts.delivered], [['a', 'b'], 2]);
      await checkCounts(rig);
      await rig.outbox.stop();
    });

    it('a webhook 28 h late frees what was held as timed out', async () => {
      const rig = await running();
      const come = keepWebhooks(rig);
      rig.codat.fates.push('timed-out-but-written');
      await rig.push([line('a')]);
      await rig.until(held(rig));
      await rig.push([line('b', '2026-03-02')]);
      await later(rig, 28 * hour);
      assert.deepEqual([(await heldFirst(rig)).reason, rig.codat.ids()], ['timed-out', ['a']]);
      const [entry] = rig.codat.operations.values();
      assert.ok(entry);
      rig.codat.setOperation(rig.companyId, { ...entry.operation, status: 'success' });
      assert.equal(await come(), 1);
      await rig.until(delivered(rig, 2));
      assert.deepEqual(rig.codat.ids(), ['a', 'b']);
      assert.ok(eventTypes(rig).includes('recovered'));
      await checkCounts(rig);
      await rig.outbox.stop();
    });

    it('one after pruning finds nothing, changes nothing and asks nothing', async () => {
      const rig = await running();
      const come = keepWebhooks(rig);
      await rig.push([line('a')]);
      await rig.until(delivered(rig, 1));
      await later(rig, 91 * day);
      assert.deepEqual((await rig.outbox.pushes(rig.key(), { limit: 10 })).items, []);
      const [told, gets] = [eventTypes(rig), rig.codat.gets];
      assert.equal(await come(), 1);
      assert.deepEqual([eventTypes(rig), rig.codat.gets], [told, gets]);
      assert.equal((await rig.push([line('a')])).duplicates, 1);
      await rig.push([line('b', '2026-03-02')]);
      await rig.until(delivered(rig, 2));
      assert.deepEqual(rig.codat.ids(), ['a', 'b']);
      await rig.outbox.stop();
    });
  });

  describe('the other end goes, and comes back', () => {
    for (const first of ['lost-reply', 'lost-request'] as const)
      it(`relink after unlink, with a batch on its way: ${first}`, async () => {
        const rig = await running();
        rig.codat.faults.push(first);
        await rig.push([line('a')]);
        await rig.until(() => rig.codat.requests.length === 1);
        await rig.pass(150);
        await rig.connect('account', { connection: 'unlinked' });
        await rig.push([line('b', '2026-03-02')]);
        await rig.pass(20 * minute);
        assert.equal(rig.codat.requests.length, 1);
        const { counts, held: why } = await rig.overview();
        const landed = first === 'lost-reply' ? 1 : 0;
        assert.deepEqual([counts.delivered, counts.held, why?.reason], [landed, 2 - landed, 'unlinked']);
        await rig.connect();
        await rig.until(delivered(rig, 2));
        assert.deepEqual([rig.codat.ids(), differing(keys(rig))], [['a', 'b'], 3 - landed]);
        await checkCounts(rig);
        await rig.outbox.stop();
      });

    it('remapping to another account of the books: nothing again, and nothing before the new start date', async () => {
      const rig = createRig(database);
      const mapped = { platform: 'sage' } as const;
      await rig.connect('account', { ...mapped, feedStartDate: '2026-03-01' });
      await rig.outbox.start();
      await rig.push([line('a', '2026-03-02')]);
      await rig.until(delivered(rig, 1));
      await rig.connect('account', { ...mapped, account: 'connecting' });
      await rig.push([line('b', '2026-03-03'), line('c', '2026-03-05'), line('d', '2026-03-06')]);
      await rig.pass(hour);
      assert.deepEqual([rig.codat.ids(), (await rig.overview()).waiting?.reason], [['a'], 'not-connected']);
      await rig.connect('account', { ...mapped, feedStartDate: '2026-03-05' });
      await rig.until(delivered(rig, 3));
      assert.equal((await rig.push([line('a', '2026-03-02'), line('b', '2026-03-03')])).duplicates, 2);
      assert.equal((await rig.push([line('e', '2026-03-04')])).skipped, 1);
      await rig.pass(minute);
      assert.deepEqual(rig.codat.ids(), ['a', 'c', 'd']);
      const { items } = await rig.outbox.lines(rig.key(), { limit: 10 });
      assert.deepEqual(
        items.map(({ id, state }) => `${id} ${state}`),
        ['b before-start', 'e before-start'],
      );
      await checkCounts(rig);
      await rig.outbox.stop();
    });
  });
});
