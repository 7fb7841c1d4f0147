/** The built site, served, and what a page of it may not do. */
import { readdir } from 'node:fs/promises';
import { test as base, expect, type Page } from '@playwright/test';
import { serveSite, siteFolder } from '../../scripts/site/serve.ts';

export const pagePaths = async (): Promise<string[]> =>
  (await readdir(siteFolder, { recursive: true })).filter((name) => name.endsWith('.html')).toSorted();

/** Errors of the console, violations of the policy and requests to others, as lines. */
const watch = async (page: Page, origin: string): Promise<string[]> => {
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(origin)) faults.push(`asked ${request.url()}`);
  });
  await page.exposeFunction('violated', (said: string) => faults.push(said));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      Reflect.apply(Reflect.get(globalThis, 'violated'), undefined, [`${violatedDirective} ${blockedURI}`]);
    });
  });
  return faults;
};

export const test = base.extend<{ readonly faults: string[] }, { readonly origin: string }>({
  origin: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads there what a fixture needs: nothing
    async ({}, use) => {
      const site = await serveSite(0);
      await use(site.url);
      site.stop();
    },
    { scope: 'worker' },
  ],
  baseURL: ({ origin }, use) => use(origin),
  /** What went wrong on the page; none at the end of every test. */
  faults: [
    async ({ page, origin }, use) => {
      const faults = await watch(page, origin);
      await use(faults);
      expect(faults).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect } from '@playwright/test';
