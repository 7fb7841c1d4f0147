/**
 * Runs the node tests with coverage, into coverage/node/lcov.info. Arguments narrow the files. Where CODAT_OPENAPI
 * names the document, every answer of a sandbox is judged by it on the way, in the processes that tests start too.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { documentPath } from '../test/contract/document.ts';
import { forget } from '../test/contract/records.ts';
import { requireNode } from './runtime.ts';
import { atRoot, root } from './root.ts';

requireNode();
mkdirSync(atRoot('coverage/node'), { recursive: true });
const files = process.argv.slice(2);
const watching = documentPath() !== undefined;
if (watching) forget('node');
const preload = `--import=${pathToFileURL(atRoot('test/contract/node-tests.ts')).href}`;
const environment = watching ? { NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} ${preload}`.trim() } : {};
const { status } = spawnSync(
  process.execPath,
  [
    '--test',
    '--experimental-test-coverage',
    '--test-coverage-include=src/**/*.ts',
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    '--test-reporter=lcov',
    '--test-reporter-destination=coverage/node/lcov.info',
    '--test-concurrency=2',
    '--test-timeout=60000',
    ...(files.length > 0 ? files : ['test/node/**/*.test.ts']),
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, ...environment } },
);
process.exitCode = status ?? 1;
