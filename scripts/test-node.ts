/** Runs the node tests with coverage, into coverage/node/lcov.info. Arguments narrow the files. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { requireNode } from './runtime.ts';
import { atRoot, root } from './root.ts';

requireNode();
mkdirSync(atRoot('coverage/node'), { recursive: true });
const files = process.argv.slice(2);
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
  { cwd: root, stdio: 'inherit' },
);
process.exitCode = status ?? 1;
