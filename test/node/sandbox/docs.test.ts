/** What docs/sandbox.md shows: its examples compile and run, and its session in a shell goes through. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { atRoot } from '../../../scripts/root.ts';
import { createSandbox } from '../../../src/sandbox/index.ts';
import { compileBeside } from '../../support/compile.ts';

const run = promisify(execFile);
const page = await readFile(atRoot('docs/sandbox.md'), 'utf8');

const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text = '']) => text);

/** What the process printed says more than that it failed. */
const explain = (error: { readonly stdout: string; readonly stderr: string }): never =>
  assert.fail(`${error.stdout}\n${error.stderr}`);

test('the examples compile under strict settings, and run to their end', async (t) => {
  const examples = blocks('ts');
  assert.equal(examples.length, 2);
  const files = examples.flatMap((text, index) =>
    ['ts', 'mjs'].map((ending) => [`example-${index}.${ending}`, text] as const),
  );
  const folder = await compileBeside(t, 'sandbox-docs', files);
  for (const index of examples.keys()) {
    await run(process.execPath, [join(folder, `example-${index}.mjs`)]).catch(explain);
  }
});

test('every request in it is answered as it says, one after the other', async (t) => {
  const sandbox = createSandbox({ apiKey: 'my-key', seed: 'docs' });
  const { url } = await sandbox.start();
  t.after(() => sandbox.stop());
  const session = blocks('sh').join('\n');
  assert.ok(session.includes('SANDBOX=http://127.0.0.1:4010\n'));
  const script = `set -euo pipefail\n${session.replace('http://127.0.0.1:4010', url)}`;
  const { stdout } = await run('bash', ['-c', script], { maxBuffer: 64 * 1024 * 1024 }).catch(explain);
  assert.match(stdout, /"description":"Coffee beans"/);
  assert.match(stdout, /"status":"Deauthorized"/);
  assert.deepEqual(sandbox.control.faults.list(), []);
});

test('every control is described in it', async () => {
  const sandbox = createSandbox({ apiKey: 'my-key', seed: 'docs' });
  const response = await sandbox.fetch(
    new Request('http://sandbox.test/sandbox', { headers: { authorization: `Basic ${btoa('my-key')}` } }),
  );
  const { controls } = (await response.json()) as { controls: { method: string; path: string }[] };
  for (const { method, path } of controls) {
    const short = path.replace('/sandbox/companies/{companyId}/connections', '…/connections');
    assert.ok(page.includes(`${method} ${path}`) || page.includes(`${method} ${short}`), `${method} ${path}`);
  }
});
