/** The demo page's own promises: all that a tester chooses stands in the address, and no tab disturbs another. */
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { startDemo, type Demo } from '../../demo/start.ts';
import { complaintsOf } from '../support/complaints.ts';

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const script = fileURLToPath(import.meta.resolve('bank-feed-elements/bank-feed-elements.js'));

let demo: Demo;
test.beforeAll(async () => {
  demo = await startDemo();
});
test.afterAll(() => demo.stop());

test('what is chosen stands in the address, and every address without a company has one of its own', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const complaints = complaintsOf(page);
  await page.goto(`${demo.url}?platform=sage&language=fr&brand=plum`);
  await expect(page.locator('bank-feed-connect').getByText('Connecté', { exact: true })).toBeVisible();
  const company = new URL(page.url()).searchParams.get('company');
  await page.getByText('Choices', { exact: false }).first().click();
  await page.getByLabel('Language').selectOption('ar');
  await page.getByLabel('Each answer takes').selectOption('300');
  await page.getByRole('checkbox', { name: 'Webhooks get lost' }).check();
  const address = `${demo.url}?platform=sage&language=ar&brand=plum&latency=300&fault=no-webhooks`;
  await expect(page).toHaveURL(`${address}&company=${company}`);
  await page.getByRole('button', { name: 'Copy link' }).click();
  await expect(page.getByText('Copied')).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(address);
  await expect(page.locator('#log')).toContainText('bank-feed-state-change');

  // A reload is the same company; the copied link another one, as it was at the beginning.
  await page.reload();
  await expect(page).toHaveURL(`${address}&company=${company}`);
  await page.goto(address);
  await expect(page.locator('bank-feed-provider')).toHaveAttribute('dir', 'rtl');
  await expect(page.locator('bank-feed-connect').getByText('متصل', { exact: true })).toBeVisible();
  expect(new URL(page.url()).searchParams.get('company')).not.toBe(company);
  await expect(page.getByRole('checkbox', { name: 'Webhooks get lost' })).toBeChecked();

  const offered = await page
    .getByLabel('Language')
    .locator('option')
    .evaluateAll((options) => options.map((option) => option.getAttribute('value')?.toLowerCase()));
  const files = await readdir(join(dirname(script), 'locales'));
  const languages = files.flatMap((file) => /^([a-z-]+)\.js$/.exec(file)?.[1] ?? []);
  expect(offered).toEqual(expect.arrayContaining([...languages, 'en-gb']));
  expect(complaints).toEqual([]);
});

test('the log of the demo page hears every event there is', async ({ page }) => {
  const sources = await readdir(folder('../../src/elements/events'));
  const names = sources.map((file) => `bank-feed-${file.replace(/(-event)?\.ts$/, '')}`);
  await page.goto(demo.url);
  await expect(page.locator('#log')).toContainText('state: ready');
  await page.getByRole('button', { name: 'Clear' }).click();
  for (const name of names)
    await page.evaluate((type) => document.body.dispatchEvent(new Event(type, { bubbles: true })), name);
  const heard = await page.locator('#log strong').allTextContents();
  expect(heard.toSorted()).toEqual(names.toSorted());
});
