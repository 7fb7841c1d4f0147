import { expect, test as base } from '@playwright/test';
import { startDemo, type Demo } from '../../demo/start.ts';
import { complaintsOf } from '../support/complaints.ts';
import { bankAccount, chooseAccount, connect, makeTransactions, mapToNewAccount, untilStatusSays } from './journey.ts';
import { picture } from './pictures.ts';

interface Fixtures {
  readonly start: typeof startDemo;
  readonly demo: Demo;
  readonly complaints: readonly string[];
}

/** Everything started anew for each test; a page that breaks its own content security policy fails the test. */
const test = base.extend<Fixtures>({
  start: async ({ page }, use) => {
    const started: Demo[] = [];
    await use(async (options) => {
      const demo = await startDemo(options);
      started.push(demo);
      return demo;
    });
    // A page that is still open would complain that its server is gone.
    await page.close();
    for (const demo of started) await demo.stop();
  },
  demo: async ({ start }, use) => use(await start({ firstLoad: 120 })),
  complaints: [
    async ({ page }, use) => {
      const complaints = complaintsOf(page);
      await use(complaints);
      expect(complaints).toEqual([]);
    },
    { auto: true },
  ],
});

test('from an empty page to transactions in the books', async ({ page, demo }) => {
  await page.goto(demo.url);
  await expect(page.locator('bank-feed-connect').getByRole('radio', { name: /^Xero/ })).toBeVisible();
  await picture(page, '1-start');
  await connect(page, 'Xero');
  await expect(page.locator('bank-feed-accounts').getByRole('checkbox', { name: bankAccount.name })).toBeVisible();
  await picture(page, '2-connected');
  await chooseAccount(page, bankAccount.name);
  await expect(page.locator('bank-feed-mapping').getByLabel(/Account in Xero Business/)).toBeVisible();
  await picture(page, '3-accounts');
  await mapToNewAccount(page, bankAccount.name, 'Xero');
  await untilStatusSays(page, 120);
  await makeTransactions(page, bankAccount.name, 5);
  await untilStatusSays(page, 125);
  const books = page.frameLocator('iframe');
  await expect(books.getByText(/125/).first()).toBeVisible();
  await picture(page, '4-delivered');

  const landed = demo.sandbox?.ledger.entries({ companyId: demo.companyId }) ?? [];
  expect(landed.map(({ transaction }) => transaction.id)).toEqual(
    demo.ledger.entered(bankAccount.id).map(({ id }) => id),
  );
});

test('coming back connected is told once', async ({ page, demo }) => {
  await page.addInitScript(() => {
    addEventListener('bank-feed-connected', ({ connectionId }) => {
      sessionStorage.setItem('told', `${sessionStorage.getItem('told') ?? ''} ${connectionId}`);
    });
  });
  await page.goto(demo.url);
  await connect(page, 'Xero');
  const told = () => page.evaluate(() => sessionStorage.getItem('told')?.trim().split(' ').length);
  await expect.poll(told).toBe(1);
  await page.reload();
  await page.locator('bank-feed-connect').getByText('Connected', { exact: true }).waitFor();
  expect(await told()).toBe(1);
});

test('leaving half-way and coming back lands on the right step', async ({ page, demo }) => {
  await page.goto(demo.url);
  const element = page.locator('bank-feed-connect');
  await element.getByRole('radio', { name: /^Xero/ }).check();
  await element.getByRole('button', { name: 'Connect Xero' }).click();
  await page.waitForURL(/\/link\//);
  await page.goto(demo.url);
  await element.getByRole('button', { name: 'Continue in Xero' }).click();
  await page.waitForURL(/\/link\//);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Refuse' }).click();
  await page.waitForURL((url) => url.hostname === 'localhost');
  await element.getByRole('button', { name: 'Cancel this attempt' }).click();
  await expect(element.getByRole('radio', { name: /^Xero/ })).toBeVisible();
});

test('transactions made before anything is connected wait, and leave by themselves', async ({ page, demo }) => {
  await page.goto(demo.url);
  await makeTransactions(page, bankAccount.name, 7);
  await expect(page.getByText('They wait until this account is connected')).toBeVisible();
  await connect(page, 'Xero');
  await chooseAccount(page, bankAccount.name);
  await mapToNewAccount(page, bankAccount.name, 'Xero');
  await untilStatusSays(page, 7);
  expect(demo.sandbox?.ledger.entries({ companyId: demo.companyId })).toHaveLength(7);
});

test('disconnecting asks first, says what stops, and can be undone', async ({ page, demo }) => {
  await page.goto(demo.url);
  await connect(page, 'Xero');
  const element = page.locator('bank-feed-connect');
  await element.getByRole('button', { name: 'Disconnect Xero' }).click();
  const question = element.getByRole('dialog');
  await expect(question).toContainText('What stays');
  await question.getByRole('button', { name: 'Keep it connected' }).click();
  await expect(element.getByText('Connected', { exact: true })).toBeVisible();
  await element.getByRole('button', { name: 'Disconnect Xero' }).click();
  const books = page.frameLocator('iframe').getByRole('heading', { name: 'Your books' });
  await expect(books).toBeHidden();
  await question.getByRole('button', { name: 'Disconnect Xero' }).click();
  // The software beside it is not the one that was connected: another may be next.
  await expect(books).toBeVisible();
  await element.getByRole('button', { name: 'Connect Xero again' }).click();
  await page.waitForURL(/\/link\//);
});

test('with a data folder everything is there again after a restart', async ({ page, start }, testInfo) => {
  const dataDir = testInfo.outputPath('kept');
  const first = await start({ dataDir, firstLoad: 40 });
  await page.goto(first.url);
  await connect(page, 'Xero');
  await chooseAccount(page, bankAccount.name);
  await mapToNewAccount(page, bankAccount.name, 'Xero');
  await untilStatusSays(page, 40);
  await page.goto('about:blank');
  await first.stop();

  const second = await start({ dataDir });
  await page.goto(second.url);
  await makeTransactions(page, bankAccount.name, 3);
  await untilStatusSays(page, 43);
  expect(second.sandbox?.ledger.entries({ companyId: second.companyId })).toHaveLength(43);
});

test('the page in French, with another accent', async ({ page, demo }) => {
  await page.goto(`${demo.url}?language=fr&accent=%237a1f5c`);
  await expect(page.locator('bank-feed-connect').getByRole('heading', { level: 2 })).toHaveText(
    'Logiciel de comptabilité',
  );
  await picture(page, '5-french');
});
