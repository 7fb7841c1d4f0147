/** The README's server example, compiled as it stands and run against the sandbox. */
import assert from 'node:assert/strict';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { createSandbox } from '../../src/sandbox/index.ts';
import { freePort } from '../support/free-ports.ts';

const root = join(import.meta.dirname, '../..');
// Inside the project, so that the package is found by its name.
const folder = join(root, 'test-results/readme');

const example = async (): Promise<string> => {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const [, block] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  assert.ok(block, 'the README has a server example');
  return block;
};

test('the server example compiles under strict settings, and its token opens the wire', async (t) => {
  await mkdir(folder, { recursive: true });
  const sandbox = createSandbox({ seed: 'readme' });
  const { url } = await sandbox.start();
  let child: ChildProcess | undefined;
  t.after(async () => {
    child?.kill('SIGKILL');
    await sandbox.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const text = `${await example()}\nconsole.log('ready');\n`;
  await writeFile(join(folder, 'server.ts'), text);
  await writeFile(join(folder, 'server.mjs'), text);
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: '../../tsconfig.json', include: ['server.ts'], exclude: [] }),
  );
  const tsc = join(root, 'node_modules/@typescript/native/bin/tsc');
  await promisify(execFile)(process.execPath, [tsc, '-p', folder]).catch((error: { stdout: string }) =>
    assert.fail(error.stdout),
  );

  const port = await freePort();
  const started = spawn(process.execPath, [join(folder, 'server.mjs')], {
    env: {
      ...process.env,
      CODAT_API_KEY: sandbox.apiKey,
      CODAT_URL: url,
      BANK_FEED_TOKEN_SECRET: 'a token secret of more than thirty-two bytes',
      CODAT_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
      BANK_FEED_DATA_DIR: join(folder, 'store'),
      PORT: String(port),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child = started;
  const ready = new Promise<void>((resolve) => {
    // What it logs comes on other lines.
    createInterface({ input: started.stdout }).on('line', (line) => line === 'ready' && resolve());
  });
  await Promise.race([ready, once(started, 'exit')]);
  const session = await fetch(`http://127.0.0.1:${port}/session`);
  const token = await session.text();
  const state = await fetch(`http://127.0.0.1:${port}/v1/state`, {
    headers: { authorization: `Bearer ${token}`, origin: 'https://app.bank.example' },
  });
  assert.equal(state.status, 200, await state.clone().text());
});
