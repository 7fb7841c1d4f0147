import { defineConfig } from '@playwright/test';
import { forget } from '../contract/records.ts';
import { watchContract } from '../contract/watch.ts';
import { common } from '../support/playwright.ts';

// Read by the runner, which begins anew, and by each worker, in which the tests and their sandboxes live.
const watched = watchContract('e2e') !== undefined;
if (watched && process.env['TEST_WORKER_INDEX'] === undefined) forget('e2e');

export default defineConfig(common, {
  testDir: '.',
  testMatch: '*.test.ts',
  outputDir: '../../test-results',
});
