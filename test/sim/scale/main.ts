/**
 * `npm run scale`: the tables of docs/scale.md. `-- --simulate` runs simulated days beside them, the largest with
 * 3,000 companies; that takes some minutes. `--only TEXT` runs those whose name has it.
 */
import { parseArgs } from 'node:util';
import { assumed, companyTable, readsABatch, scaleTable, table } from './arithmetic.ts';
import { simulateDay, type Load } from './day.ts';

const { values } = parseArgs({
  options: { simulate: { type: 'boolean', default: false }, only: { type: 'string', default: '' } },
});

console.log(`${scaleTable()}\n\nRequests a day for one company\n\n${companyTable()}\n`);
console.log(`On paper a batch is read ${readsABatch(assumed.times).toFixed(2)} times.`);

const { accounts, handOvers, windowHours: hours, times } = assumed;
const night = { accounts, handOvers, hours, times, addresses: 1 };
const days: readonly (Load & { readonly name: string })[] = [
  { ...night, name: '1 company', companies: 1, instances: 1 },
  { ...night, name: '100 companies', companies: 100, instances: 2 },
  { ...night, name: '100, hourly', companies: 100, instances: 2, handOvers: 24, hours: 24 },
  { ...night, name: '3,000 companies', companies: 3_000, instances: 2 },
  { ...night, name: '2,000 in 6 minutes, one instance', companies: 2_000, instances: 1, hours: 0.1 },
  { ...night, name: '2,000 in 6 minutes, three', companies: 2_000, instances: 3, hours: 0.1 },
  {
    ...night,
    name: '2,000 in 6 minutes, three, two addresses',
    companies: 2_000,
    instances: 3,
    hours: 0.1,
    addresses: 2,
  },
  {
    ...night,
    name: '1 company, 20 accounts, 48 times',
    companies: 1,
    instances: 2,
    accounts: 20,
    handOvers: 48,
    hours: 16,
  },
];

const time = (ms: number): string =>
  ms < 3_600_000 ? `${(ms / 1000).toFixed(1)} s` : `${(ms / 3_600_000).toFixed(1)} h`;

if (values.simulate) {
  const rows: string[][] = [];
  for (const day of days.filter(({ name }) => name.includes(values.only))) {
    const {
      handedOver,
      delivered,
      perBatch,
      requests,
      quota,
      refused,
      gateClosings,
      peakMinute,
      peakOfCompany,
      delay,
    } = await simulateDay(day);
    rows.push([
      day.name,
      `${delivered} of ${handedOver}`,
      perBatch.posts.toFixed(2),
      perBatch.reads.toFixed(2),
      perBatch.listings.toFixed(2),
      `${requests} of ${quota}`,
      String(peakMinute),
      String(peakOfCompany),
      `${refused.day}, ${refused.minute}, ${refused.company}`,
      String(gateClosings),
      `${time(delay.median)}, ${time(delay.p99)}, ${time(delay.most)}`,
    ]);
    console.error(rows.at(-1)?.join('  '));
  }
  const head = [
    'a simulated day',
    'batches',
    'POST',
    'reads',
    'listings',
    'requests of quota',
    'peak a minute',
    'at a time',
    'refused: day, minute, company',
    'pauses',
    'delay: median, 99 %, most',
  ];
  console.log(`\n${table(head, rows)}`);
}
