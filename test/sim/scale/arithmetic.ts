/** What many companies cost, on paper: docs/scale.md shows these tables, and a simulated day is held against them. */
import type { Times } from './limited-codat.ts';

/** What is assumed of a bank, and of Codat. Durations in milliseconds. */
export const assumed = {
  accounts: 2,
  linesAnAccount: 25,
  handOvers: 1,
  windowHours: 4,
  /** The part of companies for which lines wait that are not connected. */
  waiting: 0.01,
  times: {
    answer: [200, 2_000],
    operation: [500, 60_000],
    webhook: [100, 5_000],
    webhooksLost: 0.01,
  } satisfies Times,
} as const;

/** By `npm run bench:store` (PostgreSQL 18, batches of 25 lines of 150 bytes): for a million lines. */
export const measured = {
  linesBytes: 464e6,
  batchesBytes: 105e6,
  idsBytes: 260e6,
  walBytes: 1_020e6,
  prunedWalBytes: 460e6,
  transactionsABatch: 7.3,
  cpuMsAThousand: 176,
  serverCpuMsAThousand: 293,
} as const;

/** Codat's limits. */
export const quotaOf = (companies: number): number => 1_000 * (1 + companies);
const perMinute = 1_000;

const pollFirst = 2_000;
const dayMinutes = 1_440;

/** As the simulation draws a time: `share` of them are shorter. */
const drawn = ([from, to]: readonly [number, number], share: number): number => from * (to / from) ** (share ** 3);

/** An operation is read once when it has ended, and before that after 2 s, 6 s, 14 s, … while it has not. */
export const readsABatch = ({ operation, webhook }: Times): number => {
  const steps = 1_000;
  const late = drawn(webhook, 0.5);
  let polls = 0;
  for (let step = 0; step < steps; step += 1)
    polls += Math.floor(Math.log2((drawn(operation, (step + 0.5) / steps) + late) / pollFirst + 1));
  return 1 + polls / steps;
};

/** Each hour the operations of every company that delivered in the last three are listed. */
const auditsADay = (handOvers: number): number => Math.min(24, 3 * handOvers);

/** The slow listing, two requests each: after 1, 2, 4, … 60 minutes, in the steady state once an hour. */
const waitingRequestsADay = 48;

export interface Bank {
  readonly accounts: number;
  /** A day, for each account; a batch each, where nothing is under way. */
  readonly handOvers: number;
}

/** Requests a day for one connected company. */
export const requestsACompany = ({ accounts, handOvers }: Bank): number => {
  const batches = accounts * handOvers;
  // The connections are listed with each hand-over, unless the last was in the same two seconds.
  return batches * (1 + readsABatch(assumed.times)) + batches + auditsADay(handOvers);
};

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 2 });
const percent = new Intl.NumberFormat('en', { style: 'percent', maximumSignificantDigits: 2 });

const bytes = (count: number): string => {
  for (const [unit, size] of [
    ['TB', 1e12],
    ['GB', 1e9],
    ['MB', 1e6],
  ] as const)
    if (count >= size)
      return `${new Intl.NumberFormat('en', { maximumSignificantDigits: 2 }).format(count / size)} ${unit}`;
  return '< 1 MB';
};

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const widths = head.map((cell, n) => Math.max(3, cell.length, ...rows.map((row) => row[n]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, n) => (n === 0 ? cell.padEnd(widths[n]!) : cell.padStart(widths[n]!))).join(' | ')} |`;
  const rule = widths.map((width, n) => (n === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(head), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n');
};

/** The most hand-overs a day for each account that a company's own thousand requests allow. */
const mostHandOvers = (accounts: number): number => {
  let most = 0;
  while (requestsACompany({ accounts, handOvers: most + 1 }) <= 1_000) most += 1;
  return most;
};

export const companyTable = (): string =>
  table(
    ['accounts', '1 hand-over a day', '4', '24', '96', 'most a day'],
    [1, 2, 5, 20, 50].map((accounts) => [
      String(accounts),
      ...[1, 4, 24, 96].map((handOvers) => whole.format(requestsACompany({ accounts, handOvers }))),
      whole.format(mostHandOvers(accounts)),
    ]),
  );

export interface Scale {
  readonly lines: number;
  readonly batches: number;
  readonly requests: number;
  readonly quota: number;
  /** In each minute of the window. */
  readonly minute: number;
  readonly addresses: number;
  readonly transactionsASecond: number;
  readonly cores: number;
  readonly serverCores: number;
}

export const scaleOf = (companies: number): Scale => {
  const { accounts, handOvers, linesAnAccount, windowHours, waiting } = assumed;
  const batches = companies * accounts * handOvers;
  const lines = companies * accounts * linesAnAccount;
  const requests = companies * (requestsACompany({ accounts, handOvers }) + waiting * waitingRequestsADay);
  const audits = companies * auditsADay(handOvers);
  const window = windowHours * 3_600;
  // What comes with a delivery comes in the window; audits follow for three hours, the waiting are spread over the day.
  const inWindow = requests - audits - companies * waiting * waitingRequestsADay;
  const minute =
    inWindow / (window / 60) + audits / (window / 60) + (companies * waiting * waitingRequestsADay) / dayMinutes;
  return {
    lines,
    batches,
    requests,
    quota: quotaOf(companies),
    minute,
    addresses: Math.ceil(minute / (0.7 * perMinute)),
    transactionsASecond: (batches * measured.transactionsABatch) / window,
    cores: (lines * measured.cpuMsAThousand) / 1e6 / window,
    serverCores: (lines * measured.serverCpuMsAThousand) / 1e6 / window,
  };
};

const scales = [1, 100, 10_000, 100_000, 1_000_000] as const;

export const scaleTable = (): string => {
  const rows = scales.map((companies) => ({ companies, ...scaleOf(companies) }));
  const row = (name: string, of: (scale: (typeof rows)[number]) => string): readonly string[] => [
    name,
    ...rows.map(of),
  ];
  const { linesBytes, batchesBytes, idsBytes, walBytes, prunedWalBytes } = measured;
  return table(
    ['companies', ...scales.map((companies) => whole.format(companies))],
    [
      row('lines a day', ({ lines }) => short.format(lines)),
      row('batches a day', ({ batches }) => short.format(batches)),
      row('requests to Codat a day', ({ requests }) => short.format(requests)),
      row("… of the day's quota", ({ requests, quota }) => percent.format(requests / quota)),
      row('requests a minute in the window', ({ minute }) => (minute < 1 ? '< 1' : short.format(minute))),
      row('IP addresses', ({ addresses }) => String(addresses)),
      row('database transactions a second', (scale) => short.format(scale.transactionsASecond)),
      row('cores of the proxy', ({ cores }) => (cores < 0.05 ? '< 0.1' : cores.toFixed(1))),
      row('cores of PostgreSQL', ({ serverCores }) => (serverCores < 0.05 ? '< 0.1' : serverCores.toFixed(1))),
      row('database, 90 days whole', ({ lines }) => bytes((lines / 1e6) * 90 * (linesBytes + batchesBytes))),
      row('… and ids, each further year', ({ lines }) => bytes((lines / 1e6) * 365 * idsBytes)),
      row('write-ahead log a day', ({ lines }) => bytes((lines / 1e6) * (walBytes + prunedWalBytes))),
    ],
  );
};
