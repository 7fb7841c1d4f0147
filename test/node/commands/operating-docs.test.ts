/** docs/operating.md against the code: settings, events, checks, commands and times are those that are there. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { serveUsage } from '../../../src/commands/serve.ts';
import { unknownSettings } from '../../../src/commands/environment.ts';
import { proxyDurations } from '../../../src/proxy/options.ts';
import { neededEvents } from '../../../src/proxy/webhooks.ts';

const root = join(import.meta.dirname, '../../..');
const read = (path: string): Promise<string> => readFile(join(root, path), 'utf8');
const page = await read('docs/operating.md');
const section = (heading: string): string => page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
/** The first cells of the table under a heading, where they are code. */
const firstCells = (heading: string): string[] =>
  [...section(heading).matchAll(/^\| (`[^|]*?) *\|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  );
const sorted = (names: Iterable<string>): string[] => [...new Set(names)].toSorted();

test('every setting is in the table, and the table has no other', async () => {
  const source = await read('src/commands/environment.ts');
  const names = [...source.matchAll(/\b(BANK_FEED_[A-Z_]+|CODAT_[A-Z_]+|DATABASE_URL|HOST|PORT)\b/g)]
    .map(([name]) => name)
    .filter((name) => !name.endsWith('_'));
  assert.ok(names.length > 20);
  assert.deepEqual(sorted(firstCells('Settings')), sorted(names));
  const named = [...page.matchAll(/\bBANK_FEED_[A-Z_]*[A-Z]\b/g)].map(([name]) => name);
  assert.deepEqual(unknownSettings(Object.fromEntries(named.map((name) => [name, 'x']))), []);
});

test('what is needed is what help marks, and what is secret has its rotation', () => {
  const needed = [...section('Settings').matchAll(/^\| `([A-Z_]+)` +\| yes /gm)].map(([, name = '']) => name);
  const marked = [...serveUsage.matchAll(/^\* ([A-Z_]+)/gm)].map(([, name = '']) => name);
  // One of two is enough there.
  assert.deepEqual(sorted(needed), sorted(marked.filter((name) => name !== 'BANK_FEED_TOKEN_SECRET')));
  const secrets = firstCells('Settings').filter((name) => /(SECRETS?|PUBLIC_KEYS|API_KEY|DATABASE_URL)$/.test(name));
  assert.deepEqual(sorted(firstCells('Secrets and their rotation')), sorted(secrets));
});

test('the events are those that doctor asks for', () => {
  const [, block = ''] = /```text\n([^`]*)```/.exec(section('Before the first start: doctor')) ?? [];
  assert.deepEqual(block.trim().split('\n'), [...neededEvents]);
});

test('every check of doctor is in the table', async () => {
  const folder = 'src/commands/doctor';
  const files = [...(await readdir(join(root, folder))).map((name) => `${folder}/${name}`), `${folder}.ts`];
  const sources = (await Promise.all(files.map(read))).join('\n');
  const names = [...sources.matchAll(/(?:\b(?:ok|warning|failed)\(\s*|\bname = )'([a-z-]+)'/g)].map(
    ([, name = '']) => name,
  );
  assert.ok(names.length > 20);
  assert.deepEqual(
    sorted(firstCells('Before the first start: doctor').filter((name) => name !== 'name' && !name.startsWith('/'))),
    sorted(names),
  );
});

test('every metric is in the table, and the table has no other', async () => {
  const source = await read('src/proxy/telemetry.ts');
  const made = [...source.matchAll(/\b(seconds|count|gauge|create\w+)\(\s*'([a-z_.]+)'/g)].map(
    ([, how = '', name = '']) => (how === 'count' || how === 'gauge' ? `bank_feed.${name}` : name),
  );
  assert.ok(made.length > 12);
  const named = [...section('Metrics and traces').matchAll(/^\| `([a-z_.]+)`/gm)].map(([, name = '']) => name);
  assert.deepEqual(sorted(named), sorted(made));
  // Words of the table that code has to know.
  for (const reason of ['sending', 'paused', 'unauthorized', 'fault', 'ambiguous'])
    assert.ok((await read('src/contract/schemas.ts')).includes(`'${reason}'`), reason);
});

test('every command that is shown exists, with its options', async () => {
  const cli = await read('src/commands/main.ts');
  const usages = (
    await Promise.all(['doctor', 'feeds', 'forget', 'serve', 'push'].map((name) => read(`src/commands/${name}.ts`)))
  ).join('\n');
  const shown = [...page.matchAll(/(?:bank-feed-proxy|main\.js) ([a-z]+)((?: --?[a-z-]+)*)/g)];
  assert.ok(shown.length > 8);
  for (const [whole, command = '', options = ''] of shown) {
    assert.ok(cli.includes(`case '${command}':`), whole);
    for (const option of options.split(' ').filter(Boolean)) assert.ok(usages.includes(option), whole);
  }
});

test('the times are those of the code', async () => {
  const serve = await read('src/commands/serve.ts');
  const stopping = section('Starting, health, stopping');
  assert.ok(proxyDurations.stop === 7_000 && stopping.includes('for seven seconds'));
  assert.ok(serve.includes('stopWithin = 9_500') && stopping.includes('After 9.5 seconds'));
  assert.ok(proxyDurations.beat === 15_000 && page.includes('every 15 seconds'));
});
