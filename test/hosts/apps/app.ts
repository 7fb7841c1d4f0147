/** An app of `demo/hosts/` outside of everything else: its locked packages, ours as it is published, its own build. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, glob, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { contentType } from '../../../scripts/content-types.ts';
import { atRoot } from '../../../scripts/root.ts';
import { freePort } from '../../support/free-ports.ts';
import { close, proxyInPages, startBank, type Bank } from '../bank.ts';

const run = promisify(execFile);

export interface App {
  readonly name: string;
  /** Where it stands, and may be edited. */
  readonly folder: string;
  /** Of its page, with a slash at its end; whoever starts it serves it there. */
  readonly url: string;
  readonly bank: Bank;
  /** Serves what was built. */
  serve(): Promise<Served>;
  /** Starts a command of its packages, which serves the page. */
  start(command: string, ...args: string[]): Promise<Served>;
  remove(): Promise<void>;
}

export interface Served {
  stop(): Promise<void>;
}

/** Installs and builds it, its types with it. @throws with what the compilers wrote */
export const makeApp = async (name: string): Promise<App> => {
  const folder = await mkdtemp(join(tmpdir(), `bank-feed-${name}-`));
  const port = await freePort();
  const url = `http://localhost:${port}/`;
  const bank = await startBank(`http://localhost:${port}`);
  const remove = async (): Promise<void> => {
    await bank.stop();
    await rm(folder, { recursive: true, force: true });
  };
  // Left behind by a build with Vite; npm would then leave out what an app is built with.
  const { NODE_ENV: _, ...inherited } = process.env;
  const env = { ...inherited, NEXT_TELEMETRY_DISABLED: '1', NG_CLI_ANALYTICS: 'false', CI: 'true' };
  const inFolder = (command: string, ...args: string[]): Promise<unknown> =>
    run(command, args, { cwd: folder, env }).catch((error: Error & { stdout: string; stderr: string }) => {
      throw new Error(`${name}: ${error.message}\n${error.stdout}`);
    });
  try {
    const own = atRoot(`demo/hosts/${name}`);
    await cp(own, folder, {
      recursive: true,
      filter: (path) => !/node_modules|\.next|\.angular|\/dist/.test(path.slice(own.length)),
    });
    for await (const file of glob('{src,app}/**/*.{ts,tsx,vue,svelte}', { cwd: folder })) {
      const text = await readFile(join(folder, file), 'utf8');
      await writeFile(join(folder, file), text.replaceAll(proxyInPages, bank.proxyUrl));
    }
    const { version } = JSON.parse(await readFile(atRoot('package.json'), 'utf8')) as { version: string };
    const quiet = ['--no-audit', '--no-fund', '--prefer-offline'];
    // Not `npm ci`: locks lack binaries for other systems, where a registry did.
    await inFolder('npm', 'install', ...quiet, atRoot(`build/bank-feed-elements-${version}.tgz`));
    await inFolder('npm', 'run', 'build');
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    name,
    folder,
    url,
    bank,
    remove,
    async serve() {
      const server = createServer((request, response) => {
        const { pathname } = new URL(request.url ?? '/', url);
        // Chromium asks for an icon by itself.
        if (pathname === '/favicon.ico') return void response.writeHead(204).end();
        const path = pathname === '/' ? '/index.html' : pathname;
        void readFile(join(folder, 'dist', path)).then(
          (file) => response.setHeader('content-type', contentType(path) ?? 'application/octet-stream').end(file),
          () => response.writeHead(404).end(),
        );
      });
      server.listen(port, 'localhost');
      await once(server, 'listening');
      return { stop: () => close(server) };
    },
    async start(command, ...args) {
      const bin = join(folder, 'node_modules/.bin', command);
      const child = spawn(bin, [...args, '--port', String(port)], {
        cwd: folder,
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let written = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (written += chunk));
      const ended = once(child, 'exit');
      const answers = (): Promise<boolean> =>
        fetch(url).then(
          ({ ok }) => ok,
          () => false,
        );
      for (const end = Date.now() + 60_000; !(await answers()); await new Promise((done) => setTimeout(done, 100)))
        if (Date.now() > end || child.exitCode !== null) {
          child.kill();
          throw new Error(`${name}: ${command} does not answer.\n${written}`);
        }
      return {
        async stop() {
          child.kill('SIGTERM');
          await ended;
        },
      };
    },
  };
};
