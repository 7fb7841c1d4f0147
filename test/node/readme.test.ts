/** The README's server example, compiled as it stands and run against the sandbox. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { createSandbox } from '../../src/sandbox/index.ts';
import { atRoot } from '../../scripts/root.ts';
import { compileBeside } from '../support/compile.ts';
import { freePort } from '../support/free-ports.ts';

const example = async (): Promise<string> => {
  const readme = await readFile(atRoot('README.md'), 'utf8');
  const [, block] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  assert.ok(block, 'the README has a server example');
  return block;
};

test('the server example compiles under strict settings, its token opens the wire, and it outlives a failure', async (t) => {
  const sandbox = createSandbox({ seed: 'readme' });
  const { url } = await sandbox.start();
  t.after(() => sandbox.stop());
  const text = await example();
  const folder = await compileBeside(t, 'readme', [
    ['server.ts', text],
    ['server.mjs', text],
  ]);
  /** The address where it serves, once it says that it does. */
  const run = async (apiKey: string): Promise<string> => {
    const port = await freePort();
    const started = spawn(process.execPath, [join(folder, 'server.mjs')], {
      env: {
        ...process.env,
        CODAT_API_KEY: apiKey,
        CODAT_URL: url,
        BANK_FEED_TOKEN_SECRET: 'a token secret of more than thirty-two bytes',
        CODAT_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
        BANK_FEED_DATA_DIR: join(folder, apiKey === sandbox.apiKey ? 'store' : 'other-store'),
        PORT: String(port),
      },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    t.after(() => started.kill('SIGKILL'));
    const up = 'https://feeds.bank.example is up, for https://app.bank.example';
    const ready = new Promise<string>((resolve) => {
      // What it logs comes on other lines.
      createInterface({ input: started.stdout }).on('line', (line) => line === up && resolve(line));
    });
    assert.equal(await Promise.race([ready, once(started, 'exit')]), up);
    return `http://127.0.0.1:${port}`;
  };

  const server = await run(sandbox.apiKey);
  const session = await fetch(`${server}/session?company=17`);
  const token = await session.text();
  const state = await fetch(`${server}/v1/state`, {
    headers: { authorization: `Bearer ${token}`, origin: 'https://app.bank.example' },
  });
  assert.equal(state.status, 200, await state.clone().text());

  const refused = await run('unknown-key');
  for (let attempt = 0; attempt < 2; attempt += 1) assert.equal((await fetch(`${refused}/session`)).status, 502);
});
