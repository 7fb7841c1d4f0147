/** `npm run test:site`: the built site, page by page. */
import { defineConfig } from '@playwright/test';
import { common } from '../support/playwright.ts';

export default defineConfig(common, {
  testDir: '.',
  testMatch: '*.test.ts',
  outputDir: '../../test-results/site',
  fullyParallel: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
});
