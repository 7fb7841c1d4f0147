/** `npm run test:demo`: every scenario of the demo page. */
import { defineConfig } from '@playwright/test';
import config from './playwright.config.ts';

export default defineConfig(config, {
  testMatch: 'demo-scenarios.e2e.ts',
  fullyParallel: true,
  timeout: 60_000,
  expect: { timeout: 15_000 },
});
