/** Every scenario of the demo page as a tester meets it: its address is opened, its steps done, its promise seen. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { scenarios, type ScenarioName } from '../../demo/scenarios.ts';
import { startDemo, type Demo } from '../../demo/start.ts';
import { bankAccount, makeTransactions } from './journey.ts';

// One demo for all: each address has a company of its own, and none may feel the others.
let demo: Demo;
test.beforeAll(async () => {
  demo = await startDemo({ firstLoad: 12 });
});
test.afterAll(() => demo.stop());

const current = bankAccount.name;
const card = (page: Page, element: string, name: string) =>
  page.locator(element).getByRole('listitem').filter({ hasText: name });
const open = async (page: Page, scenario: ScenarioName): Promise<void> => {
  await page.goto(`${demo.url}?scenario=${scenario}`);
  await expect(page.getByRole('region', { name: scenarios[scenario].title })).toBeVisible();
};
const fault = async (page: Page, name: string, on: boolean): Promise<void> => {
  await page.locator('#settings').evaluate((details) => details.setAttribute('open', ''));
  await page.getByRole('checkbox', { name }).setChecked(on);
};
const untilFlowing = (page: Page) =>
  expect(card(page, 'bank-feed-status', current).getByText('12 transactions delivered today')).toBeVisible();
/** Then nothing else is on its way that could meet a fault meant for what is made next. */
const untilBothFlow = async (page: Page): Promise<void> => {
  await untilFlowing(page);
  await expect(card(page, 'bank-feed-status', 'Tax savings').getByText(/transactions? delivered today/)).toBeVisible();
};
/** What is in the books, as the software itself says. */
const inBooks = (page: Page, count: number) =>
  expect(page.frameLocator('iframe').getByText(`${count} transactions`).first()).toBeVisible({ timeout: 10_000 });

