/** A customer's whole way, screen by screen, on pages under a policy; each begins where its page was opened. */
import type { Page } from 'playwright-core';
import { atRoot } from '../../../scripts/root.ts';
import { languageNames } from '../../../scripts/script-tag.ts';
import type { Texts } from '../../../src/locales/en.ts';
import { chooseAccount, connect, mapToNewAccount, untilStatusSays } from '../../e2e/journey.ts';
import { bankAccount, firstLoad, type PlainHost } from '../plain/host.ts';
import { walkSetup } from '../walk-setup.ts';

/** Where each walk tells what was seen. */
export type Seen = (screen: string) => void;

/** The first heading; what a region does not say otherwise its language says. */
const titleIn = async (language: string): Promise<string> => {
  const file: Readonly<Record<string, Partial<Texts>>> = await import(atRoot(`src/locales/${language}.ts`));
  const title = Object.values(file)[0]?.['connect.title'];
  return typeof title === 'string' ? title : titleIn(language.replace(/-\w+$/, ''));
};

/** The history of the first account's deliveries. */
const seeHistory = async (page: Page): Promise<void> => {
  const status = page.locator('bank-feed-status');
  await status.getByText('All deliveries').first().click();
  await status.getByRole('table').getByText('Delivered').first().waitFor();
};

/** By the four elements, with a software that the customer signs in to. */
export const walkElements = async (page: Page, seen: Seen): Promise<void> => {
  await page.locator('bank-feed-connect').getByRole('radio').first().waitFor();
  seen('choose the software');
  for (const language of await languageNames()) {
    await page.evaluate((lang) => {
      document.documentElement.lang = lang;
      document.documentElement.dir = lang === 'ar' ? 'rtl' : 'ltr';
    }, language);
    const name = await titleIn(language);
    await page.locator('bank-feed-connect').getByRole('heading', { name }).first().waitFor();
    seen(`in ${language}`);
  }
  await page.reload();
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  seen('dark, without motion');
  await page.emulateMedia({ colorScheme: null, reducedMotion: null, forcedColors: 'active' });
  seen('forced colours');
  await page.emulateMedia({ colorScheme: 'dark', forcedColors: null });
  await connect(page, 'Xero');
  seen('connected');
  await chooseAccount(page, bankAccount.name);
  seen('account chosen');
  await mapToNewAccount(page, bankAccount.name, 'Xero');
  seen('mapped');
  await untilStatusSays(page, firstLoad);
  seen('delivered');
  await seeHistory(page);
  seen('deliveries');
  await page.locator('bank-feed-connect').getByRole('button', { name: 'Disconnect Xero' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Keep it connected' }).click();
  seen('a question');
  await page.emulateMedia({ colorScheme: null });
};

/** What goes wrong around the same page. */
export const walkErrors = async (page: Page, host: PlainHost, seen: Seen): Promise<void> => {
  const proxy = `${host.proxyUrl}/v1/**`;
  await page.route(proxy, (route) => route.abort());
  await page.reload();
  await page.getByText('We cannot reach the service').first().waitFor();
  seen('no proxy');
  await page.unroute(proxy);
  await page.getByRole('button', { name: 'Try again' }).first().click();
  await untilStatusSays(page, firstLoad);

  await page.route(proxy, (route) => route.fulfill({ status: 502, body: 'Bad gateway' }));
  await page.reload();
  await page.getByRole('button', { name: 'Try again' }).first().waitFor();
  seen('a proxy that answers no sense');
  await page.unroute(proxy);

  host.signedIn = false;
  await page.reload();
  await page.getByText('Your session has ended').first().waitFor();
  seen('nobody signed in');
  host.signedIn = true;
  await page.getByRole('button', { name: 'Continue' }).first().click();
  await untilStatusSays(page, firstLoad);

  await page.evaluate(() => document.querySelector('bank-feed-provider')?.removeAttribute('endpoint'));
  await page.getByText('endpoint').first().waitFor();
  seen('configured wrongly');
};

/** The set-up to its end, with a software that the customer leaves for, and what is seen and changed afterwards. */
export const walkToTheEnd = async (page: Page, seen: Seen): Promise<void> => {
  await walkSetup(page, 'Xero', bankAccount.name);
  seen('set-up finished');
  const setup = page.locator('bank-feed-setup');
  await untilStatusSays(page, firstLoad);
  await seeHistory(page);
  seen('deliveries in set-up');
  for (const part of ['Your accounts', 'Where transactions go', 'Accounting software']) {
    await setup.getByRole('button', { name: part }).click();
    await setup.getByRole('heading', { name: part }).waitFor();
    seen(`“${part}” in set-up`);
    await setup.getByRole('button', { name: 'Back to deliveries' }).click();
  }
};

/** The set-up, with a software that is connected from its inside. */
export const walkInside = async (page: Page, software: string, show: string, seen: Seen): Promise<void> => {
  const setup = page.locator('bank-feed-setup');
  await setup.getByRole('radio', { name: software }).check();
  await setup.getByRole('button', { name: `Connect ${software}` }).click();
  await setup.getByRole('checkbox', { name: bankAccount.name }).check();
  seen(`accounts for ${software}`);
  await setup.getByRole('button', { name: 'Use this account' }).click();
  await setup.getByRole('button', { name: show }).click();
  await setup.locator('dl code').first().waitFor();
  seen(`what to enter in ${software}`);
};
