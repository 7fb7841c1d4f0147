import { defineConfig } from '@playwright/test';
import { findChromium } from '../../../scripts/browsers.ts';

const { executablePath, args } = await findChromium();

export default defineConfig({
  testDir: '.',
  testMatch: '*.test.ts',
  outputDir: '../../../test-results/script-tag',
  fullyParallel: false,
  workers: 2,
  timeout: 120_000,
  reporter: [['list']],
  use: {
    locale: 'en-GB',
    trace: 'retain-on-failure',
    launchOptions: { executablePath, args: [...args] },
  },
});
