/** What docs/push.md shows of handing over: its example compiles and runs, its session in a shell is answered as shown. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { hostAccounts, serverSecret, startWorld } from './support.ts';

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

test('the examples of handing over, one after the other', async (t) => {
  await mkdir(folder, { recursive: true });
  t.after(() => rm(folder, { recursive: true, force: true }));
  const accounts = ['current-4242', 'card-9'].map((id) => ({ ...hostAccounts[0], id }));
  const world = await startWorld(t, { sourceAccounts: () => accounts });

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

  const [json, lines, command, ...more] = blocks('sh');
  assert.ok(json !== undefined && lines !== undefined && command !== undefined && more.length === 0);
  const january = ['t-1', 't-6'].map((id) => ({
    id,
    date: '2026-01-15',
    amount: '-184.20',
    balance: '18066.20',
    description: 'Millbrook Flour',
  }));
  await writeFile(join(folder, 'january.json'), JSON.stringify(january));
  const begin = `set -euo pipefail
bank-feed-proxy() { "${process.execPath}" "${join(root, 'src/commands/main.ts')}" "$@"; }
PROXY=${world.url}
`;
  const answer = async (script: string): Promise<string> => {
    const env = { ...process.env, COMPANY: world.companyId, BANK_FEED_SERVER_SECRET: serverSecret };
    const text = `${begin}${script.replace('PROXY=http://127.0.0.1:8787\n', '')}`;
    return (await run('bash', ['-c', text], { env, cwd: folder }).catch(explain)).stdout;
  };
  const [jsonAnswer = '', linesAnswer] = blocks('json');
  assert.deepEqual(JSON.parse(await answer(json)), JSON.parse(jsonAnswer));
  const [table] = blocks('text');
  // What is not known of the software yet is a warning of each line.
  assert.equal(await answer(lines), linesAnswer);
  assert.equal(await answer(command), table);
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
