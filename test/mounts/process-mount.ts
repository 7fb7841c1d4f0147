/** A framework whose packages are too large for this project's own: installed apart, with the package as it is published. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { promisify } from 'node:util';
import { packPackage } from '../../scripts/pack.ts';
import { createBankFeedProxy } from '../../src/proxy/index.ts';
import { createSandbox } from '../../src/sandbox/index.ts';
import { startCluster } from '../node/support/cluster.ts';
import { webhookSecret } from '../node/proxy/support.ts';
import { withMore, writeExamples } from '../support/examples.ts';
import { freePort } from '../support/free-ports.ts';
import { until, type Mounted } from '../support/mount-suite.ts';

const run = promisify(execFile);

/** What is done when the tests are, the last first. */
const endings: (() => Promise<unknown>)[] = [];
after(async () => {
  for (const end of endings.toReversed()) await end();
});

export interface Installed {
  readonly folder: string;
  /** Runs a command of the project's packages to its end. @throws with what it wrote */
  run(command: string, ...args: string[]): Promise<void>;
}

/** The project of this name with its locked packages, ours, and the examples, outside of everything else. */
export const install = async (name: string, examples: readonly string[], yourBackend: string): Promise<Installed> => {
  const folder = await mkdtemp(join(tmpdir(), `bank-feed-mounted-${name}-`));
  endings.push(() => rm(folder, { recursive: true, force: true }));
  const { tarball } = await packPackage();
  // Left behind by a build with Vite; npm would then leave out what a project is built with.
  delete process.env['NODE_ENV'];
  await cp(join(import.meta.dirname, name), folder, { recursive: true });
  const inFolder = async (command: string, args: readonly string[]): Promise<void> => {
    await run(command, args, { cwd: folder }).catch((error: Error & { stdout: string }) => {
      throw new Error(`${error.message}\n${error.stdout}`);
    });
  };
  await inFolder('npm', ['ci', '--no-audit', '--no-fund']);
  await inFolder('npm', ['install', '--no-save', '--no-package-lock', '--no-audit', '--no-fund', tarball]);
  await writeExamples(folder, examples, withMore);
  await cp(join(import.meta.dirname, 'your-backend.ts'), join(folder, yourBackend));
  return { folder, run: (command, ...args) => inFolder(join(folder, 'node_modules/.bin', command), args) };
};

/** A sandbox, a PostgreSQL server, and on both what the mount needs beside itself: a worker. */
export const startAround = async (path: string) => {
  const cluster = await startCluster();
  endings.push(() => cluster.stop());
  const sandbox = createSandbox({ seed: 'mounts', delays: { connectingMs: 20, pushMs: 20, webhookMs: 1 } });
  const { url: codatUrl } = await sandbox.start();
  endings.push(() => sandbox.stop());
  const worker = createBankFeedProxy({
    apiKey: sandbox.apiKey,
    codatUrl,
    publicUrl: `https://bank.example${path}`,
    database: { url: cluster.url },
    role: 'worker',
    authorize: () => undefined,
    sourceAccounts: () => [],
  });
  await worker.start();
  endings.push(() => worker.stop());
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const { id: companyId } = await worker.companies.ensure({ reference: 'customer-1', name: 'Harbour Lane Bakery' });
  sandbox.control.addWebhook({ url: `${url}${path}/v1/webhooks/codat`, secret: webhookSecret });
  const env = {
    CODAT_API_KEY: sandbox.apiKey,
    CODAT_URL: codatUrl,
    CODAT_WEBHOOK_SECRET: webhookSecret,
    DATABASE_URL: cluster.url,
  };
  let written = '';
  const errors = (): string[] => written.split('\n').filter((line) => line.includes('a request failed'));
  const mounted: Mounted = { url, path, sandbox, companyId, cookie: companyId, errors };
  return {
    mounted,
    port,
    env,
    /** Starts a process of the mount; ended with the tests. */
    start: (command: string, args: readonly string[], cwd: string): ChildProcess => {
      const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => {
          written += chunk.toString();
        });
      endings.push(async () => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        await ended;
      });
      return child;
    },
    /** Resolves when the mount answers. @throws with what it wrote where it does not */
    ready: async (): Promise<void> => {
      const answers = () =>
        fetch(`${url}${path}/readyz`).then(
          ({ ok }) => ok,
          () => false,
        );
      await until('the mount is ready', answers, 60_000).catch((error: unknown) => {
        throw new Error(`It did not become ready:\n${written}`, { cause: error });
      });
    },
  };
};
