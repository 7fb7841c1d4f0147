/**
 * `npm run smoke`: everything on free ports, the page driven in Chromium through the whole path with 2,500
 * transactions, and the ledger of the simulated software as the judge.
 */
import { isDeepStrictEqual } from 'node:util';
import { chromium } from 'playwright-core';
import { startDemo } from '../../demo/start.ts';
import { findChromium } from '../../scripts/browsers.ts';
import { forget } from '../contract/records.ts';
import { watchContract } from '../contract/watch.ts';
import { complaintsOf } from '../support/complaints.ts';
import { bankAccount, chooseAccount, connect, makeTransactions, mapToNewAccount, untilStatusSays } from './journey.ts';

const firstLoad = 2000;
const byButton = 500;

if (watchContract('smoke') !== undefined) forget('smoke');

const began = performance.now();
const demo = await startDemo({ firstLoad });
const { executablePath, args } = await findChromium();
const browser = await chromium.launch({ executablePath, args: [...args] });
try {
  const page = await browser.newPage({ locale: 'en-GB' });
  page.setDefaultTimeout(60_000);
  const complaints = complaintsOf(page);
  await page.goto(demo.url);
  if (new URL(demo.url).origin === new URL(demo.proxyUrl).origin) throw new Error('Page and proxy share an origin.');
  await connect(page, 'Xero');
  await chooseAccount(page, bankAccount.name);
  await mapToNewAccount(page, bankAccount.name, 'Xero');
  await untilStatusSays(page, firstLoad);
  await makeTransactions(page, bankAccount.name, byButton);
  await untilStatusSays(page, firstLoad + byButton);

  const sent = demo.ledger.entered(bankAccount.id);
  const landed = demo.sandbox?.ledger.entries({ companyId: demo.companyId, accountId: bankAccount.id }) ?? [];
  const landedIds = landed.map(({ transaction }) => transaction.id);
  const known = new Map(landed.map(({ transaction }) => [transaction.id, transaction]));
  const lost = sent.filter(({ id }) => !known.has(id)).length;
  const duplicated = landedIds.length - known.size;
  const place = new Map(sent.map(({ id }, index) => [id, index]));
  const places = landedIds.map((id) => place.get(id ?? '') ?? -1);
  const outOfOrder = places.filter((at, index) => index > 0 && at <= (places[index - 1] ?? -1)).length;
  const changed = sent.filter((line) => {
    const arrived = new Map<string, unknown>(Object.entries(known.get(line.id) ?? {}));
    return Object.entries(line).some(([field, value]) => !isDeepStrictEqual(arrived.get(field), value));
  });
  console.log(`smoke: ${landed.length} delivered, ${lost} lost, ${duplicated} duplicated, ${outOfOrder} out of order`);
  console.log(`smoke: ${((performance.now() - began) / 1000).toFixed(1)} s`);
  if (complaints.length > 0) console.error(`The browser complained:\n${complaints.join('\n')}`);
  if (changed.length > 0) console.error(`${changed.length} lines arrived changed, first ${JSON.stringify(changed[0])}`);
  const good = landed.length === firstLoad + byButton && sent.length === landed.length;
  if (!good || lost + duplicated + outOfOrder + changed.length + complaints.length > 0) process.exitCode = 1;
} finally {
  await browser.close();
  await demo.stop();
}
