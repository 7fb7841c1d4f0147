/**
 * Preloaded into the node tests and the processes they start: watches their sandboxes, and fails the test in
 * which one said something that is not as documented.
 */
import assert from 'node:assert/strict';
import { relative } from 'node:path';
import { afterEach, beforeEach } from 'node:test';
import { root } from '../../scripts/root.ts';
import { watchContract } from './watch.ts';

const watch = watchContract('node');
const file = relative(root, process.argv[1] ?? '').replaceAll('\\', '/');

// Only a process that runs a file of tests has tests to hook into.
if (watch !== undefined && file.endsWith('.test.ts')) {
  beforeEach(({ fullName }) => watch.enter(file, fullName));
  afterEach(() => assert.deepEqual(watch.violations(), [], 'The sandbox keeps to its document.'));
}
