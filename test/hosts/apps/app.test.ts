/** The apps of `demo/hosts/`, one for each framework: built, then driven by a customer's clicks. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { bankAccount, firstLoad } from '../bank.ts';
import { printFigures, weigh } from '../page-weight.ts';
import { walkSetup } from '../walk-setup.ts';
import { makeApp, type App, type Served } from './app.ts';

let app: App;
let served: Served | undefined;

test.beforeAll(async () => {
  const { name } = test.info().project;
  app = await makeApp(name);
  served = await (name === 'next' ? app.start('next', 'start', '-H', 'localhost') : app.serve());
});

test.afterAll(async () => {
  await served?.stop();
  await app?.remove();
});

/** Errors and warnings of the page; a framework says there what it was not told. */
const listen = (page: Page): string[] => {
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    // Chromium asks for an icon by itself, and Lit tells whoever develops with it.
    if (message.location().url.endsWith('/favicon.ico') || message.text().startsWith('Lit is in dev mode')) return;
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  return complaints;
};

/** Elements are registered only when `release` is called, as where their file is slow. */
const holdDefinitions = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    const held: (() => void)[] = [];
    const define = customElements.define.bind(customElements);
    customElements.define = (name, ...rest) =>
      name.startsWith('bank-feed-') ? void held.push(() => define(name, ...rest)) : define(name, ...rest);
    Object.assign(globalThis, { release: () => held.splice(0).forEach((each) => each()) });
  });

test('what a server sends has the tag and its children', async ({ request }, { project }) => {
  test.skip(project.name !== 'next', 'only Next.js draws on a server');
  const html = await (await request.get(app.url)).text();
  expect(html).toContain(
    '<bank-feed-setup><p slot="purpose">Your bookkeeper sees your card payments.</p></bank-feed-setup>',
  );
});

test('properties set before the element is defined are taken', async ({ page }, { project }) => {
  // Native tags in React 19 are for elements that are there.
  test.skip(project.name === 'react-19', 'docs/frameworks.md says so');
  const complaints = listen(page);
  await holdDefinitions(page);
  await page.goto(app.url);
  const setup = page.locator('bank-feed-setup');
  await expect(setup.getByText('Your bookkeeper')).toBeVisible();
  const room = await setup.boundingBox();
  expect(room?.height).toBeGreaterThanOrEqual(320);
  await page.waitForFunction(
    () => [...document.querySelectorAll('bank-feed-provider, bank-feed-setup')].some((each) => 'getToken' in each),
    undefined,
    { timeout: 10_000 },
  );
  await page.getByLabel('Your company is in').selectOption('US');
  await page.evaluate(() => Reflect.get(globalThis, 'release')());
  await setup.getByRole('radio', { name: /^Xero/ }).check();
  await expect(setup.getByText('What Xero gets from Northbridge Bank')).toBeVisible();
  expect(await setup.evaluate((element: Element & { country?: string }) => element.country)).toBe('US');
  expect(complaints).toEqual([]);
});

test('from an empty page to transactions in the books', async ({ page }, { project }) => {
  const complaints = listen(page);
  const weight = weigh(page);
  const started = Date.now();
  await page.goto(app.url);
  const setup = page.locator('bank-feed-setup');
  const platforms = setup.getByRole('radio');
  await setup.getByRole('radio', { name: /^Xero/ }).check();
  const kilobytes = await weight();
  // A property that is an object, a slot, and a property that changes.
  await expect(setup.getByText('What Xero gets from Northbridge Bank')).toBeVisible();
  await expect(setup.getByText('Your bookkeeper sees your card payments.')).toBeVisible();
  const british = await platforms.evaluateAll((all) => all.map((each) => (each as HTMLInputElement).value));
  await page.getByLabel('Your company is in').selectOption('US');
  await expect
    .poll(() => platforms.evaluateAll((all) => all.map((each) => (each as HTMLInputElement).value)))
    .not.toEqual(british);

  await walkSetup(page, 'Xero', bankAccount.name);
  await expect(page.getByText('Your accounting software is connected.')).toBeVisible();
  await expect(setup.getByText(`${firstLoad} transactions delivered today`)).toBeVisible();
  expect(app.bank.sandbox.ledger.entries({ companyId: app.bank.companyId })).toHaveLength(firstLoad);

  for (let time = 0; time < 2; time++) {
    await setup.getByRole('button', { name: time === 0 ? 'Done' : 'Close' }).click();
    await expect(setup).toHaveCount(0);
    await page.getByRole('button', { name: 'Bank feeds' }).click();
    await expect(setup.getByText(`${firstLoad} transactions delivered today`)).toBeVisible();
  }
  expect(complaints).toEqual([]);
  printFigures(project.name, kilobytes, (Date.now() - started) / 1000);
});

const vite = ['vite', '--host', 'localhost', '--strictPort'];
/** What is edited, and what serves it while it is written. */
const written: Readonly<Record<string, { readonly edited: string; readonly server: readonly string[] }>> = {
  'react-18': { edited: 'src/bank-feeds.tsx', server: vite },
  'react-19': { edited: 'src/bank-feeds.tsx', server: vite },
  'vue-3': { edited: 'src/BankFeeds.vue', server: vite },
  'svelte-5': { edited: 'src/BankFeeds.svelte', server: vite },
  next: { edited: 'app/bank-feeds.tsx', server: ['next', 'dev', '-H', 'localhost'] },
  angular: { edited: 'src/bank-feeds.ts', server: ['ng', 'serve', '--host', 'localhost'] },
};
/** These make a component anew that was edited, and the element in it. */
const remade = new Set(['svelte-5', 'angular']);

test('while it is written, an edit is shown without a reload, and the element lives on', async ({ page }, {
  project,
}) => {
  const { edited = '', server: [command = '', ...args] = [] } = written[project.name] ?? {};
  await served?.stop();
  served = await app.start(command, ...args);
  const complaints = listen(page);
  await page.goto(app.url);
  const setup = page.locator('bank-feed-setup');
  await expect(setup.getByRole('heading').first()).toBeVisible();
  const element = await setup.elementHandle();
  await page.evaluate(() => Object.assign(globalThis, { notReloaded: true }));
  const file = join(app.folder, edited);
  for (const word of ['accountant', 'auditor']) {
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace(/Your \w+ sees/, `Your ${word} sees`));
    await expect(page.getByText(`Your ${word} sees`)).toBeAttached();
    expect(await page.evaluate(() => Reflect.get(globalThis, 'notReloaded'))).toBe(true);
    if (!remade.has(project.name)) expect(await setup.evaluate((now, before) => now === before, element)).toBe(true);
  }
  await expect(setup.getByRole('heading').first()).toBeVisible();
  expect(complaints).toEqual([]);
});
