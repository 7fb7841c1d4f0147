/** The live pages: what is chosen changes the element, its code and the address, and comes back with the address. */
import { readdir } from 'node:fs/promises';
import { atRoot } from '../../scripts/root.ts';
import { offeredLanguages } from '../../scripts/site/controls.ts';
import { expect, pagePaths, test } from './site.ts';

const live = (await pagePaths()).filter((path) => path.startsWith('elements/'));

test('there is one for each element', () => {
  expect(live.map((path) => path.replace(/^elements\/|\.html$/g, ''))).toEqual([
    'accounts',
    'connect',
    'mapping',
    'provider',
    'setup',
    'status',
  ]);
});

test('every language of the package can be chosen', async () => {
  const files = (await readdir(atRoot('src/locales'))).map((name) => name.replace('.ts', ''));
  const offered = offeredLanguages.map((tag) => tag.toLowerCase());
  for (const name of files) expect(offered.some((tag) => tag === name || tag.startsWith(`${name}-`))).toBe(true);
});

for (const path of live)
  test(`${path} is ready; a control changes element, code and address`, async ({ page }) => {
    const tag = `bank-feed-${path.replace(/^elements\/|\.html$/g, '')}`;
    await page.goto(path);
    const element = page.locator(`#preview > ${tag}`);
    // A provider shows nothing by itself: those inside do.
    const shown = tag === 'bank-feed-provider' ? element.locator('bank-feed-status') : element;
    await expect.poll(() => shown.evaluate((node) => Reflect.get(node, 'state'))).toBe('ready');

    await page.getByLabel('accent').fill('#7a1f5c');
    await page.getByLabel('Language').selectOption('ar');
    await page.getByLabel('Colours').selectOption('dark');
    await expect(element).toHaveAttribute('dir', 'rtl');
    await expect(shown.locator('section').first()).toHaveAttribute('lang', 'ar');
    await expect(element).toHaveCSS('color-scheme', 'dark');
    expect(await element.evaluate((node) => getComputedStyle(node).getPropertyValue('--bank-feed-accent'))).toBe(
      '#7a1f5c',
    );
    await expect(page.locator('#code')).toContainText('--bank-feed-accent: #7a1f5c;');
    await expect(page.locator('#code')).toContainText('lang="ar"');
    await expect(page).toHaveURL(/language=ar.*accent=%237a1f5c/);

    const before = await page.locator('#code').textContent();
    await page.getByLabel('React').check();
    await expect(page.locator('#code')).toContainText("from 'bank-feed-elements/react'");
    await page.getByLabel('Vue').check();
    await expect(page.locator('#code')).toContainText('<template>');

    // The address alone brings all of it back.
    await page.reload();
    await expect(page.getByLabel('Vue')).toBeChecked();
    await expect(element).toHaveAttribute('dir', 'rtl');
    await page.getByLabel('HTML').check();
    expect(await page.locator('#code').textContent()).toBe(before);
    await page.getByRole('button', { name: 'Start again' }).click();
    await expect(element).toHaveAttribute('dir', 'ltr');
    await expect(page).toHaveURL(new RegExp(`${path}$`));
  });

test('an attribute is on the element as on the code, and goes away', async ({ page }) => {
  await page.goto('elements/connect.html');
  const element = page.locator('#preview > bank-feed-connect');
  await page.getByLabel('handover').check();
  await page.getByLabel('country').selectOption('US');
  await expect(element).toHaveAttribute('handover', '');
  await expect(page.locator('#code')).toContainText('country="US" handover');
  await page.getByLabel('React').check();
  await expect(page.locator('#code')).toContainText('handover');
  await page.getByLabel('handover').uncheck();
  await expect(element).not.toHaveAttribute('handover');
  await expect(page.locator('#code')).not.toContainText('handover');
});

test('a customer goes the whole way, by what happens outside', async ({ page }) => {
  await page.goto('elements/setup.html');
  const setup = page.locator('#preview > bank-feed-setup');
  await setup.getByRole('radio', { name: 'Xero' }).check();
  await setup.getByRole('button', { name: 'Connect Xero' }).click();
  await expect(page.locator('#elsewhere')).toContainText('would be left for Xero');
  await page.getByRole('button', { name: 'The customer signs in there' }).click();
  await setup.getByRole('checkbox', { name: 'Business current account' }).check();
  await setup.getByRole('button', { name: 'Use this account' }).click();
  await setup.getByLabel(/Account in Xero.*Business/).selectOption({ label: 'Create a new account in Xero' });
  await setup.getByRole('button', { name: 'Start sending' }).click();
  await expect(setup.getByRole('heading', { name: 'You are all set' })).toBeVisible();
  await page.getByRole('button', { name: 'A day’s transactions are sent' }).click();
  await expect(setup.getByText('4 transactions delivered today')).toBeVisible();
  for (const name of ['consent', 'navigate', 'connected', 'accounts-chosen', 'mapped', 'finished'])
    await expect(page.locator('#event-list')).toContainText(`bank-feed-${name}`);
});

test('QuickBooks is connected from its inside', async ({ page }) => {
  await page.goto('elements/setup.html?platform=quickbooks');
  const setup = page.locator('#preview > bank-feed-setup');
  await setup.getByRole('radio', { name: 'QuickBooks Online' }).check();
  await setup.getByRole('button', { name: 'Connect QuickBooks Online' }).click();
  await setup.getByRole('checkbox', { name: 'Reserve' }).check();
  await setup.getByRole('button', { name: 'Use this account' }).click();
  await setup.getByRole('button', { name: 'Show user name and password' }).click();
  await expect(setup.getByText('cobalt-meadow-17')).toBeVisible();
  await page.getByRole('button', { name: 'The customer signs in there' }).click();
  await expect(setup.getByRole('heading', { name: 'You are all set' })).toBeVisible();
});

test('faults show in the element, and leave it again', async ({ page }) => {
  await page.goto('elements/status.html');
  const element = page.locator('#preview > bank-feed-status');
  await expect(element).toContainText('Business current account');
  await page.getByLabel('The session has ended').check();
  await expect(element.getByText('Your session has ended')).toBeVisible();
  await page.getByLabel('The session has ended').uncheck();
  await element.getByRole('button', { name: 'Continue' }).click();
  await expect(element.getByText('Your session has ended')).toBeHidden();
  await page.getByLabel('The software refuses').check();
  await page.getByRole('button', { name: 'A day’s transactions are sent' }).click();
  await expect(element.getByText('Needs attention').first()).toBeVisible();
});

test('the code is copied as it stands', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('elements/accounts.html?code=react');
  await page.getByRole('button', { name: 'Copy code' }).click();
  await expect(page.getByText('Copied')).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await page.locator('#code').textContent());
});
