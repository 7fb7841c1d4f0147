/** What docs/push.md shows of handing over: its example compiles and runs, every code is there. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { atRoot } from '../../../scripts/root.ts';
import { compileBeside } from '../../support/compile.ts';
import { hostAccounts, startWorld } from './support.ts';

const page = await readFile(atRoot('docs/push.md'), 'utf8');
const [, section = ''] = /## Handing over\n([\s\S]*?)\n## /.exec(page) ?? [];

const blocks = (language: string): string[] =>
  [...section.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text = '']) => text);

test('the example of handing over in process', async (t) => {
  const world = await startWorld(t, { sourceAccounts: () => [{ ...hostAccounts[0], id: 'current-4242' }] });

  const [example, ...others] = blocks('ts');
  assert.ok(example !== undefined && others.length === 0);
  const folder = await compileBeside(t, 'push-docs', [['example.ts', example]]);
  const log = t.mock.method(console, 'log', () => undefined);
  const { handOver } = (await import(join(folder, 'example.ts'))) as {
    handOver: (proxy: unknown, companyId: string) => Promise<number>;
  };
  assert.equal(await handOver(world.proxy, world.companyId), 1);
  const said = log.mock.calls.map(({ arguments: [text] }) => String(text));
  log.mock.restore();
  assert.deepEqual(said, [
    'error date_invalid: transaction 1, date: date must be a calendar date, YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS.',
  ]);
});

test('every code of preflight is described', async () => {
  const model = await readFile(atRoot('src/outbox/model.ts'), 'utf8');
  const [, union = ''] = /export type IssueCode =([\s\S]*?);/.exec(model) ?? [];
  const codes = [...union.matchAll(/'(\w+)'/g)].map(([, code = '']) => code);
  assert.ok(codes.length > 20);
  for (const code of codes) assert.ok(section.includes(`\`${code}\``), code);
  const [, adjustable = ''] = /export const adjustableRules = \[([\s\S]*?)\]/.exec(model) ?? [];
  const rules = [...adjustable.matchAll(/'(\w+)'/g)].map(([, code = '']) => code);
  const rows = section.split('\n').filter((row) => /\| yes +\|$/.test(row));
  const marked = rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, code = '']) => code),
  );
  assert.deepEqual(marked.toSorted(), rules.toSorted());
});
