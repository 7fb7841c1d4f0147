/** The pages of `demo/hosts/` with a script tag, from nothing to transactions in the books. */
import { expect, test } from '@playwright/test';
import { walkSetup } from '../walk-setup.ts';
import { bankAccount, firstLoad, startPlainHost } from './host.ts';

for (const page of ['script-tag', 'classic'])
  test(`${page}: from an empty page to transactions in the books`, async ({ page: tab }) => {
    const complaints: string[] = [];
    tab.on('pageerror', ({ message }) => complaints.push(message));
    tab.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    const host = await startPlainHost({ page });
    try {
      await tab.goto(host.url);
      await walkSetup(tab, 'Xero', bankAccount.name);
      await expect(tab.getByText(`${firstLoad} transactions delivered today`)).toBeVisible();
      const landed = host.sandbox.ledger.entries({ companyId: host.companyId });
      expect(landed).toHaveLength(firstLoad);

      // A language from beside the script, wherever that came from.
      await tab.evaluate(() => document.documentElement.setAttribute('lang', 'de'));
      await expect(tab.getByRole('heading', { name: 'Alles ist eingerichtet' })).toBeVisible();
      expect(complaints).toEqual([]);
    } finally {
      await tab.close();
      await host.stop();
    }
  });