test('expired-link', async ({ page }) => {
  await open(page, 'expired-link');
  const goOn = page.locator('bank-feed-connect').getByRole('button', { name: 'Continue in Xero' });
  const answer = page.waitForResponse(/\/link\//);
  await goOn.click();
  expect((await answer).status()).toBe(401);
  await page.getByText('This link does not work any more').waitFor();
  await page.goBack();
  await goOn.click();
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
});

const choose = async (page: Page, ...names: string[]): Promise<void> => {
  const accounts = page.locator('bank-feed-accounts');
  for (const name of names) await accounts.getByRole('checkbox', { name }).check();
  await accounts.getByRole('button', { name: /^Use (this account|\d+ accounts)$/ }).click();
};

test('multi-currency', async ({ page }) => {
  await open(page, 'multi-currency');
  await choose(page, current, 'US dollar account');
  const accounts = page.locator('bank-feed-accounts');
  await expect(accounts.getByText(/USD .*not enabled/)).toBeVisible();
  await expect(card(page, 'bank-feed-mapping', current)).toHaveCount(1);
});

test('no-sort-code', async ({ page }) => {
  await open(page, 'no-sort-code');
  await choose(page, 'Old sterling account');
  const accounts = page.locator('bank-feed-accounts');
  await expect(accounts.getByText(/sortCode is required/)).toBeVisible();
  await expect(accounts.getByRole('checkbox', { name: 'Old sterling account' })).toBeVisible();
});

test('duplicate-account', async ({ page }) => {
  await open(page, 'duplicate-account');
  await choose(page, current);
  await expect(page.locator('bank-feed-accounts').getByText('This account had been added before.')).toBeVisible();
  await expect(card(page, 'bank-feed-mapping', current)).toHaveCount(1);
});

test('push-failed', async ({ page }) => {
  await open(page, 'push-failed');
  await untilFlowing(page);
  await makeTransactions(page, current, 5);
  const status = card(page, 'bank-feed-status', current);
  await expect(status.getByText('Xero refused 5 transactions')).toBeVisible();
  await expect(status.getByText('Needs attention')).toBeVisible();
  await page.getByRole('button', { name: 'Send again' }).click();
  await expect(status.getByText('17 transactions delivered today')).toBeVisible();
  await inBooks(page, 17);
});

test('push-timed-out', async ({ page }) => {
  await open(page, 'push-timed-out');
  await untilBothFlow(page);
  await makeTransactions(page, current, 5);
  const status = card(page, 'bank-feed-status', current);
  await expect(status.getByText('Xero has not confirmed 5 transactions')).toBeVisible();
  await page.getByRole('button', { name: 'Not there: send again' }).click();
  await expect(status.getByText('17 transactions delivered today')).toBeVisible();
  await inBooks(page, 17);
});

test('long-pending', async ({ page }) => {
  await open(page, 'long-pending');
  await untilBothFlow(page);
  await makeTransactions(page, current, 5);
  const status = card(page, 'bank-feed-status', current);
  await expect(status.getByText('5 transactions are on their way to Xero.')).toBeVisible();
  // Only that one push: what others send meanwhile is as quick as ever.
  expect(demo.sandbox?.control.delays().pushMs).toBeLessThan(1000);
});

test('access-revoked', async ({ page }) => {
  await open(page, 'access-revoked');
  await untilFlowing(page);
  await page.getByRole('button', { name: 'Withdraw access' }).click();
  const again = page.locator('bank-feed-connect').getByRole('button', { name: 'Connect Xero again' });
  await expect(again).toBeVisible();
  await makeTransactions(page, current, 5);
  await expect(card(page, 'bank-feed-status', current).getByText('5 transactions are kept')).toBeVisible();
  await again.click();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Allow' }).click();
  // Back at the same company, under the same scenario; what was kept follows.
  await page.waitForURL((url) => url.searchParams.get('scenario') === 'access-revoked');
  await expect(card(page, 'bank-feed-status', current).getByText('17 transactions delivered today')).toBeVisible();
});

test('account-disconnected', async ({ page }) => {
  await open(page, 'account-disconnected');
  await untilFlowing(page);
  await page.getByRole('button', { name: 'End this account’s feed' }).click();
  const status = card(page, 'bank-feed-status', current);
  await expect(status.getByText('This account is disconnected from Xero.')).toBeVisible();
  await makeTransactions(page, current, 5);
  await expect(status.getByText('5 transactions are kept')).toBeVisible();
  await expect(card(page, 'bank-feed-status', 'Tax savings').getByText('Connected', { exact: true })).toBeVisible();
});

test('session-ended', async ({ page }) => {
  await open(page, 'session-ended');
  const status = page.locator('bank-feed-status');
  await status.getByRole('button', { name: 'Continue' }).click();
  await expect(status.getByText('You are still signed out.')).toBeVisible();
  await fault(page, 'The bank has signed the customer out', false);
  await status.getByRole('button', { name: 'Continue' }).click();
  await untilFlowing(page);
});

test('offline', async ({ page }) => {
  await open(page, 'offline');
  await untilFlowing(page);
  await fault(page, 'Offline', true);
  const status = card(page, 'bank-feed-status', current);
  await status.getByText('All deliveries').click();
  await expect(status.getByText('We cannot reach the service. You may be offline.')).toBeVisible();
  await expect(status.getByText('12 transactions delivered today')).toBeVisible();
  await fault(page, 'Offline', false);
  const widget = page.locator('bank-feed-status');
  // Each is gone by itself after a while, too.
  await expect(async () => {
    const again = widget.getByRole('button', { name: 'Try again' }).first();
    if (await again.isVisible()) await again.click({ timeout: 1000 });
    await expect(widget.getByText(/We cannot (get the latest|reach)/)).toHaveCount(0, { timeout: 1000 });
  }).toPass();
  await expect(status.getByText('Delivered', { exact: true }).first()).toBeVisible();
});

test('1000-accounts', async ({ page }) => {
  await open(page, '1000-accounts');
  const accounts = page.locator('bank-feed-accounts');
  // No expectation while the thousand rows are shown, and nothing by role or label: for these, and for each try of an
  // expectation that fails, the runner names every row, which takes a minute.
  await accounts.getByText('All 1,000 accounts').waitFor();
  await accounts.locator('input[type=search]').fill('Leeds 1');
  await accounts
    .getByText(/^\d\d accounts found\.$/)
    .first()
    .waitFor();
  await accounts.getByText('Current account, Leeds 1', { exact: true }).click();
  await accounts.getByText('Use this account').click();
  const mapping = page.locator('bank-feed-mapping');
  await mapping.getByRole('button', { name: /^Use this/ }).click();
  await mapping.getByRole('button', { name: 'Start sending' }).click();
  await expect(mapping.getByText('Connected', { exact: true })).toBeVisible();
  await inBooks(page, 12);
});

test('a company that the address names is there again after a restart, with its books and its choices', async ({
  page,
}) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'bank-feed-kept-'));
  const address = '?scenario=push-failed&company=anna-7';
  const first = await startDemo({ dataDir, firstLoad: 12 });
  await page.goto(`${first.url}${address}`);
  await untilFlowing(page);
  await page.goto('about:blank');
  await first.stop();

  const second = await startDemo({ dataDir, firstLoad: 12 });
  try {
    await page.goto(`${second.url}${address}`);
    await untilFlowing(page);
    await makeTransactions(page, current, 5);
    await expect(page.getByText('Xero refused 5 transactions')).toBeVisible();
    // The same name with other choices is another company.
    await page.goto(`${second.url}?company=anna-7`);
    expect(new URL(page.url()).searchParams.get('company')).not.toBe('anna-7');
  } finally {
    await page.close();
    await second.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
});
