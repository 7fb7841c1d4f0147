/** What all runs of Playwright have in common. */
import type { PlaywrightTestConfig } from '@playwright/test';
import { findChromium } from '../../scripts/browsers.ts';

const { executablePath, args } = await findChromium();

export const common: PlaywrightTestConfig = {
  // One file each: every test has servers of its own.
  workers: 2,
  timeout: 120_000,
  reporter: [['list']],
  use: {
    locale: 'en-GB',
    launchOptions: { executablePath, args: [...args] },
  },
};
