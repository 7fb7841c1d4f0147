/**
 * Runs the node tests with coverage, into coverage/node/lcov.info. Arguments narrow the files. Where CODAT_OPENAPI
 * names the document, every answer of a sandbox is judged by it on the way, in the processes that tests start too.
 * Tests of the shared store use the server that TEST_DATABASE_URL names, or one from npm that lives as long as the run.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { documentPath } from '../test/contract/document.ts';
import { forget } from '../test/contract/records.ts';
import { startCluster } from '../test/node/support/cluster.ts';
import { requireNode } from './runtime.ts';
import { atRoot, root } from './root.ts';

requireNode();
mkdirSync(atRoot('coverage/node'), { recursive: true });
const files = process.argv.slice(2);
const watching = documentPath() !== undefined;
if (watching) forget('node');
const preload = `--import=${pathToFileURL(atRoot('test/contract/node-tests.ts')).href}`;
const environment = watching ? { NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} ${preload}`.trim() } : {};
// A single file starts one for itself where it needs it, and says why where it cannot.
const cluster =
  files.length > 0 || process.env['TEST_DATABASE_URL'] ? undefined : await startCluster().catch(() => undefined);
const database = cluster === undefined ? {} : { TEST_DATABASE_URL: cluster.url };
// Each file is a process of its own, and most load the same modules: their types are stripped and they are compiled
// once for all, also for the commands that tests start.
const compiled = { NODE_COMPILE_CACHE: atRoot('node_modules/.cache/bank-feed-elements/compiled') };
const tests = spawn(
  process.execPath,
  [
    '--test',
    '--experimental-test-coverage',
    '--test-coverage-include=src/**/*.ts',
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    '--test-reporter=lcov',
    '--test-reporter-destination=coverage/node/lcov.info',
    // One more than two cores: some file always waits, for a process it started or for the server.
    '--test-concurrency=3',
    '--test-timeout=180000',
    ...(files.length > 0 ? files : ['test/node/**/*.test.ts']),
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, ...environment, ...database, ...compiled } },
);
// Ctrl-C reaches the tests by itself; the server is ended after them.
process.on('SIGINT', () => undefined);
process.once('SIGTERM', () => tests.kill('SIGTERM'));
const [status] = (await once(tests, 'exit')) as [number | null];
await cluster?.stop();
process.exitCode = status ?? 1;
