/** The pages of `demo/hosts/` with a script tag, from nothing to transactions in the books. */
import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { atRoot } from '../../../scripts/root.ts';
import { chooseAccount, connect, mapToNewAccount, untilStatusSays } from '../../e2e/journey.ts';
import { complaintsOf } from '../../support/complaints.ts';
import { printFigures, weigh } from '../page-weight.ts';
import { walkSetup } from '../walk-setup.ts';
import { bankAccount, firstLoad, startPlainHost } from './host.ts';

for (const page of ['script-tag', 'classic'])
  test(`${page}: from an empty page to transactions in the books`, async ({ page: tab }) => {
    const complaints = complaintsOf(tab);
    const host = await startPlainHost({ page });
    try {
      const weight = weigh(tab);
      const started = Date.now();
      await tab.goto(host.url);
      await expect(tab.getByRole('radio', { name: /^Xero/ })).toBeVisible();
      const kilobytes = await weight();
      await walkSetup(tab, 'Xero', bankAccount.name);
      await expect(tab.getByText(`${firstLoad} transactions delivered today`)).toBeVisible();
      const landed = host.sandbox.ledger.entries({ companyId: host.companyId });
      expect(landed).toHaveLength(firstLoad);

      // A language from beside the script, wherever that came from.
      await tab.evaluate(() => document.documentElement.setAttribute('lang', 'de'));
      await expect(tab.getByRole('heading', { name: 'Alles ist eingerichtet' })).toBeVisible();
      expect(complaints).toEqual([]);
      printFigures(page, kilobytes, (Date.now() - started) / 1000);
    } finally {
      await tab.close();
      await host.stop();
    }
  });

test('csp: by the four elements, under its policy', async ({ page: tab }) => {
  const complaints = complaintsOf(tab);
  const policy = (await readFile(atRoot('demo/hosts/csp/policy.txt'), 'utf8')).trim();
  const host = await startPlainHost({ page: 'csp', policy });
  try {
    const weight = weigh(tab);
    const started = Date.now();
    await tab.goto(host.url);
    await expect(tab.getByRole('radio', { name: /^Xero/ })).toBeVisible();
    const kilobytes = await weight();
    await connect(tab, 'Xero');
    await chooseAccount(tab, bankAccount.name);
    await mapToNewAccount(tab, bankAccount.name, 'Xero');
    await untilStatusSays(tab, firstLoad);
    // Chromium asks for an icon that the policy does not allow.
    expect(complaints.filter((text) => !text.startsWith('Loading the image'))).toEqual([]);
    printFigures('csp', kilobytes, (Date.now() - started) / 1000);
  } finally {
    await tab.close();
    await host.stop();
  }
});
