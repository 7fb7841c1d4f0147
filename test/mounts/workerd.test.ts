/** The example of docs/mounting.md for workerd, compiled, and served by wrangler, which bundles it. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before } from 'node:test';
import { mountSuite, type Mounted } from '../support/mount-suite.ts';
import { freePort } from '../support/free-ports.ts';
import { install, startAround } from './process-mount.ts';

let mounted: Mounted;

before(async () => {
  Object.assign(process.env, { WRANGLER_SEND_METRICS: 'false', CI: 'true' });
  const { folder, run } = await install('workerd', ['src/worker.ts', 'wrangler.jsonc'], 'src/your-backend.ts');
  await run('tsc', '-p', '.');
  const around = await startAround('/bank-feed');
  ({ mounted } = around);
  const secrets = Object.entries(around.env).map(([name, value]) => `${name}=${value}`);
  await writeFile(join(folder, '.dev.vars'), secrets.join('\n'));
  const ports = ['--port', String(around.port), '--inspector-port', String(await freePort())];
  const wrangler = join(folder, 'node_modules/wrangler/bin/wrangler.js');
  around.start(process.execPath, [wrangler, 'dev', '--ip', '127.0.0.1', ...ports], folder);
  await around.ready();
});

mountSuite(() => mounted);
