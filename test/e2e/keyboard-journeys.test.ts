/**
 * The whole set-up of every platform without a pointer, left half-way and gone on with, and pictures of every step.
 */
import { expect, test as base, type Page } from '@playwright/test';
import { startDemo, type Demo } from '../../demo/start.ts';
import { bankAccount } from './journey.ts';
import { check, chooseOption, chooseRadio, fill, press } from './keyboard.ts';
import { picture } from './pictures.ts';

const test = base.extend<{ demo: Demo }>({
  demo: async ({ page }, use) => {
    const demo = await startDemo({ firstLoad: 12 });
    await use(demo);
    await page.close();
    await demo.stop();
  },
});

const widget = (page: Page) => page.locator('bank-feed-setup');
const open = (page: Page, demo: Demo) => page.goto(`${demo.url}?view=setup`);

const choosePlatform = async (page: Page, software: string): Promise<void> => {
  const radios = widget(page).getByRole('radio');
  await chooseRadio(page, radios, widget(page).getByRole('radio', { name: new RegExp(`^${software}`) }));
};

const chooseAccount = async (page: Page): Promise<void> => {
  await check(page, widget(page).getByRole('checkbox', { name: bankAccount.name }));
  await press(page, widget(page).getByRole('button', { name: 'Use this account' }));
};

const atTheEnd = async (page: Page, demo: Demo): Promise<void> => {
  await expect(widget(page).getByRole('heading', { name: 'You are all set' })).toBeFocused();
  await expect(widget(page).getByText(/12 transactions (delivered today|are ready to be collected)/)).toBeVisible();
  const landed = demo.sandbox?.ledger.entries({ companyId: demo.companyId }) ?? [];
  expect(landed.length === 0 || landed.length === 12).toBe(true);
};

/** A page closed in the midst of sending a form may never answer; the books come back with the account chosen. */
const closeBooks = async (books: Page): Promise<void> => {
  await books.waitForURL((url) => url.searchParams.has('account'));
  await books.close();
};

/** What a person reads off the screen to type it elsewhere. */
const secrets = async (page: Page): Promise<string[]> => {
  const shown = widget(page).locator('dl code');
  await shown.nth(1).waitFor();
  const texts = await shown.allTextContents();
  return texts.map((text) => text.trim());
};

/** Pictures of one platform of each kind are enough to look at. */
const pictured = new Set(['Xero', 'QuickBooks Online', 'Sage']);

const pictures = (page: Page, software: string) => {
  let number = 0;
  return async (name: string): Promise<void> => {
    number += 1;
    if (pictured.has(software)) await picture(page, `${software.split(' ')[0]}-${number}-${name}`.toLowerCase());
  };
};

