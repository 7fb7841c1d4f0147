/** The path of a customer through the demo page, as they see it: by names and labels only. */
import type { Page } from 'playwright-core';

export const bankAccount = { id: 'current-4242', name: 'Business current account' } as const;

export const connect = async (page: Page, software: string): Promise<void> => {
  const element = page.locator('bank-feed-connect');
  await element.getByRole('radio', { name: new RegExp(`^${software}`) }).check();
  await element.getByRole('button', { name: `Connect ${software}` }).click();
  await page.waitForURL(/\/link\//);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.waitForURL((url) => url.hostname === 'localhost');
  await element.getByText('Connected', { exact: true }).waitFor();
};

export const chooseAccount = async (page: Page, name: string): Promise<void> => {
  const element = page.locator('bank-feed-accounts');
  await element.getByRole('checkbox', { name }).check();
  await element.getByRole('button', { name: 'Use this account' }).click();
  await element.getByText('Add an account').waitFor();
};

/** Sends an account's transactions into a new account of the software. */
export const mapToNewAccount = async (page: Page, name: string, software: string): Promise<void> => {
  const element = page.locator('bank-feed-mapping');
  await element.getByLabel(new RegExp(`Account in ${software}.*${name}`)).selectOption({
    label: `Create a new account in ${software}`,
  });
  await element.getByRole('button', { name: 'Start sending' }).click();
  await element.getByText('Connected', { exact: true }).waitFor();
};

export const makeTransactions = async (page: Page, name: string, count: number): Promise<void> => {
  await page.getByRole('combobox', { name: 'Account', exact: true }).selectOption({ label: name });
  await page.getByRole('spinbutton', { name: 'Transactions' }).fill(String(count));
  await page.getByRole('button', { name: 'Make transactions' }).click();
  await page.getByText(`${count} made`).waitFor();
};

export const untilStatusSays = (page: Page, count: number): Promise<void> =>
  page
    .locator('bank-feed-status')
    .getByText(`${count.toLocaleString('en')} transactions delivered today`)
    .waitFor();
