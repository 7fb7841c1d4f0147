/** docs/scale.md says what is computed, and what is computed holds in a simulated day. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { assumed, companyTable, readsABatch, scaleTable } from '../../sim/scale/arithmetic.ts';
import { simulateDay } from '../../sim/scale/day.ts';

const { accounts, times } = assumed;
const noneRefused = { day: 0, minute: 0, company: 0 };

test('the tables of docs/scale.md are those of `npm run scale`', async () => {
  const plain = (text: string): string => text.replaceAll(/ +/g, ' ').replaceAll(/-+/g, '-');
  const page = plain(await readFile(join(import.meta.dirname, '../../../docs/scale.md'), 'utf8'));
  for (const table of [scaleTable(), companyTable()]) assert.ok(page.includes(plain(table)), table);
});

test('a day costs what the arithmetic says', async () => {
  const day = { companies: 40, accounts, handOvers: 6, hours: 3, instances: 2, addresses: 1, times };
  const { delivered, perBatch, refused, gateClosings, delay } = await simulateDay(day);
  assert.equal(delivered, 40 * accounts * 6);
  assert.deepEqual([perBatch.posts, perBatch.listings, refused, gateClosings], [1, 1, noneRefused, 0]);
  const paper = readsABatch(times);
  assert.ok(Math.abs(perBatch.reads - paper) < 0.15, `${perBatch.reads} reads a batch, ${paper} on paper`);
  assert.ok(delay.most < 5_000, `${delay.most} ms`);
});

test('three instances at the limit of one address stay below it, and get all delivered', async () => {
  const day = { companies: 280, accounts, handOvers: 1, hours: 0.02, instances: 3, addresses: 1, times };
  const { delivered, perBatch, refused, peakMinute } = await simulateDay(day);
  assert.equal(delivered, 280 * accounts);
  assert.deepEqual([perBatch.posts, refused], [1, noneRefused]);
  assert.ok(peakMinute > 900 && peakMinute <= 1_000, `${peakMinute} requests in a minute`);
});

test('what the day has no room for leaves after its reset', async () => {
  const day = { companies: 1, accounts: 10, handOvers: 62, hours: 20, instances: 1, addresses: 1, times };
  const { handedOver, delivered, perBatch, requests, quota, refused, delay } = await simulateDay(day);
  assert.ok(requests > quota && delay.most > 600_000, `${requests} of ${quota}, ${delay.most} ms`);
  assert.deepEqual([handedOver, perBatch.posts, refused], [620, 1, noneRefused]);
  assert.equal(delivered, handedOver);
});
