/** Whatever is handed over, in whatever order: cutting, order, ties, late arrivals, ids, and what a dry run says. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { fc } from '../support/fast-check.ts';
import type { PlatformKey } from '../../../src/contract/platforms.ts';
import { cut, mostLines, type QueuedLine } from '../../../src/outbox/decide.ts';
import type { TransactionInput } from '../../../src/outbox/model.ts';
import { clear, createRig, line, openTestDatabase, type Rig, type TestDatabase } from './support/rig.ts';

const at = (minute: number): string => `2026-03-0${1 + (minute % 9)}T10:0${minute % 10}:00`;

describe('cutting', () => {
  const queued = fc
    .array(fc.tuple(fc.nat(30), fc.constantFrom(100, 3000, 3_999_999, 4_000_001)), { maxLength: 60 })
    .map((given) =>
      given.map(([minute, size], seq): QueuedLine => ({ id: `${seq}`, seq, at: at(minute), body: 'x'.repeat(size) })),
    );
  const inOrder = (lines: readonly QueuedLine[]): string[] =>
    lines.toSorted((one, other) => (one.at === other.at ? one.seq - other.seq : one.at < other.at ? -1 : 1)).map(idOf);
  const idOf = ({ id }: QueuedLine): string => id;

  it('takes all lines once, oldest first, equal ones as they came, in parts that are never too large', () => {
    fc.assert(
      fc.property(queued, (lines) => {
        const sent: string[] = [];
        let rest: readonly QueuedLine[] = lines;
        while (rest.length > 0) {
          const batch = cut(rest);
          assert.ok(batch.length > 0 && batch.length <= mostLines);
          const size = batch.reduce((sum, { body }) => sum + body.length, 0);
          assert.ok(batch.length === 1 || size <= 4_000_000);
          sent.push(...batch.map(idOf));
          const taken = new Set(batch.map(idOf));
          rest = rest.filter(({ id }) => !taken.has(id));
        }
        assert.deepEqual(sent, inOrder(lines));
      }),
      { numRuns: 50 },
    );
    const many = Array.from({ length: 2500 }, (_, seq) => ({ id: `${seq}`, seq, at: at(0), body: '{}' }));
    assert.deepEqual(cut(many).map(idOf), many.slice(0, 1000).map(idOf));
  });
});

let database: TestDatabase;
describe('any hand-over', () => {
  before(async () => {
    database = await openTestDatabase('pglite');
  });
  after(() => database.close());
  beforeEach(() => clear(database));

  const platform = fc.constantFrom<PlatformKey>('xero', 'quickbooks', 'sage', 'netsuite');
  const few = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
  const transaction = fc
    .record({ id: few, minute: fc.nat(5), amount: fc.constantFrom('1', '1.0', '2') })
    .map(({ id, minute, amount }) => line(id, at(minute), { amount }));
  const good: fc.Arbitrary<unknown> = transaction;
  const anyLine = fc.oneof(
    { weight: 8, arbitrary: good },
    { weight: 1, arbitrary: fc.constantFrom<unknown>(null, {}, line('x', 'soon'), line('', '2026-03-01')) },
    { weight: 1, arbitrary: fc.constantFrom<unknown>(line('y', '2026-02-01'), line('z', '2027-01-01')) },
    { weight: 1, arbitrary: fc.anything() },
  );

  it('is answered by a dry run as it is answered when it counts', async () => {
    const standing = fc.constantFrom('connected', 'unlinked', 'pending', 'nothing' as const);
    await fc.assert(
      fc.asyncProperty(
        platform,
        standing,
        fc.array(fc.array(anyLine, { maxLength: 12 }), { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        async (software, stands, pushes, send) => {
          const rig = createRig(database);
          const feedStartDate = '2026-03-01';
          if (stands === 'connected') await rig.connect('account', { platform: software, feedStartDate });
          if (stands === 'unlinked') await rig.connect('account', { platform: software, connection: 'unlinked' });
          if (stands === 'pending')
            await rig.connect('account', { platform: software, connection: 'pending', account: 'pending' });
          const deliver = send && stands === 'connected';
          if (deliver) await rig.outbox.start();
          for (const transactions of pushes) {
            const address = rig.key();
            const dry = await rig.outbox.accept(address, transactions, { dryRun: true });
            const real = await rig.outbox.accept(address, transactions);
            assert.deepEqual(dry, real);
            const { accepted, duplicates, held, skipped, refused, issues } = real;
            assert.equal(accepted + duplicates + held + skipped + refused, transactions.length);
            const named = new Set(
              issues
                .filter(({ severity, code }) => severity === 'error' || ['late', 'before_start'].includes(code))
                .map(({ index }) => index),
            );
            assert.equal(named.size, held + skipped + refused, 'each that is held, skipped or refused is named');
            if (deliver) await settled(rig);
          }
          if (deliver) await rig.outbox.stop();
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is delivered once each; in order where the software keeps one, and what came too late is held', async () => {
    await fc.assert(
      fc.asyncProperty(
        platform,
        fc.array(fc.tuple(fc.array(transaction, { minLength: 1, maxLength: 10 }), fc.boolean()), {
          minLength: 1,
          maxLength: 5,
        }),
        async (software, pushes) => {
          const rig = createRig(database);
          await rig.connect('account', { platform: software });
          await rig.outbox.start();
          const strict = software === 'quickbooks' || software === 'sage';
          const expected: string[] = [];
          const late = new Set<string>();
          const known = new Set<string>();
          let waiting: TransactionInput[] = [];
          let newest = '';
          const flush = (): void => {
            // A stable sort: equal times keep the order of arrival.
            const batch = waiting.toSorted((one, other) =>
              one.date < other.date ? -1 : one.date > other.date ? 1 : 0,
            );
            expected.push(...batch.map(({ id }) => id));
            newest = batch.reduce((most, { date }) => (date > most ? date : most), newest);
            waiting = [];
          };
          for (const [transactions, wait] of pushes) {
            for (const each of transactions) {
              if (known.has(each.id)) continue;
              known.add(each.id);
              if (strict && each.date < newest) late.add(each.id);
              else waiting.push(each);
            }
            await rig.push(transactions);
            if (!wait) continue;
            flush();
            await settled(rig);
          }
          flush();
          await settled(rig);
          assert.deepEqual(rig.codat.ids(), expected);
          const { counts } = await rig.overview();
          assert.deepEqual(counts, { delivered: expected.length, waiting: 0, held: late.size });
          await rig.outbox.stop();
        },
      ),
      { numRuns: 25 },
    );
  });

  it('has ids of any characters, told apart letter by letter, and known again', async () => {
    const id = fc
      .oneof(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 90 }), fc.string({ unit: 'binary', minLength: 1 }))
      .filter((text) => text.length <= 200 && !/\p{Cc}/u.test(text) && text.isWellFormed());
    /** What differs only in what people, or programs, like to overlook. */
    const alike = (text: string): string[] => [
      text,
      ` ${text}`,
      `${text} `,
      text.toUpperCase(),
      text.toLowerCase(),
      text.normalize('NFC'),
      text.normalize('NFD'),
    ];
    const alikes = fc
      .array(id, { minLength: 1, maxLength: 5 })
      .map((texts) => [...new Set(texts.flatMap(alike))].filter((text) => text.length <= 200));
    await fc.assert(
      fc.asyncProperty(alikes, async (ids) => {
        const rig = createRig(database);
        await rig.connect();
        const transactions = ids.map((each) => line(each));
        assert.equal((await rig.push(transactions)).accepted, ids.length);
        assert.equal((await rig.push(transactions.toReversed())).duplicates, ids.length);
        await rig.outbox.start();
        await settled(rig);
        assert.deepEqual(rig.codat.ids(), ids);
        await rig.outbox.stop();
      }),
      { numRuns: 12 },
    );
  });
});

/** Until nothing waits. */
const settled = (rig: Rig): Promise<void> =>
  rig.until(async () => (await rig.outbox.overview(rig.companyId)).every(({ counts }) => counts.waiting === 0));
