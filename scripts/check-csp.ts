/**
 * `npm run check:csp`: a customer's whole way on `demo/hosts/csp`, under its policy, in Chromium with the real proxy and
 * the sandbox. Nothing may be violated, as the page hears it and as the browser reports it, and nobody else be asked
 * for anything. What is planted at the end has to be seen, or nothing would have been.
 */
import { readFile } from 'node:fs/promises';
import { chromium, type Page } from 'playwright-core';
import { bankAccount, firstLoad, startPlainHost, type PlainHost } from '../test/hosts/plain/host.ts';
import { watch } from '../test/hosts/plain/watch.ts';
import { chooseAccount, connect, mapToNewAccount, untilStatusSays } from '../test/e2e/journey.ts';
import { findChromium } from './browsers.ts';
import { packPackage } from './pack.ts';
import { atRoot } from './root.ts';

await packPackage();
const policy = (await readFile(atRoot('demo/hosts/csp/policy.txt'), 'utf8')).trim();
const setupPage = await readFile(atRoot('demo/hosts/script-tag/index.html'), 'utf8');
const setupScript = await readFile(atRoot('demo/hosts/script-tag/page.js'), 'utf8');
const files = new Map([
  ['/setup.html', setupPage.replace('/page.js', '/setup.js')],
  ['/setup.js', setupScript],
  [
    '/planted.html',
    '<!doctype html><title>Planted</title><p style="color: red"></p><script>1</script><script src="/planted.js"></script>',
  ],
  ['/planted.js', 'document.body.innerHTML = \'<img src="https://third.party.example/pixel.png">\';'],
]);
/** What the page above does that the policy forbids. */
const planted = ['style-src-attr', 'script-src-elem', 'require-trusted-types-for'];

const start = (): Promise<PlainHost> =>
  startPlainHost({
    page: 'csp',
    policy: `${policy}; report-uri /reports`,
    extra: (path) => files.get(path),
  });

const screens: string[] = [];
const seen = (screen: string): void => void screens.push(screen);

const languages: readonly (readonly [tag: string, software: string])[] = [
  ['fr', 'Logiciel de comptabilité'],
  ['fr-CA', 'Logiciel de comptabilité'],
  ['de', 'Buchhaltung'],
  ['nl', 'Boekhoud'],
  ['es', 'contabilidad'],
  ['pt', 'contabilidade'],
  ['ar', 'المحاسبة'],
];

/** By the four elements, with a software that the customer signs in to. */
const elements = async (page: Page, host: PlainHost): Promise<void> => {
  await page.goto(host.url);
  await page.locator('bank-feed-connect').getByRole('radio').first().waitFor();
  seen('choose the software');
  for (const [tag, words] of languages) {
    await page.evaluate((lang) => {
      document.documentElement.lang = lang;
      document.documentElement.dir = lang === 'ar' ? 'rtl' : 'ltr';
    }, tag);
    await page.locator('bank-feed-connect').getByRole('heading', { name: words }).first().waitFor();
    seen(`in ${tag}`);
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
  await page.locator('bank-feed-status').getByText('Deliveries').first().click();
  seen('deliveries');
  await page.locator('bank-feed-connect').getByRole('button', { name: 'Disconnect Xero' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Keep it connected' }).click();
  seen('a question');
  await page.emulateMedia({ colorScheme: null });
};

const errors = async (page: Page, host: PlainHost): Promise<void> => {
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

/** The set-up, with a software that is connected from its inside. */
const setup = async (page: Page, host: PlainHost): Promise<void> => {
  await page.goto(`${host.url}setup.html`);
  const element = page.locator('bank-feed-setup');
  await element.getByRole('radio', { name: /^QuickBooks/ }).check();
  await element.getByRole('button', { name: 'Connect QuickBooks Online' }).click();
  await element.getByRole('checkbox', { name: bankAccount.name }).check();
  seen('accounts in set-up');
  await element.getByRole('button', { name: 'Use this account' }).click();
  await element.getByRole('button', { name: 'Show user name and password' }).click();
  await element.locator('dl code').first().waitFor();
  seen('user name and password');
};

const plant = async (page: Page, host: PlainHost): Promise<void> => {
  await page.goto(`${host.url}planted.html`);
  for (const end = Date.now() + 10_000; Date.now() < end && host.reports.length < planted.length;)
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  await page.goto('about:blank');
  await page.evaluate(() => fetch('https://third.party.example/').catch(() => {}));
};

const { executablePath, args } = await findChromium();
const browser = await chromium.launch({ executablePath, args: [...args] });
const hosts: PlainHost[] = [];
let ok = true;
const judge = (good: boolean, line: string, faults: readonly string[] = []): void => {
  ok &&= good;
  console.log([`${good ? '✓' : '✗'} ${line}`, ...faults.map((fault) => `    ${fault}`)].join('\n'));
};
try {
  const context = await browser.newContext({ locale: 'en-GB' });
  context.setDefaultTimeout(60_000);
  const watched = await watch(context);
  const page = await context.newPage();
  const [first, second] = [await start(), await start()];
  hosts.push(first, second);
  await elements(page, first);
  await errors(page, first);
  await setup(page, second);

  const violations = [...watched.violations];
  const requests = new Map(watched.requests);
  const ours = new Map(
    hosts.flatMap(({ url, proxyUrl, sandboxUrl }) => [
      [new URL(url).origin, 'page'],
      [proxyUrl, 'proxy'],
      [sandboxUrl, 'software'],
    ]),
  );
  const reports = hosts.flatMap((host) => [...host.reports]);
  await plant(page, first);
  const found = watched.violations.slice(violations.length);
  const reported = first.reports.slice(reports.length);

  console.log(`Under ${policy.replaceAll('\n', ' ')}\n${screens.length} screens: ${screens.join(', ')}`);
  judge(violations.length === 0, `${violations.length} violations that the page heard of`, violations);
  judge(reports.length === 0, `${reports.length} violations reported`, reports);
  const others = [...requests.keys()].filter((origin) => !ours.has(origin));
  const counts = ['page', 'proxy', 'software'].map((name) => {
    const of = [...requests].filter(([origin]) => ours.get(origin) === name);
    return `${of.reduce((sum, [, count]) => sum + count, 0)} to the ${name}`;
  });
  judge(others.length === 0, `${others.length} third parties asked; ${counts.join(', ')}`, others);
  const missing = planted.filter((directive) => !found.some((line) => line.includes(`: ${directive} `)));
  const unreported = planted.filter((directive) => !reported.some((text) => text.includes(directive)));
  judge(
    missing.length === 0,
    `${planted.length} planted violations, ${planted.length - missing.length} heard of`,
    found,
  );
  judge(
    unreported.length === 0,
    `${planted.length} planted violations, ${planted.length - unreported.length} reported`,
  );
  judge(watched.requests.has('https://third.party.example'), 'a planted request to a third party is seen');
  if (!ok) console.log(`The console:\n${watched.complaints.join('\n')}`);
} finally {
  await browser.close();
  for (const host of hosts) await host.stop();
}
process.exitCode = ok ? 0 : 1;
