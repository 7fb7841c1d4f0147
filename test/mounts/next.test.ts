/** The examples of docs/mounting.md for Next.js, built and served as in production. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { mountSuite, type Mounted } from '../support/mount-suite.ts';
import { install, startAround } from './process-mount.ts';

let mounted: Mounted;
let worker: ReturnType<Awaited<ReturnType<typeof startAround>>['start']>;

before(async () => {
  const examples = ['lib/bank-feed.ts', 'app/api/bank-feed/[...path]/route.ts', 'next.config.mjs', 'worker.ts'];
  process.env['NEXT_TELEMETRY_DISABLED'] = '1';
  const next = await install('next', examples, 'lib/your-backend.ts');
  // Without any setting: it must build where no secret is.
  await next.run('next', 'build');
  const around = await startAround('/api/bank-feed');
  ({ mounted } = around);
  around.start(
    process.execPath,
    ['node_modules/next/dist/bin/next', 'start', '-H', '127.0.0.1', '-p', String(around.port)],
    next.folder,
  );
  worker = around.start(process.execPath, [join(next.folder, 'worker.ts')], next.folder);
  await around.ready();
});

mountSuite(() => mounted);

test('the worker beside it runs in plain Node, and ends when told to', async () => {
  assert.equal(worker.exitCode, null);
  const ended = once(worker, 'exit');
  worker.kill('SIGTERM');
  assert.deepEqual(await ended, [0, null]);
});
