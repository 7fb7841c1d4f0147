import { defineConfig } from '@playwright/test';
import { forget } from '../contract/records.ts';
import { watchContract } from '../contract/watch.ts';
import { findChromium } from '../../scripts/browsers.ts';

const { executablePath, args } = await findChromium();

// Read by the runner, which begins anew, and by each worker, in which the tests and their sandboxes live.
const watched = watchContract('e2e') !== undefined;
if (watched && process.env['TEST_WORKER_INDEX'] === undefined) forget('e2e');

export default defineConfig({
  testDir: '.',
  testMatch: '*.test.ts',
  outputDir: '../../test-results',
  fullyParallel: false,
  // One file each: every test has a sandbox, a proxy and a bank of its own.
  workers: 2,
  timeout: 120_000,
  reporter: [['list']],
  use: {
    locale: 'en-GB',
    trace: 'retain-on-failure',
    launchOptions: { executablePath, args: [...args] },
  },
});
