/** What docs/push.md shows of handing over: its example compiles and runs, every code is there. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { hostAccounts, startWorld } from './support.ts';

const root = join(import.meta.dirname, '../../..');
// Inside the project, so that the package is found by its name.
const folder = join(root, 'test-results/push-docs');
const run = promisify(execFile);
const page = await readFile(join(root, 'docs/push.md'), 'utf8');
const [, section = ''] = /## Handing over\n([\s\S]*?)\n## /.exec(page) ?? [];

const blocks = (language: string): string[] =>
  [...section.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text = '']) => text);
const explain = (error: { readonly stdout: string; readonly stderr: string }): never =>
  assert.fail(`${error.stdout}\n${error.stderr}`);

test('the example of handing over in process', async (t) => {
  await mkdir(folder, { recursive: true });
  t.after(() => rm(folder, { recursive: true, force: true }));
  const world = await startWorld(t, { sourceAccounts: () => [{ ...hostAccounts[0], id: 'current-4242' }] });

  const [example, ...others] = blocks('ts');
  assert.ok(example !== undefined && others.length === 0);
  const file = join(folder, 'example.ts');
  await writeFile(file, example);
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: '../../tsconfig.json', include: ['*.ts'], exclude: [] }),
  );
  await run(process.execPath, [join(root, 'node_modules/@typescript/native/bin/tsc'), '-p', folder]).catch(explain);
  const log = t.mock.method(console, 'log', () => undefined);
  const { handOver } = (await import(file)) as { handOver: (proxy: unknown, companyId: string) => Promise<number> };
  assert.equal(await handOver(world.proxy, world.companyId), 1);
  const said = log.mock.calls.map(({ arguments: [text] }) => String(text));
  log.mock.restore();
  assert.deepEqual(said, [
    'error date_invalid: transaction 1, date: date must be a calendar date, YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS.',
  ]);
});

test('every code of preflight is described', async () => {
  const model = await readFile(join(root, 'src/outbox/model.ts'), 'utf8');
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
