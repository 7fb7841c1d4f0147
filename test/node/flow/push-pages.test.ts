import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Push } from '../../../src/contract/schemas.ts';
import { distinctWords, isProblem, withNewest, withNext, type Chunk } from '../../../src/flow/push-pages.ts';

const push = (number: number, more: Partial<Push> = {}): Push => ({
  id: `p${number}`,
  status: 'delivered',
  lines: 1,
  firstDate: '2026-11-19',
  lastDate: '2026-11-19',
  startedAt: '2026-11-20T08:00:00Z',
  errors: [],
  ...more,
});
/** Newest first, as the wire has them. */
const pushes = (newest: number, oldest: number): Push[] =>
  Array.from({ length: newest - oldest + 1 }, (_, index) => push(newest - index));
const ids = (chunks: readonly Chunk[] | undefined) => chunks?.flatMap(({ items }) => items.map(({ id }) => id));
const loaded = (newest: number): Chunk[] => {
  let chunks: Chunk[] = [];
  for (let from = newest; from > 0; from -= 50) chunks = withNext(chunks, pushes(from, Math.max(1, from - 49)));
  return chunks;
};

test('pages come in chunks of fifty, each delivery once', () => {
  const chunks = loaded(250);
  assert.deepEqual(
    chunks.map(({ items }) => items.length),
    [50, 50, 50, 50, 50],
  );
  // One delivery came meanwhile: the next page begins with one that is known.
  const more = withNext(chunks, [push(1), push(0)]);
  assert.deepEqual(
    ids(more),
    pushes(250, 0).map(({ id }) => id),
  );
  assert.equal(more[0], chunks[0]);
  assert.equal(new Set(more.map(({ key }) => key)).size, more.length);
});

test('reading the newest again without news keeps every chunk', () => {
  const chunks = loaded(250);
  assert.deepEqual(withNewest(chunks, pushes(250, 201)), chunks);
  withNewest(chunks, pushes(250, 201))?.forEach((chunk, index) => assert.equal(chunk, chunks[index]));
});

test('one delivery that changed touches its chunk alone', () => {
  const chunks = loaded(250);
  const page = pushes(250, 201).with(3, push(247, { status: 'failed' }));
  const [first, ...others] = withNewest(chunks, page) ?? [];
  assert.equal(first?.items[3]?.status, 'failed');
  assert.equal(first?.items[2], chunks[0]?.items[2]);
  others.forEach((chunk, index) => assert.equal(chunk, chunks[index + 1]));
});

test('new deliveries stand first, and a chunk that has grown is cut', () => {
  let chunks = loaded(250);
  const [, second] = chunks;
  for (let newest = 260; newest <= 350; newest += 10) chunks = withNewest(chunks, pushes(newest, newest - 49)) ?? [];
  assert.deepEqual(
    ids(chunks),
    pushes(350, 1).map(({ id }) => id),
  );
  assert.ok(chunks.every(({ items }) => items.length < 75));
  assert.ok(chunks.includes(second ?? { key: 0, items: [] }));
  assert.equal(new Set(chunks.map(({ key }) => key)).size, chunks.length);
});

test('rows at the front stay in their chunk, also where the newest page reaches into the next one', () => {
  let chunks = loaded(100);
  for (let newest = 110; newest <= 130; newest += 10) chunks = withNewest(chunks, pushes(newest, newest - 49)) ?? [];
  const keys = chunks.map(({ key }) => key);
  const page = pushes(130, 81);
  withNewest(chunks, page)?.forEach((chunk, index) => assert.equal(chunk, chunks[index]));
  const after = withNewest(chunks, pushes(131, 82)) ?? [];
  assert.deepEqual(
    after.map(({ key }) => key),
    keys,
  );
  assert.deepEqual(
    ids(after),
    pushes(131, 1).map(({ id }) => id),
  );
});

test('a delivery that the newest page no longer shows is gone', () => {
  const page = pushes(250, 200).filter(({ id }) => id !== 'p230');
  assert.ok(!ids(withNewest(loaded(250), page))?.includes('p230'));
});

test('a gap between the newest and what is known is not passed over', () => {
  assert.equal(withNewest(loaded(50), pushes(200, 151)), undefined);
  assert.equal(withNewest([], pushes(2, 1)), undefined);
});

test('problems, and their words once', () => {
  const refused = push(1, {
    status: 'failed',
    errors: ['a', 'b', 'a', 'c', 'd', 'e', 'f', 'g'].map((message) => ({ code: 'refused', message })),
  });
  assert.deepEqual(distinctWords(refused.errors), { words: ['a', 'b', 'c', 'd', 'e'], more: 2 });
  assert.deepEqual(distinctWords([]), { words: [], more: 0 });
  assert.deepEqual([refused, push(2, { status: 'timed-out' }), push(3)].map(isProblem), [true, true, false]);
});
