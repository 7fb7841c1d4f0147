import { readdirSync, existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';
import { atRoot } from '../../scripts/root.ts';
import { common } from '../support/playwright.ts';

const hosts = atRoot('demo/hosts');

/** A project for the plain pages, and one for each app. */
export default defineConfig(common, {
  outputDir: '../../test-results/hosts',
  // A run takes minutes: whatever fails in it is to be understood without another.
  use: { trace: 'retain-on-failure' },
  projects: [
    { name: 'plain', testDir: 'plain', testMatch: '*.test.ts' },
    ...readdirSync(hosts)
      .filter((name) => existsSync(`${hosts}/${name}/package.json`))
      .map((name) => ({ name, testDir: 'apps', testMatch: '*.test.ts', timeout: 300_000 })),
  ],
});
