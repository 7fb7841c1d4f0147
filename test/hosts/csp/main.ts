/**
 * `npm run check:csp`: a customer's whole way under the policy of `demo/hosts/csp`, by its elements and by the set-up, in
 * Chromium with the real proxy and the sandbox. Nothing may be violated, as the page hears it and as the browser reports
 * it, and nobody else be asked for anything. What is planted at the end has to be seen, or nothing would have been.
 */
import { readFile } from 'node:fs/promises';
import { chromium, type Page } from 'playwright-core';
import { findChromium } from '../../../scripts/browsers.ts';
import { packPackage } from '../../../scripts/pack.ts';
import { atRoot } from '../../../scripts/root.ts';
import { judge } from '../../../scripts/verdict.ts';
import { startPlainHost, type PlainHost } from '../plain/host.ts';
import { watch } from '../plain/watch.ts';
import { walkElements, walkErrors, walkInside, walkToTheEnd } from './walk.ts';

await packPackage();
const policy = (await readFile(atRoot('demo/hosts/csp/policy.txt'), 'utf8')).trim();
const files = new Map([
  [
    '/planted.html',
    '<!doctype html><title>Planted</title><p style="color: red"></p><script>1</script><script src="/planted.js"></script>',
  ],
  ['/planted.js', 'document.body.innerHTML = \'<img src="https://third.party.example/pixel.png">\';'],
]);
/** What the page above does that the policy forbids. */
const planted = ['style-src-attr', 'script-src-elem', 'require-trusted-types-for'];

const hosts: PlainHost[] = [];
const start = async (page: 'csp' | 'script-tag'): Promise<PlainHost> => {
  const extra = (path: string): string | undefined => files.get(path);
  const host = await startPlainHost({ page, policy: `${policy}; report-uri /reports`, extra });
  hosts.push(host);
  return host;
};

const screens: string[] = [];
const seen = (screen: string): void => void screens.push(screen);

const plant = async (page: Page, host: PlainHost): Promise<void> => {
  await page.goto(`${host.url}planted.html`);
  for (const end = Date.now() + 10_000; Date.now() < end && host.reports.length < planted.length;)
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  await page.goto('about:blank');
  await page.evaluate(() => fetch('https://third.party.example/').catch(() => {}));
};

const { executablePath, args } = await findChromium();
const browser = await chromium.launch({ executablePath, args: [...args] });
try {
  const context = await browser.newContext({ locale: 'en-GB' });
  context.setDefaultTimeout(60_000);
  const watched = await watch(context);
  const page = await context.newPage();
  const [first, second, third, fourth] = await Promise.all([
    start('csp'),
    start('script-tag'),
    start('script-tag'),
    start('script-tag'),
  ]);
  await page.goto(first.url);
  await walkElements(page, seen);
  await walkErrors(page, first, seen);
  await page.goto(second.url);
  await walkToTheEnd(page, seen);
  await page.goto(third.url);
  await walkInside(page, 'QuickBooks Online', 'Show user name and password', seen);
  await page.goto(fourth.url);
  await walkInside(page, 'Sage', 'Show connection ID and password', seen);

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
  const of = `of ${planted.length} planted violations`;
  judge(missing.length === 0, `${planted.length - missing.length} ${of} heard of`, [...missing, 'heard:', ...found]);
  judge(unreported.length === 0, `${planted.length - unreported.length} ${of} reported`, unreported);
  judge(watched.requests.has('https://third.party.example'), 'a planted request to a third party is seen');
  if (process.exitCode) console.log(`The console:\n${watched.complaints.join('\n')}`);
} finally {
  await browser.close();
  for (const host of hosts) await host.stop();
}
