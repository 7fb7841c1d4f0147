/** A customer's way through `<bank-feed-setup>`, by what they read on it. */
import type { Page } from 'playwright-core';

export const walkSetup = async (page: Page, software: string, account: string): Promise<void> => {
  const setup = page.locator('bank-feed-setup');
  const home = new URL(page.url()).origin;
  await setup.getByRole('radio', { name: new RegExp(`^${software}`) }).check();
  await setup.getByRole('button', { name: `Connect ${software}` }).click();
  await page.waitForURL(/\/link\//);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.waitForURL((url) => url.origin === home);
  await setup.getByRole('checkbox', { name: account }).check();
  await setup.getByRole('button', { name: 'Use this account' }).click();
  const target = setup.getByLabel(new RegExp(`Account in ${software}.*${account}`));
  await target.selectOption({ label: `Create a new account in ${software}` });
  await setup.getByRole('button', { name: 'Start sending' }).click();
  await setup.getByRole('heading', { name: 'You are all set' }).waitFor();
};