for (const software of ['Xero', 'FreeAgent', 'Oracle NetSuite', 'Exact Online'])
  test(`${software} by keyboard alone, left half-way twice`, async ({ page, demo }) => {
    const take = pictures(page, software);
    await open(page, demo);
    await widget(page).getByRole('radio').first().waitFor();
    await take('choose');
    await choosePlatform(page, software);
    await take('consent');
    await press(page, widget(page).getByRole('button', { name: `Connect ${software}` }));
    await page.waitForURL(/\/link\//);

    await open(page, demo);
    const goOn = widget(page).getByRole('button', { name: `Continue in ${software}` });
    await goOn.waitFor();
    await take('unfinished');
    await press(page, goOn);
    await page.waitForURL(/\/link\//);
    await press(page, page.getByRole('button', { name: 'Sign in' }));
    await press(page, page.getByRole('button', { name: 'Refuse' }));
    await page.waitForURL((url) => url.hostname === 'localhost');
    await widget(page).getByText('access was not granted there').waitFor();
    await take('refused');
    await press(page, widget(page).getByRole('button', { name: new RegExp(`^(Try again|Continue in ${software})`) }));
    await page.waitForURL(/\/link\//);
    await press(page, page.getByRole('button', { name: 'Sign in' }));
    await press(page, page.getByRole('button', { name: 'Allow' }));
    await page.waitForURL((url) => url.hostname === 'localhost');

    await widget(page).getByRole('checkbox', { name: bankAccount.name }).waitFor();
    await take('accounts');
    await chooseAccount(page);
    const target = widget(page).getByLabel(new RegExp(`Account in ${software}.*${bankAccount.name}`));
    await target.waitFor();
    await page.reload();
    await target.waitFor();
    await take('mapping');
    await chooseOption(page, target, 'Create a new account');
    await press(page, widget(page).getByRole('button', { name: 'Start sending' }));
    await atTheEnd(page, demo);
    await take('finished');
  });

test('QuickBooks Online by keyboard alone, its own pages included', async ({ page, demo, context }) => {
  const take = pictures(page, 'QuickBooks Online');
  await open(page, demo);
  await choosePlatform(page, 'QuickBooks Online');
  await take('consent');
  await press(page, widget(page).getByRole('button', { name: 'Connect QuickBooks Online' }));
  await widget(page).getByRole('checkbox', { name: bankAccount.name }).waitFor();
  await take('accounts');
  await page.reload();
  await chooseAccount(page);
  const show = widget(page).getByRole('button', { name: 'Show user name and password' });
  await show.waitFor();
  await take('sign-in');
  await press(page, show);
  const [username = '', password = ''] = await secrets(page);
  await take('credentials');

  const books = await context.newPage();
  await books.goto((await page.locator('#software').getAttribute('data-url')) ?? '');
  await press(books, books.getByRole('link', { name: /QuickBooks/ }).first());
  await press(books, books.getByRole('link', { name: /Bakery/ }).first());
  await press(books, books.getByRole('link', { name: 'Link account' }));
  await fill(books, books.getByRole('searchbox'), 'Northbridge');
  await books.keyboard.press('Enter');
  await press(books, books.getByRole('link', { name: /Bank feed/ }));
  await fill(books, books.getByLabel('User name'), username);
  await fill(books, books.getByLabel('Password'), password);
  await check(books, books.getByRole('checkbox'));
  await press(books, books.getByRole('button', { name: 'Sign in' }));
  await check(books, books.getByRole('checkbox', { name: bankAccount.name }));
  await press(books, books.getByRole('button', { name: 'Connect' }));
  await closeBooks(books);

  await atTheEnd(page, demo);
  await take('finished');
});

test('Sage by keyboard alone, its own pages included', async ({ page, demo, context }) => {
  const take = pictures(page, 'Sage');
  await open(page, demo);
  await choosePlatform(page, 'Sage');
  await take('consent');
  await press(page, widget(page).getByRole('button', { name: 'Connect Sage' }));
  await chooseAccount(page);
  const show = widget(page).getByRole('button', { name: 'Show connection ID and password' });
  await show.waitFor();
  await take('sign-in');
  await press(page, show);
  const [id = '', password = ''] = await secrets(page);
  await take('one-time-password');

  const books = await context.newPage();
  await books.goto((await page.locator('#software').getAttribute('data-url')) ?? '');
  await press(books, books.getByRole('link', { name: /Sage/ }).first());
  await press(books, books.getByRole('link', { name: /Bakery/ }).first());
  await press(books, books.getByRole('link', { name: 'Connect Bank' }).first());
  await fill(books, books.getByRole('searchbox'), 'Northbridge');
  await books.keyboard.press('Enter');
  await press(books, books.getByRole('button', { name: 'Connect this bank' }));
  await fill(books, books.getByLabel('Connection ID'), id);
  await fill(books, books.getByLabel('One-time password'), password);
  await press(books, books.getByRole('button', { name: 'Sign in' }));
  await check(books, books.getByRole('radio', { name: bankAccount.name }));
  await press(books, books.getByRole('button', { name: 'Confirm' }));
  await closeBooks(books);

  await atTheEnd(page, demo);
  await take('finished');
});
