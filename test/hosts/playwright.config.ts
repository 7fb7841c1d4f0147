import { readdirSync, existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';
import { findChromium } from '../../scripts/browsers.ts';
import { atRoot } from '../../scripts/root.ts';

const { executablePath, args } = await findChromium();
const hosts = atRoot('demo/hosts');

/** A project for the plain pages, and one for each app. */
export default defineConfig({
  outputDir: '../../test-results/hosts',
  fullyParallel: false,
  workers: 2,
  timeout: 120_000,
  reporter: [['list']],
  use: {
    locale: 'en-GB',
    trace: 'retain-on-failure',
    launchOptions: { executablePath, args: [...args] },
  },
  projects: [
    { name: 'plain', testDir: 'plain', testMatch: '*.test.ts' },
    ...readdirSync(hosts)
      .filter((name) => existsSync(`${hosts}/${name}/package.json`))
      .map((name) => ({ name, testDir: 'apps', testMatch: '*.test.ts', timeout: 300_000 })),
  ],
});
